"""The one place that knows the names of the public API: a difference in names is one edit here."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.common.agent import ran

__all__ = ["Outcome", "run_edit"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run came to. ``error`` is ``Kind: message`` of an error of the library, else empty.

    ``edited`` are the bytes of the edited scene, None where none was written. ``nodes`` say when each step of the state
    machine was done, in seconds from the start.
    """

    status: str
    verdict: str
    reason: str
    question: str
    error: str
    edited: bytes | None
    steps: tuple[str, ...]
    optimal: bool
    goal: tuple[str, ...]
    seconds: float
    nodes: tuple[tuple[str, float], ...] = ()
    shapes: Mapping[str, str] = field(default_factory=dict)

    def columns(self) -> dict[str, object]:
        """The outcome as columns of a row."""
        return {
            "status": self.status,
            "verdict": self.verdict,
            "reason": (self.error or self.question or self.reason)[:300],
            "written": self.edited is not None,
            "plan": list(self.steps),
            "plan_length": len(self.steps),
            "optimal": self.optimal,
            "understood": list(self.goal),
            "run_seconds": self.seconds,
            "verified_seconds": max((at for node, at in self.nodes if node == "verify"), default=None),
        }


def run_edit(
    scene: Path, instruction: str, run_dir: Path, *, assets: Path | None = None, model: Any = None, **options: Any
) -> Outcome:
    """The whole agent, with its built-in proposer unless a model is given. ``options`` are fields of the task."""
    import lookagain as la

    start = time.perf_counter()
    library: Any = la
    extra = {} if model is None else {"model": model}
    nodes: list[tuple[str, float]] = []

    def watched() -> Any:
        task = library.EditAsAct(scene=scene, instruction=instruction, assets=assets, **options)
        return _watched(library.stream(task, seed=0, run_dir=run_dir, **extra), start, nodes)

    done = ran(watched)
    result = done.result
    answer = None if result is None else result.answer
    artifact = answer.artifact if answer is not None else ""
    return Outcome(
        status=done.status,
        verdict=done.verdict,
        reason=done.reason,
        question=f"{result.question.text} {list(result.question.choices)}"
        if result is not None and result.question
        else "",
        error=done.error,
        edited=result.artifact_path(artifact).read_bytes() if artifact else None,
        steps=tuple(step.action for step in answer.plan) if answer is not None else (),
        optimal=bool(answer is not None and answer.optimal),
        goal=answer.goal if answer is not None else (),
        seconds=done.seconds,
        nodes=tuple(nodes) if result is not None else (),
        shapes=dict(answer.shapes) if answer is not None else {},
    )


def _watched(events: Any, start: float, nodes: list[tuple[str, float]]) -> Any:
    """The result of a stream of events; ``nodes`` gets when each was done."""
    result = None
    for event in events:
        if event.kind == "node":
            nodes.append((event.node, time.perf_counter() - start))
        result = event.result if event.kind == "result" else result
    return result
