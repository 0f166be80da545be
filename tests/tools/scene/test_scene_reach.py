"""Ways on foot and lines of sight."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from lookagain.tools.scene.relations import reach
from lookagain.tools.scene.values import Box, Opening, Point, Room, Scene, SceneObject
from lookagain.tools.scene.world import World
from tests.tools.scene.made_scenes import DOOR, KITCHEN, box, thing, world
from tests.tools.scene.real_scenes import procthor, virtualhome


def barrier(gap: float, height: float = 1.0, bottom: float = 0.0) -> list[SceneObject]:
    """A bar across the kitchen at x = 2 with a way through of that width at y = 0, and a box beyond, in the corner."""
    bar = box(2, 2 + gap / 2, bottom, 0.2, 4 - gap, height)
    return [thing("bar", bar), thing("it", box(0.3, 3.7, 0, 0.5, 0.5, 0.5))]


@pytest.mark.parametrize(
    ("things", "expected"),
    [
        ([thing("it", box(0.3, 3.7, 0, 0.5, 0.5, 0.5))], True),
        (barrier(0.8), True),
        (barrier(0.6), True),
        (barrier(0.3), False),
        (barrier(0.0), False),
        (barrier(0.0, height=0.09), True),
        (barrier(0.0, bottom=1.9), True),
        (barrier(0.0, bottom=1.7), False),
    ],
)
def test_one_needs_half_a_metre_to_pass(things: list[SceneObject], expected: bool) -> None:
    assert world(*things).check("accessible", ("it",)) == expected


def test_one_reaches_over_a_narrow_table_but_not_over_a_wide_one() -> None:
    # The cup is in the corner behind tables of these sides.
    for side, expected in ((0.7, True), (0.8, False), (2.4, False)):
        table = thing("table_1", box(side / 2, 4 - side / 2, 0, side, side, 0.75))
        cup = thing("cup", box(0.1, 3.9, 0.75, 0.1, 0.1, 0.1), parent="table_1")
        near_edge = thing("plate", box(side - 0.1, 3.9, 0.75, 0.1, 0.1, 0.1), parent="table_1")
        there = world(table, cup, near_edge)
        assert there.check("accessible", ("plate",))
        assert there.check("accessible", ("cup",)) == expected


def test_a_blocked_door_leaves_its_room_without_access() -> None:
    block = thing("block", box(3.4, 2, 0, 1.0, 2.4, 1.0))
    there = world(block, thing("it", box(0.5, 0.5, 0, 0.3, 0.3, 0.3)))
    assert not there.check("accessible", ("it",))
    assert not there.check("accessible", ("room:k",))
    assert there.check("accessible", ("room:h",))


def test_a_room_without_doors_is_entered_in_its_largest_part() -> None:
    there = world(*barrier(0.0), openings=())
    # The bar leaves two halves; the part at x > 2 is as large, less the box.
    assert there.check("accessible", ("bar",))
    assert not there.check("accessible", ("it",))
    assert there.check("accessible", ("wall:k:1",))
    assert not there.check("accessible", ("wall:k:3",))


def test_access_is_that_of_the_scene_as_it_is_now() -> None:
    there = world(*barrier(0.0))
    assert not there.check("accessible", ("it",))
    opened = there.replaced(there.scene.without("bar"), {"bar"})
    assert opened.check("accessible", ("it",))


def test_outside_of_all_rooms_nothing_is_accessible() -> None:
    assert not world(thing("it", box(20, 20, 0), room=None)).check("accessible", ("it",))


def test_a_hall_of_any_size_is_walked_in_bounded_work() -> None:
    hall = Room(id="k", kind="", polygon=((0, 0), (1e5, 0), (1e5, 1e5), (0, 1e5)))
    there = World(Scene(objects={"it": thing("it", box(5e4, 5e4, 0))}, rooms={"k": hall}))
    assert there.check("accessible", ("room:k",))


SCREEN = thing("screen", box(2, 2, 0, 2.0, 0.1, 2.4))


@pytest.mark.parametrize(
    ("things", "expected"),
    [
        ([], True),
        ([SCREEN], False),
        ([replace(SCREEN, box=box(2, 2, 0, 2.0, 0.1, 0.3))], True),
        ([replace(SCREEN, box=box(2, 2, 1.7, 2.0, 0.1, 0.7))], True),
        ([replace(SCREEN, box=box(2, 2, 0, 2.0, 0.1, 2.4, degrees=90))], True),
        ([replace(SCREEN, box=box(2.4, 2, 0, 1.0, 0.1, 2.4))], True),
        ([replace(SCREEN, fixed=True, box=box(2, 2, 0, 2.0, 3.5, 2.4))], True),
    ],
)
def test_what_stands_between_hides(things: list[SceneObject], expected: bool) -> None:
    there = world(thing("chair", box(2, 0.5, 0, 0.5, 0.5)), thing("it", box(2, 3.7, 0, 0.8, 0.4, 0.5)), *things)
    assert there.check("visible", ("it", "chair")) == expected


def test_what_carries_a_thing_and_what_lies_on_it_hides_nothing() -> None:
    shelf = thing("shelf", box(2, 3.7, 0, 1, 0.5, 1.8))
    cup = thing("cup", box(2, 3.7, 0.8, 0.1, 0.1, 0.1), parent="shelf", holding="in")
    there = world(shelf, cup, thing("chair", box(2, 0.5, 0, 0.5, 0.5)))
    assert there.check("visible", ("cup", "chair"))
    assert there.check("visible", ("shelf", "chair"))
    alone = there.replaced(there.scene.with_objects(replace(cup, parent=None)), {"cup"})
    assert not alone.check("visible", ("cup", "chair"))


def test_from_before_its_own_front() -> None:
    # The front looks to -y, where the screen is.
    it = thing("it", box(2, 3.4, 0, 0.8, 0.4, 0.5, degrees=180))
    assert world(it).check("visible", ("it", "ref"))
    assert not world(it, replace(SCREEN, box=box(2, 3.1, 0, 3.0, 0.1, 2.4))).check("visible", ("it", "ref"))


@pytest.mark.parametrize(("y", "expected"), [(2.0, True), (0.3, False)])
def test_one_looks_through_doors_but_not_through_walls(y: float, expected: bool) -> None:
    there = world(thing("chair", box(2, 2, 0, 0.5, 0.5)), thing("it", box(4.6, y, 0, 0.3, 0.3), room="h"))
    assert there.check("visible", ("it", "chair")) == expected


def test_one_looks_through_a_window_at_its_height_alone() -> None:
    window = Opening(
        id="w",
        kind="window",
        box=Box(centre=Point(4, 2, 1.6), size=Point(2, 0.1, 0.8), yaw=math.pi / 2),
        rooms=("k", "h"),
    )
    chair = thing("chair", box(2, 2, 0, 0.5, 0.5))
    high, low = (
        thing("high", box(5, 2, 1.4, 0.3, 0.3, 0.4), room="h"),
        thing("low", box(5, 2, 0, 0.3, 0.3, 0.4), room="h"),
    )
    there = world(chair, high, low, openings=(window,))
    assert there.check("visible", ("high", "chair"))
    assert not there.check("visible", ("low", "chair"))
    assert there.check("visible", ("w", "chair"))
    assert world(chair, openings=(DOOR,)).check("visible", ("chair", "door"))


def test_an_unknown_viewer_sees_nothing() -> None:
    there = world(thing("it", box(2, 2, 0)))
    assert not there.check("visible", ("it", "gone"))
    assert not there.check("visible", ("it", "it"))
    assert KITCHEN.id in there.scene.rooms


@pytest.mark.parametrize("number", range(12))
def test_most_furniture_of_real_houses_is_accessible_and_seen_from_its_front(data: Path, number: int) -> None:
    house = World(procthor(data, number))
    standing = [id_ for id_, one in house.scene.objects.items() if one.parent is None and one.box.bottom < 0.1]
    assert sum(house.check("accessible", (id_,)) for id_ in standing) >= 0.8 * len(standing)
    assert sum(house.check("visible", (id_, "ref")) for id_ in standing) >= 0.8 * len(standing)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_rooms_of_real_flats_can_be_entered(data: Path, number: int) -> None:
    flat = World(virtualhome(data, number))
    assert all(flat.check("accessible", (f"room:{room}",)) for room in flat.scene.rooms)


@given(st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=1, max_size=6), st.data())
def test_what_is_connected_is_found_as_scipy_finds_it(rows: list[list[bool]], draw: st.DataObject) -> None:
    free = np.array(rows)
    pieces, count = ndimage.label(free, structure=np.ones((3, 3)))
    if count:
        start = draw.draw(st.sampled_from(np.flatnonzero(free).tolist()))
        np.testing.assert_array_equal(reach._spread(free, [start]), pieces == pieces.reshape(-1)[start])
        sizes = np.bincount(pieces.reshape(-1))[1:]
        assert reach._largest(free).sum() == sizes.max()
    assert not reach._spread(free, []).any()
