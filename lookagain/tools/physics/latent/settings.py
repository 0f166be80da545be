"""What the training of latent variables is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from lookagain.core.errors import ConfigError

__all__ = ["MOST_DIMENSIONS", "LatentSettings"]

MOST_DIMENSIONS = 4


@dataclass(frozen=True, kw_only=True)
class LatentSettings:
    """How to train. The defaults suit videos of a few hundred frames; an epoch is one step on all fitted frames.

    The loss is ``reconstruction + lambda_eq * equation`` (Pixel2Phys, representation level), both relative: the share
    of the pictures' variance that is lost, and the share of the latent velocity that the equation misses. So
    ``lambda_eq`` means the same for every video and time step; 0 is an auto-encoder that knows no equation.
    """

    dimension: int | None = None
    """Latent variables; None: the fewest beyond which the reconstruction gains little."""
    degree: int = 3
    """Of the polynomials that an equation may hold."""
    modes: int = 48
    """Principal components of the fitted frames that the network sees, at most."""
    width: int = 64
    """Units of each of the two hidden layers of encoder and decoder."""
    warmup: int = 600
    """Epochs of reconstruction alone."""
    starts: int = 2
    """Warm-ups that are tried; the training goes on with the one whose states an equation fits best."""
    epochs: int = 1800
    """Epochs with the equation, in all rounds together."""
    rounds: int = 6
    """How often the Equation agent looks for new terms; in between it only refits coefficients."""
    lambda_eq: float = 1.0
    learning_rate: float = 3e-3
    held_out: float = 0.25
    """Share of each video's frames, at its end, that nothing is fitted to."""
    replicas: int = 1
    """Further trainings, each from another seed, that the law must agree with."""
    seed: int = 0
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """``auto``: a GPU where there is one. Two runs on one machine and device give the same result."""

    def __post_init__(self) -> None:
        if self.dimension is not None and not 1 <= self.dimension <= MOST_DIMENSIONS:
            raise ConfigError(f"dimension must lie between 1 and {MOST_DIMENSIONS}; got {self.dimension}.")
        if not 1 <= self.degree <= 5:
            raise ConfigError(f"degree must lie between 1 and 5; got {self.degree}.")
        for name, least in (
            ("modes", 1),
            ("width", 1),
            ("warmup", 1),
            ("starts", 1),
            ("epochs", 0),
            ("rounds", 1),
            ("replicas", 0),
        ):
            if getattr(self, name) < least:
                raise ConfigError(f"{name} must be at least {least}; got {getattr(self, name)}.")
        if not (np.isfinite(self.lambda_eq) and self.lambda_eq >= 0):
            raise ConfigError(f"lambda_eq must be 0 or positive; got {self.lambda_eq}.")
        if not 0 < self.learning_rate <= 1:
            raise ConfigError(f"learning_rate must be positive and at most 1; got {self.learning_rate}.")
        if not 0 < self.held_out < 0.6:
            raise ConfigError(f"held_out must lie between 0 and 0.6; got {self.held_out:g}.")
        if self.device not in ("auto", "cpu", "cuda"):
            raise ConfigError(f"device must be 'auto', 'cpu' or 'cuda'; got {self.device!r}.")
        if not 0 <= self.seed < 2**32:
            raise ConfigError(f"seed must lie between 0 and 2^32 - 1; got {self.seed}.")
