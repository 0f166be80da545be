"""What a change of one object does to the scene: what it carries comes along, what it stands on becomes its parent."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from lookagain.tools.scene.values import Box, Holding, Point, Scene, SceneObject
from lookagain.tools.scene.world import World

__all__ = ["added", "moved", "removed", "rescaled", "restyled"]


def moved(world: World, id_: str, box: Box, surface: str | None, along: Iterable[str] = ()) -> World:
    """The world with an object at ``box`` and on ``surface`` (None: as it was held).

    What it carries, and the objects ``along`` with what they carry, keep their place and turn against it.
    """
    scene = world.scene
    one = scene[id_]
    followers = {*scene.carried(id_)}
    for other in along:
        followers |= {other, *scene.carried(other)}
    followers.discard(id_)
    changed = [_held(world, replace(one, box=box), surface)]
    changed += [
        replace(scene[other], box=_followed(scene[other].box, one.box, box)) for other in scene.objects
        if other in followers
    ]  # fmt: skip
    return _replaced(world, scene, [_in_room(world, each) for each in changed])


def rescaled(world: World, id_: str, scale: Point) -> World:
    """The world with an object ``scale`` times as large as it was made: its underside stays, its load stays on top."""
    scene = world.scene
    one = scene[id_]
    made = [size / by for size, by in zip(one.box.size, one.scale, strict=True)]
    size = Point(*(length * by for length, by in zip(made, scale, strict=True)))
    centre = one.box.centre._replace(z=one.box.bottom + size.z / 2)
    box = replace(one.box, size=size, centre=centre)
    lift = box.top - one.box.top
    changed = [replace(one, box=box, scale=scale)]
    for other in scene.carried(id_):
        each = scene[other]
        changed.append(replace(each, box=each.box.moved(0, 0, lift)) if each.holding == "on" else each)
    return _replaced(world, scene, changed)


def restyled(world: World, id_: str, style: str) -> World:
    """The world with an object in another style."""
    return _replaced(world, world.scene, [replace(world.scene[id_], style=style)])


def added(world: World, one: SceneObject, surface: str | None) -> World:
    """The world with a new object on ``surface``."""
    return _replaced(world, world.scene, [_in_room(world, _held(world, one, surface))])


def removed(world: World, id_: str) -> World:
    """The world without an object."""
    return world.replaced(world.scene.without(id_), {id_, *world.scene.children(id_)})


def _replaced(world: World, scene: Scene, changed: list[SceneObject]) -> World:
    return world.replaced(scene.with_objects(*changed), {one.id for one in changed})


def _followed(box: Box, before: Box, after: Box) -> Box:
    """Where a box is after the rigid motion that takes ``before`` to ``after``."""
    turn = after.yaw - before.yaw
    sin, cos = math.sin(turn), math.cos(turn)
    dx, dy = box.centre.x - before.centre.x, box.centre.y - before.centre.y
    lift = after.bottom - before.bottom
    centre = Point(
        after.centre.x + dx * cos - dy * sin, after.centre.y + dx * sin + dy * cos, box.centre.z + lift
    )  # fmt: skip
    return replace(box, centre=centre, yaw=box.yaw + turn)


def _held(world: World, one: SceneObject, surface: str | None) -> SceneObject:
    """The object with its parent, and how that holds it."""
    if surface is None:
        return one
    kind = surface.partition(":")[0]
    if surface in world.scene.objects:
        inside = one.box.bottom < world.scene[surface].box.top - _RESTS
        return replace(one, parent=surface, holding="in" if inside else "on", room=world.room_of(surface))
    holding: Holding = {"wall": "wall", "ceiling": "ceiling"}.get(kind, "on")  # type: ignore[assignment]
    return replace(one, parent=None, holding=holding, room=world.room_of(surface))


def _in_room(world: World, one: SceneObject) -> SceneObject:
    room = world.room_at(one.box.centre.x, one.box.centre.y)
    return one if room is None else replace(one, room=room)


#: An underside this far below a top is inside.
_RESTS = 0.15
