"""The Pixel2Phys state machine (paper, section on the four agents): Variable -> Equation -> Experiment -> Plan.

::

    level -> look -> [question <-> chosen] -> variable -> equation -> experiment -> plan -> draw -> conclude
         |                                       ^ ^            ^                       |
         +-- a field, or latent variables -------+ +------------+--- look again --------+

What the nodes from ``variable`` to ``conclude`` do depends on the level (``levels.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lookagain.agents.pixel2phys.answer import Law
from lookagain.agents.pixel2phys.level import choose_level, level_of
from lookagain.agents.pixel2phys.levels import at_level, conclude
from lookagain.agents.pixel2phys.look import choose_object, look
from lookagain.agents.pixel2phys.state import Pixel2PhysState
from lookagain.agents.pixel2phys.task import Pixel2Phys
from lookagain.runtime.agent import Agent

if TYPE_CHECKING:
    from lookagain.runtime.machine import Machine

__all__ = ["AGENT"]


def _after_level(state: Pixel2PhysState) -> str:
    return "look" if level_of(state) == "object" else "variable"


def _after_look(state: Pixel2PhysState) -> str:
    if not state["seen"]["usable"]:
        return "draw"
    return "question" if state.get("question") else "variable"


def _after_chosen(state: Pixel2PhysState) -> str:
    return "question" if state.get("question") else "variable"


def _after_plan(state: Pixel2PhysState) -> str:
    return state["route"]


def _build(machine: Machine) -> None:
    machine.node("level", choose_level)
    machine.node("look", look)
    machine.question("question")
    machine.node("chosen", choose_object)
    for name in ("variable", "equation", "experiment", "plan", "draw"):
        machine.node(name, at_level(name))

    machine.start("level")
    machine.route("level", _after_level, ["look", "variable"])
    machine.route("look", _after_look, ["question", "variable", "draw"])
    machine.edge("question", "chosen")
    machine.route("chosen", _after_chosen, ["question", "variable"])
    machine.edge("variable", "equation")
    machine.edge("equation", "experiment")
    machine.edge("experiment", "plan")
    machine.route("plan", _after_plan, ["variable", "equation", "draw"])
    machine.edge("draw", "conclude")


AGENT = Agent(
    name="pixel2phys",
    task=Pixel2Phys,
    answer=Law,
    state=Pixel2PhysState,
    state_version=4,
    build=_build,
    conclude=conclude,
    model="optional",
    prompts=("pixel2phys/plan", "pixel2phys/level", "pixel2phys/field_plan"),
)
