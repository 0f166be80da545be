"""Clauses that resize. Scales are against the asset, as ``SceneObject.scale``: now times the asked factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lookagain.agents.edit_as_act.understand.attach import Located, Part
from lookagain.agents.edit_as_act.understand.edit import Edit
from lookagain.agents.edit_as_act.understand.syntax import Amount
from lookagain.tools.scene.values import Point

__all__ = ["resize"]

#: "Larger" and "smaller" without a number.
_LARGER: Final = 1.25
_SMALLER: Final = 0.8
_LIMITS: Final = (0.01, 100.0)
#: What verbs say of themselves: dimension, sense, factor.
_VERBS: Final = {
    "enlarge": ("all+", 0.0),
    "shrink": ("all-", 0.0),
    "double": ("all+", 2.0),
    "halve": ("all+", 0.5),
    "widen": ("x+", 0.0),
    "narrow": ("x-", 0.0),
    "lengthen": ("long+", 0.0),
    "shorten": ("z-", 0.0),
}
_SIDES: Final = {"width_of": "x+", "height_of": "z+", "depth_of": "y+", "length_of": "long+"}
_EXPECTED: Final = "how much, such as '20% larger' or 'to 1.2 m wide'"


def resize(edit: Edit, part: Part, verb: str, dimension: str = "") -> None:
    """``dimension``: what an aspect ("the width of the table") says."""
    things = edit.subject(part.subject)
    amounts = _merged([_sided(one) for one in part.goals if isinstance(one, Amount)])
    like = next((one for one in part.goals if isinstance(one, Located) and one.kind in ("as", "match", "like")), None)
    own, factor = _VERBS.get(verb, ("", 0.0))
    if dimension and own:
        own = dimension[:-1] + own[-1]
    for one in things:
        scale = edit.scope.scales.get(one) or _scale(edit, one)
        if like is not None:
            key = next((amount.dimension for amount in amounts if amount.dimension), dimension or "all+")
            scale = _like(edit, one, edit.targets(like.targets, things)[0], key, scale)
        elif amounts:
            for amount in amounts:
                scale = _applied(edit, one, scale, amount, own or dimension)
        elif factor or own:
            scale = _times(edit, one, scale, own, factor or (_LARGER if own[-1] == "+" else _SMALLER))
        else:
            edit.fail(_EXPECTED, reason="it is not said how much")
        edit.scales[one] = scale
        edit.say("has_scale", one, *map(float, scale))


def _sided(amount: Amount) -> Amount:
    """ "To a width of 1.2 m" is "to 1.2 m wide"."""
    side = _SIDES.get(amount.preposition)
    return amount if side is None else replace(amount, dimension=side, preposition="to")


def _merged(amounts: Sequence[Amount]) -> list[Amount]:
    """ "wider by 20 cm": a comparative and the amount next to it are one."""
    found: list[Amount] = []
    for one in amounts:
        last = found[-1] if found else None
        if last is not None and not last.unit and one.unit and not one.dimension:
            found[-1] = replace(one, dimension=last.dimension, more=last.more)
        elif last is not None and not one.unit and last.unit and not last.dimension:
            found[-1] = replace(last, dimension=one.dimension, more=one.more)
        else:
            found.append(one)
    return found


def _scale(edit: Edit, id_: str) -> Point:
    one = edit.scope.world.scene.objects.get(id_)
    return one.scale if one is not None else Point(1.0, 1.0, 1.0)


def _applied(edit: Edit, one: str, scale: Point, amount: Amount, default: str) -> Point:
    key = amount.dimension or default
    grows = -1.0 if key.endswith("-") else 1.0
    match amount.unit:
        case "factor":
            factor = 1 / amount.value if grows < 0 and amount.value > 1 else amount.value
        case "share":
            factor = _share(edit, amount, key, grows)
        case "extent":
            factor = 1 + grows * amount.value
        case "m":
            return _metres(edit, one, scale, amount, key)
        case "":
            factor = _LARGER if grows > 0 else _SMALLER
        case _:
            edit.fail(_EXPECTED, span=amount.span)
    return _times(edit, one, scale, key or "all+", factor)


def _share(edit: Edit, amount: Amount, key: str, grows: float) -> float:
    """ "20 % larger" is 1.2, "to 80 %" is 0.8, "by 150 %" of a plain "scale" is 1.5."""
    if amount.preposition == "to":
        return amount.value
    if key and (amount.more or not amount.dimension):
        return 1 + grows * amount.value
    if key or amount.value >= 1:
        return amount.value
    edit.fail("'larger', 'smaller' or 'to ...%'", reason="it is not said whether it grows or shrinks")


def _metres(edit: Edit, one: str, scale: Point, amount: Amount, key: str) -> Point:
    """A length of one side: the new one ("1.2 m wide"), or the difference ("20 cm wider", "by 20 cm")."""
    if not key or key[:-1] == "all":
        edit.fail("'wide', 'high', 'deep' or 'long'", reason="it is not said which side")
    axis = _axes(edit, one, key)[0]
    now = edit.box(one).size[axis]
    change = amount.more or (amount.preposition == "by" and not amount.dimension)
    wanted = now + (-1 if key.endswith("-") else 1) * amount.value if change else amount.value
    if amount.preposition == "to":
        wanted = amount.value
    if wanted <= 0:
        edit.fail(_EXPECTED, span=amount.span, reason="nothing would be left of it")
    return _times(edit, one, scale, key, wanted / now)


def _like(edit: Edit, one: str, other: str, key: str, scale: Point) -> Point:
    """ "As tall as the desk": that side as long as the other's; all sides by the ratio of the heights."""
    axis = 2 if key[:-1] == "all" else _axes(edit, one, key)[0]
    return _times(edit, one, scale, key, edit.box(other).size[axis] / edit.box(one).size[axis])


def _axes(edit: Edit, one: str, key: str) -> tuple[int, ...]:
    size = edit.box(one).size
    return {"x": (0,), "y": (1,), "z": (2,), "long": (0 if size.x >= size.y else 1,)}.get(key[:-1], (0, 1, 2))


def _times(edit: Edit, one: str, scale: Point, key: str, factor: float) -> Point:
    if not _LIMITS[0] <= factor <= _LIMITS[1]:
        edit.fail(f"a factor from {_LIMITS[0]:g} to {_LIMITS[1]:g}", reason=f"{factor:g} times is no size")
    axes = _axes(edit, one, key)
    return Point(*(side * factor if axis in axes else side for axis, side in enumerate(scale)))
