"""VirtualHome graphs: ``nodes`` with boxes along the axes, ``edges`` ON, INSIDE, CLOSE, FACING and BETWEEN them.

Rooms are nodes of category ``Rooms``; their polygon is the union of their floor tiles. Walls, floors and ceilings are
``fixed`` objects. Doors and windows become openings (a door's frame is its opening). Frame: ``unity``.

The graph says no turns. A thing with its back to a wall of its room is read as facing away from it, all others as
facing +y; a warning says so. A turn or a size of one's own is noted under ``lookagain``, beside the box along the axes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from lookagain.core.errors import InputError
from lookagain.tools.scene.assets import Assets
from lookagain.tools.scene.formats import unity
from lookagain.tools.scene.formats.checked import Record, listed, measured, record, text, triple, word
from lookagain.tools.scene.formats.document import Format, Reading, add_once
from lookagain.tools.scene.formats.fields import extended, own_id
from lookagain.tools.scene.formats.names import category_name
from lookagain.tools.scene.formats.places import STANDS, counter_clockwise, facing_into, hanging, room_at, to_wall
from lookagain.tools.scene.formats.support import Support, volume
from lookagain.tools.scene.formats.virtualhome_edges import Edges, store_edges
from lookagain.tools.scene.values import Box, Holding, Opening, Point, Room, SceneObject

__all__ = ["VIRTUALHOME", "sniff_virtualhome"]

_FLOORS: Final = ("Floor", "Floors")
_BUILDING: Final = (*_FLOORS, "Walls", "Ceiling", "Ceilings")
_OPENINGS: Final[Mapping[str, Literal["door", "window"]]] = {"Doors": "door", "Windows": "window"}
#: What a box may lie in without being carried by it: one sits on these.
_SEATS: Final = {"SITTABLE", "LIEABLE"}
#: How near the wall a back must be, in metres, to count as turned to it.
_BACKED: Final = 0.35
#: Tiles this near each other, in metres, are one floor.
_SEAM: Final = 0.05
#: Rooms whose floors share less than this part of their area only touch.
_SHARED: Final = 0.02


def sniff_virtualhome(tree: Any) -> bool:
    """Whether this looks like a graph of VirtualHome."""
    return isinstance(tree, dict) and "nodes" in tree and "edges" in tree


@dataclass(frozen=True, kw_only=True)
class _Node:
    """A node as read: its box along the axes in the frame of scenes."""

    raw: Record
    where: str
    kind: str
    category: str
    box: Box
    properties: frozenset[str] = field(default_factory=frozenset)


def _read(tree: Any, assets: Assets) -> Reading:
    graph = record(tree, "graph")
    found = Reading()
    nodes = _nodes(graph, found)
    edges = Edges.read(graph)
    carriers = {id_: node.box for id_, node in nodes.items() if node.kind not in (*_BUILDING, "Rooms", *_OPENINGS)}
    support = Support(carriers)
    _rooms(found, nodes, edges)
    _openings(found, nodes, edges)
    turned = 0
    for id_, node in nodes.items():
        if node.kind != "Rooms" and node.kind not in _OPENINGS:
            one = _object(id_, node, nodes, edges, found.rooms)
            if not one.fixed and one.parent is None:
                on_wall = any(nodes[to].kind == "Walls" for to in edges.on.get(id_, ()) if to in nodes)
                one = _placed(id_, one, found.rooms, support, on_wall=on_wall)
            turned += not one.fixed
            add_once(found, extended(one, node.raw, node.where), node.raw, node.where)
    _name_parents(found, nodes)
    if turned:
        found.notes.append("the graph says no turns: what stands at a wall is read as facing away from it.")
    return found


def _nodes(graph: Record, found: Reading) -> dict[str, _Node]:
    nodes: dict[str, _Node] = {}
    for at, one in enumerate(listed(graph.get("nodes"), "nodes")):
        where = f"nodes[{at}]"
        raw = record(one, where)
        id_ = word(raw.get("id"), f"{where}.id")
        if id_ in nodes:
            raise InputError(f"{where}: the id {id_!r} occurs twice.", hint="Give every node an id of its own.")
        if raw.get("bounding_box") is None:
            found.notes.append(f"node {id_} has no box; it is left out of the scene, and stays in the file.")
            continue
        bounds = record(raw["bounding_box"], f"{where}.bounding_box")
        x, y, z = triple(bounds.get("center"), f"{where}.bounding_box.center")
        w, h, d = triple(bounds.get("size"), f"{where}.bounding_box.size")
        properties = listed(raw.get("properties"), f"{where}.properties")
        nodes[id_] = _Node(
            raw=raw,
            where=where,
            kind=text(raw.get("category", ""), f"{where}.category"),
            category=category_name(text(raw.get("class_name", "thing"), f"{where}.class_name")),
            box=Box(centre=Point(x, z, y), size=measured((w, d, h), where)),
            properties=frozenset(text(one, f"{where}.properties") for one in properties),
        )
    return nodes


def _object(id_: str, node: _Node, nodes: Mapping[str, _Node], edges: Edges, rooms: Mapping[str, Room]) -> SceneObject:
    inside = edges.inside.get(id_, ())
    said = next((to for to in inside if to in rooms), None)
    room = said or room_at(rooms, node.box.centre.x, node.box.centre.y)
    fixed = node.kind in _BUILDING
    parent, holding = (None, "on") if fixed else _parent(id_, node, nodes, edges)
    states = tuple(
        text(state, f"{node.where}.states").lower() for state in listed(node.raw.get("states"), f"{node.where}.states")
    )
    return SceneObject(
        id=own_id(node.raw, id_, node.where),
        category=node.category,
        box=node.box,
        room=room,
        parent=parent,
        holding=holding,
        asset=text(node.raw.get("prefab_name", ""), f"{node.where}.prefab_name"),
        states=states,
        fixed=fixed,
    )


def _placed(id_: str, one: SceneObject, rooms: Mapping[str, Room], support: Support, *, on_wall: bool) -> SceneObject:
    """Without an edge that says what carries it: on the floor, a wall or the ceiling, else what its box stands on."""
    room = rooms.get(one.room or "")
    holding = "ceiling" if one.category.startswith("ceiling") else hanging(one.box, room)
    if on_wall and room is not None and one.box.bottom > room.floor + STANDS:
        holding = "wall"
    if room is not None and holding == "on" and one.box.bottom > room.floor + STANDS:
        carrier = support.of(id_, one.box)
        if carrier is not None:
            return replace(one, parent=carrier[0], holding=carrier[1])
    box = one.box if room is None or holding == "ceiling" else _backed(one.box, room)
    return replace(one, box=box, holding=holding)


def _parent(id_: str, node: _Node, nodes: Mapping[str, _Node], edges: Edges) -> tuple[str | None, Holding]:
    """The graph's ON and INSIDE, where the boxes bear them out: a rug under a table is ON it in some graphs."""
    below = [to for to in edges.on.get(id_, ()) if to != id_ and to in nodes and _carries(nodes[to], node)]
    if below:
        return min(below, key=lambda to: abs(nodes[to].box.top - node.box.bottom)), "on"
    around = [to for to in edges.inside.get(id_, ()) if to != id_ and to in nodes and _holds(nodes[to], node)]
    if around:
        nearest = min(around, key=lambda to: volume(nodes[to].box))
        return nearest, "on" if nodes[nearest].properties & _SEATS else "in"
    return None, "on"


def _carries(lower: _Node, upper: _Node) -> bool:
    if lower.kind in (*_BUILDING, "Rooms", *_OPENINGS):
        return False
    return upper.box.bottom + 0.01 >= lower.box.bottom + min(0.05, lower.box.size.z / 2)


def _holds(outer: _Node, inner: _Node) -> bool:
    if outer.kind in (*_BUILDING, "Rooms", *_OPENINGS) or volume(outer.box) <= volume(inner.box):
        return False
    return not outer.properties & _SEATS or inner.box.bottom > outer.box.bottom + 0.1


def _backed(box: Box, room: Room) -> Box:
    """The box with its back to the wall that it stands at; of two walls, the one along its longer side."""
    (x, y, _), (w, d, h) = box.centre, box.size
    sides = ((x, y - d / 2, 0.0, w), (x + w / 2, y, math.pi / 2, d), (x, y + d / 2, math.pi, w))
    near = []
    for u, v, yaw, length in (*sides, (x - w / 2, y, -math.pi / 2, d)):
        gap = to_wall(room.polygon, u, v)
        if gap <= _BACKED:
            near.append((-length, gap, yaw))
    if not near:
        return box
    yaw = min(near)[2]
    return replace(box, yaw=yaw, size=Point(d, w, h) if abs(math.sin(yaw)) > 0.5 else box.size)


def _rooms(found: Reading, nodes: Mapping[str, _Node], edges: Edges) -> None:
    tiles: dict[str, list[Box]] = {}
    for id_, node in nodes.items():
        if node.kind in _FLOORS:
            for room in edges.inside.get(id_, ()):
                tiles.setdefault(room, []).append(node.box)
    taken: Any = None
    for id_, node in nodes.items():
        if node.kind == "Rooms":
            own = tiles.get(id_) or [node.box]
            area = _area(own, taken)
            if area.is_empty or area.geom_type != "Polygon":
                raise InputError(f"the room {id_} has no floor: its box has no extent.", hint="Export the scene again.")
            taken = area if taken is None else taken.union(area)
            floor = max(one.top for one in own) if id_ in tiles else node.box.bottom
            found.rooms[id_] = Room(
                id=id_,
                kind=node.category,
                polygon=counter_clockwise(area.exterior.coords),
                floor=floor,
                height=max(node.box.top - floor, 0.1),
            )


def _area(tiles: Sequence[Box], taken: Any) -> Any:
    """The floor of these tiles as one polygon, in whole millimetres, less what other rooms have (if that is much)."""
    import shapely

    flat = [shapely.box(*one.corners()[0], *one.corners()[2]).buffer(_SEAM, join_style="mitre") for one in tiles]
    area = shapely.unary_union(flat).buffer(-_SEAM, join_style="mitre")
    if taken is not None and area.intersection(taken).area > _SHARED * area.area:
        left = area.difference(taken)
        area = area if left.is_empty else left
    area = shapely.set_precision(area, 1e-3)
    largest = max(getattr(area, "geoms", [area]), key=lambda part: part.area, default=area)
    return largest.simplify(2e-3)


def _openings(found: Reading, nodes: Mapping[str, _Node], edges: Edges) -> None:
    """Doors turn in their frames: where both are in the graph, the frame's box counts and the leaf tells the rooms."""
    ways = {id_: node for id_, node in nodes.items() if node.kind in _OPENINGS}
    frames = {id_: node for id_, node in ways.items() if "door" not in (node.category, node.kind)}
    for id_, node in ways.items():
        leaf = node.category == "door"
        twins = [] if node.kind == "Windows" else [to for to, other in ways.items() if _same_place(node, other)]
        if leaf and any(to in frames for to in twins):
            continue
        said = [room for to in (id_, *twins) for room in (*edges.between.get(to, ()), *edges.inside.get(to, ()))]
        rooms = tuple(dict.fromkeys(room for room in said if room in found.rooms))
        box = facing_into(_flat(node.box), found.rooms.get(rooms[0]) if rooms else None)
        found.openings.append(Opening(id=id_, kind=_OPENINGS[node.kind], box=box, rooms=rooms))


def _same_place(a: _Node, b: _Node) -> bool:
    return math.dist(a.box.centre[:2], b.box.centre[:2]) < 0.3


def _flat(box: Box) -> Box:
    """The opening with its width along its own x."""
    if box.size.x >= box.size.y:
        return box
    return Box(centre=box.centre, size=Point(box.size.y, box.size.x, box.size.z), yaw=math.pi / 2)


def _name_parents(found: Reading, nodes: Mapping[str, _Node]) -> None:
    """Edges name nodes by the graph's ids; objects that lookagain added have names of their own."""
    names = {id_: own_id(node.raw, id_, node.where) for id_, node in nodes.items()}
    for id_, one in found.objects.items():
        if one.parent in names and names[one.parent] != one.parent:
            found.objects[id_] = replace(one, parent=names[one.parent])


def _store(tree: Any, found: Reading, wanted: Mapping[str, SceneObject]) -> None:
    changed = {id_: one for id_, one in wanted.items() if found.objects.get(id_) != one}
    gone = {str(found.records[id_]["id"]) for id_ in found.objects.keys() - wanted.keys()}
    tree["nodes"] = [raw for raw in tree.get("nodes") or () if str(raw["id"]) not in gone]
    fresh = max((raw["id"] for raw in tree["nodes"] if isinstance(raw["id"], int)), default=0) + 1
    for id_, one in changed.items():
        if id_ in found.objects:
            _update(found.records[id_], found.objects[id_], one)
            continue
        like: Record = next(
            (raw for raw in tree["nodes"] if category_name(str(raw.get("class_name"))) == one.category), {}
        )
        found.records[id_] = _created(one, fresh, like)
        tree["nodes"].append(found.records[id_])
        fresh += 1
    store_edges(tree, found, wanted, changed, gone)


def _created(one: SceneObject, number: int, like: Record) -> Record:
    sides = unity.extent(one.box.size, one.box.yaw)
    return {
        "id": number,
        "category": like.get("category", "Props"),
        "class_name": like.get("class_name", one.category.replace("_", "")),
        "prefab_name": one.asset,
        "bounding_box": {"center": _swapped(one.box.centre), "size": _swapped(sides)},
        "properties": list(like.get("properties", ())),
        "states": [state.upper() for state in one.states],
        "lookagain": {"id": one.id},
    }


def _update(raw: Record, was: SceneObject, now: SceneObject) -> None:
    extra = raw.pop("lookagain", {})
    if "id" in extra:
        raw["lookagain"] = {"id": extra["id"]}
    bounds = raw["bounding_box"]
    if was.box.centre != now.box.centre:
        for at, (a, b) in enumerate(zip(_swapped(was.box.centre), _swapped(now.box.centre), strict=True)):
            bounds["center"][at] = bounds["center"][at] if a == b else b
    if (was.box.size, was.box.yaw) != (now.box.size, now.box.yaw):
        bounds["size"] = _swapped(unity.extent(now.box.size, now.box.yaw))
    if was.states != now.states:
        raw["states"] = [state.upper() for state in now.states]
    if was.asset != now.asset:
        raw["prefab_name"] = now.asset


def _swapped(at: Point) -> list[float]:
    return [at.x, at.z, at.y]


VIRTUALHOME: Final = Format("virtualhome", _read, _store)
