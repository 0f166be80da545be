"""When a discovered law counts as confirmed: a list of named criteria, each with its value and bound."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from lookagain.tools.physics.discovery import Discovery, plain_json

__all__ = ["Bounds", "Criterion", "acceptance", "accepted"]


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Limits of acceptance. They are strict: a doubtful law stays undecided."""

    samples: int = 60
    """Least number of observed values."""
    motion: float = 12.0
    """Least standard deviation over noise of the variable that moves most."""
    independent: float = 3.0
    """Least ``Tests.independence`` of a variable in a term, and least motion of one with a force of its own."""
    chi2_low: float = 0.5
    chi2_high: float = 1.8
    """Reduced chi-square against the noise seen in the data alone."""
    p_value: float = 1e-3
    """Least p-value of each test of residuals and forecast."""
    missing_p: float = 0.1
    """Least corrected p-value of the best further term."""
    sharp: float = 0.02
    """Power at or below which a term that matters could not hide, so that ``p_value`` bounds the further term too."""
    largest: float = 7.0
    """Largest residual in robust standard deviations."""
    significance: float = 6.0
    """Least |coefficient| / sigma."""
    weight: float = 1e-4
    """Least share of a term in the right-hand side of its equation."""
    margin: float = 6.0
    """Least nats to the nearest rival that lacks a term of the law."""
    containing: float = 1.0
    """Least nats to the nearest rival with further terms."""
    other_order: float = 2.0
    """Least nats to the best law of the other order."""
    power: float = 0.3
    """Largest share of the motion that a further term could have unnoticed."""
    r2: float = 0.9
    """Least R2 of the held-out roll-out."""


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One criterion: ``value op bound``."""

    name: str
    value: float
    op: Literal[">=", "<="]
    bound: float
    reason: str

    @property
    def holds(self) -> bool:
        """Whether the value meets the bound; NaN never does."""
        return self.value >= self.bound if self.op == ">=" else self.value <= self.bound

    def to_json(self) -> dict[str, Any]:
        """JSON values only, non-finite numbers as text, as ``Discovery.to_json`` writes them."""
        stored: dict[str, Any] = plain_json({**asdict(self), "holds": self.holds})
        return stored


def acceptance(discovery: Discovery, bounds: Bounds | None = None) -> list[Criterion]:
    """All criteria; the law is accepted if every one holds. None looks at a true law: only at data and rivals.

    What each guards against:

    - samples: a law read into a handful of points.
    - motion: a law of noise, from something that rests.
    - independent: an arbitrary choice among variables that are copies or combinations of each other, or at rest.
    - chi2: a law that misses the data, or data with jumps.
    - chi2 floor: a law that follows the noise too, or noise that was overestimated.
    - ljung-box: a wrong law whose errors are small but follow each other.
    - runs: the same where the errors are not normal.
    - outliers: a lost or swapped track, a kick.
    - disturbance: forcing, drift, hidden variables, terms beyond the library.
    - missing term: a law that is too short.
    - significance: a law with a term that may be chance.
    - weight: a term that absorbs what is left of rounding or of the integrator.
    - margin: another law without one of the terms that does about as well.
    - larger law: a longer law that does about as well.
    - other order: forces taken for velocities, or the reverse.
    - power: data too short or noisy to show a term that the law lacks.
    - forecast: a law that holds only where it was fitted.
    - held-out R2: the same, by size instead of by probability.
    - same terms: terms that hang on the last samples.
    - halves agree: a law that changes midway.
    """
    b = bounds or Bounds()
    best, tests, held = discovery.best, discovery.tests, discovery.held_out
    exact = [rms <= 0.1 * noise for rms, noise in zip(best.rms, best.noise, strict=True)]
    white = [w for w, skip in zip(tests.whiteness, exact, strict=True) if not skip]
    missing = b.p_value if tests.power <= b.sharp else b.missing_p

    def least(name: str, value: float, bound: float, reason: str) -> Criterion:
        return Criterion(name=name, value=float(value), op=">=", bound=bound, reason=reason)

    def most(name: str, value: float, bound: float, reason: str) -> Criterion:
        return Criterion(name=name, value=float(value), op="<=", bound=bound, reason=reason)

    return [
        least("samples", discovery.samples, b.samples, "enough observed values"),
        least("motion", max(tests.motion), b.motion, "something moves well above the noise"),
        least("independent", _independent(discovery), b.independent, "no variable of the law copies others or rests"),
        most("chi2", best.chi2, b.chi2_high, "residuals are no larger than the noise"),
        least("chi2 floor", 1.0 if all(exact) else best.chi2, b.chi2_low, "residuals are not suspiciously small"),
        least("ljung-box", min((w.ljung_box for w in white), default=1.0), b.p_value, "residuals are uncorrelated"),
        least("runs", min((w.runs for w in white), default=1.0), b.p_value, "signs of residuals are random"),
        most("outliers", max((w.largest for w in white), default=0.0), b.largest, "no jump, no lost track"),
        least("disturbance", tests.disturbance, b.p_value, "nothing smooth acts that the law lacks"),
        least("missing term", tests.missing_term, missing, "no further term is asked for"),
        least("significance", tests.significance, b.significance, "every coefficient is clearly not zero"),
        least("weight", tests.weight, b.weight, "no term is negligible"),
        least("margin", discovery.margin, b.margin, "no other law explains the data about as briefly"),
        least("larger law", discovery.margin_containing, b.containing, "no law with further terms comes close"),
        least("other order", discovery.margin_other_order, b.other_order, "no law of the other order comes close"),
        most("power", tests.power, b.power, "a further term of any size would have been noticed"),
        least("forecast", held.p_value, b.p_value, "held-out samples lie within noise and uncertainty"),
        least("held-out R2", _held_r2(discovery), b.r2, "the roll-out follows the held-out samples"),
        least("same terms", float(held.same_support), 1.0, "the fitted part alone leads to the same terms"),
        least("halves agree", tests.halves_agree, b.p_value, "both halves have the same coefficients"),
    ]


def _independent(discovery: Discovery) -> float:
    """The least independence of what the law speaks of; infinite for a law that mixes no variables.

    A variable that copies others, or rests, could be swapped for them in any term: a law with such a term is one of
    many. Laws of constants alone (straight uniform or uniformly accelerated motion) swap nothing and pass. A variable
    at rest within its noise may have only the law that nothing acts on it.
    """
    system, tests = discovery.best.system, discovery.tests
    d = len(system.names)
    used = {factor.var % d for row in system.terms for term in row for factor in term.factors}
    found = [tests.independence[v] for v in used]
    found += [tests.motion[v] for v, row in enumerate(system.terms) if row]
    return min(found, default=float("inf"))


def _held_r2(discovery: Discovery) -> float:
    """R2 of the roll-out; the rmse against the noise decides where the tail itself hardly moves."""
    held, best = discovery.held_out, discovery.best
    noise = float(np.sqrt(np.mean(np.square(best.noise))))
    if not (np.isfinite(held.rmse) and noise > 0):
        return held.r2
    return max(held.r2, 1.0 - (held.rmse / noise) ** 2 / 100)


def accepted(criteria: list[Criterion]) -> bool:
    """Whether every criterion holds."""
    return all(criterion.holds for criterion in criteria)
