"""Whether a thing is where a phrase says: "on the desk", "next to the window", "in the corner".

Wider than the predicates of the goals: a person says "the chair at the desk" of what is roughly there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from lookagain.agents.edit_as_act.understand.scope import Scope
from lookagain.tools.scene.geometry.boxes import flat_gap, vertical_gap
from lookagain.tools.scene.places import wall_ids

__all__ = ["holds", "in_corner", "in_middle", "looks", "separation", "states_of", "walls"]

#: Up to this gap, in metres, one thing is at, beside or near another.
_AT: Final = 0.6
_NEAR: Final = 1.0
#: Up to this gap a thing stands against a wall.
_AGAINST: Final = 0.15
#: Up to this distance of the centres a thing is in the middle.
_MIDDLE: Final = 1.0


def holds(scope: Scope, kind: str, one: str, targets: tuple[str, ...], view: str = "ref") -> bool:
    """Whether ``one`` is where preposition ``kind`` says with regard to the targets (any of them), seen from a view."""
    if view != "ref" and kind in ("left_of", "right_of"):
        return any(_check(scope, kind, one, target, view) for target in targets if one != target)
    if kind == "between":
        pairs = [(a, b) for index, a in enumerate(targets) for b in targets[index + 1 :]]
        return any(_check(scope, "between", one, *pair) for pair in pairs)
    test = _TESTS.get(kind)
    return test is not None and any(one != target and test(scope, one, target) for target in targets)


def separation(scope: Scope, one: str, other: str) -> float:
    """The gap of two boxes in metres, as predicate ``gap`` measures it; infinite if either has no box."""
    a, b = scope.box(one), scope.box(other)
    if a is None or b is None:
        return float("inf")
    return flat_gap(a, b) or vertical_gap(a, b)


def walls(scope: Scope, room: str | None) -> tuple[str, ...]:
    """The walls of a room; of all rooms for None."""
    rooms = scope.world.scene.rooms
    return tuple(wall for id_ in ([room] if room is not None else rooms) for wall in wall_ids(rooms[id_]))


def in_corner(scope: Scope, one: str) -> bool:
    """Whether two walls of its room that meet are close."""
    room = scope.room(one)
    if room is None:
        return False
    close = [separation(scope, one, wall) <= 2 * _AGAINST for wall in walls(scope, room)]
    return any(close[index] and close[index - 1] for index in range(len(close)))


def in_middle(scope: Scope, one: str, room: str | None) -> bool:
    """Whether it is about the middle of its room."""
    box = scope.box(one)
    if box is None or room is None:
        return False
    middle = scope.world.box(f"room:{room}").centre
    return abs(box.centre.x - middle.x) <= _MIDDLE and abs(box.centre.y - middle.y) <= _MIDDLE


def _check(scope: Scope, predicate: str, *args: str | float) -> bool:
    return all(scope.box(arg) is not None for arg in args if isinstance(arg, str) and arg != "ref") and (
        scope.world.check(predicate, args)
    )


def _on(scope: Scope, one: str, target: str) -> bool:
    return _parent(scope, one) == target or _check(scope, "on", one, target)


def _parent(scope: Scope, one: str) -> str | None:
    held = scope.world.scene.objects.get(one)
    return held.parent if held is not None else None


def _in(scope: Scope, one: str, target: str) -> bool:
    place, opening = scope.world.place(target), scope.world.opening(one)
    if place is not None:
        return place.room.id in (opening.rooms if opening is not None else (scope.room(one),))
    return _parent(scope, one) == target or _check(scope, "inside", one, target)


def _at(scope: Scope, one: str, target: str) -> bool:
    return _in(scope, one, target) if target.startswith("room:") else separation(scope, one, target) <= _AT


def _near(scope: Scope, one: str, target: str) -> bool:
    return _in(scope, one, target) if target.startswith("room:") else separation(scope, one, target) <= _NEAR


def _against(scope: Scope, one: str, target: str) -> bool:
    return separation(scope, one, target) <= _AGAINST


def _under(scope: Scope, one: str, target: str) -> bool:
    a, b = scope.box(one), scope.box(target)
    return a is not None and b is not None and flat_gap(a, b) == 0 and a.top <= b.top and not _in(scope, one, target)


def _above(scope: Scope, one: str, target: str) -> bool:
    a, b = scope.box(one), scope.box(target)
    return a is not None and b is not None and flat_gap(a, b) <= 0.3 and a.bottom >= b.top - 0.05


def _of(scope: Scope, one: str, target: str) -> bool:
    if scope.world.place(target) is not None:
        return _in(scope, one, target)
    return _check(scope, "grouped_with", one, target) or separation(scope, one, target) <= _NEAR


def _with(scope: Scope, one: str, target: str) -> bool:
    if scope.world.place(one) is not None:
        return separation(scope, one, target) <= 2 * _AGAINST
    return _on(scope, target, one) or _in(scope, target, one) or separation(scope, one, target) <= _AT


def _from(scope: Scope, one: str, target: str) -> bool:
    return _in(scope, one, target) or _on(scope, one, target) or _at(scope, one, target)


def _opposite(scope: Scope, one: str, target: str) -> bool:
    if scope.world.place(one) is not None:
        return separation(scope, one, target) > 1.0
    return _check(scope, "is_facing", one, target) and _check(scope, "in_front_of", one, target)


def _seen(predicate: str) -> Callable[[Scope, str, str], bool]:
    return lambda scope, one, target: _check(scope, predicate, one, target, "ref")


def _plain(predicate: str) -> Callable[[Scope, str, str], bool]:
    return lambda scope, one, target: _check(scope, predicate, one, target)


def _corner(scope: Scope, one: str, target: str) -> bool:
    return _in(scope, one, target) and in_corner(scope, one)


def _centre(scope: Scope, one: str, target: str) -> bool:
    return _in(scope, one, target) and in_middle(scope, one, scope.room(target))


_TESTS: Final[Mapping[str, Callable[[Scope, str, str], bool]]] = {
    "on": _on,
    "in": _in,
    "at": _at,
    "near": _near,
    "beside": _near,
    "round": _near,
    "by": _near,
    "against": _against,
    "along": _against,
    "under": _under,
    "above": _above,
    "of": _of,
    "with": _with,
    "from": _from,
    "opposite": _opposite,
    "left_of": _seen("left_of"),
    "right_of": _seen("right_of"),
    "front_of": _plain("in_front_of"),
    "behind": _plain("behind"),
    "facing": _plain("is_facing"),
    "corner_of": _corner,
    "centre_of": _centre,
}


def states_of(scope: Scope, id_: str) -> set[str]:
    """The states of a thing, in lower case."""
    one = scope.world.scene.objects.get(id_)
    return {state.lower() for state in one.states} if one is not None else set()


def looks(scope: Scope, id_: str, word: str) -> bool:
    """Whether a thing is said to look so."""
    same = {"gray": "grey", "wood": "wooden", "metallic": "metal"}
    words = {same.get(one, one) for one in _words_in(scope.style(id_))}
    return same.get(word, word) in words


def _words_in(text: str) -> list[str]:
    """The words of a style, an asset's name or a category."""
    return re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower())
