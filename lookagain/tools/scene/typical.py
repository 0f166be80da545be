"""How large things of a household typically are: what stands in where a file or a catalogue has no size."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from lookagain.tools.scene.values import Point

__all__ = ["typical_size", "typical_sizes"]


@cache
def typical_sizes() -> Mapping[str, Point]:
    """Width, depth and height in metres by category (``data/scene/typical_sizes.csv``)."""
    table = files("lookagain").joinpath("data/scene/typical_sizes.csv").read_text(encoding="utf-8")
    rows = (line.split(",") for line in table.splitlines()[1:])
    return MappingProxyType({name: Point(float(w), float(d), float(h)) for name, w, d, h in rows})


def typical_size(category: str) -> Point | None:
    """The size of a category, or of what its last words name (a ``wooden_dining_table`` is a dining table)."""
    words = category.split("_")
    for start in range(len(words)):
        known = typical_sizes().get("_".join(words[start:]))
        if known is not None:
            return known
    return None
