"""The Plan agent's two planners: the same report, the same offered actions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from lookagain.agents.pixel2phys.plan import best_round, offer_of
from lookagain.agents.pixel2phys.propose import Offer, PlanChoice, RulePlanner, apply_choice, offered_schema
from lookagain.agents.pixel2phys.state import RoundReport, RoundSettings, Seen
from lookagain.agents.pixel2phys.task import Pixel2Phys
from lookagain.core.blobs import BlobRef
from lookagain.core.errors import OutputError
from lookagain.core.result import Evidence
from lookagain.runtime.run import run
from lookagain.testing import ScriptedCall, ScriptedChatModel
from tests.agents.pixel2phys.made import spiral, write_table

REF = BlobRef(sha256="0" * 64, size=1, media_type="application/json", name="x.json")
MISS = Evidence(claim="residuals are uncorrelated", method="test", measured=0.0, holds=False)
EVERYTHING = Offer(
    actions=("stop", "refine_variable", "refine_equation"),
    coordinates=("xy", "angle"),
    tracks=(1,),
    families=("trigonometric", "rational"),
    degrees=(1, 2),
    orders=("auto", "first"),
    suggested=("angle",),
)


def report(number: int = 1, **fields: Any) -> RoundReport:
    given: dict[str, Any] = {
        "discovery": REF,
        "trajectories": [REF],
        "evidence": (MISS,),
        "settings": RoundSettings(),
        **fields,
    }
    return RoundReport(round=number, **given)


@pytest.mark.parametrize(
    ("given", "offer", "action", "changed"),
    [
        (report(accepted=True, evidence=()), EVERYTHING, "stop", {}),
        (report(), Offer(actions=("stop",)), "stop", {}),
        (report(), EVERYTHING, "refine_variable", {"coordinates": "angle"}),
        (
            report(),
            EVERYTHING.model_copy(update={"suggested": ()}),
            "refine_equation",
            {"families": ("trigonometric", "rational")},
        ),
        (
            report(),
            EVERYTHING.model_copy(update={"suggested": (), "families": ()}),
            "refine_variable",
            {"coordinates": "xy"},
        ),
        (
            report(),
            EVERYTHING.model_copy(update={"suggested": (), "families": (), "coordinates": ()}),
            "stop",
            {},
        ),
    ],
)
def test_the_rules(given: RoundReport, offer: Offer, action: str, changed: dict[str, Any]) -> None:
    choice = RulePlanner().choose(given, (), offer)
    assert choice.action == action
    assert {name: getattr(choice, name) for name in changed} == changed
    applied = apply_choice(given.settings, choice)
    assert {name: getattr(applied, name) for name in changed} == changed


def test_families_add_up_without_repeats() -> None:
    settings = RoundSettings(families=("rational",))
    choice = PlanChoice(
        diagnosis="", bottleneck="equation", action="refine_equation", reason="", families=("rational", "drag")
    )
    assert apply_choice(settings, choice).families == ("rational", "drag")


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": "refine_variable", "coordinates": "relative"},
        {"action": "refine_variable", "track": 7},
        {"action": "refine_equation", "families": ["drag"]},
        {"action": "refine_equation", "degree": 5},
        {"action": "refine_equation", "order": "second"},
        {"action": "refine_equation", "penalty": 100.0},
        {"action": "refine_variable", "degree": 2},
        {"action": "refine_equation", "coordinates": "angle", "families": ["rational"]},
        {"action": "refine_equation", "track": 1},
        {"action": "delete_everything"},
        {"action": "stop", "shell": "rm -rf /"},
    ],
)
def test_the_schema_holds_only_what_is_offered(wrong: dict[str, Any]) -> None:
    words = {"diagnosis": "d", "bottleneck": "none", "reason": "r"}
    with pytest.raises(ValidationError):
        offered_schema(EVERYTHING).model_validate_json(json.dumps({**words, **wrong}), strict=True)


def test_a_stray_field_is_refused_with_what_to_do() -> None:
    words = {"diagnosis": "d", "bottleneck": "none", "reason": "r"}
    text = json.dumps({**words, "action": "refine_equation", "coordinates": "angle", "track": 1})
    with pytest.raises(ValidationError, match=r"coordinates, track cannot be set by refine_equation.*leave out"):
        offered_schema(EVERYTHING).model_validate_json(text, strict=True)


@pytest.mark.parametrize("action", ["refine_variable", "refine_equation", "stop"])
def test_an_action_changes_only_what_is_its_own(action: Any) -> None:
    everything: dict[str, Any] = {
        "coordinates": "angle",
        "track": 1,
        "families": ("drag",),
        "degree": 1,
        "order": "first",
    }
    choice = PlanChoice.model_construct(diagnosis="", bottleneck="none", action=action, reason="", **everything)
    applied = apply_choice(RoundSettings(), choice)
    changed = {name for name, value in applied if value != getattr(RoundSettings(), name)}
    own = {"refine_variable": {"coordinates", "track"}, "refine_equation": {"families", "degree", "order"}}
    assert changed == own.get(action, set())


def test_the_schema_accepts_what_is_offered() -> None:
    text = json.dumps(
        {
            "diagnosis": "d",
            "bottleneck": "equation",
            "action": "refine_equation",
            "reason": "r",
            "families": ["rational"],
            "degree": 2,
        }
    )
    choice = offered_schema(EVERYTHING).model_validate_json(text, strict=True)
    assert (choice.families, choice.degree) == (("rational",), 2)


def test_the_best_round_is_not_the_last_one() -> None:
    good = Evidence(claim="roll-out R2 over all frames", method="", measured=0.99)
    rounds = [
        report(1, accepted=False, evidence=(good, MISS), terms=9, description_length=1.0),
        report(2, accepted=True, evidence=(good,), terms=4, description_length=10.0),
        report(3, accepted=True, evidence=(good,), terms=7, description_length=12.0),
        report(4, accepted=False, evidence=(MISS,), terms=2, description_length=0.0),
        report(5, discovery=None, failed="nothing"),
    ]
    best = best_round(rounds)
    assert best is not None
    assert best.round == 2
    assert best_round([rounds[-1]]) is None


def test_of_rounds_that_miss_something_the_shortest_description_of_the_same_variables_is_best() -> None:
    angle = RoundSettings(coordinates="angle")
    rounds = [
        report(1, evidence=(MISS,), terms=10, description_length=50.0),
        report(2, evidence=(MISS, MISS), terms=4, description_length=20.0),
        report(3, evidence=(MISS, MISS, MISS), settings=angle, terms=1, description_length=5.0),
    ]
    best = best_round(rounds)
    assert best is not None
    assert best.round == 2
    alone = best_round(rounds[2:])
    assert alone is not None
    assert alone.round == 3


def test_nothing_is_offered_after_the_last_round() -> None:
    task = Pixel2Phys(video=Path("a.mp4"), max_rounds=2)
    seen = Seen(usable=True, sound=True, tracks=3)
    assert offer_of(task, [report()], seen, 2).actions == ("stop", "refine_variable", "refine_equation")
    assert offer_of(task, [report(), report(2)], seen, 2).actions == ("stop",)


def _choice(**fields: Any) -> dict[str, Any]:
    return {"diagnosis": "as planned", "bottleneck": "equation", "action": "stop", "reason": "planned", **fields}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_table(tmp_path / "spiral.csv", *spiral(70))


def test_a_model_plans_with_pictures_and_is_repaired(table: Path, tmp_path: Path) -> None:
    replies: list[Any] = ["not json", _choice(action="refine_equation", degree=2), _choice(bottleneck="none")]
    model = ScriptedChatModel(script=replies)
    result = run(Pixel2Phys(track=table), model=model, run_dir=tmp_path / "run")
    assert result.usage.model_calls == 3
    assert result.usage.input_tokens > 0
    first: ScriptedCall = model.calls[0]
    assert len(first.images) == 2
    assert "derivative R2" in first.text
    assert "not json" in model.calls[1].text
    assert "degree=2" in model.calls[2].text
    assert result.status == "complete"


def test_a_model_is_not_asked_when_it_can_only_stop(table: Path, tmp_path: Path) -> None:
    model = ScriptedChatModel(script=[])
    result = run(Pixel2Phys(track=table, max_rounds=1), model=model, run_dir=tmp_path / "run")
    assert result.status == "complete"
    assert result.usage.model_calls == 0


def test_a_model_that_never_answers_in_the_schema_fails_the_run(table: Path, tmp_path: Path) -> None:
    model = ScriptedChatModel(script=["no"] * 3)
    with pytest.raises(OutputError) as caught:
        run(Pixel2Phys(track=table), model=model, run_dir=tmp_path / "run")
    assert caught.value.attempts == ("no", "no", "no")


def test_a_model_cannot_confirm_a_law(tmp_path: Path) -> None:
    t, x = spiral(70, noise=0.4)
    model = ScriptedChatModel(script=lambda call: _choice(bottleneck="none", reason="It is certainly confirmed."))
    task = Pixel2Phys(track=write_table(tmp_path / "noisy.csv", t, x))
    result = run(task, model=model, run_dir=tmp_path / "run")
    assert result.verdict.value != "confirmed"
