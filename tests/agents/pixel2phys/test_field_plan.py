"""What the Plan agent of the field level is offered, and what it chooses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from lookagain.agents.pixel2phys.field.plan import best_report, first_round, offer_of
from lookagain.agents.pixel2phys.field.propose import (
    FieldChoice,
    FieldOffer,
    RuleFieldPlanner,
    apply_choice,
    offered_schema,
)
from lookagain.agents.pixel2phys.field.state import FieldReport, FieldRound, SampledField
from lookagain.agents.pixel2phys.task import Pixel2Phys
from lookagain.core.blobs import BlobRef
from lookagain.core.result import Evidence

BLOB = BlobRef(sha256="0" * 64, size=1, media_type="application/json", name="a.json")


def sampled(axes: int) -> SampledField:
    return SampledField(
        values=BLOB,
        dtype="float64",
        shape=(20, 1, *(16,) * axes),
        start=0,
        dt=1,
        names=("u",),
        spacing=(1.0,) * axes,
        periodic=(True,) * axes,
        offset=(0,),
        scale=(1,),
        resolution=(0,),
    )


def report(number: int = 1, *, misses: int = 1, r2: float = 0.5, length: float = 0.0, **settings: Any) -> FieldReport:
    chosen = FieldRound.model_validate({"families": ("polynomial", "diffusion"), **settings})
    failed = [Evidence(claim=f"check {k}", method="", holds=False) for k in range(misses)]
    rolled = Evidence(claim="held-out R2", method="", measured=r2)
    return FieldReport(
        round=number,
        settings=chosen,
        discovery=BLOB,
        description_length=length,
        accepted=not misses,
        evidence=(*failed, rolled),
    )


def task(**fields: Any) -> Pixel2Phys:
    return Pixel2Phys(array=Path("a.npy"), **fields)


def test_the_first_round_is_what_the_person_set() -> None:
    asked = task(degree=2, field={"families": ("diffusion",), "form": "weak"})
    assert first_round(asked) == FieldRound(degree=2, families=("diffusion",), form="weak")


@pytest.mark.parametrize(("axes", "absent"), [(1, "anisotropic"), (2, "dispersion")])
def test_only_terms_of_the_field_s_axes_are_offered(axes: int, absent: str) -> None:
    offer = offer_of(task(), [report()], sampled(axes), 6)
    assert "gradient" in offer.families
    assert absent not in offer.families


def test_what_the_person_set_is_not_offered() -> None:
    asked = task(field={"families": ("polynomial",), "form": "weak", "differentiation": "kernel"})
    offer = offer_of(asked, [report()], sampled(2), 6)
    assert (offer.families, offer.forms, offer.differentiations) == ((), (), ())


def test_nothing_is_offered_at_the_limit_of_rounds() -> None:
    assert offer_of(task(), [report()], sampled(2), 1).actions == ("stop",)


@pytest.mark.parametrize(
    ("offer", "misses", "action"),
    [
        (FieldOffer(actions=("refine_equation", "stop"), families=("gradient",)), 0, "stop"),
        (FieldOffer(actions=("refine_equation", "stop"), families=("gradient",)), 1, "refine_equation"),
        (FieldOffer(actions=("refine_equation", "stop"), forms=("weak",)), 1, "refine_equation"),
        (FieldOffer(actions=("refine_equation", "stop")), 1, "stop"),
        (FieldOffer(actions=("stop",)), 1, "stop"),
    ],
)
def test_the_rules_choose_what_is_offered(offer: FieldOffer, misses: int, action: str) -> None:
    choice = RuleFieldPlanner().choose(report(misses=misses), (), offer)
    assert choice.action == action
    assert set(choice.families) <= set(offer.families)


def test_families_are_added_and_other_settings_replaced() -> None:
    choice = FieldChoice(
        diagnosis="", action="refine_equation", reason="", families=("gradient", "diffusion"), degree=2
    )
    settings = apply_choice(FieldRound(families=("polynomial", "diffusion"), form="weak"), choice)
    assert settings == FieldRound(families=("polynomial", "diffusion", "gradient"), form="weak", degree=2)


def test_a_model_can_only_choose_what_is_offered() -> None:
    offer = FieldOffer(actions=("refine_equation", "stop"), families=("gradient",), forms=("weak",))
    schema = offered_schema(offer)
    good = {"diagnosis": "d", "action": "refine_equation", "reason": "r"}
    assert schema.model_validate({**good, "families": ["gradient"], "form": "weak"}).form == "weak"
    for wrong in ({"families": ["advection"]}, {"form": "strong"}, {"degree": 2}, {"action": "refine_variable"}):
        with pytest.raises(ValidationError):
            schema.model_validate({**good, **wrong})


def test_the_best_round_is_accepted_else_misses_least_else_is_shortest() -> None:
    assert best_report([]) is None
    assert best_report([FieldReport(round=1, settings=FieldRound(families=("diffusion",)), failed="no")]) is None
    first, second, third = report(1, misses=2, length=-9), report(2, length=-1), report(3, length=-2)
    assert best_report([first, second, third]) == third
    weak = report(4, length=50, r2=0.9, form="weak")
    assert best_report([first, third, weak]) == weak
    accepted = report(5, misses=0, r2=0.1)
    assert best_report([third, weak, accepted]) == accepted
