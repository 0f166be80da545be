"""Affine maps between the variables of a law and what was seen: origin and isotropic scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lookagain.core.errors import InputError
from lookagain.tools.physics.trajectory import Array

__all__ = ["Affine"]


@dataclass(frozen=True, kw_only=True)
class Affine:
    """``seen = offset + scale * variable``, one offset a variable and one scale for all."""

    offset: tuple[float, ...]
    scale: float = 1.0

    def __post_init__(self) -> None:
        if not np.isfinite([*self.offset, self.scale]).all() or self.scale == 0:
            raise InputError(f"offset and scale must be finite, scale not 0; got {self.offset} and {self.scale}.")

    @classmethod
    def identity(cls, d: int) -> Affine:
        """The variables are what was seen."""
        return cls(offset=(0.0,) * d)

    @property
    def is_identity(self) -> bool:
        """Whether nothing is moved or scaled."""
        return self.scale == 1 and not any(self.offset)

    def to_seen(self, variable: Array | Sequence[Sequence[float]]) -> Array:
        """``(n, d)`` in the units of the data."""
        out: Array = np.asarray(self.offset) + self.scale * np.asarray(variable, dtype=np.float64)
        return out

    def to_variable(self, seen: Array | Sequence[Sequence[float]]) -> Array:
        """``(n, d)`` in the variables of the law."""
        out: Array = (np.asarray(seen, dtype=np.float64) - np.asarray(self.offset)) / self.scale
        return out
