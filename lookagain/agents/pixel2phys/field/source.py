"""From a video, an image stack or an array to frames of quantities: which channels, and what their numbers mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lookagain.agents.pixel2phys.clip import Clip, clip_of, videos_of
from lookagain.agents.pixel2phys.options import Channel, Colour
from lookagain.core.errors import InputError, LimitError

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.task import Pixel2Phys
    from lookagain.runtime.services import Services
    from lookagain.tools.media import Stack, Video

__all__ = ["Calibrated", "Frames", "Timed", "frames_of"]

_NAMES = "uvwp"
_COLOURS: tuple[Colour, ...] = ("red", "green", "blue")
#: Numbers read from an array at once.
_BLOCK = 1 << 23
#: A picture shows a field on this many cells along its longer side; finer ones are averaged unless asked for.
_PICTURE_SIDE = 256
#: What a field may take on disk, and where it is used again, in memory that the system can take back.
_MOST_BYTES = 2 << 30


class Calibrated(NamedTuple):
    """One channel: the quantity is ``offset + scale * stored``."""

    name: str
    offset: float
    scale: float
    resolution: float
    text: str


class Timed(NamedTuple):
    """A frame: its time in seconds, None where the file has none, and its values (channels, [y,] x)."""

    time_s: float | None
    values: NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Frames:
    """Where a field's frames come from. ``read`` begins a pass over them; ``space`` are the cells of a frame before
    ``coarsen`` of them are averaged along each axis. ``spacing`` is that of the file or task, None where neither says.
    """

    sha256: str
    read: Callable[[], Iterator[Timed]]
    count: int
    channels: tuple[Calibrated, ...]
    space: tuple[int, ...]
    dtype: np.dtype[Any]
    spacing: tuple[float | None, ...]
    coarsen: int
    notes: tuple[str, ...]


def frames_of(task: Pixel2Phys, services: Services, index: int = 0) -> Frames:
    """The frames of a recording: one of the task's videos, or its array.

    Raises ``InputError`` where channels or axes do not fit the file.
    """
    if task.films:
        return _of_video(videos_of(task, services)[index], task, services)
    if task.array is None:
        raise InputError("a field needs a video or an array.")
    options = task.field_options
    stack = services.media.array(task.array, axes=options.axes, dataset=options.dataset)
    return _of_array(stack, task, services)


def _of_video(video: Video, task: Pixel2Phys, services: Services) -> Frames:
    clip = clip_of(task, video, services)
    clip.check_declared()
    space = (video.info.height, video.info.width)
    channels = _picture_channels(task.field_options.channels)
    colours = tuple(channel.colour for channel in _asked(task.field_options.channels))
    scale = task.units_per_pixel
    return Frames(
        sha256=video.info.sha256,
        read=lambda: _of_clip(clip, colours),
        count=clip.declared,
        channels=channels,
        space=space,
        dtype=np.dtype(np.uint8),
        spacing=(scale, scale),
        coarsen=_coarsening(task, space, len(channels), 1, clip.declared, picture=True),
        notes=(f"video codec {video.info.codec}, read as 8-bit colour",),
    )


def _of_array(stack: Stack, task: Pixel2Phys, services: Services) -> Frames:
    options = task.field_options
    first, last = _span(stack, task)
    most = services.limits.frames
    if most is not None and last - first > most:
        raise LimitError("frames", spent=0, allowed=most, needs=last - first)
    dtype = stack.read(first, first + 1).dtype
    pictures = stack.format in ("tiff", "images") and dtype == np.uint8
    coloured = pictures and stack.channels == len(_COLOURS)
    if coloured:
        channels = _picture_channels(options.channels)
        colours = tuple(channel.colour for channel in _asked(options.channels))
    else:
        channels, colours = _array_channels(stack, options.channels, dtype, pictures=pictures), ()
    space = stack.shape[2:]
    scale = (task.units_per_pixel,) * len(space) if task.calibrated else stack.spacing
    return Frames(
        sha256=stack.sha256,
        read=lambda: _of_stack(stack, first, last, colours),
        count=last - first,
        channels=channels,
        space=space,
        dtype=dtype,
        spacing=scale,
        coarsen=_coarsening(task, space, len(channels), dtype.itemsize, last - first, picture=pictures),
        notes=(f"{stack.format} file", *stack.notes),
    )


def _asked(channels: Sequence[Channel]) -> tuple[Channel, ...]:
    return tuple(channels) or (Channel(name="u"),)


def _picture_channels(channels: Sequence[Channel]) -> tuple[Calibrated, ...]:
    out = []
    for channel in _asked(channels):
        low, high = (0.0, 1.0) if channel.low is None or channel.high is None else (channel.low, channel.high)
        step = (high - low) / 255
        text = f"{channel.name} = {low:g} + {high - low:g} * {channel.colour} / 255"
        out.append(Calibrated(channel.name, low, step, abs(step), text))
    return tuple(out)


def _array_channels(
    stack: Stack, channels: Sequence[Channel], dtype: np.dtype[Any], *, pictures: bool
) -> tuple[Calibrated, ...]:
    """Channels of an array in the file's order; only bytes may be given a meaning."""
    if channels and len(channels) != stack.channels:
        raise InputError(
            f"channels: {len(channels)} named, and the array has {stack.channels}.",
            path=stack.path,
            hint="Name as many channels as there are, in the file's order.",
        )
    if stack.channels > len(_NAMES):
        raise InputError(
            f"expected at most {len(_NAMES)} channels, got {stack.channels}.", path=stack.path, hint="Check the axes."
        )
    given = dict(enumerate(channels))
    known = [name for name in stack.names if len(name) == 1 and name in "abcdefghijklmnopqrsuvw"]
    names = known if len(set(known)) == stack.channels else list(_NAMES[: stack.channels])
    out = []
    for k in range(stack.channels):
        asked = given.get(k, Channel(name=names[k]))
        if asked.colour != "grey" or (asked.low is not None and dtype != np.uint8):
            raise InputError(
                f"channel {asked.name}: the array holds quantities, not colours or bytes ({dtype}).",
                path=stack.path,
                hint="Leave out colour, low and high.",
            )
        if asked.low is not None or pictures:
            out.append(_picture_channels([asked])[0])
        else:
            source = stack.names[k] if len(stack.names) == stack.channels else f"channel {k}"
            out.append(Calibrated(asked.name, 0.0, 1.0, float(dtype == np.uint8), f"{asked.name} = {source}"))
    return tuple(out)


def _coarsening(
    task: Pixel2Phys, space: tuple[int, ...], channels: int, width: int, frames: int, *, picture: bool
) -> int:
    """The cells to average along each axis: as said, else as few as memory, and for pictures a moderate size, allow."""
    least = task.field_options.coarsen or (-(-max(space) // _PICTURE_SIDE) if picture else 1)
    most = least if task.field_options.coarsen else 64
    for factor in range(least, most + 1):
        cells = int(np.prod([size // factor for size in space]))
        if cells * channels * width * max(frames, 1) <= _MOST_BYTES:
            return factor
    raise InputError(
        f"{frames} frames of {' x '.join(map(str, space))} cells take more than {_MOST_BYTES} bytes.",
        limit="max_array_bytes",
        hint="Use a part of them (start_s, stop_s), or average more cells (coarsen).",
    )


def _span(stack: Stack, task: Pixel2Phys) -> tuple[int, int]:
    """The frames of an array between the task's start and stop, on the array's own clock."""
    t = times_of(stack.t, task, stack.frames)
    first = 0 if task.start_s is None else int(np.searchsorted(t, task.start_s))
    last = stack.frames if task.stop_s is None else int(np.searchsorted(t, task.stop_s))
    if first >= last:
        raise InputError(
            f"no frame lies between start_s and stop_s: the array's times run from {t[0]:g} to {t[-1]:g} s.",
            path=stack.path,
        )
    return first, last


def times_of(t: NDArray[np.float64] | None, task: Pixel2Phys, frames: int) -> NDArray[np.float64]:
    """Times of an array's frames: as the person says, else the file's, else one second a frame."""
    step = task.field_options.dt or (1 / task.fps if task.fps else None)
    if step is None and t is not None:
        return t
    return np.arange(frames, dtype=np.float64) * (step or 1.0)


def _of_clip(clip: Clip, colours: Sequence[Colour]) -> Iterator[Timed]:
    for frame in clip.frames(exact=True):
        yield Timed(frame.time_s, _coloured(frame.pixels, colours))


def _of_stack(stack: Stack, first: int, last: int, colours: Sequence[Colour]) -> Iterator[Timed]:
    size = max(1, _BLOCK // int(np.prod(stack.shape[1:])))
    for start in range(first, last, size):
        block = stack.read(start, min(start + size, last))
        for row, values in enumerate(block):
            time_s = None if stack.t is None else float(stack.t[start + row])
            yield Timed(time_s, _coloured(values.transpose(1, 2, 0), colours) if colours else values)


def _coloured(pixels: NDArray[Any], colours: Sequence[Colour]) -> NDArray[Any]:
    """The asked colours (channels, h, w) of an RGB picture (h, w, 3)."""
    import cv2

    planes: list[Any] = [
        cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
        if colour == "grey"
        else pixels[..., _COLOURS.index(colour)]
        for colour in colours
    ]
    return np.stack(planes)
