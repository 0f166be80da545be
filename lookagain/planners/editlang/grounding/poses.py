"""Where an action may put its object: candidates in order of preference, each found by free space and relations."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from lookagain.planners.editlang.values import Atom, GroundAction
from lookagain.tools.scene.space import Wanted, spots
from lookagain.tools.scene.values import Box, Point
from lookagain.tools.scene.world import World

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Asked", "Pose", "bears", "in_the_way", "poses", "surface_of"]

_OVERHANG = 1.5
#: Objects around a place that are looked at as being in the way.
_LOOKED_AT = 12

#: Atoms that depend on the place alone.
_PLACES = frozenset(
    {"on", "near", "gap", "between", "aligned_with", "is_facing", "left_of", "right_of", "in_front_of", "behind",
     "inside"}
)  # fmt: skip
#: Actions that may shift their object only so far, in metres, to make room.
_STAYING, _ABOUT = frozenset({"rotate_towards", "rotate_by", "scale"}), 0.5
#: Actions that bring an object somewhere else and leave the place open.
_PLACING = frozenset({"place_relative", "place_on", "place_between", "align_with", "rotate_towards", "add_object"})


class Pose(NamedTuple):
    """A box for an object, and what it stands on there (None: as it was held)."""

    box: Box
    surface: str | None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the pose of an object must do: atoms about it that shall hold, and objects that it may overlap."""

    atoms: Sequence[Atom]
    ignore: Collection[str]


def poses(
    world: World, action: GroundAction, box: Box, asked: Asked, rng: np.random.Generator, *, most: int
) -> Iterator[Pose]:
    """Poses for the action's object, whose present (or, if it is new, own) box is ``box``; at most ``most``."""
    id_ = str(action.args[0])
    if action.name in ("move_to", "move_group"):
        yield Pose(_at(box, action.args[1:]), _below(world, id_))
    elif action.name == "rotate_by":
        turned = replace(box, yaw=math.radians(float(action.args[1])))
        yield Pose(turned, None)
        yield from _searched(world, action, turned, asked, rng, most=most)
    elif action.name in _PLACING or action.name == "scale":
        yield from _searched(world, action, box, asked, rng, most=most)
    else:
        yield Pose(box, None)


def in_the_way(
    world: World, action: GroundAction, box: Box, atoms: Sequence[Atom], rng: np.random.Generator
) -> tuple[tuple[str, ...], ...]:
    """Objects without one of which there would be a pose; all of them together, if none alone is enough; or none."""
    if action.name not in _PLACING:
        return ()
    id_ = str(action.args[0])
    surface = surface_of(world, action)
    resting = [one for one in world.scene.children(surface or "") if one != id_]
    target = world.find(str(action.args[2 if action.name == "add_object" else 1]))
    around = resting if resting or target is None else world.near(target, max(box.size.x, box.size.y) + 0.5)
    movable = [one for one in around if one != id_ and one not in action.args and not world.check("locked", (one,))]

    def free(ids: Sequence[str]) -> bool:
        gone = {other for one in ids for other in (one, *world.scene.carried(one))}
        asked = Asked(atoms=[one for one in atoms if one.predicate in _PLACES], ignore=gone)
        return next(_searched(world, action, box, asked, rng, most=1), None) is not None

    alone = tuple((one,) for one in movable[:_LOOKED_AT] if free([one]))
    if alone or len(movable) < 2:
        return alone
    return (tuple(movable),) if free(movable) else ()


def bears(surface: Box, box: Box) -> bool:
    """Whether a thing is not too large for what it shall rest on: at most half as wide and as deep again (paper, its
    geometry checker).
    """
    below = sorted((surface.size.x, surface.size.y))
    own = sorted((box.size.x, box.size.y))
    return all(one <= _OVERHANG * under for one, under in zip(own, below, strict=True))


def surface_of(world: World, action: GroundAction) -> str | None:
    """What the action's object stands on afterwards; None where nothing says."""
    id_ = str(action.args[0])
    match action.name:
        case "place_on":
            return str(action.args[1])
        case "add_object":
            return str(action.args[2])
        case "place_relative" if action.args[2] == "inside":
            place = str(action.args[1])
            return f"floor:{place.removeprefix('room:')}" if place.startswith("room:") else place
        case "place_relative" | "place_between":
            # What stands on the floor comes to the target's floor, what stands on a thing stays on it.
            present = _below(world, id_)
            room = world.room_of(str(action.args[1]))
            on_floor = present is None or present.startswith("floor:")
            return f"floor:{room}" if on_floor and room is not None else present
        case _:
            return _below(world, id_)


def _below(world: World, id_: str) -> str | None:
    one = world.scene.objects.get(id_)
    if one is None:
        return None
    if one.parent is not None:
        return one.parent
    room = world.room_of(id_)
    return f"floor:{room}" if room is not None and one.holding == "on" else None


def _at(box: Box, position: Sequence[str | float]) -> Box:
    return replace(box, centre=Point(*(float(value) for value in position)))


def _searched(
    world: World, action: GroundAction, box: Box, asked: Asked, rng: np.random.Generator, *, most: int
) -> Iterator[Pose]:
    id_ = str(action.args[0])
    surface = surface_of(world, action)
    if surface is not None and surface in world.scene.objects and not bears(world.box(surface), box):
        return
    relations = tuple((one.predicate, tuple("?" if arg == id_ else arg for arg in one.args)) for one in asked.atoms)
    wanted = Wanted(
        size=box.size,
        id=id_ if id_ in world.scene.objects else None,
        surface=surface,
        relations=relations,
        yaws=(box.yaw,) if action.name == "rotate_by" else (),
        ignore=frozenset(asked.ignore),
        yaw=box.yaw,
    )
    for found in spots(world, wanted, rng, most=most):
        # To be turned or resized is to stay about where it is.
        if action.name not in _STAYING or _shift(found, box) <= _ABOUT:
            yield Pose(found, surface)


def _shift(one: Box, other: Box) -> float:
    return math.hypot(one.centre.x - other.centre.x, one.centre.y - other.centre.y)
