"""Spatial operators as multipliers of Fourier coefficients: derivatives of two schemes, and local averages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from lookagain.tools.physics.fields.features import Operator
from lookagain.tools.physics.fields.system import Scheme
from lookagain.tools.physics.trajectory import Array

__all__ = ["Grid", "Spectrum", "bump"]

Spectrum: TypeAlias = NDArray[np.complex128]

#: Central differences of order 8 (Fornberg 1988): weights of distances 1 to 4; the second derivative has a centre too.
_FIRST = (4 / 5, -1 / 5, 4 / 105, -1 / 280)
_CENTRE, _SECOND = -205 / 72, (8 / 5, -1 / 5, 8 / 315, -1 / 560)
_POWER = 4


def bump(half: int, power: int) -> Array:
    """Weights ``(2 * half + 1,)`` of the test function (1 - s^2)^power, of sum 1; its support ends beyond the last."""
    s = np.arange(-half, half + 1) / (half + 1)
    weights = (1 - s**2) ** power
    return np.asarray(weights / weights.sum())


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Cells ``space``, (x,) or (y, x), at distances ``spacing``, closed on itself along ``periodic`` axes.

    An operator on an axis that is not periodic is a compact difference (of order 8, where the scheme is spectral);
    what it gives within ``margin`` cells of the border means nothing.
    """

    space: tuple[int, ...]
    spacing: tuple[float, ...]
    periodic: tuple[bool, ...]
    scheme: Scheme

    @property
    def axes(self) -> tuple[int, ...]:
        """The space axes of an array, counted from its end."""
        return tuple(range(-len(self.space), 0))

    def forward(self, values: Array) -> Spectrum:
        """Fourier coefficients over the space axes."""
        return np.asarray(fft.rfftn(values, axes=self.axes))

    def backward(self, spectrum: Spectrum) -> Array:
        """The values of Fourier coefficients."""
        return np.asarray(fft.irfftn(spectrum, s=self.space, axes=self.axes))

    @cached_property
    def _angles(self) -> tuple[Array, ...]:
        """The wave number times the spacing along each axis, shaped to broadcast."""
        out: list[Array] = []
        for i, n in enumerate(self.space):
            last = i == len(self.space) - 1
            waves: Array = np.arange(n // 2 + 1) / n if last else np.asarray(np.fft.fftfreq(n))
            out.append((2 * np.pi * waves).reshape([-1 if j == i else 1 for j in range(len(self.space))]))
        return tuple(out)

    def multiplier(self, operator: Operator) -> Spectrum:
        """What the operator multiplies Fourier coefficients by."""
        return _multiplier(self, operator)

    def derivative(self, order: int, axis: int) -> Spectrum:
        """Multiplier of a derivative along one axis."""
        angle, h = self._angles[axis], self.spacing[axis]
        odd = np.where(np.isclose(np.abs(angle), np.pi), 0.0, angle)
        if self.scheme == "kernel":
            slope, curve = np.sin(angle), 2 * np.cos(angle) - 2
        elif self.periodic[axis]:
            slope, curve = odd, -(angle**2)
        else:
            waves = range(1, len(_FIRST) + 1)
            slope = 2 * np.sum([c * np.sin(m * angle) for c, m in zip(_FIRST, waves, strict=True)], axis=0)
            curve = _CENTRE + 2 * np.sum([c * np.cos(m * angle) for c, m in zip(_SECOND, waves, strict=True)], axis=0)
        return np.asarray((1j * slope / h) ** (order % 2) * (curve / h**2) ** (order // 2))

    def smoother(self, radius: int) -> Array:
        """Multiplier of the average over a bump of ``radius`` cells on each side, along each axis."""
        out = np.ones((1,) * len(self.space))
        weights, cells = bump(radius, _POWER), range(-radius, radius + 1)
        for angle in self._angles:
            out = out * np.sum([w * np.cos(m * angle) for w, m in zip(weights, cells, strict=True)], axis=0)
        return out

    def reach(self, degree: int) -> int:
        """Cells from the border that an operator of ``degree`` derivatives spoils on an open axis."""
        return ((degree + 1) // 2) * (1 if self.scheme == "kernel" else len(_FIRST))

    def interior(self, margin: int) -> tuple[slice, ...]:
        """The cells that are ``margin`` from any open border."""
        ends = [0 if closed else margin for closed in self.periodic]
        return tuple(slice(m, n - m) for m, n in zip(ends, self.space, strict=True))


@lru_cache(maxsize=64)
def _multiplier(grid: Grid, operator: Operator) -> Spectrum:
    axis = {name: i for i, name in enumerate("yx"[-len(grid.space) :])}
    if operator in ("lap", "bih"):
        laplacian = sum(grid.derivative(2, i) for i in range(len(grid.space)))
        return np.asarray(laplacian if operator == "lap" else laplacian**2)
    out = np.ones((1,) * len(grid.space), dtype=np.complex128)
    for name, i in axis.items():
        out = out * grid.derivative(operator.count(name), i)
    return out
