"""Videos of a moving disc, made from positions with area-exact edges; shares no code with the tracker.

Pixel convention: pixel (column i, row j) covers the unit square centred at (i, j); row 0 is at the top.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

__all__ = ["Look", "coverage", "frames", "make_look", "texture"]

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

_SUPERSAMPLE = 8


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a seed decides about the picture.

    ``background`` is size x size x 3 in 0..255; ``colours`` one RGB per disc; ``noise`` the standard
    deviation of the colour noise that every frame adds to every channel; ``radius`` in pixels.
    """

    background: Floats
    colours: tuple[tuple[float, float, float], ...]
    noise: float
    radius: float = 7.0

    @property
    def size(self) -> int:
        """Side of the square image in pixels."""
        return int(self.background.shape[0])


def make_look(seed: int, *, size: int = 256, discs: int = 1, radius: float = 7.0) -> Look:
    """Texture, disc colours and noise strength (1 to 3 grey levels) of a seed."""
    rng = np.random.default_rng([7, seed])
    palette = [(230.0, 60.0, 40.0), (245.0, 220.0, 60.0), (60.0, 220.0, 245.0), (250.0, 250.0, 250.0)]
    order = rng.permutation(len(palette))
    colours = tuple(palette[order[k % len(palette)]] for k in range(discs))
    return Look(background=texture(rng, size), colours=colours, noise=float(rng.uniform(1.0, 3.0)), radius=radius)


def texture(rng: np.random.Generator, size: int) -> Floats:
    """A smooth random pattern at three scales, 30 to 150 grey levels, slightly tinted."""
    fields = [(s, a) for s, a in ((24.0, 30.0), (6.0, 18.0), (2.0, 8.0))]
    grey = np.full((size, size), 90.0)
    for scale, amplitude in fields:
        field = gaussian_filter(rng.standard_normal((size, size)), scale, mode="wrap")
        grey += amplitude * field / field.std()
    tint = rng.uniform(0.85, 1.1, size=3)
    return np.asarray(np.clip(grey, 30.0, 150.0)[..., None] * tint, dtype=np.float64)


def coverage(centre: tuple[float, float], radius: float, size: int) -> tuple[slice, slice, Floats]:
    """The share of each pixel that the disc covers, as (rows, columns, shares) of its bounding box.

    8 x 8 sub-samples a pixel whose soft edge is one sub-sample wide: the centroid of the shares lies within
    .003 px of ``centre`` for a disc wholly inside the image.
    """
    column, row = centre
    left, right = max(0, int(column - radius) - 2), min(size, int(column + radius) + 4)
    top, bottom = max(0, int(row - radius) - 2), min(size, int(row + radius) + 4)
    if left >= right or top >= bottom:
        return slice(0, 0), slice(0, 0), np.zeros((0, 0))
    step = 1.0 / _SUPERSAMPLE
    x = np.arange(left - 0.5 + step / 2, right - 0.5, step)
    y = np.arange(top - 0.5 + step / 2, bottom - 0.5, step)
    distance = np.hypot(x[None, :] - column, y[:, None] - row)
    inside = np.clip(0.5 + (radius - distance) / step, 0.0, 1.0)
    shape = (bottom - top, _SUPERSAMPLE, right - left, _SUPERSAMPLE)
    return slice(top, bottom), slice(left, right), inside.reshape(shape).mean(axis=(1, 3))


def frames(look: Look, paths: Sequence[Floats], rng: np.random.Generator) -> Iterator[Bytes]:
    """RGB frames of discs whose centres follow ``paths`` (one n x 2 array of (column, row) a disc).

    Colour noise is drawn anew for every frame. Later discs hide earlier ones.
    """
    shape = look.background.shape
    for moment in zip(*paths, strict=True):
        picture = look.background.copy()
        for position, colour in zip(moment, look.colours, strict=True):
            rows, columns, share = coverage((float(position[0]), float(position[1])), look.radius, look.size)
            patch = picture[rows, columns]
            picture[rows, columns] = patch + share[..., None] * (np.asarray(colour) - patch)
        picture += look.noise * rng.standard_normal(shape, dtype=np.float32)
        yield np.clip(np.rint(picture), 0, 255).astype(np.uint8)
