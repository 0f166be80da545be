"""The scene before the edit, as planning sees it: listed facts, and a question for all that is not listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Final, TypeAlias

from lookagain.planners.editlang.domain import Domain
from lookagain.planners.editlang.ground import instance
from lookagain.planners.editlang.values import ANY, Atom, Goal

__all__ = ["Holds", "Source", "is_place"]

#: Whether an atom holds; asked of what is not among the facts, typically of geometry.
Holds: TypeAlias = Callable[[Atom], bool]

_PLACES: Final = ("floor:", "ceiling:", "wall:", "room:")
#: The facts list all that holds of these; they are never asked for.
_LISTED: Final = frozenset({"on", "locked", "grouped_with"})


def is_place(id_: str) -> bool:
    """Whether the id names a part of a room, which is no object and stays where it is."""
    return id_.startswith(_PLACES)


def _whole(goal: Goal) -> Goal:
    """The goal with ``exists`` of each object that it brings in."""
    said = set(goal.atoms)
    more = [Atom("exists", (one.id,)) for one in goal.new if Atom("removed", (one.id,)) not in said]
    return Goal(atoms=tuple(dict.fromkeys([*goal.atoms, *more])), new=goal.new)


class Source:
    """What holds in the source scene: ``source(atom)``.

    ``facts`` list at least ``exists``, ``on``, ``locked`` and ``grouped_with`` completely; ``holds`` answers for
    every other atom (None: what is not listed does not hold). What follows from them (``off``, ``clear``, ``movable``,
    ``leads``) and from the goal (``wanted``, ``unwanted``) is derived here; ``goal`` is kept with an ``exists`` of each
    object that it brings in, unless it says otherwise. Answers are kept. Building it looks at each
    fact once.
    """

    def __init__(
        self, domain: Domain, facts: Iterable[Atom], holds: Holds | None = None, goal: Goal | None = None
    ) -> None:
        self.domain = domain
        self.goal = _whole(goal) if goal is not None else Goal(atoms=())
        self.facts = facts if isinstance(facts, frozenset) else frozenset(facts)
        self._holds = holds
        self._answers: dict[Atom, bool] = {}
        self.resting: dict[str, list[str]] = {}
        """By surface, what rests on it."""
        self.surfaces: dict[str, list[str]] = {}
        """By object, what it rests on."""
        self.objects: set[str] = set()
        self._locked: set[str] = set()
        self._leads: set[str] = set()
        self._styles: dict[str, list[str]] = {}
        self._index()

    def _index(self) -> None:
        for atom in self.facts:
            args = atom.args
            match atom.predicate:
                case "exists":
                    self.objects.add(str(args[0]))
                case "on":
                    self.surfaces.setdefault(str(args[0]), []).append(str(args[1]))
                    self.resting.setdefault(str(args[1]), []).append(str(args[0]))
                case "locked":
                    self._locked.add(str(args[0]))
                case "grouped_with":
                    self._leads.add(str(args[1]))
                case "has_style":
                    self._styles.setdefault(str(args[0]), []).append(str(args[1]))
        for found in (*self.surfaces.values(), *self.resting.values()):
            found.sort()

    @cached_property
    def holding_locked(self) -> Mapping[str, str]:
        """By object that carries a locked one, that locked one."""
        held: dict[str, str] = {}
        for locked in sorted(self._locked):
            waiting = [locked]
            while waiting:
                for surface in self.surfaces.get(waiting.pop(), ()):
                    if surface not in held:
                        held[surface] = locked
                        waiting.append(surface)
        return held

    @cached_property
    def categories(self) -> Mapping[str, str]:
        """Of each object that the goal brings in, what it is."""
        return {one.id: one.category for one in self.goal.new}

    def values(self, pattern: Atom) -> list[str]:
        """What may end ``wanted(o, _)``, ``styled(o, _)``, ``has_style(o, _)``; of other patterns nothing."""
        id_ = str(pattern.args[0])
        if pattern.predicate == "wanted":
            return [self.categories[id_]] if id_ in self.categories else []
        return self.styles(id_) if pattern.predicate in ("styled", "has_style") else []

    def styles(self, id_: str) -> list[str]:
        """The styles that the scene or the goal gives to an object, then those of what the goal wants it to match."""
        alike = [id_]
        for one in alike:
            for atom in self.goal.atoms:
                if atom.predicate == "matches_style" and one in atom.args:
                    alike += [str(arg) for arg in atom.args if arg not in alike]
        wanted = [atom.args for atom in self.goal.atoms if atom.predicate == "has_style"]
        found = [[*sorted(self._styles.get(one, ())), *(str(of) for who, of in wanted if who == one)] for one in alike]
        return list(dict.fromkeys(style for styles in found for style in styles))

    def supports(self, id_: str) -> list[str]:
        """What the object rests on, then what that rests on, down to the floor."""
        chain: list[str] = []
        waiting = list(self.surfaces.get(id_, ()))
        while waiting:
            surface = waiting.pop(0)
            if surface not in chain and surface != id_:
                chain.append(surface)
                waiting += self.surfaces.get(surface, ())
        return chain

    def known(self, id_: str) -> bool:
        """Whether the id names anything: an object, one that the goal brings in, a place, an opening."""
        return id_ in self.categories or self(Atom("exists", (id_,)))

    def __call__(self, atom: Atom) -> bool:
        """Whether the atom holds in the source scene."""
        found = self._answers.get(atom)
        if found is None:
            found = self._answers[atom] = self._answer(atom)
        return found

    def _answer(self, atom: Atom) -> bool:
        schema = self.domain.predicates[atom.predicate]
        if schema.negates is not None:
            return not self(Atom(schema.negates, atom.args))
        if schema.every is not None:
            return all(self(one) for one in self.expand(atom))
        derived = self._derived(atom)
        if derived is not None:
            return derived
        listed = atom in self.facts
        return listed or (atom.predicate not in _LISTED and self._holds is not None and self._holds(atom))

    def _derived(self, atom: Atom) -> bool | None:
        id_ = str(atom.args[0])
        follows: bool | None = None
        match atom.predicate:
            case "exists" if id_ in self.resting:
                follows = True
            case "movable":
                follows = id_ not in self._locked and id_ not in self.holding_locked
            case "leads":
                follows = id_ in self._leads
            case "wanted":
                follows = self.categories.get(id_) == atom.args[1]
            case "styled":
                follows = atom.args[1] in self.styles(id_)
            case "unwanted":
                follows = Atom("removed", (id_,)) in self.goal.atoms
            case "away":
                follows = False
        return follows

    def expand(self, atom: Atom) -> list[Atom]:
        """Of an atom that holds when others hold for ``every`` object: those of the objects that rest there."""
        every = self.domain.predicates[atom.predicate].every
        if every is None:
            return [atom]
        parameters = self.domain.predicates[atom.predicate].parameters
        pattern = instance(every, dict(zip((one.name for one in parameters), atom.args, strict=True)))
        return [
            Atom(pattern.predicate, tuple(id_ if arg == ANY else arg for arg in pattern.args))
            for id_ in self.resting.get(str(atom.args[0]), ())
        ]
