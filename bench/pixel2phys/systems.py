"""The paper's five systems: constants, time steps, starts, views and true terms, fixed before any run.

State ``(x, y)`` in world units, y up. The object is drawn where the state says. The Glider's state is
``(v, theta)``: speed along x, path angle along y.

A start is drawn from a generator seeded by (system, seed), uniformly in the stated region and redrawn until
admissible. "Minimum over the run" is over the 1,000 steps of the noise-free trajectory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import cos, sin
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

__all__ = [
    "BY_NAME",
    "FIT_FRAMES",
    "HORIZON",
    "SYSTEMS",
    "Name",
    "System",
    "Trajectory",
    "fps",
    "initial_state",
    "integrate",
    "trajectory",
]

Name: TypeAlias = Literal["linear", "cubic", "circular", "vanderpol", "glider"]
Floats: TypeAlias = NDArray[np.float64]
RightSide: TypeAlias = Callable[[float, float], tuple[float, float]]

FIT_FRAMES = 200
HORIZON = 1000


@dataclass(frozen=True, kw_only=True)
class System:
    """A first-order law in the plane and how it is shown.

    ``region`` is ``(low, high)`` corners of the box that starts are drawn from; ``radius`` bounds the
    distance of a start from ``around``; ``admissible`` says the rest in words and ``admits`` in code, given
    the noise-free trajectory (1,001 x 2). ``scale`` is world units a pixel (both axes), ``centre`` the world
    point in the middle of the image.
    """

    name: Name
    index: int
    rhs: RightSide
    dt: float
    truth: Mapping[str, frozenset[str]]
    coefficients: Mapping[str, Mapping[str, float]]
    region: tuple[tuple[float, float], tuple[float, float]]
    around: tuple[float, float] = (0.0, 0.0)
    radius: tuple[float, float]
    admissible: str
    admits: Callable[[Floats], bool]
    scale: float
    centre: tuple[float, float]

    def origin(self, size: int) -> tuple[float, float]:
        """The pixel (column, row) of the world origin; pixel centres have integer coordinates."""
        middle = (size - 1) / 2
        return middle - self.centre[0] / self.scale, middle + self.centre[1] / self.scale

    def to_pixels(self, states: Floats, size: int) -> Floats:
        """World positions (n x 2, y up) to pixels (column, row)."""
        column, row = self.origin(size)
        moved = [column + states[:, 0] / self.scale, row - states[:, 1] / self.scale]
        return np.stack(moved, axis=1).astype(np.float64)


@dataclass(frozen=True, kw_only=True)
class Trajectory:
    """Times (n) and noise-free states (n x 2) of one start."""

    t: Floats
    states: Floats


def fps(system: System) -> float:
    """Frames a second that make one frame one time step."""
    return 1.0 / system.dt


def integrate(rhs: RightSide, start: Floats, dt: float, steps: int) -> Floats:
    """``steps + 1`` states at a fixed step: scipy DOP853, relative tolerance 1e-12, absolute 1e-13."""
    times = _times(dt, steps)
    solved = solve_ivp(
        lambda _t, z: rhs(float(z[0]), float(z[1])),
        (0.0, float(times[-1])),
        start,
        method="DOP853",
        t_eval=times,
        rtol=1e-12,
        atol=1e-13,
    )
    if not solved.success or solved.y.shape[1] != steps + 1:
        raise ArithmeticError(f"integration from {start} ended early: {solved.message}")
    return np.asarray(solved.y.T, dtype=np.float64)


def initial_state(system: System, seed: int) -> Floats:
    """The start of ``seed``: uniform in the region, redrawn until admissible (at most 1,000 times)."""
    return np.asarray(trajectory(system, seed).states[0], dtype=np.float64)


def trajectory(system: System, seed: int, steps: int = HORIZON) -> Trajectory:
    """The noise-free trajectory of ``seed``; admissibility is always judged over ``HORIZON`` steps."""
    rng = np.random.default_rng([system.index, seed])
    low, high = (np.asarray(corner) for corner in system.region)
    for _ in range(1000):
        start = rng.uniform(low, high)
        distance = float(np.hypot(*(start - system.around)))
        if not system.radius[0] <= distance <= system.radius[1]:
            continue
        if system.name == "glider" and start[0] <= 0.25:
            continue
        states = integrate(system.rhs, start, system.dt, max(steps, HORIZON))
        if system.admits(states[: HORIZON + 1]):
            return Trajectory(t=_times(system.dt, steps), states=states[: steps + 1])
    raise ArithmeticError(f"{system.name}: no admissible start for seed {seed}")


def _times(dt: float, steps: int) -> Floats:
    return np.arange(steps + 1, dtype=np.float64) * dt


def _linear(x: float, y: float) -> tuple[float, float]:
    return -0.1 * x + 2.0 * y, -2.0 * x - 0.1 * y


def _cubic(x: float, y: float) -> tuple[float, float]:
    return -0.1 * x**3 + 2.0 * y**3, -2.0 * x**3 - 0.1 * y**3


def _circular(x: float, y: float) -> tuple[float, float]:
    return y, -x


def _vanderpol(x: float, y: float) -> tuple[float, float]:
    return y, 2.0 * (1.0 - x * x) * y - x


def _glider(v: float, theta: float) -> tuple[float, float]:
    return -sin(theta) - 0.2 * v * v, v - cos(theta) / v


def _any(_states: Floats) -> bool:
    return True


def _flies(states: Floats) -> bool:
    return bool(states[:, 0].min() > 0.25 and np.abs(states[:, 1]).max() < 1.2 and states[:, 0].max() < 2.3)


def _support(coefficients: Mapping[str, Mapping[str, float]]) -> dict[str, frozenset[str]]:
    return {variable: frozenset(terms) for variable, terms in coefficients.items()}


_LAWS: Mapping[Name, Mapping[str, Mapping[str, float]]] = {
    "linear": {"x": {"x": -0.1, "y": 2.0}, "y": {"x": -2.0, "y": -0.1}},
    "cubic": {"x": {"x^3": -0.1, "y^3": 2.0}, "y": {"x^3": -2.0, "y^3": -0.1}},
    "circular": {"x": {"y": 1.0}, "y": {"x": -1.0}},
    "vanderpol": {"x": {"y": 1.0}, "y": {"y": 2.0, "x^2 y": -2.0, "x": -1.0}},
    "glider": {"x": {"sin(y)": -1.0, "x^2": -0.2}, "y": {"x": 1.0, "cos(y) x^-1": -1.0}},
}

# The view leaves the disc (7 px radius) at least 12 px inside a 256 px image for every admissible start.
SYSTEMS: tuple[System, ...] = (
    System(
        name="linear",
        index=0,
        rhs=_linear,
        dt=0.03,
        truth=_support(_LAWS["linear"]),
        coefficients=_LAWS["linear"],
        region=((-2.4, -2.4), (2.4, 2.4)),
        radius=(1.6, 2.4),
        admissible="distance from the origin 1.6 to 2.4",
        admits=_any,
        scale=2.5 / 112,
        centre=(0.0, 0.0),
    ),
    System(
        name="cubic",
        index=1,
        rhs=_cubic,
        dt=0.02,
        truth=_support(_LAWS["cubic"]),
        coefficients=_LAWS["cubic"],
        region=((-2.0, -2.0), (2.0, 2.0)),
        radius=(1.6, 2.0),
        admissible="distance from the origin 1.6 to 2.0",
        admits=_any,
        scale=2.4 / 112,
        centre=(0.0, 0.0),
    ),
    System(
        name="circular",
        index=2,
        rhs=_circular,
        dt=0.05,
        truth=_support(_LAWS["circular"]),
        coefficients=_LAWS["circular"],
        region=((-2.0, -2.0), (2.0, 2.0)),
        radius=(1.0, 2.0),
        admissible="distance from the origin 1 to 2",
        admits=_any,
        scale=2.1 / 112,
        centre=(0.0, 0.0),
    ),
    System(
        name="vanderpol",
        index=3,
        rhs=_vanderpol,
        dt=0.075,
        truth=_support(_LAWS["vanderpol"]),
        coefficients=_LAWS["vanderpol"],
        region=((-2.0, -2.0), (2.0, 2.0)),
        radius=(0.5, 2.0),
        admissible="mu = 2; distance from the origin 0.5 to 2",
        admits=_any,
        scale=4.7 / 112,
        centre=(0.0, 0.0),
    ),
    System(
        name="glider",
        index=4,
        rhs=_glider,
        dt=0.05,
        truth=_support(_LAWS["glider"]),
        coefficients=_LAWS["glider"],
        region=((0.5, -1.0), (2.2, 1.0)),
        around=(0.99, -0.197),
        radius=(0.5, 3.0),
        admissible=(
            "D = 0.2; minimum v over 0.25 (no near-stall), maximum v under 2.3, |theta| under 1.2 (no loop), "
            "start at least 0.5 from the steady glide (v 0.99, theta -0.197)"
        ),
        admits=_flies,
        scale=1.25 / 112,
        centre=(1.15, 0.0),
    ),
)

BY_NAME: Mapping[str, System] = {system.name: system for system in SYSTEMS}
