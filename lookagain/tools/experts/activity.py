"""How much of a picture changes, and whether a shift of the whole picture explains it: enough to tell objects that
move on a still background from a field that changes nearly everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Activity", "measure_activity"]

#: Pictures are looked at on this many pixels along their longer side.
_SIDE = 160
#: A pixel changes when it is off its own median by so many levels, and so many times the noise.
_LEVELS, _NOISES = 2.5, 5.0
_PAIRS = 12
#: Standard deviation over median absolute value, and the gain of a second difference on white noise.
_NORMAL, _SECOND = 1.4826, 6**0.5


@dataclass(frozen=True, kw_only=True)
class Activity:
    """What a few frames say. ``share``: part of the picture that is off its median at a busy time (upper quartile over
    the frames). ``ever``: part that is off at any time. ``noise``: in levels of 255. ``left``: what the best shift of
    the whole picture leaves of the changes, 0 (a shift explains all) to 1; 1 where nothing changes. ``sudden``: part of
    all change from frame to frame that happens in the two largest steps, as at a cut.
    """

    frames: int
    share: float
    ever: float
    noise: float
    left: float
    sudden: float

    def to_json(self) -> dict[str, Any]:
        """JSON values only."""
        return asdict(self)


def measure_activity(frames: Iterable[NDArray[np.uint8]]) -> Activity:
    """Looks at grey frames (h, w) or colour frames (h, w, 3); some hundred at most, for all are held, reduced."""
    seen = np.stack([_reduced(frame) for frame in frames]).astype(np.float32)
    if len(seen) < 3:
        return Activity(frames=len(seen), share=0.0, ever=0.0, noise=0.0, left=1.0, sudden=0.0)
    second = np.abs(seen[:-2] - 2 * seen[1:-1] + seen[2:])
    noise = float(np.median(second)) * _NORMAL / _SECOND
    off = np.abs(seen - np.median(seen, axis=0)) > max(_LEVELS, _NOISES * noise)
    steps = np.sort((np.diff(seen, axis=0) ** 2).mean(axis=(1, 2)))
    return Activity(
        frames=len(seen),
        share=float(np.percentile(off.mean(axis=(1, 2)), 75)),
        ever=float(off.any(axis=0).mean()),
        noise=noise,
        left=_left_by_shift(seen) if off.any() else 1.0,
        sudden=float(steps[-2:].sum() / steps.sum()) if steps.any() else 0.0,
    )


def _reduced(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) if frame.ndim == 3 else frame
    factor = min(1.0, _SIDE / max(grey.shape))
    if factor < 1:
        grey = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(grey, dtype=np.uint8)


def _left_by_shift(seen: NDArray[np.float32]) -> float:
    """Median over pairs of near frames of what remains after the best shift over what was there."""
    apart = max(1, len(seen) // 40)
    starts = np.unique(np.linspace(0, len(seen) - 1 - apart, _PAIRS).round().astype(int))
    left = [ratio for start in starts if (ratio := _left(seen[start], seen[start + apart])) is not None]
    return float(np.median(left)) if left else 1.0


def _left(first: NDArray[np.float32], second: NDArray[np.float32]) -> float | None:
    """Residual after the shift that aligns ``first`` with ``second`` (ECC, Evangelidis and Psarakis 2008) over that
    before; 1 where none is found, None where nothing changes.
    """
    stop = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 60, 1e-4)
    still = np.eye(2, 3, dtype=np.float32)
    try:
        everywhere = np.full(first.shape, 255, dtype=np.uint8)
        _, shift = cv2.findTransformECC(second, first, still, cv2.MOTION_TRANSLATION, stop, everywhere, 5)
    except cv2.error:
        return 1.0
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(first, shift, first.shape[::-1], flags=how, borderValue=float("nan"))
    inside = np.isfinite(moved)
    before = float(np.mean((second - first)[inside] ** 2)) if inside.any() else 0.0
    return min(1.0, float(np.mean((second - moved)[inside] ** 2)) / before) if before > 0 else None
