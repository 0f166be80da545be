"""Plan: regress the goal to the source scene, heeding what earlier rounds found out about space."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

from lookagain.agents.edit_as_act.loading import load_world, source_of, task_of
from lookagain.agents.edit_as_act.regress import plan_with_model
from lookagain.agents.edit_as_act.state import Attempt, EditState, Intent, attempts_of, stored
from lookagain.planners.editlang.domain import load_domain
from lookagain.planners.editlang.grounding import holds
from lookagain.planners.editlang.plan import bystanders
from lookagain.planners.editlang.plan import plan as search
from lookagain.planners.editlang.values import Atom, Goal, GroundAction, Plan, Unsolved

if TYPE_CHECKING:
    from lookagain.runtime.services import Services
    from lookagain.tools.scene.world import World

__all__ = ["facts_of", "plan"]


def plan(state: EditState, services: Services) -> dict[str, Any]:
    """The shortest plan, or why there is none."""
    task = task_of(state)
    world = load_world(source_of(state).data, task, services)
    goal = Intent.model_validate(state["intent"]).goal
    past = attempts_of(state)
    services.progress(f"round {len(past) + 1}: planning")
    found = _planned(world, goal, past, services)
    attempt = Attempt(round=len(past) + 1, expanded=found.expanded)
    if not isinstance(found, Plan):
        update = {"outcome": found.reason, "reason": found.text}
        return _next(past, attempt.model_copy(update=update), "conclude")
    planned = {
        "planned": True,
        "actions": tuple((action.name, action.args) for action in found.actions),
        "optimal": found.optimal and not any(one.needs for one in past),
    }
    return _next(past, attempt.model_copy(update=planned), "conclude" if task.dry_run else "execute")


def _planned(world: World, goal: Goal, past: Sequence[Attempt], services: Services) -> Plan | Unsolved:
    """The model's plan, where there is a model and its plan holds; else the search's. Later rounds are the search's."""
    domain, facts, needs, idle = load_domain(), facts_of(world), _needs(past, goal), bystanders(goal)
    asked = partial(holds, world)
    if services.model is not None and not past:
        found = plan_with_model(domain, facts, goal, services, holds=asked, forbidden=lambda action: not needs(action))
        if found is not None:
            return found
    return search(
        domain,
        facts,
        goal,
        holds=asked,
        needs=needs,
        places=_places(world, goal),
        cost=lambda action: 100 * idle(action) + _metres(world, action),
        clock=services.clock,
    )


def facts_of(world: World) -> frozenset[Atom]:
    """What holds in the scene of itself; relations are asked."""
    return frozenset(Atom(name, args) for name, args in world.facts())


def _next(past: Sequence[Attempt], attempt: Attempt, route: str) -> dict[str, Any]:
    return {"attempts": stored(*past, attempt), "route": route}


def _needs(past: Sequence[Attempt], goal: Goal) -> Callable[[GroundAction], Sequence[Iterable[Atom]]]:
    """What an action needs beyond the domain: the objects gone that earlier rounds found in its way.

    What the goal only relates others to stays where it is: "the chair to the table" moves the chair.
    """
    subjects = {str(atom.args[0]) for atom in goal.atoms} | {one.id for one in goal.new}
    targets = {str(arg) for atom in goal.atoms for arg in atom.args[1:]} - subjects
    known: dict[str, list[tuple[tuple[str, ...], ...]]] = {}
    for one in past:
        for action, ways in one.needs.items():
            known.setdefault(action, []).append(ways)

    def needs(action: GroundAction) -> Sequence[Iterable[Atom]]:
        if str(action.args[0]) in targets:
            return []
        rounds = product(*known.get(str(action), ()))
        return [[Atom("away", (id_,)) for way in ways for id_ in way] for ways in rounds]

    return needs


def _places(world: World, goal: Goal) -> Callable[[str, Atom], Sequence[str]]:
    """Where an object that only has to leave may go: for small things the tables around, then the floor."""
    leave = {str(atom.args[0]) for atom in goal.atoms if atom.predicate == "clear"}
    asked = {str(atom.args[0]): str(atom.args[1]) for atom in goal.atoms if atom.predicate == "on"}

    def places(id_: str, purpose: Atom) -> Sequence[str]:
        del purpose
        if id_ in asked:
            return [asked[id_]]
        one = world.scene.objects.get(id_)
        room = world.room_of(id_) or next(_rooms_of_partners(world, goal, id_), None)
        floor = [f"floor:{room}"] if room is not None else [f"floor:{first}" for first in list(world.scene.rooms)[:1]]
        if one is None or max(one.box.size.x, one.box.size.y) > _SMALL:
            return floor
        around = [
            other for other in world.near(one.box, _AROUND)
            if other not in (id_, one.parent, *leave) and _is_table(world, other) and world.room_of(other) == room
        ]  # fmt: skip
        around.sort(key=lambda other: math.dist(world.box(other).centre, one.box.centre))
        return [*around[:_TABLES], *floor]

    return places


def _rooms_of_partners(world: World, goal: Goal, id_: str) -> Iterator[str]:
    """The rooms of what the goal relates an object to."""
    for atom in goal.atoms:
        for arg in atom.args:
            if id_ in atom.args and isinstance(arg, str) and arg != id_ and (room := world.room_of(arg)) is not None:
                yield room


def _is_table(world: World, id_: str) -> bool:
    """A thing on the floor, high and wide enough to put something on, that bears something already."""
    box = world.box(id_)
    low, high = _TABLE_HEIGHT
    return low <= box.top <= high and min(box.size.x, box.size.y) >= _SMALL and bool(world.scene.children(id_))


#: Things up to this size (metres) are put on a table nearby, one of so many, rather than on the floor.
_SMALL, _AROUND, _TABLES = 0.4, 4.0, 2
_TABLE_HEIGHT = 0.3, 1.3


def _metres(world: World, action: GroundAction) -> float:
    """How far an action moves its object at least: to where its position, support or partner is."""
    one = world.scene.objects.get(str(action.args[0]))
    if one is None:
        return 0.0
    here = one.box.centre
    if action.name in ("move_to", "move_group"):
        x, y, z = (float(value) for value in action.args[1:4])
        return math.dist(here, (x, y, z))
    if action.name in ("place_on", "place_relative", "place_between"):
        target = world.find(str(action.args[1]))
        return 0.0 if target is None else math.hypot(here.x - target.centre.x, here.y - target.centre.y)
    return 0.0
