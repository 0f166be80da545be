"""Whether a person sees a thing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lookagain.tools.scene.geometry import arrays
from lookagain.tools.scene.relations.sides import REF
from lookagain.tools.scene.values import Box, Point

if TYPE_CHECKING:
    from lookagain.tools.scene.world import World

__all__ = ["visible"]

#: The height of a standing person's eyes over the floor, in metres.
_EYES = 1.6
#: The view ``ref`` is so far before the front of the thing, in metres: in small rooms, nearer.
_BEFORE = (1.5, 1.0, 0.5)
#: The sample points are on a box smaller by this factor: its own corners touch other things.
_INNER = 0.9


def visible(world: World, o: str, view: str) -> bool:
    """A person at ``view`` sees it: of its centre and the eight corners of its box (at 0.9 of its size) at least one is
    in line of sight from 1.6 m over the floor at the centre of ``view``. ``ref``: from 1.5, 1 or 0.5 m before its own
    front.

    Other boxes and walls are in the way; doors and windows in walls are not, nor what carries or contains it, what lies
    on it, what the person stands on or in, or a fixed body that is empty inside.
    """
    box, stand = world.find(o), world.find(view)
    if box is None or (stand is None and view != REF) or o == view:
        return False
    if stand is None:
        away = [box.size.y / 2 + far for far in _BEFORE]
        feet = [(box.centre.x + box.forward[0] * far, box.centre.y + box.forward[1] * far) for far in away]
    else:
        feet = [(stand.centre.x, stand.centre.y)]
    return any(_seen(world, (o, view), _eye(world, o, x, y)) for x, y in feet)


def _seen(world: World, ends: tuple[str, str], eye: NDArray[np.float64]) -> bool:
    points = _samples(world.box(ends[0]))
    open_ = _clear_of_walls(world, eye, points)
    return bool(open_.any()) and bool((open_ & _clear_of_things(world, ends, eye, points)).any())


def _eye(world: World, o: str, x: float, y: float) -> NDArray[np.float64]:
    below = world.room_at(x, y)
    room = world.room(o) if below is None else world.scene.rooms[below]
    return np.array([x, y, (0.0 if room is None else room.floor) + _EYES])


def _samples(box: Box) -> NDArray[np.float64]:
    inner = Box(centre=box.centre, size=Point(*(_INNER * side for side in box.size)), yaw=box.yaw)
    corners = [(x, y, z) for x, y in inner.corners() for z in (inner.bottom, inner.top)]
    return np.array([box.centre, *corners], dtype=np.float64)


def _clear_of_things(
    world: World, ends: tuple[str, str], eye: NDArray[np.float64], points: NDArray[np.float64]
) -> NDArray[np.bool_]:
    low, high = np.minimum(eye, points.min(axis=0)), np.maximum(eye, points.max(axis=0))
    window = Box(centre=Point(*((low + high) / 2).tolist()), size=Point(*(high - low).tolist()))
    passed = {kin for id_ in ends if id_ in world.scene.objects for kin in world.kin(id_)}
    met = [id_ for id_ in world.around(window, 0.0) if id_ not in passed and not world.hollow(id_)]
    boxes = arrays.rows(world.box(id_) for id_ in met)
    # Each line of sight in the frame of each box: it meets the box where its stretches between the three pairs of
    # parallel sides have a part in common (slabs).
    start, end = _local(boxes, eye[None]), _local(boxes, points)
    way = end - start
    safe = np.where(np.abs(way) < 1e-12, 1e-12, way)
    half = boxes[:, None, 3:6] / 2
    one, other = (-half - start) / safe, (half - start) / safe
    enters = np.minimum(one, other).max(axis=2).clip(min=0.0)
    leaves = np.maximum(one, other).min(axis=2).clip(max=1.0)
    # One who stands in a box (under a table's edge, at a lamp) looks out of it.
    around_eye = (np.abs(start[:, :, :2]) < half[:, :, :2]).all(axis=2)
    return np.asarray(~((enters < leaves) & ~around_eye).any(axis=0), dtype=np.bool_)


def _local(boxes: arrays.Rows, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points (m, 3) in the frames of the boxes (n, 7): (n, m, 3)."""
    rel = points[None] - boxes[:, None, :3]
    sin, cos = np.sin(boxes[:, 6])[:, None], np.cos(boxes[:, 6])[:, None]
    return np.stack(
        [rel[..., 0] * cos + rel[..., 1] * sin, rel[..., 1] * cos - rel[..., 0] * sin, rel[..., 2]], axis=-1
    )


def _clear_of_walls(world: World, eye: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each line of sight crosses walls at openings alone."""
    rooms = world.scene.rooms.values()
    edges = [(*a, *b) for room in rooms for a, b in zip(room.polygon, room.polygon[1:] + room.polygon[:1], strict=True)]
    if not edges:
        return np.ones(len(points), dtype=np.bool_)
    walls = np.array(edges, dtype=np.float64)[None]
    way = (points - eye)[:, None]
    along = walls[..., 2:] - walls[..., :2]
    from_eye = walls[..., :2] - eye[:2]
    turn = way[..., 0] * along[..., 1] - way[..., 1] * along[..., 0]
    turn = np.where(np.abs(turn) < 1e-12, math.inf, turn)
    t = (from_eye[..., 0] * along[..., 1] - from_eye[..., 1] * along[..., 0]) / turn
    s = (from_eye[..., 0] * way[..., 1] - from_eye[..., 1] * way[..., 0]) / turn
    crosses = (t > 1e-6) & (t < 1 - 1e-6) & (s >= 0) & (s <= 1)
    crossing = eye + t[..., None] * way
    for opening in world.scene.openings:
        box = opening.box
        flat = crossing[..., :2].reshape(-1, 2)
        through = arrays.point_gaps(box, flat).reshape(t.shape) <= 0.1
        crosses &= ~(through & (crossing[..., 2] >= box.bottom) & (crossing[..., 2] <= box.top))
    return np.asarray(~crosses.any(axis=1), dtype=np.bool_)
