"""Inputs made for the agent's tests: tables of measured motion, and small videos."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lookagain.tools.media import write_video

Floats = NDArray[np.float64]


def spiral(n: int = 120, noise: float = 0.01, seed: int = 1234) -> tuple[Floats, Floats]:
    """Times (n,) and noisy positions (n, 2) of x' = -0.3 x + 2 y, y' = -2 x - 0.3 y from (2, 0)."""
    t = np.arange(n) / 25
    clean = 2 * np.exp(-0.3 * t)[:, None] * np.column_stack([np.cos(2 * t), -np.sin(2 * t)])
    return t, clean + np.random.default_rng(seed).normal(0, noise, clean.shape)


def write_table(path: Path, t: Floats, x: Floats, names: tuple[str, ...] = ("x [m]", "y [m]")) -> Path:
    """A CSV table that the agent reads as a measured track."""
    rows = [",".join(repr(float(value)) for value in (a, *b)) for a, b in zip(t, x, strict=True)]
    path.write_text("\n".join([",".join(["t [s]", *names]), *rows]) + "\n")
    return path


def disc_video(path: Path, paths: list[Floats], *, size: int = 128, fps: int = 25, seed: int = 1235) -> Path:
    """A video of discs at pixel positions ``paths``, each (n, 2), on a blurred random background."""
    rng = np.random.default_rng(seed)
    rough = rng.uniform(40, 110, (size // 16 + 2, size // 16 + 2))
    blocks = np.kron(rough, np.ones((16, 16)))[:size, :size]
    for axis in (0, 1):
        blocks = np.mean([np.roll(blocks, shift, axis) for shift in range(-6, 7)], axis=0)
    rows, columns = np.mgrid[:size, :size]

    def frame(index: int) -> NDArray[np.uint8]:
        picture = np.repeat(blocks[..., None], 3, axis=2)
        for number, points in enumerate(paths):
            x, y = points[index]
            cover = np.clip(6.5 - np.hypot(columns - x, rows - y), 0, 1)[..., None]
            colour = np.array([[240, 230, 60], [60, 220, 240]][number % 2], dtype=float)
            picture = picture * (1 - cover) + colour * cover
        noisy = picture + rng.normal(0, 1.5, picture.shape)
        return np.clip(np.round(noisy), 0, 255).astype(np.uint8)

    write_video(path, (frame(index) for index in range(len(paths[0]))), fps)
    return path
