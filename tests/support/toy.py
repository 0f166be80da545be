"""A small agent that uses all of the runtime: fan-out, a model, an expert, a loop, a question, chance, blobs."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar

from langgraph.types import Send
from pydantic import BaseModel

from lookagain.core.blobs import BlobRef
from lookagain.core.result import Bound, Evidence, Verdict
from lookagain.core.task import Answer, Media, Task
from lookagain.runtime.agent import Agent, BaseState, Conclusion
from lookagain.runtime.machine import Machine
from lookagain.runtime.registry import register_agent
from lookagain.runtime.services import Services
from lookagain.tools.models.prompts import parse_prompt

PROMPT = parse_prompt(
    """---
name: toy/score
output: Score
{{word}}: data - the word to score
---
# System
Score words.
# User
Score this: {{word}}
""",
    name="toy/score",
)


class Score(BaseModel):
    """What the model answers."""

    score: int


class ToyAnswer(Answer):
    """The words with their scores."""

    total: int
    words: tuple[str, ...]
    reply: str = ""


class Toy(Task[ToyAnswer]):
    """Score words, each in a branch of its own."""

    agent: ClassVar[str] = "toy"
    words: tuple[str, ...] = ("look", "again")
    rounds: int = 1
    ask: bool = False
    use_model: bool = True
    bad_state: bool = False
    text: Annotated[Path, Media("text")] | None = None


class ToyState(BaseState, total=False):
    """Scores add up over branches."""

    round: int
    scored: Annotated[list[dict[str, Any]], operator.add]
    word: str
    drawn: float
    blob: dict[str, Any]


def _plan(state: ToyState, services: Services) -> dict[str, Any]:
    if state["task"]["bad_state"]:
        return {"drawn": float("nan")}
    services.progress("planning", 0.0)
    return {"round": state.get("round", 0) + 1}


def _fan_out(state: ToyState) -> Sequence[Send]:
    words: Any = state["task"]["words"]
    return [Send("score", {"task": state["task"], "round": state["round"], "word": word}) for word in words]


def _score(state: ToyState, services: Services) -> dict[str, Any]:
    word = state["word"]
    length = services.call("length", {"word": word}, lambda: services.experts["length"](word))
    score = services.ask(PROMPT, Score, word=word).score if state["task"]["use_model"] else 0
    return {"scored": [{"word": word, "length": length, "score": score, "round": state["round"]}]}


def _collect(state: ToyState, services: Services) -> dict[str, Any]:
    drawn = float(services.rng("collect", state["round"]).random())
    ref = services.blobs.put(f"{drawn}".encode(), media_type="text/plain", name="drawn.txt")
    question = {"text": "Is it good?", "choices": ["yes", "no"], "artifact": None}
    return {"drawn": drawn, "blob": ref.model_dump(mode="json"), "question": question}


def _next(state: ToyState) -> str:
    if state["round"] < int(str(state["task"]["rounds"])):
        return "plan"
    return "question" if state["task"]["ask"] else "conclude"


def _build(machine: Machine) -> None:
    machine.node("plan", _plan)
    machine.node("score", _score)
    machine.node("collect", _collect)
    machine.question("question")
    machine.start("plan")
    machine.route("plan", _fan_out, ["score"])
    machine.edge("score", "collect")
    machine.route("collect", _next, ["plan", "question", "conclude"])
    machine.edge("question", "conclude")


def _conclude(state: Mapping[str, Any], services: Services) -> Conclusion[ToyAnswer]:
    scored = sorted(state.get("scored", []), key=lambda entry: (entry["round"], entry["word"]))
    total = sum(entry["length"] + entry["score"] for entry in scored)
    blob = state.get("blob")
    return Conclusion(
        answer=ToyAnswer(
            total=total, words=tuple(entry["word"] for entry in scored), reply=str(state.get("reply") or "")
        ),
        verdict=Verdict(value="confirmed", reason="the words were counted"),
        evidence=(
            Evidence(claim="total", method="sum", measured=float(total), expected=Bound(op=">=", value=0), holds=True),
        ),
        artifacts={} if blob is None else {"drawn": BlobRef.model_validate(blob)},
    )


AGENT = Agent(
    name="toy",
    task=Toy,
    answer=ToyAnswer,
    state=ToyState,
    state_version=1,
    build=_build,
    conclude=_conclude,
    model="optional",
)
register_agent(AGENT)
