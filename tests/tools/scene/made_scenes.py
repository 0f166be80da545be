"""Small scenes made by hand, and random ones, for the tests of geometry."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

from lookagain.tools.scene.values import Box, Opening, Point, Room, Scene, SceneObject
from lookagain.tools.scene.world import World

#: Four by four metres; its walls 0 to 3 are those at y=0, x=4, y=4, x=0.
KITCHEN = Room(id="k", kind="kitchen", polygon=((0, 0), (4, 0), (4, 4), (0, 4)))
#: Opens to the kitchen by a door at x=4; an L, whose part x > 7, y > 2 is missing.
HALL = Room(id="h", kind="hall", polygon=((4, 0), (9, 0), (9, 2), (7, 2), (7, 4), (4, 4)))
DOOR = Opening(
    id="door",
    kind="door",
    box=Box(centre=Point(4, 2, 1), size=Point(1, 0.1, 2), yaw=math.pi / 2),
    rooms=("k", "h"),
)


def box(x: float, y: float, z: float, w: float = 1.0, d: float = 1.0, h: float = 1.0, degrees: float = 0.0) -> Box:
    """A box whose underside, not its centre, is at ``z``."""
    return Box(centre=Point(x, y, z + h / 2), size=Point(w, d, h), yaw=math.radians(degrees))


def thing(id_: str, where: Box, room: str | None = "k", **more: Any) -> SceneObject:
    return SceneObject(id=id_, category=id_.partition("_")[0], box=where, room=room, **more)


def world(*things: SceneObject, openings: tuple[Opening, ...] = (DOOR,)) -> World:
    rooms = {room.id: room for room in (KITCHEN, HALL)}
    return World(Scene(objects={one.id: one for one in things}, rooms=rooms, openings=openings))


def _lengths(low: float, high: float) -> st.SearchStrategy[float]:
    # Whole millimetres: rounding at the edges of a tolerance is no subject of these tests.
    return st.integers(round(low * 1000), round(high * 1000)).map(lambda mm: mm / 1000)


#: Boxes of furniture's size near the origin, turned in any way.
boxes_ = st.builds(
    box,
    _lengths(-3, 3),
    _lengths(-3, 3),
    _lengths(-1, 1),
    _lengths(0.02, 3),
    _lengths(0.02, 3),
    _lengths(0.02, 2),
    st.integers(0, 359).map(float),
)
