"""First pass: frames for the background, scene cuts, and whether the camera moves.

Memory: two bounded samples of frames (the longest scene so far and the present one) and a few numbers a frame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from lookagain.core.errors import InputError
from lookagain.tools.experts.motion.settings import MotionSettings
from lookagain.tools.experts.motion.source import FrameSource
from lookagain.tools.experts.motion.values import Floats
from lookagain.tools.media.values import Pixels

__all__ = ["Scene", "Survey", "survey"]

_THUMB = 64
_SLACK = 12
_SAMPLE_BYTES = 32_000_000
_CORNERS = 400
_CELLS = 8
_PER_CELL = 2
_AGREE = 0.5
_SHARE = 0.15
_LK_WINDOW = (15, 15)

Thumb: TypeAlias = npt.NDArray[np.float32]


@dataclass(kw_only=True)
class Scene:
    """A run of frames without a cut: its sample of frames and the background's shift in each frame."""

    first: int
    last: int
    samples: list[Pixels] = field(default_factory=list)
    sample_frames: list[int] = field(default_factory=list)
    shifts: list[tuple[float, float]] = field(default_factory=list)
    corners: int = 0
    _stride: int = 1

    def keep(self, index: int, pixels: Pixels, limit: int) -> None:
        """Take every ``stride``-th frame; when the sample is full, drop every second and double the stride."""
        if (index - self.first) % self._stride:
            return
        if len(self.samples) >= limit:
            self.samples = self.samples[::2]
            self.sample_frames = self.sample_frames[::2]
            self._stride *= 2
            if (index - self.first) % self._stride:
                return
        self.samples.append(pixels)
        self.sample_frames.append(index)


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What the first pass saw: the longest scene, the cuts, and the size of the video."""

    scene: Scene
    cuts: tuple[int, ...]
    frame_count: int
    width: int
    height: int


def survey(source: FrameSource, settings: MotionSettings, progress: Callable[[int], None] | None = None) -> Survey:
    """Read all frames once. Raises ``InputError`` if there are fewer than two."""
    best: Scene | None = None
    scene: Scene | None = None
    camera = _CameraWatch()
    cuts: list[int] = []
    previous: Thumb | None = None
    count, size = 0, (0, 0)
    for count, frame in enumerate(source.frames(), start=1):
        pixels = frame.pixels
        size = (pixels.shape[1], pixels.shape[0])
        grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        small = cv2.resize(grey, (_THUMB, _THUMB), interpolation=cv2.INTER_AREA)
        thumb = cv2.GaussianBlur(small.astype(np.float32), (0, 0), 1.0).astype(np.float32)
        if previous is not None and scene is not None and _is_cut(previous, thumb):
            cuts.append(frame.index)
            best = scene if best is None or _length(scene) > _length(best) else best
            scene = None
        previous = thumb
        if scene is None:
            scene = Scene(first=frame.index, last=frame.index)
            scene.corners = camera.restart(grey)
        scene.last = frame.index
        scene.shifts.append(camera.shift(grey))
        limit = int(np.clip(_SAMPLE_BYTES // max(pixels.nbytes, 1), 9, settings.samples))
        scene.keep(frame.index, pixels, limit)
        if progress is not None:
            progress(count)
    if scene is None or count < 2:
        raise InputError(f"expected a video of at least 2 frames, got {count}.", hint="Give a longer video.")
    best = scene if best is None or _length(scene) > _length(best) else best
    return Survey(scene=best, cuts=tuple(cuts), frame_count=count, width=size[0], height=size[1])


def _length(scene: Scene) -> int:
    return scene.last - scene.first


def _is_cut(before: Thumb, after: Thumb) -> bool:
    """Much of the picture changed, beyond a change of brightness, and no shift makes it correlate again."""
    change = after - before
    change -= np.median(change)
    if float((np.abs(change) > 10).mean()) < 0.3:
        return False
    inner = np.ascontiguousarray(before[_SLACK:-_SLACK, _SLACK:-_SLACK])
    if float(inner.std()) < 1.0 or float(after.std()) < 1.0:
        return True
    return float(cv2.matchTemplate(after, inner, cv2.TM_CCOEFF_NORMED).max()) < 0.7


class _CameraWatch:
    """Follows corners of a scene's first frame; what most of them share is the camera's motion.

    Pyramidal Lucas-Kanade. Corners on objects that move are outvoted by the background's.
    """

    def __init__(self) -> None:
        self._grey: npt.NDArray[np.uint8] = np.zeros((1, 1), np.uint8)
        self._corners: npt.NDArray[np.float32] = np.zeros((0, 1, 2), np.float32)
        self._moments = (0.0, 1.0)
        self._last = np.zeros(2, np.float32)

    def restart(self, grey: Pixels) -> int:
        """Begin a scene; returns how many corners it offers."""
        self._grey = grey
        self._moments = (float(grey.mean()), float(grey.std()) or 1.0)
        distance = max(5.0, min(grey.shape) / 40)
        # Edges of black bars at the picture's margin rest however the camera moves.
        inside = np.zeros_like(grey)
        margin = max(4, round(0.03 * min(grey.shape)))
        inside[margin:-margin, margin:-margin] = 255
        smooth = cv2.GaussianBlur(grey, (5, 5), 0)
        found = cv2.goodFeaturesToTrack(smooth, _CORNERS, 0.01, distance, mask=inside)
        self._corners = _spread(np.zeros((0, 1, 2), np.float32) if found is None else found, grey.shape)
        self._last = np.zeros(2, np.float32)
        return len(self._corners)

    def shift(self, grey: Pixels) -> tuple[float, float]:
        """Shift (x, y) in pixels since the scene's first frame; NaN where it cannot be told."""
        if len(self._corners) < 8:
            return float("nan"), float("nan")
        mean, spread = float(grey.mean()), float(grey.std()) or 1.0
        gain = self._moments[1] / spread
        if abs(gain - 1) > 0.02 or abs(mean - self._moments[0]) > 2:
            grey = cv2.convertScaleAbs(grey, alpha=gain, beta=self._moments[0] - gain * mean).astype(np.uint8)
        guess = (self._corners + self._last).astype(np.float32)
        moved, status, _ = cv2.calcOpticalFlowPyrLK(
            self._grey, grey, self._corners, guess, winSize=_LK_WINDOW, maxLevel=3,
            flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
        )  # fmt: skip
        steps = np.asarray(moved - self._corners, dtype=float).reshape(-1, 2)[status.ravel() == 1]
        if len(steps) < 6:
            return float("nan"), float("nan")
        x, y = _common(steps)
        if np.isfinite(x):
            self._last = np.array([x, y], np.float32)
        return x, y


def _common(steps: Floats) -> tuple[float, float]:
    """Median of the largest group of corners that agree to half a pixel; NaN if too few do.

    The camera takes all of the background along alike; what moves on its own seldom agrees.
    """
    apart = steps[:, None, 0] - steps[None, :, 0], steps[:, None, 1] - steps[None, :, 1]
    near = apart[0] ** 2 + apart[1] ** 2 < _AGREE**2
    counts = near.sum(axis=1)
    if counts.max() < max(6, _SHARE * len(steps)):
        return float("nan"), float("nan")
    x, y = np.median(steps[near[int(counts.argmax())]], axis=0)
    return float(x), float(y)


def _spread(corners: npt.NDArray[Any], shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """At most a few corners (the best come first) in each cell of a grid, so that no object has the majority."""
    chosen: list[npt.NDArray[np.float32]] = []
    filled: Counter[tuple[int, int]] = Counter()
    for corner in np.asarray(corners, np.float32):
        cell = (int(corner[0, 0] * _CELLS / shape[1]), int(corner[0, 1] * _CELLS / shape[0]))
        if filled[cell] < _PER_CELL:
            filled[cell] += 1
            chosen.append(corner)
    return np.stack(chosen) if chosen else np.zeros((0, 1, 2), np.float32)
