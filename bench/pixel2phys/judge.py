"""How a found law is judged against the true one: the exact set of terms, and R2 of the long roll-out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from bench.common.terms import Comparison, TermError, compare, support
from bench.pixel2phys.api import FoundLaw, SimulationError
from bench.pixel2phys.systems import FIT_FRAMES, HORIZON

__all__ = ["judge_law", "quarter_turn", "r2", "supports"]

Floats = NDArray[np.float64]


def r2(predicted: Floats, truth: Floats) -> float:
    """Coefficient of determination, the smaller one of the coordinates (n x d each); NaN if not finite."""
    if predicted.shape != truth.shape:
        raise ValueError(f"expected equal shapes, got {predicted.shape} and {truth.shape}")
    with np.errstate(over="ignore", invalid="ignore"):
        error = np.sum((predicted - truth) ** 2, axis=0)
    spread = np.sum((truth - truth.mean(axis=0)) ** 2, axis=0)
    values = 1.0 - error / spread
    return float(values.min()) if np.isfinite(values).all() else float("nan")


def supports(law: FoundLaw, *, shifts: bool = False) -> dict[str, frozenset[str]]:
    """Canonical terms per variable, primes added for orders above the first; raises TermError."""
    return {
        equation.variable + "'" * (equation.order - 1): support(equation.terms, shifts=shifts)
        for equation in law.equations
    }


def judge_law(
    law: FoundLaw | None,
    truth: Mapping[str, frozenset[str]],
    states: Floats,
    dt: float,
    *,
    shifts: bool = False,
) -> dict[str, object]:
    """Columns ``exact``, ``missing``, ``extra``, ``r2`` (all steps) and ``r2_tail`` (steps 200 on).

    ``states`` are the noise-free 1,001 states in the law's own coordinates; the law starts at its first
    fitted state. R2 is None where the law cannot be simulated to the end (a bar over it then fails). Unless
    ``shifts``, a law in shifted variables is not exact: it is another law.
    """
    terms = _compare(law, truth, shifts=shifts)
    row: dict[str, object] = {
        "exact": terms.exact,
        "missing": list(terms.missing),
        "extra": list(terms.extra),
        "r2": None,
        "r2_tail": None,
        "simulation": "",
    }
    if law is None:
        return row
    first = round(law.start / dt)
    try:
        predicted = law.simulate(HORIZON + 1 - first, dt)
    except SimulationError as error:
        return {**row, "simulation": str(error)}
    if predicted.shape[1] != states.shape[1]:
        return {**row, "simulation": f"expected {states.shape[1]} variables, got {predicted.shape[1]}"}
    wanted = states[first:]
    tail = max(0, FIT_FRAMES - first)
    return {**row, "r2": r2(predicted, wanted), "r2_tail": r2(predicted[tail:], wanted[tail:])}


def quarter_turn(term: str) -> str:
    """The term with its angle counted from a quarter turn on: where the origin is free, the same law."""
    return term.replace("sin(", "SIN(").replace("cos(", "sin(").replace("SIN(", "cos(")


def _compare(law: FoundLaw | None, truth: Mapping[str, frozenset[str]], *, shifts: bool) -> Comparison:
    if law is None:
        return compare({}, truth)
    if law.shifted and not shifts:
        return Comparison(missing=(), extra=(f"variables shifted by {law.shift}, stretched by {law.stretch:g}",))
    try:
        found = supports(law, shifts=shifts)
        as_is = compare(found, truth)
        if as_is.exact or not shifts:
            return as_is
        turned = compare(found, {name: frozenset(map(quarter_turn, terms)) for name, terms in truth.items()})
        return turned if turned.exact else as_is
    except TermError as error:
        return Comparison(missing=(), extra=(f"unreadable: {error}",))
