"""Sub-pixel centroids: the frame as a mix of background and object, fitted with a learned shape.

A pixel shows ``I = (1 - a) B + a F`` with background B, object colour F and cover a. So
``a = (I - B).(F - B) / |F - B|^2`` with noise variance proportional to ``1 / |F - B|^2``. The mean of all
covers of one object, aligned and on a finer grid, is its shape T; each centroid is then the weighted
least-squares shift of T (Gauss-Newton), which removes the pull of textured backgrounds. An object of several
colours is matched as a picture of differences instead (``picture``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, spline_filter

from lookagain.tools.experts.motion.background import Light
from lookagain.tools.experts.motion.match import Map, Template
from lookagain.tools.experts.motion.picture import find_picture, learn_picture
from lookagain.tools.experts.motion.values import Floats
from lookagain.tools.media.values import Pixels

__all__ = ["Patch", "Refined", "Refiner", "cut"]

_FINE = 2
# Luma and a little of both colour differences: video keeps colour at half the resolution, displaced.
_CHROMA = 0.15
_LUMA = np.array(
    [
        [0.299, 0.587, 0.114],
        [-0.169 * _CHROMA, -0.331 * _CHROMA, 0.5 * _CHROMA],
        [0.5 * _CHROMA, -0.419 * _CHROMA, -0.081 * _CHROMA],
    ],
    dtype=np.float32,
).T
_STEPS = 4
#: An object is of several colours if one leaves more than this part of its change unexplained; a patch then has to
#: resemble its mean picture by this cosine.
_UNEXPLAINED, _ALIKE = 0.05, 0.8


class Patch(NamedTuple):
    """A square of a frame around a blob: top left corner and pixels, the light, and the first guess."""

    frame: int
    left: int
    top: int
    pixels: Pixels
    light: Light
    guess: tuple[float, float]


class Refined(NamedTuple):
    """A centroid with its standard deviation (x, y), the covered area, and how it was found."""

    frame: int
    xy: tuple[float, float]
    sigma: tuple[float, float]
    area: float
    method: Literal["template", "cover"]


@dataclass(frozen=True, eq=False)
class _Stack:
    """Patches as arrays: cover and weight (n, s, s), corner (n, 2) as (x, y)."""

    cover: Floats
    weight: Floats
    corner: Floats


def cut(pixels: Pixels, xy: tuple[float, float], half: int) -> tuple[int, int, Pixels] | None:
    """The square of side ``2 half + 1`` around ``xy``: (left, top, pixels), or None if it leaves the frame."""
    left, top = round(xy[0]) - half, round(xy[1]) - half
    side = 2 * half + 1
    height, width = pixels.shape[:2]
    if left < 0 or top < 0 or left + side > width or top + side > height:
        return None
    return left, top, pixels[top : top + side, left : left + side].copy()


class Refiner:
    """Learns one object's colour and shape from its first patches, then fits every patch with them."""

    def __init__(self, background: npt.NDArray[np.float32]) -> None:
        self._background = background
        self._colour: Floats | None = None
        self._shape: Floats | None = None
        self._middle: Floats = np.zeros(2)
        self._picture: tuple[Template, float] | None = None

    def refine(self, patches: Sequence[Patch]) -> list[Refined]:
        """Centroids of ``patches`` (all of one size); an empty list if the object has no looks of its own."""
        if self._colour is None:
            self._colour = self._learn_colour(patches)
            if len(patches) >= 5 and self._unexplained(patches, self._colour) > _UNEXPLAINED:
                guesses = np.array([(p.guess[0] - p.left, p.guess[1] - p.top) for p in patches])
                self._picture = learn_picture(np.stack([self._signed(patch) for patch in patches]), guesses)
        if self._picture is not None:
            return self._by_picture(patches, *self._picture)
        stack = self._covers(patches, self._colour)
        if stack is None:
            return []
        centres, areas = _cover_centroids(stack, patches)
        good = _known(centres)
        if self._shape is None and good.sum() >= 5:
            shape = _shape_of(stack, centres, good)
            for _ in range(2):
                centres, _, _ = _fit_shift(stack, shape, centres)
                shape = _shape_of(stack, centres, _known(centres))
            self._shape = shape
            self._middle = _middle_of(shape)
        if self._shape is None:
            return []
        fitted, sigma, misfit = _fit_shift(stack, self._shape, centres)
        fitted = fitted + self._middle
        found = []
        for i, patch in enumerate(patches):
            if not good[i]:
                continue
            x, y = fitted[i] + stack.corner[i]
            # The light-sensitive part of a mismatch (another object nearby, an occluder) shows as misfit.
            if np.isfinite(x + y) and misfit[i] < 0.25 and np.hypot(*(fitted[i] - centres[i])) < 2.0:
                sx, sy = sigma[i]
                found.append(Refined(patch.frame, (x, y), (sx, sy), float(areas[i]), "template"))
        return found

    def _learn_colour(self, patches: Sequence[Patch]) -> Floats:
        """Median over patches of the colour of the pixels that differ most from the background."""
        colours = []
        for patch in patches:
            side = patch.pixels.shape[0]
            behind = self._behind(patch)
            level = _level(patch)
            away = np.abs(level - behind).max(axis=2)
            y, x = np.mgrid[:side, :side]
            near = np.hypot(x + patch.left - patch.guess[0], y + patch.top - patch.guess[1])
            amount = np.where(near < side / 3, away, 0)
            core = amount >= 0.8 * np.percentile(amount, 99)
            colours.append(np.median(level[core], axis=0))
        return np.asarray(np.median(colours, axis=0), dtype=float)

    def _behind(self, patch: Patch) -> npt.NDArray[np.float32]:
        side = patch.pixels.shape[0]
        return self._background[patch.top : patch.top + side, patch.left : patch.left + side]

    def _signed(self, patch: Patch) -> Map:
        return np.asarray(_level(patch) - self._behind(patch), dtype=np.float32)

    def _unexplained(self, patches: Sequence[Patch], colour: Floats) -> float:
        """The part of the squared change near the object that no cover by ``colour`` explains; median over patches."""
        parts = []
        for patch in patches:
            side = patch.pixels.shape[0]
            y, x = np.mgrid[:side, :side]
            near = np.hypot(x + patch.left - patch.guess[0], y + patch.top - patch.guess[1]) < side / 2 - 3
            change = self._signed(patch)[near] @ _LUMA
            contrast = (colour - self._behind(patch)[near]) @ _LUMA
            cover = (change * contrast).sum(axis=1) / np.maximum((contrast**2).sum(axis=1), 25.0)
            rest = change - np.clip(cover, 0, 1)[:, None] * contrast
            parts.append(float((rest**2).sum() / max(float((change**2).sum()), 1e-9)))
        return float(np.median(parts))

    def _by_picture(self, patches: Sequence[Patch], template: Template, area: float) -> list[Refined]:
        """Places of the learned picture; their errors are alike, so the path's own jitter will scale them."""
        found = []
        for patch in patches:
            corner = np.array([patch.left, patch.top])
            match = find_picture(self._signed(patch), template, np.asarray(patch.guess) - corner - template.off)
            if match is not None and match.score >= _ALIKE:
                x, y = (float(value) for value in np.asarray(match.xy) + corner)
                found.append(Refined(patch.frame, (x, y), (0.1, 0.1), area, "template"))
        return found

    def _covers(self, patches: Sequence[Patch], colour: Floats) -> _Stack | None:
        behind = np.stack([self._behind(patch) for patch in patches]) @ _LUMA
        level = np.stack([_level(patch) for patch in patches]) @ _LUMA
        contrast = colour @ _LUMA - behind
        power = (contrast**2).sum(axis=3)
        amount = ((level - behind) * contrast).sum(axis=3)
        cover = amount / np.maximum(power, 25.0)
        rest = level - behind - np.clip(cover, 0, 1)[..., None] * contrast
        misfit = np.sqrt((rest**2).sum(axis=3))
        inside = cover > 0.5
        if not inside.any() or np.median(misfit[inside]) > 0.35 * np.median(np.sqrt(power[inside])):
            return None
        corner = np.array([(patch.left, patch.top) for patch in patches], dtype=float)
        return _Stack(np.clip(cover, -0.5, 1.5), power / power.mean(), corner)


def _known(centres: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray(np.isfinite(centres).all(axis=1), dtype=np.bool_)


def _level(patch: Patch) -> npt.NDArray[np.float32]:
    level = patch.pixels.astype(np.float32)
    if patch.light.same:
        return level
    return (level - np.float32(patch.light.offset)) / np.float32(patch.light.gain)


def _cover_centroids(stack: _Stack, patches: Sequence[Patch]) -> tuple[Floats, Floats]:
    """Centroid (n, 2) of the cover within a radius of the first guess, in patch coordinates, and the area."""
    n, side, _ = stack.cover.shape
    y, x = np.mgrid[:side, :side].astype(float)
    centre = np.array([patch.guess for patch in patches]) - stack.corner
    cover = np.where(stack.cover > 0.2, np.clip(stack.cover, 0, 1), 0)
    area = np.zeros(n)
    for _ in range(3):
        reach = np.hypot(x - centre[:, 0, None, None], y - centre[:, 1, None, None]) < side / 2 - 1
        mass = cover * reach
        area = mass.sum(axis=(1, 2))
        with np.errstate(invalid="ignore", divide="ignore"):
            centre = np.stack([(mass * x).sum(axis=(1, 2)) / area, (mass * y).sum(axis=(1, 2)) / area], axis=1)
    centre[area < 3] = np.nan
    return centre, area


def _shape_of(stack: _Stack, centres: Floats, good: npt.NDArray[np.bool_]) -> Floats:
    """Mean cover on a grid of half pixels around the centroid (normalised convolution), centred on itself."""
    side = stack.cover.shape[1]
    size = _FINE * side + 1
    middle = size // 2
    y, x = np.mgrid[:side, :side].astype(float)
    u = np.rint((x - centres[good, 0, None, None]) * _FINE).astype(int) + middle
    v = np.rint((y - centres[good, 1, None, None]) * _FINE).astype(int) + middle
    inside = (u >= 0) & (u < size) & (v >= 0) & (v < size)
    flat = (v * size + u)[inside]
    weight = stack.weight[good][inside]
    mass = np.bincount(flat, weights=weight * stack.cover[good][inside], minlength=size * size)
    count = np.bincount(flat, weights=weight, minlength=size * size)
    mass, count = (gaussian_filter(a.reshape(size, size), 0.5) for a in (mass, count))
    shape: Floats = np.where(count > 1e-9, mass / np.maximum(count, 1e-9), 0.0)
    shape[np.hypot(*np.mgrid[-middle : middle + 1, -middle : middle + 1]) > middle - _FINE] = 0
    return shape


def _middle_of(shape: Floats) -> Floats:
    """Centroid (x, y) of a shape against the middle of its grid, in pixels."""
    middle = shape.shape[0] // 2
    mass = np.where(shape > 0.15, np.clip(shape, 0, 1), 0)
    steps = np.arange(-middle, middle + 1)
    total = max(float(mass.sum()), 1e-9)
    return np.array([(mass.sum(axis=0) * steps).sum(), (mass.sum(axis=1) * steps).sum()]) / total / _FINE


def _placed(layer: Floats, corner: Floats, side: int) -> Floats:
    """A cubic spline on every ``_FINE``-th point of a square ``(n, side, side)``, 0 outside of its grid.

    ``layer`` holds its B-spline coefficients, ``corner (n, 2)`` where in the grid (x, y) each square begins. All points
    of a square lie alike between the grid's, so that rows and columns are interpolated one after the other.
    """
    size = layer.shape[0]
    whole = np.floor(corner)
    f = corner - whole
    weights = np.stack([(1 - f) ** 3, 4 - 6 * f**2 + 3 * f**3, 1 + 3 * f + 3 * f**2 - 3 * f**3, f**3]) / 6
    at = whole.astype(int)[:, :, None] + _FINE * np.arange(side)
    inside = (at >= 0) & (at + f[:, :, None] <= size - 1)
    taps = [np.clip(at + shift, 0, size - 1) for shift in (-1, 0, 1, 2)]
    rows: Floats = np.zeros((len(corner), side, size))
    for weight, tap in zip(weights, taps, strict=True):
        rows += weight[:, 1, None, None] * layer[tap[:, 1]]
    out: Floats = np.zeros((len(corner), side, side))
    for weight, tap in zip(weights, taps, strict=True):
        out += weight[:, 0, None, None] * np.take_along_axis(rows, tap[:, None, 0], axis=2)
    out *= inside[:, 1, :, None] & inside[:, 0, None, :]
    return out


def _fit_shift(stack: _Stack, shape: Floats, centres: Floats) -> tuple[Floats, Floats, Floats]:
    """Least-squares shift of ``shape``: centres (n, 2), standard deviations (n, 2), misfit (n,)."""
    n, side, _ = stack.cover.shape
    size = shape.shape[0]
    middle = size // 2
    gradients = [np.asarray(np.gradient(shape, axis=axis), dtype=float) * _FINE for axis in (1, 0)]
    layers = [spline_filter(layer, order=3) for layer in (shape, *gradients)]
    centre = np.where(np.isfinite(centres), centres, side / 2)
    model: Floats = np.zeros(0)
    weight: Floats = np.zeros(0)
    normal = np.zeros((n, 2, 2))
    for _ in range(_STEPS):
        corner = middle - centre * _FINE
        model, gradient_x, gradient_y = (_placed(layer, corner, side) for layer in layers)
        weight = stack.weight * ((np.abs(model) > 0.02) | (np.hypot(gradient_x, gradient_y) > 0.02))
        rest = (stack.cover - model) * weight
        normal[:, 0, 0] = (weight * gradient_x**2).sum(axis=(1, 2))
        normal[:, 1, 1] = (weight * gradient_y**2).sum(axis=(1, 2))
        normal[:, 0, 1] = normal[:, 1, 0] = (weight * gradient_x * gradient_y).sum(axis=(1, 2))
        normal[:, [0, 1], [0, 1]] += 1e-6
        push = np.stack([(gradient_x * rest).sum(axis=(1, 2)), (gradient_y * rest).sum(axis=(1, 2))], axis=1)
        move = -np.linalg.solve(normal, push[..., None])[..., 0]
        centre = centre + np.clip(move, -1.0, 1.0)
    square = (weight * (stack.cover - model) ** 2).sum(axis=(1, 2))
    count = np.maximum((weight > 0).sum(axis=(1, 2)) - 2, 1)
    covariance = np.linalg.inv(normal) * (square / count)[:, None, None]
    sigma = np.sqrt(np.maximum(covariance[:, [0, 1], [0, 1]], 1e-8))
    misfit = np.sqrt(square / np.maximum(weight.sum(axis=(1, 2)), 1e-9))
    moved = np.where(np.isfinite(centres), centre, np.nan)
    return moved, sigma, misfit
