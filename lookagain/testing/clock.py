"""A clock that moves only when told to."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

__all__ = ["FakeClock"]

_START = datetime(2024, 1, 1, tzinfo=UTC)


class FakeClock:
    """A ``lookagain.core.clock.Clock`` that a test owns.

    ``tick`` seconds pass after each reading (none by default). Readings may come from several threads.
    """

    def __init__(self, *, start: datetime = _START, tick: float = 0.0) -> None:
        if start.tzinfo is None:
            raise ValueError("start: expected an aware date and time, such as datetime(2024, 1, 1, tzinfo=UTC).")
        if tick < 0:
            raise ValueError(f"tick: expected seconds of at least 0, got {tick}.")
        self._start = start.astimezone(UTC)
        self._tick = tick
        self._elapsed = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The date and time in UTC."""
        return self._start + timedelta(seconds=self._read())

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._read()

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` (at least 0) pass."""
        if seconds < 0:
            raise ValueError(f"a clock does not go back: expected at least 0 seconds, got {seconds}.")
        with self._lock:
            self._elapsed += seconds

    def _read(self) -> float:
        with self._lock:
            elapsed = self._elapsed
            self._elapsed += self._tick
        return elapsed
