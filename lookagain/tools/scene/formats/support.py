"""What a thing stands on or lies in, from the boxes alone, where a file does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from lookagain.tools.scene.formats.places import STANDS, hanging, room_at
from lookagain.tools.scene.values import Box, Holding, Room, SceneObject

__all__ = ["Support", "at_rest", "volume"]

#: How far an underside may be from the top below it, in metres: boxes of real files are that rough.
_TOUCHES = 0.1


class Support:
    """Looks for the carriers of things among ``boxes``; the index is built when first asked."""

    def __init__(self, boxes: Mapping[str, Box]) -> None:
        self._ids = list(boxes)
        self._boxes = list(boxes.values())

    def of(self, id_: str, box: Box) -> tuple[str, Holding] | None:
        """What ``box`` stands on (the nearest top under its centre) or lies in (the smallest larger box around it)."""
        import shapely

        around = [
            (self._ids[at], self._boxes[at])
            for at in self._index.query(shapely.Point(box.centre.x, box.centre.y), predicate="within")
            if self._ids[at] != id_
        ]
        below = [
            (abs(one.top - box.bottom), name)
            for name, one in around
            if abs(one.top - box.bottom) <= _TOUCHES and one.centre.z < box.centre.z
        ]
        if below:
            return min(below)[1], "on"
        holds = [
            (volume(one), name)
            for name, one in around
            if one.bottom < box.centre.z < one.top and volume(one) > volume(box)
        ]
        return (min(holds)[1], "in") if holds else None

    @cached_property
    def _index(self) -> Any:
        import shapely

        return shapely.STRtree([shapely.Polygon(one.corners()) for one in self._boxes])


def at_rest(one: SceneObject, rooms: Mapping[str, Room], support: Support) -> SceneObject:
    """With its room, and, where no parent is said: what its box stands on, or the floor, a wall or the ceiling."""
    room = room_at(rooms, one.box.centre.x, one.box.centre.y)
    if one.parent is not None:
        return replace(one, room=room)
    holding = hanging(one.box, rooms.get(room or ""))
    if room is not None and holding == "on" and one.box.bottom > rooms[room].floor + STANDS:
        carrier = support.of(one.id, one.box)
        if carrier is not None:
            return replace(one, room=room, parent=carrier[0], holding=carrier[1])
    return replace(one, room=room, holding=holding)


def volume(box: Box) -> float:
    """In cubic metres."""
    return box.size.x * box.size.y * box.size.z
