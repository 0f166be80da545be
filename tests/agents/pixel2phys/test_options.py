"""What may be said about a field, and what is refused."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lookagain.agents.pixel2phys.options import Channel, FieldFamily, FieldOptions
from lookagain.agents.pixel2phys.task import Pixel2Phys
from lookagain.tools.physics.fields.discovery import Family


def test_the_families_are_those_of_the_search() -> None:
    assert get_args(FieldFamily) == get_args(Family)


def test_one_number_stands_for_all_axes() -> None:
    asked = FieldOptions.model_validate({"spacing": 0.5, "periodic": True})
    assert (asked.spacing, asked.periodic) == ((0.5,), (True,))
    assert FieldOptions.model_validate_json(asked.model_dump_json()) == asked


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"axes": "tzx"}, "each at most once"),
        ({"axes": "tt"}, "each at most once"),
        ({"channels": [{"name": "x"}]}, "pattern"),
        ({"channels": [{"name": "uu"}]}, "pattern"),
        ({"channels": [{"name": "u"}, {"name": "u"}]}, "different names"),
        ({"channels": [{"name": "u", "low": 1}]}, "low and high, or neither"),
        ({"channels": [{"name": "u", "low": 1, "high": 1}]}, "two different values"),
        ({"spacing": 0}, "greater than"),
        ({"spacing": (1, 1, 1)}, "at most 2"),
        ({"dt": float("nan")}, "greater than|finite"),
        ({"coarsen": 0}, "greater than"),
        ({"families": ()}, "at least 1"),
        ({"families": ("diffusion", "diffusion")}, "at most once"),
    ],
)
def test_what_cannot_be_meant_is_refused(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        FieldOptions.model_validate(fields)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"array": "a.npy", "level": "object"}, "an array is a field"),
        ({"array": "a.npy", "near": (1, 1), "order": "second"}, "near, order cannot be used with a field"),
        ({"array": "a.npy", "video": "a.mp4"}, "got video and array"),
        ({"array": ""}, "empty path"),
        ({"video": "a.mp4", "level": "object", "field": {}}, "leave it out"),
        ({"video": "a.mp4", "field": {"axes": "tyx"}}, "of arrays"),
        ({"video": "a.mp4", "fps": 20, "field": {"dt": 0.1}}, "either fps or dt"),
        ({"video": "a.mp4", "scale": 2, "field": {"spacing": 1}}, "either spacing or scale"),
        ({"videos": ("a.mp4", "b.mp4"), "level": "latent"}, "give one video"),
        ({"track": "a.csv", "level": "field"}, "level cannot be used with track"),
        ({"track": "a.csv", "field": {}}, "field cannot be used with track"),
    ],
)
def test_a_task_refuses_what_its_level_has_no_use_for(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Pixel2Phys(**fields)


@given(st.text(max_size=3), st.sampled_from(["grey", "red", "green", "blue", "pink"]))
def test_a_channel_is_a_letter_and_a_colour(name: str, colour: str) -> None:
    fine = len(name) == 1 and name in "abcdefghijklmnopqrsuvw" and colour != "pink"
    try:
        found = Channel.model_validate({"name": name, "colour": colour})
    except ValidationError:
        assert not fine
        return
    assert fine
    assert found.name == name
