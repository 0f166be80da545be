"""The Plan agent: reads the round's report, sends the run back to the variables or the equations, or ends it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, get_args

from lookagain.agents.pixel2phys.experiment import ROLLED_OUT
from lookagain.agents.pixel2phys.look import task_of
from lookagain.agents.pixel2phys.pictures import plan_pictures
from lookagain.agents.pixel2phys.propose import (
    Action,
    ModelPlanner,
    Offer,
    Planner,
    RulePlanner,
    apply_choice,
)
from lookagain.agents.pixel2phys.state import Pixel2PhysState, RoundReport, RoundSettings, Seen
from lookagain.agents.pixel2phys.task import Pixel2Phys, TermFamily
from lookagain.core.values import as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lookagain.runtime.services import Services

__all__ = ["best_round", "first_settings", "offer_of", "plan", "rounds_of"]

_DEGREES = (1, 2, 3, 4, 5)


def rounds_of(state: Pixel2PhysState) -> tuple[RoundReport, ...]:
    """The finished rounds, oldest first."""
    return tuple(RoundReport.model_validate(entry) for entry in state.get("rounds", []))


def best_round(rounds: Sequence[RoundReport]) -> RoundReport | None:
    """The round to answer with, not the last one.

    Accepted rounds come first. Of rounds with the same variables the shortest description wins, as in the search
    itself; between variables, which have no common scale, the fewest misses, then the roll-out, then the fewest
    terms.
    """
    found = [report for report in rounds if report.discovery is not None]
    if not found:
        return None
    found = [report for report in found if report.accepted] or found
    shortest: dict[tuple[str, int], RoundReport] = {}
    for report in found:
        key = (report.settings.coordinates, report.settings.track)
        if key not in shortest or _length(report) < _length(shortest[key]):
            shortest[key] = report

    def score(report: RoundReport) -> tuple[float, ...]:
        rolled = report.measured(ROLLED_OUT)
        quality = -1.0 if rolled is None or not rolled > -1.0 else rolled
        # Among accepted laws the roll-outs differ by noise: the shorter law decides.
        return (-len(report.missed), 0.0 if report.accepted else quality, -report.terms)

    return max(shortest.values(), key=score)


def _length(report: RoundReport) -> float:
    return math.inf if report.description_length is None else report.description_length


def first_settings(task: Pixel2Phys, suggested: Sequence[str], track: int) -> RoundSettings:
    """The first round: the coordinates the person set, else those that a given origin or the path suggests."""
    if task.coordinates != "auto":
        kind: str = task.coordinates
    elif task.origin is not None or not suggested:
        kind = "xy"
    else:
        kind = suggested[0]
    values = {"coordinates": kind, "track": track, "order": task.order, "degree": task.degree}
    return RoundSettings.model_validate({**values, "families": task.terms or ()})


def offer_of(task: Pixel2Phys, rounds: Sequence[RoundReport], seen: Seen, limit: int) -> Offer:
    """What is left to try after ``rounds``."""
    last = rounds[-1].settings
    if len(rounds) >= limit:
        return Offer(actions=("stop",))
    suggested = tuple(rounds[-1].coordinates.get("suggested", ()))
    tried = {report.settings.coordinates for report in rounds if report.settings.families == last.families}
    possible = tuple(rounds[-1].coordinates.get("possible", ("xy",)))
    coordinates = tuple(k for k in possible if k not in tried) if task.coordinates == "auto" else ()
    # The second object of one video may be the first of another.
    free = task.near is None and len(seen.motions) < 2
    tracks = tuple(i for i in range(min(seen.tracks, 4)) if i != last.track) if free else ()
    families: tuple[TermFamily, ...] = ()
    if task.terms is None and rounds[-1].trajectories:
        families = tuple(family for family in get_args(TermFamily) if family not in last.families)
    actions: list[Action] = ["stop"]
    if coordinates or tracks:
        actions.append("refine_variable")
    if rounds[-1].trajectories:
        actions.append("refine_equation")
    return Offer(
        actions=tuple(actions),
        coordinates=coordinates,
        tracks=tracks,
        families=families,
        degrees=tuple(degree for degree in _DEGREES if degree != last.degree),
        orders=("auto", "first", "second") if task.order == "auto" else (),
        suggested=suggested,
    )


def plan(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """Choose what comes next, and close the round."""
    task = task_of(state)
    report = RoundReport.model_validate(state["report"])
    history = rounds_of(state)
    limit = min(task.max_rounds, services.limits.rounds or task.max_rounds)
    offer = offer_of(task, (*history, report), Seen.model_validate(state["seen"]), limit)
    planner: Planner = RulePlanner()
    if services.model is not None and offer.actions != ("stop",):
        planner = ModelPlanner(services, plan_pictures(report, services))
    choice = planner.choose(report, history, offer)
    changed = choice.model_dump(mode="json", exclude_defaults=True)
    action = ", ".join(f"{k}={v}" for k, v in changed.items() if k not in {"diagnosis", "reason", "action"})
    closed = report.model_copy(
        update={"diagnosis": f"{choice.diagnosis} {choice.reason}", "action": f"{choice.action} ({action})"}
    )
    done = choice.action == "stop"
    if done:
        return {"rounds": [as_json(closed)], "route": "draw"}
    following = RoundReport(round=report.round + 1, settings=apply_choice(report.settings, choice))
    variables = choice.action == "refine_variable"
    if not variables:
        kept = ("variables", "trajectories", "coordinates")
        following = following.model_copy(update={name: getattr(report, name) for name in kept})
    return {
        "rounds": [as_json(closed)],
        "report": as_json(following),
        "route": "variable" if variables else "equation",
    }
