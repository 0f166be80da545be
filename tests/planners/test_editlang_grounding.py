"""Actions as motions in a scene: what comes along, what stands in the way, and what is measured after each."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookagain.planners.editlang.domain import load_domain
from lookagain.planners.editlang.grounding import Executed, Stuck, execute, faults
from lookagain.planners.editlang.grounding.motions import added, moved, removed, rescaled, restyled
from lookagain.planners.editlang.grounding.poses import bears
from lookagain.planners.editlang.values import Atom, Goal, GroundAction
from lookagain.tools.scene.values import Box, Point, SceneObject
from lookagain.tools.scene.world import World
from tests.tools.scene.made_scenes import box, thing, world

RNG_SEED = 4


def kitchen(*more: SceneObject) -> World:
    return world(
        thing("table_1", box(1.0, 1.0, 0.0, 1.2, 0.8, 0.75)),
        thing("tray_1", box(1.0, 1.0, 0.75, 0.5, 0.4, 0.05), parent="table_1"),
        thing("cup_1", box(1.1, 1.0, 0.8, 0.1, 0.1, 0.1), parent="tray_1"),
        thing("stool_1", box(3.0, 3.0, 0.0, 0.4, 0.4, 0.5)),
        *more,
    )


def run(start: World, goal: list[Atom], actions: list[GroundAction]) -> Executed | Stuck:
    def shape(id_: str) -> SceneObject:
        return thing(id_, box(0, 0, 0, 0.2, 0.2, 0.2), room=None)

    rng = np.random.default_rng(RNG_SEED)
    return execute(load_domain(), start, Goal(atoms=tuple(goal)), actions, shape=shape, rng=rng)


@given(x=st.floats(0.5, 3.5), y=st.floats(0.5, 3.5), degrees=st.floats(-180, 180), lift=st.floats(0, 1))
def test_what_an_object_carries_keeps_its_place_on_it(x: float, y: float, degrees: float, lift: float) -> None:
    before = kitchen()
    target = Box(
        centre=Point(x, y, 0.375 + lift), size=before.box("table_1").size, yaw=math.radians(degrees)
    )  # fmt: skip
    after = moved(before, "table_1", target, None)
    for one in ("tray_1", "cup_1"):
        for other in ("table_1", "tray_1", "cup_1"):
            now, was = after.box(one), before.box(one)
            distance = math.dist(now.centre, after.box(other).centre)
            assert distance == pytest.approx(math.dist(was.centre, before.box(other).centre))
        assert after.box(one).yaw - before.box(one).yaw == pytest.approx(target.yaw)
    assert after.box("stool_1") is before.box("stool_1")


def test_a_new_support_becomes_the_parent() -> None:
    after = moved(kitchen(), "cup_1", box(3.0, 3.0, 0.5, 0.1, 0.1, 0.1), "stool_1")
    assert (after.scene["cup_1"].parent, after.scene["cup_1"].holding) == ("stool_1", "on")
    floor = moved(after, "cup_1", box(8.0, 1.0, 0.0, 0.1, 0.1, 0.1), "floor:h")
    assert (floor.scene["cup_1"].parent, floor.scene["cup_1"].room) == (None, "h")
    wall = moved(after, "cup_1", box(8.0, 0.05, 1.0, 0.1, 0.1, 0.1), "wall:h:0")
    assert wall.scene["cup_1"].holding == "wall"
    inside = moved(kitchen(thing("box_1", box(2, 3, 0))), "cup_1", box(2, 3, 0.01, 0.1, 0.1, 0.1), "box_1")
    assert inside.scene["cup_1"].holding == "in"


def test_a_larger_thing_keeps_its_underside_and_lifts_its_load() -> None:
    before = kitchen()
    after = rescaled(before, "table_1", Point(1.0, 1.0, 2.0))
    assert after.box("table_1").bottom == pytest.approx(0.0)
    assert after.box("table_1").top == pytest.approx(1.5)
    assert after.box("cup_1").bottom == pytest.approx(before.box("cup_1").bottom + 0.75)
    again = rescaled(after, "table_1", Point(1.0, 1.0, 1.0))
    assert again.box("table_1").size == pytest.approx(before.box("table_1").size)


def test_added_removed_restyled() -> None:
    start = kitchen()
    assert added(start, thing("pot_1", box(3, 3, 0.5, 0.2, 0.2, 0.2)), "stool_1").scene["pot_1"].parent == "stool_1"
    assert "cup_1" not in removed(start, "cup_1").scene.objects
    assert restyled(start, "cup_1", "red").check("has_style", ("cup_1", "red"))


def test_a_plan_is_done_and_measured() -> None:
    goal = [Atom("on", ("cup_1", "stool_1"))]
    done = run(kitchen(), goal, [GroundAction("place_on", ("cup_1", "stool_1"))])
    assert isinstance(done, Executed)
    assert done.world.check("on", ("cup_1", "stool_1"))
    assert done.steps[0].changed == ("cup_1",)
    assert not faults(done.world, ["cup_1", "stool_1"])


def test_later_goals_of_an_object_are_heeded_by_its_first_action() -> None:
    goal = [Atom("near", ("stool_1", "table_1", 0.3)), Atom("left_of", ("stool_1", "table_1", "ref"))]
    actions = [GroundAction("place_relative", ("stool_1", "table_1", "near", 0.3)),
               GroundAction("place_relative", ("stool_1", "table_1", "left_of", "ref"))]  # fmt: skip
    done = run(kitchen(), goal, actions)
    assert isinstance(done, Executed)
    assert done.tried == 2


def test_what_stands_in_the_way_is_named_as_alternatives() -> None:
    small = kitchen(thing("bowl_1", box(3.0, 3.0, 0.5, 0.38, 0.38, 0.1), parent="stool_1"))
    stuck = run(small, [Atom("on", ("cup_1", "stool_1"))], [GroundAction("place_on", ("cup_1", "stool_1"))])
    assert isinstance(stuck, Stuck)
    assert (stuck.reason, stuck.ways) == ("space", (("bowl_1",),))


def test_a_fixed_position_that_is_taken_names_who_takes_it() -> None:
    at = ("stool_1", 1.0, 1.0, 0.25)
    stuck = run(kitchen(), [Atom("at", at)], [GroundAction("move_to", at)])
    assert isinstance(stuck, Stuck)
    assert stuck.ways == (("table_1",),)
    assert "would collide" in stuck.text


def test_a_turn_does_not_carry_a_thing_across_the_room() -> None:
    walls = [
        thing(f"box_{n}", box(x, y, 0.0, 0.5, 0.5)) for n, (x, y) in enumerate(((1, 1), (2, 1), (1, 2.2), (2, 2.2)))
    ]
    start = world(thing("board_1", box(1.5, 1.6, 0.0, 2.0, 0.3)), *walls)
    stuck = run(start, [Atom("has_yaw", ("board_1", 90.0))], [GroundAction("rotate_by", ("board_1", 90.0))])
    assert isinstance(stuck, Executed | Stuck)
    if isinstance(stuck, Executed):
        shift = np.subtract(stuck.world.box("board_1").centre, start.box("board_1").centre)
        assert np.hypot(*shift[:2]) <= 0.5


def test_two_things_change_places() -> None:
    start = world(thing("a", box(1.0, 1.0, 0.0)), thing("b", box(3.0, 3.0, 0.0)))
    goal = [Atom("at", ("a", 3.0, 3.0, 0.5)), Atom("at", ("b", 1.0, 1.0, 0.5))]
    done = run(start, goal, [GroundAction("move_to", atom.args) for atom in goal])
    assert isinstance(done, Executed)
    assert not faults(done.world, ["a", "b"])
    stuck = run(start, goal[:1], [GroundAction("move_to", goal[0].args), GroundAction("stylize", ("b", "red"))])
    assert isinstance(stuck, Stuck)
    assert "would collide" in stuck.text


def test_a_thing_too_large_for_its_support_says_so() -> None:
    stuck = run(kitchen(), [Atom("on", ("table_1", "stool_1"))], [GroundAction("place_on", ("table_1", "stool_1"))])
    assert isinstance(stuck, Stuck)
    assert stuck.text == "table_1 is too large for stool_1."
    assert bears(box(0, 0, 0, 1.0, 0.5), box(0, 0, 0, 0.75, 1.5))
    assert not bears(box(0, 0, 0, 1.0, 0.5), box(0, 0, 0, 0.76, 1.5))


def test_a_goal_that_the_plan_does_not_reach_is_missed_at_the_end() -> None:
    goal = [Atom("has_style", ("cup_1", "red")), Atom("has_style", ("stool_1", "blue"))]
    stuck = run(kitchen(), goal, [GroundAction("stylize", ("cup_1", "red"))])
    assert isinstance(stuck, Stuck)
    assert stuck.missing == (Atom("has_style", ("stool_1", "blue")),)


def test_a_group_keeps_its_arrangement() -> None:
    start = world(
        thing("table_1", box(1.0, 1.0, 0.0), group="set"),
        thing("chair_1", box(1.0, 2.0, 0.0, 0.5, 0.5, 0.9), group="set"),
        thing("cup_1", box(1.0, 2.0, 0.9, 0.1, 0.1, 0.1), parent="chair_1"),
    )
    at = ("table_1", 2.5, 1.0, 0.5)
    done = run(start, [Atom("at", at)], [GroundAction("move_group", at)])
    assert isinstance(done, Executed)
    for id_ in ("chair_1", "cup_1"):
        shift = np.subtract(done.world.box(id_).centre, start.box(id_).centre)
        assert shift == pytest.approx([1.5, 0.0, 0.0])
