"""Reaction-diffusion on a periodic square, solved in Fourier space; shares no code with the package.

Every channel obeys ``w' = L w + N(w)`` with ``L`` diagonal in Fourier space. Time steps are ETDRK4 of Cox and
Matthews (2002) with the contour integrals of Kassam and Trefethen (2005), so that the stiff part is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

__all__ = ["Reaction", "Symbol", "evolve", "smooth_noise", "squared_wavenumbers"]

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
#: Squared wavenumbers to the multiplier of every channel (channels x their shape).
Symbol = Callable[[Floats], Floats]
#: Values (channels x n x n) to the rates of change of the part that is not in ``L``.
Reaction = Callable[[Floats], Floats]

_AXES = (-2, -1)
_CONTOUR = 32


def evolve(
    start: Floats, *, symbol: Symbol, reaction: Reaction, length: float, dt: float, frames: int, substeps: int
) -> Floats:
    """``frames`` states (frames x channels x n x n) that are ``dt`` apart, ``start`` the first of them.

    Raises ArithmeticError where a state is not finite.
    """
    size = start.shape[-1]
    step = _Step.of(symbol(squared_wavenumbers(size, length)), dt / substeps)
    states = np.empty((frames, *start.shape))
    states[0] = start
    transformed = fft.rfft2(start, axes=_AXES)
    for k in range(1, frames):
        for _ in range(substeps):
            transformed = step.taken(transformed, reaction, size)
        states[k] = fft.irfft2(transformed, s=(size, size), axes=_AXES)
        if not np.isfinite(states[k]).all():
            raise ArithmeticError(f"not finite from frame {k}: take more substeps than {substeps}")
    return states


def squared_wavenumbers(size: int, length: float) -> Floats:
    """``kx^2 + ky^2`` of a real transform (size x size // 2 + 1) on a square of side ``length``."""
    rows = 2 * np.pi * fft.fftfreq(size, length / size)
    columns = 2 * np.pi * fft.rfftfreq(size, length / size)
    return np.asarray(rows[:, None] ** 2 + columns[None, :] ** 2, dtype=np.float64)


def smooth_noise(rng: np.random.Generator, *, size: int, modes: float) -> Floats:
    """A periodic random field of unit variance (size x size), waves ``modes`` to the side at e^-1/2 of the power.

    It is drawn as a sum of waves, so that the same generator gives the same field on every grid that holds them.
    """
    most = int(np.ceil(3 * modes))
    if size <= 2 * most:
        raise ValueError(f"expected a grid of more than {2 * most} cells for {modes:g} waves, got {size}")
    numbers = np.arange(-most, most + 1)
    drawn = rng.standard_normal((numbers.size, numbers.size)) + 1j * rng.standard_normal((numbers.size, numbers.size))
    weights = np.exp(-(numbers[:, None] ** 2 + numbers[None, :] ** 2) / (4 * modes**2))
    weights[most, most] = 0.0
    spectrum = np.zeros((size, size), dtype=np.complex128)
    spectrum[np.ix_(numbers % size, numbers % size)] = drawn * weights
    field = np.real(fft.ifft2(spectrum)) * size * size
    return np.asarray(field / np.sqrt(np.sum(weights**2)), dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class _Step:
    """The coefficients of one ETDRK4 step of a fixed size."""

    whole: Floats
    half: Floats
    inner: Floats
    first: Floats
    middle: Floats
    last: Floats

    @staticmethod
    def of(multiplier: Floats, h: float) -> _Step:
        """For ``w' = multiplier * w + N(w)`` and steps of ``h``."""
        lh = h * multiplier
        points = np.exp(1j * np.pi * (np.arange(_CONTOUR) + 0.5) / _CONTOUR)
        shape = (*lh.shape, 1)
        z = lh.reshape(shape) + points
        ez = np.exp(z)
        return _Step(
            whole=np.exp(lh),
            half=np.exp(lh / 2),
            inner=h * np.mean((np.exp(z / 2) - 1) / z, axis=-1).real,
            first=h * np.mean((-4 - z + ez * (4 - 3 * z + z**2)) / z**3, axis=-1).real,
            middle=h * np.mean((2 + z + ez * (z - 2)) / z**3, axis=-1).real,
            last=h * np.mean((-4 - 3 * z - z**2 + ez * (4 - z)) / z**3, axis=-1).real,
        )

    def taken(self, w: Complexes, reaction: Reaction, size: int) -> Complexes:
        """The transformed state one step later."""

        def rates(at: Complexes) -> Complexes:
            values = fft.irfft2(at, s=(size, size), axes=_AXES)
            return np.asarray(fft.rfft2(reaction(values), axes=_AXES))

        n0 = rates(w)
        a = self.half * w + self.inner * n0
        na = rates(a)
        b = self.half * w + self.inner * na
        nb = rates(b)
        c = self.half * a + self.inner * (2 * nb - n0)
        nc = rates(c)
        return np.asarray(self.whole * w + self.first * n0 + 2 * self.middle * (na + nb) + self.last * nc)
