"""Names of PDDL: legal, different for what differs, and read back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookagain.core.errors import InputError
from lookagain.planners.editlang.domain import load_domain
from lookagain.planners.editlang.values import GroundAction
from lookagain.planners.pddl.names import action_name, escape, read_action, unescape

DOMAIN = load_domain()


@given(st.text(max_size=20))
def test_an_escaped_text_is_legal_and_read_back(text: str) -> None:
    assert re.fullmatch("[a-z0-9_]*", escape(text))
    assert unescape(escape(text)) == text


@given(st.text(max_size=20) | st.text(alphabet="ab_09fF-(", max_size=20))
def test_any_other_name_is_read_or_refused(name: str) -> None:
    try:
        assert escape(unescape(name)).count("_") <= 3 * len(name)
    except InputError as error:
        assert "expected an escaped name" in str(error)  # noqa: PT017 - either outcome is right
    with pytest.raises(InputError):
        read_action(DOMAIN, f"b-{name}")


@given(st.text(min_size=1, max_size=8), st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 9))
def test_an_action_is_read_back(id_: str, number: float, variant: int) -> None:
    for action in (
        GroundAction("move_to", (id_, number, 0.0, -1.5)),
        GroundAction("place_relative", (id_, "Table|1|2", "gap", number)),
        GroundAction("place_relative", (id_, "tv stand", "left_of", "ref")),
        GroundAction("stylize", (id_, "blue glass", "floor:1")),
        GroundAction("remove_object", (id_,)),
    ):
        name = action_name(action, variant)
        assert re.fullmatch("[a-z][a-z0-9_-]*", name)
        assert read_action(DOMAIN, f"({name})\n".strip()) == action


def test_a_name_of_no_action_is_refused() -> None:
    for name in ("", "a", "a-explode-x--0", "place_on lamp desk", "a-move__to-x-one-0_2e0-0_2e0--0"):
        with pytest.raises(InputError):
            read_action(DOMAIN, name)
