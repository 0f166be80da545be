"""What the media door hands out: frozen values with read-only pixels."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Format", "Frame", "Image", "Kind", "Pixels", "Probe", "ReadOutcome", "VideoInfo"]

Pixels: TypeAlias = npt.NDArray[np.uint8]
Kind = Literal["image", "video", "array"]
Format = Literal[
    "png", "jpeg", "webp", "bmp", "tiff", "gif", "mov", "matroska", "avi", "npy", "zip", "mat", "hdf5"
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What the first bytes of a file say it is. ``kinds`` holds the ways the door can read it."""

    path: Path
    format: Format
    kinds: tuple[Kind, ...]
    size_bytes: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Image:
    """One image: ``pixels`` is read-only RGB uint8 of shape (height, width, 3), upright.

    ``sha256`` is that of the original file; ``lossless`` says whether its format keeps every pixel.
    """

    path: Path
    format: Format
    pixels: Pixels
    sha256: str
    lossless: bool

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.pixels.shape[0])


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """One video frame, upright: RGB (height, width, 3) or grey (height, width), uint8.

    ``index`` counts decoded frames from the start of the video; ``time_s`` is the presentation time in
    seconds after the video's first frame.
    """

    index: int
    time_s: float
    pixels: Pixels


@dataclass(frozen=True, kw_only=True)
class VideoInfo:
    """What a video says of itself, and the SHA-256 of its original bytes.

    ``width`` and ``height`` are those of the frames as shown, that is after ``rotation`` (degrees
    counter-clockwise, a multiple of 90, taken from the file's display matrix and already applied to the
    frames). ``frame_count`` is the container's own count or duration times rate: an estimate. ``fps`` is the
    mean rate; use the frames' own times where the rate varies.
    """

    path: Path
    format: Format
    codec: str
    width: int
    height: int
    fps: Fraction
    frame_count: int
    duration_s: float
    rotation: int
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ReadOutcome:
    """How the latest pass over a video ended.

    ``finished``: the decoder reached the end of the file (false when the consumer stopped before, or asked
    for a part only). ``truncated``: the file ended before all that its header declares was decoded.
    ``damaged_packets``: compressed packets that the decoder refused and that were skipped. ``note``: the same
    in words, empty when all is well.
    """

    frames_decoded: int
    finished: bool
    truncated: bool = False
    damaged_packets: int = 0
    note: str = ""
