"""A small renderer of flat polygons with a depth buffer: no graphics card, no display, the same picture everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Camera", "Canvas"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A pinhole at ``at`` that looks along the third row of ``axes`` (right, down, ahead); ``focal`` in pixels."""

    at: Array
    axes: Array
    focal: float
    centre: tuple[float, float]

    @classmethod
    def looking(cls, points: Array, direction: Array, *, width: int, height: int, angle: float = 0.6) -> Camera:
        """From afar along ``direction``, so that all ``points`` are in a picture of that size; ``angle`` in radians."""
        ahead = direction / np.linalg.norm(direction)
        right = np.cross(ahead, (0.0, 0.0, 1.0))
        right /= np.linalg.norm(right)
        axes = np.array([right, np.cross(ahead, right), ahead])
        focal = max(width, height) / 2 / np.tan(angle / 2)
        seen = points @ axes.T
        middle = (seen.min(axis=0) + seen.max(axis=0)) / 2
        apart = np.abs(seen - middle)
        # Each point is in the picture from this far behind the middle on.
        back = np.max(
            np.maximum(apart[:, 0] / (0.96 * width / 2), apart[:, 1] / (0.96 * height / 2)) * focal
            - (seen - middle)[:, 2]
        )
        at = middle @ axes - ahead * max(float(back), 0.1)
        return cls(at=at, axes=axes, focal=float(focal), centre=(width / 2, height / 2))

    def project(self, points: Array) -> tuple[Array, Array]:
        """Pixels (n, 2) and points in the camera's frame (n, 3)."""
        seen = (points - self.at) @ self.axes.T
        pixels = seen[:, :2] / np.maximum(seen[:, 2:], 1e-6) * self.focal + np.array(self.centre)
        return pixels, seen


class Canvas:
    """A picture that flat polygons are drawn into; what is nearer hides what is farther."""

    def __init__(self, camera: Camera, *, width: int, height: int) -> None:
        self.camera = camera
        self.colour = np.ones((height, width, 3), dtype=np.float32)
        self.depth = np.full((height, width), np.inf, dtype=np.float32)
        self.face = np.full((height, width), -1, dtype=np.int32)
        self._faces = 0

    def polygon(self, corners: Array, colour: tuple[float, float, float]) -> None:
        """A flat polygon of corners (n, 3) in metres, unseen from behind; ``colour`` is from 0 to 1."""
        import cv2

        pixels, seen = self.camera.project(corners)
        normal = _normal(seen)
        offset = float(normal @ seen[0])
        if seen[:, 2].min() <= 0.05 or offset >= -1e-9:
            return
        height, width = self.depth.shape
        low = np.clip(np.floor(pixels.min(axis=0)).astype(int), 0, (width, height))
        high = np.clip(np.ceil(pixels.max(axis=0)).astype(int) + 1, 0, (width, height))
        if (high <= low).any():
            return
        mask = np.zeros((high[1] - low[1], high[0] - low[0]), dtype=np.uint8)
        cv2.fillPoly(mask, [np.round((pixels - low) * 16).astype(np.int32)], (1,), shift=4)
        u = (np.arange(low[0], high[0]) + 0.5 - self.camera.centre[0]) / self.camera.focal
        v = (np.arange(low[1], high[1]) + 0.5 - self.camera.centre[1]) / self.camera.focal
        slope = normal[0] * u[None, :] + normal[1] * v[:, None] + normal[2]
        with np.errstate(divide="ignore"):
            depth = np.where(slope < 0, offset / np.minimum(slope, -1e-12), np.inf)
        area = np.s_[low[1] : high[1], low[0] : high[0]]
        shown = (mask > 0) & (depth < self.depth[area])
        self.depth[area][shown] = depth[shown]
        self.colour[area][shown] = colour
        self.face[area][shown] = self._faces
        self._faces += 1

    def pixels(self) -> NDArray[np.uint8]:
        """The picture (h, w, 3), with a thin dark line where one face ends and another begins."""
        edge = np.zeros(self.face.shape, dtype=bool)
        edge[:, 1:] |= self.face[:, 1:] != self.face[:, :-1]
        edge[1:] |= self.face[1:] != self.face[:-1]
        shaded = np.where(edge[:, :, None], self.colour * 0.55, self.colour)
        return (np.clip(shaded, 0, 1) * 255).astype(np.uint8)


def _normal(points: Array) -> Array:
    """Newell's normal of a polygon, also where it is not convex; towards whom its corners are counter-clockwise."""
    following = np.roll(points, -1, axis=0)
    x, y, z = (points - following).T
    u, v, w = (points + following).T
    found = np.array([np.sum(y * w), np.sum(z * u), np.sum(x * v)])
    length = float(np.linalg.norm(found))
    return found / length if length > 0 else found
