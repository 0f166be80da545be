"""Sampled fields: the border value between what is seen and the search for the equation that governs it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lookagain.core.errors import InputError
from lookagain.tools.physics.trajectory import Array

__all__ = ["Field", "FieldValues"]

#: Single or double precision, or the bytes of a video; a memory map stays one.
FieldValues: TypeAlias = NDArray[np.float32] | NDArray[np.float64] | NDArray[np.uint8]

_NAME = re.compile(r"[a-z]\Z")
#: Letters that name axes and operators.
_RESERVED = frozenset("txyz")
_MAX_CHANNELS = 4
_LEAST_FRAMES, _LEAST_CELLS = 8, 8


@dataclass(frozen=True, kw_only=True, eq=False)
class Field:
    """``values (frames, channels, *space)`` seen at times ``t (frames,)`` in seconds, on one or two space axes.

    ``space`` is (x,) or (y, x); ``spacing`` holds the distance of two cells along each of its axes, ``periodic``
    whether the axis closes on itself. The quantity is ``offset[c] + scale[c] * values[:, c]`` for channel ``c`` of
    ``names``: what a video stores as bytes need not be copied to floats. ``resolution`` is the step in which each
    channel was stored, in units of the quantity (0 where it was not rounded).

    Names are single letters other than t, x, y and z, so that ``u_xx`` can be read. Frames rise strictly and evenly in
    time (to one part in a thousand). Raises ``InputError`` when shapes, names, times or numbers do not fit; the values
    themselves are looked at where they are used, for they may lie on disk.
    """

    values: FieldValues
    t: Array
    spacing: tuple[float, ...]
    names: tuple[str, ...]
    periodic: tuple[bool, ...]
    offset: tuple[float, ...] = ()
    scale: tuple[float, ...] = ()
    resolution: tuple[float, ...] = ()
    unit: str = ""
    """Unit of lengths."""

    def __post_init__(self) -> None:
        t = np.array(self.t, dtype=np.float64)
        t.setflags(write=False)
        object.__setattr__(self, "t", t)
        channels = len(self.names)
        for name, default in (("offset", 0.0), ("scale", 1.0), ("resolution", 0.0)):
            object.__setattr__(self, name, tuple(getattr(self, name)) or (default,) * channels)
        self._check_shape()
        self._check_times()
        self._check_names()

    def _check_shape(self) -> None:
        v = self.values
        if v.dtype not in (np.float32, np.float64, np.uint8):
            raise InputError(f"field values are float32, float64 or uint8; got {v.dtype}.")
        if v.ndim not in (3, 4) or len(v) != len(self.t) or v.shape[1] != len(self.names):
            raise InputError(
                f"expected values (frames, channels, [y,] x) with {len(self.t)} frames and {len(self.names)} channels; "
                f"got {v.shape}."
            )
        if len(v) < _LEAST_FRAMES or min(v.shape[2:]) < _LEAST_CELLS or v.shape[1] > _MAX_CHANNELS:
            raise InputError(
                f"a field has at least {_LEAST_FRAMES} frames of {_LEAST_CELLS} cells along each axis and at most "
                f"{_MAX_CHANNELS} channels; got {v.shape}."
            )
        axes = v.ndim - 2
        if len(self.spacing) != axes or len(self.periodic) != axes:
            raise InputError(f"expected spacing and periodic for {axes} axes; got {self.spacing} and {self.periodic}.")
        if not all(np.isfinite(h) and 1e-12 <= h <= 1e12 for h in self.spacing):
            raise InputError(f"spacings must lie between 1e-12 and 1e12; got {self.spacing}.")
        for name in ("offset", "scale", "resolution"):
            given = getattr(self, name)
            if len(given) != len(self.names) or not np.isfinite(given).all():
                raise InputError(f"expected one finite {name} for each of {self.names}; got {given}.")
        if 0.0 in self.scale or min(self.resolution) < 0:
            raise InputError(f"scale must not be 0, resolution not negative; got {self.scale}, {self.resolution}.")

    def _check_times(self) -> None:
        steps = np.diff(self.t)
        mean = (self.t[-1] - self.t[0]) / (len(self.t) - 1) if np.isfinite(self.t).all() else 0.0
        if not mean > 0 or not np.all(np.abs(steps - mean) <= 1e-3 * mean):
            raise InputError(
                "the frames of a field must follow each other evenly in time.",
                hint="Resample it, or give the frame rate.",
            )

    def _check_names(self) -> None:
        for name in self.names:
            if not _NAME.match(name) or name in _RESERVED:
                raise InputError(f"{name!r} does not name a field: use one small letter other than t, x, y, z.")
        if len(set(self.names)) != len(self.names):
            raise InputError(f"expected different names; got {self.names}.")

    @property
    def frames(self) -> int:
        """Number of frames."""
        return len(self.t)

    @property
    def channels(self) -> int:
        """Number of channels."""
        return len(self.names)

    @property
    def space(self) -> tuple[int, ...]:
        """Cells along each space axis: (x,) or (y, x)."""
        return tuple(int(n) for n in self.values.shape[2:])

    @property
    def dt(self) -> float:
        """Seconds from one frame to the next."""
        return float(self.t[-1] - self.t[0]) / (self.frames - 1)

    def take(self, start: int, stop: int) -> Field:
        """The frames ``start <= i < stop``; the values are not copied."""
        return replace(self, values=self.values[start:stop], t=self.t[start:stop])

    def quantity(self, frames: slice | Sequence[int] = slice(None)) -> Array:
        """The quantity ``(frames, channels, *space)`` of some frames, in double precision."""
        chosen = np.asarray(self.values[frames], dtype=np.float64)
        shape = (1, self.channels) + (1,) * len(self.space)
        quantity: Array = np.reshape(self.offset, shape) + np.reshape(self.scale, shape) * chosen
        return quantity
