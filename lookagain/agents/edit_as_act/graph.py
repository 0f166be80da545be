"""The Edit-As-Act state machine (paper, section 3): understand -> plan -> execute -> verify, backward from the goal.

::

    read -> understand -> plan -> execute -> verify -> draw -> judge -> conclude
              ^     |      ^         |         |
              |     v      +---------+---------+  again, with what an action turned out to need
            heard <- question
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lookagain.agents.edit_as_act.conclude import conclude
from lookagain.agents.edit_as_act.draw import draw
from lookagain.agents.edit_as_act.execute import execute
from lookagain.agents.edit_as_act.intend import heard, understand
from lookagain.agents.edit_as_act.judge import judge
from lookagain.agents.edit_as_act.plan import plan
from lookagain.agents.edit_as_act.read import read
from lookagain.agents.edit_as_act.state import EditState
from lookagain.agents.edit_as_act.task import EditAsAct, SceneEdit
from lookagain.agents.edit_as_act.verify import verify
from lookagain.runtime.agent import Agent

if TYPE_CHECKING:
    from lookagain.runtime.machine import Machine

__all__ = ["AGENT"]


def _after_understand(state: EditState) -> str:
    if state.get("question"):
        return "question"
    return "conclude" if state["intent"]["failed"] else "plan"


def _route(state: EditState) -> str:
    return state["route"]


def _build(machine: Machine) -> None:
    machine.node("read", read)
    machine.node("understand", understand)
    machine.question("question")
    machine.node("heard", heard)
    machine.node("plan", plan)
    machine.node("execute", execute)
    machine.node("verify", verify)
    machine.node("draw", draw)
    machine.node("judge", judge)

    machine.start("read")
    machine.edge("read", "understand")
    machine.route("understand", _after_understand, ["question", "plan", "conclude"])
    machine.edge("question", "heard")
    machine.edge("heard", "understand")
    machine.route("plan", _route, ["execute", "draw", "conclude"])
    machine.route("execute", _route, ["verify", "plan", "conclude"])
    machine.route("verify", _route, ["plan", "draw"])
    machine.edge("draw", "judge")
    machine.edge("judge", "conclude")


AGENT = Agent(
    name="edit_as_act",
    task=EditAsAct,
    answer=SceneEdit,
    state=EditState,
    state_version=1,
    build=_build,
    conclude=conclude,
    model="optional",
    prompts=("edit_as_act/understand", "edit_as_act/plan", "edit_as_act/judge"),
)
