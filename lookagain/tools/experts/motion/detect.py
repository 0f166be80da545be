"""Blobs of one frame that differ from the background."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from lookagain.tools.experts.motion.background import Background, Light, light_of
from lookagain.tools.experts.motion.settings import MotionSettings
from lookagain.tools.experts.motion.values import Floats
from lookagain.tools.media import Frame

__all__ = ["Detection", "Difference", "detect", "difference"]

_MOST = 80
_COLOUR_TOLERANCE = 70.0
_VIVID = 55.0
_MARK_AREA = 20
_WIDE = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class Difference:
    """One frame against the background: its light, the signed difference, and its strength.

    ``strength`` (h, w): largest channel difference over the threshold there; above 1 it is no noise.
    """

    light: Light
    signed: npt.NDArray[np.float32]
    strength: npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Detection:
    """A blob: difference-weighted centroid (x, y), box (left, top, right, bottom), pixels, RGB, border."""

    xy: tuple[float, float]
    box: tuple[int, int, int, int]
    area: float
    colour: Floats
    at_border: bool


def difference(frame: Frame, background: Background, settings: MotionSettings) -> Difference:
    """Subtract the background under this frame's light."""
    light = light_of(frame.pixels, background.colour)
    level = frame.pixels.astype(np.float32)
    if not light.same:
        level = (level - np.float32(light.offset)) / np.float32(light.gain)
    signed = level - background.colour
    smooth = np.abs(cv2.GaussianBlur(signed, (3, 3), 0))
    strongest = cv2.max(cv2.max(smooth[..., 0], smooth[..., 1]), smooth[..., 2])
    threshold = np.maximum(np.float32(settings.min_contrast), 5.0 * background.noise)
    return Difference(light=light, signed=signed, strength=(strongest / threshold).astype(np.float32))


def detect(frame: Frame, change: Difference, settings: MotionSettings) -> list[Detection]:
    """Connected regions of change, largest first; at most 80 of them."""
    if settings.masks is not None:
        mask = np.asarray(settings.masks(frame))
        labels = mask.astype(np.int32)
        total = int(labels.max()) + 1 if mask.dtype != bool else 0
        if total == 0:
            total, parts = cv2.connectedComponents(mask.astype(np.uint8))
            labels = np.asarray(parts, np.int32)
        keep = np.ones(total, dtype=bool)
    else:
        labels, keep = _regions(frame, change, settings)
    found = []
    areas = np.bincount(labels.ravel(), minlength=len(keep))
    order = [i for i in np.argsort(-areas) if i > 0 and keep[i] and areas[i] >= settings.min_area][:_MOST]
    boxes = _boxes(labels, len(keep)) if order else {}
    for label in order:
        found.append(_describe(frame, change, labels, int(label), boxes[int(label)]))
    return found


def _regions(
    frame: Frame, change: Difference, settings: MotionSettings
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    low = (change.strength > 0.6).astype(np.uint8)
    if settings.colour is not None:
        away = np.abs(frame.pixels.astype(np.float32) - np.asarray(settings.colour, np.float32)).max(axis=2)
        low &= (away < _COLOUR_TOLERANCE).astype(np.uint8)
    size = max(3, round(min(low.shape) / 160) | 1)
    low = cv2.morphologyEx(low, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8)).astype(np.uint8)
    total, labels = _apart(low, change.signed, split=settings.colour is None)
    strong = np.bincount(labels[change.strength > 1.0], minlength=total)
    return labels, strong >= max(3, settings.min_area // 2)


def _apart(
    low: npt.NDArray[np.uint8], signed: npt.NDArray[np.float32], *, split: bool
) -> tuple[int, npt.NDArray[np.int32]]:
    """Connected regions of ``low``; a strongly coloured part of a larger region is a region of its own.

    A marker is often on something that moves a little too; its colour tells it from that.
    """
    total, parts, homes, _ = cv2.connectedComponentsWithStats(low)
    labels = np.asarray(parts, np.int32)
    wide_enough = bool((homes[1:, 2:4] >= _WIDE).any())
    if not split or not wide_enough:
        return total, labels
    red, green, blue = (np.ascontiguousarray(signed[..., i]) for i in range(3))
    range_ = cv2.max(cv2.max(red, green), blue) - cv2.min(cv2.min(red, green), blue)
    vivid = ((range_ > _VIVID) & (low > 0)).astype(np.uint8)
    if not vivid.any():
        return total, labels
    vivid = cv2.morphologyEx(vivid, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)).astype(np.uint8)
    marks, mark_labels, stats, _ = cv2.connectedComponentsWithStats(vivid)
    for mark in range(1, marks):
        left, top, width, height, area = (int(v) for v in stats[mark])
        window = np.s_[top : top + height, left : left + width]
        inside = mark_labels[window] == mark
        home = int(labels[window][inside][0])
        if home >= len(homes) or area < max(_MARK_AREA, 0.35 * width * height):
            continue
        # The faint rim around a coloured object belongs to it: only a much wider region is something else.
        if max(homes[home, 2:4]) >= 2 * max(width, height):
            wide = np.s_[max(top - 2, 0) : top + height + 2, max(left - 2, 0) : left + width + 2]
            with_rim = cv2.dilate((mark_labels[wide] == mark).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
            labels[wide][with_rim & (labels[wide] == home)] = total
            total += 1
    return total, labels


def _boxes(labels: npt.NDArray[np.int32], total: int) -> dict[int, tuple[int, int, int, int]]:
    rows, cols = np.nonzero(labels)
    values = labels[rows, cols]
    order = np.argsort(values, kind="stable")
    rows, cols, values = rows[order], cols[order], values[order]
    starts = np.searchsorted(values, np.arange(total + 1))
    boxes = {}
    for label in range(1, total):
        part = slice(int(starts[label]), int(starts[label + 1]))
        if part.start < part.stop:
            r, c = rows[part], cols[part]
            boxes[label] = (int(c.min()), int(r.min()), int(c.max()) + 1, int(r.max()) + 1)
    return boxes


def _describe(
    frame: Frame, change: Difference, labels: npt.NDArray[np.int32], label: int, box: tuple[int, int, int, int]
) -> Detection:
    left, top, right, bottom = box
    window = np.s_[top:bottom, left:right]
    inside = labels[window] == label
    amount = np.abs(change.signed[window]).max(axis=2) * inside
    level = float(np.median(amount[inside]))
    weight = np.minimum(amount, max(level, 1e-6)).astype(float)
    weight += inside * 1e-9
    total = float(weight.sum())
    x = float((weight.sum(axis=0) * np.arange(left, right)).sum()) / total
    y = float((weight.sum(axis=1) * np.arange(top, bottom)).sum()) / total
    core = inside & (amount >= level)
    height, width = labels.shape
    return Detection(
        xy=(x, y),
        box=box,
        area=float(inside.sum()),
        colour=frame.pixels[window][core].mean(axis=0, dtype=float),
        at_border=left <= 0 or top <= 0 or right >= width or bottom >= height,
    )
