"""Time as a parameter, so that tests own it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol

__all__ = ["Clock", "SystemClock"]


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The date and time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever grow, from an arbitrary start."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The date and time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since an arbitrary start."""
        return time.monotonic()
