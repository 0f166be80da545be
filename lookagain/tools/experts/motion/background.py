"""The scene without what moves: a median of sampled frames, cleared of objects that rested in it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from lookagain.tools.experts.motion.values import Floats
from lookagain.tools.media.values import Pixels

__all__ = ["Background", "Light", "build_background", "light_of"]

_GRID = 5
_RESTING = 20.0
_WEAKER = 0.75


@dataclass(frozen=True, kw_only=True, eq=False)
class Background:
    """``colour`` (h, w, 3) float32 in grey levels; ``noise`` (h, w) float32: standard deviation there."""

    colour: npt.NDArray[np.float32]
    noise: npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Light:
    """Brightness of a frame against the background: frame = gain * background + offset."""

    gain: float = 1.0
    offset: float = 0.0

    @property
    def same(self) -> bool:
        """Whether it may be left out."""
        return self.gain == 1.0 and self.offset == 0.0


def light_of(pixels: Pixels, background: npt.NDArray[np.float32]) -> Light:
    """Gain and offset of a frame by trimmed least squares on a grid of pixels (at least half unchanged)."""
    x, y = _grey_grid(background), _grey_grid(pixels)
    gain, offset = 1.0, float(np.median(y - x))
    for _ in range(3):
        error = np.abs(y - gain * x - offset)
        inside = error <= max(2.0, 2.5 * float(np.median(error)))
        centre = float(x[inside].mean())
        spread = float(((x[inside] - centre) ** 2).sum())
        if spread < 25.0 * inside.sum():
            gain, offset = 1.0, float(np.median(y - x))
            break
        gain = float(((x[inside] - centre) * y[inside]).sum()) / spread
        offset = float(y[inside].mean()) - gain * centre
    # Compression noise alone moves the fit by less; leaving it out keeps still scenes exactly still.
    if abs(gain - 1) * 128 < 1.0 and abs(offset + (gain - 1) * 128) < 0.6:
        return Light()
    return Light(gain=gain, offset=offset)


def _grey_grid(pixels: Pixels | npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """The mean of the channels at every ``_GRID``-th pixel, flat."""
    red, green, blue = np.moveaxis(pixels[::_GRID, ::_GRID].astype(float), 2, 0)
    grey: npt.NDArray[np.float64] = (red + green + blue) / 3
    return grey.ravel()


def build_background(samples: list[Pixels]) -> Background:
    """Median of the samples with resting objects removed, and the noise around it."""
    stack = np.stack(samples)
    middle = _median(stack)
    lights = [light_of(sample, middle) for sample in samples]
    if not all(light.same for light in lights):
        for i, light in enumerate(lights):
            level = (stack[i].astype(np.float32) - light.offset) / light.gain
            stack[i] = np.clip(np.rint(level), 0, 255).astype(np.uint8)
        middle = _median(stack)
    middle = _without_resting(stack, middle)
    grey = np.abs(stack.astype(np.int16) - middle.astype(np.int16)[None]).max(axis=3)
    # A low quantile, because the median would count an object that rested in most samples as noise; and the
    # usual change from sample to sample, which such an object does not disturb. For the largest of three
    # channels of white noise both are close to the standard deviation.
    rank = int(0.35 * len(stack))
    low = np.partition(grey, rank, axis=0)[rank].astype(np.float32)
    if len(stack) > 1:
        steps = np.abs(np.diff(stack.astype(np.int16), axis=0)).max(axis=3)
        low = np.maximum(low, 0.5 * np.median(steps, axis=0).astype(np.float32)).astype(np.float32)
    noise = np.maximum(cv2.GaussianBlur(low, (0, 0), 1.5), 0.7).astype(np.float32)
    return Background(colour=middle, noise=noise)


def _median(stack: Pixels) -> npt.NDArray[np.float32]:
    return np.asarray(np.median(stack, axis=0), dtype=np.float32)


def _without_resting(stack: Pixels, middle: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Replace objects that rested in most samples by what the other samples show there.

    A region that differs from the median for many samples on end is either a resting object or the scene
    behind one. The scene continues across the region's outline, an object does not: whichever has the weaker
    edge along the outline is the background.
    """
    count = len(stack)
    differs = np.stack([np.abs(frame.astype(np.float32) - middle).max(axis=2) > _RESTING for frame in stack])
    candidate = (_longest_run(differs) >= max(2, 0.15 * count)).astype(np.uint8)
    candidate = cv2.morphologyEx(candidate, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)).astype(np.uint8)
    total, labels, stats, _ = cv2.connectedComponentsWithStats(candidate)
    result = middle.copy()
    for label in range(1, total):
        if stats[label, cv2.CC_STAT_AREA] < 12:
            continue
        left, top, width, height = (int(v) for v in stats[label, :4])
        window = np.s_[max(top - 6, 0) : top + height + 6, max(left - 6, 0) : left + width + 6]
        region = labels[window] == label
        chosen = differs[:, window[0], window[1]][:, region].mean(axis=1) > 0.6
        if not max(2, 0.15 * count) <= chosen.sum() < 0.7 * count:
            continue
        other = np.median(stack[chosen, window[0], window[1]], axis=0).astype(np.float32)
        spread = np.abs(stack[chosen, window[0], window[1]].astype(np.float32) - other).max(axis=3)
        if float(np.median(spread[:, region])) > 8.0:
            continue
        wide = cv2.dilate(region.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool)
        swapped = np.where(wide[:, :, None], other, result[window])
        if _edge(swapped, region) < _WEAKER * _edge(result[window], region):
            result[window] = swapped
    return result


def _longest_run(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """Length of the longest run of true along the first axis."""
    run = np.zeros(flags.shape[1:], np.int32)
    best = run.copy()
    for flag in flags:
        run = (run + 1) * flag
        np.maximum(best, run, out=best)
    return best


def _edge(picture: npt.NDArray[np.float32], region: npt.NDArray[np.bool_]) -> float:
    """Mean gradient along the outline of a region."""
    grey = picture.mean(axis=2)
    gx = cv2.Sobel(grey, cv2.CV_32F, 1, 0)
    gy = cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    inside = region.astype(np.uint8)
    kernel = np.ones((3, 3), np.uint8)
    outline = cv2.dilate(inside, kernel) != cv2.erode(inside, kernel, borderValue=1)
    strength: Floats = np.hypot(gx, gy).astype(float)
    return float(strength[outline].mean()) if outline.any() else 0.0
