"""Floors as simple polygons: what lies in them, how far a footprint sticks out, their edges as walls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lookagain.tools.scene.geometry import arrays
from lookagain.tools.scene.values import Box, Point, Room

__all__ = ["Polygon", "contains", "depths", "distance", "extent_box", "overhangs", "wall_box"]

#: Vertices ``(x, y)``, counter-clockwise, not closed.
Polygon: TypeAlias = Sequence[tuple[float, float]]

#: How thick a wall's box is, in metres: it lies outside of the room, its inner face on the polygon's edge.
THICKNESS = 0.02


def contains(polygon: Polygon, x: float, y: float) -> bool:
    """Whether a point lies in the polygon (crossings of a ray to the right)."""
    inside = False
    ax, ay = polygon[-1]
    for bx, by in polygon:
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            inside = not inside
        ax, ay = bx, by
    return inside


def distance(polygon: Polygon, x: float, y: float) -> float:
    """The distance of a point from the polygon in metres; 0 in it."""
    return max(0.0, -float(depths(polygon, np.array([[x, y]]))[0]))


def depths(polygon: Polygon, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """How deep each of the points (n, 2) lies in the polygon: its distance from the boundary, negative outside."""
    start = np.asarray(polygon, dtype=np.float64)
    edge = np.roll(start, -1, axis=0) - start
    rel = points[:, None, :] - start
    length2 = np.maximum((edge**2).sum(axis=1), 1e-18)
    along = np.clip((rel * edge).sum(axis=2) / length2, 0.0, 1.0)
    away = np.sqrt(((rel - along[..., None] * edge) ** 2).sum(axis=2)).min(axis=1)
    ay, by = start[:, 1], start[:, 1] + edge[:, 1]
    y = points[:, 1, None]
    straddles = (ay > y) != (by > y)
    rise = np.where(by == ay, 1.0, by - ay)
    crosses = straddles & (points[:, 0, None] < start[:, 0] + (y - ay) / rise * edge[:, 0])
    inside = crosses.sum(axis=1) % 2 == 1
    return np.asarray(np.where(inside, away, -away), dtype=np.float64)


def overhangs(polygon: Polygon, boxes: arrays.Rows) -> NDArray[np.float64]:
    """How far each footprint sticks out of the polygon in metres, 0 where it lies within: shape (n,).

    That is how far its farthest corner or point of its middle line is outside, or how deep an edge of the polygon runs
    within the footprint (a corner of the walls that juts in), whichever is more. If its centre is inside, a footprint
    smaller by so much on each side lies within.
    """
    points = np.concatenate([arrays.corners(boxes), _spine(boxes)], axis=1)
    out = -depths(polygon, points.reshape(-1, 2)).reshape(points.shape[:2]).min(axis=1)
    return np.asarray(np.maximum(0.0, np.maximum(out, _cuts(polygon, boxes))), dtype=np.float64)


def _spine(boxes: arrays.Rows) -> NDArray[np.float64]:
    """Points on the middle line along each footprint's longer side, (n, 7, 2): a thin board, both of whose ends are
    inside, may still go through a corner of the walls.
    """
    lengthwise = boxes[:, 3] >= boxes[:, 4]
    angle = boxes[:, 6] + np.where(lengthwise, 0.0, np.pi / 2)
    half = np.where(lengthwise, boxes[:, 3], boxes[:, 4])[:, None] / 2 * np.linspace(-0.75, 0.75, 7)
    way = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.asarray(boxes[:, None, :2] + half[..., None] * way[:, None], dtype=np.float64)


def _cuts(polygon: Polygon, boxes: arrays.Rows) -> NDArray[np.float64]:
    """The depth below the footprint's sides of the deepest point of the polygon's edges; negative outside: (n,)."""
    rel = np.asarray(polygon, dtype=np.float64)[None] - boxes[:, None, :2]
    sin, cos = np.sin(boxes[:, 6])[:, None], np.cos(boxes[:, 6])[:, None]
    u, v = rel[..., 0] * cos + rel[..., 1] * sin, rel[..., 1] * cos - rel[..., 0] * sin
    du, dv = np.roll(u, -1, axis=1) - u, np.roll(v, -1, axis=1) - v
    w, d = boxes[:, 3, None] / 2, boxes[:, 4, None] / 2
    # Along an edge the depth is the least of four linear functions: it is greatest at an end or where two cross.
    crossings = [(-u, du), (-v, dv)] + [(w - d - i * u + j * v, i * du - j * dv) for i in (-1, 1) for j in (-1, 1)]
    at = [np.zeros(1), *(np.clip(top / np.where(np.abs(low) < 1e-12, 1e-12, low), 0.0, 1.0) for top, low in crossings)]
    found = [np.minimum(w - np.abs(u + t * du), d - np.abs(v + t * dv)) for t in at]
    return np.asarray(np.max(found, axis=(0, 2)), dtype=np.float64)


def extent_box(room: Room, bottom: float, top: float) -> Box:
    """The upright box around a room's polygon between two heights."""
    xs, ys = [x for x, _ in room.polygon], [y for _, y in room.polygon]
    centre = Point((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, (bottom + top) / 2)
    return Box(centre=centre, size=Point(max(xs) - min(xs), max(ys) - min(ys), top - bottom))


def wall_box(room: Room, edge: int) -> Box:
    """The wall over an edge of the room's polygon, whose front looks into the room."""
    (ax, ay), (bx, by) = room.polygon[edge], room.polygon[(edge + 1) % len(room.polygon)]
    length = math.hypot(bx - ax, by - ay)
    ux, uy = ((bx - ax) / length, (by - ay) / length) if length else (1.0, 0.0)
    x, y = (ax + bx) / 2 + uy * THICKNESS / 2, (ay + by) / 2 - ux * THICKNESS / 2
    return Box(
        centre=Point(x, y, room.floor + room.height / 2),
        size=Point(length, THICKNESS, room.height),
        yaw=math.atan2(uy, ux),
    )
