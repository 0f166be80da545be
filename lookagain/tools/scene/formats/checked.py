"""From the bytes of a JSON scene to values that can be trusted, and back in the same hand."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NoReturn, TypeAlias

from lookagain.core.errors import InputError
from lookagain.tools.scene.values import Point

__all__ = [
    "MAX_OBJECTS",
    "Record",
    "flag",
    "listed",
    "measured",
    "number",
    "parse",
    "point",
    "print_like",
    "record",
    "text",
    "triple",
    "within",
    "word",
]

Record: TypeAlias = dict[str, Any]

#: A scene of more objects is refused: nothing downstream is meant for it.
MAX_OBJECTS: Final = 100_000
_MAX_BYTES = 64 * 1024 * 1024
#: Bounds the memory that the parsed text takes (about 100 bytes a value).
_MAX_VALUES = 5_000_000
_MAX_DEPTH = 64
_MAX_TEXT = 1000
#: No house is larger, and squares of such numbers stay far from overflow.
_MAX_METRES = 1e5
#: A side of no length would make a box that no geometry can hold.
_MIN_SIDE = 1e-4


def parse(data: bytes) -> Any:
    """The JSON value that ``data`` (UTF-8) holds, new at each call.

    Raises ``InputError`` for what is no JSON, for numbers that are not finite, and for more bytes, values or levels of
    nesting than a scene can have.
    """
    within("bytes", len(data), _MAX_BYTES)
    within("values", sum(data.count(mark) for mark in (b",", b"[", b"{")), _MAX_VALUES)
    try:
        tree = json.loads(data.decode("utf-8-sig"), parse_float=_finite, parse_constant=_refused)
    except UnicodeDecodeError as error:
        raise InputError(f"expected UTF-8 text, byte {error.start} is no part of it.", hint=_HINT) from error
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise InputError(f"expected JSON ({error}).", hint=_HINT) from error
    _check_depth(tree)
    return tree


def print_like(tree: Any, data: bytes) -> bytes:
    """``tree`` as JSON text with the indent, separators, line ends and closing blanks of ``data``."""
    head = data[:4096].decode("utf-8", "replace")
    opened = re.match(r"\ufeff?\s*[\[{](\r?\n)([ \t]*)", head)
    indent = opened[2] if opened else None
    item = "," if opened or not re.search(r"[\]}\"\d],\s", head) else ", "
    key = ": " if '": ' in head else ":"
    plain = data.isascii()
    written = json.dumps(tree, indent=indent, separators=(item, key), ensure_ascii=plain, allow_nan=False)
    if opened:
        written = written.replace("\n", opened[1])
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    tail = data[len(data.rstrip()) :]
    return mark + written.encode("utf-8", "surrogatepass") + tail


def within(limit: str, count: int, most: int) -> None:
    """Raises ``InputError`` where a scene has more of something than is read."""
    if count > most:
        raise InputError(f"the scene has {count} {limit}, more than {most}.", limit=limit, hint="Give a part of it.")


def record(value: Any, where: str) -> Record:
    """A JSON object."""
    return value if isinstance(value, dict) else _wrong(where, "an object", value)


def listed(value: Any, where: str) -> list[Any]:
    """A JSON array; None is an empty one."""
    if value is None:
        return []
    return value if isinstance(value, list) else _wrong(where, "an array", value)


def text(value: Any, where: str) -> str:
    """A string that can be shown and written."""
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        _wrong(where, f"a text of at most {_MAX_TEXT} characters", value)
    if not value.isprintable():
        _wrong(where, "a text without control characters", value)
    return str(value)


def word(value: Any, where: str) -> str:
    """A string that is not empty, or a whole number as one: an id."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return str(value)
    return text(value, where) or _wrong(where, "an id", value)


def flag(value: Any, where: str) -> bool:
    """True or false."""
    return value if isinstance(value, bool) else _wrong(where, "true or false", value)


def number(value: Any, where: str) -> float:
    """A finite number that is no larger than a house."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= _MAX_METRES:
        return float(value)
    return _wrong(where, f"a finite number of at most {_MAX_METRES:g}", value)


def triple(value: Any, where: str) -> tuple[float, float, float]:
    """An array of three numbers."""
    if not isinstance(value, list) or len(value) != 3:
        _wrong(where, "three numbers", value)
    a, b, c = (number(one, f"{where}[{at}]") for at, one in enumerate(value))
    return a, b, c


def point(value: Any, where: str) -> Point:
    """Three numbers as a position in the frame of the scene."""
    return Point(*triple(value, where))


def measured(size: tuple[float, float, float], where: str) -> Point:
    """The sides of a box: none negative, and none of no length at all."""
    if min(size) < 0:
        _wrong(where, "sides that are not negative", list(size))
    return Point(*(max(side, _MIN_SIDE) for side in size))


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        _refused(digits)
    return value


def _refused(digits: str) -> NoReturn:
    raise InputError(f"expected finite numbers, got {digits[:40]}.", hint=_HINT)


def _check_depth(tree: Any) -> None:
    level = [tree]
    for _ in range(_MAX_DEPTH):
        if not level:
            return
        held = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, (dict, list))]
        level = [one for inner in held for one in inner]
    raise _too_deep()


def _too_deep() -> InputError:
    return InputError(f"the scene is nested more than {_MAX_DEPTH} levels deep.", limit="depth", hint=_HINT)


def _wrong(where: str, expected: str, got: Any) -> NoReturn:
    shown = type(got).__name__ if isinstance(got, (dict, list)) else repr(got)[:60]
    raise InputError(f"{where}: expected {expected}, got {shown}.", hint=_HINT)


_HINT: Final = "Export the scene again, or mend that place."
