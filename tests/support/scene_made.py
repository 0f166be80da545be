"""The smallest scenes of each JSON format that have a bit of everything."""

from __future__ import annotations

from copy import deepcopy
from typing import Any


def xyz(x: float, y: float, z: float) -> dict[str, float]:
    return {"x": x, "y": y, "z": z}


def procthor() -> dict[str, Any]:
    """A room of 4 x 3 m with a door, a table, a cup on it, and a picture on a wall."""
    corners = ((0, 0), (0, 3), (4, 3), (4, 0))
    wall = {
        "id": "wall|1|a",
        "roomId": "room|1",
        "polygon": [xyz(0, 0, 0), xyz(0, 0, 3), xyz(0, 2.6, 0), xyz(0, 2.6, 3)],
    }
    cup = {"id": "Cup|1|1", "assetId": "Cup_1", "position": xyz(2, 0.8, 1), "rotation": xyz(0, 30, 0), "isDirty": True}
    table = {"id": "DiningTable|1|0", "assetId": "T", "position": xyz(2, 0.375, 1), "rotation": xyz(0, 90, 0)}
    picture = {"id": "Painting|1|2", "assetId": "P", "position": xyz(0.02, 1.5, 1.5), "rotation": xyz(0, 90, 0)}
    room = {"id": "room|1", "roomType": "LivingRoom", "floorPolygon": [xyz(x, 0, z) for x, z in corners]}
    door = {"id": "door|1|2", "wall0": "wall|1|a", "room0": "room|1", "room1": "room|1"}
    hole = [xyz(0.5, 0, 0), xyz(1.5, 2.1, 0)]
    return deepcopy(
        {
            "doors": [{**door, "holePolygon": hole}],
            "objects": [{**table, "children": [cup]}, picture],
            "rooms": [room],
            "walls": [wall],
            "windows": [],
            "metadata": {"schema": "1.0.0"},
        }
    )


def virtualhome() -> dict[str, Any]:
    """A kitchen of 4 x 3 m: its floor, a door, a table at the west wall, a mug on the table."""
    nodes = [
        _node(1, "Rooms", "kitchen", (2, 1.25, 1.5), (4, 2.5, 3)),
        _node(2, "Floors", "floor", (2, 0, 1.5), (4, 0.0, 3)),
        _node(3, "Doors", "door", (1, 0.5, 3), (0.9, 1, 0.9)),
        _node(7, "Furniture", "kitchentable", (0.4, 0.375, 1.5), (0.8, 0.75, 1.4), ["SURFACES"]),
        _node(9, "Props", "mug", (0.4, 0.8, 1.5), (0.1, 0.1, 0.1), ["GRABBABLE"], ["CLEAN"]),
        _node(10, "Walls", "wall", (0, 1.25, 1.5), (0.1, 2.5, 3)),
    ]
    ends = [(2, 1, "INSIDE"), (3, 1, "INSIDE"), (7, 1, "INSIDE"), (9, 1, "INSIDE"), (9, 7, "ON"), (7, 2, "ON")]
    ends += [(9, 7, "CLOSE"), (7, 9, "CLOSE"), (9, 3, "FACING"), (3, 1, "BETWEEN")]
    return {"nodes": nodes, "edges": [{"from_id": a, "to_id": b, "relation_type": kind} for a, b, kind in ends]}


def _node(number: int, kind: str, name: str, centre: Any, size: Any, properties: Any = (), states: Any = ()) -> Any:
    return {
        "id": number,
        "category": kind,
        "class_name": name,
        "prefab_name": f"PRE_{name}",
        "bounding_box": {"center": list(centre), "size": list(size)},
        "properties": list(properties),
        "states": list(states),
    }


def own() -> dict[str, Any]:
    """A desk and a lamp on it, in a room with a window."""
    desk = {"id": "desk_1", "category": "desk", "centre": [1, 1, 0.4], "size": [1.2, 0.6, 0.8], "yaw": 0.5, "room": "r"}
    lamp = {"id": "lamp_1", "category": "lamp", "centre": [1, 1, 1], "size": [0.2, 0.2, 0.4], "parent": "desk_1"}
    window = {"id": "w", "kind": "window", "centre": [0, 1, 1.5], "size": [1, 0.1, 1], "yaw": 1.57, "rooms": ["r"]}
    return {
        "format": "lookagain.scene",
        "version": 1,
        "rooms": [{"id": "r", "kind": "office", "polygon": [[0, 0], [3, 0], [3, 3], [0, 3]]}],
        "openings": [window],
        "objects": [desk, {**lamp, "states": ["on"], "note": {"kept": [1, None]}}],
    }


def sceneeval() -> dict[str, Any]:
    """A table with its front to +x, and a thing of an unknown model on it, in a room of 4 x 3 m with a window."""
    half = 0.5
    table = [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 2.0, 1.0, 0.0, 1.0]
    thing = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, -1.0, 0.0, 0.0, 2.0, 1.0, 0.75, 1.0]
    transform = {"cols": 4, "rows": 4, "data": table, "rotation": [half, half, half, half], "scale": [1.0, 1.0, 1.0]}
    hole = {"id": 5, "type": "Window", "box": {"min": [1, 0.9], "max": [2, 2.1]}}
    floor = {"id": 0, "type": "Floor", "roomId": "0", "points": [[0, 0, 0], [4, 0, 0], [4, 3, 0], [0, 3, 0]]}
    wall = {"id": 1, "type": "Wall", "roomId": "0", "height": 2.6, "points": [[0, 0, 0], [4, 0, 0]], "holes": [hole]}
    objects = [
        {"id": "1", "index": 0, "modelId": "made.table", "parentId": "", "parentIndex": 0, "transform": transform},
        {"id": "2", "index": 1, "modelId": "made.0f3a", "parentId": "1", "transform": {"data": thing}},
    ]
    arch = {"elements": [floor, wall], "regions": [{"id": "0", "type": "Bedroom"}], "scaleToMeters": 1}
    return {"format": "sceneState", "scene": {"arch": arch, "object": objects, "unit": 1.0, "up": [0, 0, 1]}}


def gltf() -> dict[str, Any]:
    """A world with a floor, a table with a leg, a cup on it by parenting, and a chair that is turned and scaled."""

    def box(low: Any, high: Any) -> dict[str, Any]:
        return {"componentType": 5126, "count": 8, "type": "VEC3", "min": list(low), "max": list(high)}

    shapes = [
        box((-2, -0.05, -1.5), (2, 0, 1.5)),
        box((-0.7, 0.7, -0.4), (0.7, 0.75, 0.4)),
        box((-0.05, 0, -0.05), (0.05, 0.7, 0.05)),
        box((-0.04, 0, -0.04), (0.04, 0.1, 0.04)),
        box((-0.25, 0, -0.25), (0.25, 0.9, 0.25)),
    ]
    meshes = [{"primitives": [{"attributes": {"POSITION": at}}]} for at in range(len(shapes))]
    turn = [0.0, 0.7071067811865476, 0.0, 0.7071067811865476]
    nodes = [
        {"name": "world", "children": [1, 2, 5]},
        {"name": "Floor", "mesh": 0},
        {"name": "Table.001", "mesh": 1, "children": [3, 4], "translation": [0.5, 0, 0], "extras": {"mine": [1]}},
        {"name": "leg", "mesh": 2},
        {"name": "Cup", "mesh": 3, "translation": [0.3, 0.75, 0]},
        {"name": "Chair", "mesh": 4, "translation": [-1, 0, 0.5], "rotation": turn, "scale": [2, 1, 1]},
    ]
    asset = {"version": "2.0"}
    return {
        "asset": asset,
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": nodes,
        "meshes": meshes,
        "accessors": shapes,
    }
