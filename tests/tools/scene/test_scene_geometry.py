"""Oriented boxes and polygons: against shapely, and by the symmetries that any measure of space has."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from lookagain.tools.scene.geometry import arrays, boxes, polygons
from lookagain.tools.scene.values import Box, Point, Room
from tests.tools.scene.made_scenes import HALL, box, boxes_

turns = st.floats(-10, 10)
shifts = st.floats(-20, 20)


def outline(one: Box) -> shapely.Polygon:
    return shapely.Polygon(one.corners())


def carried(one: Box, turn: float, dx: float, dy: float) -> Box:
    """The box after the whole world was turned about the origin and moved."""
    sin, cos = math.sin(turn), math.cos(turn)
    x, y, z = one.centre
    return replace(one, centre=Point(x * cos - y * sin + dx, x * sin + y * cos + dy, z), yaw=one.yaw + turn)


@given(boxes_, boxes_)
def test_measures_of_two_boxes_do_not_depend_on_their_order(a: Box, b: Box) -> None:
    assert boxes.overlap(a, b) == pytest.approx(boxes.overlap(b, a), abs=1e-9)
    assert boxes.gap(a, b) == pytest.approx(boxes.gap(b, a), abs=1e-9)


@given(boxes_, boxes_, turns, shifts, shifts)
def test_measures_do_not_depend_on_where_the_world_is(a: Box, b: Box, turn: float, dx: float, dy: float) -> None:
    moved_a, moved_b = carried(a, turn, dx, dy), carried(b, turn, dx, dy)
    assert boxes.overlap(moved_a, moved_b) == pytest.approx(boxes.overlap(a, b), abs=1e-7)
    # At the edge of contact the depth decides whether the gap is nil; both sides of it are within rounding.
    assert boxes.gap(moved_a, moved_b) == pytest.approx(boxes.gap(a, b), abs=1e-7)


@given(boxes_, boxes_)
def test_the_gap_of_footprints_is_that_of_shapely(a: Box, b: Box) -> None:
    assert boxes.flat_gap(a, b) == pytest.approx(shapely.distance(outline(a), outline(b)), abs=1e-9)


@given(boxes_, boxes_)
def test_boxes_either_overlap_or_have_a_gap(a: Box, b: Box) -> None:
    depth, gap = boxes.overlap(a, b), boxes.gap(a, b)
    assert (depth > 1e-9) <= (gap == 0)
    assert (gap > 1e-9) <= (depth < 0)
    assert gap >= -depth - 1e-9
    area = shapely.area(outline(a) & outline(b))
    if boxes.flat_depth(a, b) > 1e-6:
        assert area > 0
    elif boxes.flat_depth(a, b) < -1e-6:
        assert area == 0


@given(boxes_, boxes_)
def test_moving_by_the_depth_along_some_side_frees_the_boxes_and_by_less_does_not(a: Box, b: Box) -> None:
    depth = boxes.flat_depth(a, b)
    if depth < 1e-6:
        return
    angles = [yaw + quarter * math.pi / 2 for yaw in (a.yaw, b.yaw) for quarter in range(4)]
    freed = [boxes.flat_depth(a, b.moved(depth * math.cos(t), depth * math.sin(t))) for t in angles]
    assert min(freed) == pytest.approx(0, abs=1e-7)
    ways = np.linspace(0, math.tau, 24)
    assert all(boxes.flat_depth(a, b.moved(0.99 * depth * math.cos(t), 0.99 * depth * math.sin(t))) > 0 for t in ways)


@given(boxes_, boxes_, st.floats(0, 5), st.floats(0, 5))
def test_being_within_reach_is_monotone_and_agrees_with_the_gap(a: Box, b: Box, reach: float, more: float) -> None:
    assert boxes.within(a, b, reach) == (boxes.gap(a, b) <= reach)
    assert boxes.within(a, b, reach) <= boxes.within(a, b, reach + more)


@given(st.lists(boxes_, min_size=1, max_size=4), st.lists(boxes_, min_size=1, max_size=4))
def test_many_boxes_at_once_are_measured_as_two_are(some: list[Box], others: list[Box]) -> None:
    table = arrays.overlaps(arrays.rows(some), arrays.rows(others))
    expected = [[boxes.overlap(a, b) for b in others] for a in some]
    np.testing.assert_allclose(table, expected, atol=1e-9)
    np.testing.assert_allclose(arrays.corners(arrays.rows(some)), [one.corners() for one in some], atol=1e-9)
    np.testing.assert_allclose(arrays.bounds(arrays.rows(some)), [outline(one).bounds for one in some], atol=1e-9)


@given(boxes_, shifts, shifts)
def test_the_distance_of_a_point_is_that_of_shapely(one: Box, x: float, y: float) -> None:
    assert boxes.point_gap(one, x, y) == pytest.approx(shapely.distance(outline(one), shapely.Point(x, y)), abs=1e-9)


@given(boxes_, turns)
def test_a_box_reaches_as_far_as_its_farthest_corner(one: Box, turn: float) -> None:
    way = (math.cos(turn), math.sin(turn))
    far = max((x - one.centre.x) * way[0] + (y - one.centre.y) * way[1] for x, y in one.corners())
    assert boxes.half_extent(one, way) == pytest.approx(far, abs=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "expected"), [(350, 10, 20), (10, 350, 20), (0, 180, 180), (725, 5, 0), (90, 0, 90)]
)
def test_angles_are_compared_up_to_whole_turns(a: float, b: float, expected: float) -> None:
    assert math.degrees(boxes.angle_between(math.radians(a), math.radians(b))) == pytest.approx(expected, abs=1e-9)


@given(st.floats(3, 10), st.floats(-1, 5))
def test_points_in_a_room_are_those_of_shapely(x: float, y: float) -> None:
    floor, point = shapely.Polygon(HALL.polygon), shapely.Point(x, y)
    away = shapely.distance(floor.exterior, point)
    if away > 1e-9:
        assert polygons.contains(HALL.polygon, x, y) == floor.contains(point)
        depth = float(polygons.depths(HALL.polygon, np.array([[x, y]]))[0])
        assert depth == pytest.approx(away if floor.contains(point) else -away, abs=1e-9)
    assert polygons.distance(HALL.polygon, x, y) == pytest.approx(shapely.distance(floor, point), abs=1e-9)


@given(boxes_.map(lambda one: one.moved(6.5, 2)))
def test_how_far_a_footprint_sticks_out_of_a_room_agrees_with_shapely(one: Box) -> None:
    floor = shapely.Polygon(HALL.polygon)
    out = float(polygons.overhangs(HALL.polygon, arrays.rows([one]))[0])
    rest = outline(one) - floor
    assert (out < 1e-6) >= (rest.area == 0)
    assert (out > 1e-6) >= (rest.area > 1e-5)
    # Smaller by so much on each side, it is within if its centre is; and no corner is farther outside.
    width, depth = one.size.x - 2 * out, one.size.y - 2 * out
    if min(width, depth) > 1e-9 and polygons.contains(HALL.polygon, one.centre.x, one.centre.y):
        smaller = replace(one, size=Point(width, depth, 1.0))
        assert floor.buffer(1e-6).contains(outline(smaller))
    assert max(shapely.distance(floor, shapely.Point(corner)) for corner in one.corners()) <= out + 1e-9


@pytest.mark.parametrize(("beyond", "out"), [(0.0, 0.2), (0.19, 0.2), (-0.1, 0.1), (-0.21, 0.0)])
def test_a_corner_of_the_walls_counts_though_all_corners_of_the_footprint_are_in_the_room(
    beyond: float, out: float
) -> None:
    # A board, 0.4 m deep, across the inner corner (7, 2) of the L, its middle line ``beyond`` the corner.
    shift = beyond / math.sqrt(2)
    one = box(7 + shift, 2 + shift, 0, 3.0, 0.4, 1, degrees=-45)
    assert all(polygons.contains(HALL.polygon, x, y) for x, y in one.corners())
    # Beyond the middle, the way back is longer than the way on: the board is as deep in the wall as it can be, 0.2 m.
    assert polygons.overhangs(HALL.polygon, arrays.rows([one]))[0] == pytest.approx(out, abs=1e-9)


def test_a_thin_board_through_a_corner_of_the_walls_sticks_out_by_more_than_its_thickness() -> None:
    one = box(7.2, 2.2, 0, 3.0, 0.02, 1, degrees=-45)
    assert all(polygons.contains(HALL.polygon, x, y) for x, y in one.corners())
    assert polygons.overhangs(HALL.polygon, arrays.rows([one]))[0] == pytest.approx(0.2)


def test_the_front_of_every_wall_looks_into_its_room_and_its_face_is_the_edge() -> None:
    for edge, (a, b) in enumerate(zip(HALL.polygon, HALL.polygon[1:] + HALL.polygon[:1], strict=True)):
        wall = polygons.wall_box(HALL, edge)
        middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        face = wall.centre.x + wall.forward[0] * 0.01, wall.centre.y + wall.forward[1] * 0.01
        assert face == pytest.approx(middle)
        assert polygons.contains(HALL.polygon, middle[0] + 0.1 * wall.forward[0], middle[1] + 0.1 * wall.forward[1])
        assert (wall.bottom, wall.top) == pytest.approx((0, 2.5))


def test_a_wall_of_no_length_has_a_box() -> None:
    room = Room(id="r", kind="", polygon=((0, 0), (0, 0), (1, 0), (1, 1)))
    assert polygons.wall_box(room, 0).size.x == 0
