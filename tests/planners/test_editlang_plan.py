"""Plans: what they do, that they are valid and shortest, and what is said when there is none."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.edit_as_act.problems import cut_out, invented
from lookagain.core.errors import InputError
from lookagain.planners.editlang.domain import load_domain
from lookagain.planners.editlang.plan import SearchLimits, plan
from lookagain.planners.editlang.source import Source
from lookagain.planners.editlang.syntax import parse_atom, parse_goal
from lookagain.planners.editlang.transition import regress
from lookagain.planners.editlang.validate import validate_plan
from lookagain.planners.editlang.values import Atom, GroundAction, Plan, Unsolved

DOMAIN = load_domain()


def scene(stands: str, more: str = "") -> frozenset[Atom]:
    """``lamp>desk`` for a lamp on a desk; more atoms, separated by ``;``."""
    facts = set()
    for pair in stands.split():
        object_, surface = pair.split(">")
        facts |= {Atom("exists", (object_,)), Atom("on", (object_, surface))}
    return frozenset(facts | {parse_atom(DOMAIN, text) for text in more.split(";") if text})


ROOM = scene(
    "table>floor:1 desk>floor:1 sofa>floor:1 tv>floor:1 chair>floor:1 lamp>table tray>table cup>tray safe>desk",
    "locked(safe);is_facing(sofa, tv);near(chair, table, 0.5);colliding(chair, sofa);has_style(tv, black)",
)


def solved(facts: Iterable[Atom], goal: str, **options: object) -> list[str]:
    """The plan's actions, in order; they are checked by the validator, and backward."""
    found = plan(DOMAIN, facts, parse_goal(DOMAIN, goal), **options)  # type: ignore[arg-type]
    assert isinstance(found, Plan), found
    assert found.optimal
    needs = {"needs": options["needs"]} if "needs" in options else {}
    assert validate_plan(DOMAIN, facts, parse_goal(DOMAIN, goal), found.actions, **needs).valid  # type: ignore[arg-type]
    return [str(action) for action in found.actions]


def unsolved(facts: Iterable[Atom], goal: str, **options: object) -> Unsolved:
    found = plan(DOMAIN, facts, parse_goal(DOMAIN, goal), **options)  # type: ignore[arg-type]
    assert isinstance(found, Unsolved), found
    return found


@pytest.mark.parametrize(
    ("goal", "actions"),
    [
        ("on(lamp, desk)", ["place_on(lamp, desk)"]),
        ("on(lamp, table); is_facing(sofa, tv)", []),
        ("apart(chair, sofa)", ["place_on(chair, floor:1)"]),
        ("stable(lamp)", ["place_on(lamp, table)"]),
        ("has_scale(lamp, 2, 2, 2)", ["scale(lamp, 2, 2, 2)"]),
        ("has_yaw(chair, 90)", ["rotate_by(chair, 90)"]),
        ("matches_style(sofa, tv)", ["stylize(sofa, black, tv)"]),
        ("inside(chair, room:1)", ["place_relative(chair, room:1, inside)"]),
        ("gap(chair, wall:1:0, 0.5)", ["place_relative(chair, wall:1:0, gap, 0.5)"]),
        ("at(chair, 1, 2, 0.5)", ["move_to(chair, 1, 2, 0.5)"]),
        ("between(chair, sofa, tv)", ["place_between(chair, sofa, tv)"]),
        ("aligned_with(chair, sofa, yaw)", ["align_with(chair, sofa, yaw)"]),
    ],
)
def test_one_goal_takes_the_action_that_is_for_it(goal: str, actions: list[str]) -> None:
    assert solved(ROOM | {Atom("exists", ("wall:1:0",)), Atom("exists", ("room:1",))}, goal) == actions


@pytest.mark.parametrize(
    ("goal", "actions"),
    [
        (
            "left_of(sofa, tv, ref); is_facing(sofa, tv)",
            ["place_relative(sofa, tv, left_of, ref)", "rotate_towards(sofa, tv)"],
        ),
        (
            "near(chair, table, 0.5); left_of(table, sofa, ref)",
            ["place_relative(table, sofa, left_of, ref)", "place_relative(chair, table, near, 0.5)"],
        ),
        ("near(chair, tv, 1); at(chair, 1, 2, 3)", ["place_relative(chair, tv, near, 1)", "move_to(chair, 1, 2, 3)"]),
        ("on(cup, desk); removed(tray)", ["place_on(cup, desk)", "remove_object(tray)"]),
        ("on(tray, cup)", ["place_on(cup, floor:1)", "place_on(tray, cup)"]),
        ("matches_style(chair, sofa); has_style(sofa, red)", ["stylize(sofa, red)", "stylize(chair, red, sofa)"]),
        (
            "new v: vase\non(v, desk)\nleft_of(v, safe, ref)\nhas_scale(v, 2, 2, 2)",
            ["add_object(v, vase, desk)", "scale(v, 2, 2, 2)", "place_relative(v, safe, left_of, ref)"],
        ),
    ],
)
def test_goals_that_depend_on_one_another_come_in_an_order_that_keeps_them(goal: str, actions: list[str]) -> None:
    assert solved(ROOM, goal) == actions


def test_what_rests_on_an_object_is_put_elsewhere_before_it_goes() -> None:
    actions = solved(ROOM, "removed(table)")
    assert set(actions[:-1]) == {"place_on(lamp, floor:1)", "place_on(tray, floor:1)"}
    assert actions[-1] == "remove_object(table)"
    actions = solved(ROOM, "removed(table); on(cup, desk); on(tray, desk); removed(lamp)")
    assert len(actions) == 4
    assert actions.index("remove_object(table)") > max(
        map(actions.index, ("remove_object(lamp)", "place_on(tray, desk)"))
    )


def test_relations_of_one_object_to_several_are_kept_together() -> None:
    goal = "gap(chair, tv, 0.5); gap(chair, sofa, 0.3); left_of(chair, tv, ref); on(chair, desk)"
    assert len(solved(ROOM, goal)) == 4


def swap(action: GroundAction) -> Sequence[Iterable[Atom]]:
    """Lamp and tray want each other's spot."""
    other = {"lamp": "tray", "tray": "lamp"}
    if action.name == "move_to" and str(action.args[0]) in other:
        return [[Atom("away", (other[str(action.args[0])],))]]
    return [()]


def full(action: GroundAction) -> Sequence[Iterable[Atom]]:
    """The table has room for another object only once the lamp or the tray has left, and not for these again."""
    if action.args[-1] != "table" or action.name not in ("place_on", "add_object"):
        return [()]
    if action.args[0] in ("lamp", "tray"):
        return []
    return [[Atom("away", ("lamp",))], [Atom("away", ("tray",))]]


def test_two_objects_swap_over_a_third_spot() -> None:
    actions = solved(ROOM, "at(lamp, 1, 2, 1); at(tray, 3, 2, 1)", needs=swap)
    assert len(actions) == 3
    assert actions[0].startswith("place_on(")


def test_a_full_table_is_made_room_on_by_what_costs_least() -> None:
    def cost(action: GroundAction) -> float:
        return {"lamp": 5.0, "tray": 1.0}.get(str(action.args[0]), 0.0)

    goal = "new v: vase\non(v, table)"
    assert solved(ROOM, goal, needs=full, cost=cost) == ["place_on(tray, floor:1)", "add_object(v, vase, table)"]
    assert solved(ROOM, goal, needs=full, cost=lambda action: 6 - cost(action))[0] == "place_on(lamp, floor:1)"


def test_a_table_full_of_locked_objects_is_the_reason() -> None:
    answer = unsolved(ROOM | {Atom("locked", ("lamp",)), Atom("locked", ("cup",))}, "on(chair, table)", needs=full)
    assert answer.reason == "impossible"
    assert set(answer.blockers) <= {"lamp", "cup"}
    assert "locked" in answer.text


def test_what_has_to_leave_the_only_floor_goes_on_another_object() -> None:
    assert len(solved(ROOM, "off(chair, floor:1)")) == 1
    alone = unsolved(scene("chair>floor:1"), "off(chair, floor:1)")
    assert alone.blockers == ("chair",)
    assert "chair has nowhere to go but floor:1" in alone.text


def test_nothing_is_put_on_what_it_carries() -> None:
    stack = scene("a>floor:1 b>a c>b d>floor:1")
    assert solved(stack, "on(a, c)") == ["place_on(c, floor:1)", "place_on(a, c)"]
    assert solved(stack, "on(a, d); on(d, c)") == ["place_on(c, floor:1)", "place_on(d, c)", "place_on(a, d)"]
    assert len(solved(scene("c>a a>floor:1 b>floor:1"), "on(a, b); on(b, c)")) == 3


@pytest.mark.parametrize(
    ("goal", "goal_at_fault", "blockers", "said"),
    [
        ("on(ghost, desk)", "on(ghost, desk)", (), "there is no ghost in the scene"),
        ("left_of(lamp, tv, ghost)", "left_of(lamp, tv, ghost)", (), "there is no ghost"),
        ("new lamp: lamp\non(lamp, desk)", "exists(lamp)", (), "the scene has it already"),
        ("removed(safe)", "removed(safe)", ("safe",), "safe is locked"),
        ("on(desk, table)", "on(desk, table)", ("safe",), "desk carries safe, which is locked"),
        ("removed(desk)", "removed(desk)", ("safe",), "safe, which is locked"),
        ("on(lamp, desk); on(lamp, table)", "on(lamp, desk)", (), "exclude each other"),
        ("exists(lamp); removed(lamp)", "exists(lamp)", (), "exclude each other"),
        ("left_of(lamp, tv, ref); right_of(lamp, tv, ref)", "left_of(lamp, tv, ref)", (), "exclude each other"),
        ("on(lamp, cup); on(cup, lamp)", "on(cup, lamp)", (), "nothing can rest on what rests on it"),
        ("on(lamp, cup); on(cup, tv); on(tv, lamp)", "on(tv, lamp)", (), "nothing can rest on what rests on it"),
        ("grouped_with(lamp, tv)", "grouped_with(lamp, tv)", ("lamp",), "no action brings about grouped_with"),
        ("matches_style(chair, sofa)", "matches_style(chair, sofa)", ("chair",), "has a style that is known"),
        ("clear(desk)", "clear(desk)", ("safe",), "safe is locked"),
        ("clear(tray); on(cup, tray)", "clear(tray)", (), "together"),
        ("left_of(chair, tv, ref); left_of(tv, chair, ref)", "left_of(chair, tv, ref)", (), "each destroys the other"),
        ("removed(lamp); near(lamp, tv, 1)", "removed(lamp)", (), "together"),
    ],
)
def test_why_there_is_no_plan_is_told(goal: str, goal_at_fault: str, blockers: tuple[str, ...], said: str) -> None:
    answer = unsolved(ROOM, goal)
    assert answer.reason == "impossible"
    assert str(answer.goal) == goal_at_fault
    assert answer.blockers == blockers
    assert said in answer.text


def test_a_goal_that_does_not_fit_the_domain_is_an_error() -> None:
    goal = parse_goal(DOMAIN, "exists(lamp)")
    with pytest.raises(InputError, match="near"):
        plan(DOMAIN, ROOM, type(goal)(atoms=(Atom("near", ("lamp", "tv")),)))


class Late:
    """A clock that is at 0 when first read and at ``then`` ever after."""

    def __init__(self, then: float) -> None:
        self.times = [then, 0.0]

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.times.pop() if len(self.times) > 1 else self.times[0]


def test_when_the_time_for_the_proof_is_up_any_plan_will_do() -> None:
    goal = parse_goal(DOMAIN, "left_of(sofa, tv, ref); is_facing(sofa, tv); removed(table)")
    found = plan(DOMAIN, ROOM, goal, limits=SearchLimits(seconds=5), clock=Late(3))
    assert isinstance(found, Plan)
    assert not found.optimal
    assert validate_plan(DOMAIN, ROOM, goal, found.actions).valid
    late = plan(DOMAIN, ROOM, goal, limits=SearchLimits(seconds=5), clock=Late(6))
    assert isinstance(late, Unsolved)
    assert late.reason == "limit"


def test_too_few_nodes_are_no_proof() -> None:
    answer = unsolved(ROOM, "removed(table); clear(tray); on(lamp, cup)", limits=SearchLimits(nodes=1))
    assert answer.reason == "limit"


@pytest.mark.parametrize("objects", [10, 1000])
def test_objects_that_no_goal_speaks_of_are_never_asked_about(objects: int) -> None:
    asked: list[Atom] = []

    def holds(atom: Atom) -> bool:
        asked.append(atom)
        return False

    crowd = scene(" ".join(f"box_{n}>floor:1" for n in range(objects)))
    assert len(solved(ROOM | crowd, "left_of(sofa, tv, ref); removed(table); on(lamp, desk)", holds=holds)) == 4
    assert not any(str(arg).startswith("box_") for atom in asked for arg in atom.args)
    assert len(set(asked)) == len(asked)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 7))
def test_a_plan_of_any_problem_is_valid_forward_and_proven_backward(seed: int, objects: int) -> None:
    problem = invented(random.Random(seed), objects=max(3, objects))
    found = plan(DOMAIN, problem.facts, problem.goal)
    if isinstance(found, Unsolved):
        assert found.reason == "impossible"
        assert found.text
        return
    assert validate_plan(DOMAIN, problem.facts, problem.goal, found.actions).valid
    source = Source(DOMAIN, problem.facts, None, problem.goal)
    if any(atom.predicate == "clear" for atom in source.goal.atoms) or "remove_object" in str(found.actions):
        return  # what "nothing rests on it" takes depends on all objects; one step back cannot tell
    before: frozenset[Atom] | None = frozenset(source.goal.atoms)
    for action in reversed(found.actions):
        before = regress(DOMAIN, before, action) if before is not None else None
    assert before is not None
    assert all(map(source, before))


def test_leaving_out_any_action_of_a_shortest_plan_breaks_it() -> None:
    checked = 0
    for seed in range(1000, 1040):
        problem = invented(random.Random(seed))
        found = plan(DOMAIN, problem.facts, problem.goal)
        for at in range(len(found.actions) if isinstance(found, Plan) else 0):
            assert isinstance(found, Plan)
            shorter = found.actions[:at] + found.actions[at + 1 :]
            assert not validate_plan(DOMAIN, problem.facts, problem.goal, shorter).valid
            checked += 1
    assert checked > 40


def test_a_problem_cut_out_of_a_scene_speaks_of_its_own_objects_only() -> None:
    crowd = scene(" ".join(f"box_{n}>floor:{n % 3}" for n in range(50)))
    for seed in range(1000, 1020):
        problem = cut_out(random.Random(seed), ROOM | crowd, objects=6)
        named = {arg for atom in problem.facts if atom.predicate == "exists" for arg in atom.args}
        assert named == set(problem.objects)
        assert problem.facts < ROOM | crowd
        assert 1 <= len(problem.goal.atoms) <= 4
