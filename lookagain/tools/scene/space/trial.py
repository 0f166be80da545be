"""Do the wanted relations hold if the object were there?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lookagain.tools.scene.geometry import arrays
from lookagain.tools.scene.geometry.polygons import extent_box
from lookagain.tools.scene.relations import RELATIONS
from lookagain.tools.scene.relations.placement import GAP, OVER
from lookagain.tools.scene.space.region import Region, targets
from lookagain.tools.scene.space.wanted import IT, Wanted
from lookagain.tools.scene.values import Box, Point, SceneObject

if TYPE_CHECKING:
    from lookagain.tools.scene.world import World

__all__ = ["Trial"]

#: These look at a whole room: they are asked last.
_ROUNDING = 1e-6
_COSTLY = frozenset({"accessible", "visible"})


class Trial:
    """The part of a world around a region, into which one object is put here and there."""

    def __init__(self, world: World, wanted: Wanted, region: Region) -> None:
        of_place = (one for one in wanted.relations if RELATIONS[one[0]].spatial)
        self._asked = sorted(of_place, key=lambda one: one[0] in _COSTLY)
        own = {wanted.id, *wanted.ignore}
        if wanted.id is not None:
            own |= set(world.scene.carried(wanted.id))
        self._world = world.part(_neighbours(world, wanted, region) - (own - set(targets(wanted))))
        self._near = [
            (world.box(str(args[1])), max(float(args[2]) + GAP, OVER))
            for name, args in self._asked
            if name in ("near", "gap") and args[0] == IT and _is_upright(world, str(args[1]))
        ]
        room = None if region.room is None else region.room.id
        parent = region.surface if region.surface in world.scene.objects else None
        blank = SceneObject(id=IT, category="", box=Box(centre=Point(0, 0, 0), size=wanted.size))
        known = blank if wanted.id is None else world.scene.objects.get(wanted.id, blank)
        self._object = replace(known, id=IT, room=room, parent=parent, holding=region.holding)

    def possible(self, rows: arrays.Rows) -> NDArray[np.bool_]:
        """Which of the boxes (n, 7) are not too far from a target that they shall be near, at a glance."""
        found = np.ones(len(rows), dtype=np.bool_)
        radius = np.hypot(rows[:, 3], rows[:, 4]) / 2
        for box, reach in self._near:
            found &= arrays.point_gaps(box, rows[:, :2]) <= radius + reach + _ROUNDING
        return found

    def holds(self, box: Box) -> bool:
        """Whether all wanted relations hold with the object there."""
        if not self._asked:
            return True
        scene = self._world.scene.with_objects(replace(self._object, box=box))
        tried = self._world.replaced(scene, {IT})
        return all(tried.check(name, args) for name, args in self._asked)


def _is_upright(world: World, id_: str) -> bool:
    """Whether distances from it go along the floor, from its box."""
    place = world.place(id_)
    return place is None or place.kind == "wall"


def _neighbours(world: World, wanted: Wanted, region: Region) -> set[str]:
    """All in the room (or in reach of the surface), the targets, and what carries them."""
    room = region.room
    around = world.around(extent_box(room, 0.0, 1.0), 1.0) if room is not None else list(world.scene.objects)
    named = [id_ for id_ in (*targets(wanted), region.surface) if id_ is not None and id_ in world.scene.objects]
    return {*around, *(kin for id_ in named for kin in world.kin(id_))}
