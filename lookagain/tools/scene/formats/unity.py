"""Unity's frame (metres, left-handed, y up, turns in degrees, front at 0 along +z) to and from that of scenes.

``(x, y, z)`` there is ``(x, z, y)`` here, and a turn of ``a`` degrees there is a yaw of ``-a`` here.
"""

from __future__ import annotations

import math

from lookagain.tools.scene.formats.checked import Record, number, record
from lookagain.tools.scene.values import Point

__all__ = ["extent", "heading", "keep", "spot", "turn_to", "upright"]

_AXES = ("x", "y", "z")


def spot(value: object, where: str) -> Point:
    """A position ``{x, y, z}``, or the sides of a box, in the frame of scenes."""
    raw = record(value, where)
    x, y, z = (number(raw.get(axis), f"{where}.{axis}") for axis in _AXES)
    return Point(x, z, y)


def keep(raw: Record, was: Point, now: Point) -> None:
    """Writes into a position ``{x, y, z}`` the coordinates that changed, and no other."""
    for axis, a, b in zip(_AXES, (was.x, was.z, was.y), (now.x, now.z, now.y), strict=True):
        if a != b or axis not in raw:
            raw[axis] = b


def heading(rotation: tuple[float, float, float]) -> float:
    """The yaw of Euler angles ``(x, y, z)`` in degrees, which Unity applies in the order z, x, y."""
    overturned = math.cos(math.radians(rotation[0])) < -1e-9
    return math.remainder(-math.radians(rotation[1] + (180.0 if overturned else 0.0)), 2 * math.pi)


def turn_to(yaw: float, rotation: tuple[float, float, float]) -> float:
    """The angle about y, in degrees from 0 to 360, that gives ``yaw`` with the other two angles as they are."""
    overturned = math.cos(math.radians(rotation[0])) < -1e-9
    return (-math.degrees(yaw) - (180.0 if overturned else 0.0)) % 360.0


def upright(size: Point, rotation: tuple[float, float, float]) -> Point:
    """The sides of the upright box around a box that is tilted by the angles about x and z."""
    a, c = math.radians(rotation[0]), math.radians(rotation[2])
    if abs(math.sin(a)) < 1e-9 and abs(math.sin(c)) < 1e-9:
        return size
    sa, ca, sc, cc = (abs(one) for one in (math.sin(a), math.cos(a), math.sin(c), math.cos(c)))
    w, h, d = size.x, size.z, size.y
    return Point(cc * w + sc * h, sa * sc * w + sa * cc * h + ca * d, ca * sc * w + ca * cc * h + sa * d)


def extent(size: Point, yaw: float) -> Point:
    """The sides of the box along the axes around a box turned by ``yaw``."""
    s, c = abs(math.sin(yaw)), abs(math.cos(yaw))
    return Point(c * size.x + s * size.y, s * size.x + c * size.y, size.z)
