"""How a thing can be turned at a place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lookagain.tools.scene.geometry import boxes
from lookagain.tools.scene.relations.placement import FACING
from lookagain.tools.scene.space.region import Region
from lookagain.tools.scene.space.wanted import IT, Wanted
from lookagain.tools.scene.values import Box

if TYPE_CHECKING:
    from lookagain.tools.scene.world import World

__all__ = ["Turns", "turns_of"]

_QUARTER = math.pi / 2


@dataclass(frozen=True, kw_only=True)
class Turns:
    """The turns to try, in radians. ``only``: no others; ``facing``: to look to this box; else ``keep`` first."""

    keep: float
    only: tuple[float, ...] = ()
    facing: Box | None = None
    walls: tuple[Box, ...] = ()

    def at(self, x: float, y: float) -> tuple[float, ...]:
        """Those for a thing whose centre is there: as it is, and away from the nearest wall."""
        if self.only:
            return self.only
        if self.facing is not None:
            return self._to(self.facing, x, y)
        wall = min(self.walls, key=lambda one: boxes.point_gap(one, x, y), default=None)
        return _distinct(self.keep, *(() if wall is None else (wall.yaw,)))

    def beside(self, box: Box, side: tuple[float, float]) -> tuple[float, ...]:
        """Those for a thing beside a box, on that side: as it is, away from it, to it, and along it."""
        if self.only:
            return self.only
        away = math.atan2(-side[0], side[1])
        if self.facing is not None:
            to = self._to(self.facing, box.centre.x + side[0] * 10, box.centre.y + side[1] * 10)
            return to if box is self.facing else _distinct(*to, *(away + k * _QUARTER for k in range(4)))
        return _distinct(self.keep, away, away + math.pi, box.yaw, away + _QUARTER, away - _QUARTER)

    def _to(self, box: Box, x: float, y: float) -> tuple[float, ...]:
        dx, dy = box.centre.x - x, box.centre.y - y
        straight = math.atan2(-dx, dy) if math.hypot(dx, dy) > 1e-9 else self.keep
        # Furniture stands square to the room where that still counts as facing.
        square = _distinct(*(self.keep + k * _QUARTER for k in range(4)), box.yaw + math.pi)
        near = [yaw for yaw in square if boxes.angle_between(yaw, straight) <= math.radians(FACING)]
        return _distinct(*near, straight)


def _distinct(*yaws: float) -> tuple[float, ...]:
    found: list[float] = []
    for yaw in yaws:
        if all(boxes.angle_between(yaw, other) > 1e-3 for other in found):
            found.append(math.remainder(yaw, math.tau))
    return tuple(found)


def turns_of(world: World, wanted: Wanted, region: Region) -> Turns:
    """The turns that relations and the caller ask for."""
    keep = world.box(wanted.id).yaw if wanted.id is not None and wanted.id in world.scene.objects else wanted.yaw
    only, facing = wanted.yaws, None
    for name, args in wanted.relations:
        if args[0] != IT or only:
            continue
        if name == "has_yaw":
            only = (math.radians(float(args[1])),)
        elif name == "aligned_with" and args[2] == "yaw":
            along = world.box(str(args[1])).yaw
            only = tuple(sorted((along, along + math.pi), key=lambda yaw: boxes.angle_between(yaw, keep)))
        elif name == "is_facing":
            facing = world.box(str(args[1]))
    if region.holding == "wall" and not only:
        only = _distinct(*(wall.yaw for wall in region.walls))
    return Turns(keep=keep, only=only, facing=facing, walls=region.walls)
