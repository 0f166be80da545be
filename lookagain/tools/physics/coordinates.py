"""Derived coordinates of tracked paths: angle about a fitted pivot, arc length on a line, relative position.

Paths are ``(n, 2)`` in pixels with x to the right and y downwards, NaN where the object was not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from lookagain.core.errors import InputError
from lookagain.tools.physics.differentiate import noise_level
from lookagain.tools.physics.trajectory import Array, Trajectory

__all__ = [
    "Circle",
    "Coordinates",
    "Line",
    "along_line",
    "angle",
    "fit_circle",
    "fit_line",
    "plain",
    "relative",
    "suggest",
]

Kind = Literal["plain", "angle", "line", "relative"]

_LEAST = 8
#: Robust standard deviations beyond which a sample is taken for another object, and the largest share of those.
_FAR, _MOST_FAR = 6.0, 0.1


@dataclass(frozen=True, kw_only=True)
class Circle:
    """Centre and radius with standard deviations ``(cx, cy, r)`` and the rms distance of the points from it."""

    centre: tuple[float, float]
    radius: float
    sigma: tuple[float, float, float]
    residual: float


@dataclass(frozen=True, kw_only=True)
class Line:
    """A point, a unit direction and the rms distance of the points from the line."""

    point: tuple[float, float]
    direction: tuple[float, float]
    residual: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Coordinates:
    """Variables ``values (n, d)`` of a path, how they were fitted, and the way back to pixels.

    ``residual`` is the rms distance in pixels that the coordinates do not describe; ``noise`` the tracking noise.
    ``suggested`` says whether the data favour them, ``reason`` why or why not.
    """

    kind: Kind
    names: tuple[str, ...]
    units: tuple[str, ...]
    values: Array
    residual: float
    noise: float
    suggested: bool
    reason: str
    circle: Circle | None = None
    line: Line | None = None
    reference: Array | None = None

    def to_pixels(self, values: Array) -> Array:
        """Variables ``(m, d)`` to a path ``(m, 2)``; relative ones need ``m == n`` samples."""
        v = np.asarray(values, dtype=np.float64)
        if v.ndim != 2 or v.shape[1] != len(self.names):
            raise InputError(f"expected values (m, {len(self.names)}); got {v.shape}.")
        if self.circle is not None:
            centre, radius = np.array(self.circle.centre), self.circle.radius
            turned: Array = centre + radius * np.column_stack([np.sin(v[:, 0]), np.cos(v[:, 0])])
            return turned
        if self.line is not None:
            moved: Array = np.array(self.line.point) + v * np.array(self.line.direction)
            return moved
        if self.reference is not None:
            if len(v) != len(self.reference):
                raise InputError(f"relative values need all {len(self.reference)} samples; got {len(v)}.")
            return self.reference + v
        return v.copy()

    def parts(self, lengths: Sequence[int]) -> tuple[Coordinates, ...]:
        """The coordinates of paths that were laid end to end, one for each of ``lengths`` samples.

        All share the fitted shape; each angle starts within half a turn of 0.
        """
        ends = np.cumsum(lengths)
        if not len(ends) or ends[-1] != len(self.values):
            raise InputError(f"expected lengths that add up to {len(self.values)}; got {tuple(lengths)}.")
        out = []
        for start, stop in zip(ends - lengths, ends, strict=True):
            values = self.values[start:stop].copy()
            if self.circle is not None and np.isfinite(values).any():
                values -= 2 * np.pi * np.round(values[np.isfinite(values)][0] / (2 * np.pi))
            reference = None if self.reference is None else self.reference[start:stop]
            out.append(replace(self, values=values, reference=reference))
        return tuple(out)

    def trajectory(self, t: Array) -> Trajectory:
        """The variables as a trajectory at times ``t (n,)``."""
        return Trajectory(t=t, x=self.values, names=self.names, units=self.units)


def _points(path: Array) -> Array:
    if path.ndim != 2 or path.shape[1] != 2:
        raise InputError(f"expected a path (n, 2); got {path.shape}.")
    seen = path[np.isfinite(path).all(axis=1)]
    if len(seen) < _LEAST:
        raise InputError(f"a path needs at least {_LEAST} seen samples; got {len(seen)}.")
    return seen


def _noise(path: Array) -> float:
    level = noise_level(np.arange(len(path), dtype=np.float64), path)
    return float(np.sqrt(np.nanmean(level**2))) if np.isfinite(level).any() else float("nan")


def fit_circle(path: Array) -> Circle | None:
    """Geometric least-squares circle (Gauss-Newton from the algebraic fit); None if the points lie on a line."""
    points = _points(path)
    middle = points.mean(axis=0)
    size = float(np.sqrt(((points - middle) ** 2).sum(axis=1).mean()))
    if size == 0:
        return None
    p = (points - middle) / size
    design = np.column_stack([2 * p, np.ones(len(p))])
    algebraic, _, rank, _ = np.linalg.lstsq(design, (p**2).sum(axis=1), rcond=1e-10)
    square = algebraic[2] + algebraic[:2] @ algebraic[:2]
    if rank < 3 or square <= 0:
        return None
    q = np.array([algebraic[0], algebraic[1], np.sqrt(square)])
    cov = np.eye(3)
    rest = np.zeros(len(p))
    for _ in range(50):
        away = p - q[:2]
        distance = np.hypot(away[:, 0], away[:, 1])
        if not np.isfinite(q).all() or distance.min() < 1e-12 or q[2] > 1e4:
            return None
        rest = distance - q[2]
        slope = np.column_stack([away / distance[:, None], np.ones(len(p))])
        normal = slope.T @ slope
        if np.linalg.cond(normal) > 1e14:
            return None
        step = np.linalg.solve(normal, slope.T @ rest)
        cov = np.linalg.inv(normal)
        q = q + step
        if np.abs(step).max() < 1e-12 * q[2]:
            break
    variance = float(rest @ rest) / max(len(p) - 3, 1)
    sigma = np.sqrt(np.diag(cov) * variance) * size
    centre = middle + size * q[:2]
    return Circle(
        centre=(float(centre[0]), float(centre[1])),
        radius=float(q[2] * size),
        sigma=(float(sigma[0]), float(sigma[1]), float(sigma[2])),
        residual=float(np.sqrt((rest**2).mean()) * size),
    )


def fit_line(path: Array) -> Line:
    """Total least-squares line; the direction points along the net motion."""
    points = _points(path)
    middle = points.mean(axis=0)
    _, _, vt = np.linalg.svd(points - middle, full_matrices=False)
    direction = vt[0] if vt[0] @ (points[-1] - points[0]) >= 0 else -vt[0]
    rest = (points - middle) @ np.array([-direction[1], direction[0]])
    start = middle + direction * float((points[0] - middle) @ direction)
    return Line(
        point=(float(start[0]), float(start[1])),
        direction=(float(direction[0]), float(direction[1])),
        residual=float(np.sqrt((rest**2).mean())),
    )


def plain(path: Array, names: tuple[str, str] = ("x", "y")) -> Coordinates:
    """The path itself, in pixels."""
    _points(path)
    return Coordinates(
        kind="plain",
        names=names,
        units=("px", "px"),
        values=path.copy(),
        residual=0.0,
        noise=_noise(path),
        suggested=True,
        reason="pixel coordinates are always possible",
    )


def angle(path: Array, name: str = "theta") -> Coordinates | None:
    """Angle in rad about the fitted pivot, 0 straight below it, positive to the right; None without a circle.

    Samples far off the circle (a lost track) are left out and become missing, at most a tenth of them.

    Suggested if the distance to the pivot is constant up to the noise while a line misses the points clearly.
    """
    path, circle = _on_circle(path)
    if circle is None:
        return None
    away = path - np.array(circle.centre)
    values = np.arctan2(away[:, 0], away[:, 1])
    seen = np.isfinite(values)
    values[seen] = np.unwrap(values[seen])
    noise, line = _noise(path), fit_line(path)
    n = int(seen.sum())
    gain = n * float(np.log((line.residual**2 + 1e-300) / (circle.residual**2 + 1e-300)))
    span = float(np.ptp(values[seen]))
    limit = max(3 * noise, 0.01 * circle.radius)
    tight, curved = circle.residual <= limit, gain > 10 + 3 * np.log(n)
    wide, sure = min(span, 1.0) * circle.radius > 20 * noise, circle.sigma[2] < 0.1 * circle.radius
    good = tight and curved and wide and sure
    reason = (
        f"distance to the pivot varies by {circle.residual:.3g} px rms (limit {limit:.3g}), a line misses by "
        f"{line.residual:.3g} px, the path spans {span:.3g} rad"
    )
    return Coordinates(
        kind="angle",
        names=(name,),
        units=("rad",),
        values=values[:, None],
        residual=circle.residual,
        noise=noise,
        suggested=bool(good),
        reason=reason,
        circle=circle,
    )


def _on_circle(path: Array) -> tuple[Array, Circle | None]:
    """The fitted circle, and the path without the samples that lie far off it (least trimmed squares, two passes)."""
    circle, kept = fit_circle(path), path
    for _ in range(2):
        if circle is None:
            break
        distance = np.abs(np.hypot(*(path - np.array(circle.centre)).T) - circle.radius)
        robust = 1.4826 * float(np.nanmedian(distance))
        far = distance > max(_FAR * robust, _FAR * 0.1)
        if not far.any() or far.sum() > _MOST_FAR * np.isfinite(distance).sum():
            break
        kept = np.where(far[:, None], np.nan, path)
        circle = fit_circle(kept)
    return kept, circle


def along_line(path: Array, name: str = "s") -> Coordinates:
    """Distance in px along the fitted line from the first seen sample.

    Suggested if the points leave the line by no more than the noise or half a percent of its length.
    """
    line = fit_line(path)
    values = (path - np.array(line.point)) @ np.array(line.direction)
    noise, length = _noise(path), float(np.nanmax(values) - np.nanmin(values))
    limit = max(3 * noise, 0.005 * length)
    good = line.residual <= limit and length > 20 * noise and length > 0
    return Coordinates(
        kind="line",
        names=(name,),
        units=("px",),
        values=values[:, None],
        residual=line.residual,
        noise=noise,
        suggested=bool(good),
        reason=f"points leave the line by {line.residual:.3g} px rms (limit {limit:.3g}) over {length:.4g} px",
        line=line,
    )


def relative(path: Array, to: Array, names: tuple[str, str] = ("dx", "dy")) -> Coordinates:
    """Position relative to another body, in px.

    Suggested if the two move together: the difference varies less than half as much as either path.
    """
    if path.shape != to.shape:
        raise InputError(f"expected two paths of one shape; got {path.shape} and {to.shape}.")
    values = path - to
    _points(values)
    seen = np.isfinite(values).all(axis=1)
    spread = [float(np.sqrt(p[seen].var(axis=0).sum())) for p in (values, path, to)]
    good = spread[0] < 0.5 * min(spread[1:])
    return Coordinates(
        kind="relative",
        names=names,
        units=("px", "px"),
        values=values,
        residual=0.0,
        noise=_noise(values),
        suggested=bool(good),
        reason=f"the difference varies by {spread[0]:.3g} px, the paths by {spread[1]:.3g} and {spread[2]:.3g} px",
        reference=to.copy(),
    )


def suggest(path: Array, others: Sequence[Array] = ()) -> tuple[Coordinates, ...]:
    """All coordinates of a path: what the data favour first, simple before compound, plain pixels always there."""
    turning = angle(path)
    found = [c for c in (along_line(path), turning, *(relative(path, other) for other in others)) if c is not None]
    favoured = [c for c in found if c.suggested]
    return (*favoured, plain(path), *(c for c in found if not c.suggested))
