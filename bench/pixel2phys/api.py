"""The one place that knows the names of the public API: a difference in names is one edit here.

Everything the benchmarks judge passes through ``Outcome`` and ``FoundLaw``, which hold plain values.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bench.common.agent import ran

__all__ = [
    "Equation",
    "FoundLaw",
    "Outcome",
    "SimulationError",
    "regression_core",
    "run_table",
    "run_video",
    "solver_core",
    "write_table",
]

Floats = NDArray[np.float64]


class SimulationError(ArithmeticError):
    """The found law could not be simulated to the end."""


class _Simulates(Protocol):
    def simulate(self, t: Floats, x0: Floats | None = None) -> ArrayLike: ...


@dataclass(frozen=True, kw_only=True)
class Equation:
    """One right side: ``variable``, derivative ``order``, term text to (coefficient, sigma or NaN)."""

    variable: str
    order: int
    terms: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class FoundLaw:
    """A law as plain values.

    ``start`` is the time of the first fitted state, seconds after frame 0. For plane coordinates variable =
    (pixel - ``origin``) * ``units_per_pixel``, rows turned upwards where ``y_up``, then minus ``shift`` and
    divided by ``stretch``.
    """

    variables: tuple[str, ...]
    order: int
    equations: tuple[Equation, ...]
    text: str
    start: float
    coordinates: str
    origin: tuple[float, float]
    units_per_pixel: float
    y_up: bool
    shift: tuple[float, ...]
    stretch: float
    initial_state: tuple[float, ...]
    source: _Simulates

    @property
    def initial_velocity(self) -> tuple[float, ...]:
        """The fitted derivatives at the start of a second-order law; empty for the first order."""
        return self.initial_state[len(self.variables) :]

    @property
    def shifted(self) -> bool:
        """Whether the variables are not the calibrated coordinates themselves."""
        return self.stretch != 1.0 or any(value != 0.0 for value in self.shift)

    def from_pixels(self, pixels: Floats) -> Floats | None:
        """Positions (n x 2, column and row) in the law's variables; None unless these are plane coordinates."""
        if self.coordinates != "xy" or len(self.variables) != 2:
            return None
        sign = np.array([1.0, -1.0 if self.y_up else 1.0])
        shift = np.asarray(self.shift or (0.0, 0.0))
        seen = (pixels - self.origin) * sign * self.units_per_pixel
        return np.asarray((seen - shift) / self.stretch, dtype=np.float64)

    def to_pixels(self, values: Floats) -> Floats | None:
        """The inverse of ``from_pixels``."""
        if self.coordinates != "xy" or values.ndim != 2 or values.shape[1] != 2:
            return None
        sign = np.array([1.0, -1.0 if self.y_up else 1.0])
        shift = np.asarray(self.shift or (0.0, 0.0))
        seen = values * self.stretch + shift
        return np.asarray(seen * sign / self.units_per_pixel + self.origin, dtype=np.float64)

    def simulate(self, count: int, dt: float) -> Floats:
        """``count`` states of the variables (count x d) from the first fitted state on, ``dt`` apart.

        Raises SimulationError where the result has not that shape or is not finite.
        """
        times = self.start + np.arange(count, dtype=np.float64) * dt
        with np.errstate(all="ignore"):
            states = np.asarray(self.source.simulate(times), dtype=np.float64)
        width = len(self.variables)
        if states.ndim != 2 or states.shape[0] != count or states.shape[1] < width:
            raise SimulationError(f"expected {count} x {width} states, got shape {states.shape}")
        if not np.isfinite(states).all():
            raise SimulationError(f"not finite from step {int(np.argmin(np.isfinite(states).all(axis=1)))}")
        return states[:, :width]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run came to. ``error`` is ``Kind: message`` of an error of the library, else empty.

    ``pixels`` is the tracked path (frame numbers n, positions n x 2 as column and row; NaN where not seen).
    """

    status: str
    verdict: str
    reason: str
    error: str
    law: FoundLaw | None
    seconds: float
    pixels: tuple[NDArray[np.int64], Floats] | None = None

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


def run_video(video: Path, run_dir: Path, **settings: object) -> Outcome:
    """The whole agent with its built-in planner on a video.

    ``settings`` are fields of the task: ``fps``, ``scale`` (world units a pixel), ``origin`` (pixel), ...
    """
    return _run({"video": video, **settings}, run_dir)


def run_table(table: Path, run_dir: Path) -> Outcome:
    """The agent on a table of positions in place of a video."""
    return _run({"track": table}, run_dir)


def write_table(path: Path, t: Floats, states: Floats) -> Path:
    """A table of times and positions with one row a frame; floats round-trip."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["t [s]", "x [m]", "y [m]"])
        for moment, row in zip(t, states, strict=True):
            writer.writerow([repr(float(moment)), *(repr(float(value)) for value in row)])
    return path


def regression_core(states: Floats, slopes: Floats, threshold: float) -> Callable[[], Floats]:
    """One call builds the cubic library of ``states`` (n x d) and solves STLSQ; coefficients (d x terms)."""
    from lookagain.tools.physics.library import Library
    from lookagain.tools.physics.regression import stlsq

    names = tuple("xyz"[: states.shape[1]])

    def fit() -> Floats:
        theta = Library.polynomial(names, 3)(states)
        return np.asarray(stlsq(theta, slopes, threshold, normalise=False).T, dtype=np.float64)

    return fit


def solver_core(theta: Floats, slopes: Floats, threshold: float) -> Callable[[], Floats]:
    """One call solves STLSQ on a library that is built already; coefficients (d x terms)."""
    from lookagain.tools.physics.regression import stlsq

    return lambda: np.asarray(stlsq(theta, slopes, threshold, normalise=False).T, dtype=np.float64)


def _run(task: Mapping[str, object], run_dir: Path) -> Outcome:
    import lookagain as la

    library: Any = la
    done = ran(lambda: library.run(library.Pixel2Phys(**task), seed=0, run_dir=run_dir))
    return Outcome(
        status=done.status,
        verdict=done.verdict,
        reason=done.reason,
        error=done.error[:300],
        law=None if done.result is None else _law(done.result.answer),
        seconds=done.seconds,
        pixels=None if done.result is None else _pixels(run_dir),
    )


def _law(answer: Any) -> FoundLaw | None:
    if answer is None:
        return None
    variables = tuple(str(name) for name in answer.variables)
    equations = tuple(
        Equation(
            variable=variables[k],
            order=int(answer.order),
            terms={_term(term): _coefficient(term) for term in equation.terms},
        )
        for k, equation in enumerate(answer.equations)
    )
    return FoundLaw(
        variables=variables,
        order=int(answer.order),
        equations=equations,
        text="; ".join(str(equation.text) for equation in answer.equations)[:500],
        start=float(answer.t0),
        coordinates=str(answer.frame.coordinates),
        origin=(float(answer.frame.origin_px[0]), float(answer.frame.origin_px[1])),
        units_per_pixel=float(answer.frame.units_per_pixel),
        y_up=bool(answer.frame.y_up),
        shift=tuple(float(value) for value in answer.frame.shift),
        stretch=float(answer.frame.stretch),
        initial_state=tuple(float(value) for value in answer.initial_state),
        source=answer,
    )


def _term(term: Any) -> str:
    return str(term.term)


def _coefficient(term: Any) -> tuple[float, float]:
    return float(term.value), float(term.sigma)


def _pixels(run_dir: Path) -> tuple[NDArray[np.int64], Floats] | None:
    """The path of the first object, from the motion report among the run folder's blobs."""
    for path in sorted((run_dir / "blobs").glob("*/*")):
        with path.open("rb") as file:
            if file.read(1) != b"{":
                continue
        report = json.loads(path.read_text(encoding="utf-8"))
        if not report.get("tracks") or "xy" not in report["tracks"][0]:
            continue
        track = report["tracks"][0]
        places = [[float("nan") if value is None else float(value) for value in row] for row in track["xy"]]
        points = np.array(places, dtype=np.float64).reshape(len(places), 2)
        return np.array(track["frames"], dtype=np.int64), points
    return None
