"""The fields of an object as JSON: in lookagain's own format, and under the key ``lookagain`` in others' records."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, cast, get_args

from lookagain.core.errors import InputError
from lookagain.tools.scene.formats.checked import Record, flag, listed, measured, number, point, record, text, word
from lookagain.tools.scene.values import Holding, Point, SceneObject

__all__ = ["EXTRA", "decoded", "differences", "encoded", "extended", "own_id"]

#: The one key that lookagain adds to a record, for what its format has no field for.
EXTRA: Final = "lookagain"
#: Below this (metres, radians) two numbers are the same number, computed in another order.
_SAME = 1e-10


def encoded(one: SceneObject) -> Record:
    """All fields but the id; centre, size and yaw stand for the box."""
    return {
        "category": one.category,
        "centre": list(one.box.centre),
        "size": list(one.box.size),
        "yaw": one.box.yaw,
        "room": one.room,
        "parent": one.parent,
        "holding": one.holding,
        "asset": one.asset,
        "style": one.style,
        "states": list(one.states),
        "scale": list(one.scale),
        "group": one.group,
        "fixed": one.fixed,
        "locked": one.locked,
    }


def decoded(base: SceneObject, fields: Record, where: str) -> SceneObject:
    """``base`` with the fields that ``fields`` holds. Keys that are none of ours are left alone."""
    found = {key: _READ[key](fields[key], f"{where}.{key}") for key in _READ.keys() & fields.keys()}
    box = {key: found.pop(key) for key in ("centre", "size", "yaw") if key in found}
    return replace(base, box=replace(base.box, **box), **found)


def extended(native: SceneObject, raw: Record, where: str) -> SceneObject:
    """What a format's own fields say, with what lookagain has noted beside them."""
    if EXTRA not in raw:
        return native
    return decoded(native, record(raw[EXTRA], f"{where}.{EXTRA}"), f"{where}.{EXTRA}")


def own_id(raw: Record, otherwise: str, where: str) -> str:
    """The id that lookagain noted, for formats whose own ids cannot hold it."""
    extra = raw.get(EXTRA)
    return word(extra["id"], f"{where}.{EXTRA}.id") if isinstance(extra, dict) and "id" in extra else otherwise


def differences(found: SceneObject, wanted: SceneObject) -> Record:
    """The fields of ``wanted``, as JSON, in which ``found`` is another."""
    if found == wanted:
        return {}
    have, want = encoded(found), encoded(wanted)
    return {key: value for key, value in want.items() if not _same(key, have[key], value)}


def _same(key: str, a: Any, b: Any) -> bool:
    if key == "yaw":
        return abs(math.remainder(a - b, 2 * math.pi)) <= _SAME
    if key in ("centre", "size", "scale"):
        return all(abs(u - v) <= _SAME for u, v in zip(a, b, strict=True))
    return bool(a == b)


def _holding(value: Any, where: str) -> Holding:
    if value not in get_args(Holding):
        raise InputError(f"{where}: expected one of {', '.join(get_args(Holding))}, got {value!r:.60}.")
    return cast(Holding, value)


def _states(value: Any, where: str) -> tuple[str, ...]:
    return tuple(text(state, where) for state in listed(value, where))


def _size(value: Any, where: str) -> Point:
    return measured(point(value, where), where)


def _optional(value: Any, where: str) -> str | None:
    return None if value is None else word(value, where)


_READ: Mapping[str, Callable[[Any, str], Any]] = {
    "category": word,
    "centre": point,
    "size": _size,
    "yaw": number,
    "room": _optional,
    "parent": _optional,
    "holding": _holding,
    "asset": text,
    "style": text,
    "states": _states,
    "scale": point,
    "group": _optional,
    "fixed": flag,
    "locked": flag,
}
