"""The common motion of a patch between two frames, from many small points in it.

What is named is what moves: a patch often holds a piece of the resting scene too (a pole in front, the wall
behind), whose points would hold it back. So points that move decide, where there are enough of them.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from lookagain.tools.experts.motion.match import Map
from lookagain.tools.experts.motion.values import Floats
from lookagain.tools.media.values import Pixels

__all__ = ["Flow", "common_flow"]

_LEAST = 6
_RETURN = 1.0
_WINDOW = (11, 11)
#: Pixels a frame below which a point rests, and the least share of moving points that decide.
_REST, _MOVING = 1.0, 0.2
#: A window rests if it changes by less than this part of its contrast.
_SAME = 0.3
#: Points agree where their motions differ by less; the width of the vote is half of it.
_AGREE = 2.5


class Flow(NamedTuple):
    """A shift (x, y) in pixels, and the mask (s, s) of the square around the point where that motion was seen.

    The mask is None where nothing moved and the foreground decided.
    """

    shift: tuple[float, float]
    mask: Map | None


def common_flow(
    before: Pixels, after: Pixels, xy: tuple[float, float], *, half: int, guess: tuple[float, float], front: Map
) -> Flow | None:
    """Motion of what lies within ``half`` of ``xy`` from grey frame ``before`` to ``after``, or None.

    Points are followed by pyramidal Lucas-Kanade, starting from ``guess``, there and back; those that come back
    within a pixel vote. If a fifth of them move, away from any that rest, only they do, near ones with more weight,
    and the largest group that agrees wins (an arm may swing in front). Else those before the background do
    (``front`` > 0.6).
    """
    step = max(2, half // 6)
    points = _grid(xy, half, step, before.shape)
    if len(points) < _LEAST:
        return None
    shifts, good = _followed(before, after, points, guess)
    resting = _unchanged(before, after, points)
    moving = _clear(points, good & ~resting & (np.hypot(*shifts.T) > _REST), resting)
    if moving.sum() >= max(_LEAST, _MOVING * good.sum()):
        shift, agree = _vote(shifts[moving], np.hypot(*(points[moving] - xy).T), half)
        return Flow(shift, _painted(points[moving][agree] - np.rint(xy), half, step))
    whole = np.rint(points).astype(int)
    fore = front[whole[:, 1], whole[:, 0]] > 0.6
    if (good & fore).sum() < max(_LEAST, 0.3 * fore.sum()):
        return None
    x, y = np.median(shifts[good & fore], axis=0)
    return Flow((float(x), float(y)), None)


def _grid(xy: tuple[float, float], half: int, step: int, shape: tuple[int, ...]) -> Floats:
    """Points (n, 2) every ``step`` pixels of the disc, inside the picture."""
    height, width = shape
    cols, rows = np.meshgrid(np.arange(-half, half + 1, step), np.arange(-half, half + 1, step))
    points: Floats = np.stack([cols.ravel() + xy[0], rows.ravel() + xy[1]], axis=1)
    points = points[np.hypot(*(points - xy).T) <= half]
    return points[(points >= 1).all(axis=1) & (points[:, 0] < width - 2) & (points[:, 1] < height - 2)]


def _followed(
    before: Pixels, after: Pixels, points: Floats, guess: tuple[float, float]
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Shift (n, 2) of each point and whether following it back leads home."""
    here = points.astype(np.float32)[:, None, :]
    start = (here + np.asarray(guess, np.float32)).astype(np.float32)
    flags = cv2.OPTFLOW_USE_INITIAL_FLOW
    there, ok, _ = cv2.calcOpticalFlowPyrLK(before, after, here, start, winSize=_WINDOW, maxLevel=3, flags=flags)
    back, fine, _ = cv2.calcOpticalFlowPyrLK(
        after, before, there, here.copy(), winSize=_WINDOW, maxLevel=3, flags=flags
    )
    miss = np.hypot(*(back - here).reshape(-1, 2).T)
    shifts: Floats = np.asarray(there - here, dtype=float).reshape(-1, 2)
    return shifts, np.asarray((ok.ravel() == 1) & (fine.ravel() == 1) & (miss < _RETURN), dtype=np.bool_)


def _unchanged(before: Pixels, after: Pixels, points: Floats) -> npt.NDArray[np.bool_]:
    """Points (n,) whose window has structure that stayed where it was; a plain pole would follow any guess along it."""
    first, second = before.astype(np.float32), after.astype(np.float32)
    change = cv2.blur(np.abs(second - first), _WINDOW)
    structure = np.sqrt(np.maximum(cv2.blur(first * first, _WINDOW) - cv2.blur(first, _WINDOW) ** 2, 0))
    col, row = np.rint(points).astype(int).T
    return np.asarray(change[row, col] < _SAME * structure[row, col], dtype=np.bool_)


def _clear(points: Floats, moving: npt.NDArray[np.bool_], resting: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The moving points without those whose window holds a piece of what rests, where enough are left."""
    if not resting.any():
        return moving
    apart = np.abs(points[:, None] - points[resting][None]).max(axis=2).min(axis=1)
    clear = moving & (apart > _WINDOW[0] / 2)
    return np.asarray(clear if clear.sum() >= _LEAST else moving, dtype=np.bool_)


def _vote(shifts: Floats, away: Floats, half: int) -> tuple[tuple[float, float], npt.NDArray[np.bool_]]:
    """The weighted mean of the largest group of shifts that agree, and who is in it."""
    weight = np.exp(-0.5 * (away / (0.5 * half)) ** 2)
    apart = np.hypot(*(shifts[:, None] - shifts[None]).transpose(2, 0, 1))
    votes = (np.exp(-0.5 * (apart / (0.6 * _AGREE)) ** 2) * weight).sum(axis=1)
    agree = apart[int(votes.argmax())] < _AGREE
    x, y = np.average(shifts[agree], axis=0, weights=weight[agree])
    return (float(x), float(y)), np.asarray(agree, dtype=np.bool_)


def _painted(offsets: Floats, half: int, step: int) -> Map:
    """A square (2 half + 1) of zeros with a patch of ones around each offset (x, y) from its middle."""
    mask = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    col, row = (np.clip(np.rint(offsets).astype(int) + half, 0, 2 * half)).T
    mask[row, col] = 1.0
    return np.asarray(cv2.dilate(mask, np.ones((step | 1, step | 1), np.uint8)), dtype=np.float32)
