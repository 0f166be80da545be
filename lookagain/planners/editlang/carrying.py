"""What carries what while a plan runs: nothing may come to rest on what it carries."""

from __future__ import annotations

from collections.abc import Iterable

from lookagain.planners.editlang.ground import ground_trusted
from lookagain.planners.editlang.source import Source
from lookagain.planners.editlang.values import Atom, GroundAction

__all__ = ["chain", "rings"]


def rings(source: Source, actions: Iterable[GroundAction]) -> tuple[GroundAction, tuple[Atom, ...]] | None:
    """The first action that would put an object on what it carries, and the ``on`` atoms by which it carries it."""
    on = {id_: set(surfaces) for id_, surfaces in source.surfaces.items()}
    for action in actions:
        meaning = ground_trusted(source.domain, action)
        for atom in sorted(meaning.add):
            if atom.predicate == "on":
                links = chain(on, str(atom.args[1]), str(atom.args[0]))
                if links:
                    return action, links
        for pattern in meaning.delete:
            if pattern.predicate == "on":
                on.pop(str(pattern.args[0]), None)
        for atom in meaning.add:
            if atom.predicate == "on":
                on[str(atom.args[0])] = {str(atom.args[1])}
    return None


def chain(on: dict[str, set[str]], above: str, below: str) -> tuple[Atom, ...]:
    """The ``on`` atoms that lead from one object down to another; empty where it does not rest on it."""
    seen: set[str] = set()
    waiting: list[tuple[str, tuple[Atom, ...]]] = [(above, ())]
    while waiting:
        id_, links = waiting.pop()
        for surface in sorted(on.get(id_, ())):
            more = (*links, Atom("on", (id_, surface)))
            if surface == below:
                return more
            if surface not in seen:
                seen.add(surface)
                waiting.append((surface, more))
    return ()
