"""A scene that can be asked: where its boxes are, what is near, what collides, which predicates hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any, TypeAlias

from lookagain.core.errors import InputError
from lookagain.tools.scene.geometry import Index, boxes, tolerance
from lookagain.tools.scene.geometry.arrays import rows
from lookagain.tools.scene.geometry.polygons import contains, overhangs
from lookagain.tools.scene.places import Place, place_of
from lookagain.tools.scene.relations import facts_of, holds, supporters
from lookagain.tools.scene.values import Box, Opening, Room, Scene

__all__ = ["Fact", "World"]

#: A predicate's name and its arguments.
Fact: TypeAlias = tuple[str, tuple[str | float, ...]]

#: A fixed body this wide both ways and this high is a bend of walls, empty inside; no pillar of a flat is.
_BEND = 0.5, 2.0


class World:
    """A scene with an index over it. Immutable: an edit gives another world, which shares what it can.

    Where an id is asked for, that of an object, of an opening, or ``floor:<room>``, ``ceiling:<room>``,
    ``room:<room>``, ``wall:<room>:<edge>`` will do.
    """

    def __init__(self, scene: Scene, *, _index: Index | None = None, _hollow: frozenset[str] | None = None) -> None:
        self.scene = scene
        self._index = _index or Index.of(scene.objects)
        self._openings = {one.id: one for one in scene.openings}
        self._known_hollow = _hollow
        #: What relations keep of this world for their next question, by their own keys.
        self.memory: dict[Any, Any] = {}

    def replaced(self, scene: Scene, changed: Collection[str]) -> World:
        """The world of ``scene``, which differs from this one's in the objects ``changed`` alone.

        Much cheaper than a new world. An object that is not in ``changed`` but did change is not found where it is.
        """
        return World(scene, _index=self._index.updated(scene.objects, changed), _hollow=self._hollow)

    def part(self, ids: Collection[str]) -> World:
        """A world of these objects alone, in the same rooms."""
        scene = self.scene
        objects = {id_: one for id_, one in scene.objects.items() if id_ in ids}
        return World(Scene(objects=objects, rooms=scene.rooms, openings=scene.openings), _hollow=self._hollow)

    def box(self, id_: str) -> Box:
        """The box of an object, opening or place (a thin one, outside of the room). Raises InputError for others."""
        found = self.find(id_)
        if found is None:
            raise InputError(
                f"nothing in the scene has the id {id_!r}.",
                hint="Use the id of an object or opening, floor:, ceiling: or room:<room>, or wall:<room>:<edge>.",
            )
        return found

    def find(self, id_: str) -> Box | None:
        """Like ``box``, with None for what the scene lacks."""
        if (one := self.scene.objects.get(id_) or self._openings.get(id_)) is not None:
            return one.box
        place = self.place(id_)
        return None if place is None else place.box

    def place(self, id_: str) -> Place | None:
        """The floor, ceiling, wall or room of this id; None for objects, openings and the unknown."""
        return None if id_ in self.scene.objects else place_of(self.scene.rooms, id_)

    def opening(self, id_: str) -> Opening | None:
        """The door or window of this id, or None."""
        return self._openings.get(id_)

    def room_of(self, id_: str) -> str | None:
        """The room that something is in: what the scene says of an object, else where its centre is."""
        if (one := self.scene.objects.get(id_)) is not None:
            return one.room if one.room in self.scene.rooms else self.room_at(one.box.centre.x, one.box.centre.y)
        if (opening := self._openings.get(id_)) is not None:
            return opening.rooms[0] if opening.rooms else None
        place = self.place(id_)
        return None if place is None else place.room.id

    def room_at(self, x: float, y: float) -> str | None:
        """The first room whose floor holds this point, or None."""
        return next((id_ for id_, room in self.scene.rooms.items() if contains(room.polygon, x, y)), None)

    def room(self, id_: str) -> Room | None:
        """Like ``room_of``, with the room itself."""
        found = self.room_of(id_)
        return None if found is None else self.scene.rooms.get(found)

    def around(self, box: Box, reach: float) -> list[str]:
        """Quicker than ``near``: all objects within ``reach`` of the footprint at any height, and some others."""
        return self._index.candidates(self.scene.objects, box, reach)

    def near(self, box: Box, reach: float) -> list[str]:
        """The objects whose boxes are at most ``reach`` metres from this one (in space), in the scene's order, those
        that changed last.
        """
        objects = self.scene.objects
        found = self.around(box, reach)
        return [id_ for id_ in found if boxes.within(box, objects[id_].box, reach)]

    def touching(self, box: Box, depth: float) -> list[str]:
        """The objects that this box interpenetrates by more than ``depth`` metres."""
        objects = self.scene.objects
        found = self.around(box, 0.0)
        return [id_ for id_ in found if boxes.overlap(box, objects[id_].box) > depth]

    def collisions(self, id_: str) -> tuple[str, ...]:
        """The objects that an object interpenetrates by more than ``tolerance.PENETRATION``.

        Not those that carry or contain it, nor its own contents, nor fixed bodies that are empty inside (see
        ``hollow``). Hulls of real things often overlap (a chair under its table): compare with the scene before an
        edit to know what the edit brought.
        """
        return self.collisions_of(self.scene[id_].box, ignore=self.kin(id_)) if id_ not in self._hollow else ()

    def collisions_of(self, box: Box, *, ignore: Collection[str] = ()) -> tuple[str, ...]:
        """The same of a box that need not be in the scene, but for the objects to ``ignore``."""
        met = self.touching(box, tolerance.PENETRATION)
        return tuple(id_ for id_ in met if id_ not in ignore and id_ not in self._hollow)

    def kin(self, id_: str) -> frozenset[str]:
        """An object itself, what carries it (upwards to the floor) and what it carries."""
        found = {id_, *self.scene.carried(id_)}
        parent = self.scene[id_].parent
        while parent is not None and parent in self.scene.objects and parent not in found:
            found.add(parent)
            parent = self.scene[parent].parent
        return frozenset(found)

    def hollow(self, id_: str) -> bool:
        """Whether an object is a fixed body that only encloses: it holds the centre of a thing that is not fixed, or it
        is a bend of walls (wider than 0.5 m both ways and higher than 2 m). Known of the first scene of a chain.
        """
        return id_ in self._hollow

    @cached_property
    def _hollow(self) -> frozenset[str]:
        if self._known_hollow is not None:
            return self._known_hollow
        return frozenset(id_ for id_, one in self.scene.objects.items() if one.fixed and self._encloses(one.box))

    def _encloses(self, box: Box) -> bool:
        wide, high = _BEND
        if min(box.size.x, box.size.y) > wide and box.size.z > high:
            return True
        around = (self.scene.objects[id_] for id_ in self.around(box, 0.0))
        return any(
            box.bottom < one.box.centre.z < box.top and boxes.point_gap(box, one.box.centre.x, one.box.centre.y) == 0
            for one in around
            if not one.fixed
        )

    def out_of_bounds(self, id_: str) -> bool:
        """Whether an object's footprint sticks out of its room by more than ``tolerance.TOUCH``, or is in no room
        though there are rooms. What is fixed belongs to the building and is where it is.
        """
        one = self.scene[id_]
        room = self.room(id_)
        if one.fixed or not self.scene.rooms:
            return False
        return room is None or float(overhangs(room.polygon, rows([one.box]))[0]) > tolerance.TOUCH

    def unsupported(self, id_: str) -> bool:
        """Whether nothing carries an object: no floor or thing below within ``tolerance.REST`` of its underside, no
        declared container around it, and, if it hangs, no wall or ceiling that it touches.
        """
        return not self.scene[id_].fixed and not supporters(self, id_, tolerance.REST)

    def check(self, predicate: str, args: tuple[str | float, ...]) -> bool:
        """Whether a predicate holds, by geometry and attributes; ``relations`` defines each.

        False where an argument names nothing in the scene (``removed`` is then true). Raises InputError for an unknown
        predicate or a wrong number or type of arguments.
        """
        return holds(self, predicate, args)

    def facts(self, ids: Iterable[str] | None = None) -> frozenset[Fact]:
        """All that holds of these objects (None: of all) among exists, on, supported, contact (of a support), stable,
        locked, grouped_with, has_style and has_scale. Relations between objects are asked with ``check``.
        """
        return frozenset(fact for id_ in (self.scene.objects if ids is None else ids) for fact in facts_of(self, id_))
