"""Small first supports from the weak form: exhaustive subsets of each equation on their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lookagain.tools.physics.affine import Affine
from lookagain.tools.physics.differentiate import WeakForm
from lookagain.tools.physics.regression import best_subsets, ensemble
from lookagain.tools.physics.shooting import Data, Fit, start_fit
from lookagain.tools.physics.trajectory import Array

__all__ = ["weak_starts", "weak_system"]

_LARGEST = 4


def weak_system(data: Data, weak: WeakForm, affine: Affine) -> tuple[Array, Array]:
    """The linear system of integrals ``Theta (m, K)`` and ``target (m, d)`` at the smoothed states."""
    basis = data.basis()
    offset, scale = np.array(affine.offset), affine.scale
    thetas, targets = [], []
    for segment in data.segments:
        v0, v1 = weak.integrals(segment.t, data.order)
        states = segment.guess / scale
        states[: data.d] -= offset[:, None] / scale
        seen = np.where(segment.w > 0, segment.x, segment.guess[: data.d].T)
        with np.errstate(all="ignore"):
            thetas.append(v0 @ basis.values(states).T)
        targets.append(v1 @ ((seen - offset) / scale))
    return np.concatenate(thetas), np.concatenate(targets)


def weak_starts(data: Data, weak: WeakForm, affine: Affine, starts: int, rng: np.random.Generator) -> Iterator[Fit]:
    """Begun fits: the subsets that the weak form favours, the best of each common size, and a bagged one."""
    offset, scale = np.array(affine.offset), affine.scale
    theta, target = weak_system(data, weak, affine)
    theta = np.where(np.isfinite(theta), theta, 0.0)
    rows = len(theta)
    ladders = [best_subsets(theta, target[:, e], _LARGEST, keep=1) for e in range(data.d)]
    price = 2.0 * np.log(rows)
    favoured = []
    for ladder in ladders:
        floor = 1e-12 * ladder[0][0][0] + 1e-300
        costs = [rows / 2 * np.log((level[0][0] + floor) / rows) + price * size for size, level in enumerate(ladder)]
        favoured.append(int(np.argmin(costs)))
    sizes = [tuple(favoured), *((size,) * data.d for size in (2, 3, 1, 4))]
    bag = ensemble(theta, target, 0.05, 1e-6, rng=rng, bags=20).inclusion > 0.6
    chosen = [
        [ladder[min(s, len(ladder) - 1)][0][1] for ladder, s in zip(ladders, size, strict=True)] for size in sizes
    ]
    chosen.insert(max(starts - 1, 2), [tuple(int(k) for k in np.flatnonzero(bag[:, e])[:8]) for e in range(data.d)])
    for columns in chosen[:starts]:
        values = _values(theta, target, columns)
        support = tuple((e, k) for e, cols in enumerate(columns) for k in cols)
        yield start_fit(data, support, values, offset, scale)


def _values(theta: Array, target: Array, columns: Sequence[tuple[int, ...]]) -> Array:
    values = [
        np.linalg.lstsq(theta[:, list(chosen)], target[:, e], rcond=None)[0] if chosen else np.zeros(0)
        for e, chosen in enumerate(columns)
    ]
    return np.concatenate(values)
