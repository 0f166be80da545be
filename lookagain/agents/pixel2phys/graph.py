"""The Pixel2Phys state machine (paper, section on the four agents): Variable -> Equation -> Experiment -> Plan.

::

    look -> [question <-> chosen] -> variable -> equation -> experiment -> plan -> draw -> conclude
                                        ^            ^                       |
                                        +------------+--- look again --------+
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lookagain.agents.pixel2phys.answer import Law
from lookagain.agents.pixel2phys.conclude import conclude
from lookagain.agents.pixel2phys.draw import draw
from lookagain.agents.pixel2phys.equation import equation
from lookagain.agents.pixel2phys.experiment import experiment
from lookagain.agents.pixel2phys.look import choose_object, look
from lookagain.agents.pixel2phys.plan import plan
from lookagain.agents.pixel2phys.state import Pixel2PhysState
from lookagain.agents.pixel2phys.task import Pixel2Phys
from lookagain.agents.pixel2phys.variable import variable
from lookagain.runtime.agent import Agent

if TYPE_CHECKING:
    from lookagain.runtime.machine import Machine

__all__ = ["AGENT"]


def _after_look(state: Pixel2PhysState) -> str:
    if not state["seen"]["usable"]:
        return "draw"
    return "question" if state.get("question") else "variable"


def _after_chosen(state: Pixel2PhysState) -> str:
    return "question" if state.get("question") else "variable"


def _after_plan(state: Pixel2PhysState) -> str:
    return state["route"]


def _build(machine: Machine) -> None:
    machine.node("look", look)
    machine.question("question")
    machine.node("chosen", choose_object)
    machine.node("variable", variable)
    machine.node("equation", equation)
    machine.node("experiment", experiment)
    machine.node("plan", plan)
    machine.node("draw", draw)

    machine.start("look")
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
    state_version=2,
    build=_build,
    conclude=conclude,
    model="optional",
    prompts=("pixel2phys/plan",),
)
