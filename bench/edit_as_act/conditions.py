"""The conditions that the goals of the suite are made of, each read from the boxes of the edited file.

A goal is a list of conditions ``[name, argument, ...]``. A name of an object is its id in the file or, for a new one,
the name under ``new`` in the task: then the condition must hold for each of the new objects of that name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely

from bench.edit_as_act.geometry import bearing, footprint, gap, heading, rests_on, room_of, wall_gap
from bench.edit_as_act.raw import Body, RawScene

__all__ = ["CONDITIONS", "Pair", "holds"]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A scene before and after; ``new`` are the new objects by the names that the goal gives them."""

    before: RawScene
    after: RawScene
    new: Mapping[str, tuple[str, ...]]

    def was(self, id_: str) -> Body:
        """The body before."""
        return self.before.bodies[id_]

    def now(self, id_: str) -> Body:
        """The body after the edit."""
        return self.after.bodies[id_]


def holds(pair: Pair, condition: list[Any]) -> bool:
    """Whether a condition holds. A condition on a thing that is gone does not."""
    name, subject, *others = condition
    resolved = [pair.new[one][0] if isinstance(one, str) and pair.new.get(one) else one for one in others]
    return all(_holds(pair, name, id_, resolved) for id_ in pair.new.get(subject, (subject,)))


def _holds(pair: Pair, name: str, subject: str, others: list[Any]) -> bool:
    gone = {id_ for id_ in pair.before.bodies if id_ not in pair.after.bodies}
    if name not in _OF_WHAT_IS_GONE and subject not in pair.after.bodies:
        return False
    if name not in _OF_THE_PAST and any(isinstance(one, str) and one in gone for one in others):
        return False
    return CONDITIONS[name](pair, subject, *others)


def _gone(pair: Pair, a: str) -> bool:
    return a in pair.before.bodies and a not in pair.after.bodies


def _on(pair: Pair, a: str, b: str) -> bool:
    """Over it, the underside from a fifth of its height (a mattress, a seat, a board) to its top."""
    upper, lower = pair.now(a), pair.now(b)
    return rests_on(upper, lower) and upper.bottom >= lower.bottom + 0.2 * lower.size[2]


def _not_on(pair: Pair, a: str, b: str) -> bool:
    return a not in pair.after.bodies or not rests_on(pair.now(a), pair.now(b))


def _floor(pair: Pair, a: str) -> bool:
    room = room_of(pair.after, pair.now(a))
    return room is not None and abs(pair.now(a).bottom - pair.after.rooms[room][2]) <= 0.06


def _room(pair: Pair, a: str, room: str) -> bool:
    return room_of(pair.after, pair.now(a)) == room


def _wall(pair: Pair, a: str, low: float, high: float) -> bool:
    return low <= wall_gap(pair.after, pair.now(a)) <= high


def _at_line(pair: Pair, a: str, start: list[float], end: list[float], high: float) -> bool:
    return float(shapely.LineString([start, end]).distance(footprint(pair.now(a)))) <= high


def _gap(pair: Pair, a: str, b: str, low: float, high: float) -> bool:
    return low <= gap(pair.now(a), pair.now(b)) <= high


def _toward(pair: Pair, a: str, b: str, turn: float, degrees: float) -> bool:
    """Whether ``a`` is within ``degrees`` of a direction from ``b``: its front turned clockwise by ``turn``."""
    other = pair.now(b)
    if other.front is None:
        return False
    return _angle(heading(other.front - math.radians(turn)), bearing(other, pair.now(a))) <= degrees


def _left(pair: Pair, a: str, b: str) -> bool:
    """As seen by who faces the front of ``b``: from above, their left is 90 degrees clockwise from its front."""
    return _toward(pair, a, b, 90.0, 60.0) and gap(pair.now(a), pair.now(b)) <= 1.5


def _right(pair: Pair, a: str, b: str) -> bool:
    return _toward(pair, a, b, -90.0, 60.0) and gap(pair.now(a), pair.now(b)) <= 1.5


def _in_front(pair: Pair, a: str, b: str) -> bool:
    return _toward(pair, a, b, 0.0, 50.0) and gap(pair.now(a), pair.now(b)) <= 2.5


def _between(pair: Pair, a: str, b: str, c: str) -> bool:
    """Its middle along the line from b to c, and no further beside it than half a metre."""
    (bx, by, _), (cx, cy, _), (x, y, _) = pair.now(b).centre, pair.now(c).centre, pair.now(a).centre
    length = math.hypot(cx - bx, cy - by)
    along = ((x - bx) * (cx - bx) + (y - by) * (cy - by)) / length
    beside = abs((x - bx) * (cy - by) - (y - by) * (cx - bx)) / length
    return 0.15 * length <= along <= 0.85 * length and beside <= 0.5


def _turned(pair: Pair, a: str, clockwise: float) -> bool:
    now, was = pair.now(a).front, pair.was(a).front
    if now is None or was is None:
        return False
    return abs(math.remainder(now - was + math.radians(clockwise), 2 * math.pi)) <= math.radians(3)


def _faces(pair: Pair, a: str, b: str) -> bool:
    """The front looks to the middle of the other within 15 degrees, or straight at it."""
    one, other = pair.now(a), pair.now(b)
    if one.front is None:
        return False
    ahead = heading(one.front)
    if _angle(ahead, bearing(one, other)) <= 15.0:
        return True
    x, y, _ = one.centre
    return bool(footprint(other).intersects(shapely.LineString([(x, y), (x + 20 * ahead[0], y + 20 * ahead[1])])))


def _extent(pair: Pair, a: str, width: float, depth: float) -> bool:
    """The sides of the upright box along the axes of the scene."""
    low_x, low_y, high_x, high_y = footprint(pair.now(a)).bounds
    return bool(abs(high_x - low_x - width) <= 0.02) and bool(abs(high_y - low_y - depth) <= 0.02)


def _resized(pair: Pair, a: str, *ranges: list[float]) -> bool:
    """The ratio of each side (width, depth, height) to what it was lies in its range, up to 2 %."""
    ratios = [now / was for now, was in zip(pair.now(a).size, pair.was(a).size, strict=True)]
    return all(low * 0.98 <= ratio <= high * 1.02 for ratio, (low, high) in zip(ratios, ranges, strict=True))


def _style(pair: Pair, a: str, *words: str) -> bool:
    return all(word in pair.now(a).style.lower() for word in words)


def _height(pair: Pair, a: str, low: float, high: float) -> bool:
    return low <= pair.now(a).bottom <= high


def _stays(pair: Pair, a: str, metres: float) -> bool:
    return math.dist(pair.now(a).centre[:2], pair.was(a).centre[:2]) <= metres


def _takes_place_of(pair: Pair, a: str, b: str, metres: float) -> bool:
    """Where ``b`` was before, along the floor."""
    return math.dist(pair.now(a).centre[:2], pair.was(b).centre[:2]) <= metres


def _inside_range(pair: Pair, a: str, axis: int, low: float, high: float) -> bool:
    return low <= pair.now(a).centre[axis] <= high


def _angle(a: tuple[float, float], b: tuple[float, float]) -> float:
    turn = math.atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1])
    return abs(math.degrees(turn))


#: Conditions on what may be gone, and on where another thing was, which may be gone.
_OF_WHAT_IS_GONE = ("gone", "not_on")
_OF_THE_PAST = ("not_on", "takes_place_of")

CONDITIONS: Mapping[str, Callable[..., bool]] = {
    "gone": _gone,
    "on": _on,
    "not_on": _not_on,
    "floor": _floor,
    "room": _room,
    "wall": _wall,
    "at_line": _at_line,
    "gap": _gap,
    "left": _left,
    "right": _right,
    "in_front": _in_front,
    "between": _between,
    "turned": _turned,
    "faces": _faces,
    "extent": _extent,
    "resized": _resized,
    "style": _style,
    "height": _height,
    "stays": _stays,
    "takes_place_of": _takes_place_of,
    "centre_in": _inside_range,
}
