"""The scene files of the suite: seven as they are in the shared data, two made from layouts of SceneEval.

SceneEval's files tell neither category nor size. ``sceneeval_2`` is its file with both noted beside each object, as
lookagain reads and writes them; ``own_1`` is a scene in lookagain's own format, laid out after ``layoutvlm_1``.
Categories, sizes and styles of the two are ours.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

from bench.common.shared import shared_folder
from bench.edit_as_act.raw import Sizes, sizes_of

__all__ = ["DATABASE", "DataMissingError", "database", "scene_bytes", "scenes_folder"]

DATABASE = "procthor/databases/asset-database.json"

#: Category, width, depth and height of the objects of ``sceneeval/layoutvlm_2.json``, in metres.
_LAYOUT_2: Mapping[str, tuple[str, float, float, float]] = {
    "1": ("armchair", 0.8, 0.8, 0.9),
    "2": ("chair", 0.5, 0.5, 0.9),
    "3": ("cabinet", 1.0, 0.7, 1.2),
    "4": ("cabinet", 1.0, 0.7, 1.2),
    "5": ("dresser", 1.2, 0.7, 0.8),
    "6": ("bookshelf", 1.0, 0.34, 1.8),
    "7": ("coffee_table", 1.0, 0.6, 0.45),
    "8": ("floor_lamp", 0.16, 0.16, 1.6),
    "9": ("floor_lamp", 0.16, 0.16, 1.6),
    "10": ("tv_stand", 1.6, 0.5, 0.5),
}
#: Id, category, middle along the floor, height of the underside, size, yaw in degrees, what carries it, style.
_OWN = (
    ("sofa", "sofa", (2.5, 5.51), 0.0, (2.0, 0.9, 0.8), 180, None, "grey fabric"),
    ("cabinet", "cabinet", (0.62, 5.82), 0.0, (0.9, 0.34, 1.0), 180, None, "oak"),
    ("vase", "vase", (0.5, 5.82), 1.0, (0.2, 0.2, 0.3), 0, "cabinet", ""),
    ("dresser_white", "dresser", (0.59, 0.4), 0.0, (1.0, 0.75, 1.2), 0, None, "white"),
    ("dresser_black", "dresser", (1.48, 0.65), 0.0, (1.0, 0.75, 1.2), -90, None, "black"),
    ("plant", "house_plant", (0.6, 0.5), 1.2, (0.25, 0.25, 0.4), 0, "dresser_white", ""),
    ("rug", "rug", (3.0, 3.0), 0.0, (2.0, 1.5, 0.01), 0, None, ""),
    ("coffee_table", "coffee_table", (3.0, 3.0), 0.01, (1.1, 0.6, 0.45), 10, "rug", ""),
    ("armchair", "armchair", (5.6, 3.0), 0.0, (0.8, 0.75, 0.9), 90, None, "red"),
    ("desk", "desk", (5.36, 0.5), 0.0, (1.2, 0.9, 0.75), 0, None, ""),
    ("desk_lamp", "desk_lamp", (5.5, 0.6), 0.75, (0.2, 0.2, 0.4), 0, "desk", ""),
)
_OPENINGS = (
    ("door", "door", (3.0, 0.0, 1.0), (0.9, 0.1, 2.0), 0.0),
    ("window_south", "window", (6.0, 1.6, 1.5), (1.0, 0.1, 1.2), math.pi / 2),
    ("window_north", "window", (6.0, 4.6, 1.5), (1.0, 0.1, 1.2), math.pi / 2),
)


class DataMissingError(RuntimeError):
    """The shared data are not on this machine."""


def scenes_folder() -> Path:
    """The folder of the scenes. Raises DataMissingError."""
    found = shared_folder("scenes")
    if found is None:
        raise DataMissingError("no scenes: set LOOKAGAIN_DATA or have ../shared/data beside the repository")
    return found


def database() -> Sizes:
    """Sizes of ProcTHOR's assets."""
    return sizes_of((scenes_folder() / DATABASE).read_bytes())


def scene_bytes(name: str) -> bytes:
    """A scene of the suite by the name that its task file gives."""
    if name == "own":
        return json.dumps(_own_scene(), indent=1).encode()
    data = (scenes_folder() / name).read_bytes()
    return _noted(data) if name.startswith("sceneeval/") else data


def _noted(data: bytes) -> bytes:
    tree = json.loads(data)
    for one in tree["scene"]["object"]:
        category, *size = _LAYOUT_2[one["id"]]
        one["lookagain"] = {"category": category, "asset_size": size}
    return json.dumps(tree, indent=1).encode()


def _own_scene() -> dict[str, object]:
    objects = []
    for id_, category, (x, y), bottom, size, degrees, parent, style in _OWN:
        one: dict[str, object] = {
            "id": id_,
            "category": category,
            "centre": [x, y, bottom + size[2] / 2],
            "size": list(size),
            "yaw": math.radians(degrees),
            "room": "room",
        }
        one |= {"parent": parent} if parent else {}
        one |= {"style": style} if style else {}
        objects.append(one)
    return {
        "format": "lookagain.scene",
        "version": 1,
        "rooms": [
            {
                "id": "room",
                "kind": "living_room",
                "polygon": [[0, 0], [6, 0], [6, 6], [0, 6]],
                "floor": 0.0,
                "height": 3.0,
            }
        ],
        "openings": [
            {"id": id_, "kind": kind, "centre": list(centre), "size": list(size), "yaw": yaw, "rooms": ["room"]}
            for id_, kind, centre, size, yaw in _OPENINGS
        ],
        "objects": objects,
    }
