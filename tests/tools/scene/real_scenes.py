"""Real houses and flats for the tests of geometry, read as plainly as can be (the product's readers have own tests)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lookagain.tools.scene.values import Box, Opening, Point, Room, Scene, SceneObject

_SHELL = {"Walls", "Floor", "Ceiling", "Doors", "Windows", "Rooms"}


def procthor(data: Path, number: int) -> Scene:
    """A ProcTHOR house. Unity's z is our y, its turns are clockwise."""
    folder = data / "scenes" / "procthor"
    house = json.loads((folder / "houses" / f"house_{number}.json").read_text())
    assets = json.loads((folder / "databases" / "asset-database.json").read_text())
    sizes = {one["assetId"]: one["boundingBox"] for kind in assets.values() for one in kind}
    rooms = {}
    for one in house["rooms"]:
        polygon = tuple((p["x"], p["z"]) for p in one["floorPolygon"])
        area = sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True))
        polygon = polygon if area > 0 else polygon[::-1]
        rooms[one["id"]] = Room(id=one["id"], kind=one["roomType"], polygon=polygon, height=2.75)

    def walk(items: list[Any], parent: str | None, room: str | None) -> Iterator[SceneObject]:
        for item in items:
            size, turn, at = sizes[item["assetId"]], item["rotation"], item["position"]
            extent = Point(size["x"], size["z"], size["y"])
            if round(turn["x"]) % 180 == 90:
                extent = Point(extent.x, extent.z, extent.y)
            box = Box(centre=Point(at["x"], at["z"], at["y"]), size=extent, yaw=-math.radians(turn["y"]))
            where = room or f"room|{item['id'].split('|')[1]}"
            yield SceneObject(id=item["id"], category=item["id"].split("|")[0], box=box, room=where, parent=parent)
            yield from walk(item.get("children", []), item["id"], where)

    return Scene(
        objects={one.id: one for one in walk(house["objects"], None, None)},
        rooms=rooms,
        openings=tuple(_opening(one, kind, house["walls"]) for kind in ("door", "window") for one in house[kind + "s"]),
    )


def _opening(one: dict[str, Any], kind: Any, walls: list[dict[str, Any]]) -> Opening:
    wall = next(wall for wall in walls if wall["id"] == one["wall0"])
    (ax, ay), (bx, by) = ((wall["polygon"][k]["x"], wall["polygon"][k]["z"]) for k in (0, 1))
    length = math.hypot(bx - ax, by - ay)
    ux, uy = (bx - ax) / length, (by - ay) / length
    low, high = one["holePolygon"]
    along = one["assetPosition"]["x"]
    return Opening(
        id=one["id"],
        kind=kind,
        box=Box(
            centre=Point(ax + ux * along, ay + uy * along, (low["y"] + high["y"]) / 2),
            size=Point(high["x"] - low["x"], 0.1, high["y"] - low["y"]),
            yaw=math.atan2(uy, ux),
        ),
        rooms=tuple(dict.fromkeys((one["room0"], one["room1"]))),
    )


def virtualhome(data: Path, number: int) -> Scene:
    """A VirtualHome flat: upright boxes; rooms are boxes too."""
    graph = json.loads((data / "scenes" / "virtualhome" / f"TestScene{number}_graph.json").read_text())
    nodes = {one["id"]: one for one in graph["nodes"]}
    rooms = {}
    for key, one in nodes.items():
        if one["category"] == "Rooms":
            (x, _, y), (w, _, d) = one["bounding_box"]["center"], one["bounding_box"]["size"]
            corners = ((x - w / 2, y - d / 2), (x + w / 2, y - d / 2), (x + w / 2, y + d / 2), (x - w / 2, y + d / 2))
            rooms[str(key)] = Room(id=str(key), kind=one["class_name"], polygon=corners)
    held: dict[int, tuple[int | None, Any]] = {}
    inside: dict[int, str] = {}
    for edge in graph["edges"]:
        if edge["relation_type"] == "INSIDE" and str(edge["to_id"]) in rooms:
            inside[edge["from_id"]] = str(edge["to_id"])
        elif edge["relation_type"] in ("ON", "INSIDE") and nodes[edge["to_id"]]["category"] not in _SHELL:
            held.setdefault(edge["from_id"], (edge["to_id"], "on" if edge["relation_type"] == "ON" else "in"))
    objects = {}
    for key, one in nodes.items():
        if str(key) not in rooms and one["bounding_box"] is not None:
            (x, z, y), (w, h, d) = one["bounding_box"]["center"], one["bounding_box"]["size"]
            parent, holding = held.get(key, (None, "on"))
            objects[str(key)] = SceneObject(
                id=str(key),
                category=one["class_name"],
                box=Box(centre=Point(x, y, z), size=Point(w, d, h)),
                room=inside.get(key),
                parent=None if parent is None else str(parent),
                holding=holding,
                fixed=one["category"] in _SHELL,
            )
    return Scene(objects=objects, rooms=rooms)
