"""The Equation agent of the representation level: sparse laws of latent states.

Latent states are a smooth function of the pictures, not measured ones: what a law misses is the law's error, not
noise. So laws are compared by how far their roll-outs stray over pieces of the fitted frames.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lookagain.tools.physics.differentiate import SavitzkyGolay
from lookagain.tools.physics.library import Library
from lookagain.tools.physics.prepare import noise_of, prepare
from lookagain.tools.physics.regression import stlsq
from lookagain.tools.physics.shooting import Data, fit_support, start_fit
from lookagain.tools.physics.system import SparseSystem
from lookagain.tools.physics.trajectory import Array, Trajectory

__all__ = ["SIMPSON", "Rows", "choose_terms", "find_law", "refit", "regression_rows"]

SIMPSON = (1 / 6, 4 / 6, 1 / 6)
"""Weights of the law before, at and after a frame. A central difference is the mean velocity over two frames; so
averaged, the law is compared with it to fourth order in the time step instead of second."""

THRESHOLD, RIDGE = 0.03, 1e-6
_LADDER = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)
"""Thresholds of the supports that are tried in the end; one does not fit all systems."""
_PRICE = 3.0
"""Of a term, in units of log n, as in ``SearchSettings.penalty``."""
_PIECES, _SHORTEST = 4, 12
"""Roll-outs over each video's fitted frames, and least frames of one. Over all frames at once a small error of phase
would weigh as much as a wrong law, and fits of whole trajectories seldom converge."""
_NOISE = 1e-3
"""Least standard deviation of a latent state about its law, for the weights of the fit."""


class Rows(NamedTuple):
    """One row a frame that has neighbours: ``slope (m, d)`` should be ``theta (m, K) @ coefficients (K, d)``."""

    theta: Array
    slope: Array


def regression_rows(states: Sequence[Array], dt: float, library: Library) -> Rows:
    """Central differences of ``states (n, d)``, video by video, and the library averaged alike."""
    before, at, after = SIMPSON
    thetas, slopes = [], []
    for z in states:
        theta = library(z)
        thetas.append(before * theta[:-2] + at * theta[1:-1] + after * theta[2:])
        slopes.append((z[2:] - z[:-2]) / (2 * dt))
    return Rows(theta=np.concatenate(thetas), slope=np.concatenate(slopes))


def choose_terms(rows: Rows) -> Array:
    """Coefficients ``(K, d)`` by thresholded least squares (section "Equation Agent" of the paper)."""
    return stlsq(rows.theta, rows.slope, THRESHOLD, RIDGE)


def refit(rows: Rows, support: NDArray[np.bool_]) -> Array:
    """Least squares on a given ``support (K, d)``."""
    out = np.zeros(support.shape)
    for j, active in enumerate(support.T):
        out[active, j] = np.linalg.lstsq(rows.theta[:, active], rows.slope[:, j], rcond=None)[0]
    return out


def find_law(trajectories: Sequence[Trajectory], library: Library) -> SparseSystem:
    """The law whose roll-outs stray least from evenly sampled ``trajectories``, a price for each term included.

    Supports come from thresholded least squares at several thresholds; each is tried with those coefficients and
    with the ones that fit pieces of the trajectories best (multiple shooting). Where no roll-out stays finite, it is
    the law that fits the velocities best.
    """
    dt = float(trajectories[0].t[1] - trajectories[0].t[0])
    rows = regression_rows([trajectory.x for trajectory in trajectories], dt, library)
    pieces = [piece for trajectory in trajectories for piece in _pieces(trajectory)]
    n = rows.slope.size

    def cost(system: SparseSystem) -> tuple[float, float]:
        strayed = sum(float(((system.simulate(one.x[0], one.t, rtol=1e-7) - one.x) ** 2).sum()) for one in pieces)
        missed = sum(float(((system.force(one.x) - np.gradient(one.x, dt, axis=0)) ** 2).sum()) for one in pieces)
        price = _PRICE * system.count * np.log(n)
        rolled = n * np.log(strayed / n + _NOISE**2) + price if np.isfinite(strayed) else np.inf
        return rolled, n * np.log(missed / n + _NOISE**2) + price

    return min(_candidates(pieces, library, rows), key=cost)


def _pieces(trajectory: Trajectory) -> list[Trajectory]:
    count = min(_PIECES, max(1, trajectory.n // _SHORTEST))
    cuts = np.linspace(0, trajectory.n, count + 1).round().astype(int)
    return [trajectory.take(int(a), int(b)) for a, b in pairwise(cuts)]


def _candidates(trajectories: Sequence[Trajectory], library: Library, rows: Rows) -> Iterator[SparseSystem]:
    smooths = [SavitzkyGolay(window=7)(one.t, one.x) for one in trajectories]
    noise = np.maximum(noise_of(trajectories), _NOISE)
    data = prepare(trajectories, 1, library.terms, noise, smooths)
    seen = set()
    for threshold in _LADDER:
        xi = stlsq(rows.theta, rows.slope, threshold, RIDGE)
        support = tuple((e, k) for e in range(xi.shape[1]) for k in np.flatnonzero(xi[:, e]).tolist())
        if support in seen:
            continue
        seen.add(support)
        values = np.array([xi[k, e] for e, k in support])
        yield _system(data, support, values)
        fit = fit_support(data, start_fit(data, support, values, np.zeros(data.d), 1.0))
        if np.isfinite(fit.chi2) and np.isfinite(fit.coefficients).all():
            yield _system(data, support, fit.coefficients)


def _system(data: Data, support: tuple[tuple[int, int], ...], values: Array) -> SparseSystem:
    rows = [[i for i, (e, _) in enumerate(support) if e == equation] for equation in range(data.d)]
    return SparseSystem(
        order=1,
        names=data.names,
        terms=tuple(tuple(data.terms[support[i][1]] for i in row) for row in rows),
        coefficients=tuple(tuple(float(values[i]) for i in row) for row in rows),
    )
