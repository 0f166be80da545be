"""Places that are exactly right, before any are tried at random: as it is, beside, between, flush, in the middle."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lookagain.tools.scene.geometry import boxes
from lookagain.tools.scene.relations.placement import nearest
from lookagain.tools.scene.relations.sides import looking
from lookagain.tools.scene.space.region import Region
from lookagain.tools.scene.space.turns import Turns
from lookagain.tools.scene.space.wanted import IT, Wanted
from lookagain.tools.scene.values import Box, Point

if TYPE_CHECKING:
    from lookagain.tools.scene.world import World

__all__ = ["Spot", "aligned", "exact", "pushed_in"]

#: A position of the centre on the floor, and a turn.
Spot = tuple[float, float, float]

#: A thing beside another with no distance asked for: so far, in metres.
_BESIDE = (0.05, 0.3, 0.6)
#: What stands against a wall is so far from it, in metres: it does not scratch.
FLUSH = 0.005
#: Steps along a wall, in metres.
_STEP = 0.25


def exact(world: World, wanted: Wanted, region: Region, turns: Turns, now: Point | None) -> Iterator[Spot]:
    """Candidates, the most to the point first."""
    if now is not None:
        yield from ((now.x, now.y, yaw) for yaw in turns.at(now.x, now.y))
    for name, args in wanted.relations:
        if name == "at" and args[0] == IT:
            x, y = float(args[1]), float(args[2])
            yield from ((x, y, yaw) for yaw in turns.at(x, y))
        elif name == "between" and args[0] == IT:
            yield from _between(world.box(str(args[1])), world.box(str(args[2])), turns)
    for target in _beside_what(wanted):
        yield from _beside(world, wanted, target, turns)
    xs, ys = [x for x, _ in region.polygon], [y for _, y in region.polygon]
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    yield from ((*middle, yaw) for yaw in turns.at(*middle))
    for wall in region.walls:
        yield from _against(wanted.size, wall, turns)


def _beside_what(wanted: Wanted) -> tuple[str, ...]:
    ways = ("near", "gap", "contact", "left_of", "right_of", "in_front_of", "behind", "aligned_with", "is_facing")
    found = (str(args[1]) for name, args in wanted.relations if name in ways and args[0] == IT)
    return tuple(dict.fromkeys(found))


def _distances(wanted: Wanted, target: str) -> tuple[float, ...]:
    of_target = {name: args for name, args in wanted.relations if len(args) > 1 and args[:2] == (IT, target)}
    if "gap" in of_target:
        return (float(of_target["gap"][2]),)
    if "contact" in of_target:
        return (FLUSH,)
    if "near" in of_target:
        tau = float(of_target["near"][2])
        return tuple(dict.fromkeys((min(_BESIDE[0], tau), tau / 2, tau)))
    return _BESIDE


def _beside(world: World, wanted: Wanted, target: str, turns: Turns) -> Iterator[Spot]:
    """At the asked distances from each side of the target: in the middle of that side and flush with its ends."""
    box, place = world.box(target), world.place(target)
    forward_x, forward_y = box.forward
    sides = [(forward_x, forward_y), (forward_y, -forward_x), (-forward_y, forward_x), (-forward_x, -forward_y)]
    if place is not None:
        if place.kind != "wall":
            return
        sides = sides[:1]
    sides += _seen_sides(world, wanted, target)
    for side in sides:
        across = (-side[1], side[0])
        for yaw in turns.beside(box, side):
            mine = Box(centre=Point(0, 0, 0), size=wanted.size, yaw=yaw)
            out, along = boxes.half_extent(mine, side), boxes.half_extent(mine, across)
            room = boxes.half_extent(box, across) - along
            steps = (
                np.linspace(-room, room, 2 * math.ceil(abs(room) / _STEP) + 1) if place else np.array((0, room, -room))
            )
            for distance in _distances(wanted, target):
                far = boxes.half_extent(box, side) + distance + out
                for shift in sorted(steps.tolist(), key=abs):
                    x = box.centre.x + side[0] * far + across[0] * shift
                    yield x, box.centre.y + side[1] * far + across[1] * shift, yaw


def _seen_sides(world: World, wanted: Wanted, target: str) -> list[tuple[float, float]]:
    found = []
    for name, args in wanted.relations:
        if name in ("left_of", "right_of") and args[:2] == (IT, target):
            look = looking(target, world.box(target), str(args[2]), world.find(str(args[2])))
            if look is not None:
                found.append((-look[1], look[0]) if name == "left_of" else (look[1], -look[0]))
    return found


def _between(a: Box, b: Box, turns: Turns) -> Iterator[Spot]:
    """In the middle between the nearest points of the two, and between their centres."""
    from_a = nearest(a, b.centre.x, b.centre.y)
    to_b = nearest(b, *from_a)
    from_a = nearest(a, *to_b)
    for p, q in ((from_a, to_b), (a.centre[:2], b.centre[:2])):
        x, y = (p[0] + q[0]) / 2, (p[1] + q[1]) / 2
        yield from ((x, y, yaw) for yaw in turns.at(x, y))


def _against(size: Point, wall: Box, turns: Turns) -> Iterator[Spot]:
    """Flush with the wall: in its middle, at its ends and in steps between."""
    forward_x, forward_y = wall.forward
    across = (forward_y, -forward_x)
    for yaw in turns.beside(wall, wall.forward):
        mine = Box(centre=wall.centre, size=size, yaw=yaw)
        far = wall.size.y / 2 + FLUSH + boxes.half_extent(mine, wall.forward)
        room = wall.size.x / 2 - boxes.half_extent(mine, across) - FLUSH
        if room < 0:
            continue
        steps = np.linspace(-room, room, 2 * math.ceil(room / _STEP) + 1)
        for shift in sorted(steps.tolist(), key=abs):
            x, y = (wall.centre[k] + wall.forward[k] * far + across[k] * shift for k in (0, 1))
            yield x, y, yaw


def pushed_in(wanted: Wanted, walls: tuple[Box, ...], spots: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same spots (n, 3), moved off the walls that they stick into, as far as is needed to stand flush."""
    found = spots.copy()
    sin, cos = np.sin(found[:, 2]), np.cos(found[:, 2])
    for wall in walls:
        fx, fy = wall.forward
        out = np.abs(fx * cos + fy * sin) * wanted.size.x / 2 + np.abs(fy * cos - fx * sin) * wanted.size.y / 2
        dx, dy = found[:, 0] - wall.centre.x, found[:, 1] - wall.centre.y
        away, along = dx * fx + dy * fy - wall.size.y / 2, np.abs(dx * fy - dy * fx)
        push = np.where((along <= wall.size.x / 2) & (np.abs(away) < out + FLUSH), out + FLUSH - away, 0.0)
        found[:, 0] += push * fx
        found[:, 1] += push * fy
    return found


def aligned(world: World, wanted: Wanted, spots: NDArray[np.float64]) -> NDArray[np.float64]:
    """The spots (n, 3) moved so that all relations ``aligned_with`` hold, as far as moving along the floor does it."""
    found = spots.copy()
    for name, args in wanted.relations:
        if name == "aligned_with" and args[0] == IT:
            target, axis = world.box(str(args[1])), args[2]
            forward_x, forward_y = target.forward
            sides = {"front": (forward_x, forward_y), "back": (-forward_x, -forward_y)}
            sides |= {"left": (forward_y, -forward_x), "right": (-forward_y, forward_x)}
            if axis in ("x", "y"):
                found[:, int(axis == "y")] = target.centre[int(axis == "y")]
            elif axis in sides:
                u, v = sides[str(axis)]
                sin, cos = np.sin(found[:, 2]), np.cos(found[:, 2])
                out = np.abs(u * cos + v * sin) * wanted.size.x / 2 + np.abs(v * cos - u * sin) * wanted.size.y / 2
                line = target.centre.x * u + target.centre.y * v + boxes.half_extent(target, (u, v))
                move = line - out - found[:, 0] * u - found[:, 1] * v
                found[:, 0] += move * u
                found[:, 1] += move * v
    return found
