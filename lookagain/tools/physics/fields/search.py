"""The search of one equation's terms by description length: small subsets, backward elimination, then moves.

All of it works on the normal equations of the weak rows, so its cost does not depend on the size of the fields.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from lookagain.tools.physics.regression import Index, best_subsets, subset_chi2
from lookagain.tools.physics.search import moves
from lookagain.tools.physics.trajectory import Array

__all__ = ["Columns", "Equation"]

Columns: TypeAlias = tuple[int, ...]

_EXHAUSTIVE = 6
_BUDGET = 20_000
"""Subsets of one size that are tried exhaustively; beyond, the best of the size before are extended."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Equation:
    """``target (n,)`` as a sparse combination of the columns of ``theta (n, K)``."""

    theta: Array
    target: Array
    prices: Array
    """Price of each term, on the scale of -2 log-likelihood ``(K,)``."""
    independent: float
    """Rows that count as independent."""
    floor: float
    """Variance that is added to a residual's: what is far below it cannot buy terms."""
    max_terms: int
    tick: Callable[[], None] | None = None
    seen: dict[Columns, float] = field(default_factory=dict)
    """Scores of the supports that were looked at closely."""

    def __post_init__(self) -> None:
        norm = np.sqrt((self.theta**2).sum(axis=0))
        good = np.isfinite(norm) & (norm > 0)
        scale = np.where(good, norm, 1.0)
        scaled = np.where(good, self.theta, 0.0) / scale
        for name, value in (
            ("good", np.flatnonzero(good)),
            ("scale", scale),
            ("gram", scaled.T @ scaled),
            ("moment", scaled.T @ self.target),
            ("total", float(self.target @ self.target)),
        ):
            object.__setattr__(self, name, value)

    good: Index = field(init=False)
    scale: Array = field(init=False)
    gram: Array = field(init=False)
    moment: Array = field(init=False)
    total: float = field(init=False)

    def scores(self, subsets: Index) -> Array:
        """-2 log-likelihood plus price of each row of ``subsets``."""
        rest = subset_chi2(self.gram, self.moment, self.total, subsets, self.tick) / len(self.target)
        fitted = self.independent * np.log(np.maximum(rest + self.floor, 1e-300))
        return np.asarray(fitted + self.prices[subsets].sum(axis=1))

    def score(self, columns: Columns) -> float:
        """The same of one support, remembered."""
        if columns not in self.seen:
            self.seen[columns] = float(self.scores(np.array([columns], dtype=np.intp).reshape(1, -1))[0])
        return self.seen[columns]

    def solve(self, columns: Sequence[int] | Index) -> Array:
        """Least-squares coefficients of a support."""
        at = list(columns)
        if not at:
            return np.zeros(0)
        block = self.gram[np.ix_(at, at)] + 1e-13 * np.eye(len(at))
        return np.asarray(np.linalg.lstsq(block, self.moment[at], rcond=None)[0] / self.scale[at])

    def residual(self, columns: Sequence[int] | Index) -> Array:
        """What a support leaves of the target ``(n,)``."""
        return np.asarray(self.target - self.theta[:, list(columns)] @ self.solve(columns))

    def best(self) -> Columns:
        """The support of the shortest description that can be reached."""
        starts = sorted({*self._small(), *self._eliminated()}, key=self.score)
        ends = [self._climb(start) for start in starts[:3]]
        return min(ends, key=self.score)

    def neighbours(self, columns: Columns, keep: int, *, lacking: bool) -> list[Columns]:
        """The ``keep`` best supports one move away; ``lacking``: only those that lack a term."""
        base = np.array(columns, dtype=np.intp)
        outside = np.setdiff1d(self.good, base)
        ranked: list[tuple[float, Columns]] = []
        for subsets in moves(base, outside, lacking=lacking):
            if not len(subsets) or subsets.shape[1] > self.max_terms:
                continue
            scores = self.scores(subsets)
            for i in np.argsort(scores, kind="stable")[:keep]:
                ranked.append((float(scores[i]), tuple(sorted(int(c) for c in subsets[i]))))
        ranked.sort()
        self.seen.update({support: score for score, support in ranked[:keep]})
        return [support for _, support in ranked[:keep]]

    def _small(self) -> list[Columns]:
        largest = min(_EXHAUSTIVE, self.max_terms)
        found = best_subsets(self.theta[:, self.good], self.target, largest, budget=_BUDGET)
        return [tuple(sorted(int(self.good[c]) for c in columns)) for size in found for _, columns in size[:2]]

    def _eliminated(self) -> list[Columns]:
        """Supports on the way down from the whole library, always without the term that is missed least."""
        current, out = self.good, []
        while len(current):
            if len(current) <= self.max_terms:
                out.append(tuple(int(c) for c in current))
            fewer = np.array([np.delete(current, i) for i in range(len(current))], dtype=np.intp)
            rest = subset_chi2(self.gram, self.moment, self.total, fewer.reshape(len(current), -1), self.tick)
            current = fewer[int(np.argmin(rest))]
        return out

    def _climb(self, columns: Columns) -> Columns:
        for _ in range(20):
            better = self.neighbours(columns, 1, lacking=False)
            if not better or self.score(better[0]) >= self.score(columns) - 1e-9:
                return columns
            columns = better[0]
        return columns
