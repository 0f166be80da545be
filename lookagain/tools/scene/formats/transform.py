"""From the transform of a model that is y up, its front along +z, to the box of an object, and back.

In the scene z is up. A box turns about the vertical only; a model that is tilted is read as the upright box around it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lookagain.tools.scene.values import Box, Point

__all__ = ["Matrix", "boxed", "moved", "quaternion_turned", "standing"]


class Matrix(NamedTuple):
    """Where a model's own x, y (up) and z (front) point to in the scene, each as long as its scale; and its origin."""

    x: Point
    y: Point
    z: Point
    at: Point


def boxed(matrix: Matrix, size: Point) -> tuple[Box, Point]:
    """The box of a model of ``size`` (width, depth, height) that stands on its origin, and its scale along each."""
    yaw = _yaw(matrix)
    sin, cos = math.sin(yaw), math.cos(yaw)
    axes = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
    sides = np.array([matrix.x, matrix.y, matrix.z]).T * np.array([size.x, size.z, size.y])
    extent = np.abs(axes @ sides).sum(axis=1)
    centre = np.array(matrix.at) + np.array(matrix.y) * size.z / 2
    scale = (math.hypot(*matrix.x), math.hypot(*matrix.z), math.hypot(*matrix.y))
    whole = Point(*(1.0 if abs(one - 1.0) < 1e-6 else one for one in scale))
    return Box(centre=Point(*map(float, centre)), size=Point(*map(float, extent)), yaw=yaw), whole


def moved(matrix: Matrix, was: Box, now: Box, unit: float = 1.0) -> Matrix:
    """The transform (in units of ``unit`` metres) that takes the model to ``now`` where it took it to ``was``."""
    x, y, z = matrix.x, matrix.y, matrix.z
    if was.size != now.size:
        x = _times(x, now.size.x / was.size.x)
        z = _times(z, now.size.y / was.size.y)
        y = _times(y, now.size.z / was.size.z)
    if was.yaw != now.yaw:
        x, y, z = (_turned(one, now.yaw - was.yaw) for one in (x, y, z))
    if (was.size, was.yaw) == (now.size, now.yaw):
        at = Point(*(a + (c - b) / unit for a, b, c in zip(matrix.at, was.centre, now.centre, strict=True)))
        return Matrix(x, y, z, at)
    up = Point(*(b / unit - a for a, b in zip(matrix.at, was.centre, strict=True)))
    up = _times(_turned(up, now.yaw - was.yaw), now.size.z / was.size.z)
    return Matrix(x, y, z, Point(*(c / unit - b for b, c in zip(up, now.centre, strict=True))))


def standing(box: Box) -> tuple[Matrix, tuple[float, float, float, float]]:
    """The transform of an upright model of the box's own size, and its rotation as a quaternion (x, y, z, w)."""
    forward = Point(*box.forward, 0.0)
    across = Point(forward.y * -1, forward.x, 0.0)
    matrix = Matrix(across, Point(0.0, 0.0, 1.0), forward, Point(box.centre.x, box.centre.y, box.bottom))
    half = math.sqrt(0.5)
    turned = quaternion_turned((half, 0.0, 0.0, half), box.yaw + math.pi)
    return matrix, (turned[0], turned[1], turned[2], turned[3])


def quaternion_turned(rotation: Sequence[float], angle: float) -> list[float]:
    """A quaternion (x, y, z, w) followed by a turn about z."""
    x, y, z, w = rotation
    s, c = math.sin(angle / 2), math.cos(angle / 2)
    return [c * x - s * y, c * y + s * x, c * z + s * w, c * w - s * z]


def _yaw(matrix: Matrix) -> float:
    """Of the front; of a model that lies on its front or back, of its right side."""
    if math.hypot(matrix.z.x, matrix.z.y) > 0.1 * math.hypot(*matrix.z):
        return math.atan2(-matrix.z.x, matrix.z.y)
    return math.atan2(-matrix.x.y, -matrix.x.x)


def _turned(at: Point, angle: float) -> Point:
    s, c = math.sin(angle), math.cos(angle)
    return Point(c * at.x - s * at.y, s * at.x + c * at.y, at.z)


def _times(at: Point, factor: float) -> Point:
    return Point(at.x * factor, at.y * factor, at.z * factor)
