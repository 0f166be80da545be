"""At which height things come to rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from statistics import median_low
from typing import TYPE_CHECKING

from lookagain.core.errors import InputError
from lookagain.tools.scene.geometry import tolerance
from lookagain.tools.scene.values import Box

if TYPE_CHECKING:
    from lookagain.tools.scene.world import World

__all__ = ["rest_height", "settle"]

#: The board that lies under what is inside a container of unknown shelves, in metres.
_BOARD = 0.02


def rest_height(world: World, surface: str, *, inside: bool = False) -> float:
    """The height at which the underside of a thing on ``surface`` lies.

    Of a floor or room its floor, of a ceiling or wall its upper or lower edge. Of an object its top, unless what it
    carries lies lower and nothing lies on the top (a bed with a headboard, a shelf): then the level where most lies, or
    as far below the top as what other objects of its category carry. ``inside``: the level where its contents lie,
    else just above its own underside.
    """
    place = world.place(surface)
    if place is not None:
        return place.box.bottom if place.kind in ("ceiling", "wall", "room") else place.room.floor
    box = world.box(surface)
    if world.opening(surface) is not None:
        return box.bottom
    own = _drops(world, [surface])
    if inside:
        lower = [drop for drop in own if drop < -tolerance.REST]
        return box.top + median_low(lower) if lower else box.bottom + _BOARD
    drops = own or _drops(world, _like(world, surface))
    on_top = not drops or max(drops) >= -tolerance.TOUCH
    return box.top if on_top else box.top + median_low(drops)


def _drops(world: World, surfaces: Iterable[str]) -> list[float]:
    """How far above (negative: below) the tops of these objects lies what they carry."""
    objects = world.scene.objects
    return [
        objects[child].box.bottom - objects[surface].box.top
        for surface in surfaces
        for child in world.scene.children(surface)
        if objects[child].holding in ("on", "in") and world.check("on", (child, surface))
    ]


def _like(world: World, surface: str) -> list[str]:
    one = world.scene[surface]
    return [
        id_
        for id_, other in world.scene.objects.items()
        if other.category == one.category and abs(other.box.size.z - one.box.size.z) < tolerance.AT
    ]


def settle(world: World, box: Box, surface: str, *, inside: bool = False) -> Box:
    """The box moved up or down until it rests on ``surface`` (hangs from it, if that is a ceiling).

    On a wall or opening it stays as high as it is. Raises InputError where ``surface`` is nothing in the scene.
    """
    if world.find(surface) is None:
        raise InputError(f"no surface {surface!r} in the scene.", hint="Use the id of an object or of a floor.")
    place = world.place(surface)
    if world.opening(surface) is not None or (place is not None and place.kind == "wall"):
        return box
    height = rest_height(world, surface, inside=inside)
    hangs = place is not None and place.kind == "ceiling"
    centre = box.centre._replace(z=height - box.size.z / 2 if hangs else height + box.size.z / 2)
    return replace(box, centre=centre)
