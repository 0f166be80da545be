"""Own geometry of boxes that turn about the vertical, for checking only: it shares no code with the package."""

from __future__ import annotations

import math
from collections.abc import Sequence

import shapely

from bench.edit_as_act.raw import Body, RawScene

__all__ = [
    "bearing",
    "colliding_pairs",
    "floating",
    "footprint",
    "gap",
    "heading",
    "outside",
    "overlap",
    "rests_on",
    "room_of",
    "wall_gap",
]

#: Metres: how deep two boxes may go into each other, how far a thing may hang over its room's edge or in the air.
DEPTH, OUTSIDE, AIR = 0.05, 0.05, 0.06
#: Metres: how far things on a wall may be from it.
_WALL = 0.12

Vector = tuple[float, float]


def footprint(body: Body) -> shapely.Polygon:
    """The rectangle that a box stands over."""
    across, ahead = _axes(body.yaw)
    (x, y, _), (w, d, _) = body.centre, body.size
    return shapely.Polygon(
        [
            (x + u * w / 2 * across[0] + v * d / 2 * ahead[0], y + u * w / 2 * across[1] + v * d / 2 * ahead[1])
            for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]
    )


def _axes(yaw: float) -> tuple[Vector, Vector]:
    return (math.cos(yaw), math.sin(yaw)), (-math.sin(yaw), math.cos(yaw))


def heading(front: float) -> Vector:
    """The direction of a front, of length 1."""
    return _axes(front)[1]


def bearing(start: Body, end: Body) -> Vector:
    """From centre to centre along the floor, metres."""
    return end.centre[0] - start.centre[0], end.centre[1] - start.centre[1]


def gap(a: Body, b: Body) -> float:
    """Metres between two footprints; 0 where they touch or overlap."""
    return float(footprint(a).distance(footprint(b)))


def overlap(a: Body, b: Body) -> float:
    """How deep two boxes go into each other, metres: the least move that parts them; 0 where they are apart."""
    least = min(a.top, b.top) - max(a.bottom, b.bottom)
    if least <= 0:
        return 0.0
    corners = [list(footprint(one).exterior.coords) for one in (a, b)]
    for axis in (*_axes(a.yaw), *_axes(b.yaw)):
        (low_a, high_a), (low_b, high_b) = (_span(points, axis) for points in corners)
        least = min(least, high_a - low_b, high_b - low_a)
        if least <= 0:
            return 0.0
    return least


def _span(points: Sequence[Vector], axis: Vector) -> tuple[float, float]:
    along = [x * axis[0] + y * axis[1] for x, y in points]
    return min(along), max(along)


def rests_on(upper: Body, lower: Body) -> bool:
    """Whether a thing stands on or lies in another: its middle is over it, its underside on it or on a board in it."""
    middle = shapely.Point(upper.centre[:2])
    if footprint(lower).distance(middle) > 0.02:
        return False
    return lower.bottom - 0.01 <= upper.bottom <= lower.top + AIR and upper.bottom >= lower.bottom + min(
        0.02, lower.size[2] / 2
    )


def _polygon(scene: RawScene, room: str) -> shapely.Polygon:
    return shapely.Polygon(scene.rooms[room][1])


def room_of(scene: RawScene, body: Body) -> str | None:
    """The room that the most of a footprint is in; None for none."""
    flat = footprint(body)
    shares = {room: float(_polygon(scene, room).intersection(flat).area) for room in scene.rooms}
    best = max(shares, key=lambda room: shares[room], default=None)
    return best if best is not None and shares[best] > 0 else None


def wall_gap(scene: RawScene, body: Body) -> float:
    """Metres between a footprint and the nearest wall of its room; infinite in no room."""
    room = room_of(scene, body)
    return math.inf if room is None else float(_polygon(scene, room).exterior.distance(footprint(body)))


def outside(scene: RawScene, body: Body) -> bool:
    """Whether a thing sticks out of its room by more than the tolerance, through a wall or the ceiling."""
    room = room_of(scene, body)
    if room is None:
        return True
    _, _, floor, ceiling = scene.rooms[room]
    flat = not _polygon(scene, room).buffer(OUTSIDE, join_style="mitre").covers(footprint(body))
    return flat or body.bottom < floor - 2 * OUTSIDE or body.top > ceiling + 2 * OUTSIDE


def floating(scene: RawScene, body: Body) -> bool:
    """Whether a thing neither stands on the floor, nor on or in another, nor hangs on a wall or the ceiling."""
    room = room_of(scene, body)
    if room is not None:
        _, _, floor, ceiling = scene.rooms[room]
        if body.bottom <= floor + AIR or body.top >= ceiling - 0.1:
            return False
        if min(body.size[0], body.size[1]) <= 0.3 and wall_gap(scene, body) <= _WALL:
            return False
    return not any(rests_on(body, other) for other in scene.bodies.values() if other.id != body.id)


def colliding_pairs(scene: RawScene, ids: Sequence[str]) -> dict[tuple[str, str], float]:
    """Pairs of which one is among ``ids`` that go into each other by more than the tolerance, to how deep.

    What stands on or lies in another (a plant on a shelf, a pillow on a bed) does not collide with it.
    """
    found = {}
    chosen = set(ids)
    for one in (scene.bodies[id_] for id_ in ids):
        for other in scene.bodies.values():
            if other.id == one.id or other.id in scene.fixed or (other.id in chosen and other.id < one.id):
                continue
            if math.dist(one.centre, other.centre) > (math.hypot(*one.size) + math.hypot(*other.size)) / 2:
                continue
            depth = overlap(one, other)
            if depth > DEPTH and not _carries(scene, one, other) and not _carries(scene, other, one):
                found[one.id, other.id] = depth
    return found


def _carries(scene: RawScene, upper: Body, lower: Body) -> bool:
    """Whether the file says that one carries the other, over however many steps, or a board inside does."""
    at, steps = upper.parent, 0
    while at is not None and steps < 50:
        if at == lower.id:
            return True
        at, steps = (scene.bodies[at].parent if at in scene.bodies else None), steps + 1
    return False
