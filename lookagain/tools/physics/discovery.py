"""What a search is asked and what it answers: frozen values, JSON in and out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

from lookagain.core.errors import ConfigError
from lookagain.tools.physics.affine import Affine
from lookagain.tools.physics.checks import Whiteness
from lookagain.tools.physics.differentiate import Differentiation, Spline, WeakForm
from lookagain.tools.physics.library import Library
from lookagain.tools.physics.system import SparseSystem
from lookagain.tools.physics.trajectory import Array

__all__ = ["Candidate", "Discovery", "HeldOut", "Rival", "SearchSettings", "Tests"]


@dataclass(frozen=True, kw_only=True)
class SearchSettings:
    """How to search. The defaults suit tracked paths of 50 to some 1,000 samples of 1 to 3 variables.

    ``discover`` takes at most 6 variables. Each library is over the
    state in the order of the trajectory's variables (``state_names``); its terms are text for ``Library.of``.
    """

    order: Literal[1, 2, "auto"] = "auto"
    library: Library | None = None
    """Terms over the variables, for order 1; None: ``default_library``."""
    second_order_library: Library | None = None
    """Terms over the variables and their derivatives, for order 2; None: ``default_library``."""
    differentiation: Differentiation = field(default_factory=Spline)
    weak_form: WeakForm = field(default_factory=WeakForm)
    penalty: float = 3.0
    """Price of a term in units of log n, on the scale of -2 log-likelihood."""
    complexity: float = 0.15
    """Further share of that price for each factor of a term beyond the first, and for each function."""
    max_terms: int = 12
    held_out: float = 0.25
    """Share of the samples at the end that the held-out roll-out does not fit."""
    origin: Literal["given", "unknown"] = "given"
    """Whether variables are measured from the origin of the law; if unknown, the origin is fitted too."""
    scale: Literal["given", "unknown"] = "given"
    """Whether sin, cos and the like act on variables in the right unit; if unknown, one scale is fitted too."""
    starts: int = 4
    width: int = 4
    """How many neighbours a move of the search fits in full."""
    rivals: int = 8
    samples: int = 1200
    """Samples in all above which one is used for k; up to 4,000 where fewer do not resolve the motion."""
    thinning: Literal["mean", "every"] = "mean"
    """What stands for k samples: their mean, which keeps what all of them tell, or every k-th, for errors that repeat:
    a tracker is off by the same small part of a pixel each time the object comes by."""

    def __post_init__(self) -> None:
        if self.order not in (1, 2, "auto"):
            raise ConfigError(f"order must be 1, 2 or 'auto'; got {self.order!r}.")
        if not 0 < self.held_out < 0.6:
            raise ConfigError(f"held_out must lie between 0 and 0.6; got {self.held_out:g}.")
        if self.penalty <= 0 or self.complexity < 0 or not 1 <= self.max_terms <= 40:
            raise ConfigError("penalty must be positive, complexity not negative, max_terms from 1 to 40.")
        if min(self.starts, self.width, self.rivals) < 1:
            raise ConfigError("starts, width and rivals must be at least 1.")
        if self.samples < 60:
            raise ConfigError(f"samples must be at least 60; got {self.samples}.")
        if self.thinning not in ("mean", "every"):
            raise ConfigError(f"thinning must be 'mean' or 'every'; got {self.thinning!r}.")


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidate:
    """A fitted law. Its system acts on ``affine``-normalised variables: seen = offset + scale * variable."""

    system: SparseSystem
    affine: Affine
    initial_states: tuple[Array, ...]
    """State ``(D,)`` at the first time of each trajectory, in the variables of the system."""
    fitted: tuple[Array, ...]
    """Fitted path ``(n, d)`` of each trajectory, in the units of the data."""
    description_length: float
    """-log likelihood + price of terms and initial states, in nats; only differences mean something."""
    rms: tuple[float, ...]
    """Root mean squared residual of each variable."""
    noise: tuple[float, ...]
    """Estimated standard deviation of the noise of each variable, from the data alone."""
    chi2: float
    """Reduced chi-square against ``noise``."""

    @property
    def count(self) -> int:
        """Number of terms."""
        return self.system.count

    def simulate(self, t: Array, trajectory: int = 0) -> Array:
        """The path ``(n, d)`` at times ``t`` (the first is that of the fitted initial state), in data units."""
        states = self.system.simulate(self.initial_states[trajectory], t)
        return self.affine.to_seen(states[:, : len(self.system.names)])


@dataclass(frozen=True, kw_only=True)
class Rival:
    """Another law: what it says, and how many nats longer its description is than the best."""

    equations: tuple[str, ...]
    order: int
    terms: int
    margin: float
    move: str
    """How it differs: 'other order', or such as '-1 +1' (terms dropped and added)."""
    contains: bool = False
    """Whether it has all terms of the best law and more (judged by ``Tests.missing_term``)."""
    implied: bool = False
    """Whether it describes the same motions as the best law, such as x' = c and x'' = 0."""


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """The same law refitted without the last samples, rolled out over them."""

    samples: int
    r2: float
    rmse: float
    valid_steps: int
    p_value: float
    """Of the forecast test (Chow 1960): small if the roll-out misses by more than noise and uncertainty."""
    same_support: bool
    """Whether a new search on the fitted part alone finds the same terms."""
    starts: tuple[float, ...]
    """Time of the first held-out sample of each trajectory."""


@dataclass(frozen=True, kw_only=True)
class Tests:
    """Statistics of the best law on all data."""

    derivative_r2: float
    whiteness: tuple[Whiteness, ...]
    significance: float
    """Smallest |coefficient| / sigma; infinite for a law without terms."""
    missing_term: float
    """Bonferroni p-value of the one term that would improve the fit most."""
    disturbance: float
    """p-value of a smooth unknown input: small if something acts that the law does not know."""
    power: float
    """Largest share of the motion that a single further term could have without being noticed (3 sigma)."""
    motion: tuple[float, ...]
    """Standard deviation over noise of each variable."""
    weight: float
    """Smallest share of a term in the right-hand side of its equation; 1 without terms."""
    independence: tuple[float, ...]
    """How far each variable can be told from the others and from a constant, in units of noise: the least standard
    deviation of an affine combination of the variables in which it takes part."""
    halves_agree: float
    """p-value that coefficients fitted to the first and the second half are equal."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Discovery:
    """The best law found, its rivals and what speaks for and against it."""

    best: Candidate
    rivals: tuple[Rival, ...]
    held_out: HeldOut
    tests: Tests
    samples: int
    fitted_supports: int

    @property
    def margin(self) -> float:
        """Nats by which the nearest rival that lacks a term of the best law is longer; infinite without one."""
        return self._nearest(lambda r: not r.contains and r.order == self.best.system.order)

    @property
    def margin_containing(self) -> float:
        """The same of rivals that have all terms of the best law and more."""
        return self._nearest(lambda r: r.contains)

    @property
    def margin_other_order(self) -> float:
        """The same of rivals of the other order (the derivative of a first-order law is one, but a longer one)."""
        return self._nearest(lambda r: r.order != self.best.system.order)

    def _nearest(self, kind: Callable[[Rival], bool]) -> float:
        return min((r.margin for r in self.rivals if not r.implied and kind(r)), default=math.inf)

    def to_json(self) -> dict[str, Any]:
        """JSON values only (non-finite numbers become the strings 'inf', '-inf', 'nan')."""
        out = {
            "system": self.best.system.to_json(),
            "equations": list(self.best.system.equations()),
            "latex": self.best.system.latex(),
            "affine": asdict(self.best.affine),
            "initial_states": [s.tolist() for s in self.best.initial_states],
            "description_length": self.best.description_length,
            "rms": list(self.best.rms),
            "noise": list(self.best.noise),
            "chi2": self.best.chi2,
            "terms": self.best.count,
            "rivals": [asdict(r) for r in self.rivals],
            "margin": self.margin,
            "margin_containing": self.margin_containing,
            "margin_other_order": self.margin_other_order,
            "held_out": asdict(self.held_out),
            "tests": {**asdict(self.tests), "whiteness": [w._asdict() for w in self.tests.whiteness]},
            "samples": self.samples,
            "fitted_supports": self.fitted_supports,
        }
        return {key: plain_json(value) for key, value in out.items()}


def plain_json(value: Any) -> Any:
    """Only JSON values, tuples as lists, non-finite floats as text."""
    if isinstance(value, Mapping):
        return {str(k): plain_json(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [plain_json(v) for v in value]
    if isinstance(value, np.bool_ | np.integer | np.floating):
        return plain_json(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value
