"""From rows to the shortest law: all equations searched, what is negligible or doubtful dropped, rivals listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lookagain.tools.physics.fields.discovery import FieldSettings
from lookagain.tools.physics.fields.fit import Fit, design_effect, fit_rows
from lookagain.tools.physics.fields.rows import Rows
from lookagain.tools.physics.fields.search import Columns, Equation
from lookagain.tools.physics.terms import Term

__all__ = ["Law", "search_law", "shortest", "without_weakest"]

_MARGIN = 25.0
"""Multiple of the variance that the whole library leaves which is taken for what no term should explain: errors of
sampling and rounding are no noise, and a term that fits a part of them is not found in nature."""
_LEAST_WEIGHT = 3e-4
"""Size of a term against the largest of its equation below which it is left out."""
_CLEARLY = float(np.log(2.0))
_LEAST_SIGMAS = 5.0
_LEAST_GAIN = 1.0
"""Share of what an equation leaves that a term must take from it: after averaging, what is left is hardly noise but
what compression, rounding and sampling did to the fields, and other terms fit parts of that."""
_COMPLEXITY = 0.15
"""Further share of a term's price for each factor beyond the first."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Law:
    """The best support of each equation with its fit, and the searches that led there."""

    rows: Rows
    equations: tuple[Equation, ...]
    fit: Fit

    @property
    def length(self) -> float:
        """Description length in nats."""
        return 0.5 * sum(q.score(c) for q, c in zip(self.equations, self.fit.columns, strict=True))

    def lengths(self, equation: int, columns: Columns) -> float:
        """Nats by which the description grows if ``equation`` has the support ``columns`` instead."""
        q = self.equations[equation]
        return 0.5 * (q.score(columns) - q.score(self.fit.columns[equation]))


def search_law(rows: Rows, terms: Sequence[Term], settings: FieldSettings, tick: Callable[[], None]) -> Law:
    """The shortest law of ``rows``."""
    equations = [_equation(rows, e, terms, settings, tick) for e in range(rows.target.shape[1])]
    columns = [q.best() for q in equations]
    while True:
        fit = fit_rows(rows, columns)
        fewer = without_weakest(fit, rows)
        if fewer is None:
            return Law(rows=rows, equations=tuple(equations), fit=fit)
        columns = fewer


def shortest(laws: Sequence[Law]) -> int:
    """Which of several laws of the same averages, derivatives taken otherwise, leaves clearly least; else the first.

    By the sum over the equations of the logarithm of the variance left; one that leaves as much as half is no better.
    """
    left = np.array([np.log(np.maximum((law.fit.residual**2).mean(axis=0), 1e-300)).sum() for law in laws])
    best = int(np.argmin(left))
    return best if left[best] < left[0] - _CLEARLY else 0


def _equation(rows: Rows, e: int, terms: Sequence[Term], settings: FieldSettings, tick: Callable[[], None]) -> Equation:
    """The search problem of one equation, its rows counted by how much the whole library's residuals are alike."""
    whole = Equation(
        theta=rows.theta,
        target=rows.target[:, e],
        prices=np.zeros(len(terms)),
        independent=1.0,
        floor=0.0,
        max_terms=settings.max_terms,
    )
    rest = whole.residual(whole.good)
    independent = max(10.0, min(rows.independent, len(rest) / design_effect(rows, rows.theta, rest)))
    price = settings.penalty * float(np.log(independent))
    factors = np.array([max(sum(abs(f.power) for f in term.factors) - 1, 0) for term in terms])
    return Equation(
        theta=rows.theta,
        target=rows.target[:, e],
        prices=price * (1 + _COMPLEXITY * factors),
        independent=independent,
        floor=_MARGIN * float(np.mean(rest**2)),
        max_terms=settings.max_terms,
        tick=tick,
    )


def without_weakest(fit: Fit, rows: Rows) -> list[Columns] | None:
    """The supports without the most doubtful term, if one is negligible or not clearly other than zero."""
    worst, at = 1.0, (-1, -1)
    all_weights = fit.weights(rows)
    for e, (values, sigmas) in enumerate(zip(fit.coefficients, fit.sigmas, strict=True)):
        sure = np.abs(values) / np.maximum(sigmas, 1e-300) / _LEAST_SIGMAS
        doubt = np.minimum.reduce([sure, all_weights[e] / _LEAST_WEIGHT, fit.gains[e] / _LEAST_GAIN])
        if len(doubt) and doubt.min() < worst:
            worst, at = float(doubt.min()), (e, int(np.argmin(doubt)))
    if worst >= 1.0:
        return None
    e, k = at
    return [c[:k] + c[k + 1 :] if i == e else c for i, c in enumerate(fit.columns)]
