"""Run a plan forward and tell whether it keeps its word.

Written apart from the planner: it shares the domain and the values, but not the code that finds actions, grounds them
or regresses goals, so that an error there cannot hide here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lookagain.core.errors import InputError
from lookagain.planners.editlang.domain import ActionSchema, Domain
from lookagain.planners.editlang.ground import check_action
from lookagain.planners.editlang.source import Holds
from lookagain.planners.editlang.task import Needs
from lookagain.planners.editlang.values import ANY, Argument, Atom, Goal, GroundAction

__all__ = ["Verdict", "validate_plan"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a plan is valid; if not, at which action (None: all can be done, but goals are missed) and why."""

    valid: bool
    step: int | None = None
    missing: tuple[Atom, ...] = ()
    text: str = ""


def validate_plan(
    domain: Domain,
    facts: Iterable[Atom],
    goal: Goal,
    actions: Sequence[GroundAction],
    *,
    holds: Holds | None = None,
    needs: Needs | None = None,
) -> Verdict:
    """Check that each action can be done when its turn comes, and that the goal holds at the end.

    Facts, ``holds`` and ``needs`` are as for ``plan``. Never raises for a bad plan: the verdict says what is wrong.
    """
    given = set(facts)
    bearing = frozenset(one.args[1] for one in given if one.predicate == "on")
    state = _State(domain=domain, facts=given, holds=holds, goal=goal, bearing=bearing, first=frozenset(given))
    for at, action in enumerate(actions):
        try:
            check_action(domain, action)
        except InputError as error:
            return Verdict(valid=False, step=at, text=str(error))
        pre, add, delete = _meaning(domain, action)
        missing = tuple(sorted(one for one in pre if not state.true(one)))
        if missing:
            return Verdict(
                valid=False, step=at, missing=missing, text=f"{action} needs {', '.join(map(str, missing))}."
            )
        if needs is not None and not any(all(map(state.true, more)) for more in needs(action)):
            return Verdict(valid=False, step=at, text=f"{action} needs more than holds by then.")
        state.apply(add, delete)
        for one in add:
            if one.predicate == "on" and one.args[0] in state.below(str(one.args[0])):
                return Verdict(valid=False, step=at, missing=(one,), text=f"{action} puts it on what it carries.")
    wanted = [*goal.atoms, *(Atom("exists", (one.id,)) for one in goal.new)]
    gone = {one.args[0] for one in goal.atoms if one.predicate == "removed"}
    missed = tuple(
        one for one in wanted if not state.true(one) and not (one.predicate == "exists" and one.args[0] in gone)
    )
    return Verdict(valid=not missed, missing=missed, text=f"missed: {', '.join(map(str, missed))}" if missed else "")


def _meaning(domain: Domain, action: GroundAction) -> tuple[set[Atom], set[Atom], list[Atom]]:
    """What the action needs, adds and deletes, by the letter of the domain file and its rules of exclusion."""
    schema = domain.actions[action.name]
    given = _given(schema, action.args)
    parts = [schema.effects]
    for case in schema.cases:
        if case.parameter in given and (not case.words or given[case.parameter][0] in case.words):
            parts.append(case.effects)
    pre = {_put(one, given) for part in parts for one in part.pre}
    add = {_put(one, given) for part in parts for one in part.add}
    delete = [_put(one, given) for part in parts for one in part.delete]
    for one in list(add):
        if domain.predicates[one.predicate].mirrored:
            add.add(Atom(one.predicate, (one.args[1], one.args[0], *one.args[2:])))
    for one in add:
        rules = domain.predicates[one.predicate]
        if rules.per is not None:
            delete.append(Atom(one.predicate, tuple(a if i in rules.per else ANY for i, a in enumerate(one.args))))
        if rules.opposite is not None:
            delete.append(Atom(rules.opposite, one.args))
    return pre, add, delete


def _given(schema: ActionSchema, args: Sequence[Argument]) -> dict[str, list[Argument]]:
    given: dict[str, list[Argument]] = {}
    names = [one.name for one in schema.parameters]
    for at, arg in enumerate(args):
        given.setdefault(names[min(at, len(names) - 1)], []).append(arg)
    return given


def _put(pattern: Atom, given: dict[str, list[Argument]]) -> Atom:
    args: list[Argument] = []
    for arg in pattern.args:
        name = str(arg).lstrip("*")
        args.extend(given.get(name, [] if str(arg).startswith("*") else [arg]))
    return Atom(str(given.get(pattern.predicate, [pattern.predicate])[0]), tuple(args))


@dataclass(kw_only=True)
class _State:
    """The scene while a plan runs: listed facts as they are now; what is asked for, as changed since."""

    domain: Domain
    facts: set[Atom]
    holds: Holds | None
    goal: Goal
    first: frozenset[Atom]
    """The facts at the start."""
    bearing: frozenset[Argument]
    """What bore something at the start: it is there, be it a floor that no fact lists."""
    changes: list[tuple[set[Atom], list[Atom]]] = field(default_factory=list)
    bearers: dict[Argument, set[Argument]] = field(default_factory=dict)
    """By object, what it rests on, of the facts ``told``."""
    told: set[Atom] | None = None

    def true(self, atom: Atom) -> bool:
        rules = self.domain.predicates[atom.predicate]
        if rules.negates is not None:
            return not self.true(Atom(rules.negates, atom.args))
        if rules.every is not None:
            return not any(one.args[1] == atom.args[0] for one in self.facts if one.predicate == "on")
        answer = self.known(atom)
        return self.asked(atom) if answer is None else answer

    def known(self, atom: Atom) -> bool | None:
        """The truth of what follows from the facts or the goal alone."""
        id_ = atom.args[0]
        if atom.predicate == "movable":
            locked = {str(one.args[0]) for one in self.facts if one.predicate == "locked"}
            return id_ not in locked and not any(id_ in self.below(other) for other in locked)
        if atom.predicate == "leads":
            return any(one.predicate == "grouped_with" and one.args[1] == id_ for one in self.facts)
        if atom.predicate == "wanted":
            return any((one.id, one.category) == atom.args for one in self.goal.new)
        if atom.predicate == "styled":
            return self.styled(str(id_), atom.args[1], frozenset())
        if atom.predicate == "unwanted":
            return Atom("removed", (id_,)) in self.goal.atoms
        return None

    def styled(self, id_: str, desc: Argument, seen: frozenset[str]) -> bool:
        goals = self.goal.atoms
        own = Atom("has_style", (id_, desc))
        pairs = [one.args for one in goals if one.predicate == "matches_style" and id_ in one.args]
        others = {str(arg) for pair in pairs for arg in pair} - seen - {id_}
        return own in goals or own in self.first or any(self.styled(one, desc, seen | {id_}) for one in others)

    def asked(self, atom: Atom) -> bool:
        for add, delete in reversed(self.changes):
            if atom in add:
                return True
            if any(atom.matches(pattern) for pattern in delete):
                return False
        bears = atom.predicate == "exists" and atom.args[0] in self.bearing
        if bears or atom in self.facts:
            return True
        listed = atom.predicate in ("on", "locked", "grouped_with", "away")
        return not listed and self.holds is not None and self.holds(atom)

    def apply(self, add: set[Atom], delete: list[Atom]) -> None:
        gone = {one for one in self.facts if any(one.matches(pattern) for pattern in delete)}
        self.facts = (self.facts - gone) | add
        self.changes.append((add, delete))

    def below(self, id_: str) -> set[Argument]:
        """All that the object rests on, directly or not."""
        if self.told is not self.facts:
            self.told, self.bearers = self.facts, {}
            for one in self.facts:
                if one.predicate == "on":
                    self.bearers.setdefault(one.args[0], set()).add(one.args[1])
        found: set[Argument] = set()
        waiting: list[Argument] = [id_]
        while waiting:
            more = set().union(*(self.bearers.get(one, set()) for one in waiting)) - found
            found |= more
            waiting = list(more)
        return found
