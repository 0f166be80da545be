"""Base of all frozen values, and the JSON values that may be stored.

``Json`` is what state, checkpoints and the journal may hold: finite numbers, text, lists and
string-keyed mappings. Large or binary things are stored as blobs and referred to.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict

from lookagain.core.errors import StateError

__all__ = ["Json", "Value", "as_json", "canonical_json", "check_json", "digest"]

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_MAX_DEPTH = 64


class Value(BaseModel):
    """A frozen, keyword-only value that round-trips through JSON, infinities and NaN included."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_inf_nan="strings", allow_inf_nan=True, validate_default=True
    )


def as_json(value: BaseModel) -> dict[str, Json]:
    """The model as JSON values; infinities and NaN become text, which ``model_dump(mode="json")`` leaves as floats."""
    dumped: dict[str, Json] = json.loads(value.model_dump_json())
    return dumped


def canonical_json(value: Json) -> str:
    """One text for one value: sorted keys, no spaces, UTF-8, no NaN.

    Raises ``StateError`` where ``value`` is not JSON.
    """
    check_json(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(value: Json) -> str:
    """SHA-256 (hexadecimal) of the canonical JSON of ``value``."""
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()


def check_json(value: object, *, where: str = "state") -> None:
    """Raise ``StateError`` unless ``value`` is a JSON value with finite numbers.

    ``where`` names the value in the message. Tuples count as wrong: they would come back as lists.
    """
    _check(value, where, 0)


def _check(value: object, where: str, depth: int) -> None:
    kind = type(value)
    if value is None or kind is bool or kind is int or kind is str:
        return
    if kind is float:
        if not math.isfinite(value):  # type: ignore[arg-type]
            raise StateError(f"{where}: expected a finite number, got {value}.", hint="Store None or a blob instead.")
        return
    if depth >= _MAX_DEPTH:
        raise StateError(f"{where}: nested deeper than {_MAX_DEPTH}.", hint="Store it as a blob.")
    if isinstance(value, list):
        for index, item in enumerate(value):
            _check(item, f"{where}[{index}]", depth + 1)
        return
    if isinstance(value, Mapping) and kind is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise StateError(f"{where}: expected text keys, got {key!r}.", hint="Use str(key).")
            _check(item, f"{where}.{key}", depth + 1)
        return
    raise StateError(
        f"{where}: expected a JSON value, got {kind.__module__}.{kind.__qualname__}.",
        hint="Store JSON values or a blob reference.",
    )
