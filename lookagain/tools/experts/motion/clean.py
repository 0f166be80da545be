"""Sightings that contradict the path around them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lookagain.tools.experts.motion.values import Floats

__all__ = ["outliers"]

_SIDE = 4


def outliers(times: Floats, xy: Floats, seen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Mask (n,) of sightings far from a parabola that fits their neighbours well.

    Where the neighbours themselves fit no parabola (a bounce, a jump that lasts) nothing is marked.
    """
    bad = np.zeros(len(seen), dtype=bool)
    rows = np.nonzero(seen)[0]
    for place, i in enumerate(rows):
        before, after = rows[max(place - _SIDE, 0) : place], rows[place + 1 : place + 1 + _SIDE]
        before = before[~bad[before]]
        if len(before) < 2 or len(after) < 2 or len(before) + len(after) < 5:
            continue
        near = np.concatenate([before, after])
        scale = float(np.ptp(times[near])) or 1.0
        t = (times[near] - times[i]) / scale
        design = np.stack([np.ones_like(t), t, t * t], axis=1)
        fit = np.linalg.lstsq(design, xy[near], rcond=None)[0]
        rest = float(np.sqrt(np.mean((xy[near] - design @ fit) ** 2)))
        step = float(np.median(np.hypot(*np.diff(xy[near], axis=0).T)))
        miss = float(np.hypot(*(xy[i] - fit[0])))
        bad[i] = rest < 1.0 + 0.1 * step and miss > 2.0 + 0.2 * step + 8 * rest
    return bad
