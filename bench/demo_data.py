"""Makes the small videos that the demo runs on: ``python -m bench.demo_data``.

Each is a disc on a textured background with camera noise, moved by a law that is integrated here. The pictures are
the project's own; the laws are written below, so that anyone can compare what the demo finds.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from bench.common.video import write_video
from bench.pixel2phys.render import frames, make_look

FOLDER = Path(__file__).resolve().parent.parent / "lookagain" / "data" / "demo"
FPS, SIZE = 30, 192
Floats = NDArray[np.float64]


def pendulum() -> Floats:
    """theta'' = -25 sin(theta) - 0.1 theta', 70 px long."""
    t = np.arange(150) / FPS
    theta = solve_ivp(
        lambda _, z: [z[1], -25 * np.sin(z[0]) - 0.1 * z[1]], (0, t[-1]), [1.0, 0.0], t_eval=t, rtol=1e-10
    ).y[0]
    return np.column_stack([96 + 70 * np.sin(theta), 50 + 70 * np.cos(theta)])


def thrown() -> Floats:
    """x'' = 0, y'' = -60 px/s^2 (y up)."""
    t = np.arange(100) / FPS
    return np.column_stack([20 + 45 * t, 160 - 95 * t + 30 * t**2])


def spiral() -> Floats:
    """x' = -0.25 x + 3 y, y' = -3 x - 0.25 y about pixel (96, 96)."""
    t = np.arange(160) / FPS
    radius, phase = 70 * np.exp(-0.25 * t), 3 * t
    return np.column_stack([96 + radius * np.cos(phase), 96 + radius * np.sin(phase)])


def wandering() -> Floats:
    """A random walk: there is no law to find."""
    steps = np.random.default_rng(1234).normal(0, 2.0, (150, 2))
    return np.clip(96 + np.cumsum(steps, axis=0), 20, 172)


def main() -> None:
    """Write all videos."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for seed, make in enumerate((pendulum, thrown, spiral, wandering), start=2000):
        look = make_look(seed, size=SIZE)
        path = FOLDER / f"{make.__name__}.mp4"
        write_video(path, frames(look, [make()], np.random.default_rng(seed)), rate=FPS, crf=24)
        print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
