"""Which level a run works on, and who says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lookagain as la
from lookagain.agents.pixel2phys.level import RuleLevel
from lookagain.testing import ScriptedChatModel
from lookagain.tools.experts.activity import Activity
from tests.agents.pixel2phys import made_fields as made

FIELD = {"frames": 60, "share": 0.8, "ever": 1.0, "noise": 0.3, "left": 0.9, "sudden": 0.05}


@pytest.mark.parametrize(
    ("change", "level", "says"),
    [
        ({}, "field", "Every part"),
        ({"ever": 0.5}, "object", "moves on a background"),
        ({"share": 0.1}, "object", "10% of it changes"),
        ({"ever": 0.0, "share": 0.0}, "object", "neither objects nor a field"),
        ({"left": 0.1}, "object", "camera moves"),
        ({"sudden": 0.9}, "object", "cut"),
    ],
)
def test_built_in_rules(change: dict[str, Any], level: str, says: str) -> None:
    choice = RuleLevel().choose(Activity(**{**FIELD, **change}))
    assert choice.level == level
    assert says in choice.reason


def _why(result: la.Result[la.Law]) -> tuple[str, str]:
    found = next(entry for entry in result.evidence if entry.claim.startswith("the law is of"))
    return found.claim, found.method


def test_a_panned_photograph_is_a_moving_camera(tmp_path: Path) -> None:
    video = made.film(tmp_path / "pan.mp4", made.panned(), enlarge=2)
    result = la.run(la.Pixel2Phys(video=video, max_rounds=1), run_dir=tmp_path / "run")
    assert _why(result) == ("the law is of moving objects", "built-in rules")
    assert result.verdict.value == "undecided"


def test_the_person_decides(tmp_path: Path) -> None:
    video = made.film(tmp_path / "waves.mp4", made.waves(), enlarge=2)
    result = la.run(la.Pixel2Phys(video=video, level="object", max_rounds=1), run_dir=tmp_path / "run")
    assert _why(result) == ("the law is of moving objects", "the person's choice")


def test_a_model_is_asked_where_the_numbers_are_not_clear(tmp_path: Path) -> None:
    frames = made.waves()
    # The waves stand still in a part of the picture: more than an object covers, less than a field does.
    frames[:, :, :16] = frames[0, :, :16]
    video = made.film(tmp_path / "part.mp4", frames, enlarge=2)
    model = ScriptedChatModel(script=[{"level": "object", "reason": "A window."}])
    asked = la.Pixel2Phys(video=video, max_rounds=1)
    result = la.run(asked, model=model, run_dir=tmp_path / "run")
    assert _why(result) == ("the law is of moving objects", "a model's judgement")
    assert result.usage.model_calls == 1
