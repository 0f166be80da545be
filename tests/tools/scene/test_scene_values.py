"""Scenes as values: what a box's frame means, and that edits share what they do not touch."""

from __future__ import annotations

import math

import pytest

from lookagain.core.errors import InputError
from lookagain.tools.scene.values import Box, Point, Room, Scene, SceneObject


def thing(id_: str, parent: str | None = None, x: float = 0.0) -> SceneObject:
    box = Box(centre=Point(x, 0.0, 0.5), size=Point(1.0, 2.0, 1.0))
    return SceneObject(id=id_, category=id_.partition("_")[0], box=box, parent=parent)


@pytest.fixture
def scene() -> Scene:
    room = Room(id="r", kind="kitchen", polygon=((0, 0), (4, 0), (4, 4), (0, 4)))
    things = [thing("desk_1"), thing("tray_1", "desk_1"), thing("cup_1", "tray_1"), thing("chair_1", x=2.0)]
    return Scene(objects={one.id: one for one in things}, rooms={"r": room})


def test_the_front_turns_counter_clockwise_from_plus_y() -> None:
    box = Box(centre=Point(0, 0, 0), size=Point(1, 1, 1))
    assert box.forward == pytest.approx((0, 1))
    turned = Box(centre=Point(0, 0, 0), size=Point(1, 1, 1), yaw=math.pi / 2)
    assert turned.forward == pytest.approx((-1, 0))


def test_corners_are_counter_clockwise_and_as_wide_as_the_box() -> None:
    corners = Box(centre=Point(1, 2, 0), size=Point(2, 4, 1), yaw=0.3).corners()
    area = sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(corners, corners[1:] + corners[:1], strict=True)) / 2
    assert area == pytest.approx(8.0)


def test_all_that_stands_on_an_object_moves_along(scene: Scene) -> None:
    assert scene.carried("desk_1") == ("tray_1", "cup_1")


def test_a_cycle_of_parents_ends() -> None:
    looped = Scene(objects={"a": thing("a", "b"), "b": thing("b", "a")}, rooms={})
    assert looped.carried("a") == ("b",)


def test_a_high_stack_is_no_deep_recursion() -> None:
    stack = {f"s_{n}": thing(f"s_{n}", f"s_{n - 1}" if n else None) for n in range(5000)}
    assert len(Scene(objects=stack, rooms={}).carried("s_0")) == 4999


def test_an_edit_leaves_the_scene_and_shares_the_rest(scene: Scene) -> None:
    moved = scene.with_objects(thing("chair_1", x=3.0))
    assert scene["chair_1"].box.centre.x == 2.0
    assert moved["chair_1"].box.centre.x == 3.0
    assert moved["cup_1"] is scene["cup_1"]


def test_what_a_removed_object_carried_loses_its_parent(scene: Scene) -> None:
    left = scene.without("tray_1")
    assert left["cup_1"].parent is None
    assert left.children("desk_1") == ()


def test_an_unknown_id_says_so(scene: Scene) -> None:
    with pytest.raises(InputError, match="lamp_9"):
        scene["lamp_9"]
