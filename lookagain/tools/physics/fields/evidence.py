"""What speaks for and against a field's law: how well it fits, how sure its terms are, what else could be seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lookagain.tools.physics.fields.discovery import FieldTests
from lookagain.tools.physics.fields.features import Feature, features
from lookagain.tools.physics.fields.field import Field
from lookagain.tools.physics.fields.fit import Fit, fit_rows
from lookagain.tools.physics.fields.law import Law, without_weakest
from lookagain.tools.physics.fields.noise import change_of
from lookagain.tools.physics.fields.rows import Rows
from lookagain.tools.physics.terms import Term
from lookagain.tools.physics.trajectory import Array

__all__ = ["tests_of"]

_SIGMAS, _SHARE = 4.0, 0.05
"""Two halves agree where a coefficient differs by less than so many sigmas, or than this share of it."""


def tests_of(fields: Sequence[Field], law: Law, terms: Sequence[Term], noise: Array) -> FieldTests:
    """All statistics of the law."""
    rows, fit = law.rows, law.fit
    known = features(fields[0].channels, len(fields[0].space))
    power = (rows.target**2).mean(axis=0)
    r2 = 1 - (fit.residual**2).mean(axis=0) / np.maximum(power, 1e-300)
    change = np.max([change_of(field) for field in fields], axis=0) / np.maximum(noise, 1e-300)
    sigmas = [np.abs(c) / np.maximum(s, 1e-300) for c, s in zip(fit.coefficients, fit.sigmas, strict=True)]
    middle = float(np.median(rows.time))
    last = rows.part % 2
    return FieldTests(
        independent=int(min(q.independent for q in law.equations)),
        change=tuple(float(v) for v in change),
        r2=tuple(float(v) for v in r2),
        significance=float(np.min(np.concatenate(sigmas), initial=np.inf)),
        weight=float(np.min(np.concatenate(fit.weights(rows)), initial=1.0)),
        gain=float(np.min(np.concatenate(fit.gains), initial=np.inf)),
        missing_term=_missing_term(law),
        halves_time=_halves(rows, fit, rows.time <= middle),
        halves_space=_halves(rows, fit, last == 0),
        transport=_beyond_transport(rows, terms, known),
        coupling=_coupling(law, terms, known),
    )


def _missing_term(law: Law) -> float:
    """Largest share of an equation's residual that one further term explains, terms too small for a law left out."""
    largest = 0.0
    for e, (q, columns) in enumerate(zip(law.equations, law.fit.columns, strict=True)):
        base = float(np.mean(q.residual(columns) ** 2))
        shares = sorted(
            (
                (1 - float(np.mean(q.residual([*columns, k]) ** 2)) / max(base, 1e-300), k)
                for k in (int(k) for k in q.good)
                if k not in columns
            ),
            reverse=True,
        )
        for share, k in shares:
            if share <= largest:
                break
            wider = [(*c, k) if i == e else c for i, c in enumerate(law.fit.columns)]
            if without_weakest(fit_rows(law.rows, wider), law.rows) is None:
                largest = share
    return largest


def _halves(rows: Rows, fit: Fit, first: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    """Largest disagreement of a coefficient between two parts of the rows; 1 is just tolerable."""
    parts = [rows.take(first), rows.take(~first)]
    if min(len(np.unique(part.group)) for part in parts) < 2:
        return float("inf")
    one, two = (fit_rows(part, fit.columns) for part in parts)
    worst = 0.0
    for a, b, sa, sb in zip(one.coefficients, two.coefficients, one.sigmas, two.sigmas, strict=True):
        off = np.abs(a - b)
        sure = off / (_SIGMAS * np.maximum(np.hypot(sa, sb), 1e-300))
        near = off / (_SHARE * np.maximum(np.abs(a) + np.abs(b), 1e-300) / 2)
        worst = max(worst, float(np.minimum(sure, near).max(initial=0.0)))
    return worst


def _beyond_transport(rows: Rows, terms: Sequence[Term], known: Sequence[Feature]) -> float:
    """Share of the changes that no shift of the pictures explains, of the equation where it is largest."""
    shifts = [k for k, term in enumerate(terms) if _degree(term, known) == 1 and len(term.factors) == 1]
    if not shifts:
        return 1.0
    rest = fit_rows(rows, [tuple(shifts)] * rows.target.shape[1]).residual
    power = (rows.target**2).mean(axis=0)
    return float(((rest**2).mean(axis=0) / np.maximum(power, 1e-300)).max())


def _coupling(law: Law, terms: Sequence[Term], known: Sequence[Feature]) -> float:
    """Share of the law's changes that neighbouring cells cause, other than by a shift: what makes it a field's law."""
    best = 0.0
    for columns, weights in zip(law.fit.columns, law.fit.weights(law.rows), strict=True):
        for k, weight in zip(columns, weights, strict=True):
            if _degree(terms[k], known) > 1 or (_degree(terms[k], known) == 1 and len(terms[k].factors) > 1):
                best = max(best, float(weight))
    return best


def _degree(term: Term, known: Sequence[Feature]) -> int:
    return max((known[f.var].degree for f in term.factors), default=0)
