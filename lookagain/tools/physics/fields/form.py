"""Which averages to look at: the test functions whose equation is met best for the information that they keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lookagain.core.errors import InputError
from lookagain.tools.physics.fields.discovery import FieldForm, FieldSettings
from lookagain.tools.physics.fields.field import Field
from lookagain.tools.physics.fields.operators import Grid
from lookagain.tools.physics.fields.rows import Rows, gather
from lookagain.tools.physics.fields.system import Scheme
from lookagain.tools.physics.terms import Term

__all__ = ["choose_form"]

_HALVES = (4, 8, 12, 16, 24)
_RADII = (0, 2, 4, 6)
_WINDOWS, _ROWS = 4, 2_000


def choose_form(
    fields: Sequence[Field],
    terms: Sequence[Term],
    scheme: Scheme,
    settings: FieldSettings,
    rng: np.random.Generator,
    tick: Callable[[], None],
) -> FieldForm:
    """The form with the least residual of the whole library, per independent row, tried on a few windows.

    Averages take away noise, but with it rows, and what is fast or small. Raises ``InputError`` where the fields hold
    no test function.
    """
    frames = min(field.frames for field in fields)
    halves = [h for h in _HALVES if 6 * h < frames] or [max(1, (frames - 1) // 6)]
    radii = [r for r in _RADII if _fits(fields, terms, scheme, r)]
    if settings.form == "strong":
        radii = radii[:1]
    elif settings.form == "weak":
        radii = [r for r in radii if r] or radii
    if not radii:
        raise InputError(
            "the fields are too small for the derivatives of the library.",
            hint="Give larger fields, or fewer families.",
        )
    best, form = np.inf, FieldForm(scheme=scheme, half=halves[0], radius=radii[0])
    few = fields if len(fields) <= 2 else [fields[0], fields[-1]]
    for half in halves:
        for radius in radii:
            tried = FieldForm(scheme=scheme, half=half, radius=radius)
            budget = _WINDOWS * (2 * half + 1) * len(few)
            rows = gather(few, terms, tried, rng, rows=_ROWS, frames=budget, tick=tick)
            wide = half * (radius + 1.0) ** len(fields[0].space)
            score = _misfit(rows) * wide**0.25
            if score < best:
                best, form = score, tried
    return form


def _fits(fields: Sequence[Field], terms: Sequence[Term], scheme: Scheme, radius: int) -> bool:
    """Whether averages over ``radius`` cells leave half of each open axis."""
    from lookagain.tools.physics.fields.features import features

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
