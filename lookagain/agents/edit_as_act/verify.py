"""Measures the written scene: read again from its bytes, compared with the source, every claim from geometry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from lookagain.agents.edit_as_act.loading import load_world, source_of, task_of
from lookagain.agents.edit_as_act.plan import facts_of
from lookagain.agents.edit_as_act.state import Attempt, EditState, Intent, attempts_of, stored
from lookagain.agents.edit_as_act.task import ObjectChange
from lookagain.core.result import Bound, Evidence
from lookagain.planners.editlang.domain import load_domain
from lookagain.planners.editlang.grounding import faults, holds
from lookagain.planners.editlang.validate import validate_plan
from lookagain.planners.editlang.values import Goal
from lookagain.tools.scene.values import Scene, SceneObject

if TYPE_CHECKING:
    from lookagain.runtime.services import Services
    from lookagain.tools.scene.world import World

__all__ = ["changed_ids", "changes_between", "evidence_of_edit", "same", "verify"]

#: Numbers of a file may come back with the last digits rounded.
_ROUNDING = 1e-6
#: What is no farther than this (metres) from a thing may rest on it or lean on it.
_BESIDE = 0.3


def verify(state: EditState, services: Services) -> dict[str, Any]:
    """Evidence of the written scene, all of it measured anew from its bytes."""
    task = task_of(state)
    *past, attempt = attempts_of(state)
    if attempt.edited is None:
        raise ValueError("nothing was written")
    services.progress(f"round {attempt.round}: verifying")
    before = load_world(source_of(state).data, task, services)
    after = load_world(attempt.edited, task, services)
    goal = Intent.model_validate(state["intent"]).goal
    allowed = tuple(dict.fromkeys(id_ for step in attempt.changed for id_ in step))
    evidence = (_of_plan(before, attempt, goal), *evidence_of_edit(before, after, goal, allowed))
    checked = attempt.model_copy(update={"evidence": evidence})
    return {"attempts": stored(*past, checked), "route": "draw"}


def _of_plan(world: World, attempt: Attempt, goal: Goal) -> Evidence:
    """The plan run forward by the domain alone."""
    judged = validate_plan(load_domain(), facts_of(world), goal, attempt.plan, holds=partial(holds, world))
    return Evidence(
        claim="the plan is valid and reaches the goal",
        method="run forward by the domain's effects",
        measured=float(len(attempt.plan)),
        unit="actions",
        text=judged.text or ("No shorter plan exists." if attempt.optimal else "A shorter plan may exist."),
        holds=judged.valid,
    )


def changed_ids(before: Scene, after: Scene) -> tuple[str, ...]:
    """The objects that are new, gone or not the same, in the order of the scenes."""
    ids = dict.fromkeys((*before.objects, *after.objects))
    return tuple(
        id_ for id_ in ids
        if id_ not in before.objects or id_ not in after.objects
        or not same(before.objects[id_], after.objects[id_])
    )  # fmt: skip


def changes_between(before: Scene, after: Scene) -> tuple[ObjectChange, ...]:
    """The same, with each object before and after."""
    return tuple(
        ObjectChange(id=id_, before=_plain(before, id_), after=_plain(after, id_)) for id_ in changed_ids(before, after)
    )


def _plain(scene: Scene, id_: str) -> dict[str, Any] | None:
    return asdict(scene.objects[id_]) if id_ in scene.objects else None


def same(one: SceneObject, other: SceneObject) -> bool:
    """Whether two objects are equal in all fields, numbers to a millionth."""
    if one == other:  # nearly all are, and the rest costs more
        return True
    return _equal(astuple(one), astuple(other))


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= _ROUNDING
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_equal, one, other))
    return bool(one == other)


def evidence_of_edit(before: World, after: World, goal: Goal, allowed: Sequence[str]) -> tuple[Evidence, ...]:
    """Every goal, and what must not have happened: ``allowed`` are the objects that the plan's actions change."""
    met = [
        Evidence(claim=f"goal: {atom}", method="geometry of the written scene", holds=holds(after, atom))
        for atom in goal.atoms
    ]
    changed = changed_ids(before.scene, after.scene)
    drifted = [id_ for id_ in changed if id_ not in set(allowed)]
    ids = _touched(before, after, changed)
    new = faults(after, ids) - faults(before, ids)
    drift = _drift(before.scene, after.scene, allowed)
    return (
        *met,
        _none("untouched objects that changed", "all fields compared with the source", drifted),
        _none("new collisions", "oriented boxes, against the source", [f"{a} and {b}" for a, b in new.colliding]),
        _none("objects that lost their support", "what carries each, against the source", new.unsupported),
        _none("objects newly out of their room", "footprint in the room's polygon", new.outside),
        Evidence(
            claim="mean shift of untouched objects",
            method="distance of centres",
            measured=drift,
            unit="m",
            expected=Bound(op="<=", value=_ROUNDING),
            holds=drift <= _ROUNDING,
        ),
    )


def _touched(before: World, after: World, changed: Sequence[str]) -> tuple[str, ...]:
    """What changed, and all that is beside it or was: nothing else can collide, fall or stick out that did not."""
    found = dict.fromkeys(changed)
    for world in (before, after):
        for id_ in changed:
            if id_ in world.scene.objects:
                found |= dict.fromkeys((*world.scene.carried(id_), *world.near(world.box(id_), _BESIDE)))
    return tuple(found)


def _none(claim: str, method: str, found: Iterable[str]) -> Evidence:
    names = sorted(found)
    return Evidence(
        claim=claim,
        method=method,
        measured=float(len(names)),
        expected=Bound(op="==", value=0),
        text=", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else ""),
        holds=not names,
    )


def _drift(before: Scene, after: Scene, allowed: Sequence[str]) -> float:
    touched = set(allowed)
    shifts = [
        float(np.linalg.norm(np.subtract(one.box.centre, after.objects[id_].box.centre)))
        for id_, one in before.objects.items()
        if id_ in after.objects and id_ not in touched
    ]
    return float(np.mean(shifts)) if shifts else 0.0
