"""Search backward from the goal of a task: A* over sets of atoms that must hold before the rest of the plan.

A node is the whole regressed set (nothing that holds in the source scene is dropped, so that no earlier action can
destroy it unseen); the plan is found when a node holds in the source scene. Every achiever of every atom of a node is
tried, so that the search is complete over the task's steps and cannot lock itself in: that an action destroys a goal
which already holds only means that this goal must be brought about again, later in the plan.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from lookagain.planners.editlang.domain import Domain
from lookagain.planners.editlang.task import Step, Task
from lookagain.planners.editlang.values import ANY, Atom

__all__ = ["Budget", "Found", "search"]

#: How much more the estimate counts than what is spent already, once the proof has become too dear.
GREED: Final = 5


@dataclass(kw_only=True)
class Budget:
    """What a search may still spend: nodes, and time until ``expired()``."""

    nodes: int
    expired: Callable[[], bool]
    spent: int = 0

    def spend(self) -> bool:
        """Take one node; False where nothing is left."""
        self.spent += 1
        return self.spent <= self.nodes and (self.spent % 64 != 1 or not self.expired())


@dataclass(frozen=True, kw_only=True)
class Found:
    """The steps of a plan in order, or None. ``proven``: none is shorter, or there is none."""

    steps: tuple[Step, ...] | None
    proven: bool


def search(domain: Domain, task: Task, costs: Sequence[float], budget: Budget, *, greed: int = 1) -> Found:
    """The plan with the fewest steps and, among those, the least sum of ``costs`` (one a step, 0 or more).

    With ``greed`` above 1 some plan, found sooner. ``proven`` is False where the budget ended the search.
    """
    return _Search(domain, task, costs, greed).run(budget)


class _Search:
    def __init__(self, domain: Domain, task: Task, costs: Sequence[float], greed: int) -> None:
        self.task = task
        self.costs = costs
        self.greed = greed
        size = len(task.atoms)
        self.makers = [sum(1 << at for at, step in enumerate(task.steps) if step.add >> one & 1) for one in range(size)]
        self.cheapest = [
            min((costs[at] for at, step in enumerate(task.steps) if step.add >> one & 1), default=0.0)
            for one in range(size)
        ]
        self.adding = [[at for at in range(len(task.steps)) if mask >> at & 1] for mask in self.makers]
        self.excluded = _excluded(domain, task)
        self.landmarks = [self._landmarks(one) for one in range(size)]
        self.forced = [self._common(one, "delete") for one in range(size)]
        self.estimates: dict[int, tuple[int, float]] = {}

    def _common(self, atom: int, part: str) -> int:
        """What all the steps that add the atom have in common: what they need, or what they delete."""
        common = -1
        for at in self.adding[atom]:
            common &= getattr(self.task.steps[at], part)
        return common if self.adding[atom] else 0

    def _landmarks(self, atom: int) -> int:
        """The atoms that must come to hold at some time if this one, which does not hold in the source, shall."""
        found, waiting = 1 << atom, [atom]
        while waiting:
            new = self._common(waiting.pop(), "pre") & ~self.task.source & ~found
            found |= new
            waiting += _bits(new)
        return found

    def estimate(self, goals: int) -> tuple[int, float] | None:
        """At least so many steps, and at least this cost, are needed before ``goals`` hold; None: they never do.

        Counted are atoms that must be brought about, no two of which any one step brings about.
        """
        known = self.estimates.get(goals)
        if known is not None:
            return known
        wanted = again = 0
        for atom in _bits(goals & ~self.task.source):
            wanted |= self.landmarks[atom]
        for atom in _bits(wanted):
            again |= self.forced[atom]
        wanted |= again & goals
        used = steps = 0
        cost = 0.0
        for atom in sorted(_bits(wanted), key=lambda one: self.makers[one].bit_count()):
            makers = self.makers[atom]
            if not makers:
                return None
            if not makers & used:
                used |= makers
                steps += 1
                cost += self.cheapest[atom]
        self.estimates[goals] = steps, cost
        return steps, cost

    def before(self, goals: int, step: Step) -> int | None:
        """The goals regressed through a step; None where it destroys one of them, or where they exclude each other."""
        if step.delete & goals:
            return None
        result = goals & ~step.add | step.pre
        for atom in _bits(step.pre & ~goals):
            if self.excluded[atom] & result:
                return None
        return result

    def run(self, budget: Budget) -> Found:
        start = self.task.goal
        first = self.estimate(start)
        if first is None or any(self.excluded[atom] & start for atom in _bits(start)):
            return Found(steps=None, proven=True)
        order = count()
        best: dict[int, tuple[int, float]] = {start: (0, 0.0)}
        parents: dict[int, tuple[int, int]] = {}
        heap = [(first[0] * self.greed, first[1], first[0], next(order), start, 0, 0.0)]
        while heap:
            *_, goals, length, cost = heapq.heappop(heap)
            if (length, cost) > best[goals]:
                continue
            if not goals & ~self.task.source:
                return Found(steps=self._path(parents, goals), proven=self.greed == 1)
            if not budget.spend():
                return Found(steps=None, proven=False)
            for at in self._relevant(goals):
                earlier = self.before(goals, self.task.steps[at])
                if earlier is None:
                    continue
                spent = length + 1, cost + self.costs[at]
                if earlier in best and best[earlier] <= spent:
                    continue
                rest = self.estimate(earlier)
                if rest is None:
                    continue
                best[earlier] = spent
                parents[earlier] = goals, at
                priority = spent[0] + rest[0] * self.greed, spent[1] + rest[1], rest[0]
                heapq.heappush(heap, (*priority, next(order), earlier, *spent))
        return Found(steps=None, proven=True)

    def _relevant(self, goals: int) -> list[int]:
        makers = 0
        for atom in _bits(goals):
            makers |= self.makers[atom]
        return _bits(makers)

    def _path(self, parents: dict[int, tuple[int, int]], goals: int) -> tuple[Step, ...]:
        steps = []
        while goals in parents:
            goals, at = parents[goals]
            steps.append(self.task.steps[at])
        return tuple(steps)


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def _excluded(domain: Domain, task: Task) -> list[int]:
    """By atom, those that never hold together with it.

    The domain sees to it: an action that adds one of them deletes the other, so that both hold only if the source scene
    said so from the start.
    """
    keys: dict[tuple[object, ...], int] = {}
    atoms = task.atoms
    for at, atom in enumerate(atoms):
        per = domain.predicates[atom.predicate].per
        if per is not None:
            key = (atom.predicate, *(atom.args[one] for one in per))
            keys[key] = keys.get(key, 0) | 1 << at
    at_of = {atom: at for at, atom in enumerate(atoms)}
    excluded = []
    for at, atom in enumerate(atoms):
        schema = domain.predicates[atom.predicate]
        found = 0
        if schema.per is not None:
            found = keys[(atom.predicate, *(atom.args[one] for one in schema.per))] & ~(1 << at)
        for name in (schema.opposite, schema.negates, domain.negated_by.get(atom.predicate)):
            other = at_of.get(Atom(name, atom.args)) if name is not None else None
            found |= 0 if other is None else 1 << other
        excluded.append(found & ~task.source if task.source >> at & 1 else found)
    return excluded


def excluding(domain: Domain, goals: Sequence[Atom]) -> tuple[Atom, Atom] | None:
    """Two of the goals that never hold together, if there are any."""
    for at, one in enumerate(goals):
        schema = domain.predicates[one.predicate]
        for other in goals[at + 1 :]:
            names = (schema.opposite, schema.negates, domain.negated_by.get(one.predicate))
            if other.predicate in names and other.args == one.args:
                return one, other
            if schema.per is not None and other != one:
                args = tuple(arg if place in schema.per else ANY for place, arg in enumerate(one.args))
                if other.matches(Atom(one.predicate, args)):
                    return one, other
    return None
