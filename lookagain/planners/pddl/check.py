"""Cross-check a plan of ours with another planner's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lookagain.planners.editlang.domain import Domain
from lookagain.planners.editlang.source import Holds, Source
from lookagain.planners.editlang.task import Needs
from lookagain.planners.editlang.validate import Verdict, validate_plan
from lookagain.planners.editlang.values import Atom, Goal, Plan, Unsolved
from lookagain.planners.pddl.export import export
from lookagain.planners.pddl.solve import Answer, solve

__all__ = ["CrossCheck", "cross_check"]


@dataclass(frozen=True, kw_only=True)
class CrossCheck:
    """``agrees``: our plan is valid and no longer than theirs, or neither finds any.

    ``theirs`` is judged by our validator too, as the PDDL does not say that nothing comes to rest on what it carries
    over several steps; a plan of theirs that breaks this proves nothing. ``comparable`` is False where they gave no
    answer to compare with.
    """

    agrees: bool
    comparable: bool
    ours: Verdict | None
    theirs: Verdict | None
    answer: Answer
    text: str


def cross_check(
    domain: Domain,
    facts: Iterable[Atom],
    goal: Goal,
    result: Plan | Unsolved,
    *,
    holds: Holds | None = None,
    needs: Needs | None = None,
    objects: Iterable[str] | None = None,
    engine: str = "pyperplan",
    heuristic: str = "hmax",
    seconds: float = 60.0,
) -> CrossCheck:
    """Validate a result of ``plan`` and compare it with that of another engine; see ``plan``, ``export``, ``solve``."""
    source = Source(domain, facts, holds, goal)
    answer = solve(
        domain, export(source, objects=objects, needs=needs), engine=engine, heuristic=heuristic, seconds=seconds
    )
    ours = theirs = None
    if isinstance(result, Plan):
        ours = validate_plan(domain, source.facts, goal, result.actions, holds=holds, needs=needs)
    if answer.status == "solved":
        theirs = validate_plan(domain, source.facts, goal, answer.actions, holds=holds, needs=needs)
    comparable = answer.status == "unsolvable" or (theirs is not None and theirs.valid)
    if isinstance(result, Plan):
        mine = str(len(result.actions))
        shorter = theirs is not None and theirs.valid and len(answer.actions) < len(result.actions)
        agrees = ours is not None and ours.valid and not shorter and answer.status != "unsolvable"
    else:
        mine = f"none ({result.reason})"
        agrees = theirs is None or not theirs.valid
    said = str(len(answer.actions)) if theirs is not None else answer.status
    faults = [f"{name}: {one.text}" for name, one in (("ours", ours), ("theirs", theirs)) if one and not one.valid]
    text = "; ".join([f"{mine} actions of ours, {said} of {engine}", *faults])
    return CrossCheck(agrees=agrees, comparable=comparable, ours=ours, theirs=theirs, answer=answer, text=text)
