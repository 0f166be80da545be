"""What the formats' own frames and fields mean: boxes, fronts, rooms, openings, parents, states."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lookagain.core.errors import InputError
from lookagain.tools.media import MediaDoor
from lookagain.tools.scene.assets import Asset, TypicalSizes
from lookagain.tools.scene.formats import (
    as_own,
    from_own,
    from_procthor,
    from_sceneeval,
    from_virtualhome,
    read_scene,
    write_scene,
)
from lookagain.tools.scene.typical import typical_size, typical_sizes
from lookagain.tools.scene.values import Box, Point, Scene, SceneObject
from tests.support import scene_made


class OneAsset(TypicalSizes):
    """A catalogue of one table."""

    def get(self, id_: str) -> Asset | None:
        size = Point(1.4, 0.8, 0.75)
        return Asset(id=id_, category="dining_table", size=size, source="made") if id_ in ("T", "made.table") else None


def procthor(**changes: Any) -> Scene:
    return from_procthor(json.dumps(scene_made.procthor() | changes).encode(), assets=OneAsset())


def rewritten(scene: Scene, *changed: SceneObject) -> Any:
    return json.loads(write_scene(scene.with_objects(*changed)))


def test_procthor_is_unitys_frame() -> None:
    table = procthor()["DiningTable|1|0"]
    assert table.box.centre == pytest.approx((2, 1, 0.375))
    assert table.box.size == pytest.approx((1.4, 0.8, 0.75))
    assert table.box.forward == pytest.approx((1, 0))
    assert table.category == "dining_table"


def test_procthor_nests_what_stands_on_a_thing() -> None:
    scene = procthor()
    assert scene["Cup|1|1"].parent == "DiningTable|1|0"
    assert scene["Cup|1|1"].states == ("dirty",)
    assert scene["Painting|1|2"].holding == "wall"
    assert scene.rooms["room|1"].kind == "living_room"
    assert scene.rooms["room|1"].height == 2.6
    assert scene["Cup|1|1"].room == "room|1"
    tree = rewritten(scene, replace(scene["Cup|1|1"], parent=None, states=("clean",)))
    assert [raw["id"] for raw in tree["objects"]] == ["DiningTable|1|0", "Painting|1|2", "Cup|1|1"]
    assert tree["objects"][2]["isDirty"] is False
    assert tree["objects"][0]["children"] == []


def test_procthors_door_is_measured_along_its_wall() -> None:
    (door,) = procthor().openings
    assert door.box.centre == pytest.approx((0, 1.0, 1.05))
    assert door.box.size == pytest.approx((1.0, 0.1, 2.1))
    assert door.box.forward == pytest.approx((1, 0), abs=1e-9)
    assert door.rooms == ("room|1",)


def test_a_tilted_thing_of_procthor_is_the_box_around_it() -> None:
    objects = scene_made.procthor()["objects"]
    objects[0]["rotation"]["x"] = 90
    box = procthor(objects=objects)["DiningTable|1|0"].box
    assert box.size == pytest.approx((1.4, 0.75, 0.8))


def test_a_house_without_its_catalogue_has_typical_sizes_and_says_so() -> None:
    scene = read_scene(json.dumps(scene_made.procthor()).encode())
    assert scene.format == "procthor"
    assert scene["Cup|1|1"].box.size == typical_size("cup")
    assert any("typical sizes stand in" in note for note in scene.warnings)


def test_virtualhome_tells_rooms_parents_and_openings() -> None:
    scene = from_virtualhome(json.dumps(scene_made.virtualhome()).encode())
    assert scene["9"].parent == "7"
    assert scene["7"].parent is None
    assert {id_ for id_, one in scene.objects.items() if one.fixed} == {"2", "10"}
    assert scene["9"].states == ("clean",)
    assert scene["7"].category == "kitchen_table"
    (door,) = scene.openings
    assert (door.id, door.rooms) == ("3", ("1",))
    room = scene.rooms["1"]
    assert sorted(room.polygon) == [(0, 0), (0, 3), (4, 0), (4, 3)]
    assert room.height == pytest.approx(2.5, abs=1e-3)


def test_a_thing_of_virtualhome_faces_away_from_the_wall_behind_it() -> None:
    scene = from_virtualhome(json.dumps(scene_made.virtualhome()).encode())
    table = scene["7"]
    assert table.box.forward == pytest.approx((1, 0))
    assert table.box.size == pytest.approx((1.4, 0.8, 0.75))
    turned = replace(table, box=replace(table.box, yaw=table.box.yaw + math.pi / 2))
    bounds = rewritten(scene, turned)["nodes"][3]["bounding_box"]
    assert bounds["size"] == pytest.approx([1.4, 0.75, 0.8])
    assert bounds["center"] == [0.4, 0.375, 1.5]


def test_edges_of_virtualhome_follow_a_move_and_an_addition() -> None:
    scene = from_virtualhome(json.dumps(scene_made.virtualhome()).encode())
    mug = replace(scene["9"], parent=None, box=scene["9"].box.moved(3, 1, -0.75))
    new = replace(scene["9"], id="mug_2", box=scene["9"].box.moved(0, 0.4))
    tree = rewritten(scene, mug, new)
    edges = {(edge["from_id"], edge["relation_type"], edge["to_id"]) for edge in tree["edges"]}
    assert tree["nodes"][-1]["id"] == 11
    assert tree["nodes"][-1]["properties"] == ["GRABBABLE"]
    assert {(11, "ON", 7), (11, "INSIDE", 1), (11, "CLOSE", 7), (7, "CLOSE", 11), (9, "INSIDE", 1)} <= edges
    assert not {(9, "ON", 7), (9, "CLOSE", 7), (7, "CLOSE", 9), (9, "FACING", 3)} & edges


def test_a_thing_of_virtualhome_that_no_edge_carries_stands_on_what_is_below() -> None:
    tree = scene_made.virtualhome()
    tree["edges"] = [edge for edge in tree["edges"] if edge["relation_type"] != "ON"]
    assert from_virtualhome(json.dumps(tree).encode())["9"].parent == "7"


def test_a_rug_that_the_graph_puts_on_the_table_above_it_is_not_carried() -> None:
    tree = scene_made.virtualhome()
    tree["nodes"][4]["bounding_box"] = {"center": [0.4, 0.01, 1.5], "size": [2, 0.02, 2]}
    assert from_virtualhome(json.dumps(tree).encode())["9"].parent is None


def test_sceneeval_turns_models_that_are_y_up() -> None:
    scene = from_sceneeval(json.dumps(scene_made.sceneeval()).encode(), assets=OneAsset())
    table = scene["1"]
    assert table.box.centre == pytest.approx((2, 1, 0.375))
    assert table.box.size == pytest.approx((1.4, 0.8, 0.75))
    assert table.box.forward == pytest.approx((1, 0))
    assert scene["2"].box.forward == pytest.approx((0, -1))
    assert scene["2"].box.bottom == pytest.approx(0.75)
    assert scene["2"].parent == "1"
    assert scene.rooms["0"].kind == "bedroom"
    (window,) = scene.openings
    assert window.box.centre == pytest.approx((1.5, 0, 1.5))
    assert window.box.forward == pytest.approx((0, 1), abs=1e-9)
    assert any("1 objects have no size" in note for note in scene.warnings)


def test_sceneevals_matrix_and_quaternion_stay_one_rotation() -> None:
    scene = from_sceneeval(json.dumps(scene_made.sceneeval()).encode(), assets=OneAsset())
    box = scene["1"].box
    larger = Point(*(2 * side for side in box.size))
    turned = replace(scene["1"], box=Box(centre=box.centre, size=larger, yaw=box.yaw + 0.7), scale=Point(2.0, 2.0, 2.0))
    tree = rewritten(scene, turned)
    raw = tree["scene"]["object"][0]
    transform = raw["transform"]
    matrix = np.array(transform["data"]).reshape(4, 4).T[:3, :3] / 2
    x, y, z, w = transform["rotation"]
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    assert matrix == pytest.approx(np.eye(3) + 2 * w * cross + 2 * cross @ cross, abs=1e-9)
    assert transform["scale"] == pytest.approx([2, 2, 2])
    assert "lookagain" not in raw


def test_sceneeval_with_another_up_is_refused() -> None:
    tree = scene_made.sceneeval()
    tree["scene"]["up"] = [0, 1, 0]
    with pytest.raises(InputError, match="z up"):
        from_sceneeval(json.dumps(tree).encode())


def test_our_format_keeps_keys_that_it_does_not_know() -> None:
    scene = from_own(json.dumps(scene_made.own()).encode())
    tree = rewritten(scene, replace(scene["lamp_1"], style="brass"))
    assert tree["objects"][1] == scene_made.own()["objects"][1] | {"style": "brass"}
    assert tree["openings"] == scene_made.own()["openings"]


def test_the_scene_in_our_documentation_is_one(request: pytest.FixtureRequest) -> None:
    page = (request.config.rootpath / "docs" / "scene_format.md").read_text(encoding="utf-8")
    scene = read_scene(page.partition("```json\n")[2].partition("```")[0].encode())
    assert scene.warnings == ()
    assert scene["lamp_1"].parent == "desk_1"
    assert scene["desk_1"].room == "r1"


def test_a_scene_is_read_from_its_path_through_a_door(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(scene_made.own()), encoding="utf-8")
    (tmp_path / "b.json").write_text("{", encoding="utf-8")
    (tmp_path / "inside").mkdir()
    assert read_scene(tmp_path / "a.json").format == "lookagain"
    assert read_scene("a.json", door=MediaDoor(tmp_path)).format == "lookagain"
    with pytest.raises(InputError, match=r"b\.json: expected JSON"):
        read_scene(tmp_path / "b.json")
    with pytest.raises(InputError, match="outside the allowed folder"):
        read_scene("../a.json", door=MediaDoor(tmp_path / "inside"))


def test_a_scene_from_no_file_is_written_in_our_format() -> None:
    scene = from_own(json.dumps(scene_made.own()).encode())
    made = Scene(objects=scene.objects, rooms=scene.rooms, openings=scene.openings)
    again = read_scene(write_scene(made))
    assert (again.objects, again.rooms, again.openings) == (scene.objects, scene.rooms, scene.openings)
    assert write_scene(as_own(again)) == write_scene(made)


@pytest.mark.parametrize("indent", [None, 1, 4, "\t"])
@pytest.mark.parametrize("separators", [None, (",", ":")])
@pytest.mark.parametrize("end", [b"", b"\n", b" \r\n"])
def test_an_edit_is_written_in_the_hand_of_the_file(indent: Any, separators: Any, end: bytes) -> None:
    tree = scene_made.own()
    tree["objects"][0]["style"] = "grün"
    for plain in (True, False):
        style: Any = {"indent": indent, "separators": separators, "ensure_ascii": plain}
        scene = from_own(json.dumps(tree, **style).encode() + end)
        wanted = scene.with_objects(replace(scene["desk_1"], style="gr\u00fcner"))
        changed = json.loads(json.dumps(tree))
        changed["objects"][0]["style"] = "gr\u00fcner"
        assert write_scene(wanted) == json.dumps(changed, **style).encode() + end


def test_parents_that_form_a_circle_are_not_written() -> None:
    scene = procthor()
    with pytest.raises(InputError, match="does not fit into procthor"):
        write_scene(scene.with_objects(replace(scene["DiningTable|1|0"], parent="Cup|1|1")))
    with pytest.raises(InputError, match="not in the scene"):
        write_scene(scene.with_objects(replace(scene["Cup|1|1"], parent="ghost")))


@pytest.mark.parametrize("words", ["wooden_dining_table", "dining_table"])
def test_the_last_words_of_a_category_tell_its_size(words: str) -> None:
    assert typical_size(words) == typical_sizes()["dining_table"]
    assert typical_size("zyx") is None


def test_typical_sizes_are_sizes() -> None:
    assert all(0.005 < side < 3 for size in typical_sizes().values() for side in size)
    assert list(typical_sizes()) == sorted(typical_sizes())
