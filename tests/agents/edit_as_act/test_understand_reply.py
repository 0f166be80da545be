"""A model's goal at the border."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from lookagain.agents.edit_as_act.understand.reply import GoalReply, Kind, goal_schema
from lookagain.planners.editlang.values import Atom, NewObject

SIGNATURES: dict[str, tuple[Kind, ...]] = {
    "exists": ("object",),
    "removed": ("object",),
    "on": ("object", "place"),
    "near": ("object", "place", "number"),
    "left_of": ("object", "place", "view"),
    "aligned_with": ("object", "place", "word"),
    "has_style": ("object", "word"),
}
SCHEMA = goal_schema(
    SIGNATURES,
    objects={"lamp_1", "lamp_2", "desk_1"},
    places={"floor:r", "window_1"},
    words={"aligned_with": ("x", "y", "yaw")},
)


def read(goals: list[Any], new: list[Any] | None = None) -> GoalReply:
    return SCHEMA.model_validate_json(json.dumps({"goals": goals, "new": new or []}), strict=True)


def atom(pred: str, *args: object) -> dict[str, object]:
    return {"pred": pred, "args": list(args)}


def test_a_fitting_reply_is_a_goal() -> None:
    reply = read(
        [
            atom("on", "vase_1", "desk_1"),
            atom("near", "lamp_1", "window_1", 1),
            atom("left_of", "lamp_2", "desk_1", "ref"),
            atom("aligned_with", "lamp_2", "desk_1", "yaw"),
            atom("has_style", "desk_1", "rustic wood"),
            atom("near", "lamp_1", "window_1", 1.0),
        ],
        [{"id": "vase_1", "category": "vase", "style": "blue"}],
    )
    goal = reply.to_goal()
    assert goal.atoms == (
        Atom("exists", ("vase_1",)),
        Atom("on", ("vase_1", "desk_1")),
        Atom("near", ("lamp_1", "window_1", 1.0)),
        Atom("left_of", ("lamp_2", "desk_1", "ref")),
        Atom("aligned_with", ("lamp_2", "desk_1", "yaw")),
        Atom("has_style", ("desk_1", "rustic wood")),
    )
    assert goal.new == (NewObject(id="vase_1", category="vase", style="blue"),)


@pytest.mark.parametrize(
    ("goals", "new", "says"),
    [
        ([atom("onto", "lamp_1", "desk_1")], [], "no such predicate; use 'on'"),
        ([atom("on", "lamp_1")], [], "takes 2 arguments (object, place), not 1"),
        ([atom("on", "lamp_3", "desk_1")], [], "nothing here has the id 'lamp_3'; use 'lamp_"),
        ([atom("on", "lamp_1", "shelf_9")], [], "nothing here has the id 'shelf_9'"),
        ([atom("on", "window_1", "desk_1")], [], "nothing here has the id 'window_1'"),
        ([atom("near", "lamp_1", "desk_1", "close")], [], "expected a number within 10000, got 'close'"),
        ([atom("near", "lamp_1", "desk_1", 1e300)], [], "expected a number"),
        ([atom("on", "lamp_1", 2)], [], "got the number 2"),
        ([atom("on", "lamp_1", "lamp_1")], [], "must be different"),
        ([atom("aligned_with", "lamp_1", "desk_1", "left-ish")], [], "expected one of x, y, yaw"),
        ([atom("left_of", "lamp_1", "desk_1", "me")], [], "nothing here has the id 'me'"),
        ([atom("removed", "lamp_1"), atom("on", "lamp_1", "desk_1")], [], "removed and used by another goal"),
        ([atom("exists", "lamp_1")], [{"id": "lamp_1", "category": "lamp"}], "in the scene already"),
        (
            [atom("exists", "vase_1")],
            [{"id": "vase_1", "category": "vase", "like": "vase_7"}],
            "new[0].like: nothing here has the id 'vase_7'",
        ),
        ([atom("exists", "v_1")], [{"id": "v_1", "category": "v"}] * 2, "brought in twice"),
        ([], [], "at least 1 item"),
        ([atom("exists", "Lamp 1; drop")], [{"id": "Lamp 1; drop", "category": "lamp"}], "should match pattern"),
        ([{"pred": "exists", "args": ["lamp_1"], "why": "x"}], [], "Extra inputs"),
    ],
)
def test_what_does_not_fit_is_told(goals: list[Any], new: list[Any], says: str) -> None:
    with pytest.raises(ValidationError) as raised:
        read(goals, new)
    assert says in str(raised.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ValidationError) as raised:
        read([atom("onn", "lamp_1", "desk_1"), atom("on", "lamp_9", "desk_1")] * 6)
    assert "goals[0] onn" in str(raised.value)
    assert "goals[1] on: args[0]" in str(raised.value)
    assert "4 more" in str(raised.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.sampled_from(["lamp_1", "on", "pred", "args"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.fixed_dictionaries({"goals": JSON}, optional={"new": JSON}) | JSON)
@settings(max_examples=200, deadline=None)
def test_any_value_is_a_goal_or_refused(value: Any) -> None:
    try:
        reply = SCHEMA.model_validate_json(json.dumps(value), strict=True)
    except ValidationError:
        return
    assert reply.to_goal().atoms
