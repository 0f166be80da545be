"""The sparse-regression core: sequentially thresholded least squares, bagging, and best subsets."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import lru_cache
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lookagain.core.errors import InputError
from lookagain.tools.physics.trajectory import Array

__all__ = ["BestPairs", "Ensemble", "best_pairs", "best_subsets", "combinations", "ensemble", "stlsq", "subset_chi2"]

Mask = NDArray[np.bool_]
Index = NDArray[np.intp]


def stlsq(
    Theta: Array,
    dX: Array,
    threshold: float,
    ridge: float = 0.0,
    *,
    normalise: bool = True,
    iterations: int = 20,
) -> Array:
    """Coefficients ``(K, d)`` with ``dX ≈ Theta @ coefficients``, small ones removed again and again.

    ``threshold`` bounds |coefficient|, or with ``normalise`` |coefficient| times the rms of its column over the rms of
    the target, so that it is the same share of the signal for every term and unit. ``ridge`` is relative to the
    normalised columns. Works on the normal equations: the cost is one pass over the rows (Brunton et al. 2016).
    """
    if Theta.ndim != 2 or dX.ndim != 2 or len(Theta) != len(dX):
        raise InputError(f"expected Theta (n, K) and dX (n, d); got {Theta.shape} and {dX.shape}.")
    gram, moment = Theta.T @ Theta, Theta.T @ dX
    n = len(Theta)
    column = np.sqrt(np.diag(gram) / n)
    column[column == 0] = 1.0
    gram = gram / (n * np.outer(column, column))
    moment = moment / (n * column[:, None])
    gram[np.diag_indices_from(gram)] += ridge
    target = np.sqrt((dX**2).mean(axis=0))
    out = np.zeros(moment.shape)
    for j in range(dX.shape[1]):
        bound = threshold * (target[j] if normalise else column)
        active = np.ones(len(gram), dtype=np.bool_)
        for _ in range(iterations):
            out[:, j] = 0.0
            if not active.any():
                break
            out[active, j] = _solve(gram[np.ix_(active, active)], moment[active, j])
            keep = active & (np.abs(out[:, j]) >= bound)
            if (keep == active).all():
                break
            active = keep
    return out / column[:, None]


def _solve(gram: Array, moment: Array) -> Array:
    try:
        return np.asarray(np.linalg.solve(gram, moment))
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(gram, moment, rcond=None)[0])


class Ensemble(NamedTuple):
    """Bagging of rows: ``inclusion (K, d)`` probabilities and the median coefficients ``(K, d)`` of all bags."""

    inclusion: Array
    coefficients: Array


def ensemble(
    Theta: Array,
    dX: Array,
    threshold: float,
    ridge: float = 0.0,
    *,
    rng: np.random.Generator,
    bags: int = 50,
    normalise: bool = True,
) -> Ensemble:
    """``stlsq`` on ``bags`` bootstrap samples of the rows (Fasel et al. 2022)."""
    if bags < 1:
        raise InputError(f"at least one bag is needed; got {bags}.")
    fits = np.empty((bags, Theta.shape[1], dX.shape[1]))
    for b in range(bags):
        rows = rng.integers(0, len(Theta), len(Theta))
        fits[b] = stlsq(Theta[rows], dX[rows], threshold, ridge, normalise=normalise)
    return Ensemble(inclusion=(fits != 0).mean(axis=0), coefficients=np.median(fits, axis=0))


@lru_cache(maxsize=64)
def combinations(count: int, size: int) -> Index:
    """All ``size``-subsets of ``range(count)`` as rows."""
    flat = itertools.chain.from_iterable(itertools.combinations(range(count), size))
    return np.fromiter(flat, dtype=np.intp).reshape(comb(count, size), size)


def subset_chi2(
    gram: Array, moment: Array, total: float, subsets: Index, tick: Callable[[], None] | None = None
) -> Array:
    """Residual sum of squares of each subset (rows of column indices), columns of unit length.

    ``tick`` is called now and then; what it raises ends the work.
    """
    if subsets.shape[1] == 0:
        return np.full(len(subsets), total)
    out = np.empty(len(subsets))
    eye = 1e-13 * np.eye(subsets.shape[1])
    for at in range(0, len(subsets), 4096):
        if tick is not None:
            tick()
        part = subsets[at : at + 4096]
        blocks = gram[part[:, :, None], part[:, None, :]] + eye
        b = moment[part]
        try:
            solved = np.linalg.solve(blocks, b[:, :, None])[:, :, 0]
        except np.linalg.LinAlgError:
            solved = (np.linalg.pinv(blocks, hermitian=True) @ b[:, :, None])[:, :, 0]
        chi2 = total - np.einsum("ij,ij->i", b, solved)
        out[at : at + 4096] = np.where(np.isfinite(chi2), chi2, np.inf)
    return np.maximum(out, total * 1e-15)


class BestPairs(NamedTuple):
    """For each target the two blocks of columns ``(d, 2)`` that leave the least of its sum of squares: that share."""

    rest: Array
    blocks: Index


def best_pairs(Theta: Array, target: Array, blocks: Index) -> BestPairs:
    """The best two of ``blocks`` for each target ``(n, d)``; all pairs are tried.

    ``blocks (B, 2)`` names the columns of each block, the same one twice for a block of one column.
    """
    with np.errstate(over="ignore"):
        size = np.sqrt((Theta**2).sum(axis=0))
    unit = Theta / np.where(size > 0, size, 1.0)
    one, two = unit[:, blocks[:, 0]], unit[:, blocks[:, 1]]
    two = two - one * (one * two).sum(axis=0)
    size = np.sqrt((two**2).sum(axis=0))
    two = np.where(size > 1e-8, two / np.where(size > 0, size, 1.0), 0.0)
    # Of the second block (rows) is left what the first one (columns) does not span: Schur complements of 2 x 2.
    oo, ot, to, tt = one.T @ one, one.T @ two, two.T @ one, two.T @ two
    s11, s22, s12 = 1 - oo**2 - ot**2, 1 - to**2 - tt**2, -(oo * to + ot * tt)
    det = s11 * s22 - s12**2
    clear = det > 1e-10
    det = np.where(clear, det, 1.0)
    rest, chosen = np.empty(target.shape[1]), np.empty((target.shape[1], 2), dtype=np.intp)
    for e in range(target.shape[1]):
        a, b = one.T @ target[:, e], two.T @ target[:, e]
        r1, r2 = a[:, None] - oo * a - ot * b, b[:, None] - to * a - tt * b
        more = np.where(clear, (s22 * r1**2 - 2 * s12 * r1 * r2 + s11 * r2**2) / det, 0.0)
        total = float(target[:, e] @ target[:, e]) or 1.0
        gain = a**2 + b**2 + more
        chosen[e] = np.unravel_index(int(gain.argmax()), gain.shape)
        rest[e] = max(1 - float(gain.max()) / total, 1e-15)
    return BestPairs(rest, chosen)


def best_subsets(
    Theta: Array, target: Array, largest: int, keep: int = 3, budget: int = 40_000
) -> list[list[tuple[float, tuple[int, ...]]]]:
    """The ``keep`` best subsets of each size 0 .. ``largest`` as (residual sum of squares, columns).

    Exhaustive while a size has at most ``budget`` subsets; beyond, the best of the size before are extended.
    """
    norm = np.sqrt((Theta**2).sum(axis=0))
    good = np.flatnonzero(np.isfinite(norm) & (norm > 0))
    scaled = Theta[:, good] / norm[good]
    gram, moment, total = scaled.T @ scaled, scaled.T @ target, float(target @ target)
    out: list[list[tuple[float, tuple[int, ...]]]] = [[(total, ())]]
    beam = np.zeros((1, 0), dtype=np.intp)
    for size in range(1, min(largest, len(good)) + 1):
        subsets = combinations(len(good), size) if comb(len(good), size) <= budget else _extend(beam, len(good))
        chi2 = subset_chi2(gram, moment, total, subsets)
        order = np.argsort(chi2, kind="stable")
        beam = subsets[order[:50]]
        out.append([(float(chi2[i]), tuple(int(good[c]) for c in subsets[i])) for i in order[:keep]])
    return out


def _extend(beam: Index, count: int) -> Index:
    found = {tuple(sorted((*row, c))) for row in beam.tolist() for c in range(count) if c not in row}
    return np.array(sorted(found), dtype=np.intp)
