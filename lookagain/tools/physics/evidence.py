"""What speaks for and against a fitted law: tests on its residuals, its coefficients and what it may lack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lookagain.tools.physics.differentiate import Smooth
from lookagain.tools.physics.library import Basis
from lookagain.tools.physics.shooting import Data, Fit, assemble, flow_of, linearise
from lookagain.tools.physics.tails import chi2_tail, f_tail
from lookagain.tools.physics.trajectory import Array, Trajectory

__all__ = [
    "MissingTerm",
    "disturbance",
    "halves_agree",
    "independence",
    "inflation",
    "missing_term",
    "residuals",
    "significance",
    "variance",
    "weight",
]

_WAVES = 8
_LAGS, _MOST_INFLATION = 10, 3.0

_PART = 3.0
"""Noise units by which a variable must move an affine combination to take part in it."""


def variance(data: Data, fit: Fit) -> float:
    """Noise variance in units of the noise estimate, from the residuals, floored at the resolution."""
    free = max(data.count - data.nuisance - len(fit.support), 1)
    return max(fit.chi2, data.noise_free**2 * data.count) / free


def residuals(data: Data, fit: Fit) -> list[list[Array]]:
    """Weighted residual series, per variable a list with one series a trajectory."""
    out: list[list[Array]] = []
    for j in range(data.d):
        series = []
        for segment, nodes in zip(data.segments, fit.nodes, strict=True):
            keep = segment.w[:, j] > 0
            rest = segment.x[:, j] - fit.offset[j] - fit.scale * nodes[j]
            series.append((rest * segment.w[:, j])[keep])
        out.append(series)
    return out


def inflation(data: Data, fit: Fit) -> float:
    """Samples for each independent one: 1 + 2 * the sum of the residuals' autocorrelations, at most 3.

    Only lags up to the first that is no larger than chance count (two standard errors), so that white noise gives 1.
    Tracking errors of neighbouring frames are often alike; taken for independent, they buy terms that are not there.
    """
    series = [rest for variable in residuals(data, fit) for rest in variable if len(rest) > 2 * _LAGS]
    power = sum(float(rest @ rest) for rest in series)
    if not power:
        return 1.0
    total, chance = 1.0, 2.0 / float(np.sqrt(sum(len(rest) for rest in series)))
    for lag in range(1, _LAGS + 1):
        rho = sum(float(rest[lag:] @ rest[:-lag]) for rest in series) / power
        if rho <= chance:
            break
        total += 2 * rho
    return min(total, _MOST_INFLATION)


def significance(data: Data, fit: Fit) -> float:
    """Smallest |coefficient| / sigma; infinite without coefficients."""
    if fit.covariance is None or not len(fit.coefficients):
        return float("inf")
    sigma = np.sqrt(np.maximum(np.diag(fit.covariance), 1e-300) * variance(data, fit))
    return float(np.min(np.abs(fit.coefficients) / sigma))


class MissingTerm(NamedTuple):
    """The further term that would improve the fit most, and how large one could be unnoticed."""

    p_value: float
    power: float


def missing_term(data: Data, fit: Fit) -> MissingTerm:
    """Score tests of every term of the library that the law lacks; ``p_value`` is Bonferroni-corrected."""
    q = linearise(data, fit)
    inside = np.array([pair in fit.support for pair in q.pairs], dtype=np.bool_)
    if inside.all():
        return MissingTerm(1.0, 0.0)
    own, cross = q.gram[np.ix_(inside, inside)], q.gram[np.ix_(inside, ~inside)]
    solved = np.linalg.lstsq(own, np.column_stack([cross, q.moment[inside]]), rcond=None)[0]
    left = np.diag(q.gram)[~inside] - np.einsum("ij,ij->j", cross, solved[:, :-1])
    score = q.moment[~inside] - cross.T @ solved[:, -1]
    clear = left > 1e-9
    noise = variance(data, fit)
    gain = np.where(clear, score**2 / np.where(clear, left, 1) / noise, 0.0)
    count = int(clear.sum())
    p = min(1.0, count * chi2_tail(float(gain.max()), 1)) if count else 1.0
    sizes = _sizes(data, fit)
    out = [pair for pair, used in zip(q.pairs, inside, strict=True) if not used]
    sigma = np.sqrt(noise / np.where(clear, left, np.inf)) / q.scale[~inside]
    share = np.array([3 * s * sizes[e, k] for s, (e, k) in zip(sigma, out, strict=True)])
    return MissingTerm(p, float(share[clear].max()) if count else 0.0)


def weight(data: Data, fit: Fit) -> float:
    """Smallest share of a term in the right-hand side of its equation (rms along the path); 1 without terms."""
    sizes = _sizes(data, fit)
    shares = [abs(value) * sizes[e, k] for (e, k), value in zip(fit.support, fit.coefficients, strict=True)]
    return float(min(shares, default=1.0))


def independence(trajectories: Sequence[Trajectory], smooths: Sequence[Smooth], noise: Array) -> tuple[float, ...]:
    """For each variable the least spread, in noise units, of an affine combination in which it takes part.

    About 1 or less for a copy of another variable, and for one at rest. The combinations are the principal axes of
    all samples in units of their noise; missing samples are taken from the smooth path.
    """
    pairs = zip(trajectories, smooths, strict=True)
    x = np.concatenate([np.where(np.isfinite(tr.x), tr.x, smooth.x) for tr, smooth in pairs]) / noise
    x = x - x.mean(axis=0)
    spread = np.sqrt((x**2).mean(axis=0))
    _, sizes, axes = np.linalg.svd(x / np.sqrt(len(x)), full_matrices=False)
    out = spread.copy()
    for size, axis in zip(sizes, axes, strict=True):
        part = np.abs(axis) * spread > max(_PART, float(size))
        out[part] = np.minimum(out[part], size)
    return tuple(float(v) for v in out)


def _sizes(data: Data, fit: Fit) -> Array:
    """rms of each term over the rms of each equation's right-hand side, along the trajectory ``(d, K)``."""
    basis: Basis = data.basis()
    with np.errstate(all="ignore"):
        theta = np.concatenate([basis.values(z) for z in fit.nodes], axis=1)
    xi = np.zeros((data.d, len(data.terms)))
    for (e, k), value in zip(fit.support, fit.coefficients, strict=True):
        xi[e, k] = value
    force = np.sqrt(((xi @ np.where(np.isfinite(theta), theta, 0)) ** 2).mean(axis=1))
    seen = np.concatenate([z[: data.d] for z in fit.nodes], axis=1)
    spans = [float(s.t[-1] - s.t[0]) for s in data.segments]
    typical = max(float(force.max()), float(np.ptp(seen, axis=1).max()) / max(spans) ** data.order, 1e-300)
    force = np.where(force > 1e-3 * typical, force, typical)
    size = np.sqrt((theta**2).mean(axis=1))
    return np.asarray(size[None] / force[:, None])


def disturbance(data: Data, fit: Fit) -> float:
    """p-value of an F test for smooth unknown inputs: cosines in time that drive each equation.

    Finds forcing, drift, hidden variables and terms outside the library: all act as inputs that the law lacks.
    """
    d, D = data.d, data.states
    extras = []
    total = sum(d * min(_WAVES, len(s.t) // 12) for s in data.segments)
    at = 0
    for segment in data.segments:
        waves = min(_WAVES, len(segment.t) // 12)
        h = np.diff(segment.t)
        phase = (segment.t[:-1] + h / 2 - segment.t[0]) / (segment.t[-1] - segment.t[0])
        block = np.zeros((len(h), D, total))
        for e in range(d):
            for wave in range(waves):
                block[:, D - d + e, at] = h * np.cos(np.pi * wave * phase)
                at += 1
        extras.append(block)
    with np.errstate(all="ignore"):
        step = assemble(data, flow_of(data, fit), fit, fit.substeps, extras)
    columns = step.design.shape[1] - total
    base, base_rank = _rest(step.design[:, :columns], step.residual)
    full, full_rank = _rest(step.design, step.residual)
    extra, free = full_rank - base_rank, data.count - full_rank
    floor = data.noise_free**2 * data.count
    if extra < 1 or free < 5:
        return 0.0
    f = max(base - full, 0.0) / extra / ((full + floor) / free)
    return f_tail(f, extra, free)


def _rest(design: Array, residual: Array) -> tuple[float, int]:
    norm = np.sqrt((design**2).sum(axis=0))
    scaled = design / np.where(norm > 0, norm, 1)
    u, s, _ = np.linalg.svd(scaled, full_matrices=False)
    keep = s > s[0] * 1e-9
    rest = residual - u[:, keep] @ (u[:, keep].T @ residual)
    return float(rest @ rest), int(keep.sum())


def halves_agree(data: Data, fit: Fit, halves: Sequence[tuple[Data, Fit]]) -> float:
    """p-value that separate laws for the halves explain no more than the one law (Chow 1960).

    Linearised at the common fit, so that a half that determines only some of the coefficients does no harm.
    """
    split, ranks = 0.0, 0
    for part, begun in halves:
        with np.errstate(all="ignore"):
            step = assemble(part, flow_of(part, begun), begun, begun.substeps)
        rest, rank = _rest(step.design, step.residual)
        split, ranks = split + rest, ranks + rank
    extra = ranks - data.nuisance - len(fit.support)
    free = data.count - ranks
    if extra < 1:
        return 1.0
    if free < 5 or not np.isfinite(split):
        return 0.0
    floor = data.noise_free**2 * data.count
    f = max(fit.chi2 - split, 0.0) / extra / ((split + floor) / free)
    return f_tail(f, extra, free)
