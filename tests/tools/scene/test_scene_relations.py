"""Each predicate at the edges of its tolerance, and what a question must look like."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookagain.core.errors import InputError
from lookagain.tools.scene.relations import RELATIONS
from lookagain.tools.scene.values import Box, Point
from tests.tools.scene.made_scenes import box, boxes_, thing, world

# A table in the middle of the kitchen whose front looks to +y (its left, as one sees it from the front, is +x).
TABLE = thing("table_1", box(2, 2, 0, 1.6, 1.0, 0.75))


def asked(predicate: str, it: Box, *args: str | float, **more: Any) -> bool:
    return world(TABLE, thing("it", it, **more)).check(predicate, ("it", *args))


@pytest.mark.parametrize(
    ("it", "args", "expected"),
    [
        (box(2, 2, 0), (2.0, 2.0, 0.5), True),
        (box(2, 2, 0), (2.049, 2.0, 0.5), True),
        (box(2, 2, 0), (2.051, 2.0, 0.5), False),
        (box(2, 2, 0), (2.04, 2.04, 0.5), False),
    ],
)
def test_at(it: Box, args: tuple[float, ...], expected: bool) -> None:
    assert asked("at", it, *args) == expected


CUP = (0.1, 0.1, 0.1)


@pytest.mark.parametrize(
    ("it", "surface", "more", "expected"),
    [
        (box(2, 2, 0.75, *CUP), "table_1", {}, True),
        (box(2, 2, 0.899, *CUP), "table_1", {}, True),
        (box(2, 2, 0.901, *CUP), "table_1", {}, False),
        (box(2, 2, 0.601, *CUP), "table_1", {}, True),
        (box(2, 2, 0.599, *CUP), "table_1", {}, False),
        (box(2, 2, 0.2, *CUP), "table_1", {"parent": "table_1"}, True),
        (box(2, 2, 0.2, *CUP), "table_1", {"parent": "table_1", "holding": "in"}, True),
        (box(2, 2, 0.91, *CUP), "table_1", {"parent": "table_1"}, False),
        (box(2, 2.59, 0.75, 0.5, 0.5, 0.1), "table_1", {}, True),
        (box(2, 2.61, 0.75, 0.5, 0.5, 0.1), "table_1", {}, False),
        (box(2, 2.58, 0.75, *CUP), "table_1", {}, False),
        (box(1, 1, 0), "floor:k", {}, True),
        (box(1, 1, 0), "room:k", {}, True),
        (box(1, 1, 0), "floor:h", {}, False),
        (box(2, 2, 0.75, *CUP), "floor:k", {}, False),
        (box(8, 3, 0), "floor:h", {}, False),
        (box(1, 3.9, 1, 0.5, 0.03, 0.5), "wall:k:2", {}, True),
        (box(1, 3.87, 1, 0.5, 0.03, 0.5), "wall:k:2", {}, False),
        (box(1, 3.9, 1, 0.5, 0.03, 0.5), "wall:k:0", {}, False),
        (box(1, 3.75, 0, 0.5, 0.5, 0.5), "wall:k:2", {}, False),
        (box(1, 2, 2.4, 0.5, 0.5, 0.1), "ceiling:k", {}, True),
        (box(1, 2, 2.2, 0.5, 0.5, 0.1), "ceiling:k", {}, False),
        (box(3.93, 2, 1.2, 0.3, 0.03, 0.3, 90), "door", {}, True),
        (box(3.93, 3, 1.2, 0.3, 0.03, 0.3, 90), "door", {}, False),
    ],
)
def test_on(it: Box, surface: str, more: dict[str, str], expected: bool) -> None:
    assert asked("on", it, surface, **more) == expected


@pytest.mark.parametrize(
    ("it", "surface", "expected"),
    [
        (box(2, 2, 0.829, *CUP), "table_1", True),
        (box(2, 2, 0.831, *CUP), "table_1", False),
        (box(2, 2.7, 0.75, 0.5, 0.5, 0.1), "table_1", True),
        (box(2, 2.76, 0.75, 0.5, 0.5, 0.1), "table_1", False),
        (box(2, 2, 0.079), "floor:k", True),
        (box(2, 2, 0.081), "floor:k", False),
    ],
)
def test_supported(it: Box, surface: str, expected: bool) -> None:
    assert asked("supported", it, surface) == expected


@pytest.mark.parametrize(
    ("it", "surface", "expected"),
    [
        (box(3.349, 2, 0), "table_1", True),
        (box(3.351, 2, 0), "table_1", False),
        (box(2, 2, 0.79, *CUP), "table_1", True),
        (box(2, 2, 0.81, *CUP), "table_1", False),
        (box(1, 3.46, 1), "wall:k:2", True),
        (box(1, 3.44, 1), "wall:k:2", False),
        (box(1, 1, 0.04), "floor:k", True),
        (box(1, 1, 0.06), "floor:k", False),
    ],
)
def test_contact(it: Box, surface: str, expected: bool) -> None:
    assert asked("contact", it, surface) == expected


@pytest.mark.parametrize(
    ("it", "more", "expected"),
    [
        (box(2, 2.49, 0.75, 0.5, 0.5, 0.1), {}, True),
        (box(2, 2.51, 0.75, 0.5, 0.5, 0.1), {}, False),
        (box(2, 2, 0.84, 0.5, 0.5, 0.1), {}, False),
        (box(1, 1, 1), {"fixed": True}, True),
        (box(1, 3.95, 1, 0.5, 0.03, 0.5), {"holding": "wall"}, True),
    ],
)
def test_stable(it: Box, more: dict[str, Any], expected: bool) -> None:
    assert asked("stable", it, **more) == expected


@pytest.mark.parametrize(
    ("others", "o", "expected"),
    [
        ([box(2, 2, 0.75, *CUP)], "table_1", False),
        ([box(2, 2, 1.2, *CUP)], "table_1", True),
        ([box(3.5, 2, 0, 0.5, 0.5, 0.75)], "table_1", True),
        ([], "floor:k", False),
        ([], "floor:h", True),
        ([], "room:h", True),
        ([], "wall:k:0", True),
        ([box(1, 0.05, 1, 0.5, 0.05, 0.5)], "wall:k:0", False),
        ([box(2, 2, 2.3, 0.5, 0.5, 0.2)], "ceiling:k", False),
        ([], "door", True),
        ([box(3.2, 2, 0, 0.5, 0.5)], "door", True),
        ([box(3.24, 2, 0, 0.5, 0.5)], "door", True),
        ([box(3.26, 2, 0, 0.5, 0.5)], "door", False),
        ([box(4.6, 2, 0, 0.5, 0.5)], "door", False),
        ([box(3.7, 2, 0, 0.5, 0.5, 0.03)], "door", True),
    ],
)
def test_clear(others: list[Box], o: str, expected: bool) -> None:
    hangs = {"wall:k:0": "wall", "ceiling:k": "ceiling"}.get(o, "on")
    things = [thing(f"it_{k}", where, holding=hangs) for k, where in enumerate(others)]
    assert world(TABLE, *things).check("clear", (o,)) == expected


def test_what_the_scene_declares_to_be_in_a_thing_is_on_it_for_clear() -> None:
    inside = thing("cup_1", box(2, 2, 0.2, *CUP), parent="table_1", holding="in")
    assert not world(TABLE, inside).check("clear", ("table_1",))


@pytest.mark.parametrize(
    ("it", "target", "tau", "expected"),
    [
        (box(3.5, 2, 0), "table_1", 0.2, True),
        (box(3.5, 2, 0), "table_1", 0.199, False),
        (box(3.5, 2, 2), "table_1", 0.2, True),
        (box(2, 3.2, 0), "wall:k:2", 0.3, True),
        (box(2, 3.2, 0), "wall:k:2", 0.29, False),
        (box(2, 2, 0.3), "floor:k", 0.3, True),
        (box(2, 2, 0.3), "floor:k", 0.29, False),
        (box(2, 2, 0), "room:k", 0.0, True),
        (box(3.5, 2, 0), "room:h", 0.5, True),
        (box(3.5, 2, 0), "room:h", 0.49, False),
        (box(3.2, 2, 0), "door", 0.25, True),
        (box(3.2, 2, 0), "door", 0.24, False),
    ],
)
def test_near(it: Box, target: str, tau: float, expected: bool) -> None:
    assert asked("near", it, target, tau) == expected


@pytest.mark.parametrize(
    ("it", "target", "metres", "expected"),
    [
        (box(2, 3.0, 0), "wall:k:2", 0.5, True),
        (box(2, 3.05, 0), "wall:k:2", 0.5, True),
        (box(2, 3.051, 0), "wall:k:2", 0.5, False),
        (box(2, 2.949, 0), "wall:k:2", 0.5, False),
        (box(2, 2, 1.25, 0.2, 0.2), "table_1", 0.5, True),
        (box(3.5, 2, 1.25), "table_1", 0.2, True),
        (box(2, 2, 1.25, 0.2, 0.2), "table_1", 0.0, False),
        (box(2, 2.64, 1.25, 0.2, 0.1), "table_1", 0.5, True),
        (box(2, 2.66, 1.25, 0.2, 0.1), "table_1", 0.5, False),
        (box(2, 2, 1.0, 0.2, 0.2), "floor:k", 1.0, True),
        (box(2, 2, 1.0, 0.2, 0.2, 0.5), "ceiling:k", 1.0, True),
    ],
)
def test_gap(it: Box, target: str, metres: float, expected: bool) -> None:
    assert asked("gap", it, target, metres) == expected


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [(2, 2, True), (1.6, 2, True), (2.7, 2, True), (2, 3.0, True), (2, 3.8, False), (0.9, 2, False), (3.1, 2, False)],
)
def test_between_two_things(x: float, y: float, expected: bool) -> None:
    ends = [thing("a", box(0.5, 2, 0)), thing("b", box(3.5, 2, 0))]
    there = world(*ends, thing("it", box(x, y, 0, 0.5, 0.5)))
    assert there.check("between", ("it", "a", "b")) == expected
    assert there.check("between", ("it", "b", "a")) == expected


def test_between_two_windows_is_before_the_wall_between_them() -> None:
    windows = [thing("a", box(0.6, 3.98, 1, 0.8, 0.1)), thing("b", box(3.4, 3.98, 1, 0.8, 0.1))]
    for y, expected in ((3.7, True), (3.2, True), (2.4, False)):
        assert world(*windows, thing("it", box(2, y, 0, 1.2, 0.6))).check("between", ("it", "a", "b")) == expected


def test_between_a_thing_and_a_wall() -> None:
    for y, expected in ((3.2, True), (1.2, False), (2.2, False)):
        assert asked("between", box(2, y, 0, 0.4, 0.4), "table_1", "wall:k:2") == expected


def test_nothing_is_between_what_touches_or_itself() -> None:
    there = world(thing("a", box(1, 2, 0)), thing("b", box(2, 2, 0)), thing("it", box(1.5, 2, 0, 0.1, 0.1)))
    assert not there.check("between", ("it", "a", "b"))
    assert not there.check("between", ("it", "a", "a"))


@pytest.mark.parametrize(
    ("it", "axis", "expected"),
    [
        (box(2.05, 3.5, 0), "x", True),
        (box(2.06, 3.5, 0), "x", False),
        (box(0.5, 1.95, 0), "y", True),
        (box(0.5, 1.94, 0), "y", False),
        (box(0.5, 0.5, 0, 1, 1, 0.75), "z", True),
        (box(0.5, 0.5, 0, 1, 1, 0.9), "z", False),
        (box(0.5, 0.5, 0, degrees=4.9), "yaw", True),
        (box(0.5, 0.5, 0, degrees=184.9), "yaw", True),
        (box(0.5, 0.5, 0, degrees=-4.9), "yaw", True),
        (box(0.5, 0.5, 0, degrees=5.1), "yaw", False),
        (box(0.5, 0.5, 0, degrees=90), "yaw", False),
        (box(0.5, 2.1, 0, 0.5, 0.8), "front", True),
        (box(0.5, 2.2, 0, 0.5, 0.8), "front", False),
        (box(0.5, 1.9, 0, 0.5, 0.8), "back", True),
        (box(2.5, 3.5, 0, 0.6, 0.5), "left", True),
        (box(2.5, 3.5, 0, 0.8, 0.5), "left", False),
        (box(1.5, 3.5, 0, 0.6, 0.5), "right", True),
        (box(2.5, 3.5, 0, 0.6, 0.5), "right", False),
        (box(2, 2, 0), "sideways", False),
    ],
)
def test_aligned_with(it: Box, axis: str, expected: bool) -> None:
    assert asked("aligned_with", it, "table_1", axis) == expected


@pytest.mark.parametrize(
    ("it", "target", "expected"),
    [
        (box(2, 0.5, 0, 0.5, 0.5, 1, 0), "table_1", True),
        (box(2, 0.5, 0, 0.5, 0.5, 1, 14.9), "table_1", True),
        (box(2, 0.5, 0, 0.5, 0.5, 1, 15.1), "table_1", False),
        (box(2, 0.5, 0, 0.5, 0.5, 1, 180), "table_1", False),
        (box(2.7, 0.5, 0, 0.5, 0.5, 1, 0), "table_1", True),
        (box(2.7, 0.5, 0, 0.5, 0.5, 1, 25), "table_1", True),
        (box(1, 3, 0, 0.5, 0.5, 1, 0), "wall:k:2", True),
        (box(1, 3, 0, 0.5, 0.5, 1, 180), "wall:k:0", True),
        (box(1, 3, 0, 0.5, 0.5, 1, 90), "wall:k:2", False),
        (box(2, 2, 0.75, 0.1, 0.1, 0.1, 0), "table_1", False),
    ],
)
def test_is_facing(it: Box, target: str, expected: bool) -> None:
    assert asked("is_facing", it, target) == expected


# Where it is, from the table's front: in_front_of, behind, left_of and right_of as seen from before it.
SIDES = [
    (box(2, 3.5, 0, 0.5, 0.5), (True, False, False, False)),
    (box(2, 0.5, 0, 0.5, 0.5), (False, True, False, False)),
    (box(3.5, 2, 0, 0.5, 0.5), (False, False, True, False)),
    (box(0.5, 2, 0, 0.5, 0.5), (False, False, False, True)),
    (box(2.5, 2.49, 0.75, *CUP), (True, False, False, False)),
    (box(2.5, 2.47, 0.75, *CUP), (False, False, False, False)),
    (box(3.4, 2.9, 0, 0.2, 0.2), (False, False, True, False)),
    (box(3.0, 3.3, 0, 0.2, 0.2), (True, False, False, False)),
]


@pytest.mark.parametrize(("it", "expected"), SIDES)
def test_sides_by_the_front_of_the_reference(it: Box, expected: tuple[bool, ...]) -> None:
    assert (
        asked("in_front_of", it, "table_1"),
        asked("behind", it, "table_1"),
        asked("left_of", it, "table_1", "ref"),
        asked("right_of", it, "table_1", "ref"),
    ) == expected


@pytest.mark.parametrize(
    ("view", "left", "right"),
    [
        ("ref", True, False),
        ("table_1", False, True),
        ("south", False, True),
        ("north", True, False),
        ("gone", False, False),
    ],
)
def test_left_and_right_are_those_of_the_viewer(view: str, left: bool, right: bool) -> None:
    viewers = [thing("south", box(2, 0.2, 0, 0.2, 0.2)), thing("north", box(2, 3.8, 0, 0.2, 0.2))]
    there = world(TABLE, *viewers, thing("it", box(3.5, 2, 0, 0.5, 0.5)))
    assert there.check("left_of", ("it", "table_1", view)) == left
    assert there.check("right_of", ("it", "table_1", view)) == right


@given(boxes_, boxes_)
def test_a_thing_is_at_most_on_one_side(it: Box, ref: Box) -> None:
    there = world(thing("it", it), thing("ref_1", ref))
    left, right = (there.check(name, ("it", "ref_1", "ref")) for name in ("left_of", "right_of"))
    front, back = (there.check(name, ("it", "ref_1")) for name in ("in_front_of", "behind"))
    # Boxes narrower than twice the tolerance of 0.02 m have both sides there.
    if min(ref.size.x, ref.size.y) > 0.05:
        assert not (left and right)
        assert not (front and back)


@pytest.mark.parametrize(
    ("degrees", "asked_for", "expected"), [(90, 90, True), (450, 94.9, True), (90, 95.1, False), (-90, 270, True)]
)
def test_has_yaw(degrees: float, asked_for: float, expected: bool) -> None:
    assert asked("has_yaw", box(1, 1, 0, degrees=degrees), float(asked_for)) == expected


@pytest.mark.parametrize(
    ("it", "container", "expected"),
    [
        (box(2.7, 2, 0.3, *CUP), "table_1", True),
        (box(2.81, 2, 0.3, *CUP), "table_1", False),
        (box(2, 2, 0.75, *CUP), "table_1", False),
        (box(8, 1, 0), "room:h", True),
        (box(8, 3, 0), "room:h", False),
        (box(2, 2, 0), "room:h", False),
    ],
)
def test_inside(it: Box, container: str, expected: bool) -> None:
    assert asked("inside", it, container) == expected


def test_groups_are_by_name_by_id_and_by_what_carries() -> None:
    there = world(
        TABLE,
        thing("a", box(1, 1, 0), group="set"),
        thing("b", box(1, 1, 0), group="set"),
        thing("c", box(1, 1, 0), group="table_1"),
        thing("d", box(2, 2, 0.75, *CUP), parent="table_1"),
        thing("e", box(1, 1, 0)),
    )
    pairs = {(x, y) for x in ("a", "b", "c", "d", "e") for y in ("a", "b", "table_1", "e")}
    assert {pair for pair in pairs if there.check("grouped_with", pair)} == {
        ("a", "b"),
        ("b", "a"),
        ("c", "table_1"),
        ("d", "table_1"),
    }


def test_what_is_locked() -> None:
    there = world(thing("a", box(1, 1, 0), locked=True), thing("b", box(1, 1, 0), fixed=True), TABLE)
    ids = ("a", "b", "door", "floor:k", "table_1", "gone")
    assert [id_ for id_ in ids if there.check("locked", (id_,))] == ["a", "b", "door", "floor:k"]


@pytest.mark.parametrize(
    ("style", "desc", "expected"),
    [
        ("dark oak, Modern", "modern oak", True),
        ("dark oak", "oaken", False),
        ("dark oak", "", False),
        ("", "oak", False),
        ("", "", False),
    ],
)
def test_has_style(style: str, desc: str, expected: bool) -> None:
    assert asked("has_style", box(1, 1, 0), desc, style=style) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("Oak, dark", "dark oak", True), ("oak", "dark oak", False), ("", "", False)]
)
def test_matches_style(one: str, other: str, expected: bool) -> None:
    there = world(thing("a", box(1, 1, 0), style=one), thing("b", box(1, 1, 0), style=other))
    assert there.check("matches_style", ("a", "b")) == expected


@pytest.mark.parametrize(("wanted", "expected"), [((2, 1, 1), True), ((2.019, 1, 1), True), ((2.03, 1, 1), False)])
def test_has_scale(wanted: tuple[float, ...], expected: bool) -> None:
    assert asked("has_scale", box(1, 1, 0), *wanted, scale=Point(2, 1, 1)) == expected


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("hovers", ("it",)),
        ("on", ("it",)),
        ("near", ("it", "table_1", "close")),
        ("on", ("it", 3.0)),
        ("exists", ()),
    ],
)
def test_a_wrong_question_says_what_is_right(name: str, args: tuple[str | float, ...]) -> None:
    with pytest.raises(InputError, match=r"exists|id"):
        world(TABLE).check(name, args)


def _sample(kind: str) -> str | float:
    return 1.0 if kind == "number" else "gone"


@pytest.mark.parametrize("name", sorted(RELATIONS))
def test_nothing_holds_of_what_is_not_there(name: str) -> None:
    relation = RELATIONS[name]
    args = tuple(_sample(kind) for kind in relation.takes)
    assert world(TABLE).check(name, args) == (name == "removed")
    known = ("table_1", *args[1:])
    if len(args) > 1 and relation.takes[1] == "id":
        assert not world(TABLE).check(name, known)
        assert not world(TABLE).check(name, ("table_1", "table_1", *args[2:])) or name == "matches_style"


@pytest.mark.parametrize("name", sorted(RELATIONS))
def test_every_predicate_states_its_definition(name: str) -> None:
    assert len(RELATIONS[name].definition) >= 20


@given(boxes_, boxes_, st.floats(0, 3), st.floats(0, 3))
def test_near_is_monotone_in_its_tolerance(a: Box, b: Box, tau: float, more: float) -> None:
    there = world(thing("a", a), thing("b", b))
    assert there.check("near", ("a", "b", tau)) <= there.check("near", ("a", "b", tau + more))
    assert there.check("near", ("a", "b", tau)) == there.check("near", ("b", "a", tau))


@given(boxes_, boxes_)
def test_relations_that_read_both_ways_are_symmetric(a: Box, b: Box) -> None:
    there = world(thing("a", a), thing("b", b))
    for name in ("colliding", "contact"):
        assert there.check(name, ("a", "b")) == there.check(name, ("b", "a"))
    if there.check("supported", ("a", "b")):
        assert abs(a.bottom - b.top) <= 0.08 + 1e-9


def test_facts_are_what_check_says() -> None:
    there = world(
        TABLE,
        thing("cup", box(2, 2, 0.75, *CUP), parent="table_1", style="red"),
        thing("picture", box(1, 3.95, 1, 0.5, 0.03, 0.5), holding="wall", locked=True),
        thing("rug", box(1, 1, 0, 1, 1, 0.02), fixed=True),
    )
    facts = there.facts()
    assert all(there.check(*fact) for fact in facts)
    names = {"on", "supported", "contact", "stable"}
    assert {fact for fact in facts if fact[0] in names and fact[1][0] in ("cup", "picture")} == {
        *((name, ("cup", "table_1")) for name in ("on", "supported", "contact")),
        *((name, ("picture", "wall:k:2")) for name in ("on", "supported", "contact")),
        ("stable", ("cup",)),
        ("stable", ("picture",)),
    }
    assert ("has_style", ("cup", "red")) in facts
    assert ("grouped_with", ("cup", "table_1")) in facts
    assert {args for name, args in facts if name == "locked"} == {("picture",), ("rug",)}
    assert there.facts(["cup"]) == {fact for fact in facts if fact[1][0] == "cup"}
    assert there.facts(["gone"]) == frozenset()
