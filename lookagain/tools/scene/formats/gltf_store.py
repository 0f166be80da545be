"""An edit written into the nodes of a glTF; see ``gltf``."""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from lookagain.core.errors import InputError
from lookagain.tools.scene.formats.checked import Record
from lookagain.tools.scene.formats.document import Reading
from lookagain.tools.scene.formats.fields import EXTRA
from lookagain.tools.scene.formats.gltf_nodes import Matrix, Nodes, extras, gltf_matrix, named
from lookagain.tools.scene.values import Box, SceneObject

__all__ = ["margin", "store"]

_CUBE: Final = "lookagain box"
#: Numbers of a transform that differ by less are the same, computed in another order.
_SAME: Final = 1e-12


def margin(node: Record) -> Record:
    """The node's extras. Extras that are no JSON object are kept inside of one."""
    if not isinstance(node.get("extras"), dict):
        node["extras"] = {"value": node["extras"]} if "extras" in node else {}
    found: Record = node["extras"]
    return found


def store(tree: Any, found: Reading, wanted: Mapping[str, SceneObject]) -> None:
    """Moves, turns and scales the nodes of objects that changed, takes out those that are gone, adds the new ones."""
    nodes = Nodes(tree)
    ids = dict(named(nodes))
    gone = {at for at, id_ in ids.items() if id_ in found.objects and id_ not in wanted}
    for at, id_ in ids.items():
        if id_ in found.objects and id_ in wanted and found.objects[id_] != wanted[id_]:
            _forget(nodes.raw[at])
    _transform(nodes, ids, found, wanted)
    _take_out(nodes, gone)
    new = [one for id_, one in wanted.items() if id_ not in found.objects]
    for one in new:
        _add(nodes, one)


def _forget(node: Record) -> None:
    noted = extras(node).get(EXTRA)
    if isinstance(noted, dict):
        kept = {key: value for key, value in noted.items() if key == "id"}
        node["extras"] = (
            {**extras(node), EXTRA: kept} if kept else {k: v for k, v in extras(node).items() if k != EXTRA}
        )
        if not node["extras"]:
            del node["extras"]


def _transform(nodes: Nodes, ids: Mapping[int, str], found: Reading, wanted: Mapping[str, SceneObject]) -> None:
    """Each node's new transform from its own and its parent's new place in the world, parents first."""
    world: dict[int, Matrix] = {}
    for at, node in nodes.found.items():
        local = gltf_matrix(node.raw, node.where)
        id_ = ids.get(at)
        above = np.eye(4) if node.above is None else world[node.above]
        if id_ not in found.objects or id_ not in wanted:
            world[at] = above @ local
            continue
        world[at] = _change(found.objects[id_].box, wanted[id_].box) @ node.world
        needed = _inverse(above, node.where) @ world[at]
        if np.abs(needed - local).max() > _SAME * max(1.0, float(np.abs(local).max())):
            _write(node.raw, local, needed)


def _change(was: Box, now: Box) -> Matrix:
    """What takes the one box to the other, in glTF's world."""
    if was == now:
        return np.eye(4)
    ratio = [b / a for a, b in zip(was.size, now.size, strict=True)]
    scale = np.diag([ratio[0], ratio[2], ratio[1], 1.0])
    return _pose(now) @ scale @ np.linalg.inv(_pose(was))


def _pose(box: Box) -> Matrix:
    sin, cos = math.sin(box.yaw), math.cos(box.yaw)
    x, y, z = box.centre
    return np.array([[cos, 0, sin, -x], [0, 1, 0, z], [-sin, 0, cos, y], [0, 0, 0, 1.0]])


def _inverse(matrix: Matrix, where: str) -> Matrix:
    with np.errstate(all="ignore"):
        try:
            found: Matrix = np.asarray(np.linalg.inv(matrix), dtype=np.float64)
        except np.linalg.LinAlgError:
            found = np.full((4, 4), np.nan)
    if not np.isfinite(found).all():
        raise InputError(f"{where}: its parent is flat, so it cannot be moved.", hint="Mend the scale of the parent.")
    return found


def _write(node: Record, was: Matrix, now: Matrix) -> None:
    """Into the fields that the node has; into a matrix where those cannot hold it."""
    turn = now[:3, :3]
    if "matrix" in node:
        node["matrix"] = [float(one) for one in now.T.ravel()]
        return
    if np.abs(turn - was[:3, :3]).max() > _SAME:
        scale = np.linalg.norm(turn, axis=0)
        turned = turn / scale
        if np.abs(turned.T @ turned - np.eye(3)).max() > 1e-9 or np.linalg.det(turned) < 0:
            for key in ("translation", "rotation", "scale"):
                node.pop(key, None)
            node["matrix"] = [float(one) for one in now.T.ravel()]
            return
        node["rotation"] = _quaternion(turned)
        if "scale" in node or np.abs(scale - 1).max() > _SAME:
            node["scale"] = [float(one) for one in scale]
    node["translation"] = [float(one) for one in now[:3, 3]]


def _quaternion(turn: Matrix) -> list[float]:
    from scipy.spatial.transform import Rotation

    return [float(one) for one in Rotation.from_matrix(turn).as_quat()]


def _take_out(nodes: Nodes, gone: set[int]) -> None:
    """Unlinks nodes; an object of its own somewhere below them is linked to the nearest node that stays."""
    for at, node in nodes.found.items():
        if not gone or node.object != at or at in gone:
            continue
        before = local = gltf_matrix(node.raw, node.where)
        above, stays, reached = node.above, node.above, local
        while above is not None and (nodes.found[above].object != above or above in gone):
            reached = gltf_matrix(nodes.raw[above], nodes.found[above].where) @ reached
            if nodes.found[above].object in gone:
                local, stays = reached, nodes.found[above].above
            above = nodes.found[above].above
        if stays != node.above:
            _write(node.raw, before, local)
            _link(nodes, at, stays)
    for at in gone:
        _unlink(nodes, at, nodes.found[at].above)


def _link(nodes: Nodes, at: int, above: int | None) -> None:
    _unlink(nodes, at, nodes.found[at].above)
    held = _scene(nodes) if above is None else nodes.raw[above]
    key = "nodes" if above is None else "children"
    held[key] = [*(held.get(key) or ()), at]


def _unlink(nodes: Nodes, at: int, above: int | None) -> None:
    held = _scene(nodes) if above is None else nodes.raw[above]
    key = "nodes" if above is None else "children"
    held[key] = [one for one in held.get(key) or () if one != at]
    if not held[key]:
        del held[key]


def _scene(nodes: Nodes) -> Record:
    """The record of the scene that is shown; a new one where there is none."""
    if not nodes.tree.get("scenes"):
        nodes.tree["scenes"] = [{}]
        nodes.tree["scene"] = 0
    scene: Record = nodes.tree["scenes"][nodes.tree.get("scene", 0)]
    return scene


def _add(nodes: Nodes, one: SceneObject) -> None:
    """A node with the shared box, under the node that holds the others."""
    tree, box = nodes.tree, one.box
    node = {
        "name": one.id,
        "mesh": _cube(tree),
        "translation": [-box.centre.x, box.centre.z, box.centre.y],
        "rotation": [0.0, math.sin(box.yaw / 2), 0.0, math.cos(box.yaw / 2)],
        "scale": [box.size.x, box.size.z, box.size.y],
        "extras": {EXTRA: {"id": one.id}},
    }
    if nodes.level is not None:
        needed = _inverse(nodes.found[nodes.level].world, nodes.found[nodes.level].where) @ gltf_matrix(node, one.id)
        _write(node, np.zeros((4, 4)), needed)
    tree["nodes"] = [*(tree.get("nodes") or ()), node]
    held, key = (_scene(nodes), "nodes") if nodes.level is None else (nodes.raw[nodes.level], "children")
    held[key] = [*(held.get(key) or ()), len(tree["nodes"]) - 1]


def _cube(tree: Record) -> int:
    """The index of the mesh of added boxes: a cube of one metre, in a buffer of its own inside the JSON."""
    meshes = list(tree.get("meshes") or ())
    for at, mesh in enumerate(meshes):
        if mesh.get("name") == _CUBE:
            return at
    corners = [(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)]
    sides = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    triangles = [corner for a, b, c, d in sides for corner in (a, b, c, a, c, d)]
    raw = struct.pack("<24f", *(side for corner in corners for side in corner)) + struct.pack("<36H", *triangles)
    uri = "data:application/octet-stream;base64," + base64.b64encode(raw).decode()
    buffers = [*(tree.get("buffers") or ()), {"byteLength": len(raw), "uri": uri}]
    views = list(tree.get("bufferViews") or ())
    views += [{"buffer": len(buffers) - 1, "byteOffset": at, "byteLength": size} for at, size in ((0, 96), (96, 72))]
    accessors = list(tree.get("accessors") or ())
    bounds = {"min": [-0.5, -0.5, -0.5], "max": [0.5, 0.5, 0.5]}
    accessors += [
        {"bufferView": len(views) - 2, "componentType": 5126, "count": 8, "type": "VEC3", **bounds},
        {"bufferView": len(views) - 1, "componentType": 5123, "count": 36, "type": "SCALAR"},
    ]
    shape = {"attributes": {"POSITION": len(accessors) - 2}, "indices": len(accessors) - 1}
    tree |= {"buffers": buffers, "bufferViews": views, "accessors": accessors}
    tree["meshes"] = [*meshes, {"name": _CUBE, "primitives": [shape]}]
    return len(meshes)
