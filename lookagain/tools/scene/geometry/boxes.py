"""Two oriented boxes: how deep they overlap, how far apart they are. Closed forms, exact for boxes that turn
about the vertical.
"""

from __future__ import annotations

import math

from lookagain.tools.scene.values import Box

__all__ = [
    "angle_between",
    "flat_depth",
    "flat_gap",
    "gap",
    "half_extent",
    "overlap",
    "point_gap",
    "vertical_gap",
    "within",
]


def overlap(a: Box, b: Box) -> float:
    """How far one must move to be free of the other, in metres (the depth of penetration).

    Negative where some direction separates them already. Symmetric.
    """
    rise = (a.size.z + b.size.z) / 2 - abs(a.centre.z - b.centre.z)
    return min(rise, flat_depth(a, b))


def flat_depth(a: Box, b: Box) -> float:
    """The depth of penetration of the footprints: the least overlap over the directions of their sides (separating
    axes). Negative where they are apart, though not then their distance.
    """
    dx, dy = b.centre.x - a.centre.x, b.centre.y - a.centre.y
    sin_a, cos_a, sin_b, cos_b = math.sin(a.yaw), math.cos(a.yaw), math.sin(b.yaw), math.cos(b.yaw)
    along, across = abs(cos_a * cos_b + sin_a * sin_b), abs(sin_b * cos_a - cos_b * sin_a)
    aw, ad, bw, bd = a.size.x / 2, a.size.y / 2, b.size.x / 2, b.size.y / 2
    return min(
        aw + bw * along + bd * across - abs(dx * cos_a + dy * sin_a),
        ad + bw * across + bd * along - abs(dy * cos_a - dx * sin_a),
        bw + aw * along + ad * across - abs(dx * cos_b + dy * sin_b),
        bd + aw * across + ad * along - abs(dy * cos_b - dx * sin_b),
    )


def flat_gap(a: Box, b: Box) -> float:
    """The distance of the footprints in metres; 0 where they touch or overlap."""
    if flat_depth(a, b) >= 0:
        return 0.0
    # Of two convex polygons that are apart, one's corner is nearest to the other.
    return min(*(point_gap(b, x, y) for x, y in a.corners()), *(point_gap(a, x, y) for x, y in b.corners()))


def vertical_gap(a: Box, b: Box) -> float:
    """The difference in height between the upper side of the lower box and the underside of the upper; 0 at least."""
    return max(0.0, a.bottom - b.top, b.bottom - a.top)


def gap(a: Box, b: Box) -> float:
    """The distance of the boxes in space, in metres; 0 where they touch or overlap."""
    return math.hypot(flat_gap(a, b), vertical_gap(a, b))


def within(a: Box, b: Box, reach: float) -> bool:
    """Whether the boxes are at most ``reach`` metres apart in space. Quicker than ``gap`` for those that are not."""
    return vertical_gap(a, b) <= reach and flat_depth(a, b) >= -reach and gap(a, b) <= reach


def point_gap(box: Box, x: float, y: float) -> float:
    """The distance of a point on the floor from the footprint; 0 in it."""
    sin, cos = math.sin(box.yaw), math.cos(box.yaw)
    dx, dy = x - box.centre.x, y - box.centre.y
    return math.hypot(
        max(0.0, abs(dx * cos + dy * sin) - box.size.x / 2),
        max(0.0, abs(dy * cos - dx * sin) - box.size.y / 2),
    )


def half_extent(box: Box, direction: tuple[float, float]) -> float:
    """How far the footprint reaches from its centre along a horizontal direction of length 1."""
    sin, cos = math.sin(box.yaw), math.cos(box.yaw)
    u, v = direction
    return abs(u * cos + v * sin) * box.size.x / 2 + abs(v * cos - u * sin) * box.size.y / 2


def angle_between(a: float, b: float, period: float = math.tau) -> float:
    """The angle from one direction to the other without sign, in radians, up to whole turns of ``period``."""
    return abs((a - b + period / 2) % period - period / 2)
