"""ProcTHOR houses: ``{rooms, walls, doors, windows, objects}``, what stands on a thing nested in its ``children``.

Positions are the centres of boxes; their sizes are those of the assets. Frame: ``unity``. A house holds no size, style,
scale, lock or group of an object: those are noted under ``lookagain`` in its record.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from lookagain.core.errors import InputError
from lookagain.tools.scene.assets import Assets, shape_of
from lookagain.tools.scene.formats import unity
from lookagain.tools.scene.formats.checked import Record, flag, listed, measured, number, record, text, word
from lookagain.tools.scene.formats.document import Format, Reading, add_once
from lookagain.tools.scene.formats.fields import EXTRA, extended
from lookagain.tools.scene.formats.names import category_name
from lookagain.tools.scene.formats.places import counter_clockwise, facing_into, hanging, room_at
from lookagain.tools.scene.values import Box, Holding, Opening, Point, Room, SceneObject

__all__ = ["PROCTHOR", "sniff_procthor"]

#: Switches of a record, and the states that they are read as.
_SWITCHES: Final = {
    "isOn": ("on", "off"),
    "isToggled": ("on", "off"),
    "isDirty": ("dirty", "clean"),
    "isBroken": ("broken", "whole"),
    "isFilledWithLiquid": ("filled", "empty"),
}
#: What one looks for inside of, rather than on top.
_HOLLOW: Final = {
    *("bathtub", "bin", "bookcase", "bookshelf", "bowl", "box", "cabinet", "cart", "dishwasher", "drawer", "dresser"),
    *("fridge", "garbage_bag", "garbage_can", "laundry_hamper", "microwave", "oven", "pan", "pot", "safe"),
    *("shelving_unit", "side_table", "sink", "tv_stand", "wardrobe", "washing_machine"),
}
_WALL_DEPTH: Final = 0.1
_HEIGHT: Final = 2.5


def sniff_procthor(tree: Any) -> bool:
    """Whether this looks like a house of ProcTHOR."""
    return isinstance(tree, dict) and "objects" in tree and ("proceduralParameters" in tree or "walls" in tree)


def _read(tree: Any, assets: Assets) -> Reading:
    house = record(tree, "house")
    found = Reading()
    walls = {word(raw.get("id"), where): raw for raw, where in _records(house, "walls")}
    _rooms(found, house, walls)
    _openings(found, house, walls)
    guessed = 0
    for raw, parent, where in _walk(house):
        carrier = found.objects.get(parent) if parent is not None else None
        one, source = _object(raw, carrier, found.rooms, assets, where)
        guessed += source in ("typical size", "guess")
        add_once(found, extended(one, raw, where), raw, where)
    if guessed:
        found.notes.append(f"{guessed} objects have no size in the file or catalogue; typical sizes stand in.")
    return found


def _walk(house: Record) -> Iterator[tuple[Record, str | None, str]]:
    """Each object's record, the id of the one it is nested in, and where it is; parents before children."""
    waiting = [(one, None, where) for one, where in reversed(list(_records(house, "objects")))]
    todo: list[tuple[Record, str | None, str]] = [*waiting]
    while todo:
        raw, parent, where = todo.pop()
        yield raw, parent, where
        id_ = word(raw.get("id"), f"{where}.id")
        todo.extend((one, id_, place) for one, place in reversed(list(_records(raw, "children", where))))


def _records(held: Record, key: str, where: str = "") -> Iterator[tuple[Record, str]]:
    start = f"{where}.{key}" if where else key
    for at, one in enumerate(listed(held.get(key), start)):
        yield record(one, f"{start}[{at}]"), f"{start}[{at}]"


def _object(
    raw: Record, carrier: SceneObject | None, rooms: Mapping[str, Room], assets: Assets, where: str
) -> tuple[SceneObject, str]:
    id_ = word(raw.get("id"), f"{where}.id")
    asset = text(raw.get("assetId", ""), f"{where}.assetId")
    kind, _, rest = id_.partition("|")
    shape = shape_of(assets, asset, category_name(kind))
    rotation = _rotation(raw, where)
    centre = unity.spot(raw.get("position"), f"{where}.position")
    box = Box(centre=centre, size=unity.upright(shape.size, rotation), yaw=unity.heading(rotation))
    room = room_at(rooms, centre.x, centre.y, first=f"room|{rest.partition('|')[0]}")
    one = SceneObject(
        id=id_,
        category=shape.category,
        box=box,
        room=room,
        parent=None if carrier is None else carrier.id,
        holding=hanging(box, rooms.get(room or "")) if carrier is None else _held(box, carrier),
        asset=asset,
        states=_states(raw, where),
    )
    return one, shape.source


def _held(box: Box, carrier: SceneObject) -> Holding:
    inside = box.top < carrier.box.top - 0.02 and box.centre.z > carrier.box.bottom
    return "in" if inside and carrier.category in _HOLLOW else "on"


def _rotation(raw: Record, where: str) -> tuple[float, float, float]:
    turned = record(raw.get("rotation", {}), f"{where}.rotation")
    x, y, z = (number(turned.get(axis, 0), f"{where}.rotation.{axis}") for axis in "xyz")
    return x, y, z


def _states(raw: Record, where: str) -> tuple[str, ...]:
    found = []
    if "openness" in raw:
        found.append("open" if number(raw["openness"], f"{where}.openness") > 0 else "closed")
    for key, (yes, no) in _SWITCHES.items():
        if key in raw:
            found.append(yes if flag(raw[key], f"{where}.{key}") else no)
    return tuple(found)


def _rooms(found: Reading, house: Record, walls: Mapping[str, Record]) -> None:
    heights: dict[str, float] = {}
    for wall, where in ((raw, f"walls[{id_}]") for id_, raw in walls.items()):
        room = str(wall.get("roomId", ""))
        tops = [unity.spot(one, f"{where}.polygon").z for one in listed(wall.get("polygon"), where)]
        heights[room] = max([heights.get(room, 0.0), *tops])
    for raw, where in _records(house, "rooms"):
        id_ = word(raw.get("id"), f"{where}.id")
        floor = [unity.spot(one, f"{where}.floorPolygon") for one in listed(raw.get("floorPolygon"), where)]
        polygon = counter_clockwise((one.x, one.y) for one in floor)
        if len(polygon) < 3:
            raise InputError(f"{where}.floorPolygon: expected at least three corners, got {len(polygon)}.")
        if id_ in found.rooms:
            raise InputError(f"{where}: the id {id_!r} occurs twice.")
        kind = category_name(text(raw.get("roomType", "room"), f"{where}.roomType"))
        height = heights.get(id_, 0.0) or _HEIGHT
        found.rooms[id_] = Room(id=id_, kind=kind, polygon=polygon, floor=floor[0].z, height=height)


def _openings(found: Reading, house: Record, walls: Mapping[str, Record]) -> None:
    kinds: tuple[tuple[str, Literal["door", "window"]], ...] = (("doors", "door"), ("windows", "window"))
    for key, kind in kinds:
        for raw, where in _records(house, key):
            wall = walls.get(str(raw.get("wall0")))
            box = None if wall is None else _hole(raw, wall, where)
            if box is None:
                found.notes.append(f"{where} is in no wall of the file; it is left out.")
                continue
            joined = [str(raw.get(side)) for side in ("room0", "room1")]
            rooms = tuple(dict.fromkeys(one for one in joined if one in found.rooms))
            id_ = word(raw.get("id"), f"{where}.id")
            box = facing_into(box, found.rooms.get(rooms[0]) if rooms else None)
            found.openings.append(Opening(id=id_, kind=kind, box=box, rooms=rooms))


def _hole(raw: Record, wall: Record, where: str) -> Box | None:
    """The hole's x runs along the wall from its first corner to its second; its y is the height."""
    ends = [unity.spot(one, f"{where}.wall0") for one in listed(wall.get("polygon"), where)[:2]]
    hole = [unity.spot(one, f"{where}.holePolygon") for one in listed(raw.get("holePolygon"), where)]
    length = math.dist(ends[0][:2], ends[1][:2]) if len(ends) == 2 else 0.0
    if length < 1e-6 or len(hole) < 2:
        return None
    along, heights = [one.x for one in hole], [one.z for one in hole]
    ux, uy = (ends[1].x - ends[0].x) / length, (ends[1].y - ends[0].y) / length
    at = (min(along) + max(along)) / 2
    size = (max(along) - min(along), _WALL_DEPTH, max(heights) - min(heights))
    centre = Point(ends[0].x + at * ux, ends[0].y + at * uy, ends[0].z + (min(heights) + max(heights)) / 2)
    return Box(centre=centre, size=measured(size, where), yaw=math.atan2(uy, ux))


def _store(house: Any, found: Reading, wanted: Mapping[str, SceneObject]) -> None:
    layers = {raw.get("id"): raw.get("layer") for raw, _ in _records(house, "rooms")}
    nested = {str(raw["id"]): parent for raw, parent, _ in _walk(house)}
    changed = [one for id_, one in wanted.items() if found.objects.get(id_) != one]
    gone = nested.keys() - wanted.keys()
    leaving = {one.id for one in changed if one.id in nested and nested[one.id] != one.parent}
    for parent in {nested[id_] for id_ in leaving | gone}:
        held = house if parent is None else found.records[parent]
        key = "objects" if parent is None else "children"
        held[key] = [raw for raw in held.get(key) or () if str(raw["id"]) not in leaving and str(raw["id"]) not in gone]
    for one in changed:
        if one.id in found.objects:
            _update(found.records[one.id], found.objects[one.id], one)
        else:
            found.records[one.id] = _created(one)
        was = found.objects.get(one.id)
        if one.room in layers and layers[one.room] is not None and (was is None or was.room != one.room):
            found.records[one.id]["layer"] = layers[one.room]
    for one in changed:
        if one.id not in nested or one.id in leaving:
            held = house if one.parent is None else found.records[one.parent]
            key = "objects" if one.parent is None else "children"
            held[key] = [*(held.get(key) or ()), found.records[one.id]]


def _created(one: SceneObject) -> Record:
    raw = {
        "assetId": one.asset,
        "id": one.id,
        "kinematic": one.parent is None,
        "position": {"x": one.box.centre.x, "y": one.box.centre.z, "z": one.box.centre.y},
        "rotation": {"x": 0, "y": unity.turn_to(one.box.yaw, (0, 0, 0)), "z": 0},
        EXTRA: {"category": one.category, "size": list(one.box.size)},
    }
    _switch(raw, (), one.states)
    return raw


def _update(raw: Record, was: SceneObject, now: SceneObject) -> None:
    raw.pop(EXTRA, None)
    unity.keep(raw["position"], was.box.centre, now.box.centre)
    if was.box.yaw != now.box.yaw:
        raw.setdefault("rotation", {})["y"] = unity.turn_to(now.box.yaw, _rotation(raw, now.id))
    if was.asset != now.asset:
        raw["assetId"] = now.asset
    _switch(raw, was.states, now.states)


def _switch(raw: Record, was: tuple[str, ...], now: tuple[str, ...]) -> None:
    """Sets the switches whose state was given up or taken on."""
    new = set(now) - set(was)
    for key, (yes, no) in _SWITCHES.items():
        if (key in raw and new & {yes, no}) or (new & {yes, no} and key in ("isOn", "isDirty", "isBroken")):
            raw[key] = yes in new
    if new & {"open", "closed"}:
        raw["openness"] = 1 if "open" in new else 0


PROCTHOR: Final = Format("procthor", _read, _store)
