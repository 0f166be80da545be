"""Which room a thing is in, and whether it stands, hangs on a wall or under the ceiling: what files leave unsaid."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from lookagain.tools.scene.geometry.polygons import Polygon, contains
from lookagain.tools.scene.values import Box, Holding, Room

__all__ = ["STANDS", "counter_clockwise", "facing_into", "footprint", "hanging", "reach", "room_at", "to_wall"]

#: How far above the floor something may be that still stands on it.
STANDS = 0.15
#: How far from a wall or ceiling something may be that still hangs on it.
_HANGS = 0.15

#: How far before an opening one surely is in the room, in metres.
_INTO = 0.3


def room_at(rooms: Mapping[str, Room], x: float, y: float, *, first: str | None = None) -> str | None:
    """The room whose polygon holds the point; ``first`` is looked at before all others."""
    if first is not None and first in rooms and contains(rooms[first].polygon, x, y):
        return first
    return next((id_ for id_, room in rooms.items() if contains(room.polygon, x, y)), None)


def hanging(box: Box, room: Room | None) -> Holding:
    """How a thing without a parent is held: ``on`` (the floor), ``wall`` or ``ceiling``."""
    if room is None or box.bottom <= room.floor + STANDS:
        return "on"
    if min(to_wall(room.polygon, x, y) for x, y in box.corners()) <= _HANGS:
        return "wall"
    return "ceiling" if box.top >= room.floor + room.height - _HANGS else "on"


def facing_into(box: Box, room: Room | None) -> Box:
    """An opening's box, turned about if need be so that its front looks into the room."""
    if room is None:
        return box
    x, y, (u, v) = box.centre.x, box.centre.y, box.forward
    before, behind = ((x + side * _INTO * u, y + side * _INTO * v) for side in (1, -1))
    away = contains(room.polygon, *behind) and not contains(room.polygon, *before)
    return replace(box, yaw=math.remainder(box.yaw + math.pi, 2 * math.pi)) if away else box


def to_wall(polygon: Polygon, x: float, y: float) -> float:
    """Distance in metres from a point to the nearest edge."""
    return min(_to_edge((x, y), start, end) for start, end in _edges(polygon))


def reach(polygon: Polygon, x: float, y: float, direction: tuple[float, float]) -> float:
    """How far one gets from a point along ``direction`` (of length 1) before an edge; infinite where there is none."""
    u, v = direction
    found = math.inf
    for (x0, y0), (x1, y1) in _edges(polygon):
        ex, ey = x1 - x0, y1 - y0
        turn = u * ey - v * ex
        if abs(turn) > 1e-12:
            along = ((x0 - x) * ey - (y0 - y) * ex) / turn
            part = ((x0 - x) * v - (y0 - y) * u) / turn
            if along >= 0 and 0 <= part <= 1:
                found = min(found, along)
    return found


def counter_clockwise(polygon: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The polygon, open and counter-clockwise, without a vertex that repeats the one before."""
    points: list[tuple[float, float]] = []
    for point in polygon:
        if not points or math.dist(point, points[-1]) > 1e-9:
            points.append(point)
    if len(points) > 1 and math.dist(points[0], points[-1]) <= 1e-9:
        points.pop()
    area = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in _edges(points))
    return tuple(reversed(points)) if area < 0 else tuple(points)


def footprint(boxes: Iterable[Box]) -> tuple[float, float, float, float] | None:
    """The smallest upright rectangle around boxes: least x and y, greatest x and y."""
    corners = [corner for box in boxes for corner in box.corners()]
    if not corners:
        return None
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _edges(polygon: Polygon) -> Iterable[tuple[tuple[float, float], tuple[float, float]]]:
    return zip(polygon, [*polygon[1:], *polygon[:1]], strict=True)


def _to_edge(at: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    (x, y), (x0, y0), (x1, y1) = at, start, end
    along = (x1 - x0) ** 2 + (y1 - y0) ** 2
    part = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / along if along else 0.0
    part = min(1.0, max(0.0, part))
    return math.hypot(x - x0 - part * (x1 - x0), y - y0 - part * (y1 - y0))
