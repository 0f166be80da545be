"""Maximum-likelihood fit of a sparse system to whole trajectories.

Multiple shooting with one segment a sample interval (Bock 1981), all segments integrated at once. The states at
the samples are lifted unknowns (Albersmeyer & Diehl 2010): each Gauss-Newton step eliminates them through the
linearised continuity, so that only initial states and coefficients remain, and continuity holds exactly at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lookagain.tools.physics.library import Basis
from lookagain.tools.physics.terms import Term
from lookagain.tools.physics.trajectory import Array

__all__ = [
    "Data",
    "Fit",
    "Linearised",
    "Segment",
    "Support",
    "assemble",
    "fit_support",
    "flow_of",
    "linearise",
    "start_fit",
]

Support = tuple[tuple[int, int], ...]
"""Active (equation, term) pairs, sorted."""

Index = NDArray[np.intp]

_MAX_STEPS = 12
_MAX_SUBSTEPS = 12
_DAMPING = 5e-5
"""Share of the motion that the integrator may lose over a path."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Segment:
    """One trajectory ready for fitting: ``t (n,)``, ``x (n, d)`` with weights ``w (n, d)``, 0 where missing."""

    t: Array
    x: Array
    w: Array
    guess: Array
    """Smoothed states ``(D, n)`` to start from."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Data:
    """All trajectories of a search with the library that explains them."""

    segments: tuple[Segment, ...]
    order: int
    terms: tuple[Term, ...]
    names: tuple[str, ...]
    free_offset: bool = False
    free_scale: bool = False
    noise_free: float = 1e-7
    """Residual, in units of the noise estimate, below which fits count as exact."""

    @property
    def d(self) -> int:
        """Number of variables."""
        return len(self.names)

    @property
    def states(self) -> int:
        """Dimension D of the internal state."""
        return self.d * self.order

    @property
    def count(self) -> int:
        """Number of observed values."""
        return int(sum((s.w > 0).sum() for s in self.segments))

    @property
    def nuisance(self) -> int:
        """Number of initial states, offsets and scales."""
        return self.states * len(self.segments) + self.d * self.free_offset + self.free_scale

    def basis(self) -> Basis:
        """The whole library, compiled."""
        return Basis(self.terms, self.states)


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """A fitted support. ``chi2`` is the weighted sum of squares, infinite when the fit failed."""

    support: Support
    coefficients: Array
    nodes: tuple[Array, ...]
    offset: Array
    scale: float
    chi2: float
    substeps: int
    covariance: Array | None = None
    """Of the coefficients, in units of the noise variance."""


class _Flow:
    """Batched RK4 of one system with its exact discrete sensitivities."""

    def __init__(self, data: Data, basis: Basis, xi: Array, equations: Index, terms: Index) -> None:
        self.order, self.d, self.D = data.order, data.d, data.states
        self.basis, self.xi = basis, xi
        self.equations, self.terms = equations, terms
        self.weights = basis.contraction(xi)

    def slope(self, z: Array, sens: Array) -> tuple[Array, Array]:
        """Right-hand side ``(D, N)`` and derivative of the sensitivities ``(D, D + P, N)``."""
        theta, parts = self.basis.values_and_slopes(z)
        force = self.xi @ theta
        jac = (self.weights @ parts.reshape(-1, z.shape[1])).reshape(self.d, self.D, 1, -1)
        low = self.D - self.d
        out = np.empty_like(sens)
        if low:
            out[:low] = sens[low:]
            force = np.concatenate([z[low:], force])
        acc = out[low:]
        np.multiply(jac[:, 0], sens[0], out=acc)
        for j in range(1, self.D):
            acc += jac[:, j] * sens[j]
        acc[self.equations, self.D + np.arange(len(self.terms))] += theta[self.terms]
        return force, out

    def jacobian_norm(self, z: Array) -> Array:
        """Largest row sum of the jacobian at each point ``(N,)``."""
        _, parts = self.basis.values_and_slopes(z)
        jac = (self.weights @ parts.reshape(-1, z.shape[1])).reshape(self.d, self.D, -1)
        return np.abs(jac).sum(axis=1).max(axis=0) if self.d else np.zeros(z.shape[1])

    def step(self, z: Array, h: Array, substeps: int) -> tuple[Array, Array]:
        """States after ``h (N,)`` and sensitivities to the state and the coefficients ``(D, D + P, N)``."""
        sens = np.zeros((self.D, self.D + len(self.terms), z.shape[1]))
        sens[np.arange(self.D), np.arange(self.D)] = 1.0
        h = h / substeps
        for _ in range(substeps):
            k1, s1 = self.slope(z, sens)
            k2, s2 = self.slope(z + h / 2 * k1, sens + h / 2 * s1)
            k3, s3 = self.slope(z + h / 2 * k2, sens + h / 2 * s2)
            k4, s4 = self.slope(z + h * k3, sens + h * s3)
            z = z + h / 6 * (k1 + 2 * (k2 + k3) + k4)
            s2 += s3
            s2 *= 2
            s2 += s1
            s2 += s4
            sens = sens + h / 6 * s2
        return z, sens


def _condense(phi: Array, sens: Array, nodes: Array, extra: Array | None = None) -> Array:
    """Node updates as an affine map of (initial state, coefficients, 1): ``(n, D, D + P + 1)``.

    ``extra (n - 1, D, Q)`` are increments caused by further inputs; they become columns after the coefficients.
    """
    D, width, m = sens.shape
    more = 0 if extra is None else extra.shape[2]
    a = np.ascontiguousarray(sens[:, :D].transpose(2, 0, 1))
    c = np.zeros((m, D, width + more + 1))
    c[:, :, D:width] = sens[:, D:].transpose(2, 0, 1)
    if extra is not None:
        c[:, :, width : width + more] = extra
    c[:, :, -1] = (phi - nodes[:, 1:]).T
    out = np.zeros((m + 1, D, width + more + 1))
    current = out[0]
    current[np.arange(D), np.arange(D)] = 1.0
    for k in range(m):
        current = np.matmul(a[k], current, out=out[k + 1])
        current += c[k]
    return out


@dataclass(frozen=True, kw_only=True, eq=False)
class _Step:
    maps: list[Array]
    design: Array
    residual: Array


def assemble(data: Data, flow: _Flow, fit: Fit, substeps: int, extras: Sequence[Array] | None = None) -> _Step:
    """Linearised observation: ``design (N, nuisance + P [+ Q])`` and residual, weighted."""
    params = len(flow.terms) + (extras[0].shape[2] if extras else 0)
    lead = data.nuisance
    maps, blocks, residuals = [], [], []
    for i, (segment, nodes) in enumerate(zip(data.segments, fit.nodes, strict=True)):
        phi, sens = flow.step(nodes[:, :-1], np.diff(segment.t), substeps)
        out = _condense(phi, sens, nodes, None if extras is None else extras[i])
        maps.append(out)
        seen = out[:, : data.d]
        block = np.zeros((len(segment.t), data.d, lead + params))
        at = i * data.states
        block[:, :, at : at + data.states] = fit.scale * seen[:, :, : data.states]
        block[:, :, lead:] = fit.scale * seen[:, :, data.states : -1]
        u = nodes[: data.d].T + seen[:, :, -1]
        column = data.states * len(data.segments)
        if data.free_offset:
            block[:, np.arange(data.d), column + np.arange(data.d)] = 1.0
            column += data.d
        if data.free_scale:
            block[:, :, column] = u
        keep = segment.w > 0
        weight = segment.w[keep]
        blocks.append(block[keep] * weight[:, None])
        residuals.append((segment.x - fit.offset - fit.scale * u)[keep] * weight)
    return _Step(maps=maps, design=np.concatenate(blocks), residual=np.concatenate(residuals))


def _active(data: Data, support: Support) -> tuple[Basis, Index, Index]:
    used = sorted({k for _, k in support})
    basis = Basis([data.terms[k] for k in used], data.states)
    equations = np.array([e for e, _ in support], dtype=np.intp)
    terms = np.array([used.index(k) for _, k in support], dtype=np.intp)
    return basis, equations, terms


def _dense(data: Data, basis: Basis, equations: Index, terms: Index, values: Array) -> Array:
    xi = np.zeros((data.d, len(basis.terms)))
    xi[equations, terms] = values
    return xi


def flow_of(data: Data, fit: Fit) -> _Flow:
    """The flow of a fit with sensitivities to its own coefficients."""
    basis, equations, terms = _active(data, fit.support)
    return _Flow(data, basis, _dense(data, basis, equations, terms, fit.coefficients), equations, terms)


def _substeps(data: Data, flow: _Flow, nodes: Sequence[Array]) -> int:
    """RK4 sub-steps an interval for a local error near 1e-7 of the motion, and an error of the whole path below noise.

    RK4 damps an oscillation by (h omega)^6 / 144 a step. Over a long path that adds up to a small term of its own.
    """
    worst, damping = 0.0, 0.0
    for segment, z in zip(data.segments, nodes, strict=True):
        norm = flow.jacobian_norm(z[:, :-1]) * np.diff(segment.t)
        worst = max(worst, float(np.quantile(norm, 0.98)) if norm.size else 0.0)
        damping = max(damping, float((norm**6).sum()) / 144)
    if not np.isfinite(worst + damping):
        return _MAX_SUBSTEPS
    needed = max(worst / 0.3, (damping / _DAMPING) ** 0.2)
    return int(np.clip(np.ceil(needed), 1, _MAX_SUBSTEPS))


def _solve(design: Array, residual: Array) -> tuple[Array, Array] | None:
    """Least squares with column scaling: the step and the scaled inverse normal matrix."""
    scale = np.sqrt((design**2).sum(axis=0))
    scale[scale == 0] = 1.0
    scaled = design / scale
    if not np.isfinite(scaled).all():
        return None
    u, s, vt = np.linalg.svd(scaled, full_matrices=False)
    keep = s > s[0] * 1e-11 if s.size else s > 0
    inverse = np.where(keep, 1 / np.where(keep, s, 1), 0)
    delta = vt.T @ (inverse * (u.T @ residual)) / scale
    cov = (vt.T * inverse**2) @ vt / scale / scale[:, None]
    return delta, cov


def start_fit(data: Data, support: Support, coefficients: Array, offset: Array, scale: float) -> Fit:
    """A fit not yet begun, at the smoothed states."""
    nodes = tuple(s.guess.copy() for s in data.segments)
    for z in nodes:
        z[: data.d] = (z[: data.d] - offset[:, None]) / scale
        z[data.d :] /= scale
    return Fit(
        support=support,
        coefficients=coefficients,
        nodes=nodes,
        offset=offset,
        scale=scale,
        chi2=np.inf,
        substeps=1,
    )


def fit_support(data: Data, begin: Fit, *, steps: int = _MAX_STEPS, tick: Callable[[], None] | None = None) -> Fit:
    """Gauss-Newton from ``begin`` to the most likely trajectory of its support.

    Never raises or warns for a system that blows up: ``chi2`` is then infinite. ``tick`` is called at each step;
    what it raises ends the fit.
    """
    with np.errstate(all="ignore"):
        try:
            return _gauss_newton(data, begin, steps, tick)
        except np.linalg.LinAlgError:
            return replace(begin, chi2=np.inf)


def _gauss_newton(data: Data, fit: Fit, steps: int, tick: Callable[[], None] | None) -> Fit:
    basis, equations, terms = _active(data, fit.support)
    lead, last = data.nuisance, np.inf
    reach = [4 * float(np.ptp(s.guess[: data.d])) / fit.scale + 1e-12 for s in data.segments]
    damped = 0
    substeps = 1
    for iteration in range(steps):
        if tick is not None:
            tick()
        xi = _dense(data, basis, equations, terms, fit.coefficients)
        flow = _Flow(data, basis, xi, equations, terms)
        if iteration in {0, 3}:
            substeps = max(substeps, _substeps(data, flow, fit.nodes))
        step = assemble(data, flow, fit, substeps)
        solved = _solve(step.design, step.residual)
        if solved is None:
            return replace(fit, chi2=np.inf)
        delta, cov = solved
        moves = [
            out[:, :, :-1] @ np.concatenate([delta[i * data.states : (i + 1) * data.states], delta[lead:]])
            + out[:, :, -1]
            for i, out in enumerate(step.maps)
        ]
        jump = max(float(np.abs(m[:, : data.d]).max()) / r for m, r in zip(moves, reach, strict=True))
        alpha = 1.0 if jump <= 0.25 else 0.25 / jump
        if not np.isfinite(jump) or (alpha < 1 and (damped := damped + 1) > 6):
            return replace(fit, chi2=np.inf)
        rest = step.residual - step.design @ delta
        chi2 = float(rest @ rest)
        at = data.states * len(data.segments)
        offset, scale = fit.offset, fit.scale
        if data.free_offset:
            offset = offset + alpha * delta[at : at + data.d]
            at += data.d
        if data.free_scale:
            scale = scale + alpha * float(delta[at])
        fit = Fit(
            support=fit.support,
            coefficients=fit.coefficients + alpha * delta[lead:],
            nodes=tuple(z + alpha * m.T for z, m in zip(fit.nodes, moves, strict=True)),
            offset=offset,
            scale=scale,
            chi2=chi2,
            substeps=substeps,
            covariance=cov[lead:, lead:],
        )
        settled = abs(last - chi2) <= 1e-4 * max(chi2, data.noise_free**2 * data.count)
        if alpha == 1 and settled and jump < 1e-3:
            return fit
        last = chi2
    return fit if damped < 3 and jump < 0.02 else replace(fit, chi2=np.inf)


@dataclass(frozen=True, kw_only=True, eq=False)
class Linearised:
    """The likelihood around a fit as a quadratic of the coefficients of the whole library.

    Nuisance parameters are projected out: ``chi2(T) = total - b_T G_TT^-1 b_T`` for any set of columns T.
    Columns are scaled to unit length; ``scale`` undoes it. ``pairs`` names the columns.
    """

    gram: Array
    moment: Array
    total: float
    scale: Array
    pairs: Support
    count: int


def linearise(data: Data, fit: Fit, pairs: Support | None = None) -> Linearised:
    """Sensitivities to every term of the library along the fitted trajectory."""
    with np.errstate(all="ignore"):
        return _linearise(data, fit, pairs)


def _linearise(data: Data, fit: Fit, pairs: Support | None) -> Linearised:
    basis = data.basis()
    pairs = pairs or tuple((e, k) for e in range(data.d) for k in range(len(data.terms)))
    equations = np.array([e for e, _ in pairs], dtype=np.intp)
    terms = np.array([k for _, k in pairs], dtype=np.intp)
    values = np.zeros(len(pairs))
    index = {pair: i for i, pair in enumerate(pairs)}
    values[[index[p] for p in fit.support]] = fit.coefficients
    xi = _dense(data, basis, equations, terms, values)
    step = assemble(data, _Flow(data, basis, xi, equations, terms), fit, fit.substeps)
    lead = data.nuisance
    columns = step.design[:, lead:]
    target = step.residual + columns @ values
    nuisance = step.design[:, :lead]
    norm = np.sqrt((nuisance**2).sum(axis=0))
    q = np.linalg.qr(nuisance / np.where(norm > 0, norm, 1))[0]
    whole = np.sqrt((columns**2).sum(axis=0))
    columns = columns - q @ (q.T @ columns)
    target = target - q @ (q.T @ target)
    scale = np.sqrt((columns**2).sum(axis=0))
    good = np.isfinite(scale) & (scale > 1e-8 * whole)
    scale = np.where(good, scale, 1.0)
    columns = np.where(good, columns / scale, 0.0)
    gram = columns.T @ columns
    gram[~good, ~good] = 1.0  # a term that nuisance parameters can mimic explains nothing
    return Linearised(
        gram=gram,
        moment=columns.T @ target,
        total=float(target @ target),
        scale=scale,
        pairs=pairs,
        count=data.count,
    )
