"""Why there is no plan: which goal, which precondition, which object is in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Final

from lookagain.planners.editlang.carrying import chain
from lookagain.planners.editlang.domain import IDS
from lookagain.planners.editlang.search import excluding
from lookagain.planners.editlang.source import Source
from lookagain.planners.editlang.task import Task
from lookagain.planners.editlang.values import Atom, GroundAction, Unsolved

__all__ = ["impossible", "out_of_budget", "wrong_goal"]

_SAID: Final = {
    "movable": "{} is locked",
    "unlocked": "{} is locked",
    "exists": "there is no {} in the scene",
    "matches_style": "neither {} nor {} has a style that is known",
    "off": "{} has nowhere to go but {}",
    "away": "{} has nowhere to go",
    "leads": "nothing is grouped with {}",
}


def out_of_budget(expanded: int) -> Unsolved:
    """The search ended before it found a plan or the proof that there is none."""
    return Unsolved(
        reason="limit",
        text=f"No plan was found among {expanded} sets of goals; there may be one. Raise the limits of the search.",
        expanded=expanded,
    )


def wrong_goal(source: Source) -> Unsolved | None:
    """What is wrong with a goal before any search: unknown objects, or goals that exclude each other."""
    goals = source.goal.atoms
    for one in source.goal.new:
        if source(Atom("exists", (one.id,))):
            return _never(Atom("exists", (one.id,)), f"The goal brings in {one.id}, but the scene has it already.")
    for atom in goals:
        for parameter, arg in zip(source.domain.predicates[atom.predicate].parameters, atom.args, strict=True):
            if parameter.kind in IDS and not (parameter.kind == "view" and arg == "ref") and not source.known(str(arg)):
                return _never(atom, f"{atom}: there is no {arg} in the scene, and the goal does not bring it in.")
    pair = excluding(source.domain, goals)
    if pair is not None:
        return _never(pair[0], f"{pair[0]} and {pair[1]} exclude each other.", missing=pair)
    on: dict[str, set[str]] = {}
    for atom in goals:
        if atom.predicate == "on":
            links = chain(on, str(atom.args[1]), str(atom.args[0]))
            if links:
                said = ", ".join(map(str, (*links, atom)))
                return _never(atom, f"{said}: nothing can rest on what rests on it.", missing=(*links, atom))
            on.setdefault(str(atom.args[0]), set()).add(str(atom.args[1]))
    return None


def _never(
    goal: Atom | None, text: str, *, missing: Iterable[Atom] = (), blockers: Iterable[str] = (), expanded: int = 0
) -> Unsolved:
    return Unsolved(
        reason="impossible",
        goal=goal,
        missing=tuple(missing),
        blockers=tuple(dict.fromkeys(blockers)),
        text=text,
        expanded=expanded,
    )


def impossible(source: Source, task: Task, solvable: Callable[[Task], bool | None], expanded: int) -> Unsolved:
    """Why a task that was searched through has no plan.

    Either some goal cannot be reached even if nothing were ever destroyed: then what it lacks is traced to its roots.
    Or goals are in each other's way: then the fewest of them that are is looked for, with ``solvable``.
    """
    reached = _reachable(task)
    for goal, mask in task.goals:
        if mask & ~reached:
            roots = list(dict.fromkeys(_roots(source, task, reached, task.named(mask & ~reached), set())))
            missing = [atom for atom, _ in roots]
            blockers = [blocker for atom, _ in roots for blocker in _blockers(source, atom)]
            reasons = "; ".join(text for _, text in roots)
            return _never(
                goal,
                f"{goal} cannot be brought about: {reasons}.",
                missing=missing,
                blockers=blockers,
                expanded=expanded,
            )
    for size in (1, 2):
        for some in combinations(task.goals, size):
            mask = 0
            for _, of in some:
                mask |= of
            if solvable(task.towards(mask)) is False:
                said = " and ".join(str(goal) for goal, _ in some)
                alone = "what it needs is destroyed on the way" if size == 1 else "each destroys the other on the way"
                return _never(
                    some[0][0],
                    f"{said} cannot be brought about{' together' * (size > 1)}: {alone}.",
                    missing=[goal for goal, _ in some],
                    expanded=expanded,
                )
    said = ", ".join(str(goal) for goal, _ in task.goals)
    return _never(None, f"No order of actions brings about all of {said}.", expanded=expanded)


def _reachable(task: Task) -> int:
    """The atoms that could be reached if nothing were ever destroyed."""
    reached, before = task.source, -1
    while reached != before:
        before = reached
        for step in task.steps:
            if not step.pre & ~reached:
                reached |= step.add
    return reached


def _roots(
    source: Source, task: Task, reached: int, lacking: Iterable[Atom], seen: set[Atom]
) -> Iterator[tuple[Atom, str]]:
    """Atoms that nothing brings about, each with what is to be said of it, behind those that are lacking."""
    for atom in lacking:
        if atom in seen:
            continue
        seen.add(atom)
        bit = 1 << task.atoms.index(atom) if atom in task.atoms else 0
        steps = [step for step in task.steps if step.add & bit]
        refused = _refusals(source, task, atom)
        if steps:
            yield from _roots(source, task, reached, task.named(steps[0].pre & ~reached), seen)
        elif refused:
            action, missing = refused[0]
            for one in missing:
                yield one, _said(source, one)
            if not missing:
                yield atom, f"{action} is not possible"
        else:
            yield atom, _said(source, atom)


def _refusals(source: Source, task: Task, atom: Atom) -> list[tuple[GroundAction, tuple[Atom, ...]]]:
    """The actions that would bring the atom about and cannot be done, but for removals that nobody asked for."""
    return [
        (action, missing)
        for action, meaning, missing in task.refused
        if meaning.effect(source.domain, atom) is True and not any(one.predicate == "unwanted" for one in missing)
    ]


def _blockers(source: Source, atom: Atom) -> list[str]:
    id_ = str(atom.args[0])
    if atom.predicate == "movable":
        return [source.holding_locked.get(id_, id_)]
    return [id_]


def _said(source: Source, atom: Atom) -> str:
    id_ = str(atom.args[0])
    if atom.predicate == "movable" and id_ in source.holding_locked:
        return f"{id_} carries {source.holding_locked[id_]}, which is locked"
    if atom.predicate in _SAID:
        return _SAID[atom.predicate].format(*atom.args)
    if atom.predicate not in source.domain.achievable:
        return f"no action brings about {atom.predicate}"
    return f"no action considered brings about {atom}"
