"""Where frames come from: a video, or an array in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from lookagain.core.errors import InputError
from lookagain.tools.media import Frame
from lookagain.tools.media.values import Pixels

__all__ = ["ArrayFrames", "FrameSource"]


class FrameSource(Protocol):
    """Anything that yields RGB frames and can be read more than once; a ``Video`` is one."""

    def frames(self) -> Iterator[Frame]:
        """All frames from the first on."""
        ...


class ArrayFrames:
    """Frames held in memory: uint8 (n, h, w, 3) RGB or (n, h, w) grey, ``fps`` frames a second."""

    def __init__(self, pixels: Pixels, fps: float) -> None:
        if pixels.dtype != np.uint8 or pixels.ndim not in {3, 4} or (pixels.ndim == 4 and pixels.shape[3] != 3):
            raise InputError(f"expected uint8 frames (n, h, w, 3) or (n, h, w), got {pixels.dtype} {pixels.shape}.")
        if not fps > 0:
            raise InputError(f"expected a positive frame rate, got {fps}.")
        self._pixels = pixels
        self._fps = fps

    def frames(self) -> Iterator[Frame]:
        """All frames from the first on."""
        for index, pixels in enumerate(self._pixels):
            rgb = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)
            yield Frame(index=index, time_s=index / self._fps, pixels=rgb)
