"""The part of a video that a task names, within the run's limit of frames."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lookagain.core.errors import LimitError

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.task import Pixel2Phys
    from lookagain.runtime.services import Services
    from lookagain.tools.media import Frame, ReadOutcome, Video, VideoInfo

__all__ = ["Clip", "clip_of", "numbered", "videos_of"]


class Clip:
    """A part of a video as a source of frames that can be read more than once.

    ``most`` is the largest number of frames that one pass may read, whatever the file's header declares.
    """

    def __init__(self, video: Video, *, start_s: float | None, stop_s: float | None, most: int | None = None) -> None:
        self._video = video
        self._start, self._stop, self._most = start_s, stop_s, most

    def frames(self, *, exact: bool = False) -> Iterator[Frame]:
        """The frames of the part, in order, ``exact`` as in ``Video.frames``.

        Raises ``LimitError`` when there are more than ``most``.
        """
        for count, frame in enumerate(self._video.frames(start_s=self._start, stop_s=self._stop, exact=exact)):
            if self._most is not None and count >= self._most:
                raise LimitError("frames", spent=count, allowed=self._most, needs=1)
            yield frame

    def check_declared(self) -> None:
        """Raise ``LimitError`` before anything is read, when the header declares more than ``most`` frames."""
        declared = self.declared
        if self._most is not None and declared > self._most:
            raise LimitError("frames", spent=0, allowed=self._most, needs=declared)

    @property
    def declared(self) -> int:
        """How many frames the part has by the header's count and rate; 0 where it declares none."""
        info = self._video.info
        first = _frames_before(self._start or 0.0, info)
        stop = info.frame_count if self._stop is None else _frames_before(self._stop, info)
        return max(0, stop - first)

    @property
    def outcome(self) -> ReadOutcome | None:
        """How the latest pass ended."""
        return self._video.outcome


def videos_of(task: Pixel2Phys, services: Services) -> tuple[Video, ...]:
    """The task's videos through the media door; none for measured tables."""
    return tuple(services.media.video(path) for path in task.films)


def clip_of(task: Pixel2Phys, video: Video, services: Services) -> Clip:
    """The part of a video that the task names, no pass over it longer than the run's limit of frames."""
    return Clip(video, start_s=task.start_s, stop_s=task.stop_s, most=services.limits.frames)


def numbered(name: str, index: int, count: int) -> str:
    """The name of a file that there is for each of several recordings."""
    stem, dot, ending = name.partition(".")
    return name if count == 1 else f"{stem}-{index + 1}{dot}{ending}"


def _frames_before(time_s: float, info: VideoInfo) -> int:
    """How many of the declared frames begin before ``time_s``."""
    # A frame that begins at the very time is not before it, whatever the rounding of the product.
    return min(info.frame_count, math.ceil(time_s * float(info.fps) - 1e-6))
