"""The tree of nodes in a glTF: which ones are objects, where they are, and how large.

Boxes come from the least and greatest positions that every accessor of positions must state (glTF 2.0, 3.7.2.1), so
no buffer is ever opened, whatever it claims to be or to be at.

Frame: glTF is right-handed with y up, and models face +z; ``(x, y, z)`` there is ``(-x, z, y)`` in a scene, so that the
front of a node that is not turned looks to +y.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lookagain.core.errors import InputError
from lookagain.tools.scene.formats.checked import (
    MAX_OBJECTS,
    Record,
    listed,
    number,
    record,
    text,
    triple,
    within,
    word,
)
from lookagain.tools.scene.formats.fields import EXTRA
from lookagain.tools.scene.formats.names import category_name
from lookagain.tools.scene.typical import typical_sizes
from lookagain.tools.scene.values import Box, Point

__all__ = ["Matrix", "Node", "Nodes", "extras", "gltf_matrix", "named"]

Matrix = NDArray[np.float64]

#: Greatest values of the whole-number types that may stand for -1 to 1.
_NORMAL: Final = {5120: 127, 5121: 255, 5122: 32767, 5123: 65535}
#: From the frame of glTF to that of scenes.
_FRAME: Final = np.array([[-1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
_FAR: Final = 1e5


@dataclass(kw_only=True, eq=False)
class Node:
    """A node, its transform to the world, and the objects above it and the room that it is in, by index."""

    raw: Record
    where: str
    world: Matrix
    above: int | None
    category: str
    object: int | None = None
    room: int | None = None
    corners: list[Matrix] = field(default_factory=list)


class Nodes:
    """The nodes of a glTF's scene, read. Raises ``InputError`` for what is no tree of nodes.

    ``objects`` are the indices of the nodes that are objects; ``rooms`` of those that only hold what is in a room.
    """

    def __init__(self, tree: Any) -> None:
        self.tree = record(tree, "glTF")
        for key in ("accessors", "buffers", "bufferViews", "meshes", "scenes"):
            for at, one in enumerate(listed(self.tree.get(key), key)):
                record(one, f"{key}[{at}]")
        self.raw = [record(one, f"nodes[{at}]") for at, one in enumerate(listed(self.tree.get("nodes"), "nodes"))]
        within("objects", len(self.raw), MAX_OBJECTS)
        self.found: dict[int, Node] = {}
        self.objects: list[int] = []
        self.rooms: list[int] = []
        self._bounds: dict[int, Matrix | None] = {}
        self.roots = self._roots()
        with np.errstate(all="ignore"):
            self._walk()
        self.level = self._level()
        self._assign()

    def children(self, at: int) -> list[int]:
        """The indices of a node's children."""
        raw = self.raw[at]
        return [self._index(one, len(self.raw), f"nodes[{at}].children") for one in _held(raw, f"nodes[{at}]")]

    def box(self, at: int) -> Box | None:
        """The upright box around all that belongs to an object; None where it has no shape."""
        node = self.found[at]
        if not node.corners:
            return None
        return box_between(np.concatenate(node.corners), yaw_of(node.world))

    def _roots(self) -> list[int]:
        scenes = listed(self.tree.get("scenes"), "scenes")
        if not scenes:
            return []
        chosen = self._index(self.tree.get("scene", 0), len(scenes), "scene")
        scene = record(scenes[chosen], f"scenes[{chosen}]")
        return [
            self._index(one, len(self.raw), f"scenes[{chosen}].nodes") for one in listed(scene.get("nodes"), "nodes")
        ]

    def _walk(self) -> None:
        todo: list[tuple[int, int | None]] = [(root, None) for root in reversed(self.roots)]
        while todo:
            at, above = todo.pop()
            if at in self.found:
                raise InputError(
                    f"nodes[{at}] has two parents.", hint="Nodes must form a tree; export the scene again."
                )
            where = f"nodes[{at}]"
            local = gltf_matrix(self.raw[at], where)
            world = local if above is None else self.found[above].world @ local
            if not np.abs(world).max() <= _FAR:
                raise InputError(f"{where}: its place in the world is out of bounds.", hint="Check its scale.")
            name = _stem(text(self.raw[at].get("name", ""), f"{where}.name"))
            node = Node(raw=self.raw[at], where=where, world=world, above=above, category=category_name(name))
            self.found[at] = node
            todo.extend((child, at) for child in reversed(self.children(at)))

    def _level(self) -> int | None:
        """The node that holds all objects, below wrappers such as ``world``; None: they are roots."""
        held, level = self.roots, None
        while len(held) == 1 and not self._marked(held[0]) and "mesh" not in self.raw[held[0]]:
            inside = self.children(held[0])
            if not inside or typical_sizes().get(self.found[held[0]].category) is not None:
                break
            level, held = held[0], inside
        return level

    def _assign(self) -> None:
        """Objects, parents first. A part of an object is a node below it that is none itself."""
        top = set(self.roots if self.level is None else self.children(self.level))
        for at, node in self.found.items():
            above = None if node.above is None else self.found[node.above]
            if above is not None:
                node.room, node.object = above.room, above.object
            bounds = self._mesh(at)
            grouped = at in top and bounds is None and _is_room(node.category) and bool(self.children(at))
            if grouped and not self._marked(at):
                node.room = at
                self.rooms.append(at)
            elif at in top or self._marked(at) or self._stands_alone(node, above, bounds):
                node.object = at
                self.objects.append(at)
            if bounds is not None and node.object is not None:
                self.found[node.object].corners.append(bounds @ node.world[:3, :3].T + node.world[:3, 3])

    @staticmethod
    def _stands_alone(node: Node, above: Node | None, bounds: Matrix | None) -> bool:
        """Directly in a room; or a thing with a shape and a name of its own right below an object that has a shape."""
        if above is None:
            return False
        if above.object is None:
            return node.room is not None
        known = bounds is not None and node.category in typical_sizes()
        return known and above.object == node.above and "mesh" in above.raw

    def _marked(self, at: int) -> bool:
        return EXTRA in extras(self.raw[at])

    def _mesh(self, at: int) -> Matrix | None:
        """The corners of the box around a node's mesh, in the node's frame."""
        if "mesh" not in self.raw[at]:
            return None
        meshes = listed(self.tree.get("meshes"), "meshes")
        mesh = self._index(self.raw[at]["mesh"], len(meshes), f"nodes[{at}].mesh")
        if mesh not in self._bounds:
            self._bounds[mesh] = self._corners(record(meshes[mesh], f"meshes[{mesh}]"), f"meshes[{mesh}]")
        return self._bounds[mesh]

    def _corners(self, mesh: Record, where: str) -> Matrix | None:
        accessors = listed(self.tree.get("accessors"), "accessors")
        ends: list[Sequence[float]] = []
        for at, one in enumerate(listed(mesh.get("primitives"), f"{where}.primitives")):
            attributes = record(record(one, where).get("attributes"), f"{where}.primitives[{at}].attributes")
            if "POSITION" not in attributes:
                continue
            index = self._index(attributes["POSITION"], len(accessors), f"{where}.primitives[{at}].attributes.POSITION")
            place = f"accessors[{index}]"
            accessor = record(accessors[index], place)
            whole = _NORMAL.get(_code(accessor.get("componentType"))) if accessor.get("normalized") is True else None
            for key in ("min", "max"):
                ends.append([side / (whole or 1) for side in triple(accessor.get(key), f"{place}.{key}")])
        if not ends:
            return None
        low, high = np.min(ends, axis=0), np.max(ends, axis=0)
        return np.array(list(itertools.product(*zip(low, high, strict=True))))

    @staticmethod
    def _index(value: Any, count: int, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < count:
            raise InputError(f"{where}: expected an index below {count}, got {value!r:.60}.", hint="Export it again.")
        return value


def box_between(corners: Matrix, yaw: float) -> Box:
    """The box of that yaw around points of glTF's frame."""
    sin, cos = math.sin(yaw), math.cos(yaw)
    turn = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
    points = corners @ _FRAME.T @ turn.T
    low, high = points.min(axis=0), points.max(axis=0)
    centre = turn.T @ ((low + high) / 2)
    size = np.maximum(high - low, 1e-4)
    return Box(centre=Point(*map(float, centre)), size=Point(*map(float, size)), yaw=yaw)


def yaw_of(world: Matrix) -> float:
    """Where a node's +z looks; if up or down, where its +x does, a quarter on."""
    front, right = world[:3, 2], world[:3, 0]
    if math.hypot(front[0], front[2]) > 0.1 * float(np.linalg.norm(front)):
        return math.atan2(front[0], front[2])
    return math.atan2(-right[2], right[0])


def gltf_matrix(raw: Record, where: str) -> Matrix:
    """A node's own transform: its matrix (column-major), or translation, rotation (x, y, z, w) and scale."""
    if "matrix" in raw:
        values = [number(one, f"{where}.matrix") for one in listed(raw["matrix"], f"{where}.matrix")]
        if len(values) != 16:
            raise InputError(f"{where}.matrix: expected 16 numbers, got {len(values)}.")
        return np.array(values).reshape(4, 4).T
    found = np.eye(4)
    turned = [
        number(one, f"{where}.rotation") for one in listed(raw.get("rotation", [0, 0, 0, 1]), f"{where}.rotation")
    ]
    length = math.hypot(*turned)
    if len(turned) != 4 or length < 1e-6:
        raise InputError(f"{where}.rotation: expected a quaternion of four numbers.")
    x, y, z, w = (one / length for one in turned)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    scale = np.array(triple(raw.get("scale", [1, 1, 1]), f"{where}.scale"))
    found[:3, :3] = (np.eye(3) + 2 * w * cross + 2 * cross @ cross) * scale
    found[:3, 3] = triple(raw.get("translation", [0, 0, 0]), f"{where}.translation")
    return found


def extras(raw: Record) -> Record:
    """What an application may add to a node."""
    found = raw.get("extras")
    return found if isinstance(found, dict) else {}


def named(nodes: Nodes) -> Iterator[tuple[int, str]]:
    """Each object's index and id: what lookagain noted, else its name, with its index where names repeat."""
    taken: set[str] = set()
    for at in nodes.objects:
        node = nodes.found[at]
        noted = extras(node.raw).get(EXTRA)
        name = str(node.raw.get("name") or f"node_{at}")
        if isinstance(noted, dict) and "id" in noted:
            name = word(noted["id"], f"{node.where}.extras.{EXTRA}.id")
        id_ = name if name not in taken else f"{name}#{at}"
        taken.add(id_)
        yield at, id_


def _held(raw: Record, where: str) -> list[Any]:
    return listed(raw.get("children"), f"{where}.children")


def _code(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _stem(name: str) -> str:
    """The name without the number that tells copies apart (``Chair.001``, ``chair_2``)."""
    return re.sub(r"[\W_]*\d+$", "", name) or name


def _is_room(category: str) -> bool:
    return category.rpartition("_")[2] in _ROOMS


_ROOMS: Final = {
    *("attic", "basement", "bathroom", "bedroom", "classroom", "corridor", "garage", "hall", "hallway", "kitchen"),
    *("laundry", "livingroom", "lobby", "nursery", "office", "pantry", "room", "study"),
}
