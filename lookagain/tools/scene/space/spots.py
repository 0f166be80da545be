"""Free places for an object: the exact ones first, then those around where it is, then some at random."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lookagain.core.errors import InputError
from lookagain.tools.scene.geometry import arrays
from lookagain.tools.scene.geometry.polygons import contains, depths, overhangs
from lookagain.tools.scene.relations import RELATIONS
from lookagain.tools.scene.space.exact import aligned, exact, pushed_in
from lookagain.tools.scene.space.hang import hang
from lookagain.tools.scene.space.region import Obstacles, Region, obstacles, region_of, targets, where_now
from lookagain.tools.scene.space.trial import Trial
from lookagain.tools.scene.space.turns import Turns, turns_of
from lookagain.tools.scene.space.wanted import IT, Wanted
from lookagain.tools.scene.values import Box, Point

if TYPE_CHECKING:
    from lookagain.tools.scene.world import World

__all__ = ["spots"]

#: Penetration that is rounding, in metres: along the floor, and in height for what stands on the floor (on rugs).
_SLACK, _SLACK_ON_FLOOR = 0.002, 0.05
#: A footprint may stick out of a room or surface so far, in metres.
_OUT = 0.002
#: The lattice of places to try: its step in a room and on a surface, in metres, and how many of its points there are.
_LATTICE, _FINE, _POINTS = 0.1, 0.04, 4000
#: Random places to try.
_RANDOM = 512
#: So many places are looked at together.
_CHUNK = 256
#: A quarter turn is as little wanted as a move by so many metres.
_TURN_COST = 0.2


def spots(world: World, wanted: Wanted, rng: np.random.Generator, *, most: int = 64) -> Iterator[Box]:
    """Boxes where the object holds all wanted relations, is within its room or on its surface, and is free.

    It collides with nothing and does not stand before a door. First come exact places (as it is, at the asked distance
    from each side of a target, in the middle between two, flush with walls), then a lattice over the room or surface,
    then random ones; within each kind the nearer to where it is, the earlier (a new thing: to its targets or the
    middle). At most ``most``; none if there is no place, or what is wanted names nothing in the scene. The same for the
    same seed. Raises InputError for a relation that is no predicate, or has other arguments.
    """
    for name, args in wanted.relations:
        if name not in RELATIONS or len(args) != len(RELATIONS[name].takes):
            raise InputError(f"{name}{args!r} is no relation.", hint=f"Known are: {', '.join(sorted(RELATIONS))}.")
    region = region_of(world, wanted)
    if region is None or any(world.find(id_) is None for id_ in _ids(wanted)):
        return
    yield from islice(_all(world, wanted, region, rng), most)


def _ids(wanted: Wanted) -> Iterator[str]:
    """The ids that must be known for candidates to be made."""
    for name, args in wanted.relations:
        for kind, arg in zip(RELATIONS[name].takes, args, strict=True):
            if arg != IT and kind == "id":
                yield str(arg)


def _all(world: World, wanted: Wanted, region: Region, rng: np.random.Generator) -> Iterator[Box]:
    now = where_now(world, wanted)
    goal = now or _goal(world, wanted, region)
    turns = turns_of(world, wanted, region)
    test = _Test(world, wanted, region)
    seen: set[tuple[float, ...]] = set()
    for k, batch in enumerate(_batches(world, wanted, region, turns, rng)):
        # The exact places of a new thing are in order already.
        as_made = k == 0 and now is None
        ordered = batch if as_made else batch[np.argsort(_cost(batch, goal, turns.keep), kind="stable")]
        for start in range(0, len(ordered), _CHUNK):
            for box in test.passing(ordered[start : start + _CHUNK]):
                key = tuple(round(value, 3) for value in (*box.centre, box.yaw))
                if key not in seen:
                    seen.add(key)
                    yield box


def _goal(world: World, wanted: Wanted, region: Region) -> Point:
    """The middle of the targets, or of where it may be."""
    named = [world.box(id_).centre for id_ in targets(wanted) if world.place(id_) is None and world.find(id_)]
    points = [(one.x, one.y) for one in named] or list(region.polygon)
    x, y = np.mean(points, axis=0).tolist()
    return Point(x, y, region.bottom)


def _cost(batch: NDArray[np.float64], now: Point, keep: float) -> NDArray[np.float64]:
    """How little a place (n, 4) is wanted: its distance and the quarter turns begun. Among equals the order stays."""
    turned = np.abs((batch[:, 3] - keep + math.pi) % math.tau - math.pi)
    quarters = np.ceil(turned / (math.pi / 2) - 1e-6)
    cost = np.hypot(batch[:, 0] - now.x, batch[:, 1] - now.y) + _TURN_COST * quarters
    return np.asarray(np.round(cost, 6), dtype=np.float64)


def _batches(
    world: World, wanted: Wanted, region: Region, turns: Turns, rng: np.random.Generator
) -> Iterator[NDArray[np.float64]]:
    """Places ``x, y, height of the underside, yaw``: the exact ones, a lattice, random ones."""
    now = where_now(world, wanted)
    if region.holding == "wall":
        yield np.array(list(hang(world, wanted, region, now)), dtype=np.float64).reshape(-1, 4)
        return
    bottom = region.bottom

    def raised(found: NDArray[np.float64]) -> NDArray[np.float64]:
        lined_up = aligned(world, wanted, found)
        return np.column_stack([lined_up[:, :2], np.full(len(found), bottom), lined_up[:, 2]])

    first = np.array(list(exact(world, wanted, region, turns, now)), dtype=np.float64).reshape(-1, 3)
    yield raised(np.vstack([first, pushed_in(wanted, region.walls, first)]))
    yield raised(_turned(_lattice(region), turns))
    low, high = np.min(region.polygon, axis=0), np.max(region.polygon, axis=0)
    yield raised(_turned(rng.uniform(low, high, size=(_RANDOM, 2)), turns))


def _turned(points: NDArray[np.float64], turns: Turns) -> NDArray[np.float64]:
    found = [(x, y, yaw) for x, y in points.tolist() for yaw in turns.at(x, y)]
    return np.array(found, dtype=np.float64).reshape(-1, 3)


def _lattice(region: Region) -> NDArray[np.float64]:
    low, high = np.min(region.polygon, axis=0), np.max(region.polygon, axis=0)
    least = _LATTICE if region.on_floor else _FINE
    step = max(least, math.sqrt(float(np.prod(high - low)) / _POINTS))
    xs, ys = (np.arange(low[k] + step / 2, high[k], step) for k in (0, 1))
    points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    return points[depths(region.polygon, points) > 0]


class _Test:
    """Which places are free and hold what is wanted."""

    def __init__(self, world: World, wanted: Wanted, region: Region) -> None:
        self._size, self._region = wanted.size, region
        self._slack = _SLACK_ON_FLOOR if region.on_floor else _SLACK
        self._blocked: Obstacles = obstacles(world, wanted, region)
        self._trial = Trial(world, wanted, region)
        self._out = _OUT
        if wanted.id is not None and wanted.id in world.scene.objects:
            now = arrays.rows([world.box(wanted.id)])
            # Of what is elsewhere, the overhang says nothing.
            here = contains(region.polygon, float(now[0, 0]), float(now[0, 1]))
            self._out = max(_OUT, float(overhangs(region.polygon, now)[0])) if here else _OUT
        width, depth = np.ptp(np.array(region.polygon), axis=0) if region.on_floor else self._extent(world)
        fits = min(width, depth) >= min(wanted.size[:2]) and max(width, depth) >= max(wanted.size[:2])
        self._whole = region.on_floor or region.holding in ("wall", "ceiling") or bool(fits)

    def _extent(self, world: World) -> tuple[float, float]:
        surface = self._region.surface
        return (math.inf, math.inf) if surface is None else world.box(surface).size[:2]

    def passing(self, places: NDArray[np.float64]) -> Iterator[Box]:
        """The boxes at those of the places (n, 4) that pass, in the same order."""
        size = np.broadcast_to(np.array(self._size), (len(places), 3))
        centre = places[:, :3] + np.array([0.0, 0.0, self._size.z / 2])
        found = np.column_stack([centre, size, places[:, 3]])
        good = found[:, 2] + self._size.z / 2 <= self._region.top + _SLACK_ON_FLOOR
        good &= self._trial.possible(found)
        found = found[good]
        found = found[self._within(found)]
        for x, y, z, *_, yaw in found[self._free(found)].tolist():
            box = Box(centre=Point(x, y, z), size=self._size, yaw=yaw)
            if self._trial.holds(box):
                yield box

    def _within(self, found: arrays.Rows) -> NDArray[np.bool_]:
        if self._whole:
            return np.asarray(overhangs(self._region.polygon, found) <= self._out + 1e-9, dtype=np.bool_)
        held = depths(self._region.polygon, found[:, :2]) >= 0
        if self._region.room is not None:
            held &= overhangs(self._region.room.polygon, found) <= _OUT
        return np.asarray(held, dtype=np.bool_)

    def _free(self, found: arrays.Rows) -> NDArray[np.bool_]:
        blocked = self._blocked
        flat, rise = arrays.flat_overlaps(found, blocked.boxes), arrays.rises(found, blocked.boxes)
        hit = (flat > _SLACK) & (rise > self._slack) & (np.minimum(flat, rise) > blocked.allowed)
        return np.asarray(~hit.any(axis=1), dtype=np.bool_)
