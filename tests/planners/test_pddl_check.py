"""Our plans against those of planners that know nothing of ours."""

from __future__ import annotations

import importlib.util
import random
import sys

import pytest

from bench.edit_as_act.problems import invented
from lookagain.core.errors import ConfigError, InputError
from lookagain.planners.editlang.domain import load_domain
from lookagain.planners.editlang.plan import plan
from lookagain.planners.editlang.source import Source
from lookagain.planners.editlang.syntax import parse_atom, parse_goal
from lookagain.planners.editlang.values import Atom, GroundAction, Plan, Unsolved
from lookagain.planners.pddl import CrossCheck, Exported, cross_check, export, solve

DOMAIN = load_domain()
FACTS = frozenset(
    parse_atom(DOMAIN, text)
    for text in (
        "exists(Table)",
        "on(Table, floor:1)",
        "exists(lamp)",
        "on(lamp, Table)",
        "exists(box)",
        "on(box, floor:1)",
    )
)


def checked(goal_text: str, result: Plan | Unsolved | None = None, engine: str = "pyperplan") -> CrossCheck:
    goal = parse_goal(DOMAIN, goal_text)
    found = plan(DOMAIN, FACTS, goal) if result is None else result
    return cross_check(DOMAIN, FACTS, goal, found, engine=engine, heuristic="blind")


@pytest.mark.parametrize("first", range(1000, 1050, 10))
def test_our_plans_are_as_short_as_those_of_an_optimal_planner(first: int) -> None:
    for seed in range(first, first + 10):
        problem = invented(random.Random(seed), objects=3, floors=1, goals=(1, 3))
        result = plan(DOMAIN, problem.facts, problem.goal)
        found = cross_check(
            DOMAIN, problem.facts, problem.goal, result, objects=problem.objects, heuristic="blind", seconds=120
        )
        assert found.agrees, (seed, found.text)
        assert found.comparable, (seed, found.text)
        if isinstance(result, Plan):
            assert len(result.actions) == len(found.answer.actions)


@pytest.mark.parametrize("engine", ["pyperplan", "fast-downward-opt"])
def test_names_styles_numbers_and_new_objects_reach_the_other_planner_and_come_back(engine: str) -> None:
    found = checked('new v: vase\nhas_style(v, "blue glass")\nnear(v, lamp, 0.5)\nremoved(Table)', engine=engine)
    assert found.agrees, found.text
    assert found.comparable
    assert found.answer.status == "solved"
    assert len(found.answer.actions) == 5
    assert GroundAction("stylize", ("v", "blue glass")) in found.answer.actions


@pytest.mark.parametrize("engine", ["pyperplan", "fast-downward-opt"])
def test_both_say_that_there_is_no_plan(engine: str) -> None:
    found = checked("clear(box); on(lamp, box)", engine=engine)
    assert found.agrees, found.text
    assert found.answer.status == "unsolvable"


def test_a_plan_that_is_too_long_or_wrong_does_not_agree() -> None:
    detour = (GroundAction("place_on", ("lamp", "floor:1")), GroundAction("place_on", ("lamp", "box")))
    assert not checked("on(lamp, box)", Plan(actions=detour, optimal=True)).agrees
    assert not checked("on(lamp, box)", Plan(actions=detour[:1], optimal=True)).agrees
    assert not checked("on(lamp, box)", Unsolved(reason="impossible")).agrees
    assert checked("on(lamp, box)", Plan(actions=detour[1:], optimal=True)).agrees


def test_what_geometry_needs_is_part_of_the_problem() -> None:
    goal = parse_goal(DOMAIN, "on(box, Table)")

    def needs(action: GroundAction) -> list[list[Atom]]:
        full = action.args[-1] == "Table" and action.name == "place_on"
        return [] if full and action.args[0] == "lamp" else [[Atom("away", ("lamp",))]] if full else [[]]

    result = plan(DOMAIN, FACTS, goal, needs=needs)
    assert isinstance(result, Plan)
    found = cross_check(DOMAIN, FACTS, goal, result, needs=needs, heuristic="blind")
    assert found.agrees, found.text
    assert len(found.answer.actions) == len(result.actions) == 2


def test_a_planner_that_is_not_there_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    exported = export(Source(DOMAIN, FACTS, None, parse_goal(DOMAIN, "on(lamp, box)")))
    with pytest.raises(ConfigError, match=r"lookagain\[planning\]"):
        solve(DOMAIN, exported, engine="fastest-forward")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for engine in ("pyperplan", "fast-downward-opt"):
        with pytest.raises(ConfigError, match=r"not installed.*lookagain\[planning\]"):
            solve(DOMAIN, exported, engine=engine)


def test_a_planner_that_takes_too_long_is_stopped() -> None:
    exported = export(Source(DOMAIN, FACTS, None, parse_goal(DOMAIN, "on(lamp, box)")))
    assert solve(DOMAIN, exported, seconds=0.001).status == "timeout"


def test_a_problem_with_too_many_actions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[Exported.__module__], "MOST_ACTIONS", 10)
    with pytest.raises(InputError, match="Export fewer objects"):
        export(Source(DOMAIN, FACTS, None, parse_goal(DOMAIN, "on(lamp, box)")))
