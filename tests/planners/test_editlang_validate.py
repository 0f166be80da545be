"""The forward validator: it accepts what works and names the first thing that does not."""

from __future__ import annotations

import pytest

from lookagain.planners.editlang.domain import load_domain
from lookagain.planners.editlang.syntax import parse_atom, parse_goal, parse_plan
from lookagain.planners.editlang.validate import validate_plan
from lookagain.planners.editlang.values import Atom, Goal, GroundAction

DOMAIN = load_domain()
FACTS = frozenset(
    parse_atom(DOMAIN, text)
    for text in (
        "exists(table)", "on(table, floor:1)", "exists(lamp)", "on(lamp, table)", "exists(tray)", "on(tray, table)",
        "exists(cup)", "on(cup, tray)", "exists(safe)", "on(safe, floor:1)", "locked(safe)", "exists(sofa)",
        "on(sofa, floor:1)", "left_of(sofa, table, ref)",
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("goal", "actions"),
    [
        ("on(lamp, sofa)", "place_on(lamp, sofa)"),
        ("clear(table)", "place_on(lamp, floor:1); place_on(tray, sofa)"),
        ("removed(cup); clear(tray)", "remove_object(cup)"),
        ("new v: vase\non(v, tray)", "add_object(v, vase, tray)"),
        ("left_of(sofa, table, ref)", ""),
        (
            "left_of(sofa, table, ref); away(table)",
            "move_to(table, 1, 1, 0); place_relative(sofa, table, left_of, ref)",
        ),
        ("near(sofa, table, 0.5)", "place_relative(table, sofa, near, 0.5)"),
    ],
)
def test_a_plan_that_works_is_valid(goal: str, actions: str) -> None:
    verdict = validate_plan(DOMAIN, FACTS, parse_goal(DOMAIN, goal), parse_plan(DOMAIN, actions).actions)
    assert verdict.valid, verdict


@pytest.mark.parametrize(
    ("goal", "actions", "step", "missing"),
    [
        ("on(lamp, sofa)", "", None, "on(lamp, sofa)"),
        ("on(lamp, sofa)", "place_on(ghost, sofa)", 0, "exists(ghost)"),
        ("on(safe, sofa)", "place_on(safe, sofa)", 0, "movable(safe)"),
        ("removed(tray)", "remove_object(tray)", 0, "clear(tray)"),
        ("clear(table)", "remove_object(lamp)", 0, "unwanted(lamp)"),
        ("on(tray, cup)", "place_on(tray, cup)", 0, "off(cup, tray)"),
        ("on(table, cup)", "place_on(table, cup)", 0, "on(table, cup)"),
        ("new v: vase\non(v, tray)", "add_object(v, lamp, tray)", 0, "wanted(v, lamp)"),
        ("new v: vase\non(v, tray)", "", None, "on(v, tray)"),
        ("left_of(sofa, table, ref)", "move_to(table, 1, 1, 0)", None, "left_of(sofa, table, ref)"),
        ("removed(cup)", "remove_object(cup); place_on(cup, sofa)", 1, "exists(cup)"),
    ],
)
def test_a_plan_that_does_not_is_told_where_and_why(goal: str, actions: str, step: int | None, missing: str) -> None:
    verdict = validate_plan(DOMAIN, FACTS, parse_goal(DOMAIN, goal), parse_plan(DOMAIN, actions).actions)
    assert not verdict.valid
    assert verdict.step == step
    assert missing in map(str, verdict.missing)
    assert verdict.text


def test_an_action_that_is_none_is_a_verdict_and_no_error() -> None:
    goal = Goal(atoms=(Atom("exists", ("lamp",)),))
    for action in (GroundAction("explode", ("lamp",)), GroundAction("place_on", ("lamp",))):
        verdict = validate_plan(DOMAIN, FACTS, goal, [action])
        assert (verdict.valid, verdict.step) == (False, 0)


def test_what_is_not_listed_is_asked_for_until_an_action_touches_it() -> None:
    goal = parse_goal(DOMAIN, "is_facing(sofa, table)")

    def holds(atom: Atom) -> bool:
        return atom.predicate == "is_facing"

    assert validate_plan(DOMAIN, FACTS, goal, (), holds=holds).valid
    moved = parse_plan(DOMAIN, "place_on(sofa, floor:1)").actions
    assert not validate_plan(DOMAIN, FACTS, goal, moved, holds=holds).valid
    turned = parse_plan(DOMAIN, "place_on(sofa, floor:1); rotate_towards(sofa, table)").actions
    assert validate_plan(DOMAIN, FACTS, goal, turned, holds=holds).valid


def test_what_geometry_needs_must_hold_when_its_turn_comes() -> None:
    goal = parse_goal(DOMAIN, "on(sofa, table)")
    late = parse_plan(DOMAIN, "place_on(sofa, table); place_on(lamp, floor:1)").actions

    def needs(action: GroundAction) -> list[list[Atom]]:
        return [[Atom("away", ("lamp",))]] if action.args == ("sofa", "table") else [[]]

    assert not validate_plan(DOMAIN, FACTS, goal, late, needs=needs).valid
    assert validate_plan(DOMAIN, FACTS, goal, late[::-1], needs=needs).valid
