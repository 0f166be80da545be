"""The Plan agent of the field level: reads the round's report, asks for another library or form, or ends the search."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, get_args

from lookagain.agents.pixel2phys.field.propose import (
    FieldChoice,
    FieldOffer,
    FieldPlanner,
    ModelFieldPlanner,
    RuleFieldPlanner,
    apply_choice,
)
from lookagain.agents.pixel2phys.field.state import FieldReport, FieldRound, SampledField, reports_of, sampled_of
from lookagain.agents.pixel2phys.look import task_of
from lookagain.agents.pixel2phys.options import FieldFamily
from lookagain.core.values import as_json

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.state import Pixel2PhysState
    from lookagain.agents.pixel2phys.task import Pixel2Phys
    from lookagain.runtime.services import Services

__all__ = ["best_report", "first_round", "offer_of", "plan"]

#: What the first round searches where the person does not say: a longer library finds no more true terms, only chance.
_FIRST: tuple[FieldFamily, ...] = ("polynomial", "diffusion", "biharmonic", "dispersion", "advection")
#: Families that have no terms on one space axis, or on two.
_PLANE_ONLY, _LINE_ONLY = frozenset({"anisotropic"}), frozenset({"dispersion"})
_DEGREES = (1, 2, 3, 4, 5)


def first_round(task: Pixel2Phys) -> FieldRound:
    """The first round: what the person set, else the usual terms."""
    options = task.field_options
    return FieldRound(
        degree=task.degree,
        families=options.families or _FIRST,
        form=options.form,
        differentiation=options.differentiation,
    )


def offer_of(task: Pixel2Phys, rounds: Sequence[FieldReport], sampled: SampledField, limit: int) -> FieldOffer:
    """What is left to try after ``rounds``."""
    if len(rounds) >= limit:
        return FieldOffer(actions=("stop",))
    last, options = rounds[-1].settings, task.field_options
    senseless = _PLANE_ONLY if len(sampled.spacing) == 1 else _LINE_ONLY
    families: tuple[FieldFamily, ...] = get_args(FieldFamily)
    missing = [family for family in families if family not in last.families and family not in senseless]
    tried = {report.settings.form for report in rounds if report.settings.families == last.families}
    schemes = {report.settings.differentiation for report in rounds if report.settings.families == last.families}
    return FieldOffer(
        actions=("refine_equation", "stop"),
        families=() if options.families is not None else tuple(missing),
        degrees=tuple(degree for degree in _DEGREES if degree != last.degree),
        forms=() if options.form != "auto" else tuple(form for form in ("weak", "strong") if form not in tried),
        differentiations=()
        if options.differentiation != "auto"
        else tuple(scheme for scheme in ("spectral", "kernel") if scheme not in schemes),
    )


def best_report(rounds: Sequence[FieldReport]) -> FieldReport | None:
    """The round to answer with, not the last one.

    Accepted rounds come first, then the fewest misses. Among those, of rounds that looked at the data in one way the
    shortest description wins, and between ways, whose descriptions have no common scale, the held-out roll-out.
    """
    found = [report for report in rounds if report.discovery is not None]
    if not found:
        return None
    found = [report for report in found if report.accepted] or found
    fewest = min(len(report.missed) for report in found)
    shortest: dict[tuple[str, str], FieldReport] = {}
    for report in found:
        if len(report.missed) > fewest:
            continue
        way = (report.settings.form, report.settings.differentiation)
        if way not in shortest or _length(report) < _length(shortest[way]):
            shortest[way] = report
    return max(shortest.values(), key=lambda report: (_rolled(report), -report.terms))


def _length(report: FieldReport) -> float:
    return math.inf if report.description_length is None else report.description_length


def _rolled(report: FieldReport) -> float:
    value = report.measured("held-out R2")
    return -math.inf if value is None or math.isnan(value) else value


def plan(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """Choose what follows, and close the round's report."""
    from lookagain.agents.pixel2phys.field.pictures import plan_pictures

    report = FieldReport.model_validate(state["report"])
    task, sampled = task_of(state), sampled_of(state)
    history = reports_of(state)
    limit = min(task.max_rounds, services.limits.rounds or task.max_rounds)
    offer = offer_of(task, (*history, report), sampled[0], limit)
    planner: FieldPlanner = RuleFieldPlanner()
    if services.model is not None and offer.actions != ("stop",):
        planner = ModelFieldPlanner(services, plan_pictures(report, sampled, services))
    choice = planner.choose(report, history, offer)
    closed = report.model_copy(update={"diagnosis": choice.diagnosis, "action": _words(choice)})
    update: dict[str, Any] = {"rounds": [as_json(closed)], "route": "draw"}
    settings = apply_choice(report.settings, choice)
    if choice.action == "refine_equation" and settings not in {past.settings for past in (*history, report)}:
        following = FieldReport(round=report.round + 1, settings=settings)
        update |= {"report": as_json(following), "route": "equation"}
    return update


def _words(choice: FieldChoice) -> str:
    return f"{choice.action}: {choice.reason}"
