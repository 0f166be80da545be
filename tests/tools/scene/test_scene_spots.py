"""Free places: they hold what is wanted, are free, and the exact ones come first."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookagain.core.errors import InputError
from lookagain.tools.scene.geometry import boxes
from lookagain.tools.scene.space import Wanted, spots
from lookagain.tools.scene.values import Box, Opening, Point
from lookagain.tools.scene.world import World
from tests.tools.scene.made_scenes import box, thing, world
from tests.tools.scene.real_scenes import procthor, virtualhome

TABLE = thing("table_1", box(2, 2, 0, 1.6, 1.0, 0.75))
CUP = Point(0.1, 0.1, 0.1)
CHAIR = Point(0.5, 0.5, 0.9)


def found(there: World, most: int = 64, seed: int = 0, **wanted: Any) -> list[Box]:
    return list(spots(there, Wanted(**wanted), np.random.default_rng(seed), most=most))


def first(there: World, **wanted: Any) -> Box:
    return found(there, most=1, **wanted)[0]


def put(there: World, where: Box) -> World:
    it = thing("it", where)
    return there.replaced(there.scene.with_objects(it), {"it"})


def test_what_is_right_already_stays() -> None:
    there = world(TABLE, thing("it", box(3.5, 3.5, 0, *CHAIR[:2], 0.9, degrees=30)))
    spot = first(there, id="it", size=CHAIR, relations=(("near", ("?", "table_1", 1.0)),))
    assert spot == there.box("it")


@pytest.mark.parametrize(
    ("side", "where"),
    [("in_front_of", (2, 2.95)), ("behind", (2, 1.05)), ("left_of", (3.25, 2)), ("right_of", (0.75, 2))],
)
def test_beside_a_thing_at_the_asked_gap_in_the_middle_of_that_side(side: str, where: tuple[float, float]) -> None:
    args = ("?", "table_1", "ref") if side in ("left_of", "right_of") else ("?", "table_1")
    spot = first(world(TABLE, openings=()), size=CHAIR, relations=((side, args), ("gap", ("?", "table_1", 0.2))))
    assert spot.centre[:2] == pytest.approx(where)
    assert boxes.flat_gap(spot, TABLE.box) == pytest.approx(0.2)


def test_the_side_next_to_where_it_is_comes_first() -> None:
    there = world(TABLE, thing("it", box(2, 0.3, 0, *CHAIR[:2], 0.5)))
    spot = first(there, id="it", size=CHAIR, relations=(("gap", ("?", "table_1", 0.2)),))
    assert spot.centre[:2] == pytest.approx((2, 1.05))


def test_flush_with_a_wall() -> None:
    spot = first(
        world(),
        size=Point(1.0, 0.4, 2.0),
        room="k",
        relations=(("near", ("?", "wall:k:3", 0.01)),),
        yaws=(-math.pi / 2,),
    )
    assert 0 < boxes.flat_gap(spot, world().box("wall:k:3")) <= 0.01
    assert spot.centre[:2] == pytest.approx((0.21, 2), abs=0.011)


def test_new_furniture_stands_with_its_back_to_a_wall_where_nothing_else_is_said() -> None:
    there = world(TABLE)
    spot = first(there, size=Point(1.0, 0.4, 2.0), room="k")
    walls = [there.box(f"wall:k:{k}") for k in range(4)]
    flush = [wall for wall in walls if boxes.flat_gap(spot, wall) < 0.01]
    assert len(flush) == 1
    assert boxes.angle_between(spot.yaw, flush[0].yaw) < 1e-6


def test_in_the_middle_between_two_things() -> None:
    there = world(thing("a", box(0.5, 3, 0)), thing("b", box(3.0, 1, 0)))
    spot = first(there, size=Point(0.3, 0.3, 0.3), relations=(("between", ("?", "a", "b")),))
    assert spot.centre[:2] == pytest.approx((1.75, 2), abs=0.3)


def test_between_two_windows_is_flush_with_their_wall() -> None:
    windows = tuple(
        Opening(id=f"w{k}", kind="window", box=box(x, 4, 1, 0.8, 0.1), rooms=("k",)) for k, x in enumerate((0.6, 3.4))
    )
    there = world(openings=windows)
    spot = first(there, size=Point(1.2, 0.5, 0.8), relations=(("between", ("?", "w0", "w1")),))
    assert spot.centre.x == pytest.approx(2)
    assert boxes.flat_gap(spot, there.box("wall:k:2")) == pytest.approx(0.005, abs=1e-6)


def test_on_a_table_the_middle_comes_first_then_what_is_free_around_it() -> None:
    relations = (("on", ("?", "table_1")),)
    assert first(world(TABLE), size=CUP, relations=relations).centre == pytest.approx((2, 2, 0.8))
    there = world(TABLE, thing("vase", box(2, 2, 0.75, 0.4, 0.4, 0.3), parent="table_1"))
    spot = first(there, size=CUP, relations=relations)
    assert spot.bottom == pytest.approx(0.75)
    assert 0.25 <= math.dist(spot.centre[:2], (2, 2)) <= 0.32


def test_what_moves_along_is_no_obstacle() -> None:
    tray = thing("tray", box(2, 2, 0.75, 0.4, 0.3, 0.02), parent="table_1")
    cup = thing("cup", box(2, 2, 0.77, 0.1, 0.1, 0.1), parent="tray")
    there = world(TABLE, tray, cup)
    assert first(there, id="tray", size=tray.box.size, relations=(("on", ("?", "table_1")),)) == tray.box
    taller = Point(0.4, 0.3, 0.2)
    new = {"size": taller, "relations": (("on", ("?", "table_1")),), "near": tray.box.centre}
    assert first(there, **new, ignore=frozenset({"tray", "cup"})).centre[:2] == pytest.approx((2, 2))
    assert first(there, **new).centre[:2] != pytest.approx((2, 2))


def test_facing_turns_it_where_it_is_square_if_that_will_do() -> None:
    there = world(TABLE, thing("it", box(2.3, 0.4, 0, *CHAIR[:2], 0.9, degrees=90)))
    spot = first(there, id="it", size=CHAIR, relations=(("is_facing", ("?", "table_1")),))
    assert spot.centre == pytest.approx(there.box("it").centre)
    assert spot.yaw == pytest.approx(0)


@pytest.mark.parametrize("axis", ["x", "y", "left", "right", "front", "back", "yaw"])
def test_aligned(axis: str) -> None:
    turned = thing("table_1", box(2, 2, 0, 1.0, 0.6, 0.75, degrees=10))
    there = world(turned)
    wanted = {"size": CHAIR, "relations": (("aligned_with", ("?", "table_1", axis)), ("near", ("?", "table_1", 1.0)))}
    spot = first(there, **wanted)
    assert put(there, spot).check("aligned_with", ("it", "table_1", axis))


def test_a_door_is_kept_free_but_not_for_a_rug() -> None:
    for spot in found(world(), size=CHAIR, room="k", near=Point(3.9, 2, 0)):
        assert put(world(), spot).check("clear", ("door",))
        assert not (spot.centre.x > 3.2 and 1.25 < spot.centre.y < 2.75)
    rug = first(world(), size=Point(0.6, 0.6, 0.02), room="k", near=Point(3.5, 2, 0))
    assert rug.centre[:2] == pytest.approx((3.5, 2))


def test_a_rug_may_lie_under_a_table_but_a_paper_not_under_a_lamp() -> None:
    assert first(world(TABLE), size=Point(2.5, 2, 0.02), room="k", near=Point(2, 2, 0)).centre[:2] == pytest.approx(
        (2, 2)
    )
    lamp = thing("lamp", box(2, 2, 0.75, 0.3, 0.3, 0.4), parent="table_1")
    there = world(TABLE, lamp)
    sheet = first(there, size=Point(0.2, 0.3, 0.01), relations=(("on", ("?", "table_1")),), near=Point(2, 2, 0))
    assert boxes.overlap(sheet, lamp.box) <= 0.002


def test_clearance_is_kept_to_all_but_targets() -> None:
    there = world(TABLE, thing("bin", box(3.6, 3.6, 0, 0.3, 0.3, 0.4)))
    relations = (("near", ("?", "table_1", 0.1)),)
    for spot in found(there, size=CHAIR, relations=relations, clearance=0.5):
        assert boxes.flat_gap(spot, there.box("bin")) >= 0.5 - 0.003
        assert boxes.flat_gap(spot, TABLE.box) <= 0.1 + 1e-6


def test_a_tucked_chair_may_stay_tucked_but_not_deeper() -> None:
    there = world(TABLE, thing("it", box(2, 1.4, 0, *CHAIR[:2], 0.9)))
    deep = boxes.overlap(there.box("it"), TABLE.box)
    some = found(there, id="it", size=CHAIR, relations=(("behind", ("?", "table_1")),))
    assert some[0] == there.box("it")
    assert all(boxes.overlap(spot, TABLE.box) <= deep + 1e-5 for spot in some)


def test_what_grows_makes_room_for_itself() -> None:
    there = world(TABLE, thing("it", box(2, 0.35, 0, 0.6, 0.6, 0.6)))
    spot = first(there, id="it", size=Point(0.9, 0.9, 0.9))
    assert there.collisions_of(spot, ignore={"it"}) == ()
    assert boxes.overlap(spot, TABLE.box) <= 0.002
    assert spot.centre[:2] == pytest.approx((2, 0.455))


def test_what_lies_on_a_shelf_stays_at_its_height() -> None:
    shelf = thing("shelf", box(2, 3.7, 0, 1.2, 0.5, 1.8))
    it = thing("it", box(1.6, 3.7, 0.8, *CUP), parent="shelf", holding="in")
    vase = thing("vase", box(2, 3.7, 1.8, *CUP), parent="shelf")
    there = world(TABLE, shelf, it, vase)
    assert first(there, id="it", size=CUP, relations=(("is_facing", ("?", "table_1")),)).bottom == pytest.approx(0.8)
    assert first(there, size=CUP, surface="shelf").bottom == pytest.approx(1.8)


@pytest.mark.parametrize(("height", "expected"), [(0.03, 0.03), (-0.07, -0.07), (0.1, 0.0)])
def test_what_stands_not_quite_on_the_floor_stays_as_it_is(height: float, expected: float) -> None:
    there = world(thing("it", box(1, 1, height, 0.5, 0.5, 0.5)))
    spot = first(there, id="it", size=Point(0.5, 0.5, 0.5), relations=(("inside", ("?", "room:h")),))
    assert spot.bottom == pytest.approx(expected)


def test_on_a_wall_beside_its_window_and_not_over_it() -> None:
    window = Opening(id="w", kind="window", box=box(2, 4, 1, 1.0, 0.1, 1.2), rooms=("k",))
    there = world(openings=(window,))
    some = found(there, size=Point(0.6, 0.03, 0.5), surface="wall:k:2")
    assert some
    for spot in some:
        assert put(there, spot).check("on", ("it", "wall:k:2"))
        assert boxes.overlap(spot, window.box) < 0.003
        assert boxes.angle_between(spot.yaw, math.pi) < 1e-6


def test_a_picture_over_a_sofa() -> None:
    there = world(thing("sofa", box(1.4, 3.5, 0, 1.8, 0.8, 0.8, degrees=180)))
    wanted = {"relations": (("gap", ("?", "sofa", 0.4)), ("aligned_with", ("?", "sofa", "x")))}
    spot = first(there, size=Point(0.6, 0.03, 0.5), surface="wall:k:2", **wanted)
    assert (spot.centre.x, spot.bottom) == pytest.approx((1.4, 1.2))


def test_what_hangs_stays_on_the_walls() -> None:
    there = world(thing("it", box(1, 3.98, 1.2, 0.6, 0.03, 0.5, degrees=180), holding="wall"), TABLE)
    for spot in found(there, id="it", size=Point(0.6, 0.03, 0.5), relations=(("near", ("?", "table_1", 2.0)),)):
        assert any(put(there, spot).check("on", ("it", f"wall:k:{k}")) for k in range(4))


def test_from_the_ceiling() -> None:
    spot = first(world(TABLE), size=Point(0.4, 0.4, 0.3), surface="ceiling:k", near=TABLE.box.centre)
    assert (*spot.centre[:2], spot.top) == pytest.approx((2, 2, 2.5))


def test_in_a_container() -> None:
    fridge = thing("fridge", box(1, 3.6, 0, 0.8, 0.7, 1.8))
    spot = first(world(fridge), size=CUP, relations=(("inside", ("?", "fridge")),))
    assert spot.bottom == pytest.approx(0.02)
    assert put(world(fridge), spot).check("inside", ("it", "fridge"))


def test_a_cup_goes_to_the_table_that_its_target_lies_on() -> None:
    shelf = thing("shelf", box(0.4, 0.4, 0, 0.6, 0.4, 1.2))
    it = thing("it", box(0.4, 0.4, 1.2, *CUP), parent="shelf")
    plate = thing("plate", box(2.4, 2, 0.75, 0.2, 0.2, 0.02), parent="table_1")
    spot = first(world(TABLE, shelf, it, plate), id="it", size=CUP, relations=(("near", ("?", "plate", 0.1)),))
    assert spot.bottom == pytest.approx(0.75)


def test_what_comes_from_elsewhere_is_put_onto_its_new_surface_not_beside_it() -> None:
    low = thing("low", box(0.6, 3.4, 0, 0.8, 0.6, 0.4))
    screen = thing("screen", box(0.6, 3.4, 0.4, 0.7, 0.1, 0.4), parent="low")
    there = world(TABLE, low, screen, thing("it", box(2, 2, 0.75, *CUP), parent="table_1"))
    some = found(there, id="it", size=CUP, relations=(("near", ("?", "screen", 0.6)),))
    assert some
    for spot in some:
        assert put(there, spot).check("supported", ("it", "low"))
        assert all(boxes.point_gap(low.box, x, y) <= 0.002 + 1e-6 for x, y in spot.corners())


def test_what_is_longer_than_its_surface_does_not_stick_into_the_wall() -> None:
    low = thing("low", box(0.2, 2, 0, 0.4, 0.4, 0.4))
    for spot in found(world(low), size=Point(0.8, 0.05, 0.05), surface="low"):
        assert not put(world(low), spot).out_of_bounds("it")


def test_into_another_room_with_an_inner_corner() -> None:
    there = world(TABLE, thing("it", box(0.5, 0.5, 0, 1.2, 0.5, 0.9)))
    some = found(there, id="it", size=Point(1.2, 0.5, 0.9), relations=(("inside", ("?", "room:h")),))
    assert some
    for spot in some:
        moved = there.replaced(there.scene.with_objects(thing("it", spot, room="h")), {"it"})
        assert not moved.out_of_bounds("it")


@pytest.mark.parametrize(
    "wanted",
    [
        {"size": Point(5, 5, 1), "room": "k"},
        {"size": Point(1, 1, 3), "room": "k"},
        {"size": CUP, "relations": (("on", ("?", "gone")),)},
        {"size": CUP, "relations": (("near", ("?", "gone", 1.0)),)},
        {"size": CUP, "surface": "gone"},
        {"size": CHAIR, "relations": (("near", ("?", "wall:k:0", 0.1)), ("near", ("?", "wall:k:2", 0.1)))},
        {"size": CUP, "relations": (("on", ("?", "full")),)},
    ],
)
def test_where_there_is_no_place_none_is_given(wanted: dict[str, Any]) -> None:
    full = thing("full", box(0.5, 0.5, 0, 0.5, 0.5, 0.5))
    pile = thing("pile", box(0.5, 0.5, 0.5, 0.5, 0.5, 0.5), parent="full")
    assert found(world(full, pile), **wanted) == []


@pytest.mark.parametrize("relation", [("hovers", ("?",)), ("on", ("?",)), ("near", ("?", "table_1"))])
def test_a_relation_that_is_none_says_so(relation: tuple[str, tuple[str, ...]]) -> None:
    with pytest.raises(InputError, match="relation"):
        found(world(TABLE), size=CUP, relations=(relation,))


def test_a_scene_without_rooms_has_places_around_its_things() -> None:
    there = World(replace(world(replace(TABLE, room=None)).scene, rooms={}, openings=()))
    spot = first(there, size=CHAIR, relations=(("near", ("?", "table_1", 0.3)),))
    assert put(there, spot).collisions("it") == ()


furniture = st.lists(
    st.tuples(st.integers(2, 38), st.integers(2, 38), st.integers(1, 12), st.integers(1, 12), st.integers(0, 11)),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(
    furniture,
    st.sampled_from(
        [
            (),
            (("near", ("?", "table_1", 0.5)),),
            (("left_of", ("?", "table_1", "ref")),),
            (("is_facing", ("?", "table_1")), ("gap", ("?", "wall:k:1", 0.3))),
            (("between", ("?", "table_1", "wall:k:2")),),
            (("behind", ("?", "table_1")), ("aligned_with", ("?", "table_1", "left"))),
        ]
    ),
    st.integers(0, 3),
)
def test_every_place_is_free_within_bounds_and_as_wanted(
    some: list[tuple[int, ...]], relations: tuple[tuple[str, tuple[str | float, ...]], ...], seed: int
) -> None:
    things = [
        thing(str(k), box(x / 10, y / 10, 0, w / 10, d / 10, 1, t * 30)) for k, (x, y, w, d, t) in enumerate(some)
    ]
    there = world(TABLE, *things)
    wanted = {"size": Point(0.5, 0.4, 0.9), "room": "k", "relations": relations}
    given_ = found(there, most=16, seed=seed, **wanted)
    assert given_ == found(there, most=16, seed=seed, **wanted)
    assert len(set(given_)) == len(given_) <= 16
    for spot in given_:
        after = put(there, spot)
        assert after.collisions("it") == ()
        assert not after.out_of_bounds("it")
        assert not after.unsupported("it")
        assert "it" not in after.collisions_of(box(4, 2, 0, 1.09, 1, 2))
        for name, args in relations:
            assert after.check(name, tuple("it" if arg == "?" else arg for arg in args))


def test_places_in_real_houses_are_free(data: Path) -> None:
    house = World(procthor(data, 2))
    standing = [one for one in house.scene.objects.values() if one.parent is None and one.box.bottom < 0.1]
    for one in standing:
        before = set(house.collisions(one.id))
        room = house.room_of(one.id)
        some = found(house, most=4, id=one.id, size=one.box.size, relations=(("near", ("?", f"wall:{room}:0", 0.05)),))
        for spot in some:
            ignore = house.kin(one.id)
            assert set(house.collisions_of(spot, ignore=ignore)) <= before
            assert house.room_at(*spot.centre[:2]) == room


def test_the_boxes_of_walls_in_real_flats_leave_room(data: Path) -> None:
    flat = World(virtualhome(data, 1))
    for room in flat.scene.rooms:
        assert found(flat, most=1, size=CHAIR, room=room)
