"""Own minimal readers of raw scene files, for checking only: they share no code with the package.

Frame of a ``Body``: metres, x and y along the floor, z up, ``yaw`` counter-clockwise seen from above. ``front`` is the
direction of its front (0 looks along +y), or None where the file does not say one.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Body", "RawScene", "Sizes", "category_words", "read_raw", "sizes_of"]

#: Asset id to the sides of its box, x, y (up), z, and its category.
Sizes = Mapping[str, tuple[tuple[float, float, float], str]]


@dataclass(frozen=True, kw_only=True)
class Body:
    """A thing as the file tells it: a box turned about the vertical; ``size`` is width, depth, height before that."""

    id: str
    category: str
    centre: tuple[float, float, float]
    size: tuple[float, float, float]
    yaw: float
    front: float | None
    parent: str | None
    style: str
    record: Mapping[str, Any]

    @property
    def bottom(self) -> float:
        """Height of the underside."""
        return self.centre[2] - self.size[2] / 2

    @property
    def top(self) -> float:
        """Height of the upper side."""
        return self.centre[2] + self.size[2] / 2


@dataclass(frozen=True, kw_only=True)
class RawScene:
    """Bodies by id; rooms by id as ``(kind, polygon, floor height, ceiling height)``; ``rest`` is all else in the file.

    ``fixed`` are the ids of walls, floors and ceilings that the file lists among its things.
    """

    bodies: Mapping[str, Body]
    rooms: Mapping[str, tuple[str, tuple[tuple[float, float], ...], float, float]]
    rest: Any
    fixed: frozenset[str] = frozenset()


def sizes_of(data: bytes) -> Sizes:
    """The asset database of ProcTHOR."""
    found: dict[str, tuple[tuple[float, float, float], str]] = {}
    for kind, entries in json.loads(data).items():
        for one in entries:
            box = one.get("boundingBox")
            if box is not None:
                found.setdefault(str(one["assetId"]), ((box["x"], box["y"], box["z"]), category_words(kind)))
    return found


def category_words(name: str) -> str:
    """``DiningTable``, ``dining_table`` and ``dining table`` are one category."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.sub(r"[\W_]+", " ", spaced).strip().lower()


def read_raw(data: bytes, sizes: Sizes) -> RawScene:
    """The scene in a file of any of the four JSON formats. Raises ValueError for another one."""
    tree = json.loads(data)
    if "nodes" in tree:
        return _virtualhome(tree)
    if tree.get("format") == "sceneState":
        return _sceneeval(tree)
    if tree.get("format") == "lookagain.scene":
        return _own(tree)
    if "walls" in tree:
        return _procthor(tree, sizes)
    raise ValueError(f"expected a scene of a known format, got an object with {sorted(tree)[:8]}")


def _extra(record: Mapping[str, Any]) -> Mapping[str, Any]:
    found = record.get("lookagain", {})
    return found if isinstance(found, dict) else {}


def _without(record: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in keys}


# ProcTHOR


def _procthor(tree: Mapping[str, Any], sizes: Sizes) -> RawScene:
    bodies = {}
    for record, parent in _nested(tree["objects"], None):
        one = _thing(record, parent, sizes)
        bodies[one.id] = one
    tops: dict[str, float] = {}
    for wall in tree["walls"]:
        high = max(corner["y"] for corner in wall["polygon"])
        tops[wall.get("roomId", "")] = max(high, tops.get(wall.get("roomId", ""), 0.0))
    rooms = {
        one["id"]: (
            category_words(one["roomType"]),
            tuple((corner["x"], corner["z"]) for corner in one["floorPolygon"]),
            one["floorPolygon"][0]["y"],
            tops.get(one["id"], 2.5),
        )
        for one in tree["rooms"]
    }
    return RawScene(bodies=bodies, rooms=rooms, rest=_without(tree, "objects"))


def _nested(records: Any, parent: str | None) -> Iterator[tuple[Mapping[str, Any], str | None]]:
    for record in records:
        yield record, parent
        yield from _nested(record.get("children") or (), record["id"])


def _thing(record: Mapping[str, Any], parent: str | None, sizes: Sizes) -> Body:
    extra, at, turn = _extra(record), record["position"], record["rotation"]
    known, kind = sizes.get(record["assetId"], (None, category_words(record["id"].split("|")[0])))
    if "size" in extra:
        width, depth, height = extra["size"]
    elif known is not None:
        width, height, depth = _tilted(known, turn["x"], turn["z"])
    else:
        raise ValueError(f"{record['id']}: neither the file nor the database tells its size")
    yaw = float(extra.get("yaw", -math.radians(turn["y"])))
    return Body(
        id=record["id"],
        category=category_words(extra.get("category", kind)),
        centre=tuple(extra.get("centre", (at["x"], at["z"], at["y"]))),
        size=(width, depth, height),
        yaw=yaw,
        front=yaw,
        parent=parent,
        style=str(extra.get("style", "")),
        record={**_without(record, "children"), "(nested in)": parent},
    )


def _tilted(size: tuple[float, float, float], about_x: float, about_z: float) -> tuple[float, float, float]:
    """The upright box around a box that is turned about z and then about x (degrees; y is up)."""
    a, c = math.radians(about_x), math.radians(about_z)
    over_x: NDArray[np.float64] = np.array([[1, 0, 0], [0, math.cos(a), -math.sin(a)], [0, math.sin(a), math.cos(a)]])
    over_z: NDArray[np.float64] = np.array([[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]])
    x, y, z = np.abs(over_x @ over_z) @ np.array(size)
    return float(x), float(y), float(z)


# VirtualHome


def _virtualhome(tree: Mapping[str, Any]) -> RawScene:
    names = {one["id"]: str(_extra(one).get("id", one["id"])) for one in tree["nodes"]}
    building = {
        one["id"] for one in tree["nodes"] if one["category"] in ("Rooms", "Floor", "Floors", "Doors", "Windows")
    }
    outer = {one["id"] for one in tree["nodes"] if one["category"] in ("Walls", "Ceiling", "Ceilings")}
    carriers: dict[Any, Any] = {}
    links: dict[Any, list[Any]] = {}
    for edge in tree["edges"]:
        start, end = edge["from_id"], edge["to_id"]
        if edge["relation_type"] in ("ON", "INSIDE") and end not in building | outer:
            carriers.setdefault(start, end)
        links.setdefault(start, []).append((edge["relation_type"], end))
    bodies = {}
    for one in tree["nodes"]:
        if one["category"] != "Rooms" and one.get("bounding_box"):
            bodies[names[one["id"]]] = _node(one, names[one["id"]], names.get(carriers.get(one["id"])))
    rooms = {}
    for one in tree["nodes"]:
        if one["category"] == "Rooms":
            rooms[str(one["id"])] = _tiles(tree, one)
    fixed = frozenset(names[id_] for id_ in building | outer)
    rest = {
        "rooms": [one for one in tree["nodes"] if one["category"] == "Rooms"],
        "others": _without(tree, "nodes", "edges"),
    }
    return RawScene(bodies=bodies, rooms=rooms, rest=rest, fixed=fixed)


def _node(record: Mapping[str, Any], id_: str, parent: str | None) -> Body:
    extra, box = _extra(record), record["bounding_box"]
    (x, y, z), (w, h, d) = box["center"], box["size"]
    front = extra.get("yaw")
    square = front is None or abs(math.remainder(front, math.pi / 2)) < 1e-3
    return Body(
        id=id_,
        category=category_words(extra.get("category", record["class_name"])),
        centre=(x, z, y),
        size=(w, d, h) if square or "size" not in extra else tuple(extra["size"]),
        yaw=0.0 if square or front is None else float(front),
        front=front,
        parent=parent,
        style=str(extra.get("style", "")),
        record=record,
    )


def _tiles(
    tree: Mapping[str, Any], room: Mapping[str, Any]
) -> tuple[str, tuple[tuple[float, float], ...], float, float]:
    """A room is where its floor tiles are; their seams are closed."""
    import shapely

    inside = {
        edge["from_id"] for edge in tree["edges"] if edge["to_id"] == room["id"] and edge["relation_type"] == "INSIDE"
    }
    parts, floor = [], -math.inf
    for one in tree["nodes"]:
        if one["id"] in inside and one["category"] in ("Floor", "Floors"):
            (x, y, z), (w, h, d) = one["bounding_box"]["center"], one["bounding_box"]["size"]
            parts.append(shapely.box(x - w / 2, z - d / 2, x + w / 2, z + d / 2).buffer(0.05, join_style="mitre"))
            floor = max(floor, y + h / 2)
    area = shapely.unary_union(parts).buffer(-0.05, join_style="mitre")
    largest = max(getattr(area, "geoms", [area]), key=lambda part: part.area)
    (_, middle, _), (_, height, _) = room["bounding_box"]["center"], room["bounding_box"]["size"]
    return category_words(room["class_name"]), tuple(largest.exterior.coords)[:-1], floor, middle + height / 2


# SceneEval


def _sceneeval(tree: Mapping[str, Any]) -> RawScene:
    scene = tree["scene"]
    bodies = {one["id"]: _placed(one) for one in scene["object"]}
    heights = [one["height"] for one in scene["arch"]["elements"] if one["type"] == "Wall"]
    rooms = {
        str(one["roomId"]): ("room", tuple((x, y) for x, y, _ in one["points"]), one["points"][0][2], max(heights))
        for one in scene["arch"]["elements"]
        if one["type"] == "Floor"
    }
    rest = {**_without(tree, "scene"), "scene": _without(scene, "object")}
    return RawScene(bodies=bodies, rooms=rooms, rest=rest)


def _placed(record: Mapping[str, Any]) -> Body:
    """The columns of a transform are the model's axes (y up, front along z) in the scene, and where its foot is."""
    extra, values = _extra(record), record["transform"]["data"]
    across, up, ahead, foot = (np.array(values[at : at + 3]) for at in (0, 4, 8, 12))
    width, depth, height = extra["asset_size"]
    size = (
        width * float(np.linalg.norm(across)),
        depth * float(np.linalg.norm(ahead)),
        height * float(np.linalg.norm(up)),
    )
    yaw = math.atan2(-ahead[0], ahead[1])
    return Body(
        id=record["id"],
        category=category_words(extra["category"]),
        centre=(float(foot[0]), float(foot[1]), float(foot[2]) + size[2] / 2),
        size=size,
        yaw=yaw,
        front=yaw,
        parent=record.get("parentId") or extra.get("parent"),
        style=str(extra.get("style", "")),
        record=record,
    )


# lookagain's own


def _own(tree: Mapping[str, Any]) -> RawScene:
    bodies = {}
    for one in tree["objects"]:
        yaw = float(one.get("yaw", 0.0))
        bodies[one["id"]] = Body(
            id=one["id"],
            category=category_words(one["category"]),
            centre=tuple(one["centre"]),
            size=tuple(one["size"]),
            yaw=yaw,
            front=yaw,
            parent=one.get("parent"),
            style=one.get("style", ""),
            record=one,
        )
    rooms = {
        one["id"]: (
            category_words(one["kind"]),
            tuple(map(tuple, one["polygon"])),
            one.get("floor", 0.0),
            one.get("floor", 0.0) + one.get("height", 2.5),
        )
        for one in tree["rooms"]
    }
    return RawScene(bodies=bodies, rooms=rooms, rest=_without(tree, "objects"))
