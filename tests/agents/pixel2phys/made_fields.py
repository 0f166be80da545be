"""Fields made for the agent's tests: exact solutions, and small videos that are none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from lookagain.tools.media import write_video

Floats = NDArray[np.float64]


def heat(frames: int = 40, cells: int = 24, *, dt: float = 0.05, seed: int = 1800) -> Floats:
    """Exact frames (frames, cells, cells) of u' = 0.1 lap u - 0.4 u on a closed square of side 10."""
    rng = np.random.default_rng(seed)
    wave = 2 * np.pi * np.fft.fftfreq(cells, 10 / cells)
    squared = wave[:, None] ** 2 + wave[None] ** 2
    start = np.fft.fft2(rng.normal(size=(cells, cells))) * np.exp(-squared / 4)
    t = dt * np.arange(frames)[:, None, None]
    u = np.real(np.fft.ifft2(start * np.exp(-(0.1 * squared + 0.4) * t)))
    made: Floats = u / u.std()
    return made


def waves(frames: int = 60, cells: int = 48, *, seed: int = 1801) -> NDArray[np.uint8]:
    """Pictures of standing waves that cross everywhere: no shift explains them, and nothing stands still."""
    rng = np.random.default_rng(seed)
    x = np.arange(cells) / cells
    u = np.zeros((frames, cells, cells))
    t = np.arange(frames)[:, None, None] / frames
    for _ in range(8):
        ky, kx = rng.integers(1, 5, 2)
        shift = rng.uniform(0, 2 * np.pi, 3)
        mode = np.cos(2 * np.pi * ky * x + shift[0])[:, None] * np.cos(2 * np.pi * kx * x + shift[1])[None]
        u += mode * np.cos(2 * np.pi * 2 * t + shift[2])
    return pictures(u)


def pictures(u: Floats, low: float | None = None, high: float | None = None) -> NDArray[np.uint8]:
    """Bytes that reach from ``low`` (0) to ``high`` (255); by default from the least to the largest value."""
    least, most = u.min() if low is None else low, u.max() if high is None else high
    return np.clip(np.rint((u - least) / (most - least) * 255), 0, 255).astype(np.uint8)


def film(path: Path, frames: Iterable[NDArray[Any]], *, fps: int = 20, enlarge: int = 1) -> Path:
    """A video of pictures, each pixel ``enlarge`` times as large."""
    write_video(path, (np.kron(frame, np.ones((enlarge, enlarge), dtype=np.uint8)) for frame in frames), fps, crf=10)
    return path


def panned(frames: int = 60, cells: int = 48, *, seed: int = 1802) -> NDArray[np.uint8]:
    """A smooth photograph that moves past the camera."""
    rng = np.random.default_rng(seed)
    wide = np.fft.fft2(rng.normal(size=(cells, 4 * cells)))
    ky, kx = np.fft.fftfreq(cells), np.fft.fftfreq(4 * cells)
    smooth = np.real(np.fft.ifft2(wide * np.exp(-((ky[:, None] ** 2 + kx[None] ** 2) * 400))))
    return pictures(np.stack([smooth[:, k : k + cells] for k in range(frames)]))


def save(path: Path, frame: NDArray[np.uint8]) -> None:
    """One picture."""
    Pillow.fromarray(frame).save(path)
