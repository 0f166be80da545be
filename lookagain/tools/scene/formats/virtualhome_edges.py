"""The edges of a VirtualHome graph: which ones an edit makes false, and which ones it brings.

CLOSE is VirtualHome's own rule, which its graphs follow to the last edge: the centre of one is less than 1.5 m from the
box of the other. FACING says what was in sight of a thing to look at; of moved things these edges are dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from lookagain.tools.scene.formats.checked import Record, listed, record, text, word
from lookagain.tools.scene.formats.document import Reading
from lookagain.tools.scene.values import SceneObject

__all__ = ["Edges", "store_edges"]

_CLOSE: Final = 1.5
_KINDS: Final = {"ON": "on", "INSIDE": "inside", "BETWEEN": "between"}


@dataclass(frozen=True, kw_only=True)
class Edges:
    """Where edges of three kinds lead, by the id of the node that they start from."""

    on: dict[str, list[str]] = field(default_factory=dict)
    inside: dict[str, list[str]] = field(default_factory=dict)
    between: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, graph: Record) -> Edges:
        """The edges of a graph. Raises ``InputError``."""
        found = cls()
        for at, one in enumerate(listed(graph.get("edges"), "edges")):
            raw = record(one, f"edges[{at}]")
            start, end = raw.get("from_id"), raw.get("to_id")
            if type(start) is not int or type(end) is not int:
                start, end = word(start, f"edges[{at}].from_id"), word(end, f"edges[{at}].to_id")
            kind = _KINDS.get(text(raw.get("relation_type"), f"edges[{at}].relation_type"))
            if kind is not None:
                getattr(found, kind).setdefault(str(start), []).append(str(end))
        return found


def store_edges(
    tree: Any, found: Reading, wanted: Mapping[str, SceneObject], changed: Mapping[str, SceneObject], gone: set[str]
) -> None:
    """Changes ``tree["edges"]`` to what holds after the edit, and touches no edge that it did not."""
    numbers = {id_: raw["id"] for id_, raw in found.records.items() if id_ in wanted}
    moved, held = set(), set()
    for id_, one in changed.items():
        was = found.objects.get(id_)
        if was is None or was.box != one.box:
            moved.add(str(numbers[id_]))
        if was is None or (was.parent, was.room, was.holding) != (one.parent, one.room, one.holding):
            held.add(id_)
    near = _near(tree, moved)
    loose = {str(numbers[id_]) for id_ in held}
    kept = []
    for edge in listed(tree.get("edges"), "edges"):
        start, end, kind = str(edge["from_id"]), str(edge["to_id"]), edge["relation_type"]
        stale = start in gone or end in gone or (kind in ("ON", "INSIDE") and start in loose)
        if kind == "CLOSE" and (start in moved or end in moved):
            stale |= (start, end) not in near
            near.pop((start, end), None)
        stale |= kind == "FACING" and (start in moved or end in moved)
        if not stale:
            kept.append(edge)
    rooms = {str(raw["id"]): raw["id"] for raw in tree["nodes"] if raw.get("category") == "Rooms"}
    for id_ in held:
        one = wanted[id_]
        if one.room in rooms:
            kept.append(_edge(numbers[id_], rooms[one.room], "INSIDE"))
        if one.parent is not None:
            kept.append(_edge(numbers[id_], numbers[one.parent], "INSIDE" if one.holding == "in" else "ON"))
    kept.extend(_edge(start, end, "CLOSE") for start, end in near.values())
    tree["edges"] = kept


def _edge(start: Any, end: Any, kind: str) -> Record:
    return {"from_id": start, "to_id": end, "relation_type": kind}


def _near(tree: Any, moved: set[str]) -> dict[tuple[str, str], tuple[Any, Any]]:
    """The pairs of close nodes of which one has moved, both ways, with their ids as the graph spells them."""
    nodes = [raw for raw in tree["nodes"] if raw.get("category") != "Rooms" and raw.get("bounding_box") is not None]
    ids = [raw["id"] for raw in nodes]
    centres = np.array([raw["bounding_box"]["center"] for raw in nodes], dtype=float).reshape(-1, 3)
    halves = np.array([raw["bounding_box"]["size"] for raw in nodes], dtype=float).reshape(-1, 3) / 2
    pairs: dict[tuple[str, str], tuple[Any, Any]] = {}
    for at in (at for at, id_ in enumerate(ids) if str(id_) in moved):
        apart = np.abs(centres - centres[at])
        to_box = np.linalg.norm(np.maximum(apart - halves, 0.0), axis=1)
        from_box = np.linalg.norm(np.maximum(apart - halves[at], 0.0), axis=1)
        for other in np.flatnonzero(np.minimum(to_box, from_box) < _CLOSE):
            if other != at:
                pairs[str(ids[at]), str(ids[other])] = (ids[at], ids[other])
                pairs[str(ids[other]), str(ids[at])] = (ids[other], ids[at])
    return pairs
