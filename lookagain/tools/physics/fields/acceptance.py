"""When a field's law counts as confirmed: a list of named criteria, each with its value and bound."""

from __future__ import annotations

from dataclasses import dataclass

from lookagain.tools.physics.acceptance import Criterion
from lookagain.tools.physics.fields.discovery import FieldDiscovery

__all__ = ["FieldBounds", "field_acceptance"]


@dataclass(frozen=True, kw_only=True)
class FieldBounds:
    """Limits of acceptance. They are strict: a doubtful law stays undecided."""

    independent: int = 60
    """Least number of rows that count as independent."""
    change: float = 12.0
    """Least change over noise of the channel that changes most."""
    r2: float = 0.9
    """Least R2 of an equation over its test functions."""
    significance: float = 6.0
    """Least |coefficient| / sigma."""
    weight: float = 1e-3
    """Least share of a term in the right-hand side of its equation."""
    missing_term: float = 0.5
    """Largest share of the residual that a further term may explain."""
    margin: float = 6.0
    """Least nats to the nearest rival that lacks a term of the law."""
    gain: float = 4.0
    """Least variance that a term takes from its equation, over all that is left of it."""
    containing: float = 1.0
    """Least nats to the nearest rival with further terms."""
    held_r2: float = 0.9
    """Least R2 of the held-out roll-out."""
    skill: float = 0.5
    """Largest error of the held-out roll-out over that of 'nothing changes'."""
    transport: float = 0.02
    """Least share of the changes that no shift of the picture explains."""
    coupling: float = 0.003
    """Least share of terms with spatial derivatives, shifts apart."""


def field_acceptance(discovery: FieldDiscovery, bounds: FieldBounds | None = None) -> list[Criterion]:
    """All criteria; the law is accepted if every one holds (``accepted``). None looks at a true law.

    What each guards against:

    - independent: a law read into a handful of averages.
    - change: a law of noise, from a picture that rests.
    - fit R2: a law that misses what is seen; noise without a law.
    - significance, weight, gain: a term that may be chance, or absorbs what sampling and compression did.
    - missing term, margin, larger law: a law that is too short, or one of several that do as well.
    - held-out R2, skill: a law that holds only where it was fitted, or foretells no more than 'nothing changes'.
    - same terms: terms that hang on the last frames.
    - halves in time, halves in space: a law that changes midway or from place to place, as lights and lenses do.
    - transport: a moving camera or a drifting texture, of which any shape obeys the same law.
    - coupling: a picture that fades or flickers cell by cell, without any cell acting on its neighbours.
    """
    b = bounds or FieldBounds()
    tests, held = discovery.tests, discovery.held_out

    def least(name: str, value: float, bound: float, reason: str) -> Criterion:
        return Criterion(name=name, value=float(value), op=">=", bound=bound, reason=reason)

    def most(name: str, value: float, bound: float, reason: str) -> Criterion:
        return Criterion(name=name, value=float(value), op="<=", bound=bound, reason=reason)

    return [
        least("independent", tests.independent, b.independent, "enough averages that do not repeat each other"),
        least("change", max(tests.change), b.change, "something evolves well above the noise"),
        least("fit R2", min(tests.r2), b.r2, "the law gives the rates of change that are seen"),
        least("significance", tests.significance, b.significance, "every coefficient is clearly not zero"),
        least("weight", tests.weight, b.weight, "no term is negligible"),
        least("gain", tests.gain, b.gain, "every term explains more than what is left unexplained"),
        most("missing term", tests.missing_term, b.missing_term, "no further term is asked for"),
        least("margin", discovery.margin, b.margin, "no other law explains the data about as briefly"),
        least("larger law", discovery.margin_containing, b.containing, "no law with further terms comes close"),
        least("held-out R2", held.r2, b.held_r2, "the roll-out follows the held-out frames"),
        most("skill", held.rmse / max(held.persistence, 1e-300), b.skill, "it does better than 'nothing changes'"),
        least("same terms", float(held.same_support), 1.0, "the fitted part alone leads to the same terms"),
        most("halves in time", tests.halves_time, 1.0, "both halves of the frames have the same coefficients"),
        most("halves in space", tests.halves_space, 1.0, "both halves of the picture have the same coefficients"),
        least("transport", tests.transport, b.transport, "more happens than a shift of the picture"),
        least("coupling", tests.coupling, b.coupling, "cells act on their neighbours"),
    ]
