"""Plan with a model (paper, section 3): it proposes the last action first, four criteria decide, regression goes on.

Effects come from the domain, never from the model. What it cannot finish, or finishes with a plan that does not hold
when run forward, is left to the built-in search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from lookagain.core.errors import InputError
from lookagain.core.values import Value
from lookagain.planners.editlang.domain import IDS
from lookagain.planners.editlang.ground import ground
from lookagain.planners.editlang.source import Holds, Source
from lookagain.planners.editlang.syntax import parse_action
from lookagain.planners.editlang.transition import regress
from lookagain.planners.editlang.validate import validate_plan
from lookagain.planners.editlang.values import Atom, Goal, GroundAction, Plan

if TYPE_CHECKING:
    from lookagain.planners.editlang.domain import Domain
    from lookagain.runtime.services import Services

__all__ = ["CANDIDATES", "Candidates", "judge", "plan_with_model"]

#: Candidates of one call, steps of a plan, and calls without an accepted candidate (paper: 3, 64 and 5).
CANDIDATES, _STEPS, _RETRIES = 3, 24, 5
#: Reasons of rejection and actions that the next call is told of.
_TOLD = 5


class Candidates(Value):
    """What the model proposes: ground actions of EditLang, the most fitting first."""

    actions: Annotated[tuple[Annotated[str, Field(max_length=300)], ...], Field(min_length=1, max_length=CANDIDATES)]


@dataclass(kw_only=True)
class _Regression:
    """Where a plan made backward stands: what is still to be reached, and the actions found, the last one first."""

    domain: Domain
    source: Source
    open: frozenset[Atom]
    met: frozenset[Atom] = frozenset()
    actions: list[GroundAction] = field(default_factory=list)
    seen: set[frozenset[Atom]] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)


def plan_with_model(
    domain: Domain,
    facts: Iterable[Atom],
    goal: Goal,
    services: Services,
    *,
    holds: Holds,
    forbidden: Callable[[GroundAction], bool] = lambda action: False,
) -> Plan | None:
    """A plan that the model found and that holds when run forward, or None.

    ``forbidden`` tells actions that may not be done, whatever they bring about.
    """
    listed = frozenset(facts)
    source = Source(domain, listed, holds, goal)
    at = _Regression(domain=domain, source=source, open=frozenset(a for a in goal.atoms if not source(a)))
    failures = 0
    while at.open and len(at.actions) < _STEPS and failures < _RETRIES:
        action = _next(at, goal, services, forbidden)
        failures = 0 if action is not None else failures + 1
        if action is not None:
            _take(at, action)
    if at.open:
        return None
    actions = tuple(reversed(at.actions))
    if not validate_plan(domain, listed, goal, actions, holds=holds).valid:
        return None
    return Plan(actions=actions, optimal=False, expanded=len(at.seen))


def _next(
    at: _Regression, goal: Goal, services: Services, forbidden: Callable[[GroundAction], bool]
) -> GroundAction | None:
    """The first of the model's candidates that meets all criteria."""
    said = services.ask(
        "edit_as_act/plan",
        Candidates,
        domain=at.domain.describe(),
        goal="\n".join(map(str, goal.atoms)),
        open="\n".join(sorted(map(str, at.open))),
        history="\n".join(map(str, reversed(at.actions))) or "none",
        refused="\n".join(at.refused[-_TOLD:]) or "none",
    )
    for text in said.actions:
        try:
            action = parse_action(at.domain, text)
        except InputError as error:
            at.refused.append(f"{text[:80]!r}: {error.message}")
            continue
        fault = (
            "this object stays where it is"
            if forbidden(action)
            else judge(at.domain, action, at.open, at.met, at.source)
        )
        if not fault and _after(at, action) in at.seen:
            fault = "it leads back to goals that were open before"
        if not fault:
            return action
        at.refused.append(f"{action}: {fault}.")
    return None


def judge(domain: Domain, action: GroundAction, open_: Iterable[Atom], met: Iterable[Atom], source: Source) -> str:
    """What is wrong with an action by the four criteria (paper, section 3.3); "" if nothing is.

    Formal validity (known ids and different ones; arity and types are the parser's), goal-directedness (it brings about
    an open goal), monotonicity (it destroys no goal that is met or open), contextual consistency (what it needs is not
    out of reach for ever).
    """
    meaning = ground(domain, action)
    unknown = [
        str(arg)
        for parameter, arg in zip(domain.arguments(action.name), action.args, strict=False)
        if parameter.kind in IDS and arg != "ref" and not source.known(str(arg))
    ]
    if unknown:
        return f"there is no {unknown[0]} in the scene"
    if not any(meaning.effect(domain, atom) for atom in open_):
        return "it brings about none of the open goals"
    destroyed = next((atom for atom in (*met, *open_) if meaning.effect(domain, atom) is False), None)
    if destroyed is not None:
        return f"it would destroy {destroyed}"
    never = next((a for a in meaning.pre if domain.predicates[a.predicate].static and not source(a)), None)
    return f"it needs {never}, which never holds" if never is not None else ""


def _after(at: _Regression, action: GroundAction) -> frozenset[Atom]:
    before = regress(at.domain, at.open, action, at.source)
    return at.open if before is None else frozenset(atom for atom in before if not at.source(atom))


def _take(at: _Regression, action: GroundAction) -> None:
    meaning = ground(at.domain, action)
    at.seen.add(at.open)
    at.met |= frozenset(atom for atom in at.open if meaning.effect(at.domain, atom))
    at.open = _after(at, action)
    at.actions.append(action)
