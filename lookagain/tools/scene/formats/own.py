"""lookagain's own format: versioned JSON that says all a ``Scene`` holds. See docs/scene_format.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal, cast

from lookagain.core.errors import InputError
from lookagain.tools.scene.assets import Assets, TypicalSizes, shape_of
from lookagain.tools.scene.formats.checked import Record, listed, measured, number, point, record, text, word
from lookagain.tools.scene.formats.document import Format, Original, Reading, add_once
from lookagain.tools.scene.formats.fields import decoded, encoded
from lookagain.tools.scene.formats.places import counter_clockwise
from lookagain.tools.scene.values import Box, Opening, Room, Scene, SceneObject

__all__ = ["OWN", "as_own", "sniff_own"]

_FORMAT: Final = "lookagain.scene"
_VERSION: Final = 1
_FRAME: Final = {"unit": "metre", "up": "z", "front": "+y at yaw 0", "yaw": "radians, counter-clockwise from above"}
#: Fields that are left out where they say nothing.
_SILENT: Final[Mapping[str, Any]] = {
    "room": None,
    "parent": None,
    "holding": "on",
    "asset": "",
    "style": "",
    "states": [],
    "scale": [1.0, 1.0, 1.0],
    "group": None,
    "fixed": False,
    "locked": False,
}


def sniff_own(tree: Any) -> bool:
    """Whether this is a scene in lookagain's own format, of whatever version."""
    return isinstance(tree, dict) and tree.get("format") == _FORMAT


def as_own(scene: Scene) -> Scene:
    """The same scene, to be written in lookagain's own format."""
    tree = {
        "format": _FORMAT,
        "version": _VERSION,
        "frame": _FRAME,
        "rooms": [_room(one) for one in scene.rooms.values()],
        "openings": [_opening(one) for one in scene.openings],
        "objects": [_created(one) for one in scene.objects.values()],
    }
    source = Original(
        data=json.dumps(tree, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n",
        assets=TypicalSizes(),
        objects=scene.objects,
        rooms=scene.rooms,
        openings=scene.openings,
    )
    return Scene(
        objects=scene.objects,
        rooms=scene.rooms,
        openings=scene.openings,
        format=OWN.name,
        source=source,
        warnings=scene.warnings,
    )


def _read(tree: Any, assets: Assets) -> Reading:
    raw = record(tree, "scene")
    if raw.get("version") != _VERSION:
        raise InputError(
            f"expected version {_VERSION} of {_FORMAT}, got {raw.get('version')!r:.40}.",
            hint="Update lookagain, or convert the scene.",
        )
    found = Reading()
    for at, one in enumerate(listed(raw.get("rooms"), "rooms")):
        room = _read_room(record(one, f"rooms[{at}]"), f"rooms[{at}]")
        if room.id in found.rooms:
            raise InputError(f"rooms[{at}]: the id {room.id!r} occurs twice.")
        found.rooms[room.id] = room
    for at, one in enumerate(listed(raw.get("openings"), "openings")):
        found.openings.append(_read_opening(record(one, f"openings[{at}]"), f"openings[{at}]"))
    for at, one in enumerate(listed(raw.get("objects"), "objects")):
        where = f"objects[{at}]"
        add_once(found, _read_object(record(one, where), assets, where), one, where)
    return found


def _read_object(raw: Record, assets: Assets, where: str) -> SceneObject:
    category = word(raw.get("category"), f"{where}.category")
    centre = point(raw.get("centre"), f"{where}.centre")
    size = shape_of(assets, text(raw.get("asset", ""), where), category).size
    base = SceneObject(id=word(raw.get("id"), f"{where}.id"), category=category, box=Box(centre=centre, size=size))
    return decoded(base, raw, where)


def _read_room(raw: Record, where: str) -> Room:
    corners = []
    for at, pair in enumerate(listed(raw.get("polygon"), f"{where}.polygon")):
        if not isinstance(pair, list) or len(pair) != 2:
            raise InputError(f"{where}.polygon[{at}]: expected [x, y], got {type(pair).__name__}.")
        corners.append((number(pair[0], f"{where}.polygon[{at}]"), number(pair[1], f"{where}.polygon[{at}]")))
    polygon = counter_clockwise(corners)
    if len(polygon) < 3:
        raise InputError(f"{where}.polygon: expected at least three corners, got {len(polygon)}.")
    return Room(
        id=word(raw.get("id"), f"{where}.id"),
        kind=text(raw.get("kind", "room"), f"{where}.kind"),
        polygon=polygon,
        floor=number(raw.get("floor", 0.0), f"{where}.floor"),
        height=number(raw.get("height", 2.5), f"{where}.height"),
    )


def _read_opening(raw: Record, where: str) -> Opening:
    kind = raw.get("kind")
    if kind not in ("door", "window"):
        raise InputError(f"{where}.kind: expected door or window, got {kind!r:.60}.")
    size = point(raw.get("size"), f"{where}.size")
    return Opening(
        id=word(raw.get("id"), f"{where}.id"),
        kind=cast(Literal["door", "window"], kind),
        box=Box(
            centre=point(raw.get("centre"), f"{where}.centre"),
            size=measured(size, f"{where}.size"),
            yaw=number(raw.get("yaw", 0.0), f"{where}.yaw"),
        ),
        rooms=tuple(word(one, f"{where}.rooms") for one in listed(raw.get("rooms"), f"{where}.rooms")),
    )


def _store(tree: Any, found: Reading, wanted: Mapping[str, SceneObject]) -> None:
    kept = [raw for raw in tree.get("objects") or () if str(raw["id"]) in wanted]
    for id_, one in wanted.items():
        was = found.objects.get(id_)
        if was is None:
            kept.append(_created(one))
        elif was != one:
            _update(found.records[id_], was, one)
    tree["objects"] = kept


def _created(one: SceneObject) -> Record:
    fields = encoded(one)
    return {"id": one.id} | {key: value for key, value in fields.items() if _SILENT.get(key, _NEVER) != value}


def _update(raw: Record, was: SceneObject, now: SceneObject) -> None:
    before, after = encoded(was), encoded(now)
    for key, value in after.items():
        if value != before[key]:
            raw[key] = value


def _room(room: Room) -> Record:
    return {
        "id": room.id,
        "kind": room.kind,
        "polygon": [list(corner) for corner in room.polygon],
        "floor": room.floor,
        "height": room.height,
    }


def _opening(one: Opening) -> Record:
    box = {"centre": list(one.box.centre), "size": list(one.box.size), "yaw": one.box.yaw}
    return {"id": one.id, "kind": one.kind, **box, "rooms": list(one.rooms)}


_NEVER: Final = object()
OWN: Final = Format("lookagain", _read, _store)
