"""Search over supports: few starts, then moves ranked by the likelihood's quadratic and confirmed by full fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from lookagain.tools.physics.regression import Index, combinations, subset_chi2
from lookagain.tools.physics.shooting import Data, Fit, Linearised, Support, fit_support, linearise, start_fit
from lookagain.tools.physics.trajectory import Array

__all__ = ["Searcher"]

_MOST_SUBSETS = 150_000
"""Neighbours of one kind that are ranked at once. Libraries of one or two variables stay far below; for larger ones
only the terms that would help most on their own are combined."""


@dataclass(kw_only=True)
class Searcher:
    """Fits supports of one ``Data`` and remembers all of them."""

    data: Data
    prices: Array
    """Price of each term of the library, on the scale of -2 log-likelihood."""
    max_terms: int
    inflation: float = 1.0
    """Samples for each independent one: the likelihood of correlated errors counts that much less."""
    tick: Callable[[], None] | None = None
    """Called often while searching; what it raises ends the search."""
    fits: dict[Support, Fit] = field(default_factory=dict)

    def score(self, fit: Fit) -> float:
        """-2 log-likelihood (up to a constant) plus the price of the terms; infinite if the fit failed."""
        if not np.isfinite(fit.chi2):
            return np.inf
        n = self.data.count
        floor = self.data.noise_free**2 * n
        fitted = n / self.inflation * float(np.log((fit.chi2 + floor) / n))
        return fitted + float(sum(self.prices[k] for _, k in fit.support))

    def best(self) -> Fit | None:
        """The best of all fits so far."""
        found = min(self.fits.values(), key=self.score, default=None)
        return found if found is not None and np.isfinite(found.chi2) else None

    def fit(self, begin: Fit) -> Fit:
        """The remembered fit of this support, or a new one; a failure is tried again from the smoothed states."""
        known = self.fits.get(begin.support)
        if known is not None and np.isfinite(known.chi2):
            return known
        fit = fit_support(self.data, begin, tick=self.tick)
        if known is None or fit.chi2 < known.chi2:
            self.fits[begin.support] = fit
        return fit

    def climb(self, fit: Fit, *, width: int = 4, rounds: int = 20) -> Fit:
        """Moves to better neighbours until none of the ``width`` most promising helps."""
        for _ in range(rounds):
            quadratic = linearise(self.data, fit)
            found = self.promising(quadratic, fit, width)
            better = [self.fit(candidate) for candidate in found]
            best = min(better, key=self.score, default=fit)
            if self.score(best) >= self.score(fit) - 1e-6:
                return fit
            fit = best
        return fit

    def promising(self, q: Linearised, fit: Fit, width: int, *, lacking: bool = False) -> list[Fit]:
        """Neighbours not fitted yet, the best by the quadratic first, with coefficients to start from.

        ``lacking``: only those that lack a term of ``fit``.
        """
        index = {pair: i for i, pair in enumerate(q.pairs)}
        base = np.array(sorted(index[p] for p in fit.support), dtype=np.intp)
        ranked: list[tuple[float, tuple[int, ...]]] = []
        floor = self.data.noise_free**2 * q.count
        price = np.array([self.prices[k] for _, k in q.pairs])
        outside = self._outside(q, base)
        for subsets in moves(base, outside, lacking=lacking):
            if not len(subsets) or subsets.shape[1] > self.max_terms:
                continue
            chi2 = subset_chi2(q.gram, q.moment, q.total, subsets, self.tick) + floor
            cost = q.count / self.inflation * np.log(chi2 / q.count) + price[subsets].sum(axis=1)
            for i in np.argsort(cost, kind="stable")[: 2 * width]:
                ranked.append((float(cost[i]), tuple(int(c) for c in subsets[i])))
        ranked.sort()
        out: list[Fit] = []
        for _, columns in ranked:
            support = tuple(sorted(q.pairs[c] for c in columns))
            if support in self.fits or any(f.support == support for f in out):
                continue
            out.append(self._begin(q, columns, fit))
            if len(out) == width:
                break
        return out

    def _outside(self, q: Linearised, base: Index) -> Index:
        """The columns that may come in: all others, or the best of them where their pairs are too many."""
        outside = np.setdiff1d(np.arange(len(q.pairs)), base)
        most = int(np.sqrt(2 * _MOST_SUBSETS / max(len(base), 1)))
        if len(outside) <= most:
            return outside
        grown = np.hstack([np.tile(base, (len(outside), 1)), outside[:, None]])
        alone = subset_chi2(q.gram, q.moment, q.total, grown, self.tick)
        return np.sort(outside[np.argsort(alone, kind="stable")[:most]])

    def _begin(self, q: Linearised, columns: tuple[int, ...], fit: Fit) -> Fit:
        chosen = sorted(columns, key=lambda c: q.pairs[c])
        block = q.gram[np.ix_(chosen, chosen)] + 1e-13 * np.eye(len(chosen))
        values = np.linalg.lstsq(block, q.moment[chosen], rcond=None)[0] / q.scale[chosen]
        support = tuple(q.pairs[c] for c in chosen)
        fresh = start_fit(self.data, support, values, fit.offset, fit.scale)
        return fresh


def moves(base: Index, outside: Index, *, lacking: bool) -> Iterable[Index]:
    """Column sets one move away: drop 1 or 2, add 1 or 2 of ``outside``, swap, two into one, one into two.

    ``lacking``: only those that drop something, two for two included, which the search leaves out for their number:
    a law and its rival may differ by one term in each of two equations.
    """
    n = len(base)
    for removed in range(int(lacking), min(2, n) + 1):
        kept = base[combinations(n, n - removed)] if n - removed else np.zeros((1, 0), dtype=np.intp)
        for added in range(3):
            if (removed, added) == (0, 0) or ((removed, added) == (2, 2) and not lacking):
                continue
            more = outside[combinations(len(outside), added)] if added else np.zeros((1, 0), dtype=np.intp)
            left = np.repeat(kept, len(more), axis=0)
            right = np.tile(more, (len(kept), 1))
            yield np.hstack([left, right])
