"""Where a thing may be at all: which polygon holds its footprint, at which height, and what stands in the way."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lookagain.tools.scene.geometry import arrays, tolerance
from lookagain.tools.scene.geometry.polygons import Polygon
from lookagain.tools.scene.places import wall_ids
from lookagain.tools.scene.relations.support import DOORWAY
from lookagain.tools.scene.space.settle import rest_height
from lookagain.tools.scene.space.wanted import IT, Wanted
from lookagain.tools.scene.values import Box, Holding, Point, Room, SceneObject

if TYPE_CHECKING:
    from lookagain.tools.scene.world import World

__all__ = ["Obstacles", "Region", "obstacles", "region_of", "targets", "where_now"]

#: Where the scene has no rooms: so far around all that there is.
_MARGIN = 2.0
_ROUNDING = 1e-6


@dataclass(frozen=True, kw_only=True)
class Region:
    """Footprints lie in ``polygon`` (on a small surface: at least their centre), undersides at ``bottom``; tops reach
    ``top`` at most. ``walls`` are those to stand against. ``surface`` carries it, and how.
    """

    polygon: Polygon
    bottom: float
    top: float
    walls: tuple[Box, ...]
    surface: str | None
    holding: Holding
    room: Room | None
    on_floor: bool


def targets(wanted: Wanted) -> tuple[str, ...]:
    """What the relations speak of, beside the object itself."""
    found = (arg for _, args in wanted.relations for arg in args if isinstance(arg, str) and arg != IT)
    return tuple(dict.fromkeys(found))


def where_now(world: World, wanted: Wanted) -> Point | None:
    """The point that the object shall be near to, if there is one."""
    known = None if wanted.id is None else world.scene.objects.get(wanted.id)
    return wanted.near or (None if known is None else known.box.centre)


def region_of(world: World, wanted: Wanted) -> Region | None:
    """Where to look, or None if what is wanted names no place of the scene."""
    known = None if wanted.id is None else world.scene.objects.get(wanted.id)
    surface = wanted.surface or _asked_surface(world, wanted)
    if surface is None and known is not None and known.holding in ("on", "in"):
        surface = _own_surface(world, wanted, known)
    if surface is not None and world.find(surface) is None:
        return None
    room = _room(world, wanted, surface)
    place = None if surface is None else world.place(surface)
    if place is not None and place.kind == "room":
        surface, place = f"floor:{place.room.id}", place._replace(kind="floor")
    if surface is not None and place is None and world.opening(surface) is None:
        return _on_object(world, wanted, surface, room)
    holding: Holding = "on"
    if surface is None and known is not None and known.holding in ("wall", "ceiling"):
        holding = known.holding
    elif surface is not None:
        holding = "wall" if place is None else _HELD[place.kind]
    walls = tuple(world.box(id_) for id_ in wall_ids(room)) if room is not None else ()
    if holding == "wall" and surface is not None:
        walls = (world.box(surface),)
    if surface is None and holding == "on" and room is not None:
        surface = f"floor:{room.id}"
    top = math.inf if room is None else room.floor + room.height
    floor = (0.0 if room is None else room.floor) + _above_floor(world, known)
    return Region(
        polygon=_everywhere(world) if room is None else room.polygon,
        bottom=top - wanted.size.z if holding == "ceiling" else floor,
        top=top,
        walls=walls,
        surface=surface,
        holding=holding,
        room=room,
        on_floor=holding == "on",
    )


_HELD: dict[str, Holding] = {"floor": "on", "wall": "wall", "ceiling": "ceiling"}


def _on_object(world: World, wanted: Wanted, surface: str, room: Room | None) -> Region:
    inside = ("inside", (IT, surface)) in wanted.relations
    known = None if wanted.id is None else world.scene.objects.get(wanted.id)
    # On its shelf it stays on its shelf.
    stays = known is not None and known.parent == surface and world.check("on", (known.id, surface))
    return Region(
        polygon=world.box(surface).corners(),
        bottom=known.box.bottom if known and stays else rest_height(world, surface, inside=inside),
        top=math.inf if room is None else room.floor + room.height,
        walls=(),
        surface=surface,
        holding="in" if inside else "on",
        room=room,
        on_floor=False,
    )


def _above_floor(world: World, known: SceneObject | None) -> float:
    """How far from its floor a thing's underside is where it stands now, if that is within what counts as standing."""
    if known is None or known.parent is not None:
        return 0.0
    room = world.room(known.id)
    above = known.box.bottom - (0.0 if room is None else room.floor)
    return above if abs(above) <= tolerance.SUPPORT else 0.0


def _asked_surface(world: World, wanted: Wanted) -> str | None:
    """What the relations say that it shall be on or in."""
    for names in (("on", "supported"), ("inside",)):
        for name, args in wanted.relations:
            if name in names and args[0] == IT:
                return str(args[1])
    return None


def _own_surface(world: World, wanted: Wanted, one: SceneObject) -> str | None:
    """For a thing that lies on another: what its first target lies on, else what it lies on itself."""
    if one.parent is None or one.parent not in world.scene.objects:
        return None
    beside = (world.scene.objects[id_].parent for id_ in targets(wanted) if id_ in world.scene.objects)
    return next((id_ for id_ in beside if id_ is not None and id_ in world.scene.objects), one.parent)


def _room(world: World, wanted: Wanted, surface: str | None) -> Room | None:
    rooms = world.scene.rooms
    candidates = [wanted.room]
    if surface is not None:
        candidates.append(world.room_of(surface))
    candidates += [world.room_of(target) for target in targets(wanted)]
    if wanted.id is not None:
        candidates.append(world.room_of(wanted.id))
    if wanted.near is not None:
        candidates.append(world.room_at(wanted.near.x, wanted.near.y))
    if len(rooms) == 1:
        candidates.extend(rooms)
    return next((rooms[id_] for id_ in candidates if id_ is not None and id_ in rooms), None)


def _everywhere(world: World) -> Polygon:
    bounds = arrays.bounds(arrays.rows(one.box for one in world.scene.objects.values()))
    if not len(bounds):
        bounds = np.zeros((1, 4))
    low_x, low_y = bounds[:, :2].min(axis=0) - _MARGIN
    high_x, high_y = bounds[:, 2:].max(axis=0) + _MARGIN
    return ((low_x, low_y), (high_x, low_y), (high_x, high_y), (low_x, high_y))


@dataclass(frozen=True, kw_only=True)
class Obstacles:
    """What must not be run into, and how deep each may be (metres): more than nothing where it is so already."""

    boxes: arrays.Rows
    allowed: NDArray[np.float64]


def obstacles(world: World, wanted: Wanted, region: Region) -> Obstacles:
    """All that a thing could run into in the region, each as much wider as it must keep off."""
    ignored = {*wanted.ignore, *_kin(world, wanted, region)}
    window = _around(region)
    met = [id_ for id_ in world.around(window, 0.0) if id_ not in ignored and not world.hollow(id_)]
    named = set(targets(wanted))
    boxes = [world.box(id_) for id_ in met]
    keep_off = [0.0 if id_ in named else wanted.clearance for id_ in met]
    for opening in world.scene.openings:
        if region.room is not None and region.room.id in opening.rooms:
            if region.on_floor and opening.kind == "door":
                boxes.append(_before(opening.box, DOORWAY))
            elif region.holding == "wall" and opening.id != region.surface:
                boxes.append(_before(opening.box, 0.1))
    keep_off += [0.0] * (len(boxes) - len(keep_off))
    found = arrays.rows(boxes)
    found[:, 3:5] += 2 * np.array(keep_off).reshape(-1, 1)
    allowed = np.zeros(len(boxes))
    if wanted.id is not None and wanted.id in world.scene.objects:
        now = arrays.rows([world.box(wanted.id)])
        allowed = np.maximum(allowed, arrays.overlaps(now, found)[0] + _ROUNDING)
    return Obstacles(boxes=found, allowed=allowed)


def _kin(world: World, wanted: Wanted, region: Region) -> set[str]:
    found: set[str] = set()
    if wanted.id is not None and wanted.id in world.scene.objects:
        found |= {wanted.id, *world.scene.carried(wanted.id)}
    above = region.surface
    while above is not None and above in world.scene.objects and above not in found:
        found.add(above)
        above = world.scene[above].parent
    return found


def _around(region: Region) -> Box:
    xs, ys = [x for x, _ in region.polygon], [y for _, y in region.polygon]
    centre = Point((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, 0.0)
    # A thing on a small surface may stick out by its half.
    return Box(centre=centre, size=Point(max(xs) - min(xs) + _MARGIN, max(ys) - min(ys) + _MARGIN, 1.0))


def _before(box: Box, depth: float) -> Box:
    return replace(box, size=box.size._replace(y=box.size.y + 2 * depth))
