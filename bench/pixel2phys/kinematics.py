"""What a sequence of points says by itself: constants of motion by least squares, with honest intervals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = ["Slope", "acceleration", "angular_velocity", "camera_part", "circle", "hand_spread"]

Floats = NDArray[np.float64]


class Slope(NamedTuple):
    """An estimate and its 95 % interval."""

    value: float
    interval: tuple[float, float]


#: Standard uncertainty of one uncalibrated camera's local scale between the sides of its picture: what 2.5 degrees off
#: the perpendicular give at a field of view of 60 degrees, or half of a 7 % barrel distortion. Fixed before any run.
_SCALE_OVER_PICTURE = 0.10


def acceleration(t: Floats, x: Floats, systematic: float = 0.0) -> Slope:
    """Second derivative of the parabola through ``x(t)`` (n,), n >= 5; ``systematic`` widens the interval."""
    coefficient = _polynomial(t, x, 2)
    half = float(np.hypot(coefficient.interval[1] - coefficient.interval[0], 1.96 * systematic))
    return Slope(2 * coefficient.value, (2 * coefficient.value - half, 2 * coefficient.value + half))


def camera_part(t: Floats, x: Floats, width: float) -> float:
    """Standard uncertainty of an acceleration along a line that the camera's own geometry leaves.

    x' = V(1 + k x / W) for a uniform V and a scale that changes by k over the picture's width W: x'' = k V^2 / W.
    """
    speed = float((x[-1] - x[0]) / (t[-1] - t[0]))
    return _SCALE_OVER_PICTURE * speed**2 / width


def angular_velocity(t: Floats, points: Floats) -> Slope:
    """|d angle / dt| about the fitted centre of a circle (n x 2); turns must be under half a turn a sample."""
    centre, _ = circle(points)
    angle = np.unwrap(np.arctan2(points[:, 1] - centre[1], points[:, 0] - centre[0]))
    slope = _polynomial(t, angle, 1)
    low, high = slope.interval
    return slope if slope.value >= 0 else Slope(-slope.value, (-high, -low))


def circle(points: Floats) -> tuple[Floats, float]:
    """Centre and radius of the algebraic least-squares circle (Kasa 1976)."""
    design = np.column_stack([2 * points, np.ones(len(points))])
    a, b, c = np.linalg.lstsq(design, (points**2).sum(axis=1), rcond=None)[0]
    return np.array([a, b]), float(np.sqrt(c + a * a + b * b))


def hand_spread(frames: NDArray[np.int64], points: Floats, half: int = 3) -> float:
    """Median distance of hand-tracked points from a local parabola, in pixels.

    A parabola is fitted in time to the 2 ``half`` + 1 points around each (fewer at the ends are skipped); the
    residual of the middle point is divided by sqrt(1 - leverage), so that white noise of the hand is neither
    under- nor overstated. NaN where there are too few points.
    """
    distances = []
    for k in range(half, len(points) - half):
        window = slice(k - half, k + half + 1)
        time = (frames[window] - frames[k]).astype(np.float64)
        design = np.vander(time, 3)
        hat = design @ np.linalg.pinv(design)
        residual = points[k] - (hat @ points[window])[half]
        distances.append(float(np.hypot(*residual)) / float(np.sqrt(1.0 - hat[half, half])))
    return float(np.median(distances)) if distances else float("nan")


def _polynomial(t: Floats, x: Floats, degree: int) -> Slope:
    """Leading coefficient of a polynomial fit; the interval allows for residuals correlated in time.

    The variance is scaled by (1 + r) / (1 - r), r the residuals' lag-one correlation where it is positive.
    """
    centred = t - t.mean()
    design = np.vander(centred, degree + 1)
    solution, *_ = np.linalg.lstsq(design, x, rcond=None)
    residual = x - design @ solution
    freedom = len(t) - degree - 1
    if freedom < 2:
        raise ValueError(f"expected at least {degree + 3} points, got {len(t)}")
    total = float(residual @ residual)
    lag = max(0.0, float(residual[1:] @ residual[:-1]) / total) if total > 0 else 0.0
    inflation = (1 + min(lag, 0.95)) / (1 - min(lag, 0.95))
    variance = total / freedom * inflation * np.linalg.inv(design.T @ design)[0, 0]
    half = float(stats.t.ppf(0.975, freedom) * np.sqrt(variance))
    return Slope(float(solution[0]), (float(solution[0]) - half, float(solution[0]) + half))
