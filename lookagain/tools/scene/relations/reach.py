"""Whether a person gets to a thing on foot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lookagain.tools.scene.geometry import arrays
from lookagain.tools.scene.geometry.polygons import depths, extent_box
from lookagain.tools.scene.values import Room

if TYPE_CHECKING:
    from lookagain.tools.scene.world import World

__all__ = ["accessible"]

#: Half of a person's width, and how far from the body one reaches, in metres.
_BODY, _REACH = 0.25, 0.6
#: What is between these heights over the floor is in the way, in metres: one steps over a rug and under a lamp.
_STEP_OVER, _HEAD = 0.1, 1.8
#: The grid's step in metres, and the most cells: of a larger hall the step is wider.
_STEP, _CELLS = 0.1, 40_000
#: One who comes through a door stands at most so far from it, in metres.
_ENTRANCE = 0.6


@dataclass(frozen=True, kw_only=True, eq=False)
class _Floor:
    """Where a person can stand: points (n, 2) in metres, and whether one gets to each from a door."""

    points: NDArray[np.float64]
    reached: NDArray[np.bool_]


def accessible(world: World, o: str) -> bool:
    """A person 0.5 m wide gets from a door of its room to where it is at most 0.6 m from the body (along the floor).

    The way leads over a grid of 0.1 m whose points are 0.25 m from walls and from all that is 0.1 to 1.8 m over the
    floor. A room without a door is entered at its largest free part; one whose doors are all blocked is not. A room or
    floor is accessible if it can be entered.
    """
    box, room, place = world.find(o), world.room(o), world.place(o)
    if box is None or room is None:
        return False
    floor = _floor(world, room)
    points = floor.points[floor.reached]
    if place is not None and place.kind != "wall":
        return len(points) > 0
    return bool((arrays.point_gaps(box, points) <= _BODY + _REACH).any())


def _floor(world: World, room: Room) -> _Floor:
    key = ("floor", room.id)
    if key not in world.memory:
        world.memory[key] = _walked(world, room)
    found: _Floor = world.memory[key]
    return found


def _walked(world: World, room: Room) -> _Floor:
    points, free = _free(world, room)
    flat = points.reshape(-1, 2)
    doors = [one for one in world.scene.openings if one.kind == "door" and room.id in one.rooms]
    if doors:
        at_door = np.min([arrays.point_gaps(door.box, flat) for door in doors], axis=0) <= _ENTRANCE
        reached = _spread(free, np.flatnonzero(at_door & free.reshape(-1)).tolist())
    else:
        reached = _largest(free)
    return _Floor(points=flat, reached=reached.reshape(-1))


def _largest(free: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected part of the free cells."""
    best, left = np.zeros_like(free), free.copy()
    while left.sum() > best.sum():
        piece = _spread(left, [int(np.argmax(left))])
        left &= ~piece
        best = piece if piece.sum() > best.sum() else best
    return best


def _spread(free: NDArray[np.bool_], starts: list[int]) -> NDArray[np.bool_]:
    """The free cells that are connected to the starts (flat indices of free cells), by sides or corners."""
    rows, columns = free.shape
    # A border of cells that are not free spares the tests for the edges.
    open_ = np.pad(free, 1).reshape(-1).tolist()
    width = columns + 2
    todo = [(start // columns + 1) * width + start % columns + 1 for start in starts]
    reached = np.zeros(len(open_), dtype=np.bool_)
    ways = [dy * width + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)]
    for cell in todo:
        open_[cell] = False
    seen = list(todo)
    while todo:
        cell = todo.pop()
        for way in ways:
            if open_[cell + way]:
                open_[cell + way] = False
                todo.append(cell + way)
                seen.append(cell + way)
    reached[seen] = True
    return reached.reshape(rows + 2, width)[1:-1, 1:-1]


def _free(world: World, room: Room) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The grid's points (rows, columns, 2), and at which of them a person can stand."""
    low, high = np.min(room.polygon, axis=0), np.max(room.polygon, axis=0)
    step = max(_STEP, math.sqrt(float(np.prod(high - low)) / _CELLS))
    xs, ys = (np.arange(low[k] + step / 2, high[k], step) for k in (0, 1))
    points = np.stack(np.meshgrid(xs, ys), axis=-1)
    flat = points.reshape(-1, 2)
    free = depths(room.polygon, flat) >= _BODY - step / 2
    for id_ in world.around(extent_box(room, 0.0, 1.0), _BODY):
        box = world.box(id_)
        if box.top > room.floor + _STEP_OVER and box.bottom < room.floor + _HEAD and not world.hollow(id_):
            free &= arrays.point_gaps(box, flat) >= _BODY - step / 2
    return points, free.reshape(points.shape[:2])
