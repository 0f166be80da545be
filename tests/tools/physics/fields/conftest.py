"""Fields of known laws, from exact solutions or a plain Runge-Kutta scheme of numpy alone."""

from __future__ import annotations

import numpy as np
import pytest

from lookagain.tools.physics.fields import Field
from tests.support.fields import CELLS, LENGTH, Array, as_field, bumps, linear, waves


@pytest.fixture(scope="session")
def heat() -> Field:
    """u' = 0.05*lap_u on a closed square."""
    ky, kx = waves(CELLS, LENGTH)
    t = np.arange(80) * 0.02
    picture = bumps(np.random.default_rng(1))
    return as_field(linear(picture, t, -0.05 * (ky**2 + kx**2) + 0j), t, LENGTH / CELLS)


@pytest.fixture(scope="session")
def spirals() -> tuple[Array, Array, float]:
    """Frames, times and spacing of the Lambda-Omega system with beta 1 and D 0.1, from noise (Runge-Kutta)."""
    n, length, dt, steps = CELLS, 12.0, 0.1, 4
    ky, kx = waves(n, length)
    minus = -(ky**2 + kx**2)
    rng = np.random.default_rng(2)

    def slope(z: Array) -> Array:
        u, v = z
        lap = np.fft.irfft2(minus * np.fft.rfft2(z), s=(n, n))
        a = u * u + v * v
        return np.stack([0.1 * lap[0] + (1 - a) * u + a * v, 0.1 * lap[1] - a * u + (1 - a) * v])

    z, h, out = 0.7 * np.stack([bumps(rng), bumps(rng)]), dt / steps, []
    for _ in range(120):
        out.append(z)
        for _ in range(steps):
            k1 = slope(z)
            k2 = slope(z + h / 2 * k1)
            k3 = slope(z + h / 2 * k2)
            z = z + h / 6 * (k1 + 2 * k2 + 2 * k3 + slope(z + h * k3))
    return np.array(out), np.array([i * dt for i in range(len(out))]), length / n
