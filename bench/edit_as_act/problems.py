"""Random planning problems, invented or cut out of a real scene."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lookagain.planners.editlang.source import is_place
from lookagain.planners.editlang.values import Atom, Goal, NewObject

__all__ = ["Problem", "cut_out", "invented", "random_goal"]

_STYLES = ("red", "oak", "blue glass")
_LENGTHS = (0.3, 0.5, 1.0)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What holds, what shall hold, and the objects that actions may name."""

    objects: tuple[str, ...]
    facts: frozenset[Atom]
    goal: Goal


def invented(rng: random.Random, *, objects: int = 6, floors: int = 2, goals: tuple[int, int] = (1, 4)) -> Problem:
    """Objects on floors and on one another, some locked, styled or grouped, some relations, and a goal."""
    ids = [f"item_{n}" for n in range(objects)]
    places = [f"floor:{n}" for n in range(floors)]
    facts = {Atom("exists", (place,)) for place in places}
    for at, id_ in enumerate(ids):
        below = rng.choice(places if at == 0 or rng.random() < 0.4 else ids[:at])
        facts |= {Atom("exists", (id_,)), Atom("on", (id_, below)), Atom("supported", (id_, below))}
        if rng.random() < 0.08:
            facts.add(Atom("locked", (id_,)))
        if rng.random() < 0.5:
            facts.add(Atom("has_style", (id_, rng.choice(_STYLES))))
        if at and rng.random() < 0.3:
            facts.add(Atom("grouped_with", (id_, ids[0])))
    makers = [_GOALS[name] for name in sorted(_RELATIONS)]
    for relation in (rng.choice(makers)(rng, ids, ids) for _ in range(3)):
        if not any(one.args[0] == relation.args[0] for one in facts if one.predicate in _RELATIONS):
            facts.add(relation)
    goal = random_goal(rng, ids, places, size=rng.randint(*goals), facts=facts)
    return Problem(objects=tuple(ids), facts=frozenset(facts), goal=goal)


def cut_out(rng: random.Random, facts: Iterable[Atom], *, objects: int = 8, goals: tuple[int, int] = (1, 4)) -> Problem:
    """Some objects of a scene with all that is listed of them and of what bears or is borne by them, and a goal."""
    facts = frozenset(facts)
    on = [(str(atom.args[0]), str(atom.args[1])) for atom in facts if atom.predicate == "on"]
    everything = sorted(
        {str(atom.args[0]) for atom in facts if atom.predicate == "exists" and not is_place(str(atom.args[0]))}
    )
    chosen: set[str] = set()
    while len(chosen) < min(objects, len(everything)):
        chosen.add(rng.choice(everything))
        more = {below for above, below in on if above in chosen} | {above for above, below in on if below in chosen}
        chosen |= set(sorted(id_ for id_ in more if not is_place(id_))[: max(0, objects - len(chosen))])
    kept = frozenset(
        atom
        for atom in facts
        if all(arg in chosen or not isinstance(arg, str) or is_place(arg) for arg in atom.args)
        or (atom.predicate == "has_style" and atom.args[0] in chosen)
    )
    ids = sorted(chosen)
    places = sorted({below for above, below in on if above in chosen and is_place(below)})
    goal = random_goal(rng, ids, places, size=rng.randint(*goals), facts=kept)
    return Problem(objects=tuple(ids), facts=kept, goal=goal)


def random_goal(
    rng: random.Random, ids: Sequence[str], places: Sequence[str], *, size: int, facts: Iterable[Atom] = ()
) -> Goal:
    """So many different atoms of any kind that may be asked for; some that hold already; now and then a new object."""
    holding = sorted(atom for atom in facts if atom.predicate in _RELATIONS)
    new: tuple[NewObject, ...] = ()
    if rng.random() < 0.2:
        new = (NewObject(id="new_1", category="vase"),)
    names = [*ids, *(one.id for one in new)]
    atoms: dict[Atom, None] = {}
    while len(atoms) < size:
        if holding and rng.random() < 0.25:
            atoms[rng.choice(holding)] = None
        else:
            atoms[_GOALS[rng.choice(sorted(_GOALS))](rng, names, [*names, *places])] = None
    return Goal(atoms=tuple(atoms), new=new)


def _two(
    name: str, *more: Callable[[random.Random], str | float]
) -> Callable[[random.Random, Sequence[str], Sequence[str]], Atom]:
    """A maker of atoms with an object, another object or place, and more."""

    def make(rng: random.Random, ids: Sequence[str], places: Sequence[str]) -> Atom:
        first = rng.choice(ids)
        second = rng.choice([place for place in places if place != first])
        return Atom(name, (first, second, *(one(rng) for one in more)))

    return make


def _one(
    name: str, *more: Callable[[random.Random], str | float]
) -> Callable[[random.Random, Sequence[str], Sequence[str]], Atom]:
    return lambda rng, ids, places: Atom(name, (rng.choice(ids), *(one(rng) for one in more)))


def _objects(name: str) -> Callable[[random.Random, Sequence[str], Sequence[str]], Atom]:
    return lambda rng, ids, places: Atom(name, tuple(rng.sample(ids, 2)))


def _between(rng: random.Random, ids: Sequence[str], places: Sequence[str]) -> Atom:
    return Atom("between", tuple(rng.sample(ids, 3)))


def _length(rng: random.Random) -> float:
    return rng.choice(_LENGTHS)


def _style(rng: random.Random) -> str:
    return rng.choice(_STYLES)


def _ref(rng: random.Random) -> str:
    return "ref"


_RELATIONS = ("near", "left_of", "right_of", "in_front_of", "behind", "is_facing", "aligned_with", "gap", "has_yaw")
_GOALS = {
    "on": _two("on"),
    "on again": _two("on"),
    "off": _two("off"),
    "removed": _one("removed"),
    "clear": _one("clear"),
    "inside": _objects("inside"),
    "near": _two("near", _length),
    "gap": _two("gap", _length),
    "left_of": _two("left_of", _ref),
    "right_of": _two("right_of", _ref),
    "in_front_of": _objects("in_front_of"),
    "behind": _objects("behind"),
    "is_facing": _two("is_facing"),
    "aligned_with": _two("aligned_with", lambda rng: rng.choice(("x", "yaw", "back"))),
    "between": _between,
    "at": _one("at", _length, _length, _length),
    "has_yaw": _one("has_yaw", lambda rng: rng.choice((0.0, 90.0))),
    "has_scale": _one("has_scale", _length, _length, _length),
    "has_style": _one("has_style", _style),
    "matches_style": _objects("matches_style"),
    "accessible": _one("accessible"),
}
