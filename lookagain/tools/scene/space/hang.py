"""Places on a wall."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from lookagain.tools.scene.geometry import boxes
from lookagain.tools.scene.space.exact import FLUSH
from lookagain.tools.scene.space.region import Region, targets
from lookagain.tools.scene.space.wanted import Wanted
from lookagain.tools.scene.values import Box, Point

if TYPE_CHECKING:
    from lookagain.tools.scene.world import World

__all__ = ["hang"]

#: The height of a picture's middle over the floor where nothing else is said, in metres.
_EYE = 1.5
#: Steps along the wall, and the least distances from the floor and the ceiling, in metres.
_STEP, _FOOT, _HEAD = 0.1, 0.1, 0.05
#: A picture hangs so far over a thing, in metres, if nothing else is said.
_OVER = 0.3


def hang(
    world: World, wanted: Wanted, region: Region, now: Point | None
) -> Iterator[tuple[float, float, float, float]]:
    """Places ``(x, y, height of the underside, yaw)`` on the walls of the region: where it is now, by its targets, in
    the middle, and in steps along the wall.
    """
    named = [world.box(id_) for id_ in targets(wanted) if world.place(id_) is None and world.find(id_) is not None]
    for wall in region.walls:
        across = (wall.forward[1], -wall.forward[0])
        yaws = wanted.yaws or (wall.yaw,)
        half = wall.size.x / 2 - wanted.size.x / 2
        for yaw in yaws:
            mine = Box(centre=wall.centre, size=wanted.size, yaw=yaw)
            far = wall.size.y / 2 + FLUSH + boxes.half_extent(mine, wall.forward)
            for shift in _shifts(wall, across, half, named, now):
                x, y = (wall.centre[k] + wall.forward[k] * far + across[k] * shift for k in (0, 1))
                for bottom in _heights(wanted, wall, named, now):
                    yield x, y, bottom, yaw


def _shifts(wall: Box, across: tuple[float, float], half: float, named: list[Box], now: Point | None) -> list[float]:
    """How far from the wall's middle, along it."""
    if half < 0:
        return []

    def along(point: Point) -> float:
        return (point.x - wall.centre.x) * across[0] + (point.y - wall.centre.y) * across[1]

    wanted = [along(box.centre) for box in named]
    found = [*([] if now is None else [along(now)]), *wanted]
    if len(wanted) > 1:
        found.append(sum(wanted[:2]) / 2)
    steps = np.linspace(-half, half, 2 * int(np.ceil(half / _STEP)) + 1).tolist()
    return [shift for shift in (*found, *sorted(steps, key=abs)) if -half <= shift <= half]


def _heights(wanted: Wanted, wall: Box, named: list[Box], now: Point | None) -> list[float]:
    """Heights of the underside that leave it between floor and ceiling."""
    low, high = wall.bottom + _FOOT, wall.top - _HEAD - wanted.size.z
    if high < low:
        return []
    asked = [float(args[3]) for name, args in wanted.relations if name == "at"]
    gaps = [float(args[2]) for name, args in wanted.relations if name == "gap"] or [_OVER]
    middles = [*asked, *([] if now is None else [now.z])]
    found = [middle - wanted.size.z / 2 for middle in middles]
    for box in named:
        found += [box.centre.z - wanted.size.z / 2, *(box.top + gap for gap in gaps)]
    found.append(wall.bottom + _EYE - wanted.size.z / 2)
    return list(dict.fromkeys(round(min(max(bottom, low), high), 6) for bottom in found))
