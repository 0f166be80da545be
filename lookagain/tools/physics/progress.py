"""How a search tells how far it is, often enough that it can be stopped and seldom enough to read."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Progress", "Teller"]

Progress = Callable[[str, float], None]
"""Called with a stage and the share done; what it raises ends the search."""

_EVERY = 0.5
"""Seconds between two calls within a stage, at least."""


class Teller:
    """Hands stages on to ``progress``, and in between repeats the last one every half second of ``clock``."""

    def __init__(self, progress: Progress | None, clock: Callable[[], float]) -> None:
        self._progress, self._clock = progress, clock
        self._stage, self._share, self._last = "", 0.0, clock()

    def tell(self, stage: str, share: float) -> None:
        """A new stage, told at once."""
        self._stage, self._share, self._last = stage, share, self._clock()
        if self._progress is not None:
            self._progress(stage, share)

    def tick(self) -> None:
        """Work goes on: the stage is told again if the last time is long ago."""
        if self._progress is not None and self._clock() - self._last >= _EVERY:
            self.tell(self._stage, self._share)
