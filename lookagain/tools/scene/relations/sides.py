"""Left, right, before and behind, as a person sees it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from lookagain.tools.scene.geometry import boxes
from lookagain.tools.scene.values import Box

if TYPE_CHECKING:
    from lookagain.tools.scene.world import World

__all__ = ["REF", "behind", "in_front_of", "left_of", "looking", "right_of"]

#: The view of one who stands before the front of the reference and looks at it.
REF: Final = "ref"
#: So far a centre may be short of the side of the reference, in metres.
_EDGE = 0.02


def left_of(world: World, o: str, ref: str, view: str) -> bool:
    """Is on the left of ``ref``, seen by a person at ``view`` who looks at it: the centre is past the left side of
    ``ref`` (0.02 m short of it at most) and not farther past its front or back than past that side (a sector of 45
    degrees on either side). ``view`` is a thing to stand at, ``ref`` for one who stands before the front of ``ref``
    and looks at it; if it is the id of ``ref`` itself, one sits in it and looks to its front.
    """
    look = _looks(world, o, ref, view)
    return look is not None and _is_past(world.box(o), world.box(ref), (-look[1], look[0]))


def right_of(world: World, o: str, ref: str, view: str) -> bool:
    """As ``left_of``, on the right."""
    look = _looks(world, o, ref, view)
    return look is not None and _is_past(world.box(o), world.box(ref), (look[1], -look[0]))


def in_front_of(world: World, o: str, ref: str) -> bool:
    """Is before the front of ``ref``, past it and in a sector as in ``left_of``."""
    one, other = world.find(o), world.find(ref)
    return one is not None and other is not None and o != ref and _is_past(one, other, other.forward)


def behind(world: World, o: str, ref: str) -> bool:
    """Is behind the back of ``ref``, as ``in_front_of``."""
    one, other = world.find(o), world.find(ref)
    if one is None or other is None or o == ref:
        return False
    forward_x, forward_y = other.forward
    return _is_past(one, other, (-forward_x, -forward_y))


def looking(ref_id: str, ref: Box, view: str, eye: Box | None) -> tuple[float, float] | None:
    """The horizontal direction, of length 1, in which one looks at ``ref`` from ``view``; None where there is none."""
    if view == REF:
        return -ref.forward[0], -ref.forward[1]
    if view == ref_id:
        return ref.forward
    if eye is None:
        return None
    dx, dy = ref.centre.x - eye.centre.x, ref.centre.y - eye.centre.y
    length = math.hypot(dx, dy)
    return (dx / length, dy / length) if length > _EDGE else None


def _looks(world: World, o: str, ref: str, view: str) -> tuple[float, float] | None:
    one, other = world.find(o), world.find(ref)
    if one is None or other is None or o == ref:
        return None
    return looking(ref, other, view, world.find(view))


def _is_past(box: Box, ref: Box, side: tuple[float, float]) -> bool:
    """Whether the centre of ``box`` is past ``ref`` on one side, in a sector that opens from that side's ends."""
    dx, dy = box.centre.x - ref.centre.x, box.centre.y - ref.centre.y
    past = dx * side[0] + dy * side[1] - boxes.half_extent(ref, side)
    across = (-side[1], side[0])
    off = abs(dx * across[0] + dy * across[1]) - boxes.half_extent(ref, across)
    return past >= -_EDGE and off <= max(past, 0.0) + _EDGE
