"""glTF 2.0, as text or GLB: each object a node, or a node with parts below it.

What is an object, and where: ``gltf_nodes``. Categories come from names of nodes (``Chair.001`` is a chair); floors,
walls and ceilings are ``fixed``, doors and windows openings. A node without a mesh that is named like a room holds what
is in it; else each floor is a room, else one room is around everything. What stands on what follows from the boxes.

An edit changes the nodes' transforms. Objects that it adds are boxes, of one mesh that all share; what glTF has no
field for is noted in the node's ``extras``. Chunks, buffers and images are never opened, and stay as they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from lookagain.core.errors import InputError
from lookagain.tools.scene.assets import Assets, TypicalSizes
from lookagain.tools.scene.formats.checked import parse
from lookagain.tools.scene.formats.document import Format, Original, Reading, add_once, from_json, to_json
from lookagain.tools.scene.formats.fields import extended
from lookagain.tools.scene.formats.glb import is_glb, joined, split
from lookagain.tools.scene.formats.gltf_nodes import Nodes, extras, named
from lookagain.tools.scene.formats.gltf_store import margin, store
from lookagain.tools.scene.formats.places import facing_into, footprint, room_at
from lookagain.tools.scene.formats.support import Support, at_rest
from lookagain.tools.scene.values import Box, Opening, Point, Room, Scene, SceneObject

__all__ = ["GLTF", "from_gltf", "model_size", "sniff_gltf", "to_gltf"]

_OPENINGS: Final[dict[str, Literal["door", "window"]]] = {"door": "door", "window": "window"}
_BUILDING: Final = {"floor", "wall", "ceiling", "roof"}
_HEIGHT: Final = 2.5
#: Whose box around all things is the room, where no floor says it: this much wider, in metres.
_MARGIN: Final = 0.5


def sniff_gltf(tree: Any) -> bool:
    """Whether this looks like a glTF."""
    return isinstance(tree, dict) and "asset" in tree and ("nodes" in tree or "scenes" in tree)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Binary(Original):
    """What is kept of a GLB: ``data`` is its JSON."""

    rest: bytes = field(repr=False)
    whole: bytes = field(repr=False)


def from_gltf(data: bytes) -> Scene:
    """The scene of a glTF or GLB. Raises ``InputError``."""
    if not is_glb(data):
        return from_json(GLTF, data, TypicalSizes())
    text, rest = split(data)
    scene = from_json(GLTF, text, TypicalSizes())
    kept = _Binary(
        data=text,
        assets=scene.source.assets,
        objects=scene.objects,
        rooms=scene.rooms,
        openings=scene.openings,
        rest=rest,
        whole=data,
    )
    return replace(scene, source=kept)


def to_gltf(scene: Scene) -> bytes:
    """As ``to_json``, of either kind."""
    source = scene.source
    if not isinstance(source, _Binary):
        return to_json(GLTF, scene)
    return source.whole if source.unedited(scene) else joined(to_json(GLTF, scene), source.rest)


def model_size(data: bytes) -> Point:
    """Width, depth and height of all that a glTF or GLB shows, its front along +z. Raises ``InputError``."""
    nodes = Nodes(parse(split(data)[0] if is_glb(data) else data))
    boxes = [box for at in nodes.objects if (box := nodes.box(at)) is not None]
    around = footprint(boxes)
    if around is None:
        raise InputError("the model has no mesh.", hint="Export it with its shape.")
    left, front, right, back = around
    return Point(right - left, back - front, max(box.top for box in boxes) - min(box.bottom for box in boxes))


def _read(tree: Any, _: Assets) -> Reading:
    nodes = Nodes(tree)
    found = Reading()
    ids = dict(named(nodes))
    boxes = {at: box for at in ids if (box := nodes.box(at)) is not None}
    kinds = {at: nodes.found[at].category.rpartition("_")[2] for at in boxes}
    _rooms(found, nodes, boxes, kinds)
    things = {at: box for at, box in boxes.items() if kinds[at] not in _OPENINGS}
    carriers = {ids[at]: box for at, box in things.items() if kinds[at] not in _BUILDING}
    support = Support(carriers)
    for at in boxes.keys() - things.keys():
        room = room_at(found.rooms, boxes[at].centre.x, boxes[at].centre.y)
        box = facing_into(_flat(boxes[at]), found.rooms.get(room or ""))
        rooms = () if room is None else (room,)
        found.openings.append(Opening(id=ids[at], kind=_OPENINGS[kinds[at]], box=box, rooms=rooms))
    found.openings.sort(key=lambda one: one.id)
    for at, box in things.items():
        node = nodes.found[at]
        above = None if node.above is None else nodes.found[node.above].object
        one = SceneObject(
            id=ids[at],
            category=node.category or "object",
            box=box,
            parent=ids[above] if above is not None and ids[above] in carriers else None,
            fixed=kinds[at] in _BUILDING,
        )
        placed = (
            replace(one, room=room_at(found.rooms, *box.centre[:2]))
            if one.fixed
            else at_rest(one, found.rooms, support)
        )
        add_once(found, extended(placed, extras(node.raw), f"{node.where}.extras"), node.raw, node.where)
    return found


def _flat(box: Box) -> Box:
    """The opening with its width along its own x."""
    if box.size.x >= box.size.y:
        return box
    return Box(centre=box.centre, size=Point(box.size.y, box.size.x, box.size.z), yaw=box.yaw + math.pi / 2)


def _rooms(found: Reading, nodes: Nodes, boxes: dict[int, Box], kinds: dict[int, str]) -> None:
    for at in nodes.rooms:
        inside = [one for one in boxes if nodes.found[one].room == at]
        floors = [one for one in inside if kinds[one] == "floor"]
        name = str(nodes.found[at].raw.get("name") or f"node_{at}")
        _room(found, name, nodes.found[at].category, [boxes[one] for one in floors or inside], bool(floors))
    if not found.rooms:
        for at, box in boxes.items():
            if kinds[at] == "floor":
                name = str(nodes.found[at].raw.get("name") or f"node_{at}")
                _room(found, name, "room", [box], True)
    if not found.rooms and boxes:
        _room(found, "room", "room", list(boxes.values()), False)
        found.notes.append("no node is a floor or named like a room: one room is taken to be around all things.")


def _room(found: Reading, id_: str, kind: str, boxes: list[Box], floors: bool) -> None:
    around = footprint(boxes)
    if around is None or id_ in found.rooms:
        return
    margin_ = 0.0 if floors else _MARGIN
    left, front, right, back = (one + side * margin_ for one, side in zip(around, (-1, -1, 1, 1), strict=True))
    floor = max(box.top for box in boxes) if floors else min(box.bottom for box in boxes)
    top = floor if floors else max(box.top for box in boxes)
    polygon = ((left, front), (right, front), (right, back), (left, back))
    found.rooms[id_] = Room(id=id_, kind=kind, polygon=polygon, floor=floor, height=max(_HEIGHT, top - floor))


GLTF: Final = Format("gltf", _read, store, margin)
