"""Finding a small picture again by least squares over a masked square, to a fraction of a pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from lookagain.tools.experts.motion.values import Floats
from lookagain.tools.media.values import Pixels

__all__ = ["Map", "Match", "Template", "resemblance", "search", "take", "turned"]

Map: TypeAlias = npt.NDArray[np.float32]
_FOREGROUND = 0.6
_FAR_PENALTY = 0.1
_LIGHT = 25.0


class Match(NamedTuple):
    """A place (x, y), how alike it is (1: the same picture, 0: nothing alike), and the turn in degrees."""

    xy: tuple[float, float]
    score: float
    angle: float = 0.0


@dataclass(frozen=True, eq=False)
class Template:
    """A square picture (s, s, 3), the mask (s, s) of pixels that count, and the point against its middle."""

    picture: Map
    mask: Map
    off: tuple[float, float] = (0.0, 0.0)

    @property
    def half(self) -> int:
        """Half the side, without the middle pixel."""
        return int(self.picture.shape[0]) // 2


def take(pixels: Pixels | Map, xy: tuple[float, float], half: int, foreground: Map | None = None) -> Template:
    """The square around the whole pixel nearest to ``xy`` (edges repeated).

    The mask is the inscribed disc, and of that the pixels that differ from the background (``foreground`` > 0.6)
    if they are at least a sixth of it.
    """
    x = int(np.clip(round(xy[0]), 0, pixels.shape[1] - 1))
    y = int(np.clip(round(xy[1]), 0, pixels.shape[0] - 1))
    window = np.s_[y : y + 2 * half + 1, x : x + 2 * half + 1]
    padded = cv2.copyMakeBorder(pixels, half, half, half, half, cv2.BORDER_REPLICATE)
    rows, cols = np.mgrid[-half : half + 1, -half : half + 1]
    mask = (np.hypot(rows, cols) <= half + 0.5).astype(np.float32)
    if foreground is not None:
        front = cv2.copyMakeBorder(foreground, half, half, half, half, cv2.BORDER_CONSTANT, value=0.0)
        inside = mask * (front[window] > _FOREGROUND)
        if inside.sum() >= max(6.0, mask.sum() / 6):
            mask = inside.astype(np.float32)
    return Template(padded[window].astype(np.float32), mask, (xy[0] - x, xy[1] - y))


def turned(template: Template, angle: float) -> Template:
    """The template turned by ``angle`` degrees (counter-clockwise on the screen)."""
    if angle == 0:
        return template
    middle = float(template.half)
    matrix = cv2.getRotationMatrix2D((middle, middle), angle, 1.0)
    size = (2 * template.half + 1, 2 * template.half + 1)
    picture = cv2.warpAffine(template.picture, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpAffine(template.mask, matrix, size, flags=cv2.INTER_NEAREST)
    off = matrix[:, :2] @ np.asarray(template.off)
    return Template(np.asarray(picture, np.float32), np.asarray(mask, np.float32), (float(off[0]), float(off[1])))


def search(
    level: Map, template: Template, guesses: Floats, reach: float, foreground: Map | None = None
) -> Match | None:
    """Best place of ``template`` in ``level`` (h, w, 3) within ``reach`` of a guess (k, 2), or None.

    With ``foreground``, at least 60 % of the masked pixels must differ from the background there.
    """
    half = template.half
    height, width = level.shape[:2]
    low = np.floor(guesses.min(axis=0) - reach - half).astype(int)
    high = np.ceil(guesses.max(axis=0) + reach + half).astype(int) + 1
    left, top, right, bottom = max(low[0], 0), max(low[1], 0), min(high[0], width), min(high[1], height)
    count = float(template.mask.sum())
    if right - left < 2 * half + 1 or bottom - top < 2 * half + 1 or count < 6:
        return None
    window = np.ascontiguousarray(level[top:bottom, left:right])
    mask = np.repeat(template.mask[:, :, None], 3, axis=2)
    error = cv2.matchTemplate(window, template.picture, cv2.TM_SQDIFF, mask=mask).astype(float) / (3 * count)
    error = np.maximum(error - _brightness(window, template, count), 0.0)
    inside = template.picture[template.mask > 0]
    scale = max(12.0, 0.5 * float(inside.std(axis=0).max()))
    alike: Floats = np.exp(-np.maximum(error, 0) / (2 * scale**2))
    if foreground is not None:
        front = (foreground[top:bottom, left:right] > _FOREGROUND).astype(np.float32)
        share = cv2.matchTemplate(front, template.mask, cv2.TM_CCORR) / count
        alike = np.where(share >= 0.6, alike, 0.0)
    rows, cols = np.mgrid[: alike.shape[0], : alike.shape[1]]
    x, y = cols + left + half, rows + top + half
    away = np.min([np.hypot(x - g[0], y - g[1]) for g in guesses], axis=0)
    worth = np.where(away <= reach, alike - _FAR_PENALTY * away / max(reach, 1.0), -2.0)
    row, col = (int(v) for v in np.unravel_index(int(np.argmax(worth)), worth.shape))
    if worth[row, col] <= -1 or alike[row, col] <= 0:
        return None
    dx, dy = _valley(error, row, col)
    place = (float(col + left + half) + dx + template.off[0], float(row + top + half) + dy + template.off[1])
    return Match(place, float(alike[row, col]))


def resemblance(signed: Map, template: Template, guess: tuple[float, float], reach: int) -> Match | None:
    """Best place of a template of differences within ``reach`` pixels of ``guess`` (a square), or None.

    ``signed`` (h, w, 3) is the frame minus its background, as the template's picture is of its own frame. The score
    is the cosine between the two under the mask: no background and no change of brightness counts, only the shape.
    """
    far = template.half + reach
    x, y = round(guess[0]), round(guess[1])
    height, width = signed.shape[:2]
    if not (0 <= x < width and 0 <= y < height):
        return None
    padded = cv2.copyMakeBorder(
        signed[max(y - far, 0) : y + far + 1, max(x - far, 0) : x + far + 1],
        max(far - y, 0), max(y + far + 1 - height, 0), max(far - x, 0), max(x + far + 1 - width, 0),
        cv2.BORDER_CONSTANT, value=(0.0, 0.0, 0.0),
    )  # fmt: skip
    mask = np.repeat(template.mask[:, :, None], 3, axis=2)
    found = cv2.matchTemplate(padded, template.picture, cv2.TM_CCORR_NORMED, mask=mask).astype(float)
    alike: Floats = np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0)
    row, col = (int(v) for v in np.unravel_index(int(np.argmax(alike)), alike.shape))
    dx, dy = _valley(-alike, row, col)
    place = (x + col - reach + dx + template.off[0], y + row - reach + dy + template.off[1])
    return Match(place, float(alike[row, col]))


def _brightness(window: Map, template: Template, count: float) -> Floats:
    """The part of the mean squared error that a change of brightness of up to 25 grey levels explains."""
    total: Floats = np.zeros((window.shape[0] - 2 * template.half, window.shape[1] - 2 * template.half))
    for channel in range(3):
        plane = np.ascontiguousarray(window[:, :, channel])
        mean = cv2.matchTemplate(plane, template.mask, cv2.TM_CCORR).astype(float) / count
        here = float((template.picture[:, :, channel] * template.mask).sum()) / count
        change = np.abs(mean - here)
        total += change**2 - np.maximum(change - _LIGHT, 0) ** 2
    return total / 3


def _valley(error: Floats, row: int, col: int) -> tuple[float, float]:
    """Offset (x, y) of the minimum of the parabola through a minimum's neighbours, within half a pixel."""
    offsets = []
    for dr, dc in ((0, 1), (1, 0)):
        if not (dr <= row < error.shape[0] - dr and dc <= col < error.shape[1] - dc):
            offsets.append(0.0)
            continue
        a, b, c = (float(error[row + k * dr, col + k * dc]) for k in (-1, 0, 1))
        bend = a - 2 * b + c
        offsets.append(float(np.clip((a - c) / (2 * bend), -0.5, 0.5)) if bend > 0 else 0.0)
    return offsets[0], offsets[1]
