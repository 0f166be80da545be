"""A small registered agent: counts the words of a text, looks again until told to stop, may ask."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar

from lookagain.core.errors import InputError
from lookagain.core.result import Bound, Evidence, Verdict
from lookagain.core.task import Answer, Media, Task
from lookagain.runtime.agent import Agent, BaseState, Conclusion
from lookagain.runtime.machine import Machine
from lookagain.runtime.registry import register_agent
from lookagain.runtime.services import Services


class CountAnswer(Answer):
    """How many words."""

    summary: str
    reply: str = ""


class Count(Task[CountAnswer]):
    """Count the words of a text file."""

    agent: ClassVar[str] = "count"
    path: Annotated[Path, Media("text")]
    rounds: int = 2
    ask: bool = False


class CountState(BaseState, total=False):
    """What was counted, and how often."""

    counts: list[int]


def _read(state: CountState, services: Services) -> dict[str, Any]:
    services.progress("reading", 0.5)
    services.spend_frames("words", 10)
    words = Path(str(state["task"]["path"])).read_text(encoding="utf-8").split()
    if "refuse" in words:
        raise InputError("refused.", path=str(state["task"]["path"]))
    return {"counts": [*state.get("counts", []), len(words)]}


def _check(state: CountState, services: Services) -> dict[str, Any]:
    return {"question": {"text": "Is it good?", "choices": ["yes", "no"], "artifact": None}}


def _next(state: CountState) -> str:
    if len(state["counts"]) < int(str(state["task"]["rounds"])):
        return "read"
    return "question" if state["task"]["ask"] else "conclude"


def _build(machine: Machine) -> None:
    machine.node("read", _read)
    machine.node("check", _check)
    machine.question("question")
    machine.start("read")
    machine.edge("read", "check")
    machine.route("check", _next, ["read", "question", "conclude"])
    machine.edge("question", "conclude")


def _conclude(state: Mapping[str, Any], services: Services) -> Conclusion[CountAnswer]:
    counts = state.get("counts", [])
    if not counts:
        return Conclusion(verdict=Verdict(reason="nothing was counted"))
    same = float(len(set(counts)))
    holds = Evidence(
        claim="every round agrees",
        method="distinct counts",
        measured=same,
        expected=Bound(op="==", value=1),
        holds=same == 1,
    )
    ref = services.blobs.put(str(counts[0]).encode(), media_type="text/plain", name="count.txt")
    return Conclusion(
        answer=CountAnswer(summary=f"{counts[0]} words", reply=str(state.get("reply") or "")),
        verdict=Verdict(value="confirmed", reason="Every round agrees."),
        evidence=(holds,),
        artifacts={"count": ref},
    )


AGENT = Agent(
    name="count",
    task=Count,
    answer=CountAnswer,
    state=CountState,
    state_version=1,
    build=_build,
    conclude=_conclude,
    model="none",
)
register_agent(AGENT)
