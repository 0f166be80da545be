"""Which frames of a video are wanted: by time span, by stride, or a number spread evenly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookagain.core.errors import ConfigError

__all__ = ["Selection", "evenly"]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Frames with ``start_s <= time_s < stop_s``; of those every ``every``-th, or ``count`` in all."""

    start_s: float | None = None
    stop_s: float | None = None
    every: int = 1
    count: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot select anything."""
        if self.every < 1:
            raise ConfigError(f"every must be at least 1, got {self.every}.")
        if self.count is not None and (self.count < 1 or self.every != 1):
            raise ConfigError(
                f"count must be at least 1 and stands without every; got count={self.count}, every={self.every}."
            )
        if self.start_s is not None and self.stop_s is not None and not self.start_s < self.stop_s:
            raise ConfigError(f"start_s must lie before stop_s, got {self.start_s} and {self.stop_s}.")

    def starts_before(self, time_s: float) -> bool:
        """Whether the span has begun at ``time_s``."""
        return self.start_s is None or time_s >= self.start_s

    def ends_before(self, time_s: float) -> bool:
        """Whether the span is over at ``time_s``."""
        return self.stop_s is not None and time_s >= self.stop_s


def evenly(total: int, count: int) -> tuple[int, ...]:
    """``count`` ordinals spread evenly over ``range(total)``, ends included; all of them if fewer exist."""
    if count >= total:
        return tuple(range(total))
    if count == 1:
        return (total // 2,)
    return tuple(int(i) for i in np.round(np.linspace(0, total - 1, count)))
