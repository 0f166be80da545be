"""The common motion of a patch between two frames, from many small points in it (median flow)."""

from __future__ import annotations

import cv2
import numpy as np

from lookagain.tools.experts.motion.match import Map
from lookagain.tools.media.values import Pixels

__all__ = ["median_flow"]

_LEAST = 6
_RETURN = 1.0


def median_flow(
    before: Pixels, after: Pixels, xy: tuple[float, float], *, half: int, guess: tuple[float, float], front: Map
) -> tuple[float, float] | None:
    """Shift (x, y) of what lies within ``half`` of ``xy`` from grey frame ``before`` to ``after``, or None.

    Points in front of the background (``front`` > 0.6) are followed by pyramidal Lucas-Kanade, starting from
    ``guess``, there and back; those that come back within a pixel vote with their median.
    """
    height, width = before.shape
    step = max(2, half // 6)
    cols, rows = np.meshgrid(np.arange(-half, half + 1, step), np.arange(-half, half + 1, step))
    points = np.stack([cols.ravel() + xy[0], rows.ravel() + xy[1]], axis=1)
    points = points[np.hypot(*(points - xy).T) <= half]
    inside = (points >= 1).all(axis=1) & (points[:, 0] < width - 2) & (points[:, 1] < height - 2)
    points = points[inside]
    whole = np.rint(points).astype(int)
    points = points[front[whole[:, 1], whole[:, 0]] > 0.6].astype(np.float32)[:, None, :]
    if len(points) < _LEAST:
        return None
    start = (points + np.asarray(guess, np.float32)).astype(np.float32)
    flags = cv2.OPTFLOW_USE_INITIAL_FLOW
    there, ok, _ = cv2.calcOpticalFlowPyrLK(before, after, points, start, winSize=(15, 15), maxLevel=2, flags=flags)
    back, fine, _ = cv2.calcOpticalFlowPyrLK(
        after, before, there, points.copy(), winSize=(15, 15), maxLevel=2, flags=flags
    )
    miss = np.hypot(*(back - points).reshape(-1, 2).T)
    good = (ok.ravel() == 1) & (fine.ravel() == 1) & (miss < _RETURN)
    if good.sum() < max(_LEAST, 0.3 * len(points)):
        return None
    x, y = np.median((there - points).reshape(-1, 2)[good], axis=0)
    return float(x), float(y)
