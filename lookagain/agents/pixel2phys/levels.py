"""What each node of the machine does at each level: the agents are the same, what they work on is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from lookagain.agents.pixel2phys import field as field_level
from lookagain.agents.pixel2phys import latent as latent_level
from lookagain.agents.pixel2phys.answer import Law
from lookagain.agents.pixel2phys.conclude import conclude as conclude_object
from lookagain.agents.pixel2phys.conclude import decisive_first
from lookagain.agents.pixel2phys.draw import draw
from lookagain.agents.pixel2phys.equation import equation
from lookagain.agents.pixel2phys.experiment import experiment
from lookagain.agents.pixel2phys.level import Level, LevelName, level_of
from lookagain.agents.pixel2phys.plan import plan
from lookagain.agents.pixel2phys.state import Pixel2PhysState
from lookagain.agents.pixel2phys.variable import variable
from lookagain.core.result import Verdict
from lookagain.runtime.agent import Conclusion

if TYPE_CHECKING:
    from lookagain.runtime.services import Services

__all__ = ["at_level", "conclude"]

Node: TypeAlias = Callable[[Pixel2PhysState, "Services"], dict[str, Any]]


class _Nodes(NamedTuple):
    variable: Node
    equation: Node
    experiment: Node
    plan: Node
    draw: Node
    conclude: Callable[[Mapping[str, Any], Services], Conclusion[Law]]


_NODES: dict[LevelName, _Nodes] = {
    "object": _Nodes(variable, equation, experiment, plan, draw, conclude_object),
    "field": _Nodes(
        field_level.variable,
        field_level.equation,
        field_level.experiment,
        field_level.plan,
        field_level.draw,
        field_level.conclude,
    ),
    "latent": _Nodes(
        latent_level.variable,
        latent_level.equation,
        latent_level.experiment,
        latent_level.plan,
        latent_level.draw,
        latent_level.conclude,
    ),
}


def at_level(name: str) -> Node:
    """The node ``name`` of whatever level the run works on."""

    def node(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
        update: dict[str, Any] = getattr(_NODES[level_of(state)], name)(state, services)
        return update

    return node


def conclude(state: Mapping[str, Any], services: Services) -> Conclusion[Law]:
    """The conclusion of any state, also of one that a limit cut short, with what decided on the level."""
    if "level" not in state:
        return Conclusion(verdict=Verdict(reason="Nothing was looked at yet."))
    level = Level.model_validate(state["level"])
    found = _NODES[level.level].conclude(state, services)
    return replace(found, evidence=decisive_first((*level.evidence, *found.evidence)))
