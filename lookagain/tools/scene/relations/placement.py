"""Where things are and how they are turned, in metres and degrees."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lookagain.tools.scene.geometry import boxes, tolerance
from lookagain.tools.scene.geometry.polygons import contains, distance
from lookagain.tools.scene.values import Box

if TYPE_CHECKING:
    from lookagain.tools.scene.world import World

__all__ = [
    "ALIGNED",
    "FACING",
    "GAP",
    "OVER",
    "aligned_with",
    "at",
    "between",
    "colliding",
    "gap",
    "has_yaw",
    "inside",
    "is_facing",
    "near",
    "nearest",
]

#: Up to this many degrees a thing faces its target (the paper's value).
FACING = 15.0
#: Up to this many degrees two things are parallel, or a yaw is the asked one.
ALIGNED = 5.0
#: A distance is the asked one up to this, in metres.
GAP = 0.05
#: One thing is over another up to this distance along the floor, in metres.
OVER = 0.1
#: Rounding that no bound in metres shall notice.
_ROUNDING = 1e-6


def at(world: World, o: str, x: float, y: float, z: float) -> bool:
    """The centre of its box is within 0.05 m of the position."""
    box = world.find(o)
    return box is not None and math.dist(box.centre, (x, y, z)) <= tolerance.AT + _ROUNDING


def near(world: World, o: str, target: str, tau: float) -> bool:
    """The gap along the floor is at most ``tau`` metres, whatever the heights. Of a floor or ceiling: the gap in
    height; of a room: that of the centre from its polygon.
    """
    return o != target and min(_distances(world, o, target)) <= tau + _ROUNDING


def gap(world: World, o: str, target: str, metres: float) -> bool:
    """The gap is ``metres``, within 0.05 m: along the floor, or, of one over the other (at most 0.1 m beside it, as a
    picture over a sofa), in height. Ours, not the paper's.
    """
    return o != target and any(abs(is_ - metres) <= GAP + _ROUNDING for is_ in _distances(world, o, target, over=True))


def _distances(world: World, o: str, target: str, *, over: bool = False) -> tuple[float, ...]:
    """The gap as measured along the floor; with ``over``, the gap in height too or instead."""
    one, other, place = world.find(o), world.find(target), world.place(target)
    if one is None or other is None:
        return (math.inf,)
    if place is not None and place.kind in ("floor", "ceiling"):
        return (boxes.vertical_gap(one, other),)
    if place is not None and place.kind == "room":
        return (distance(place.room.polygon, one.centre.x, one.centre.y),)
    flat, rise = boxes.flat_gap(one, other), boxes.vertical_gap(one, other)
    if not over or rise == 0 or flat > OVER:
        return (flat,)
    return (flat, rise) if flat > 0 else (rise,)


def between(world: World, o: str, a: str, b: str) -> bool:
    """Seen from above, the centre is nearer to each of the two than they are to each other (their gap, g), and off the
    straight way from one to the other by at most g/2, and half of its own narrow side more: the ways from the centre
    to the two are no longer together than sqrt(2) g and that half. False where the two touch.
    """
    one, first, second = world.find(o), world.find(a), world.find(b)
    if one is None or first is None or second is None or len({o, a, b}) < 3:
        return False
    width = boxes.flat_gap(first, second)
    left, right = (boxes.point_gap(end, one.centre.x, one.centre.y) for end in (first, second))
    slack = min(one.size.x, one.size.y) / 2
    return 0 < left < width and 0 < right < width and left + right <= math.sqrt(2) * width + slack


def aligned_with(world: World, o: str, target: str, axis: str) -> bool:
    """Lines up. ``x``, ``y``, ``z``: that coordinate of the centres is equal within 0.05 m. ``yaw``: their sides are
    parallel within 5 degrees, the fronts looking the same or the opposite way. ``left``, ``right``, ``front``,
    ``back``: that side of both is on one line within 0.05 m, sides named as by one who stands before the target's
    front and looks at it.
    """
    one, other = world.find(o), world.find(target)
    if one is None or other is None or o == target:
        return False
    if axis in ("x", "y", "z"):
        return bool(abs(getattr(one.centre, axis) - getattr(other.centre, axis)) <= tolerance.AT + _ROUNDING)
    if axis == "yaw":
        return boxes.angle_between(one.yaw, other.yaw, math.pi) <= math.radians(ALIGNED) + _ROUNDING
    forward_x, forward_y = other.forward
    side = {
        "front": (forward_x, forward_y),
        "back": (-forward_x, -forward_y),
        "left": (forward_y, -forward_x),
        "right": (-forward_y, forward_x),
    }.get(axis)
    return side is not None and abs(_reach(one, side) - _reach(other, side)) <= tolerance.AT + _ROUNDING


def _reach(box: Box, direction: tuple[float, float]) -> float:
    u, v = direction
    return box.centre.x * u + box.centre.y * v + boxes.half_extent(box, direction)


def has_yaw(world: World, o: str, degrees: float) -> bool:
    """Is turned so, within 5 degrees. Ours, not the paper's."""
    box = world.find(o)
    return box is not None and boxes.angle_between(box.yaw, math.radians(degrees)) <= math.radians(ALIGNED) + _ROUNDING


def is_facing(world: World, o: str, target: str) -> bool:
    """The front looks to the target within 15 degrees: to its centre, or to its nearest point (one faces a long table
    or a wall straight on). On top of one another: to the centre alone, which must be 0.01 m away.
    """
    one, other = world.find(o), world.find(target)
    if one is None or other is None or o == target:
        return False
    points = [other.centre[:2], nearest(other, one.centre.x, one.centre.y)]
    ways = [(x - one.centre.x, y - one.centre.y) for x, y in points]
    looks = math.atan2(one.forward[1], one.forward[0])
    return any(
        boxes.angle_between(looks, math.atan2(dy, dx)) <= math.radians(FACING) + _ROUNDING
        for dx, dy in ways
        if math.hypot(dx, dy) > 0.01
    )


def nearest(box: Box, x: float, y: float) -> tuple[float, float]:
    """The point of a footprint that is nearest to a point."""
    sin, cos = math.sin(box.yaw), math.cos(box.yaw)
    dx, dy = x - box.centre.x, y - box.centre.y
    u = min(max(dx * cos + dy * sin, -box.size.x / 2), box.size.x / 2)
    v = min(max(dy * cos - dx * sin, -box.size.y / 2), box.size.y / 2)
    return box.centre.x + u * cos - v * sin, box.centre.y + u * sin + v * cos


def inside(world: World, o: str, container: str) -> bool:
    """The centre is in the container's box, or over the floor of the room. Ours, not the paper's."""
    one, other, place = world.find(o), world.find(container), world.place(container)
    if one is None or other is None or o == container:
        return False
    x, y, z = one.centre
    if place is not None:
        return contains(place.room.polygon, x, y)
    return boxes.point_gap(other, x, y) == 0 and other.bottom <= z <= other.top


def colliding(world: World, o1: str, o2: str) -> bool:
    """The boxes interpenetrate by more than 0.05 m: so far one must move to be free of the other. Not what one carries
    or contains, nor a fixed body that is empty inside (``World.hollow``).
    """
    objects = world.scene.objects
    if o1 not in objects or o2 not in objects or o2 in world.kin(o1) or world.hollow(o1) or world.hollow(o2):
        return False
    return boxes.overlap(objects[o1].box, objects[o2].box) > tolerance.PENETRATION
