"""The one place that knows the names of the public API: a difference in names is one edit here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.common.agent import ran
from bench.pixel2phys_fields.sources import Shown

__all__ = ["FieldLaw", "Outcome", "SimulationError", "run_file", "run_shown"]

Floats = NDArray[np.float64]
_COLOURS = ("red", "green", "blue")


class SimulationError(ArithmeticError):
    """The found law could not be simulated at all."""


@dataclass(frozen=True, kw_only=True)
class FieldLaw:
    """A law as plain values: ``terms`` are variable to term text to (coefficient, sigma or NaN).

    ``start`` is the first state that the product fitted (channels x space) at ``t0`` seconds, None where it kept none.
    """

    terms: Mapping[str, Mapping[str, tuple[float, float]]]
    text: str
    t0: float
    start: Floats | None
    source: Any

    @property
    def coefficients(self) -> dict[str, dict[str, float]]:
        """Variable to term text to coefficient."""
        return {name: {term: pair[0] for term, pair in terms.items()} for name, terms in self.terms.items()}

    def simulate(self, frames: int, dt: float, start: Floats | None = None) -> Floats:
        """``frames`` states ``dt`` apart, from the fitted first state or the given one; NaN from a blow-up on.

        Raises SimulationError where there is no first state, or the states have another shape.
        """
        first = self.start if start is None else start
        if first is None:
            raise SimulationError("the run kept no first state")
        times = self.t0 + np.arange(frames, dtype=np.float64) * dt
        states = np.asarray(self.source.simulate(times, first), dtype=np.float64)
        if states.shape != (frames, *first.shape):
            raise SimulationError(f"expected {frames} states of {first.shape}, got {states.shape}")
        return states


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run came to. ``error`` is ``Kind: message`` of an error of the library, else empty."""

    status: str
    verdict: str
    reason: str
    error: str
    law: FieldLaw | None
    seconds: float

    def columns(self) -> dict[str, object]:
        """The outcome as columns of a row."""
        return {
            "status": self.status,
            "verdict": self.verdict,
            "reason": self.reason[:200],
            "error": self.error,
            "law": self.law.text if self.law else "",
            "seconds": self.seconds,
        }


def run_shown(shown: Shown, run_dir: Path) -> Outcome:
    """The agent on a field whose calibration, cells and borders are told."""
    field: dict[str, object] = {"spacing": shown.spacing, "dt": shown.dt, "periodic": shown.periodic}
    if shown.source == "npy":
        field |= {
            "axes": "tyx" if len(shown.names) == 1 else "tcyx",
            "channels": [{"name": name} for name in shown.names],
        }
        return run_file({"array": shown.path, "field": field}, run_dir)
    colours = ("grey",) if len(shown.names) == 1 else _COLOURS
    field["channels"] = [
        {"name": name, "colour": colour, "low": low, "high": high}
        for name, colour, low, high in zip(shown.names, colours, shown.low, shown.high, strict=False)
    ]
    return run_file({"video": shown.path, "level": "field", "field": field}, run_dir)


def run_file(task: Mapping[str, object], run_dir: Path) -> Outcome:
    """The whole agent with its built-in planner; ``task`` are fields of the task."""
    import lookagain as la

    library: Any = la
    done = ran(lambda: library.run(library.Pixel2Phys(**task), seed=0, run_dir=run_dir))
    return Outcome(
        status=done.status,
        verdict=done.verdict,
        reason=done.reason,
        error=done.error[:300],
        law=None if done.result is None else _law(done.result),
        seconds=done.seconds,
    )


def _law(result: Any) -> FieldLaw | None:
    """The law of a field; None where there is none, or one of moving objects."""
    answer = result.answer
    if answer is None or answer.grid is None:
        return None
    return FieldLaw(
        terms={
            str(name): {str(term.term): (float(term.value), float(term.sigma)) for term in equation.terms}
            for name, equation in zip(answer.variables, answer.equations, strict=True)
        },
        text="; ".join(str(equation.text) for equation in answer.equations)[:500],
        t0=float(answer.t0),
        start=_start(result, answer),
        source=answer,
    )


def _start(result: Any, answer: Any) -> Floats | None:
    """The fitted first state, which the law holds itself or beside it."""
    if answer.initial_state:
        shape = (len(answer.variables), *answer.grid.shape)
        return np.reshape(np.asarray(answer.initial_state, dtype=np.float64), shape)
    if "start.npy" not in result.artifacts:
        return None
    return np.asarray(np.load(result.artifact_path("start.npy")), dtype=np.float64)
