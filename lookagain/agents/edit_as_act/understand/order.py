"""Which comes first: by size, by side, by what hangs there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lookagain.agents.edit_as_act.understand.limits import separation
from lookagain.agents.edit_as_act.understand.scope import Scope
from lookagain.agents.edit_as_act.understand.syntax import Noun

__all__ = ["across", "extreme", "hanging_on", "measure"]

#: Sizes that differ by less than this share are the same.
_SAME: Final = 0.02


def measure(scope: Scope, key: str) -> Callable[[str], float]:
    """A size or place by the lexicon's key, as a number that is least for the asked one."""
    dimension, sign = key[:-1], -1.0 if key[-1] == "+" else 1.0

    def measured(id_: str) -> float:
        box = scope.box(id_)
        if box is None:
            return float("inf")
        w, d, h = box.size
        value = {
            "volume": w * d * h,
            "x": w,
            "y": d,
            "z": h,
            "long": max(w, d),
            "right": box.centre.x,
        }
        return sign * value[dimension]

    return measured


def across(scope: Scope, pool: tuple[str, ...], view: str, *, at: bool) -> Callable[[str], float]:
    """How far to the right things are: for one who stands at ``view`` and looks at them, or who looks ``at`` it."""
    own = scope.world.box(view)
    centres = {id_: scope.world.box(id_).centre for id_ in pool}
    dx = sum(centre.x for centre in centres.values()) / len(centres) - own.centre.x
    dy = sum(centre.y for centre in centres.values()) / len(centres) - own.centre.y
    if at:
        dx, dy = -own.forward[0], -own.forward[1]
    return lambda id_: dy * centres[id_].x - dx * centres[id_].y


def extreme(pool: tuple[str, ...], key: Callable[[str], float], noun: Noun) -> tuple[str, ...]:
    """Those of a pool that come first by a key: as many as the noun says, and all that are as good as the last."""
    row = sorted(pool, key=key)
    count = int(noun.number or 1)
    if noun.plural and noun.number is None:
        middle = sum(map(key, row)) / len(row)
        return tuple(id_ for id_ in row if key(id_) <= middle)
    bound = key(row[min(count, len(row)) - 1])
    return tuple(id_ for id_ in row if key(id_) <= bound + _SAME * abs(bound))


def hanging_on(scope: Scope, wall: str) -> int:
    """How many things hang on a wall or open it."""
    scene = scope.world.scene
    near = [one.id for one in scene.objects.values() if one.holding == "wall"]
    return sum(separation(scope, id_, wall) <= 0.1 for id_ in (*near, *(one.id for one in scene.openings)))
