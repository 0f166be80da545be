"""Encoding of RGB frames, for benchmarks that make their own videos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Literal, TypeAlias, cast

import av
import numpy as np
from numpy.typing import NDArray

__all__ = ["Coding", "write_video"]

Bytes = NDArray[np.uint8]
#: H.264 with halved or with whole colour resolution, or FFV1, which loses nothing.
Coding: TypeAlias = Literal["h264", "h264_444", "ffv1"]

_CODINGS: dict[Coding, tuple[str, str]] = {
    "h264": ("libx264", "yuv420p"),
    "h264_444": ("libx264", "yuv444p"),
    "ffv1": ("ffv1", "bgr0"),
}


def write_video(
    path: Path, pictures: Iterable[Bytes], *, rate: int = 30, coding: Coding = "h264", crf: int = 18
) -> Path:
    """Encode RGB frames, H.264 yuv420p by default; returns ``path``. Raises ValueError for no frame at all.

    FFV1 goes into a ``.mkv``.
    """
    source = iter(pictures)
    first = next(source, None)
    if first is None:
        raise ValueError("expected at least one frame")
    path.parent.mkdir(parents=True, exist_ok=True)
    codec, pixels = _CODINGS[coding]
    with av.open(str(path), "w") as container:
        stream = cast(av.VideoStream, container.add_stream(codec, rate=Fraction(rate)))
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt = pixels
        lossy = {"crf": str(crf), "preset": "medium"} if codec == "libx264" else {}
        stream.options = {**lossy, "threads": "1"}
        for picture in _chain(first, source):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def _chain(first: Bytes, rest: Iterator[Bytes]) -> Iterator[Bytes]:
    yield first
    yield from rest
