"""Estimators of smooth paths and derivatives from noisy samples, and the noise itself.

``SavitzkyGolay`` and ``Spline`` give point values; ``WeakForm`` gives linear systems of integrals
against test functions (Messenger & Bortz 2021), which need no derivative of the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline, PPoly, make_smoothing_spline
from scipy.special import gammaincinv

from lookagain.core.errors import InputError
from lookagain.tools.physics.trajectory import Array

__all__ = ["Differentiation", "SavitzkyGolay", "Smooth", "Spline", "WeakForm", "Windows", "noise_level"]

_BLOCK = 512
"""Windows that are applied at a time; bounds the memory of long trajectories."""


class Smooth(NamedTuple):
    """Smoothed values and first two derivatives, each ``(n, d)``, at the sample times."""

    x: Array
    dx: Array
    ddx: Array


class Differentiation(Protocol):
    """Anything that smooths ``x (n, d)`` (NaN = missing) sampled at ``t (n,)``, each variable on its own."""

    def __call__(self, t: Array, x: Array) -> Smooth:
        """Smoothed values and derivatives at every time, missing samples filled."""
        ...


def _seen(t: Array, x: Array, least: int) -> Array:
    keep = np.isfinite(x)
    if keep.sum() < least:
        raise InputError(f"at least {least} samples are needed; got {int(keep.sum())} that are not missing.")
    return keep


@dataclass(frozen=True, kw_only=True)
class SavitzkyGolay:
    """Local least-squares polynomial of ``degree`` in a window of ``window`` samples; any sampling."""

    window: int = 11
    degree: int = 4

    def __post_init__(self) -> None:
        if self.window <= self.degree or self.degree < 2:
            raise InputError(f"window must exceed degree >= 2; got {self.window} and {self.degree}.")

    def __call__(self, t: Array, x: Array) -> Smooth:
        """Local fits centred on each sample; one-sided at the ends."""
        out = np.empty((3, *x.shape))
        for j in range(x.shape[1]):
            keep = _seen(t, x[:, j], self.window)
            ts, xs = t[keep], x[keep, j]
            nearest = np.searchsorted(ts, t)
            first = np.clip(nearest - self.window // 2, 0, len(ts) - self.window)
            rows = first[:, None] + np.arange(self.window)
            span = (ts[rows[:, -1]] - ts[rows[:, 0]]) / 2
            u = (ts[rows] - t[:, None]) / span[:, None]
            powers = u[:, :, None] ** np.arange(self.degree + 1)
            fit = np.linalg.pinv(powers) @ xs[rows][:, :, None]
            out[:, :, j] = fit[:, 0, 0], fit[:, 1, 0] / span, 2 * fit[:, 2, 0] / span**2
        return Smooth(out[0], out[1], out[2])


@dataclass(frozen=True, kw_only=True)
class Spline:
    """Cubic smoothing spline; ``stiffness`` None chooses it by generalised cross-validation."""

    stiffness: float | None = None

    def __call__(self, t: Array, x: Array) -> Smooth:
        """Values and derivatives of one spline a variable."""
        out = np.empty((3, *x.shape))
        for j in range(x.shape[1]):
            keep = _seen(t, x[:, j], 6)
            spread = float(np.std(x[keep, j])) or 1.0
            centre = float(np.mean(x[keep, j]))
            unit = float(t[-1] - t[0]) / len(t)
            spline = _spline((t[keep] - t[0]) / unit, (x[keep, j] - centre) / spread, self.stiffness)
            curve = PPoly.from_spline(spline.tck)
            u = (t - t[0]) / unit
            for order in range(3):
                out[order, :, j] = curve(u, nu=order) * spread / unit**order
            out[0, :, j] += centre
        return Smooth(out[0], out[1], out[2])


def _spline(u: Array, y: Array, stiffness: float | None) -> BSpline:
    try:
        return make_smoothing_spline(u, y, lam=stiffness)
    except (ValueError, np.linalg.LinAlgError) as error:
        raise InputError(
            f"no smooth curve can be drawn through these samples ({error}).",
            hint="Sample at more even time steps.",
        ) from error


@dataclass(frozen=True, kw_only=True, eq=False)
class Windows:
    """A matrix ``(m, n)`` whose row ``i`` is ``weights[i] (w,)`` from column ``first[i]`` on, first columns rising.

    ``@`` applies it to ``(n,)`` or ``(n, k)`` block by block: memory grows with n, not with m * n.
    """

    first: NDArray[np.intp]
    weights: Array
    columns: int

    def __matmul__(self, values: Array) -> Array:
        width = self.weights.shape[1]
        out = []
        for at in range(0, len(self.first), _BLOCK):
            first, weights = self.first[at : at + _BLOCK], self.weights[at : at + _BLOCK]
            low = int(first[0]) if at else 0
            high = int(first[-1]) + width if at + _BLOCK < len(self.first) else self.columns
            block = np.zeros((len(first), high - low))
            np.put_along_axis(block, first[:, None] - low + np.arange(width), weights, axis=1)
            out.append(block @ values[low:high])
        return np.concatenate(out)


@dataclass(frozen=True, kw_only=True)
class WeakForm:
    """Bump test functions ``(1 - s^2)^p`` of half-width ``half`` samples (None: n / 16, from 5 to 20)."""

    half: int | None = None
    power: int = 6
    stride: int = 2

    def integrals(self, t: Array, order: int) -> tuple[Windows, Windows]:
        """Banded ``(m, n)`` such that ``V0 @ f == V1 @ x`` for ``d^order x / dt^order = f`` up to quadrature."""
        n = len(t)
        half = self.half if self.half is not None else int(np.clip(n // 16, 5, 20))
        half = min(half, (n - 1) // 2)
        if half < 2:
            raise InputError(f"the weak form needs at least 5 samples; got {n}.")
        centres = np.arange(half, n - half, self.stride)
        rows = centres[:, None] + np.arange(-half, half + 1)
        middle = (t[rows[:, -1]] + t[rows[:, 0]]) / 2
        radius = (t[rows[:, -1]] - t[rows[:, 0]]) / 2
        s = (t[rows] - middle[:, None]) / radius[:, None]
        step = np.gradient(t)[rows]
        out = []
        bump = np.polynomial.Polynomial([1.0, 0.0, -1.0]) ** self.power
        for derivative in (0, order):
            phi = bump.deriv(derivative)(s) if derivative else bump(s)
            scale = (-1.0 / radius) ** derivative
            weights = phi * scale[:, None] * step
            if derivative:  # a constant has no derivative, whatever the quadrature
                weights -= weights.mean(axis=1, keepdims=True) * bump(s) / bump(s).mean(axis=1, keepdims=True)
            out.append(Windows(first=centres - half, weights=weights, columns=n))
        return out[0], out[1]


def noise_level(t: Array, x: Array, *, window: int = 9, degree: int = 5) -> Array:
    """Standard deviation of white noise per variable ``(d,)``, whatever the smooth motion beneath.

    The median of squared residuals of local polynomials; NaN where fewer than ``window + 3`` samples are seen.
    """
    out = np.full(x.shape[1], np.nan)
    free = window - degree - 1
    median = 2 * float(gammaincinv(free / 2, 0.5))
    for j in range(x.shape[1]):
        keep = np.isfinite(x[:, j])
        ts, xs = t[keep], x[keep, j]
        if len(ts) < window + 3:
            continue
        rows = np.arange(len(ts) - window + 1)[:, None] + np.arange(window)
        span = ts[rows[:, -1]] - ts[rows[:, 0]]
        u = 2 * (ts[rows] - ts[rows[:, :1]]) / span[:, None] - 1
        basis = np.linalg.qr(np.polynomial.legendre.legvander(u, degree))[0]
        y = xs[rows] - xs[rows].mean(axis=1, keepdims=True)
        rest = y - (basis @ (basis.transpose(0, 2, 1) @ y[:, :, None]))[:, :, 0]
        out[j] = np.sqrt(np.median((rest**2).sum(axis=1)) / median)
    return out
