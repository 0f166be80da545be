"""Videos and tracks that the benchmarks show to the agent: lawful ones, and ones that hold no law to confirm.

Every function is a pure function of its seed. Paths are n x 2 arrays of (column, row) pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from math import cos, pi, sin
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from bench.common.video import write_video
from bench.pixel2phys.render import Look, frames, make_look
from bench.pixel2phys.systems import FIT_FRAMES, SYSTEMS, System, trajectory

__all__ = ["LAWLESS", "Lawless", "lawless_video", "several_discs_video", "system_path", "system_video"]

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Lawless: TypeAlias = Literal[
    "random_walk", "ornstein_uhlenbeck", "still", "cut", "shaking", "forced", "hidden", "switching"
]

SIZE = 256
_MARGIN = 16.0


def system_path(system: System, seed: int, count: int = FIT_FRAMES) -> Floats:
    """Noise-free pixel positions of a system's first ``count`` states."""
    return system.to_pixels(trajectory(system, seed, max(count, FIT_FRAMES)).states[:count], SIZE)


def system_video(system: System, seed: int, path: Path, count: int = FIT_FRAMES) -> Path:
    """The H.264 video of a system: start, texture, colour and noise are decided by the seed."""
    look, rng = make_look(seed), _rng(1, seed)
    return write_video(path, frames(look, [system_path(system, seed, count)], rng))


def several_discs_video(system: System, seed: int, path: Path) -> Path:
    """A system's disc beside a second, smaller-orbit disc of another colour on a circle (a bystander)."""
    t = np.arange(FIT_FRAMES) * 0.05
    phase = _rng(2, seed).uniform(0, 2 * pi)
    other = np.stack([40 + 12 * np.cos(1.7 * t + phase), 40 + 12 * np.sin(1.7 * t + phase)], axis=1)
    look = make_look(seed, discs=2)
    return write_video(path, frames(look, [system_path(system, seed), other], _rng(1, seed)))


def lawless_video(kind: Lawless, seed: int, path: Path) -> Path:
    """A video of which no law in a library of planar autonomous laws may be confirmed."""
    return write_video(path, LAWLESS[kind](seed))


def _rng(stream: int, seed: int) -> np.random.Generator:
    return np.random.default_rng([97, stream, seed])


def _shown(path: Floats, seed: int) -> Iterator[Bytes]:
    return frames(make_look(seed), [path], _rng(1, seed))


def _fit_in_view(path: Floats) -> Floats:
    """The path shifted and scaled by one factor so that it fills the view up to a margin."""
    low, high = path.min(axis=0), path.max(axis=0)
    factor = (SIZE - 1 - 2 * _MARGIN) / float((high - low).max())
    return np.asarray((path - (low + high) / 2) * factor + (SIZE - 1) / 2, dtype=np.float64)


def _random_walk(seed: int) -> Iterator[Bytes]:
    steps = _rng(10, seed).normal(0.0, 1.0, (FIT_FRAMES, 2))
    return _shown(_fit_in_view(np.cumsum(steps, axis=0)), seed)


def _ornstein_uhlenbeck(seed: int) -> Iterator[Bytes]:
    """Exact discretisation, correlation time 20 frames, started in the stationary law."""
    rng = _rng(11, seed)
    keep = float(np.exp(-1 / 20))
    path = np.empty((FIT_FRAMES, 2))
    path[0] = rng.standard_normal(2)
    for k in range(1, FIT_FRAMES):
        path[k] = keep * path[k - 1] + np.sqrt(1 - keep**2) * rng.standard_normal(2)
    return _shown(_fit_in_view(path), seed)


def _still(seed: int) -> Iterator[Bytes]:
    place = _rng(12, seed).uniform(60, SIZE - 60, 2)
    return _shown(np.tile(place, (FIT_FRAMES, 1)), seed)


def _cut(seed: int) -> Iterator[Bytes]:
    """One system and one look up to the middle, another system and another look after it."""
    rng, half = _rng(13, seed), FIT_FRAMES // 2
    first, second = rng.choice(len(SYSTEMS), size=2, replace=False)
    before = system_path(SYSTEMS[first], seed)[:half]
    after = system_path(SYSTEMS[second], seed + 5000)[half:]
    return chain(_shown(before, seed), frames(make_look(seed + 5000), [after], _rng(14, seed)))


def _shaking(seed: int) -> Iterator[Bytes]:
    """A lawful disc seen by a camera that shakes by whole pixels (standard deviation 3 px, clipped at 10)."""
    rng = _rng(15, seed)
    path = system_path(SYSTEMS[seed % len(SYSTEMS)], seed)
    wide = make_look(seed, size=SIZE + 20)
    for position in path:
        shift = np.clip(np.rint(rng.normal(0.0, 3.0, 2)), -10, 10).astype(int)
        left, top = 10 + int(shift[0]), 10 + int(shift[1])
        part = wide.background[top : top + SIZE, left : left + SIZE]
        view = Look(background=part, colours=wide.colours, noise=wide.noise, radius=wide.radius)
        yield from frames(view, [(position - shift)[None, :]], rng)


def _forced(seed: int) -> Iterator[Bytes]:
    """Two Duffing oscillators, each driven at its own frequency: the drive is not in the picture."""
    rng = _rng(16, seed)
    start = rng.uniform(-1, 1, 4)
    phase = rng.uniform(0, 2 * pi, 2)

    def rhs(t: float, z: Floats) -> list[float]:
        x, u, y, w = (float(c) for c in z)
        drive = 0.5 * cos(1.2 * t + phase[0]), 0.45 * cos(1.9 * t + phase[1])
        return [u, -0.3 * u + x - x**3 + drive[0], w, -0.25 * w + y - y**3 + drive[1]]

    states = _solve(rhs, start, 0.15)
    return _shown(_fit_in_view(states[:, [0, 2]]), seed)


def _hidden(seed: int) -> Iterator[Bytes]:
    """The end of a double pendulum (unit masses and lengths): its elbow angle is not in the picture."""
    rng = _rng(17, seed)
    start = np.array([*rng.uniform(1.6, 2.8, 2), *rng.uniform(-1, 1, 2)])
    states = _solve(_double_pendulum, start, 0.05)
    a, b = states[:, 0], states[:, 1]
    return _shown(_fit_in_view(np.stack([np.sin(a) + np.sin(b), np.cos(a) + np.cos(b)], axis=1)), seed)


def _double_pendulum(_t: float, z: Floats) -> list[float]:
    a, b, u, w = (float(c) for c in z)
    d, g = a - b, 9.81
    bottom = 3 - cos(2 * d)
    first = (-3 * g * sin(a) - g * sin(a - 2 * b) - 2 * sin(d) * (w * w + u * u * cos(d))) / bottom
    second = 2 * sin(d) * (2 * u * u + 2 * g * cos(a) + w * w * cos(d)) / bottom
    return [u, w, first, second]


def _switching(seed: int) -> Iterator[Bytes]:
    """Constant speed, but the heading jumps at random moments (every 12 frames on average) and at walls."""
    rng = _rng(18, seed)
    position, heading = rng.uniform(80, SIZE - 80, 2), rng.uniform(0, 2 * pi)
    path = np.empty((FIT_FRAMES, 2))
    for k in range(FIT_FRAMES):
        path[k] = position
        if rng.random() < 1 / 12:
            heading = rng.uniform(0, 2 * pi)
        ahead = position + 3.0 * np.array([cos(heading), sin(heading)])
        while not (ahead.min() > _MARGIN and ahead.max() < SIZE - 1 - _MARGIN):
            heading = rng.uniform(0, 2 * pi)
            ahead = position + 3.0 * np.array([cos(heading), sin(heading)])
        position = ahead
    return _shown(path, seed)


def _solve(rhs: Callable[[float, Floats], list[float]], start: Floats, dt: float) -> Floats:
    times = np.arange(FIT_FRAMES) * dt
    solved = solve_ivp(rhs, (0.0, times[-1]), start, "DOP853", times, rtol=1e-10, atol=1e-12)
    if not solved.success:
        raise ArithmeticError(solved.message)
    return np.asarray(solved.y.T, dtype=np.float64)


LAWLESS: Mapping[Lawless, Callable[[int], Iterator[Bytes]]] = {
    "random_walk": _random_walk,
    "ornstein_uhlenbeck": _ornstein_uhlenbeck,
    "still": _still,
    "cut": _cut,
    "shaking": _shaking,
    "forced": _forced,
    "hidden": _hidden,
    "switching": _switching,
}
