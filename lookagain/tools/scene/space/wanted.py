"""What a place must be like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lookagain.tools.scene.values import Point

__all__ = ["IT", "Wanted"]

#: Stands for the object that is to be placed, in relations.
IT: Final = "?"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The place that an object is looked for.

    ``id`` is the object's own if it is in the scene already: it and what it carries are then no obstacle, small
    displacements come first, and what it interpenetrates now it may interpenetrate as deep.
    """

    size: Point
    """Its extent in metres, before it is turned."""
    id: str | None = None
    surface: str | None = None
    """What carries it: an object, ``floor:``, ``ceiling:`` or ``wall:``. None: what the relations say. Else what hangs
    stays on walls or the ceiling, what lies on a thing is put on what its first target lies on, or stays on it; all
    others stand on the floor."""
    room: str | None = None
    """Where to look. None: where the surface, the target of the relations or ``near`` is."""
    relations: tuple[tuple[str, tuple[str | float, ...]], ...] = ()
    """What must hold there, with ``?`` for the object. What does not depend on the place is not looked at."""
    yaws: tuple[float, ...] = ()
    """The only turns to try, in radians. None: as it is, away from the nearest wall, to and along its targets."""
    clearance: float = 0.0
    """Metres to keep free on all sides, but towards walls and the targets of the relations."""
    ignore: frozenset[str] = frozenset()
    """Objects that are no obstacle, because they move too."""
    near: Point | None = None
    """The nearer to this point the better. None: where the object is now."""
    yaw: float = 0.0
    """How it is turned now, if it is not in the scene yet."""
