"""How a field reaches the product: as an array, or as a video whose red and green are u and v.

A byte ``b`` of channel c is the quantity ``low[c] + (high[c] - low[c]) * b / 255``; what lies outside is cut. The
third colour stays at 128; a field of one channel is shown in grey.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.common.video import Coding, write_video

__all__ = ["SOURCES", "Shown", "Source", "pictures", "show"]

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
#: ``npy``: float32 array (frames, [channels,] y, x), one channel without an axis; the others are codings of bytes.
Source: TypeAlias = Literal["npy", "ffv1", "h264", "h264_444"]

SOURCES: tuple[Source, ...] = ("npy", "ffv1", "h264", "h264_444")
_CODINGS: dict[Source, Coding] = {"ffv1": "ffv1", "h264": "h264", "h264_444": "h264_444"}
_RATE = 25


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A file and what a person knows of it: seconds between frames, length of a cell, borders, calibration."""

    path: Path
    source: Source
    names: tuple[str, ...]
    dt: float
    spacing: float
    periodic: bool
    low: tuple[float, ...]
    high: tuple[float, ...]


def pictures(states: Floats, low: Sequence[float], high: Sequence[float]) -> Iterator[Bytes]:
    """RGB frames (y x x x 3) of states (frames x channels x y x x)."""
    shape = (-1, 1, 1)
    bottom, top = np.reshape(low, shape), np.reshape(high, shape)
    for state in states:
        grey = np.clip(np.rint((state - bottom) / (top - bottom) * 255), 0, 255).astype(np.uint8)
        colours = [*grey, np.full_like(grey[0], 128)] if len(grey) == 2 else [grey[0]] * 3
        yield np.stack(colours, axis=-1)


def show(states: Floats, shown: Shown) -> Shown:
    """Write the states as ``shown`` says; gives it back."""
    if shown.source == "npy":
        values = states.astype(np.float32)
        np.save(shown.path, values[:, 0] if len(shown.names) == 1 else values)
    else:
        coding = _CODINGS[shown.source]
        write_video(shown.path, pictures(states, shown.low, shown.high), rate=_RATE, coding=coding)
    return shown
