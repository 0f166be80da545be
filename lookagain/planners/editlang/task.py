"""From a goal to a small task of its own: the ground actions that can matter, over the atoms that can matter.

Which actions are considered is the least set such that every action that brings about an atom is in it if the atom is
a goal, or needed by an action in the set, and either does not hold in the source scene or is destroyed by an action in
the set. A shortest plan consists of such actions alone: take those of its actions that are not in the set. What they
bring about for the others holds in the source scene and is destroyed by none of the others, so that the plan without
them is valid, and shorter. The rest of the scene costs nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from lookagain.planners.editlang.achieve import Places, achievers
from lookagain.planners.editlang.ground import Ground, ground_trusted
from lookagain.planners.editlang.source import Source
from lookagain.planners.editlang.values import Atom, GroundAction

__all__ = ["Needs", "Step", "Task", "build_task"]

#: What an action needs beyond the domain, as alternatives: that one of these sets holds. ``[()]``: nothing more;
#: ``[]``: the action cannot be done at all.
Needs: TypeAlias = Callable[[GroundAction], Sequence[Iterable[Atom]]]


@dataclass(frozen=True, kw_only=True)
class Step:
    """An action with one of the alternatives that it needs; masks over the atoms of its task."""

    action: GroundAction
    pre: int
    add: int
    delete: int


@dataclass(frozen=True, kw_only=True)
class Task:
    """A planning task over few atoms: bit ``1 << n`` stands for ``atoms[n]``.

    Atoms that hold and that no step destroys are left out. ``refused``: actions that cannot be done, with what they
    lack for ever.
    """

    atoms: tuple[Atom, ...]
    source: int
    goal: int
    steps: tuple[Step, ...]
    goals: tuple[tuple[Atom, int], ...] = ()
    """Each goal with what it takes of the atoms."""
    refused: tuple[tuple[GroundAction, Ground, tuple[Atom, ...]], ...] = ()

    def towards(self, goal: int) -> Task:
        """The same task for other goals."""
        return replace(self, goal=goal)

    def named(self, mask: int) -> list[Atom]:
        """The atoms of a mask."""
        return [atom for at, atom in enumerate(self.atoms) if mask >> at & 1]


@dataclass(kw_only=True)
class _Builder:
    source: Source
    needs: Needs
    places: Places
    needed: dict[Atom, None] = field(default_factory=dict)
    open: dict[Atom, None] = field(default_factory=dict)
    chosen: dict[GroundAction, tuple[Ground, list[tuple[Atom, ...]]]] = field(default_factory=dict)
    refused: dict[GroundAction, tuple[Ground, tuple[Atom, ...]]] = field(default_factory=dict)
    waiting: deque[Atom] = field(default_factory=deque)
    every: dict[Atom, list[Atom]] = field(default_factory=dict)
    by_predicate: dict[str, list[Atom]] = field(default_factory=dict)

    def need(self, atoms: Iterable[Atom]) -> None:
        for atom in atoms:
            if self.source.domain.predicates[atom.predicate].every is not None:
                self.need_every(atom)
            elif atom not in self.needed:
                self.needed[atom] = None
                self.by_predicate.setdefault(self.base(atom), []).append(atom)
                broken = any(meaning.effect(self.source.domain, atom) is False for meaning, _ in self.chosen.values())
                if broken or not self.source(atom):
                    self.reopen(atom)

    def base(self, atom: Atom) -> str:
        return self.source.domain.predicates[atom.predicate].negates or atom.predicate

    def need_every(self, atom: Atom) -> None:
        if atom in self.every:
            return
        self.every[atom] = []
        self.extend(atom, self.source.expand(atom))
        for meaning, _ in list(self.chosen.values()):
            self.extend(atom, self.broken_by(atom, meaning))

    def extend(self, atom: Atom, parts: Iterable[Atom]) -> None:
        for part in parts:
            if part not in self.every[atom]:
                self.every[atom].append(part)
                self.need([part])

    def broken_by(self, atom: Atom, meaning: Ground) -> list[Atom]:
        """The parts of an ``every`` atom that an action makes false, such as off(x, s) of clear(s)."""
        if meaning.effect(self.source.domain, atom) is not False:
            return []
        contrary = self.source.domain.predicates[self.source.domain.predicates[atom.predicate].every.predicate]  # type: ignore[union-attr]
        return [
            Atom(contrary.name, one.args)
            for one in meaning.add
            if one.predicate == contrary.negates and one.args[-1] == atom.args[-1]
        ]

    def reopen(self, atom: Atom) -> None:
        if atom not in self.open:
            self.open[atom] = None
            self.waiting.append(atom)

    def run(self) -> None:
        while self.waiting:
            atom = self.waiting.popleft()
            for action in achievers(self.source, atom, self.places):
                if action not in self.chosen and action not in self.refused:
                    meaning = ground_trusted(self.source.domain, action)
                    if meaning.effect(self.source.domain, atom) is True:
                        self.choose(action, meaning)

    def choose(self, action: GroundAction, meaning: Ground) -> None:
        domain = self.source.domain
        lacking = tuple(
            sorted(one for one in meaning.pre if domain.predicates[one.predicate].static and not self.source(one))
        )
        alternatives = [tuple(more) for more in self.needs(action)]
        if lacking or not alternatives:
            self.refused[action] = (meaning, lacking)
            return
        self.chosen[action] = (meaning, alternatives)
        touched = {one.predicate for one in meaning.delete | meaning.add}
        for name in sorted(touched):
            for atom in list(self.by_predicate.get(name, ())):
                if meaning.effect(domain, atom) is False:
                    self.reopen(atom)
        for atom in list(self.every):
            self.extend(atom, self.broken_by(atom, meaning))
        self.need(sorted(meaning.pre))
        for more in alternatives:
            self.need(more)


def build_task(source: Source, goals: Sequence[Atom], needs: Needs, places: Places) -> Task:
    """The task of a goal, over the actions that can matter to it."""
    builder = _Builder(source=source, needs=needs, places=places)
    builder.need(goals)
    builder.run()
    atoms = tuple(builder.open)
    bit = {atom: 1 << at for at, atom in enumerate(atoms)}

    def mask(wanted: Iterable[Atom]) -> int:
        found = 0
        for atom in wanted:
            for part in builder.every.get(atom, (atom,)):
                found |= bit.get(part, 0)
        return found

    steps = []
    for action, (meaning, alternatives) in builder.chosen.items():
        effects = {atom: meaning.effect(source.domain, atom) for atom in atoms}
        add = mask(atom for atom, effect in effects.items() if effect is True)
        delete = mask(atom for atom, effect in effects.items() if effect is False)
        for more in alternatives:
            steps.append(Step(action=action, pre=mask([*meaning.pre, *more]), add=add, delete=delete))
    return Task(
        atoms=atoms,
        source=mask(atom for atom in atoms if source(atom)),
        goal=mask(goals),
        goals=tuple((goal, mask([goal])) for goal in goals),
        steps=tuple(steps),
        refused=tuple((action, *of) for action, of in builder.refused.items()),
    )
