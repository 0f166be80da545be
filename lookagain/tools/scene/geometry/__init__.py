"""Geometry of oriented boxes and floor polygons."""

from lookagain.tools.scene.geometry.boxes import (
    angle_between,
    flat_depth,
    flat_gap,
    gap,
    half_extent,
    overlap,
    point_gap,
    vertical_gap,
)
from lookagain.tools.scene.geometry.index import Index
from lookagain.tools.scene.geometry.polygons import wall_box

__all__ = [
    "Index",
    "angle_between",
    "flat_depth",
    "flat_gap",
    "gap",
    "half_extent",
    "overlap",
    "point_gap",
    "vertical_gap",
    "wall_box",
]
