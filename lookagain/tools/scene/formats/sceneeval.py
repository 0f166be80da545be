"""SceneEval's sceneState JSON: objects with 4 x 4 transforms (column-major) over an architecture of floors and walls.

Frame: z up, right-handed, ``unit`` metres. A transform takes a model that is y up with its front along +z, its origin
at the middle of its underside, into the scene. The file holds no sizes and no categories: a catalogue may know the
model, else a plain box stands in, and a warning says so. What stands on what follows from ``parentId``, else from the
boxes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal, NamedTuple

from lookagain.core.errors import InputError
from lookagain.tools.scene.assets import Assets, shape_of
from lookagain.tools.scene.formats.checked import Record, listed, measured, number, record, text, triple, word
from lookagain.tools.scene.formats.document import Format, Reading, add_once
from lookagain.tools.scene.formats.fields import EXTRA, extended
from lookagain.tools.scene.formats.names import category_name
from lookagain.tools.scene.formats.places import counter_clockwise, facing_into, reach, room_at
from lookagain.tools.scene.formats.support import Support, at_rest
from lookagain.tools.scene.formats.transform import Matrix, boxed, moved, quaternion_turned, standing
from lookagain.tools.scene.values import Box, Opening, Point, Room, SceneObject

__all__ = ["SCENEEVAL", "sniff_sceneeval"]

_WALL_DEPTH: Final = 0.1
_HEIGHT: Final = 2.5
_OPENINGS: Final[Mapping[str, Literal["door", "window"]]] = {"door": "door", "window": "window"}


def sniff_sceneeval(tree: Any) -> bool:
    """Whether this looks like a sceneState."""
    return isinstance(tree, dict) and (tree.get("format") == "sceneState" or "object" in _inner(tree))


def _inner(tree: Any) -> Record:
    inner = tree.get("scene") if isinstance(tree, dict) else None
    return inner if isinstance(inner, dict) else {}


class _Native(NamedTuple):
    """An object as its own record tells it."""

    raw: Record
    where: str
    one: SceneObject


def _read(tree: Any, assets: Assets) -> Reading:
    scene = record(record(tree, "file").get("scene"), "scene")
    if triple(scene.get("up", [0, 0, 1]), "scene.up") != (0, 0, 1):
        raise InputError("scene.up: expected [0, 0, 1].", hint="Export the scene with z up.")
    unit = number(scene.get("unit", 1), "scene.unit")
    if not 1e-4 <= unit <= 1e4:
        raise InputError(f"scene.unit: expected metres for a unit, got {unit:g}.")
    found = Reading()
    _architecture(found, record(scene.get("arch", {}), "scene.arch"))
    natives, guessed = [], 0
    for at, one in enumerate(listed(scene.get("object"), "scene.object")):
        where = f"scene.object[{at}]"
        native, source = _native(record(one, where), unit, assets, where)
        if source == "guess":
            native = native._replace(one=_within_walls(native.one, found.rooms))
        guessed += source in ("typical size", "guess")
        natives.append(native)
    support = Support({native.one.id: native.one.box for native in natives})
    for native in natives:
        placed = at_rest(native.one, found.rooms, support)
        add_once(found, extended(placed, native.raw, native.where), native.raw, native.where)
    if guessed:
        found.notes.append(f"{guessed} objects have no size in the file or catalogue; plain boxes stand in.")
    return found


def _native(raw: Record, unit: float, assets: Assets, where: str) -> tuple[_Native, str]:
    model = text(raw.get("modelId", ""), f"{where}.modelId")
    named = text(raw.get("category", raw.get("label", "")), f"{where}.category")
    known = assets.get(model) or assets.get(model.partition(".")[2])
    shape = known or shape_of(assets, "", category_name(named) or _category(model))
    parent = text(str(raw.get("parentId") or ""), f"{where}.parentId")
    extra = raw.get(EXTRA)
    size = shape.size
    if isinstance(extra, dict) and "asset_size" in extra:
        size = measured(triple(extra["asset_size"], f"{where}.{EXTRA}.asset_size"), f"{where}.{EXTRA}.asset_size")
    box, scale = boxed(_matrix(raw, unit, where), size)
    id_ = word(raw.get("id"), f"{where}.id")
    box = replace(box, size=measured(box.size, where))
    one = SceneObject(id=id_, category=shape.category, box=box, parent=parent or None, asset=model, scale=scale)
    return _Native(raw, where, one), shape.source


def _category(model: str) -> str:
    """What the last part of a model's id says; a bare hash says nothing."""
    name = model.rpartition(".")[2].strip("0123456789_-")
    return category_name(name) if name.isalpha() and len(name) < 32 else "object"


def _within_walls(one: SceneObject, rooms: Mapping[str, Room]) -> SceneObject:
    """A box of which nothing is known does not stick out of its room."""
    (x, y, _), (u, v) = one.box.centre, one.box.forward
    room = room_at(rooms, x, y)
    if room is None:
        return one
    wall = rooms[room].polygon
    depth = 2 * min(reach(wall, x, y, (u, v)), reach(wall, x, y, (-u, -v)))
    width = 2 * min(reach(wall, x, y, (v, -u)), reach(wall, x, y, (-v, u)))
    size = (min(one.box.size.x, width), min(one.box.size.y, depth), one.box.size.z)
    return replace(one, box=replace(one.box, size=measured(size, one.id)))


def _matrix(raw: Record, unit: float, where: str) -> Matrix:
    transform = record(raw.get("transform"), f"{where}.transform")
    values = _numbers(transform.get("data"), 16, f"{where}.transform.data")
    for key, count in (("rotation", 4), ("scale", 3), ("translation", 3)):
        if key in transform:
            _numbers(transform[key], count, f"{where}.transform.{key}")
    columns = [Point(*values[at : at + 3]) for at in (0, 4, 8, 12)]
    x, y, z, at = (Point(*(one * unit for one in column)) for column in columns)
    if min(math.hypot(*column) for column in (x, y, z)) < 1e-6 or max(map(abs, (*x, *y, *z))) > 1e3:
        raise InputError(f"{where}.transform.data: expected a rotation times a scale.")
    return Matrix(x, y, z, at)


def _numbers(value: Any, count: int, where: str) -> list[float]:
    found = [number(one, where) for one in listed(value, where)]
    if len(found) != count:
        raise InputError(f"{where}: expected {count} numbers, got {len(found)}.")
    return found


def _architecture(found: Reading, arch: Record) -> None:
    metres = number(arch.get("scaleToMeters", 1), "scene.arch.scaleToMeters")
    kinds: dict[str, str] = {}
    for at, one in enumerate(listed(arch.get("regions"), "scene.arch.regions")):
        region = record(one, f"scene.arch.regions[{at}]")
        kinds[str(region.get("id"))] = category_name(text(region.get("type", ""), f"scene.arch.regions[{at}].type"))
    walls: list[tuple[str, Record, list[Point], str]] = []
    floors: list[tuple[str, list[Point], str]] = []
    for element, where in _elements(arch):
        points = [
            Point(*(metres * side for side in triple(point, f"{where}.points")))
            for point in listed(element.get("points"), f"{where}.points")
        ]
        room = str(element.get("roomId"))
        if element.get("type") == "Floor":
            floors.append((room, points, where))
        elif element.get("type") == "Wall" and len(points) >= 2:
            walls.append((room, element, points, where))
    for room, points, where in floors:
        polygon = counter_clockwise((point.x, point.y) for point in points)
        if len(polygon) < 3 or room in found.rooms:
            found.notes.append(f"{where} is no floor of a room of its own; it is left out.")
            continue
        tops = [metres * number(wall.get("height", 0), f"{at}.height") for name, wall, _, at in walls if name == room]
        height = max([top for top in tops if top > 0], default=_HEIGHT)
        kind = kinds.get(room) or "room"
        found.rooms[room] = Room(id=room, kind=kind, polygon=polygon, floor=points[0].z, height=height)
    for room, wall, points, where in walls:
        found.openings.extend(_openings(wall, points, metres, found.rooms.get(room), where))


def _elements(arch: Record) -> Iterator[tuple[Record, str]]:
    for at, one in enumerate(listed(arch.get("elements"), "scene.arch.elements")):
        yield record(one, f"scene.arch.elements[{at}]"), f"scene.arch.elements[{at}]"


def _openings(wall: Record, points: Sequence[Point], metres: float, room: Room | None, where: str) -> Iterator[Opening]:
    """Holes are boxes in the wall: along it from its first point, and up from its foot."""
    length = math.dist(points[0], points[1])
    for at, one in enumerate(listed(wall.get("holes"), f"{where}.holes")):
        place = f"{where}.holes[{at}]"
        hole = record(one, place)
        kind = _OPENINGS.get(text(hole.get("type", ""), f"{place}.type").lower())
        if kind is None or length < 1e-6:
            continue
        bounds = record(hole.get("box"), f"{place}.box")
        low, high = (
            [metres * side for side in _numbers(bounds.get(key), 2, f"{place}.box.{key}")] for key in ("min", "max")
        )
        ux, uy = (points[1].x - points[0].x) / length, (points[1].y - points[0].y) / length
        along, up = (low[0] + high[0]) / 2, (low[1] + high[1]) / 2
        centre = Point(points[0].x + along * ux, points[0].y + along * uy, points[0].z + up)
        size = measured((high[0] - low[0], _WALL_DEPTH, high[1] - low[1]), f"{place}.box")
        box = facing_into(Box(centre=centre, size=size, yaw=math.atan2(uy, ux)), room)
        id_ = word(hole.get("id", f"{wall.get('id')}:{at}"), f"{place}.id")
        yield Opening(id=id_, kind=kind, box=box, rooms=() if room is None else (room.id,))


def _store(tree: Any, found: Reading, wanted: Mapping[str, SceneObject]) -> None:
    scene = tree["scene"]
    unit = float(scene.get("unit", 1))
    kept = [raw for raw in scene.get("object") or () if str(raw["id"]) in wanted]
    index = max((raw["index"] for raw in kept if isinstance(raw.get("index"), int)), default=-1)
    for id_, one in wanted.items():
        was = found.objects.get(id_)
        if was is None:
            index += 1
            kept.append(_created(one, index, unit))
        elif was != one:
            _update(found.records[id_], was, one, unit)
    scene["object"] = kept


def _created(one: SceneObject, index: int, unit: float) -> Record:
    matrix, rotation = standing(one.box)
    at = [side / unit for side in matrix.at]
    data = [*matrix.x, 0.0, *matrix.y, 0.0, *matrix.z, 0.0]
    return {
        "id": one.id,
        "index": index,
        "modelId": one.asset,
        "parentId": one.parent or "",
        "parentIndex": index,
        "transform": {
            "cols": 4,
            "rows": 4,
            "data": [*(side / unit for side in data), *at, 1.0],
            "rotation": list(rotation),
            "scale": [1.0 / unit] * 3,
            "translation": at,
        },
        EXTRA: {"category": one.category, "asset_size": [one.box.size.x, one.box.size.y, one.box.size.z]},
    }


def _update(raw: Record, was: SceneObject, now: SceneObject, unit: float) -> None:
    extra = raw.pop(EXTRA, None)
    if isinstance(extra, dict) and "asset_size" in extra:
        raw[EXTRA] = {"asset_size": extra["asset_size"]}
    if was.asset != now.asset:
        raw["modelId"] = now.asset
    if was.parent != now.parent and (now.parent or raw.get("parentId")):
        raw["parentId"] = now.parent or ""
    if was.box == now.box:
        return
    transform = raw["transform"]
    before = _matrix(raw, 1.0, now.id)
    after = moved(before, was.box, now.box, unit)
    flat = [*after.x, 0, *after.y, 0, *after.z, 0, *after.at, 1]
    old = [*before.x, 0, *before.y, 0, *before.z, 0, *before.at, 1]
    for at, (a, b) in enumerate(zip(old, flat, strict=True)):
        if a != b:
            transform["data"][at] = b
    if "translation" in transform:
        transform["translation"] = [
            have if a == b else b for have, a, b in zip(transform["translation"], before.at, after.at, strict=False)
        ]
    if "rotation" in transform and was.box.yaw != now.box.yaw:
        transform["rotation"] = quaternion_turned(transform["rotation"], now.box.yaw - was.box.yaw)
    if "scale" in transform and was.box.size != now.box.size:
        transform["scale"] = [math.hypot(*column) for column in (after.x, after.y, after.z)]


SCENEEVAL: Final = Format("sceneeval", _read, _store)
