"""What a search for a field's law is asked and what it answers: frozen values, JSON out."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias, get_args

from lookagain.core.errors import ConfigError
from lookagain.tools.physics.discovery import plain_json
from lookagain.tools.physics.fields.system import FieldSystem, Scheme
from lookagain.tools.physics.trajectory import Array

__all__ = [
    "Family",
    "FieldCandidate",
    "FieldDiscovery",
    "FieldForm",
    "FieldHeldOut",
    "FieldRival",
    "FieldSettings",
    "FieldTests",
]

Family: TypeAlias = Literal[
    "polynomial", "diffusion", "biharmonic", "dispersion", "advection", "gradient", "anisotropic"
]


@dataclass(frozen=True, kw_only=True)
class FieldSettings:
    """How to search. The defaults suit fields of one or two channels that are seen for 50 frames or more.

    ``families`` of terms: polynomials of the channels up to ``degree``; diffusion (lap_u, u_xx in 1-D); biharmonic
    (bih_u, u_xxxx); dispersion (u_xxx, 1-D only); advection (u_x, u_y and their products with a channel); gradient
    (u_x^2 + u_y^2 and lap_u times a channel); anisotropic (u_xx, u_yy, u_xy on their own).
    """

    degree: int = 3
    families: tuple[Family, ...] = ("polynomial", "diffusion", "biharmonic", "dispersion", "advection")
    differentiation: Literal["auto", "spectral", "kernel"] = "auto"
    """Derivatives exact for all resolved waves, or the smallest central differences; auto: what fits better."""
    form: Literal["auto", "strong", "weak"] = "auto"
    """weak: averages over test functions in space and time; strong: as little averaging as the noise allows."""
    rows: int = 20_000
    """Most rows (test functions) in the regression."""
    penalty: float = 3.0
    """Price of a term in units of log n, on the scale of -2 log-likelihood."""
    max_terms: int = 10
    """Most terms of one equation."""
    held_out: float = 0.25
    """Share of the frames at the end that the held-out roll-out does not fit."""
    rivals: int = 8

    def __post_init__(self) -> None:
        unknown = set(self.families) - set(get_args(Family))
        if unknown or not self.families or len(set(self.families)) != len(self.families):
            raise ConfigError(f"families are some of {get_args(Family)}, each once; got {self.families}.")
        if self.differentiation not in ("auto", "spectral", "kernel") or self.form not in ("auto", "strong", "weak"):
            raise ConfigError(f"unknown differentiation or form: {self.differentiation!r}, {self.form!r}.")
        if not 0 <= self.degree <= 5 or not 1 <= self.max_terms <= 20 or not 200 <= self.rows <= 200_000:
            raise ConfigError("degree must be 0 to 5, max_terms 1 to 20, rows 200 to 200,000.")
        if not 0.1 <= self.held_out < 0.6 or self.penalty <= 0 or self.rivals < 1:
            raise ConfigError("held_out must be at least 0.1 and below 0.6, penalty positive, rivals at least 1.")


@dataclass(frozen=True, kw_only=True)
class FieldForm:
    """The averages over which the equation was looked at."""

    scheme: Scheme
    half: int
    """Frames on each side of the middle of a test function, at least 2."""
    radius: int
    """Cells on each side of the middle of a test function; 0: single cells."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FieldCandidate:
    """A fitted law, in the units of the fields."""

    system: FieldSystem
    starts: tuple[Array, ...]
    """State ``(channels, *space)`` at the first time of each field, with what the noise allows to take away."""
    description_length: float
    """-log likelihood + price of terms, in nats; only differences mean something."""
    residual: tuple[float, ...]
    """rms of what the law leaves of each equation, as a share of its left-hand side."""
    noise: tuple[float, ...]
    """Estimated standard deviation of the noise of each channel, from the data alone."""

    @property
    def count(self) -> int:
        """Number of terms."""
        return self.system.count


@dataclass(frozen=True, kw_only=True)
class FieldRival:
    """Another law: what it says, and how many nats longer its description is than the best."""

    equations: tuple[str, ...]
    terms: int
    margin: float
    move: str
    """How it differs, such as '-1 +1' (terms dropped and added)."""
    contains: bool = False
    """Whether it has all terms of the best law and more."""


@dataclass(frozen=True, kw_only=True)
class FieldHeldOut:
    """The same law fitted without the last frames, rolled out over them from windows' first frames."""

    frames: int
    """Frames that were not fitted."""
    horizon: int
    """Frames of a window: about as long as it takes the field to change altogether, at most all of ``frames``."""
    r2: float
    """R2 of all windows."""
    rmse: float
    persistence: float
    """rmse of 'nothing changes' over the same windows."""
    valid_steps: int
    """Steps, from the first held-out frame on, before the error first exceeds half a standard deviation."""
    same_support: bool
    """Whether a new search on the fitted part alone finds the same terms."""


@dataclass(frozen=True, kw_only=True)
class FieldTests:
    """Statistics of the best law on all data."""

    independent: int
    """Rows of the regression that overlap little."""
    change: tuple[float, ...]
    """rms change of each channel from frame to distant frame, over its noise."""
    r2: tuple[float, ...]
    """R2 of each equation over its test functions."""
    significance: float
    """Smallest |coefficient| / sigma, sigma from the scatter between parts of space and time."""
    weight: float
    """Smallest share of a term in the right-hand side of its equation."""
    gain: float
    """Smallest variance that a term takes from its equation, over the variance that is left."""
    missing_term: float
    """Largest share of an equation's residual that one further term of the library explains."""
    halves_time: float
    """Largest difference of a coefficient between first and second half of the frames, over what is tolerable: 4 sigma
    or 5 % of it, whichever is more."""
    halves_space: float
    """The same of the two halves of space."""
    transport: float
    """Share of the changes that no shift of the picture explains: 0 for a moving camera or a drifting texture."""
    coupling: float
    """Size of the largest term in which cells act on their neighbours, other than by a shift, in its equation."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FieldDiscovery:
    """The best law found, its rivals and what speaks for and against it."""

    best: FieldCandidate
    form: FieldForm
    rivals: tuple[FieldRival, ...]
    held_out: FieldHeldOut
    tests: FieldTests
    rows: int
    """Rows of the regression."""

    @property
    def margin(self) -> float:
        """Nats by which the nearest rival that lacks a term of the best law is longer; infinite without one."""
        return min((r.margin for r in self.rivals if not r.contains), default=math.inf)

    @property
    def margin_containing(self) -> float:
        """The same of rivals that have all terms of the best law and more."""
        return min((r.margin for r in self.rivals if r.contains), default=math.inf)

    def to_json(self) -> dict[str, Any]:
        """JSON values only (non-finite numbers as text); the starts are left out, for they are pictures."""
        out = {
            "system": self.best.system.to_json(),
            "equations": list(self.best.system.equations()),
            "latex": self.best.system.latex(),
            "description_length": self.best.description_length,
            "residual": list(self.best.residual),
            "noise": list(self.best.noise),
            "terms": self.best.count,
            "form": asdict(self.form),
            "rivals": [asdict(r) for r in self.rivals],
            "margin": self.margin,
            "margin_containing": self.margin_containing,
            "held_out": asdict(self.held_out),
            "tests": asdict(self.tests),
            "rows": self.rows,
        }
        return {key: plain_json(value) for key, value in out.items()}
