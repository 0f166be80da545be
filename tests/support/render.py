"""A tiny renderer: anti-aliased discs on a textured background, and their encoding as H.264."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lookagain.tools.media import write_video

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]


def texture(rng: np.random.Generator, height: int, width: int, *, contrast: float = 18.0) -> Floats:
    """A smooth random RGB background around mid grey: noise at three scales, shape (h, w, 3)."""
    total = np.zeros((height, width, 3))
    for cell in (4, 12, 40):
        rows, cols = height // cell + 3, width // cell + 3
        coarse = rng.normal(size=(rows, cols, 3))
        y, x = np.arange(height) / cell, np.arange(width) / cell
        iy, ix = y.astype(int), x.astype(int)
        fy, fx = (y - iy)[:, None, None], (x - ix)[None, :, None]
        top = coarse[iy][:, ix] * (1 - fx) + coarse[iy][:, ix + 1] * fx
        low = coarse[iy + 1][:, ix] * (1 - fx) + coarse[iy + 1][:, ix + 1] * fx
        total += top * (1 - fy) + low * fy
    result: Floats = np.clip(120 + contrast * total, 0, 255)
    return result


def draw_disc(picture: Floats, centre: tuple[float, float], radius: float, colour: Sequence[float]) -> Floats:
    """``picture`` with a disc over it; the edge is one pixel of linear coverage (pixel centres are whole)."""
    height, width = picture.shape[:2]
    distance = np.hypot(np.arange(width)[None, :] - centre[0], np.arange(height)[:, None] - centre[1])
    cover = np.clip(radius + 0.5 - distance, 0.0, 1.0)[:, :, None]
    result: Floats = picture * (1 - cover) + np.asarray(colour, dtype=float) * cover
    return result


def to_bytes(picture: Floats) -> Bytes:
    """Round and clip to uint8."""
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def discs(
    background: Floats,
    paths: Sequence[Floats],
    *,
    radius: float = 3.5,
    colours: Sequence[Sequence[float]] = ((235, 225, 60),),
) -> Iterator[Bytes]:
    """Frames of discs that follow ``paths`` (each (n, 2) pixels, x right, y down; NaN hides the disc)."""
    for step in range(len(paths[0])):
        picture = background
        for number, path in enumerate(paths):
            x, y = path[step]
            if np.isfinite(x):
                picture = draw_disc(picture, (x, y), radius, colours[number % len(colours)])
        yield to_bytes(picture)


def disc_video(
    path: Path,
    paths: Sequence[Floats],
    *,
    seed: int,
    size: tuple[int, int] = (256, 256),
    fps: float = 30.0,
    radius: float = 3.5,
    colours: Sequence[Sequence[float]] = ((235, 225, 60),),
    crf: int = 18,
) -> Path:
    """Write such a video (H.264, yuv420p) and return its path. ``size`` is (width, height)."""
    background = texture(np.random.default_rng(seed), size[1], size[0])
    write_video(path, discs(background, paths, radius=radius, colours=colours), fps, crf=crf)
    return path
