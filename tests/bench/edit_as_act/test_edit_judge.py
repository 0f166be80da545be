"""What the judge of an edit sees: the goal, drift of bystanders, and new physical faults."""

from __future__ import annotations

import math
from typing import Any

import pytest

from bench.edit_as_act.judge import carried, judge
from tests.bench.edit_as_act.flat import data, scene

_MOVE: dict[str, Any] = {"may_change": ["chair"], "goal": [["gap", "chair", "table", 0.4, 0.6]]}
_THERE = {"centre": [1.75, 3.0, 0.45]}


def _judged(task: dict[str, Any], **changes: Any) -> dict[str, object]:
    return judge(task, data(), data(**changes), {})


def test_an_edit_as_asked_is_clean() -> None:
    judged = _judged(_MOVE, chair=_THERE)
    assert judged["goal_met"] is True
    assert [judged[key] for key in ("drift", "collisions", "unsupported", "out_of_bounds")] == [0, 0, 0, 0]


def test_doing_nothing_misses_the_goal() -> None:
    judged = _judged(_MOVE)
    assert judged["goal_met"] is False
    assert judged["missed"] == [str(_MOVE["goal"][0])]


@pytest.mark.parametrize("change", [{"sofa": {"style": "red"}}, {"sofa": {"yaw": math.pi + 1e-12}}, {"sofa": None}])
def test_a_bystander_that_changed_in_any_value_is_drift(change: dict[str, Any]) -> None:
    judged = _judged(_MOVE, chair=_THERE, **change)
    assert (judged["drift"], judged["drifted"]) == (1, ["sofa"])


def test_what_is_carried_may_move_along() -> None:
    task = {"may_change": ["table"], "goal": [["gap", "table", "chair", 0, 9]]}
    along = {"table": {"centre": [3.0, 2.0, 0.375]}, "cup": {"centre": [3.2, 2.0, 0.8]}}
    assert carried(scene(), ["table"]) == {"cup"}
    assert _judged(task, **along)["drift"] == 0
    left_behind = _judged(task, table=along["table"])
    assert (left_behind["drift"], left_behind["unsupported"]) == (0, 1)


def test_a_change_outside_of_the_objects_is_drift() -> None:
    after = data(chair=_THERE).replace(b'"kind": "den"', b'"kind": "hall"')
    assert judge(_MOVE, data(), after, {})["drifted"] == ["(rest)"]


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        ([2.4, 3.0, 0.45], "collisions"),
        ([1.75, 3.0, 0.75], "unsupported"),
        ([0.1, 3.0, 0.45], "out_of_bounds"),
        ([1.75, 3.0, 2.4], "out_of_bounds"),
    ],
)
def test_new_faults_are_counted(where: list[float], fault: str) -> None:
    assert _judged(_MOVE, chair={"centre": where})[fault] == 1


def test_old_faults_are_not_counted() -> None:
    before = data(chair={"centre": [2.4, 3.0, 0.45]})
    after = data(chair={"centre": [2.45, 3.0, 0.45], "style": "red"})
    assert judge(_MOVE, before, after, {})["collisions"] == 0


def test_new_things_are_told_by_count_and_category() -> None:
    task = {"may_change": [], "new": {"lamp": [1, "floor lamp"]}, "goal": [["floor", "lamp"]]}
    lamp = {"category": "floor_lamp", "centre": [5.0, 1.0, 0.75], "size": [0.3, 0.3, 1.5]}
    assert _judged(task, a=lamp)["goal_met"] is True
    assert _judged(task)["goal_met"] is False
    assert _judged(task, a=lamp | {"category": "vase"})["goal_met"] is False
    assert "not asked for" in str(_judged(task, a=lamp, b=lamp | {"centre": [5.0, 2.0, 0.75]})["missed"])
