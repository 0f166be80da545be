"""What an edit changed, and the colours that all pictures say it in."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from lookagain.tools.scene.values import Box, Scene, SceneObject

__all__ = ["COLOURS", "Changes", "Mark", "changes", "colour_of", "frame", "in_rooms", "plain"]

Mark: TypeAlias = Literal["added", "removed", "moved", "changed"]

COLOURS: Final[dict[Mark, str]] = {"added": "#2a9d4b", "removed": "#c1292e", "moved": "#e07b00", "changed": "#7b3fa0"}
_PALE: Final = (
    "#cfd8dc",
    "#d7ccc8",
    "#c8d6c5",
    "#d9d2c0",
    "#c5d3e0",
    "#dccfd9",
    "#cfdcd8",
    "#e0d6c5",
    "#d3d3dc",
    "#dcd5cd",
)
#: Controls and overrides of direction: they change what a reader sees.
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_LONGEST: Final = 40


@dataclass(frozen=True, kw_only=True)
class Changes:
    """The ids of objects that an edit added, removed, moved (place, turn or size) or changed in another way."""

    marks: dict[str, Mark]

    def __getitem__(self, id_: str) -> Mark | None:
        return self.marks.get(id_)


def changes(before: Scene | None, after: Scene) -> Changes:
    """What differs between two scenes; nothing, if there is no scene before."""
    if before is None:
        return Changes(marks={})
    marks: dict[str, Mark] = {id_: "added" for id_ in after.objects if id_ not in before.objects}
    for id_, was in before.objects.items():
        now = after.objects.get(id_)
        if now is None:
            marks[id_] = "removed"
        elif now != was:
            marks[id_] = "moved" if now.box != was.box else "changed"
    return Changes(marks=marks)


def colour_of(one: SceneObject) -> str:
    """A pale colour for a category, the same in every picture."""
    return _PALE[zlib.crc32(one.category.encode("utf-8", "replace")) % len(_PALE)]


def in_rooms(scene: Scene, rooms: Collection[str] | None) -> list[SceneObject]:
    """The objects of these rooms (of all, if None), those with the lower top first; no walls, floors and ceilings."""
    kept = [one for one in scene.objects.values() if (rooms is None or one.room in rooms) and not one.fixed]
    return sorted(kept, key=lambda one: (one.box.top, -one.box.size.x * one.box.size.y, one.id))


def plain(label: str) -> str:
    """A text from a file, short and without characters that change how others are read."""
    shown = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", label)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def frame(scenes: Sequence[Scene], rooms: Collection[str] | None) -> tuple[float, float, float, float]:
    """What the plans of these scenes show, with a margin: least x and y, greatest x and y."""
    corners = [
        corner
        for scene in scenes
        for room in scene.rooms.values()
        if rooms is None or room.id in rooms
        for corner in room.polygon
    ]
    boxes: list[Box] = [one.box for scene in scenes for one in in_rooms(scene, rooms)]
    corners += [corner for box in boxes for corner in box.corners()]
    xs, ys = zip(*(corners or [(0.0, 0.0), (1.0, 1.0)]), strict=True)
    margin = 0.03 * max(max(xs) - min(xs), max(ys) - min(ys), 1.0)
    return min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin
