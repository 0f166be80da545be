"""From sampled fields to the partial differential equation that governs them, with rivals and evidence."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lookagain.core.errors import InputError
from lookagain.tools.physics.fields import evidence
from lookagain.tools.physics.fields.discovery import (
    FieldCandidate,
    FieldDiscovery,
    FieldForm,
    FieldHeldOut,
    FieldRival,
    FieldSettings,
)
from lookagain.tools.physics.fields.field import Field
from lookagain.tools.physics.fields.fit import fit_rows, system_of
from lookagain.tools.physics.fields.form import choose_form
from lookagain.tools.physics.fields.law import Law, search_law, without_weakest
from lookagain.tools.physics.fields.library import field_library
from lookagain.tools.physics.fields.noise import noise_of
from lookagain.tools.physics.fields.refine import refine
from lookagain.tools.physics.fields.rollout import Score, clean_start, roll_out
from lookagain.tools.physics.fields.rows import gather
from lookagain.tools.physics.fields.system import FieldSystem
from lookagain.tools.physics.progress import Progress, Teller
from lookagain.tools.physics.terms import Term
from lookagain.tools.physics.trajectory import Array

__all__ = ["discover_field"]

_CELLS = 24_000_000
"""Cells of all frames that the rows are averaged from: bounds the time on large fields, none below are left out."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Found:
    """A law with the form in which it was found."""

    law: Law
    form: FieldForm
    terms: tuple[Term, ...]
    names: tuple[str, ...]
    axes: tuple[str, ...]

    def system(self, law: Law | None = None) -> FieldSystem:
        """The law, or another one of the same terms, as a value."""
        return system_of((law or self.law).fit, self.terms, self.names, self.axes, self.form.scheme)


def discover_field(
    fields: Sequence[Field],
    settings: FieldSettings,
    rng: np.random.Generator,
    progress: Progress | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> FieldDiscovery:
    """The most economical law of ``fields`` (all of the same channels, spacing and law).

    Raises ``InputError`` for fields that do not belong together or cannot be searched; a law that is merely doubtful
    comes back with the evidence against it, for ``field_acceptance`` to judge. What ``progress`` raises ends
    the search.
    """
    _check(fields)
    teller = Teller(progress, clock)
    teller.tell("noise", 0.0)
    noise = np.max([noise_of(field) for field in fields], axis=0)
    found = _search(fields, noise, settings, rng, teller)
    teller.tell("roll-outs", 0.55)
    system = refine(found.system(), fields, found.form, rng, noise=noise, tick=teller.tick)
    teller.tell("rivals", 0.6)
    rivals = _rivals(found, settings)
    teller.tell("held-out roll-out", 0.65)
    held_out = _held_out(fields, found, settings, teller)
    teller.tell("starts", 0.9)
    starts = tuple(clean_start(system, field, 0, teller.tick) for field in fields)
    tests = evidence.tests_of(fields, found.law, found.terms, noise)
    teller.tell("done", 1.0)
    return FieldDiscovery(
        best=FieldCandidate(
            system=system,
            starts=starts,
            description_length=found.law.length,
            residual=tuple(float(np.sqrt(max(1 - r2, 0.0))) for r2 in tests.r2),
            noise=tuple(float(v) for v in noise),
        ),
        form=found.form,
        rivals=rivals,
        held_out=held_out,
        tests=tests,
        rows=len(found.law.rows.target),
    )


def _check(fields: Sequence[Field]) -> None:
    if not fields:
        raise InputError("at least one field is needed.")
    first = fields[0]
    for field in fields:
        same = field.names == first.names and len(field.space) == len(first.space)
        if not same or field.unit != first.unit:
            raise InputError(
                f"fields of one law have the same channels, axes and unit; got {first.names} and {field.names}, "
                f"{first.space} and {field.space}, {first.unit!r} and {field.unit!r}."
            )
        chosen = field.quantity([0, field.frames // 2, field.frames - 1])
        if not np.isfinite(chosen).all():
            raise InputError("a field holds values that are not finite.", hint="Cut them off, or fill them.")


def _search(
    fields: Sequence[Field], noise: Array, settings: FieldSettings, rng: np.random.Generator, teller: Teller
) -> _Found:
    """The shortest law of rows of the form that suits the fields."""
    first = fields[0]
    axes = ("y", "x")[-len(first.space) :]
    terms = field_library(first.names, len(axes), settings)
    teller.tell("test functions", 0.02)
    form = choose_form(fields, settings, rng, noise=noise, tick=teller.tick)
    teller.tell("averages", 0.2)
    frames = int(_CELLS * len(fields) / sum(int(np.prod(field.space)) for field in fields))
    rows = gather(fields, terms, form, rng, rows=settings.rows, frames=frames, noise=noise, tick=teller.tick)
    if not np.isfinite(rows.theta).all() or not np.isfinite(rows.target).all():
        raise InputError("a field holds values that are not finite.", hint="Cut them off, or fill them.")
    teller.tell("search", 0.5)
    law = search_law(rows, terms, settings, teller.tick)
    return _Found(law=law, form=form, terms=terms, names=first.names, axes=axes)


def _rivals(found: _Found, settings: FieldSettings) -> tuple[FieldRival, ...]:
    """The nearest laws that differ in one equation; those with further terms only where none is negligible."""
    law, out = found.law, []
    for e, (equation, mine) in enumerate(zip(law.equations, law.fit.columns, strict=True)):
        near = {
            support
            for lacking in (True, False)
            for support in equation.neighbours(mine, settings.rivals, lacking=lacking)
            if support != mine
        }
        for support in near:
            columns = [support if i == e else c for i, c in enumerate(law.fit.columns)]
            fit = fit_rows(law.rows, columns)
            lost, won = len(set(mine) - set(support)), len(set(support) - set(mine))
            if not lost and without_weakest(fit, law.rows) is not None:
                continue
            system = found.system(replace(law, fit=fit))
            out.append(
                FieldRival(
                    equations=system.equations(),
                    terms=system.count,
                    margin=law.lengths(e, support),
                    move=f"-{lost} +{won}",
                    contains=not lost,
                )
            )
    ranked = sorted(out, key=lambda r: r.margin)
    kinds = [[r for r in ranked if r.contains == contains] for contains in (False, True)]
    return tuple(sorted((r for kind in kinds for r in kind[: settings.rivals]), key=lambda r: r.margin))


def _held_out(fields: Sequence[Field], found: _Found, settings: FieldSettings, teller: Teller) -> FieldHeldOut:
    """The law refitted on the rows that end before the held-out frames, rolled out over these."""
    rows, share = found.law.rows, 1 - settings.held_out
    head = rows.take(rows.time <= share)
    if len(head.target) < 50:
        head = rows
    system = found.system(replace(found.law, fit=fit_rows(head, found.law.fit.columns)))
    again = search_law(head, found.terms, settings, teller.tick)
    firsts = [int(np.ceil(share * (field.frames - 1))) for field in fields]
    scores = [roll_out(system, field, first, teller.tick) for field, first in zip(fields, firsts, strict=True)]
    worst: Score = min(scores, key=lambda s: s.r2)
    return FieldHeldOut(
        frames=sum(field.frames - first for field, first in zip(fields, firsts, strict=True)),
        horizon=worst.horizon,
        r2=worst.r2,
        rmse=worst.rmse,
        persistence=worst.persistence,
        valid_steps=min(s.valid_steps for s in scores),
        same_support=again.fit.columns == found.law.fit.columns,
    )
