"""The knobs of motion finding; the defaults are meant to be left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from lookagain.core.errors import ConfigError
from lookagain.tools.media import Frame

__all__ = ["MotionSettings"]


@dataclass(frozen=True, kw_only=True)
class MotionSettings:
    """How to look for what moves.

    Hints: ``near`` is a point (x, y) in pixels that the wanted object passes in its first frames, ``colour``
    its RGB colour (other colours are left out), ``masks`` an expert that gives for a frame a boolean mask or
    integer labels (h, w), 0 for background; without it the difference to the background decides.

    ``samples``: frames kept for the background. ``min_contrast``: least difference to the background in grey
    levels. ``min_area``: least number of pixels. ``max_gap``: frames that an object may be hidden and be
    found again. ``max_objects``: tracks kept in the report. ``min_extent``: least size of a path in pixels.
    ``camera_shift``: shift of the background, in pixels, above which the camera is said to move.
    ``max_patch``: largest object side, in pixels, that is refined with a learned template.
    """

    near: tuple[float, float] | None = None
    colour: tuple[float, float, float] | None = None
    masks: Callable[[Frame], npt.NDArray[Any]] | None = None
    samples: int = 36
    min_contrast: float = 15.0
    min_area: int = 6
    max_gap: int = 12
    max_objects: int = 12
    min_extent: float = 2.0
    camera_shift: float = 0.5
    max_patch: int = 64

    def __post_init__(self) -> None:
        """Refuse settings that cannot work."""
        for name in ("min_contrast", "min_area", "max_objects", "camera_shift", "max_patch"):
            if not getattr(self, name) > 0:
                raise ConfigError(f"MotionSettings.{name} must be positive, got {getattr(self, name)}.")
        if self.samples < 5:
            raise ConfigError(f"MotionSettings.samples must be at least 5, got {self.samples}.")
        if self.max_gap < 0 or self.min_extent < 0:
            raise ConfigError("MotionSettings.max_gap and min_extent must not be negative.")
