"""What carries what."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lookagain.tools.scene.geometry import boxes, tolerance
from lookagain.tools.scene.geometry.polygons import contains
from lookagain.tools.scene.places import Place, wall_ids
from lookagain.tools.scene.values import Box, Room, SceneObject

if TYPE_CHECKING:
    from lookagain.tools.scene.world import World

__all__ = ["bears", "clear", "contact", "on", "stable", "supported", "supporters"]

#: So deep is the ground before a door that one needs to pass it, in metres.
DOORWAY = 0.5


def on(world: World, o: str, surface: str) -> bool:
    """Rests on: the underside is within 0.15 m of the surface's top and the centre over its footprint (0.1 m beside it
    at most), as in the paper. What the scene declares to be held by ``surface`` may be lower: on a shelf, a seat, in a
    drawer. On a wall, door or window: hangs at most 0.1 m from it, clear of the floor by 0.05 m. On a ceiling: its top
    is within 0.15 m of it. On a room is on its floor.
    """
    return _carries(world, o, surface, tolerance.REST, tolerance.OVERHANG)


def supported(world: World, o: str, surface: str) -> bool:
    """Is carried by: as ``on``, but within 0.08 m in height, and the footprints overlap (the centre may be beside)."""
    return _carries(world, o, surface, tolerance.SUPPORT, math.inf)


def contact(world: World, o: str, surface: str) -> bool:
    """Touches: the boxes are at most 0.05 m apart in space. A floor or ceiling counts within its polygon."""
    one, place = world.scene.objects.get(o), world.place(surface)
    if one is None or o == surface:
        return False
    if place is not None and place.kind != "wall":
        return _in_room(one.box, place, tolerance.TOUCH)
    other = world.find(surface)
    return other is not None and boxes.gap(one.box, other) <= tolerance.TOUCH


def stable(world: World, o: str) -> bool:
    """Does not tip over: its centre is over the footprint of what carries it (height as in ``supported``), or it hangs,
    or is fixed.
    """
    one = world.scene.objects.get(o)
    if one is None:
        return False
    return one.fixed or any(bears(world, o, carrier) for carrier in supporters(world, o, tolerance.SUPPORT))


def bears(world: World, o: str, surface: str) -> bool:
    """Whether one carrier alone makes an object stable."""
    return _carries(world, o, surface, tolerance.SUPPORT, 0.0)


def clear(world: World, o: str) -> bool:
    """Has room on it: nothing rests on its top or is held by it. Of a floor or room: nothing stands there; of a wall or
    ceiling: nothing hangs there; of a door or window: nothing is within the 0.5 m before it on either side.
    """
    box, objects = world.find(o), world.scene.objects
    if box is None:
        return False
    if world.opening(o) is not None:
        before = Box(centre=box.centre, size=box.size._replace(y=box.size.y + 2 * DOORWAY), yaw=box.yaw)
        return all(objects[id_].fixed for id_ in world.collisions_of(before))
    around = (id_ for id_ in world.near(box, tolerance.REST) if id_ != o and not objects[id_].fixed)
    return not world.scene.children(o) and not any(_rests(world, id_, o) for id_ in around)


def _rests(world: World, id_: str, surface: str) -> bool:
    # What rests on something else, as the scene says, is only near: a lamp on a table over the seat of a tucked chair.
    declared = world.scene.objects[id_].parent
    if declared is not None and declared != surface and on(world, id_, declared):
        return False
    # A picture over a sofa is in reach of its top but hangs on the wall.
    hangs = world.scene.objects[id_].holding in ("wall", "ceiling")
    place = world.place(surface)
    return hangs == (place is not None and place.kind in ("wall", "ceiling")) and on(world, id_, surface)


def supporters(world: World, o: str, slack: float) -> tuple[str, ...]:
    """All that carries an object within ``slack`` metres: things below or around it, then its floor. What hangs:
    the walls, the ceiling and the things that it touches.
    """
    one = world.scene[o]
    room = world.room(o)
    return tuple(
        surface
        for surface in (*_things(world, one, slack), *_building(one, room))
        if _carries(world, o, surface, slack, math.inf)
    )


def rested_on(world: World, id_: str, carriers: tuple[str, ...]) -> tuple[str, ...]:
    """Of what could carry an object, the one that does: as the scene says, where that holds, else all it rests on."""
    resting = tuple(surface for surface in carriers if on(world, id_, surface))
    declared = world.scene[id_].parent
    return (declared,) if declared is not None and declared in resting else resting


def _things(world: World, one: SceneObject, slack: float) -> Iterator[str]:
    if one.parent is not None:
        yield one.parent
    if one.holding not in ("wall", "ceiling"):
        around = (id_ for id_ in world.around(one.box, 0.0) if id_ not in (one.id, one.parent))
        below = [id_ for id_ in around if abs(one.box.bottom - world.scene.objects[id_].box.top) <= slack]
        # What it carries does not carry it, however thin both are.
        own = world.scene.carried(one.id) if below else ()
        yield from (id_ for id_ in below if id_ not in own)


def _building(one: SceneObject, room: Room | None) -> Iterator[str]:
    if room is not None:
        match one.holding:
            case "wall":
                yield from wall_ids(room)
            case "ceiling":
                yield f"ceiling:{room.id}"
            case _:
                yield f"floor:{room.id}"


def _carries(world: World, o: str, surface: str, slack: float, beside: float) -> bool:
    """Whether ``surface`` carries ``o`` with ``slack`` in height and the centre at most ``beside`` from its footprint
    (and the footprints touching).
    """
    one, place = world.scene.objects.get(o), world.place(surface)
    if one is None or o == surface:
        return False
    if place is not None and place.kind != "wall":
        return _in_room(one.box, place, slack)
    other = world.find(surface)
    if other is None:
        return False
    if place is not None or world.opening(surface) is not None:
        room = world.room(surface)
        return _hangs(one.box, other, room.floor if room else 0.0)
    if one.parent == surface and one.holding in ("wall", "ceiling"):
        return boxes.gap(one.box, other) <= tolerance.HANG
    held = one.parent == surface and other.bottom - tolerance.TOUCH <= one.box.bottom <= other.top + slack
    return (held or abs(one.box.bottom - other.top) <= slack) and _over(one.box, other, beside)


def _over(box: Box, below: Box, beside: float) -> bool:
    return boxes.flat_depth(box, below) > 0 and boxes.point_gap(below, box.centre.x, box.centre.y) <= beside


def _in_room(box: Box, place: Place, slack: float) -> bool:
    room = place.room
    high = box.top - room.floor - room.height if place.kind == "ceiling" else box.bottom - room.floor
    return abs(high) <= slack and contains(room.polygon, box.centre.x, box.centre.y)


def _hangs(box: Box, wall: Box, floor: float) -> bool:
    beside = Box(centre=wall.centre, size=wall.size._replace(y=wall.size.y + 2 * tolerance.HANG), yaw=wall.yaw)
    in_height = wall.bottom <= box.centre.z <= wall.top and box.bottom >= floor + tolerance.TOUCH
    # The centre is before the wall, not beyond its ends.
    along = abs((box.centre.x - wall.centre.x) * wall.forward[1] - (box.centre.y - wall.centre.y) * wall.forward[0])
    return in_height and along <= wall.size.x / 2 and boxes.flat_depth(box, beside) > 0
