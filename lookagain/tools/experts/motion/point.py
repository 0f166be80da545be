"""Following one point that somebody chose, by its own picture (masked least squares).

The way out where difference to the background finds no good object. Drift is held down by always trying the
first picture of the point, at several rotations; the common motion around the point, or else its latest picture,
bridges changes. Of the first picture only what moves along with the point counts, as soon as it moves.
"""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np

from lookagain.core.errors import InputError
from lookagain.tools.experts.motion.background import build_background
from lookagain.tools.experts.motion.detect import difference
from lookagain.tools.experts.motion.flow import Flow, common_flow
from lookagain.tools.experts.motion.match import Map, Match, Template, search, take, turned
from lookagain.tools.experts.motion.predict import predictions
from lookagain.tools.experts.motion.settings import MotionSettings
from lookagain.tools.experts.motion.source import FrameSource
from lookagain.tools.experts.motion.survey import survey
from lookagain.tools.experts.motion.tracks import jitter
from lookagain.tools.experts.motion.values import Floats, Track
from lookagain.tools.media.values import Pixels

__all__ = ["track_point"]

_TURNS = (-40, -30, -20, -10, 10, 20, 30, 40)
_FIRST_LEAST = 0.6
_LATEST_LEAST = 0.4
_TURN_MARGIN = 0.04
#: Where the motion around the point is known, a first picture this alike may correct it by so many pixels, for a body
#: that bends looks half like itself in many places; one that is clear is believed against it.
_ALIKE, _CORRECT, _CLEAR = 0.75, 3.0, 0.85


def track_point(
    source: FrameSource,
    near: tuple[float, float],
    settings: MotionSettings | None = None,
    *,
    start_frame: int = 0,
    size: int = 21,
) -> Track:
    """Follow the point ``near`` (x, y in pixels) from ``start_frame`` to the end, in two passes.

    ``size`` is the side of the square, in pixels, that tells the point from its surroundings; where at least a
    sixth of it differs from the background, only that part is compared, and only places that differ from the
    background count. Where the point is not found again, ``seen`` is false; after ``settings.max_gap`` such
    frames in a row the track ends. Raises ``InputError`` if the point or the start lies outside the video.
    """
    settings = settings or MotionSettings()
    half = max(3, size // 2)
    background = build_background(survey(source, settings).scene.samples)
    chase: _Chase | None = None
    frames, times, found = [], [], []
    for frame in source.frames():
        if frame.index < start_frame:
            continue
        front = difference(frame, background, settings).strength
        if chase is None:
            chase = _Chase(frame.pixels, near, half, front)
            match: Match | None = Match(near, 1.0, 0.0)
        else:
            match = chase.step(frame.pixels, frame.time_s, front)
        chase.note(frame.time_s, match)
        frames.append(frame.index)
        times.append(frame.time_s)
        found.append(match)
        if chase.missed > settings.max_gap:
            break
    if chase is None:
        raise InputError(f"the video ends before frame {start_frame}.", hint="Start earlier.")
    last = max(i for i, match in enumerate(found) if match is not None) + 1
    return _as_track(frames[:last], times[:last], found[:last], chase)


class _Chase:
    """The state of one pursuit."""

    def __init__(self, pixels: Pixels, near: tuple[float, float], half: int, front: Map) -> None:
        height, width = pixels.shape[:2]
        if not (0 <= near[0] < width and 0 <= near[1] < height):
            raise InputError(f"the point {near} lies outside the {width}x{height} picture.", hint="Choose another.")
        self.first = take(pixels, near, half, front)
        share = float((front > 0.6)[_around(near, half)].mean())
        self._moving = share >= 0.15
        self._parted = False
        self._start = near
        self.latest = self.first
        self.colour = self.first.picture[self.first.mask > 0].mean(axis=0)
        self.missed = 0
        self._grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        self._front = front
        self._times: deque[float] = deque(maxlen=5)
        self._points: deque[tuple[float, float]] = deque(maxlen=5)
        self._angles: deque[float] = deque(maxlen=2)

    def note(self, when: float, match: Match | None) -> None:
        """Remember a sighting, or that there was none."""
        self.missed = 0 if match is not None else self.missed + 1
        if match is not None:
            self._times.append(when)
            self._points.append(match.xy)
            self._angles.append(match.angle)

    def step(self, pixels: Pixels, when: float, front: Map) -> Match | None:
        """Find the point in the next frame."""
        level = pixels.astype(np.float32)
        grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        guard = front if self._moving else None
        guesses = predictions(np.asarray(self._times), np.asarray(self._points), when)
        reach = self._reach(level)
        flow = self._flow(grey, guesses)
        best = self._best_of_first(level, guesses, reach, guard)
        if best is None or not self._believed(best, flow):
            best = self._carried(level, guesses, flow, guard)
        self._grey, self._front = grey, front
        if best is None:
            return None
        self.latest = take(pixels, best.xy, self.first.half, front)
        return best

    def _flow(self, grey: Pixels, guesses: Floats) -> Flow | None:
        """The motion around the point since the last frame, if it was seen there."""
        if self.missed:
            return None
        x, y = self._points[-1]
        guess = (float(guesses[0, 0] - x), float(guesses[0, 1] - y))
        flow = common_flow(self._grey, grey, (x, y), half=self.first.half, guess=guess, front=self._front)
        if flow is not None and flow.mask is not None and not self._parted:
            self._part(flow.mask)
        return flow

    def _part(self, mask: Map) -> None:
        """Leave out of the first picture what does not move along, while the point is still where it was taken."""
        self._parted = True
        kept = self.first.mask * mask
        if np.hypot(*np.subtract(self._points[-1], self._start)) < 1.0 and kept.sum() >= self.first.mask.sum() / 6:
            self.first = Template(self.first.picture, np.asarray(kept, np.float32), self.first.off)
            # What moves is told by its motion now; the background may hold a ghost of it.
            self._moving = False

    def _believed(self, match: Match, flow: Flow | None) -> bool:
        """Whether the first picture is alike enough, and where the motion around the point leads."""
        if flow is None:
            return match.score >= _FIRST_LEAST
        away = float(np.hypot(*(np.add(self._points[-1], flow.shift) - match.xy)))
        return match.score >= (_ALIKE if away <= _CORRECT else _CLEAR)

    def _carried(self, level: Map, guesses: Floats, flow: Flow | None, guard: Map | None) -> Match | None:
        """Where the surroundings' common motion, or else the latest picture, takes the point."""
        if flow is not None:
            x, y = np.add(self._points[-1], flow.shift)
            return Match((float(x), float(y)), _LATEST_LEAST, self._angles[-1])
        other = search(level, self.latest, guesses, self._reach(level), guard)
        if other is None or other.score < _LATEST_LEAST:
            return None
        return Match(other.xy, other.score, self._angles[-1])

    def _reach(self, level: Map) -> float:
        if len(self._points) < 2:
            return 0.12 * float(np.hypot(*level.shape[:2]))
        steps = np.diff(np.asarray(self._points), axis=0)
        return float(self.first.half + 0.5 * np.hypot(*steps.T).max() + 4.0) * (1 + 0.5 * self.missed)

    def _best_of_first(self, level: Map, guesses: Floats, reach: float, guard: Map | None) -> Match | None:
        """The first picture, as it is, as last turned, as it would turn on, and at other angles."""
        spin = self._angles[-1] - self._angles[0] if len(self._angles) == 2 else 0.0
        likely = {0.0, self._angles[-1], self._angles[-1] + spin}
        best = None
        for angle in (*likely, *(self._angles[-1] + spin + turn for turn in _TURNS)):
            if best is not None and angle not in likely and best.score > 0.9:
                break
            match = search(level, turned(self.first, angle), guesses, reach, guard)
            margin = _TURN_MARGIN if angle not in likely else 0.0
            if match is not None and (best is None or match.score > best.score + margin):
                best = Match(match.xy, match.score, angle)
        return best


def _around(xy: tuple[float, float], half: int) -> tuple[slice, slice]:
    x, y = round(xy[0]), round(xy[1])
    return slice(max(y - half, 0), y + half + 1), slice(max(x - half, 0), x + half + 1)


def _as_track(frames: list[int], times: list[float], found: list[Match | None], chase: _Chase) -> Track:
    n = len(frames)
    seen = np.array([match is not None for match in found], dtype=bool)
    xy = np.array([(np.nan, np.nan) if match is None else match.xy for match in found])
    noise = jitter(xy, seen)
    sigma = np.full((n, 2), np.nan)
    sigma[seen] = np.where(np.isfinite(noise), np.maximum(noise, 0.05), 0.5)
    red, green, blue = (float(c) for c in chase.colour)
    return Track(
        id=0,
        frames=np.asarray(frames, dtype=np.int64),
        times=np.asarray(times, dtype=float),
        xy=xy,
        sigma=sigma,
        seen=seen,
        area=np.where(seen, float(chase.first.mask.sum()), np.nan),
        colour=(red, green, blue),
        method="matched",
        score=float(np.mean([0.0 if match is None else match.score for match in found])),
    )
