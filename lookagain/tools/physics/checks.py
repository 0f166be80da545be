"""Measures of agreement between a law and what was seen: pure functions of arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lookagain.core.errors import InputError
from lookagain.tools.physics.tails import chi2_tail, fisher, normal_quantile, normal_tail, t_quantile
from lookagain.tools.physics.trajectory import Array

__all__ = [
    "ConstantTerm",
    "Whiteness",
    "camera_acceleration",
    "constant_term",
    "derivative_r2",
    "ljung_box",
    "r2",
    "rmse",
    "runs_test",
    "uniform",
    "valid_prediction_steps",
    "whiteness",
]

#: Standard uncertainty of the local scale of one uncalibrated camera from side to side of its picture, as a part of
#: the scale. Our own estimate from geometry, fitted to no video: a camera set up by eye stands off the perpendicular
#: by about 2.5 degrees, which at a field of view of 60 degrees is 4 sin(2.5) tan(30) = .10. The lens adds about as
#: much: a barrel distortion of 3 % at the edge makes the scale there 9 % smaller.
CAMERA_SCALE = 0.1


def _pair(true: Array, predicted: Array) -> tuple[Array, Array]:
    if true.shape != predicted.shape or true.ndim != 2:
        raise InputError(f"expected two arrays (n, d); got {true.shape} and {predicted.shape}.")
    return true, predicted


def r2(true: Array, predicted: Array) -> float:
    """1 - residual / total sum of squares over all variables ``(n, d)``; samples missing in ``true`` are left out.

    A prediction that is not finite gives -inf. A target that never changes gives 1 if met exactly, else -inf.
    """
    true, predicted = _pair(true, predicted)
    seen = np.isfinite(true)
    if not np.isfinite(predicted[seen]).all() or not seen.any():
        return float("-inf")
    rest = float(((true - predicted)[seen] ** 2).sum())
    with np.errstate(invalid="ignore"):
        centre = np.where(seen, true, 0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    total = float(((true - centre)[seen] ** 2).sum())
    if total == 0:
        return 1.0 if rest == 0 else float("-inf")
    return 1.0 - rest / total


def rmse(true: Array, predicted: Array) -> float:
    """Root mean squared error over all seen values; infinite for a prediction that is not finite."""
    true, predicted = _pair(true, predicted)
    seen = np.isfinite(true)
    if not np.isfinite(predicted[seen]).all() or not seen.any():
        return float("inf")
    return float(np.sqrt(((true - predicted)[seen] ** 2).mean()))


def valid_prediction_steps(true: Array, predicted: Array, threshold: float = 0.5) -> int:
    """Samples before the error first exceeds ``threshold`` standard deviations of the truth (VPS)."""
    true, predicted = _pair(true, predicted)
    spread = float(np.sqrt(np.nanvar(true, axis=0).sum())) or 1.0
    with np.errstate(invalid="ignore", over="ignore"):
        error = np.sqrt(np.nansum(np.where(np.isfinite(true), true - predicted, 0.0) ** 2, axis=1)) / spread
    bad = (error > threshold) | ~np.isfinite(predicted).all(axis=1)
    return int(np.argmax(bad)) if bad.any() else len(true)


def derivative_r2(slope: Array, predicted: Array, margin: int = 3) -> float:
    """R2 of a predicted derivative against the estimated one, ``margin`` samples at each end left out."""
    cut = slice(margin, len(slope) - margin) if len(slope) > 4 * margin else slice(None)
    return r2(slope[cut], predicted[cut])


def ljung_box(residual: Array, lags: int = 10) -> float:
    """p-value of the Ljung-Box test that the series ``(n,)`` is white; 1 for fewer than 8 samples."""
    n = len(residual)
    lags = min(lags, n // 4)
    if lags < 2:
        return 1.0
    e = residual - residual.mean()
    power = float(e @ e)
    if power == 0:
        return 1.0
    rho = np.array([float(e[k:] @ e[:-k]) / power for k in range(1, lags + 1)])
    q = n * (n + 2) * float((rho**2 / (n - np.arange(1, lags + 1))).sum())
    return chi2_tail(q, lags)


def runs_test(residual: Array) -> float:
    """Two-sided p-value of the Wald-Wolfowitz runs test of signs; 1 where it says nothing."""
    signs = residual[residual != 0] > 0
    up, down = int(signs.sum()), int((~signs).sum())
    if min(up, down) < 4:
        return 1.0 if up + down < 12 else 0.0
    n = up + down
    runs = 1 + int((signs[1:] != signs[:-1]).sum())
    mean = 2 * up * down / n + 1
    variance = (mean - 1) * (mean - 2) / (n - 1)
    return 2 * normal_tail(abs(runs - mean) / float(np.sqrt(variance)))


class Whiteness(NamedTuple):
    """Residual statistics of one variable over all trajectories."""

    ljung_box: float
    runs: float
    lag1: float
    largest: float
    """Largest |residual| over its robust spread."""


def whiteness(residuals: list[Array]) -> Whiteness:
    """Statistics of the residual series (one a trajectory, missing samples removed), p-values by Fisher's method."""
    series = [r for r in residuals if len(r) >= 8]
    if not series:
        return Whiteness(1.0, 1.0, 0.0, 0.0)
    p_box = fisher([ljung_box(r) for r in series])
    p_runs = fisher([runs_test(r) for r in series])
    joint = np.concatenate(series)
    power = float(joint @ joint)
    lag = sum(float(r[1:] @ r[:-1]) for r in series) / power if power else 0.0
    robust = 1.4826 * float(np.median(np.abs(joint - np.median(joint))))
    return Whiteness(p_box, p_runs, lag, float(np.abs(joint).max()) / robust if robust else 0.0)


class ConstantTerm(NamedTuple):
    """A constant fitted to a derivative: its value, standard error and 95 % interval."""

    value: float
    sigma: float
    low: float
    high: float

    @property
    def contains_zero(self) -> bool:
        """Whether 0 lies in the interval."""
        return self.low <= 0 <= self.high


def constant_term(t: Array, x: Array, order: int, systematic: float = 0.0) -> ConstantTerm:
    """The mean ``order``-th derivative of ``x (n,)``: the leading coefficient of a least-squares polynomial.

    For ``order`` 2 it is the acceleration of a path; the standard error allows for correlated residuals
    (AR(1) inflation) and adds ``systematic``, a standard uncertainty that no residual shows, in quadrature.
    """
    keep = np.isfinite(x)
    ts, xs = t[keep], x[keep]
    if len(ts) < order + 4:
        raise InputError(f"a constant term of order {order} needs {order + 4} samples; got {len(ts)}.")
    half = (ts[-1] - ts[0]) / 2
    u = (ts - ts[0]) / half - 1
    design = u[:, None] ** np.arange(order + 1)
    inverse = np.linalg.inv(design.T @ design)
    fit = inverse @ (design.T @ xs)
    rest = xs - design @ fit
    free = len(ts) - order - 1
    variance = float(rest @ rest) / free
    rho = float(np.clip((rest[1:] @ rest[:-1]) / (rest @ rest), 0, 0.95)) if rest.any() else 0.0
    factor = float(np.prod(np.arange(1, order + 1))) / half**order
    value = float(fit[-1]) * factor
    random = float(np.sqrt(variance * inverse[-1, -1] * (1 + rho) / (1 - rho))) * factor
    reach = float(np.hypot(t_quantile(0.975, free) * random, normal_quantile(0.975) * systematic))
    return ConstantTerm(value, float(np.hypot(random, systematic)), value - reach, value + reach)


def camera_acceleration(t: Array, x: Array, part: float) -> Array:
    """Standard uncertainty ``(d,)`` of the mean acceleration of a path ``x (n, d)`` from the camera's own geometry.

    ``part`` is the largest extent of the path in the picture over the picture's width. The local scale, and with it
    the speed seen, varies by ``CAMERA_SCALE part`` along the path; spread over its duration T that is an acceleration
    of ``CAMERA_SCALE part |v| / T`` (for a straight path: k v^2 / W, second order of the projective map
    x / (1 + h.x) with k = 2 |h| W). The velocity is that of a parabola in time, its root mean square over the path.
    The same holds, with room to spare, for turning, where a fixed camera's part averages out over whole turns, but
    that of an axis held by hand does not. Zeros for a path of fewer than 3 complete samples.
    """
    seen = np.isfinite(x).all(axis=1)
    if seen.sum() < 3:
        return np.zeros(x.shape[1])
    centred = t[seen] - t[seen].mean()
    slopes = np.polyfit(centred, x[seen], 2)
    velocity = 2 * centred[:, None] * slopes[0] + slopes[1]
    found: Array = CAMERA_SCALE * part * np.sqrt((velocity**2).mean(axis=0)) / float(np.ptp(centred))
    return found


def uniform(t: Array, x: Array, *, part: float, extent: float, noise: float) -> bool:
    """Whether an uncalibrated camera could see a uniform motion as ``x (n,)``: no acceleration, nothing else left.

    ``part`` as for ``camera_acceleration``; ``extent`` is the same extent, and ``noise`` the tracking noise, in units
    of ``x``. What a parabola in time leaves may be as large as twice the noise and the camera's own displacement,
    ``CAMERA_SCALE part extent / 8`` (the sagitta of a scale that varies linearly), at 95 %.
    """
    seen = np.isfinite(x)
    if seen.sum() < 6:
        return False
    ts, xs = t[seen] - t[seen].mean(), x[seen]
    rest = xs - np.polyval(np.polyfit(ts, xs, 2), ts)
    reach = float(np.hypot(1.96 * CAMERA_SCALE * part * extent / 8, 2 * noise))
    systematic = float(camera_acceleration(ts, xs[:, None], part)[0])
    return bool(constant_term(ts, xs, 2, systematic).contains_zero and np.sqrt((rest**2).mean()) <= reach)
