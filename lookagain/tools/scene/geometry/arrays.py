"""Many boxes at once, as rows of x, y, z (centre), width, depth, height, yaw. The same laws as in ``boxes``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lookagain.tools.scene.values import Box

__all__ = ["Rows", "bounds", "corners", "flat_overlaps", "overlaps", "point_gaps", "rises", "rows", "spread"]

#: Shape (n, 7), metres and radians.
Rows: TypeAlias = NDArray[np.float64]


def rows(boxes: Iterable[Box]) -> Rows:
    """Boxes as rows."""
    found = [(*box.centre, *box.size, box.yaw) for box in boxes]
    return np.array(found, dtype=np.float64).reshape(-1, 7)


def spread(boxes: Rows) -> NDArray[np.float64]:
    """Half of the width along x and along y of each footprint's upright bounding rectangle, shape (n, 2)."""
    sin, cos = np.abs(np.sin(boxes[:, 6])), np.abs(np.cos(boxes[:, 6]))
    w, d = boxes[:, 3], boxes[:, 4]
    return np.column_stack([w * cos + d * sin, w * sin + d * cos]) / 2


def bounds(boxes: Rows) -> NDArray[np.float64]:
    """Least x, y and greatest x, y of each footprint, shape (n, 4)."""
    half = spread(boxes)
    return np.hstack([boxes[:, :2] - half, boxes[:, :2] + half])


def corners(boxes: Rows) -> NDArray[np.float64]:
    """The footprints' corners, shape (n, 4, 2), counter-clockwise."""
    sin, cos = np.sin(boxes[:, 6])[:, None], np.cos(boxes[:, 6])[:, None]
    u = boxes[:, 3, None] / 2 * np.array([-1.0, 1.0, 1.0, -1.0])
    v = boxes[:, 4, None] / 2 * np.array([-1.0, -1.0, 1.0, 1.0])
    return np.stack([boxes[:, 0, None] + u * cos - v * sin, boxes[:, 1, None] + u * sin + v * cos], axis=-1)


def point_gaps(box: Box, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The distance of each of the points (n, 2) from the footprint, shape (n,); 0 in it."""
    sin, cos = np.sin(box.yaw), np.cos(box.yaw)
    dx, dy = points[:, 0] - box.centre.x, points[:, 1] - box.centre.y
    u = np.maximum(0.0, np.abs(dx * cos + dy * sin) - box.size.x / 2)
    v = np.maximum(0.0, np.abs(dy * cos - dx * sin) - box.size.y / 2)
    return np.asarray(np.hypot(u, v), dtype=np.float64)


def overlaps(a: Rows, b: Rows) -> NDArray[np.float64]:
    """The depth of penetration of each of ``a`` with each of ``b``, shape (len(a), len(b)); negative where apart."""
    return np.minimum(flat_overlaps(a, b), rises(a, b))


def rises(a: Rows, b: Rows) -> NDArray[np.float64]:
    """The overlap in height alone, shape (len(a), len(b)); negative where apart."""
    a, b = a[:, None, :], b[None, :, :]
    return np.asarray((a[..., 5] + b[..., 5]) / 2 - np.abs(b[..., 2] - a[..., 2]), dtype=np.float64)


def flat_overlaps(a: Rows, b: Rows) -> NDArray[np.float64]:
    """The depth of penetration of the footprints alone, shape (len(a), len(b)); negative where apart."""
    a, b = a[:, None, :], b[None, :, :]
    dx, dy = b[..., 0] - a[..., 0], b[..., 1] - a[..., 1]
    sin_a, cos_a, sin_b, cos_b = np.sin(a[..., 6]), np.cos(a[..., 6]), np.sin(b[..., 6]), np.cos(b[..., 6])
    along, across = np.abs(cos_a * cos_b + sin_a * sin_b), np.abs(sin_b * cos_a - cos_b * sin_a)
    aw, ad, bw, bd = a[..., 3] / 2, a[..., 4] / 2, b[..., 3] / 2, b[..., 4] / 2
    depth = aw + bw * along + bd * across - np.abs(dx * cos_a + dy * sin_a)
    for sides in (
        ad + bw * across + bd * along - np.abs(dy * cos_a - dx * sin_a),
        bw + aw * along + ad * across - np.abs(dx * cos_b + dy * sin_b),
        bd + aw * across + ad * along - np.abs(dy * cos_b - dx * sin_b),
    ):
        depth = np.minimum(depth, sides)
    return np.asarray(depth, dtype=np.float64)
