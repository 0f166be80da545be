"""glTF: boxes and fronts of nodes, edits of them, and that another reader sees the same."""

from __future__ import annotations

import io
import json
import math
import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import trimesh as typed_trimesh
from hypothesis import given
from hypothesis import strategies as st

from lookagain.core.errors import InputError
from lookagain.tools.scene.formats import from_gltf, read_scene, write_scene
from lookagain.tools.scene.formats.gltf import model_size
from lookagain.tools.scene.values import Box, Point, Scene
from tests.support import scene_made
from tests.support.scene_files import assert_same, edited

trimesh: Any = typed_trimesh


def scene_of(tree: Any) -> Scene:
    return from_gltf(json.dumps(tree, indent=2).encode())


def made_glb() -> bytes:
    """Written by another library: a table with a cup on it, a turned sofa, below one world."""
    scene = trimesh.Scene()
    scene.add_geometry(trimesh.creation.box((4, 0.1, 3)), node_name="Floor", geom_name="floor")
    move = trimesh.transformations.translation_matrix
    turn = trimesh.transformations.rotation_matrix(0.5, (0, 1, 0))
    scene.add_geometry(trimesh.creation.box((1.4, 0.7, 0.8)), node_name="Table", transform=move((0.5, 0.4, 0)))
    scene.add_geometry(trimesh.creation.icosphere(radius=0.05), node_name="Cup", transform=move((0.5, 0.8, 0)))
    sofa = trimesh.creation.box((1.8, 0.8, 0.9))
    scene.add_geometry(sofa, node_name="Sofa", transform=move((-1, 0.45, 0.3)) @ turn)
    data: bytes = scene.export(file_type="glb")
    return data


def bounds(data: bytes, name: str) -> Any:
    """The box along the axes of a node, as trimesh has it, in the frame of scenes."""
    scene = trimesh.load(io.BytesIO(data), file_type="glb")
    transform, geometry = scene.graph[name]
    points = trimesh.transform_points(scene.geometry[geometry].vertices, transform) @ np.array(
        [[-1, 0, 0], [0, 0, 1], [0, 1, 0]]
    )
    return points.min(axis=0), points.max(axis=0)


def around(box: Box) -> Any:
    xs, ys = zip(*box.corners(), strict=True)
    return (min(xs), min(ys), box.bottom), (max(xs), max(ys), box.top)


def test_nodes_are_objects_with_their_parts() -> None:
    scene = scene_of(scene_made.gltf())
    assert set(scene.objects) == {"Floor", "Table.001", "Cup", "Chair"}
    table = scene["Table.001"]
    assert table.category == "table"
    assert table.box.centre == pytest.approx((-0.5, 0, 0.375))
    assert table.box.size == pytest.approx((1.4, 0.8, 0.75))
    assert table.box.forward == pytest.approx((0, 1))
    assert scene["Cup"].parent == "Table.001"
    assert scene["Floor"].fixed
    assert scene.rooms["Floor"].polygon == ((-2, -1.5), (2, -1.5), (2, 1.5), (-2, 1.5))


def test_a_turned_and_scaled_node_is_a_turned_and_scaled_box() -> None:
    chair = scene_of(scene_made.gltf())["Chair"]
    assert chair.box.centre == pytest.approx((1, 0.5, 0.45))
    assert chair.box.size == pytest.approx((1, 0.5, 0.9))
    assert chair.box.forward == pytest.approx((-1, 0), abs=1e-9)


def test_what_an_edit_does_not_touch_stays() -> None:
    tree = scene_made.gltf()
    scene = scene_of(tree)
    table = scene["Table.001"]
    moved = replace(table, box=table.box.moved(0.5, 0))
    cup = replace(scene["Cup"], box=scene["Cup"].box.moved(0.5, 0))
    after = json.loads(write_scene(scene.with_objects(moved, cup)))
    assert after["nodes"][2] == {**tree["nodes"][2], "translation": [0, 0, 0]}
    assert {**after, "nodes": 0} == {**tree, "nodes": 0}
    assert [one for at, one in enumerate(after["nodes"]) if at != 2] == [
        one for at, one in enumerate(tree["nodes"]) if at != 2
    ]


def test_what_stands_below_a_removed_node_stays_where_it_is() -> None:
    scene = scene_of(scene_made.gltf())
    wanted = scene.without("Table.001")
    written = write_scene(wanted)
    assert_same(from_gltf(written), wanted)
    assert json.loads(written)["nodes"][0]["children"] == [1, 5, 4]


def test_an_edited_gltf_reads_as_it_was_edited() -> None:
    scene = scene_of(scene_made.gltf())
    wanted, _ = edited(scene)
    again = read_scene(write_scene(wanted))
    assert again.format == "gltf"
    assert_same(again, wanted)


def test_another_reader_sees_the_same_boxes_before_and_after() -> None:
    data = made_glb()
    scene = read_scene(data)
    assert write_scene(scene) == data
    assert scene["Cup"].parent == "Table"
    sofa = scene["Sofa"]
    assert sofa.box.yaw == pytest.approx(0.5)
    turned = Box(centre=Point(1.1, 0.2, 0.5), size=Point(2.0, 1.0, 0.7), yaw=-0.4)
    lamp = replace(sofa, id="Lamp", category="lamp", box=Box(centre=Point(0, 1, 0.2), size=Point(0.2, 0.3, 0.4), yaw=1))
    wanted = scene.without("Cup").with_objects(replace(sofa, box=turned), lamp)
    written = write_scene(wanted)
    assert_same(read_scene(written), wanted)
    for name in ("Table", "Sofa", "Lamp"):
        for have, want in zip(bounds(written, name), around(wanted[name].box), strict=True):
            assert have == pytest.approx(want, abs=1e-6)
    assert "Cup" not in trimesh.load(io.BytesIO(written), file_type="glb").graph.nodes_geometry
    length = struct.unpack_from("<I", data, 12)[0]
    assert written.endswith(data[20 + length :])


def test_a_node_named_like_a_room_holds_what_is_in_it() -> None:
    tree = scene_made.gltf()
    tree["nodes"] = [{"name": "Kitchen", "children": [2, 4]}, {"name": "hall.001", "children": [3]}, *tree["nodes"][1:]]
    tree["nodes"][3]["children"] = []
    tree["scenes"] = [{"nodes": [0, 1]}]
    tree["nodes"][2]["translation"] = [3, 0, 0]
    scene = scene_of(tree)
    assert {id_: room.kind for id_, room in scene.rooms.items()} == {"Kitchen": "kitchen", "hall.001": "hall"}
    assert set(scene.objects) == {"Floor", "leg", "Table.001"}


def test_without_floor_or_room_one_room_is_around_all() -> None:
    tree = scene_made.gltf()
    tree["nodes"][1]["name"] = "rug"
    scene = scene_of(tree)
    assert list(scene.rooms["room"].polygon) == [(-2.5, -2), (2.5, -2), (2.5, 2), (-2.5, 2)]
    assert any("one room is taken" in note for note in scene.warnings)


def test_names_that_repeat_are_told_apart() -> None:
    tree = scene_made.gltf()
    tree["nodes"][5]["name"] = "Floor"
    assert set(scene_of(tree).objects) == {"Floor", "Floor#5", "Table.001", "Cup"}


def test_the_size_of_a_model_is_that_of_all_its_nodes() -> None:
    assert model_size(json.dumps(scene_made.gltf()).encode()) == pytest.approx((4, 3, 0.95))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"scenes": [{"nodes": [9]}]}, "expected an index below 6, got 9"),
        ({"scenes": [{"nodes": [True]}]}, "expected an index"),
        ({"nodes": [{"children": [0]}]}, "two parents"),
        ({"nodes": [{"children": [1, 1]}, {}]}, "two parents"),
        ({"nodes": [{"mesh": 7}]}, "below 5, got 7"),
        ({"nodes": [{"mesh": 0, "scale": [1e5, 1, 1], "translation": [1e5, 1e5, 1e5]}], "accessors": []}, "below 0"),
        ({"nodes": [{"scale": [1e5, 1, 1], "children": [1]}, {"scale": [1e5, 1, 1]}]}, "out of bounds"),
        ({"nodes": [{"rotation": [0, 0, 0, 0]}]}, "quaternion"),
        ({"nodes": [{"matrix": [1, 2]}]}, "16 numbers, got 2"),
        ({"nodes": [{}] * 100_001}, "100001 objects"),
    ],
)
def test_a_broken_gltf_is_refused_with_the_reason(change: Any, says: str) -> None:
    with pytest.raises(InputError, match=says):
        scene_of(scene_made.gltf() | change)


@pytest.mark.parametrize("at", [4, 8, 12, 16])
def test_a_broken_glb_is_refused(at: int) -> None:
    data = bytearray(made_glb())
    data[at : at + 4] = b"\xff\xff\xff\x7f"
    with pytest.raises(InputError, match="expected a GLB"):
        read_scene(bytes(data))


@given(st.binary(max_size=80))
def test_any_bytes_after_glbs_magic_are_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_scene(b"glTF" + data)


def test_no_buffer_is_opened_whatever_it_claims() -> None:
    buffers = [{"byteLength": 10**12, "uri": "../../../etc/passwd"}, {"byteLength": -1, "uri": "https://a.example/b"}]
    tree = scene_made.gltf() | {"buffers": buffers, "images": [{"uri": "file:///etc/shadow"}]}
    tree["accessors"][0]["count"] = 10**12
    scene = scene_of(tree)
    wanted, _ = edited(scene)
    assert json.loads(write_scene(wanted))["buffers"][:2] == buffers


def test_a_long_chain_of_nodes_is_read() -> None:
    nodes: list[Any] = [{"children": [at + 1]} for at in range(20_000)]
    tree = scene_made.gltf() | {"nodes": [*nodes, {"name": "cup", "mesh": 3}], "scenes": [{"nodes": [0]}]}
    assert list(scene_of(tree).objects) == ["cup"]


def test_a_quarter_turn_of_a_child_leaves_its_parent() -> None:
    scene = scene_of(scene_made.gltf())
    cup = scene["Cup"]
    turned = replace(cup, box=replace(cup.box, yaw=math.pi / 2))
    after = json.loads(write_scene(scene.with_objects(turned)))
    assert after["nodes"][4]["rotation"] == pytest.approx([0, math.sqrt(0.5), 0, math.sqrt(0.5)])
    assert after["nodes"][2] == scene_made.gltf()["nodes"][2]
