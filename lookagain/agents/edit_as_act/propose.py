"""The seam through which an instruction becomes a goal: a grammar that needs no model, or a model that is checked.

Neither decides what an action does or whether a claim holds: that is the domain's and the geometry's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from lookagain.agents.edit_as_act.state import Intent
from lookagain.agents.edit_as_act.understand import Ambiguous, NotUnderstood, answered, understand
from lookagain.agents.edit_as_act.understand.reply import Kind, goal_schema
from lookagain.core.result import Question
from lookagain.planners.editlang.domain import load_domain

if TYPE_CHECKING:
    from lookagain.planners.editlang.domain import Domain
    from lookagain.runtime.services import Services
    from lookagain.tools.scene.values import Point
    from lookagain.tools.scene.world import World

__all__ = ["GrammarProposer", "ModelProposer", "Proposer"]

#: A model sees so many objects at most, the nearest categories first.
_LISTED = 400
#: What planning brings about for its own sake.
_BOOKKEEPING = frozenset({"away", "off", "apart", "colliding"})


class Proposer(Protocol):
    """Says what an instruction means in a scene."""

    def intend(self, instruction: str, world: World, replies: Sequence[str], *, best: bool) -> Intent | Question:
        """The goal, or a question that a person must answer first; ``replies`` are the answers so far, oldest first."""
        ...


class GrammarProposer:
    """The built-in proposer: a grammar of English edit instructions, references resolved by geometry.

    ``sizes`` gives the size of a new thing of a category.
    """

    def __init__(self, sizes: Callable[[str], Point | None]) -> None:
        self._sizes = sizes

    def intend(self, instruction: str, world: World, replies: Sequence[str], *, best: bool) -> Intent | Question:
        """Understands, asks, or says where the text stops making sense."""
        found = understand(instruction, world, best=best, sizes=self._sizes)
        for reply in replies:
            if not isinstance(found, Ambiguous):
                break
            found = answered(found, reply, world, best=best, sizes=self._sizes)
        if isinstance(found, Ambiguous):
            choices = tuple(one.id for one in found.candidates)
            return Question(text=found.question, choices=choices)
        if isinstance(found, NotUnderstood):
            return Intent(failed=f"The instruction was not understood. {found}", by="grammar of edit instructions")
        return Intent.of(found.goal, by="grammar of edit instructions", notes=found.notes)


class ModelProposer:
    """Asks the run's model with ``prompts/edit_as_act/understand.md``; what it says must fit domain and scene."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def intend(self, instruction: str, world: World, replies: Sequence[str], *, best: bool) -> Intent | Question:
        """The model's goal. Raises ``OutputError`` when no repair made it fit."""
        del best
        domain = load_domain()
        words = {"aligned_with": domain.words["axis"]}
        schema = goal_schema(_signatures(domain), world.scene.objects, _places(world), words)
        said = self._services.ask(
            "edit_as_act/understand",
            schema,
            domain=domain.describe(),
            objects=_listed(world),
            instruction=instruction,
            replies="\n".join(replies) or "none",
        )
        return Intent.of(said.to_goal(), by="a model's reading")


def _signatures(domain: Domain) -> dict[str, tuple[Kind, ...]]:
    """The predicates that a goal may state: those that an action brings about, and no bookkeeping of planning."""
    kinds: dict[str, Kind] = {"axis": "word", "relation": "word", "support": "place"}
    return {
        one.name: tuple(kinds.get(parameter.kind, cast(Kind, parameter.kind)) for parameter in one.parameters)
        for one in domain.predicates.values()
        if one.name in domain.achievable and one.name not in _BOOKKEEPING
    }


def _places(world: World) -> frozenset[str]:
    scene = world.scene
    places = [f"{kind}:{room}" for room in scene.rooms for kind in ("floor", "ceiling", "room")]
    walls = [f"wall:{id_}:{k}" for id_, room in scene.rooms.items() for k in range(len(room.polygon))]
    return frozenset((*(one.id for one in scene.openings), *places, *walls))


def _listed(world: World) -> str:
    lines: list[Any] = [f"room:{room.id} ({room.kind})" for room in world.scene.rooms.values()]
    for one in list(world.scene.objects.values())[:_LISTED]:
        x, y, z = one.box.centre
        on = f", on {one.parent}" if one.parent else ""
        lines.append(f"{one.id} ({one.category}, at {x:.2f} {y:.2f} {z:.2f}, room {one.room}{on})")
    return "\n".join(lines)
