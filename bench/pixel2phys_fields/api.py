"""The one place that knows the names of the public API: a difference in names is one edit here."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.pixel2phys_fields.sources import Shown

__all__ = ["FieldLaw", "Outcome", "SimulationError", "run_file", "run_shown", "task_of"]

Floats = NDArray[np.float64]


class SimulationError(ArithmeticError):
    """The found law could not be simulated at all."""


@dataclass(frozen=True, kw_only=True)
class FieldLaw:
    """A law as plain values: variable to term text to (coefficient, sigma or NaN)."""

    terms: Mapping[str, Mapping[str, tuple[float, float]]]
    text: str
    source: Any

    @property
    def coefficients(self) -> dict[str, dict[str, float]]:
        """Variable to term text to coefficient."""
        return {name: {term: pair[0] for term, pair in terms.items()} for name, terms in self.terms.items()}
