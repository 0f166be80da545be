"""Ids of what is no object: ``floor:<room>``, ``ceiling:<room>``, ``room:<room>`` and ``wall:<room>:<edge>``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias

from lookagain.tools.scene.geometry.polygons import extent_box, wall_box
from lookagain.tools.scene.values import Box, Room

__all__ = ["Place", "PlaceKind", "place_of", "wall_ids"]

PlaceKind: TypeAlias = Literal["floor", "ceiling", "room", "wall"]

_KINDS: Mapping[str, PlaceKind] = {"floor": "floor", "ceiling": "ceiling", "room": "room", "wall": "wall"}
#: The thickness of a floor's and a ceiling's box, in metres; both lie outside of the room.
_THIN = 0.02


class Place(NamedTuple):
    """A part of a room. ``edge`` is the wall's: from vertex ``edge`` of the polygon to the next; -1 for others."""

    kind: PlaceKind
    room: Room
    edge: int = -1

    @property
    def box(self) -> Box:
        """A thin box of a floor, ceiling or wall, the whole of a room: around the polygon."""
        low, high = self.room.floor, self.room.floor + self.room.height
        match self.kind:
            case "wall":
                return wall_box(self.room, self.edge)
            case "floor":
                return extent_box(self.room, low - _THIN, low)
            case "ceiling":
                return extent_box(self.room, high, high + _THIN)
            case "room":
                return extent_box(self.room, low, high)


def place_of(rooms: Mapping[str, Room], id_: str) -> Place | None:
    """The place with this id, or None if the rooms have none such."""
    word, _, rest = id_.partition(":")
    kind = _KINDS.get(word)
    if kind == "wall":
        rest, _, digits = rest.rpartition(":")
        room = rooms.get(rest)
        edge = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else -1
        return Place(kind, room, edge) if room and 0 <= edge < len(room.polygon) else None
    room = rooms.get(rest)
    return Place(kind, room) if room and kind else None


def wall_ids(room: Room) -> Iterator[str]:
    """The ids of a room's walls, in the order of its polygon."""
    return (f"wall:{room.id}:{edge}" for edge in range(len(room.polygon)))
