"""A room of 6 m x 6 m in lookagain's own format, to edit by hand."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from bench.edit_as_act.conditions import Pair
from bench.edit_as_act.raw import RawScene, read_raw

#: Category, middle along the floor, underside, size, yaw in degrees, parent.
THINGS: Mapping[str, tuple[str, tuple[float, float], float, tuple[float, float, float], float, str | None]] = {
    "table": ("table", (3.0, 3.0), 0.0, (1.0, 1.0, 0.75), 0, None),
    "cup": ("cup", (3.2, 3.0), 0.75, (0.1, 0.1, 0.1), 0, "table"),
    "sofa": ("sofa", (3.0, 5.5), 0.0, (2.0, 0.9, 0.8), 180, None),
    "chair": ("chair", (1.0, 1.0), 0.0, (0.5, 0.5, 0.9), 0, None),
}


def data(**changes: dict[str, Any] | None) -> bytes:
    """The file, with fields of some things changed or new; None takes one away."""
    objects: dict[str, dict[str, Any]] = {}
    for id_, (category, (x, y), bottom, size, degrees, parent) in THINGS.items():
        middle = [x, y, bottom + size[2] / 2]
        one = {"id": id_, "category": category, "centre": middle, "size": list(size), "yaw": math.radians(degrees)}
        objects[id_] = one | ({"parent": parent} if parent else {})
    for id_, fields in changes.items():
        if fields is None:
            del objects[id_]
        else:
            objects[id_] = {"id": id_, "category": "thing", "yaw": 0.0, **objects.get(id_, {}), **fields}
    room = {"id": "room", "kind": "den", "polygon": [[0, 0], [6, 0], [6, 6], [0, 6]], "floor": 0.0, "height": 2.5}
    tree = {"format": "lookagain.scene", "version": 1, "rooms": [room], "objects": list(objects.values())}
    return json.dumps(tree).encode()


def scene(**changes: dict[str, Any] | None) -> RawScene:
    """The file as read."""
    return read_raw(data(**changes), {})


def pair(*new: str, **changes: dict[str, Any] | None) -> Pair:
    """Before and after; ``new`` are new things, each known by its own id."""
    return Pair(before=scene(), after=scene(**changes), new={id_: (id_,) for id_ in new})
