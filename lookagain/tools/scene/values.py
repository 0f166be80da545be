"""Scenes as values: objects with oriented boxes in rooms, in one frame whatever the file's own.

Frame: metres, right-handed, x and y span the floor, **z is up**. ``yaw`` is in radians, counter-clockwise seen from
above; the front of an object at yaw 0 looks along +y, so that ``forward = (-sin yaw, cos yaw)``. Readers convert from
and to the frame of their format.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

from lookagain.core.errors import InputError

__all__ = ["Box", "Holding", "Opening", "Point", "Room", "Scene", "SceneObject"]

#: How an object is held: it stands or lies on its parent (or the floor), is inside it, or hangs on a wall or ceiling.
Holding: TypeAlias = Literal["on", "in", "wall", "ceiling"]


class Point(NamedTuple):
    """A position in metres; z is up."""

    x: float
    y: float
    z: float


_WHOLE = Point(1.0, 1.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class Box:
    """An oriented box that turns about the vertical only.

    ``size`` is the full extent (width along its own x, depth along its own y, height), before the turn by ``yaw``.
    """

    centre: Point
    size: Point
    yaw: float = 0.0

    @property
    def bottom(self) -> float:
        """Height of the underside."""
        return self.centre.z - self.size.z / 2

    @property
    def top(self) -> float:
        """Height of the upper side."""
        return self.centre.z + self.size.z / 2

    @property
    def forward(self) -> tuple[float, float]:
        """The horizontal direction that the front faces, of length 1."""
        return -math.sin(self.yaw), math.cos(self.yaw)

    def corners(self) -> tuple[tuple[float, float], ...]:
        """The footprint's four corners, counter-clockwise from the back left."""
        sin, cos = math.sin(self.yaw), math.cos(self.yaw)
        w, d = self.size.x / 2, self.size.y / 2
        return tuple(
            (self.centre.x + u * cos - v * sin, self.centre.y + u * sin + v * cos)
            for u, v in ((-w, -d), (w, -d), (w, d), (-w, d))
        )

    def moved(self, dx: float, dy: float, dz: float = 0.0) -> Box:
        """The box elsewhere, turned as it is."""
        x, y, z = self.centre
        return replace(self, centre=Point(x + dx, y + dy, z + dz))


@dataclass(frozen=True, kw_only=True)
class SceneObject:
    """One thing in a scene.

    ``parent`` is the object that supports or contains it (None: the floor of its room, a wall or the ceiling).
    ``states`` are open words such as "open" or "on"; ``style`` is a free description; ``scale`` is how much it was
    resized against its asset. ``fixed``: it belongs to the building and is never moved.
    ``locked``: the scene's author forbids to change it.
    """

    id: str
    category: str
    box: Box
    room: str | None = None
    parent: str | None = None
    holding: Holding = "on"
    asset: str = ""
    style: str = ""
    states: tuple[str, ...] = ()
    scale: Point = _WHOLE
    group: str | None = None
    fixed: bool = False
    locked: bool = False


@dataclass(frozen=True, kw_only=True)
class Room:
    """A room: a floor polygon ``(x, y)`` (counter-clockwise, not closed), its floor's height and its own height."""

    id: str
    kind: str
    polygon: tuple[tuple[float, float], ...]
    floor: float = 0.0
    height: float = 2.5


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A door or window in a wall: where it is, and which rooms it joins (one, where it leads outside)."""

    id: str
    kind: Literal["door", "window"]
    box: Box
    rooms: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """Objects by id, rooms by id, openings. Edits give new scenes; what they do not touch is shared.

    ``format`` names the reader that made it, ``source`` is what that reader keeps to write the file again (not for
    others), ``warnings`` say what the file got wrong and how it was read.
    """

    objects: Mapping[str, SceneObject]
    rooms: Mapping[str, Room]
    openings: tuple[Opening, ...] = ()
    format: str = "lookagain"
    source: Any = None
    warnings: tuple[str, ...] = ()
    _children: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "objects", MappingProxyType(dict(self.objects)))
        object.__setattr__(self, "rooms", MappingProxyType(dict(self.rooms)))
        children: dict[str, list[str]] = {}
        for one in self.objects.values():
            if one.parent is not None:
                children.setdefault(one.parent, []).append(one.id)
        object.__setattr__(self, "_children", {parent: tuple(ids) for parent, ids in children.items()})

    def __getitem__(self, id_: str) -> SceneObject:
        try:
            return self.objects[id_]
        except KeyError:
            raise InputError(f"no object {id_!r} in the scene.", hint="Use an id of the scene.") from None

    def children(self, id_: str) -> tuple[str, ...]:
        """What stands on or lies in an object, directly."""
        return self._children.get(id_, ())

    def carried(self, id_: str) -> tuple[str, ...]:
        """All that moves along with an object: its children, theirs, and so on."""
        found: dict[str, None] = {}
        waiting = list(reversed(self.children(id_)))
        while waiting:
            child = waiting.pop()
            if child != id_ and child not in found:
                found[child] = None
                waiting += reversed(self.children(child))
        return tuple(found)

    def with_objects(self, *changed: SceneObject) -> Scene:
        """The scene with these objects new or replaced."""
        return self._with({**self.objects, **{one.id: one for one in changed}})

    def without(self, *ids: str) -> Scene:
        """The scene without these objects. What they carried stays where it is and loses its parent."""
        gone = set(ids)
        kept = {
            id_: replace(one, parent=None) if one.parent in gone else one
            for id_, one in self.objects.items()
            if id_ not in gone
        }
        return self._with(kept)

    def _with(self, objects: Mapping[str, SceneObject]) -> Scene:
        return Scene(
            objects=objects,
            rooms=self.rooms,
            openings=self.openings,
            format=self.format,
            source=self.source,
            warnings=self.warnings,
        )
