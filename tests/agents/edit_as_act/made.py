"""A small flat, made by hand, as a scene file in lookagain's own format."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from lookagain.tools.scene.formats import as_own, read_scene, write_scene
from lookagain.tools.scene.values import Box, Opening, Point, Room, Scene, SceneObject

LIVING = Room(id="living", kind="living room", polygon=((0, 0), (6, 0), (6, 5), (0, 5)))
KITCHEN = Room(id="kitchen", kind="kitchen", polygon=((6, 0), (10, 0), (10, 5), (6, 5)))
DOOR = Opening(
    id="door",
    kind="door",
    box=Box(centre=Point(6, 4, 1), size=Point(0.9, 0.1, 2), yaw=math.pi / 2),
    rooms=("living", "kitchen"),
)


def thing(id_: str, x: float, y: float, size: tuple[float, float, float], z: float = 0.0, **more: Any) -> SceneObject:
    """An object whose underside is at height ``z``."""
    yaw = math.radians(more.pop("degrees", 0.0))
    box = Box(centre=Point(x, y, z + size[2] / 2), size=Point(*size), yaw=yaw)
    values = {"category": id_.rpartition("_")[0], "room": "living", **more}
    return SceneObject(id=id_, box=box, **values)


def flat(*more: SceneObject) -> Scene:
    """Two rooms: a sofa, two chairs, a table with a lamp and a vase, a bookcase with books; a fridge in the kitchen."""
    things = [
        thing("sofa_1", 3.0, 0.5, (2.0, 0.9, 0.8)),
        thing("chair_1", 1.0, 3.5, (0.5, 0.5, 0.9)),
        thing("chair_2", 4.8, 2.2, (0.5, 0.5, 0.9)),
        thing("table_1", 3.0, 3.0, (1.6, 0.9, 0.75)),
        thing("lamp_1", 2.6, 3.0, (0.2, 0.2, 0.4), 0.75, parent="table_1"),
        thing("vase_1", 3.4, 3.1, (0.15, 0.15, 0.3), 0.75, parent="table_1"),
        thing("bookcase_1", 0.2, 1.5, (0.9, 0.3, 1.8), degrees=-90),
        thing("safe_1", 5.6, 0.4, (0.5, 0.5, 0.6), locked=True),
        thing("fridge_1", 9.5, 0.5, (0.7, 0.7, 1.8), room="kitchen"),
        *more,
    ]
    return Scene(
        objects={one.id: one for one in things}, rooms={one.id: one for one in (LIVING, KITCHEN)}, openings=(DOOR,)
    )


def write(path: Path, scene: Scene | None = None) -> Path:
    """The scene as a file."""
    path.write_bytes(write_scene(as_own(scene or flat())))
    return path


def read(path: Path) -> Scene:
    return read_scene(path.read_bytes())
