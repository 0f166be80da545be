"""Which averages and derivatives to look at: those with which an equation is met best for what they keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from lookagain.core.errors import InputError
from lookagain.tools.physics.fields.discovery import FieldForm, FieldSettings
from lookagain.tools.physics.fields.features import features
from lookagain.tools.physics.fields.field import Field
from lookagain.tools.physics.fields.law import search_law, shortest
from lookagain.tools.physics.fields.library import field_library
from lookagain.tools.physics.fields.operators import Grid
from lookagain.tools.physics.fields.rows import Rows, gather, is_outer
from lookagain.tools.physics.fields.system import Scheme
from lookagain.tools.physics.terms import Term
from lookagain.tools.physics.trajectory import Array

__all__ = ["choose_form"]

_HALVES = (4, 8, 16, 24)
_RADII = (0, 2, 4, 6)
_WINDOWS, _MORE, _ROWS = 4, 10, 2_000
_CELLS = 10_000_000
"""Values read for one form, at most, where fewer windows do."""


def choose_form(
    fields: Sequence[Field],
    settings: FieldSettings,
    rng: np.random.Generator,
    *,
    noise: Array,
    tick: Callable[[], None],
) -> FieldForm:
    """The form with the least residual of the whole library, per independent row, tried on a few windows.

    Averages take away noise, but with it rows, and what is fast or small. Raises ``InputError`` where the fields hold
    no test function.
    """
    few = fields if len(fields) <= 2 else [fields[0], fields[-1]]
    terms = _cheap(few[0], settings)
    schemes: tuple[Scheme, ...] = ("spectral", "kernel")
    if settings.differentiation != "auto":
        schemes = (settings.differentiation,)
    best, form = np.inf, None
    for half in _halves(fields):
        for radius in _radii(fields, terms, schemes[0], settings):
            tried = FieldForm(scheme=schemes[0], half=half, radius=radius)
            count = max(2, min(_WINDOWS, _CELLS // (few[0].values[0].size * (2 * half + 1))))
            budget = count * (2 * half + 1) * len(few)
            rows = gather(few, terms, tried, rng, rows=_ROWS, frames=budget, noise=noise, tick=tick)
            score = _misfit(rows) * (half * (radius + 1.0) ** len(fields[0].space)) ** 0.25
            if form is None or score < best:
                best, form = score, tried
    if form is None:
        raise InputError(
            "the fields are too small for the derivatives of the library.",
            hint="Give larger fields, or fewer families.",
        )
    return (
        form
        if len(schemes) == 1
        else _with_scheme(few, terms, form, schemes=schemes, settings=settings, rng=rng, noise=noise, tick=tick)
    )


def _with_scheme(
    fields: Sequence[Field],
    terms: Sequence[Term],
    form: FieldForm,
    *,
    schemes: Sequence[Scheme],
    settings: FieldSettings,
    rng: np.random.Generator,
    noise: Array,
    tick: Callable[[], None],
) -> FieldForm:
    """The form with the derivatives that make the law found in some windows leave least; the same rows for each."""
    forms = [replace(form, scheme=scheme) for scheme in schemes]
    frames = _MORE * (2 * form.half + 1) * len(fields)
    seed = int(rng.integers(2**32))
    laws = []
    for tried in forms:
        same = np.random.default_rng(seed)
        rows = gather(fields, terms, tried, same, rows=2 * _ROWS, frames=frames, noise=noise, tick=tick)
        laws.append(search_law(rows, terms, settings, tick))
    return forms[shortest(laws)]


def _cheap(field: Field, settings: FieldSettings) -> tuple[Term, ...]:
    """The terms of the library that need no derivative frame by frame."""
    terms = field_library(field.names, len(field.space), settings)
    known = features(field.channels, len(field.space))
    return tuple(term for term in terms if is_outer(term, known, field.channels))


def _halves(fields: Sequence[Field]) -> list[int]:
    frames = min(field.frames for field in fields)
    return [h for h in _HALVES if 6 * h < frames] or [2]


def _radii(fields: Sequence[Field], terms: Sequence[Term], scheme: Scheme, settings: FieldSettings) -> list[int]:
    radii = [r for r in _RADII if _fits(fields, terms, scheme, r)]
    if settings.form == "strong":
        return radii[:1]
    return [r for r in radii if r] or radii if settings.form == "weak" else radii


def _fits(fields: Sequence[Field], terms: Sequence[Term], scheme: Scheme, radius: int) -> bool:
    """Whether averages over ``radius`` cells leave half of each open axis."""
    known = features(fields[0].channels, len(fields[0].space))
    degree = max((known[f.var].degree for term in terms for f in term.factors), default=0)
    for field in fields:
        grid = Grid(space=field.space, spacing=field.spacing, periodic=field.periodic, scheme=scheme)
        inside = grid.interior(radius + grid.reach(degree))
        for n, cells in zip(field.space, inside, strict=True):
            if len(range(*cells.indices(n))) < min(n / 2, 8) or 8 * radius > n:
                return False
    return True


def _misfit(rows: Rows) -> float:
    """Residual of the whole library over the target, the worst equation."""
    scale = np.sqrt((rows.theta**2).mean(axis=0))
    scale[scale == 0] = 1.0
    values = np.linalg.lstsq(rows.theta / scale, rows.target, rcond=1e-10)[0]
    rest = rows.target - rows.theta / scale @ values
    size = np.sqrt((rows.target**2).mean(axis=0))
    return float((np.sqrt((rest**2).mean(axis=0)) / np.where(size > 0, size, 1.0)).max())
