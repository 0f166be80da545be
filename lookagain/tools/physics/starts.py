"""Small first supports from the weak form: exhaustive subsets of each equation on their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lookagain.tools.physics.affine import Affine
from lookagain.tools.physics.differentiate import WeakForm, Windows
from lookagain.tools.physics.library import Basis
from lookagain.tools.physics.prepare import regular_mask, seen_states
from lookagain.tools.physics.regression import best_subsets, ensemble
from lookagain.tools.physics.shooting import Data, Fit, start_fit
from lookagain.tools.physics.trajectory import Array

__all__ = ["WeakData", "weak_starts"]

_LARGEST = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class WeakData:
    """The weak form of a search's data, integrated once for all the maps that are tried on it."""

    data: Data
    basis: Basis
    kernels: tuple[Windows, ...]
    slopes: Array
    """Integrals of the derivatives of what was seen ``(m, d)``; no origin changes them."""

    @classmethod
    def of(cls, data: Data, weak: WeakForm) -> WeakData:
        """The integrals of all segments."""
        kernels, slopes = [], []
        for segment in data.segments:
            v0, v1 = weak.integrals(segment.t, data.order)
            kernels.append(v0)
            slopes.append(v1 @ np.where(segment.w > 0, segment.x, segment.guess[: data.d].T))
        return cls(data=data, basis=data.basis(), kernels=tuple(kernels), slopes=np.concatenate(slopes))

    def system(self, affine: Affine) -> tuple[Array, Array]:
        """The linear system of integrals ``Theta (m, K)`` and ``target (m, d)`` at the smoothed states.

        Columns of terms that are not regular under the map are 0.
        """
        states = seen_states(self.data, [affine])
        regular = regular_mask(self.data.terms, states)
        with np.errstate(all="ignore"):
            values = self.basis.values(states)
        values[~(regular[:, None] & np.isfinite(values))] = 0.0
        theta, at = [], 0
        for segment, kernel in zip(self.data.segments, self.kernels, strict=True):
            theta.append(kernel @ values[:, at : at + len(segment.t)].T)
            at += len(segment.t)
        return np.concatenate(theta), self.slopes / affine.scale


def weak_starts(data: Data, weak: WeakData, affine: Affine, starts: int, rng: np.random.Generator) -> Iterator[Fit]:
    """Begun fits: the subsets that the weak form favours, the best of each common size, and a bagged one."""
    offset, scale = np.array(affine.offset), affine.scale
    theta, target = weak.system(affine)
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
