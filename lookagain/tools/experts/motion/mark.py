"""Following a named part of an object that turns: where its middle goes is known, how it turns is found here.

Who points at the end of a sticker on a wheel means that end. It lies off the middle by an offset that turns with
the object. The turn is read from the object's difference to the background, which is the same wherever it is and
however bright, matched at many angles.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lookagain.tools.experts.motion.background import build_background
from lookagain.tools.experts.motion.clean import outliers
from lookagain.tools.experts.motion.detect import difference
from lookagain.tools.experts.motion.match import Map, Match, resemblance, take, turned
from lookagain.tools.experts.motion.predict import predictions
from lookagain.tools.experts.motion.settings import MotionSettings
from lookagain.tools.experts.motion.source import FrameSource
from lookagain.tools.experts.motion.survey import survey
from lookagain.tools.experts.motion.tracks import jitter
from lookagain.tools.experts.motion.values import Floats, Track

__all__ = ["follow_mark", "is_off_middle"]

#: A part is named if it lies off the middle by more than so many radii of the object, and still on it if by less.
_OFF, _ON = 0.5, 3.0
_STEP = 6.0
#: Angles tried while the turn a frame is unknown, and once it is known, in steps.
_WIDE, _NARROW = 10, 3
#: Degrees around the best of those that are tried last.
_FINE = (-4.0, -2.0, 0.0, 2.0, 4.0)
#: Score that a degree away from the expected turn must bring.
_PRICE = 0.0005
#: A shape that looks so much like itself turned by ``_TEST`` degrees does not show its turn.
_ROUND, _TEST = 0.95, 30.0
_LEAST = 0.4


def is_off_middle(near: tuple[float, float], track: Track, first_frame: int) -> bool:
    """Whether ``near``, named in frame ``first_frame``, is a part of the tracked object away from its middle."""
    if not len(track.frames) or int(track.frames[0]) != first_frame or not track.seen[0]:
        return False
    radius = track.diameter / 2
    away = float(np.hypot(*(np.asarray(near) - track.xy[0])))
    return _OFF * radius < away < _ON * radius


def follow_mark(
    source: FrameSource, near: tuple[float, float], guide: Track, settings: MotionSettings | None = None
) -> Track | None:
    """The path of the part ``near`` (x, y in pixels, in the first frame of ``guide``), as the object turns.

    None where the object's shape does not show its turn (a ball), or where the part is found in fewer than 70 % of
    the frames in which ``guide`` saw the object.
    """
    settings = settings or MotionSettings()
    background = build_background(survey(source, settings).scene.samples)
    chase: _Turning | None = None
    rows = {int(frame): i for i, frame in enumerate(guide.frames)}
    xy = np.full_like(guide.xy, np.nan)
    for frame in source.frames():
        row = rows.get(frame.index)
        if row is None:
            continue
        signed = difference(frame, background, settings).signed
        if chase is None:
            chase = _Turning(signed, guide, near)
            if not chase.shows_turn:
                return None
        xy[row] = chase.step(signed, frame.time_s, guide.xy[row])
    seen = np.asarray(np.isfinite(xy).all(axis=1), dtype=np.bool_)
    wrong = outliers(guide.times, xy, seen)
    xy[wrong], seen = np.nan, seen & ~wrong
    if seen.sum() < 0.7 * guide.seen_count:
        return None
    noise = jitter(xy, seen)
    sigma = np.where(seen[:, None], np.where(np.isfinite(noise), np.maximum(noise, 0.05), 0.5), np.nan)
    return replace(guide, xy=xy, sigma=sigma, seen=seen, area=np.where(seen, guide.area, np.nan), method="matched")


class _Turning:
    """The object's picture as first seen, how far it has turned, and where its middle was last."""

    def __init__(self, signed: Map, guide: Track, near: tuple[float, float]) -> None:
        x, y = (float(v) for v in guide.xy[0])
        radius = guide.diameter / 2
        half = int(np.clip(np.ceil(1.5 * radius) + 2, 5, 40))
        self._first = take(signed, (x, y), half)
        self._offset = np.asarray(near) - (x, y)
        self._reach = int(np.ceil(radius)) + 2
        self._angle, self._spin, self._known = 0.0, 0.0, False
        self._times: deque[float] = deque(maxlen=5)
        self._middles: deque[Floats] = deque(maxlen=5)

    @property
    def shows_turn(self) -> bool:
        """Whether the object, turned about its middle, looks different."""
        middle = (float(self._first.half),) * 2
        again = resemblance(self._first.picture, turned(self._first, _TEST), middle, 2)
        return again is not None and again.score < _ROUND

    def step(self, signed: Map, when: float, middle: Floats) -> Floats:
        """Where the part is (x, y); NaN where the object is not found."""
        guesses = [middle] if np.isfinite(middle).all() else []
        if len(self._middles) > 2:
            guesses.append(predictions(np.asarray(self._times), np.asarray(self._middles), when)[-1])
        best, turn = self._best(signed, guesses)
        expected = self._angle + self._spin
        if best is None or best.score < _LEAST:
            self._angle = expected
            return np.full(2, np.nan)
        if self._times:
            change = best.angle - self._angle
            self._spin = 0.7 * self._spin + 0.3 * change if self._known else change
            self._known = True
        self._angle = best.angle
        self._times.append(when)
        self._middles.append(np.asarray(best.xy))
        return np.asarray(best.xy) + turn @ self._offset

    def _best(self, signed: Map, guesses: Sequence[Floats]) -> tuple[Match | None, Floats]:
        """The best match over angles and guesses, and the matrix of its turn."""
        count = _NARROW if self._known else _WIDE if self._times else 0
        best = self._of(signed, _STEP * np.arange(-count, count + 1.0), guesses, self._reach)
        if best is not None and count:
            turn = best.angle - self._angle - self._spin
            best = self._of(signed, turn + np.array(_FINE), [np.asarray(best.xy)], 2)
        return best, _turn(0.0 if best is None else best.angle)

    def _of(self, signed: Map, turns: Floats, guesses: Sequence[Floats], reach: int) -> Match | None:
        """The best match among ``turns`` degrees beyond the expected angle."""
        best: Match | None = None
        worth = -np.inf
        for away in turns:
            angle = self._angle + self._spin + float(away)
            template = turned(self._first, angle)
            for guess in guesses:
                match = resemblance(signed, template, (float(guess[0]), float(guess[1])), reach)
                if match is not None and match.score - _PRICE * abs(away) > worth:
                    worth, best = match.score - _PRICE * abs(away), match._replace(angle=angle)
        return best


def _turn(angle: float) -> Floats:
    """Matrix (2, 2) of a turn by ``angle`` degrees, counter-clockwise on the screen (y down)."""
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return np.array([[cos, sin], [-sin, cos]])
