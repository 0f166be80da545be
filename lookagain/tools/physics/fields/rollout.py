"""Roll-outs of a law against the frames: starts freed of noise, and how well held-out frames are foretold."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lookagain.tools.physics.fields.field import Field
from lookagain.tools.physics.fields.system import FieldSystem
from lookagain.tools.physics.trajectory import Array

__all__ = ["Score", "clean_start", "roll_out"]

_FRAMES = 8
"""Frames that a start is fitted to."""
_ROUNDS = 2
_WINDOWS = 4
_LEAST_HORIZON = 10
_MOST_CELLS = 12_000_000
"""Values of a roll-out, at most: bounds its time on large fields. Open borders are mirrored, which doubles an axis."""
_VALID = 0.5


def clean_start(system: FieldSystem, field: Field, first: int, tick: Callable[[], None] | None = None) -> Array:
    """The state ``(channels, *space)`` at frame ``first`` from which the law follows the next frames best.

    Each frame differs from the roll-out by its own noise and the start's; the mean difference is taken from the start,
    as if the law carried small differences along unchanged for so few frames. What grows or fades fast is left for
    the next round.
    """
    frames = field.quantity(slice(first, first + _FRAMES))
    t = field.t[first : first + _FRAMES]
    start: Array = frames[0]
    best = start, np.inf
    for _ in range(_ROUNDS + 1):
        path = system.simulate(start, t, spacing=field.spacing, periodic=field.periodic, tick=tick)
        rest = frames - path
        error = float(np.sqrt(np.mean(rest[1:] ** 2))) if len(rest) > 1 else np.inf
        if not error < best[1]:
            break
        best = start, error
        start = start + rest.mean(axis=0)
    return best[0]


class Score(NamedTuple):
    """How a law foretells frames that it was not fitted to, over windows of ``horizon`` frames."""

    horizon: int
    r2: float
    """1 - squared error over squared distance from each channel's mean, channels alike."""
    rmse: float
    persistence: float
    """rmse of 'nothing changes'."""
    valid_steps: int
    """Frames of the first window, which goes on to the end, before the error exceeds half a standard deviation."""


def roll_out(system: FieldSystem, field: Field, first: int, tick: Callable[[], None] | None = None) -> Score:
    """Windows from frame ``first`` to the end, each begun from frames seen and then left to the law."""
    cells = field.values[0].size * 2 ** field.periodic.count(False)
    last = min(field.frames, first + max(_FRAMES + 2, _MOST_CELLS // cells))
    mean, spread = _moments(field, first, last)
    horizon = _horizon(field, first, last, spread)
    errors = still = np.zeros(field.channels)
    total = np.zeros(field.channels)
    valid = counted = 0
    for window in range(min(_WINDOWS, (last - first - 1) // horizon)):
        begin = first + window * horizon
        end = last if window == 0 else begin + horizon + 1
        start = clean_start(system, field, begin, tick)
        path = system.frames(start, field.t[begin:end], spacing=field.spacing, periodic=field.periodic, tick=tick)
        frozen = field.quantity([begin])[0]
        going = window == 0
        next(path)
        for i, told in enumerate(path, start=1):
            seen = field.quantity([begin + i])[0]
            error = _mean_square(told - seen)
            if going and float(np.sqrt(np.mean(error / spread**2))) <= _VALID:
                valid += 1
            else:
                going = False
            if i <= horizon:
                errors, still = errors + error, still + _mean_square(seen - frozen)
                total, counted = total + _mean_square(seen - mean), counted + 1
            elif not going:
                break
    good = bool(np.isfinite(errors).all()) and counted > 0
    return Score(
        horizon=horizon,
        r2=float(1 - np.mean(errors / np.maximum(total, 1e-300))) if good else -np.inf,
        rmse=float(np.sqrt(errors.mean() / counted)) if good else np.inf,
        persistence=float(np.sqrt(still.mean() / max(counted, 1))),
        valid_steps=valid,
    )


def _mean_square(values: Array) -> Array:
    return np.asarray((values**2).reshape(len(values), -1).mean(axis=1))


def _moments(field: Field, first: int, last: int) -> tuple[Array, Array]:
    """Mean, shaped to broadcast over a frame, and standard deviation of each channel from some frames."""
    chosen = field.quantity([int(i) for i in np.linspace(first, last - 1, min(8, last - first))])
    axes = (0, *range(2, chosen.ndim))
    mean = chosen.mean(axis=axes, keepdims=True)[0]
    return np.asarray(mean), np.maximum(chosen.std(axis=axes), 1e-300)


def _horizon(field: Field, first: int, last: int, spread: Array) -> int:
    """Twice the frames after which 'nothing changes' is off by the spread of the field: then all is new."""
    frozen = field.quantity([first])[0]
    for i in range(1, last - first):
        off = _mean_square(field.quantity([first + i])[0] - frozen) / spread**2
        if float(off.max()) >= 1.0:
            return max(1, min(max(2 * i, _LEAST_HORIZON), last - first - 1))
    return max(1, last - first - 1)
