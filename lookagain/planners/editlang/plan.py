"""Plan an edit: from what holds and what shall hold to actions, or to the reason why there are none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from lookagain.core.clock import Clock, SystemClock
from lookagain.planners.editlang.achieve import Places
from lookagain.planners.editlang.carrying import rings
from lookagain.planners.editlang.domain import Domain
from lookagain.planners.editlang.ground import check_atom
from lookagain.planners.editlang.parts import split
from lookagain.planners.editlang.places import usual_places
from lookagain.planners.editlang.search import GREED, Budget, Found, search
from lookagain.planners.editlang.source import Holds, Source
from lookagain.planners.editlang.task import Needs, Step, Task, build_task
from lookagain.planners.editlang.values import Atom, Goal, GroundAction, Plan, Unsolved
from lookagain.planners.editlang.why import impossible, out_of_budget, wrong_goal

__all__ = ["Cost", "SearchLimits", "bystanders", "plan"]

#: What an action costs beyond being one action, 0 or more: typically how far it moves something, in metres.
Cost: TypeAlias = Callable[[GroundAction], float]


@dataclass(frozen=True, kw_only=True)
class SearchLimits:
    """How long a plan is searched for. Half of it goes to the proof that none is shorter, the rest to find any."""

    nodes: int = 20_000
    seconds: float = 5.0


def plan(
    domain: Domain,
    facts: Iterable[Atom],
    goal: Goal,
    *,
    holds: Holds | None = None,
    places: Places | None = None,
    needs: Needs | None = None,
    cost: Cost | None = None,
    limits: SearchLimits | None = None,
    clock: Clock | None = None,
) -> Plan | Unsolved:
    """The shortest plan for a goal, found by regression from it.

    Args:
        domain: what may be said and done.
        facts: what holds in the source scene; ``exists``, ``on``, ``locked``, ``grouped_with`` in full.
        goal: what shall hold, and the objects that it brings in (each gets an ``exists`` unless the goal says else).
        holds: asked of any atom that is not among the facts.
        places: where an object may go when it only has to leave, best first (None: the floor or wall that bears it).
        needs: what an action needs beyond the domain, as alternatives; this is how geometry joins in: a spot that two
            objects share, a table that is full. For "obj fits on the table once a or b has left":
            ``[[away(a)], [away(b)]]``. ``[]`` forbids the action. None: nothing more.
        cost: decides between plans of the same length (None: ``bystanders``).
        limits: nodes and seconds; when the proof is not found in half of them, any plan will do.
        clock: tells the seconds.

    Returns:
        A plan, ``optimal`` if no shorter one exists (over the actions considered, see ``task``), among those of least
        cost; or why there is none: ``impossible`` (proven), or ``limit``.

    Raises:
        InputError: an atom of the goal that the domain does not know, or with arguments that do not fit.
    """
    for atom in goal.atoms:
        check_atom(domain, atom)
    source = Source(domain, facts, holds, goal)
    wrong = wrong_goal(source)
    if wrong is not None:
        return wrong
    limits = limits or SearchLimits()
    clock = clock or SystemClock()
    end = clock.monotonic() + limits.seconds
    return _Planner(
        source=source,
        places=usual_places(source) if places is None else places,
        needs=needs or (lambda action: [()]),
        cost=cost or bystanders(source.goal),
        nodes=limits.nodes,
        half_time=lambda: clock.monotonic() > end - limits.seconds / 2,
        full_time=lambda: clock.monotonic() > end,
    ).run()


def bystanders(goal: Goal) -> Cost:
    """1 for each action on an object that is not what some goal is about (its first argument), so that these stay."""
    subjects = {atom.args[0] for atom in goal.atoms}
    return lambda action: float(action.args[0] not in subjects)


@dataclass(kw_only=True)
class _Planner:
    source: Source
    places: Places
    needs: Needs
    cost: Cost
    nodes: int
    half_time: Callable[[], bool]
    full_time: Callable[[], bool]
    expanded: int = 0

    def run(self) -> Plan | Unsolved:
        """Plan; while the plan would put an object on what it carries, forbid that chain and plan again."""
        chains: dict[GroundAction, list[list[tuple[Atom, ...]]]] = {}

        def needs(action: GroundAction) -> Sequence[Iterable[Atom]]:
            return [
                [atom for part in parts for atom in part]
                for parts in product(self.needs(action), *chains.get(action, ()))
            ]

        while True:
            task = build_task(self.source, self.source.goal.atoms, needs, self.places)
            found = self.solve(task)
            if found.steps is None:
                if found.proven:
                    return impossible(self.source, task, self.solvable, self.expanded)
                return out_of_budget(self.expanded)
            actions = tuple(step.action for step in found.steps)
            ring = rings(self.source, actions)
            if ring is None:
                return Plan(actions=actions, optimal=found.proven, expanded=self.expanded)
            action, links = ring
            chains.setdefault(action, []).append([(Atom("off", link.args),) for link in links])

    def solve(self, task: Task) -> Found:
        """The parts' plans, one after another."""
        steps: list[Step] = []
        proven = True
        for part in split(task):
            found = self.solve_part(part)
            if found.steps is None:
                return found
            steps += found.steps
            proven = proven and found.proven
        return Found(steps=tuple(steps), proven=proven)

    def solve_part(self, task: Task) -> Found:
        costs = [self.cost(step.action) for step in task.steps]
        found = self.within(task, costs, self.nodes // 2, self.half_time)
        if found.steps is None and not found.proven:
            found = self.within(task, costs, self.nodes, self.full_time, greed=GREED)
        return found

    def within(
        self, task: Task, costs: Sequence[float], nodes: int, expired: Callable[[], bool], greed: int = 1
    ) -> Found:
        budget = Budget(nodes=max(1, nodes - self.expanded), expired=expired)
        found = search(self.source.domain, task, costs, budget, greed=greed)
        self.expanded += budget.spent
        return found

    def solvable(self, task: Task) -> bool | None:
        """Whether a task has a plan; None where that is not known within the budget."""
        found = self.solve(task)
        return True if found.steps is not None else False if found.proven else None
