"""Each condition of a goal holds where it should, and fails where it should."""

from __future__ import annotations

import math
from typing import Any

import pytest

from bench.edit_as_act.conditions import CONDITIONS, holds
from tests.bench.edit_as_act.flat import pair

_LAMP = {"category": "lamp", "size": [0.3, 0.3, 1.5]}


def _at(x: float, y: float, z: float = 0.45, **more: Any) -> dict[str, Any]:
    return {"centre": [x, y, z], **more}


#: A condition, an edit after which it holds, and one after which it does not.
_CASES: list[tuple[list[Any], dict[str, Any], dict[str, Any]]] = [
    (["gone", "cup"], {"cup": None}, {}),
    (["on", "cup", "table"], {}, {"cup": _at(3.2, 3.0, 0.05)}),
    (["on", "cup", "table"], {"cup": _at(2.6, 3.0, 0.8)}, {"cup": _at(3.6, 3.0, 0.8)}),
    (["on", "cup", "sofa"], {"cup": _at(3.0, 5.5, 0.45)}, {"cup": _at(3.0, 5.5, 0.1)}),
    (["not_on", "cup", "table"], {"cup": None}, {}),
    (["not_on", "cup", "table"], {"cup": _at(5.0, 1.0, 0.05)}, {"cup": _at(2.8, 3.0, 0.8)}),
    (["floor", "chair"], {}, {"chair": _at(1.0, 1.0, 0.6)}),
    (["room", "chair", "room"], {}, {"chair": _at(9.0, 9.0)}),
    (["wall", "chair", 0.4, 0.6], {"chair": _at(0.75, 1.0)}, {"chair": _at(1.2, 1.2)}),
    (["at_line", "chair", [6, 0], [6, 6], 0.1], {"chair": _at(5.7, 1.0)}, {"chair": _at(5.5, 1.0)}),
    (["gap", "chair", "table", 0.4, 0.6], {"chair": _at(1.75, 3.0)}, {"chair": _at(2.0, 3.0)}),
    (["left", "chair", "sofa"], {"chair": _at(1.2, 5.5)}, {"chair": _at(4.8, 5.5)}),
    (["right", "chair", "sofa"], {"chair": _at(4.8, 5.5)}, {"chair": _at(1.2, 5.5)}),
    (["right", "chair", "sofa"], {"chair": _at(4.8, 5.5)}, {"chair": _at(3.0, 4.0)}),
    (["in_front", "chair", "sofa"], {"chair": _at(3.0, 4.4)}, {"chair": _at(1.2, 5.5)}),
    (["between", "chair", "table", "sofa"], {"chair": _at(3.0, 4.2)}, {"chair": _at(4.0, 4.2)}),
    (["between", "chair", "table", "sofa"], {"chair": _at(3.0, 4.2)}, {"chair": _at(3.0, 2.0)}),
    (["turned", "chair", 90], {"chair": {"yaw": -math.pi / 2}}, {"chair": {"yaw": math.pi / 2}}),
    (["turned", "chair", 180], {"chair": {"yaw": -math.pi}}, {}),
    (["faces", "chair", "sofa"], {"chair": _at(3.0, 1.0)}, {"chair": _at(3.0, 1.0, yaw=math.pi / 2)}),
    (["faces", "chair", "table"], {"chair": {"yaw": -math.pi / 4}}, {"chair": {"yaw": math.pi / 4}}),
    (["extent", "sofa", 0.9, 2.0], {"sofa": {"yaw": math.pi / 2}}, {}),
    (["resized", "chair", *([[2, 2]] * 3)], {"chair": {"size": [1.0, 1.0, 1.8]}}, {"chair": {"size": [1.0, 1.0, 0.9]}}),
    (["style", "chair", "red", "oak"], {"chair": {"style": "Red oak"}}, {"chair": {"style": "red"}}),
    (["height", "cup", 0.7, 0.8], {}, {"cup": _at(3.2, 3.0, 0.05)}),
    (["stays", "chair", 0.1], {}, {"chair": _at(1.2, 1.0)}),
    (["takes_place_of", "chair", "table", 0.1], {"table": None, "chair": _at(3.0, 3.0)}, {}),
    (["centre_in", "chair", 0, 2, 3], {"chair": _at(2.5, 1.0)}, {}),
]


@pytest.mark.parametrize(("condition", "right", "wrong"), _CASES, ids=lambda one: str(one)[:40])
def test_a_condition_holds_and_fails(condition: list[Any], right: dict[str, Any], wrong: dict[str, Any]) -> None:
    assert holds(pair(**right), condition)
    assert not holds(pair(**wrong), condition)


def test_no_condition_is_untested() -> None:
    assert {condition[0] for condition, _, _ in _CASES} == set(CONDITIONS)


def test_a_condition_must_hold_for_each_new_thing() -> None:
    both = pair(lamp=_LAMP | _at(1.0, 5.0, 0.75), other=_LAMP | _at(9.0, 5.0, 0.75))
    named = type(both)(before=both.before, after=both.after, new={"lamp": ("lamp", "other")})
    assert not holds(named, ["room", "lamp", "room"])
    assert holds(type(both)(before=both.before, after=both.after, new={"lamp": ("lamp",)}), ["room", "lamp", "room"])


@pytest.mark.parametrize("condition", [["gap", "chair", "table", 0, 9], ["faces", "table", "chair"]])
def test_nothing_holds_of_what_is_gone(condition: list[Any]) -> None:
    assert not holds(pair(table=None), condition)


def test_an_unknown_condition_is_an_error() -> None:
    with pytest.raises(KeyError):
        holds(pair(), ["wobbles", "chair"])
