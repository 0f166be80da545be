"""Lengths in metres up to which scenes count as exact, in one place."""

from __future__ import annotations

from typing import Final

__all__ = ["AT", "HANG", "OVERHANG", "PENETRATION", "REST", "SUPPORT", "TOUCH"]

#: Two boxes collide where they interpenetrate by more. Boxes are hulls of rounder things (the paper's value).
PENETRATION: Final = 0.05
#: Things touch where they are no farther apart.
TOUCH: Final = 0.05
#: One thing carries another up to this difference in height (in ProcTHOR houses, things that lie still are 0.06 m off).
SUPPORT: Final = 0.08
#: One thing counts as being on another up to this difference in height: real scenes are that rough (the paper's value).
REST: Final = 0.15
#: So far the centre may lie beside a surface on which the thing still counts as being (the paper's value).
OVERHANG: Final = 0.1
#: So far from a wall a thing may be that hangs on it.
HANG: Final = 0.1
#: Coordinates are equal up to this.
AT: Final = 0.05
