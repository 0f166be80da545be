"""Fields of known laws from exact solutions, and laws from text, for the tests of the field search."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lookagain.tools.physics.fields import Field, FieldSystem, feature_names
from lookagain.tools.physics.terms import parse_term

Array = NDArray[np.float64]
Numbers = NDArray[Any]

CELLS, LENGTH = 32, 2 * np.pi


def waves(n: int, length: float) -> tuple[Array, Array]:
    """Wave numbers along y and x of a square's real spectrum."""
    along: Array = np.asarray(2 * np.pi * np.fft.fftfreq(n, length / n))
    half: Array = np.asarray(2 * np.pi * np.fft.rfftfreq(n, length / n))
    return along[:, None], half[None]


def bumps(rng: np.random.Generator, n: int = CELLS, cut: float = 3.0) -> Array:
    """A smooth random picture ``(n, n)`` of unit spread, closed on itself."""
    ky, kx = waves(n, LENGTH)
    picture = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(n, n))) * np.exp(-(ky**2 + kx**2) / (2 * cut**2)), s=(n, n))
    return np.asarray(picture / picture.std())


def linear(picture: Numbers, t: Numbers, rate: Numbers) -> Array:
    """Frames ``(n, 1, y, x)`` of the field whose modes obey dU/dt = rate * U: the exact solution."""
    start = np.fft.rfft2(picture)
    return np.array([np.fft.irfft2(start * np.exp(rate * s), s=picture.shape) for s in t])[:, None]


def as_field(values: Numbers, t: Numbers, spacing: float, *, periodic: bool = True, levels: int = 0) -> Field:
    """A field of doubles, or with ``levels`` of that many grey values."""
    names, axes = ("u", "v", "w")[: values.shape[1]], values.ndim - 2
    if not levels:
        return Field(values=values, t=t, spacing=(spacing,) * axes, names=names, periodic=(periodic,) * axes)
    low, high = float(values.min()), float(values.max())
    step = (high - low) / (levels - 1)
    return Field(
        values=np.round((values - low) / step).astype(np.uint8),
        t=t,
        spacing=(spacing,) * axes,
        names=names,
        periodic=(periodic,) * axes,
        offset=(low,) * len(names),
        scale=(step,) * len(names),
        resolution=(step,) * len(names),
    )


def law(names: tuple[str, ...], axes: tuple[str, ...], *rows: dict[str, float]) -> FieldSystem:
    """A law from the coefficients of terms written as text."""
    known = feature_names(names, len(axes))
    return FieldSystem(
        names=names,
        axes=axes,
        terms=tuple(tuple(parse_term(text, known) for text in row) for row in rows),
        coefficients=tuple(tuple(row.values()) for row in rows),
    )


def burgers(t: Numbers, nu: float, n: int = 96) -> Array:
    """u' = nu*u_xx - u*u_x by the Cole-Hopf transform: u = -2 nu (log phi)_x, phi a solution of the heat equation."""
    x = np.arange(n) * LENGTH / n
    slow, fast = np.exp(-nu * t)[:, None], np.exp(-4 * nu * t)[:, None]
    phi = 2.0 + slow * np.cos(x) + 0.6 * fast * np.sin(2 * x)
    phi_x = -slow * np.sin(x) + 1.2 * fast * np.cos(2 * x)
    return np.asarray((-2 * nu * phi_x / phi)[:, None])
