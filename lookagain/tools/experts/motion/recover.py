"""Finding an object by its own picture in frames where no blob is its own (it merged with another)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lookagain.tools.experts.motion.detect import Detection, Difference
from lookagain.tools.experts.motion.link import Trail
from lookagain.tools.experts.motion.match import Match, Template, search, take
from lookagain.tools.media import Frame

__all__ = ["Finder"]

_KNOWN = 4
_MOST = 8
_LEAST = 0.65
_PATIENCE = 6


class Finder:
    """Remembers the latest clear picture of each object and looks for it near where it should be."""

    def __init__(self, *, diagonal: float, max_side: int) -> None:
        self._diagonal = diagonal
        self._max_side = max_side
        self._pictures: dict[int, Template] = {}

    def learn(self, frame: Frame, change: Difference, pairs: Sequence[tuple[Trail, Detection]]) -> None:
        """Keep the picture of every small object that is known for some frames."""
        for trail, blob in pairs:
            left, top, right, bottom = blob.box
            side = max(right - left, bottom - top)
            if len(trail.frames) >= _KNOWN and side <= self._max_side and trail.whole[-1]:
                self._pictures[trail.id] = take(frame.pixels, blob.xy, side // 2 + 1, change.strength)

    def recover(
        self, frame: Frame, change: Difference, active: Sequence[Trail], pairs: Sequence[tuple[Trail, Detection]]
    ) -> None:
        """Give trails that got no blob the place where their picture is, if it is there for certain."""
        lost = [t for t in active if 0 < t.missed <= _PATIENCE and t.id in self._pictures]
        lost.sort(key=lambda trail: -len(trail.frames))
        if not lost:
            return
        level = frame.pixels.astype(np.float32)
        matches: list[tuple[Trail, Match]] = []
        for trail in lost[:_MOST]:
            reach = min(trail.reach(frame.time_s, self._diagonal), 0.1 * self._diagonal)
            guesses = trail.candidates(frame.time_s)[:1]
            match = search(level, self._pictures[trail.id], guesses, reach, change.strength)
            if match is not None and match.score >= _LEAST:
                matches.append((trail, match))
        for trail, match in matches:
            near = 0.6 * trail.size
            others = [other.xy for rival, other in matches if rival is not trail]
            others += [blob.xy for _, blob in pairs if blob.area < 2 * trail.area]
            if all(np.hypot(match.xy[0] - x, match.xy[1] - y) > near for x, y in others):
                trail.add_match(frame.index, frame.time_s, match.xy)
