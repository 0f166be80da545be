"""The tasks of the suite are well formed, speak of what is there, and ask for something that is not so yet."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bench.edit_as_act.__main__ import BENCHES
from bench.edit_as_act.bars import BARS
from bench.edit_as_act.conditions import CONDITIONS
from bench.edit_as_act.geometry import overlap, rests_on
from bench.edit_as_act.judge import judge
from bench.edit_as_act.raw import read_raw, sizes_of
from bench.edit_as_act.scenes import database, scene_bytes
from bench.edit_as_act.speed import slope, tiled
from bench.edit_as_act.suite import HELD_OUT, KINDS, TASKS
from tests.bench.edit_as_act.flat import scene


def test_nine_scenes_with_each_kind_of_edit() -> None:
    kinds = Counter((task["scene"], task["kind"]) for task in TASKS.values())
    scenes = {task["scene"] for task in TASKS.values()}
    assert len(scenes) == 9
    assert all(kinds[scene, kind] for scene in scenes for kind in KINDS)
    assert not {task["scene"] for task in HELD_OUT.values()} & scenes
    assert not set(HELD_OUT) & set(TASKS)
    assert set(BENCHES) == {"suite", "held_out", "hostile", "planning", "speed"}
    assert len({bar.name for bar in BARS}) == len(BARS)


@pytest.mark.parametrize("task", [*TASKS.values(), *HELD_OUT.values()], ids=lambda task: task["id"])
def test_a_task_is_about_what_is_there_and_not_done_yet(
    task: dict[str, object], request: pytest.FixtureRequest
) -> None:
    if task["scene"] != "own":
        request.getfixturevalue("data")
    content = scene_bytes(str(task["scene"]))
    sizes = {} if task["scene"] == "own" else database()
    before = read_raw(content, sizes)
    new = task.get("new", {})
    assert isinstance(new, dict)
    for condition in task["goal"]:  # type: ignore[attr-defined]
        assert condition[0] in CONDITIONS
        known = {*before.bodies, *before.rooms, *new}
        assert condition[0] == "style" or {one for one in condition[1:] if isinstance(one, str)} <= known
    assert set(task["may_change"]) <= set(before.bodies)  # type: ignore[call-overload]
    judged = judge(task, content, content, sizes)
    assert judged["goal_met"] is False
    assert judged["drift"] == 0


def test_boxes_go_into_each_other_by_the_least_move_that_parts_them() -> None:
    found = scene(chair={"centre": [2.4, 3.0, 0.45]})
    table, chair = found.bodies["table"], found.bodies["chair"]
    assert overlap(table, chair) == pytest.approx(0.15)
    assert overlap(table, found.bodies["sofa"]) == 0.0
    assert rests_on(found.bodies["cup"], table)
    assert not rests_on(table, found.bodies["cup"])


def test_a_house_is_read_in_one_frame_with_sizes_of_the_database() -> None:
    sizes = sizes_of(b'{"Chair": [{"assetId": "c", "boundingBox": {"x": 1, "y": 2, "z": 3}}]}')
    chair = {
        "id": "Chair|1",
        "assetId": "c",
        "position": {"x": 1, "y": 1, "z": 5},
        "rotation": {"x": 0, "y": 90, "z": 0},
    }
    floor = [{"x": x, "y": 0, "z": z} for x, z in ((0, 0), (0, 9), (9, 9), (9, 0))]
    house = {"objects": [chair], "walls": [], "rooms": [{"id": "r", "roomType": "LivingRoom", "floorPolygon": floor}]}
    found = read_raw(json.dumps(house).encode(), sizes)
    body = found.bodies["Chair|1"]
    assert (body.centre, body.size, body.category) == ((1, 5, 1), (1, 3, 2), "chair")
    assert body.yaw == pytest.approx(-np.pi / 2)
    assert found.rooms["r"][0] == "living room"


def test_a_transform_tells_place_turn_and_size() -> None:
    found = read_raw(_sceneeval([0, 2, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 4, 5, 0, 1]), {})
    body = found.bodies["1"]
    assert body.size == pytest.approx((2.0, 0.5, 2.0))
    assert body.centre == pytest.approx((4.0, 5.0, 1.0))
    assert body.yaw == pytest.approx(-np.pi / 2)


def _sceneeval(matrix: list[float]) -> bytes:
    extra = {"category": "desk", "asset_size": [1.0, 0.5, 2.0]}
    floor = {"type": "Floor", "roomId": "0", "points": [[0, 0, 0], [9, 0, 0], [9, 9, 0]]}
    wall = {"type": "Wall", "height": 3.0}
    one = {"id": "1", "transform": {"data": matrix}, "lookagain": extra}
    return json.dumps(
        {"format": "sceneState", "scene": {"object": [one], "arch": {"elements": [floor, wall]}}}
    ).encode()


def test_the_slope_needs_every_edit_verified() -> None:
    rows: list[dict[str, object]] = [{"objects": n, "verified_seconds": n / 1000.0} for n in (100, 1000, 10_000)]
    assert slope(rows) == pytest.approx(1.0)
    assert slope([*rows, {"objects": 5, "verified_seconds": None}]) is None


def test_a_tiled_flat_has_as_many_objects_as_asked(data: Path) -> None:
    del data
    for size in (100, 1000):
        nodes = json.loads(tiled(size))["nodes"]
        things = [node for node in nodes if node["category"] != "Rooms"]
        assert len(things) == size
        assert len({node["id"] for node in nodes}) == len(nodes)
        assert [node["class_name"] for node in things].count("trophy") == 1
