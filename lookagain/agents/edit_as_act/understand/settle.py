"""Which of several things a definite phrase means, where the rest of the instruction tells.

Used only after every reading failed without it: what is certain goes before what is likely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lookagain.agents.edit_as_act.understand.scope import Scope

__all__ = ["Context", "settle"]


@dataclass(frozen=True, kw_only=True)
class Context:
    """What is known when a phrase is read.

    ``taken``: what it cannot mean, such as the subject for a target. ``spoken``: what was named before in the
    instruction. ``anchors``: groups of ids of the clause that tell where it takes place, the closest first.
    """

    taken: frozenset[str]
    spoken: frozenset[str]
    anchors: tuple[tuple[str, ...], ...]


def settle(scope: Scope, pool: Iterable[str], wanted: int, context: Context) -> tuple[tuple[str, ...], str] | None:
    """The ones of the pool that are meant and why; None where it stays open."""
    rest = tuple(id_ for id_ in pool if id_ not in context.taken)
    if len(rest) == wanted:
        return rest, "the other is spoken of already"
    named = tuple(id_ for id_ in rest if id_ in context.spoken)
    if len(named) == wanted:
        return named, "named before"
    for anchors in context.anchors:
        for where, place in (("on the same thing", _support(scope)), ("in the same room", _rooms(scope))):
            here = _sharing(rest, anchors, place)
            if len(here) == wanted:
                return here, f"{where} as {', '.join(anchors)}"
            if here:
                return None
    return _set_of_a_room(scope, rest, wanted)


def _support(scope: Scope) -> Callable[[str], frozenset[str]]:
    def support(id_: str) -> frozenset[str]:
        one = scope.world.scene.objects.get(id_)
        return frozenset({one.parent} if one is not None and one.parent is not None else ())

    return support


def _rooms(scope: Scope) -> Callable[[str], frozenset[str]]:
    def rooms(id_: str) -> frozenset[str]:
        opening, room = scope.world.opening(id_), scope.room(id_)
        return frozenset(opening.rooms if opening is not None else () if room is None else (room,))

    return rooms


def _sharing(
    pool: tuple[str, ...], anchors: tuple[str, ...], place: Callable[[str], frozenset[str]]
) -> tuple[str, ...]:
    places = {one for id_ in anchors for one in place(id_)}
    return tuple(id_ for id_ in pool if place(id_) & places) if len(places) == 1 else ()


def _set_of_a_room(scope: Scope, pool: tuple[str, ...], wanted: int) -> tuple[tuple[str, ...], str] | None:
    """ "The two windows" are those of the one room that has just two."""
    if wanted < 2:
        return None
    rooms: dict[str | None, list[str]] = {}
    for id_ in pool:
        rooms.setdefault(scope.room(id_), []).append(id_)
    sets = [ids for ids in rooms.values() if len(ids) == wanted]
    return (tuple(sets[0]), "the only room with so many") if len(sets) == 1 else None
