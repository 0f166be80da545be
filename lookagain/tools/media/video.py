"""Reading a video frame by frame with PyAV, in constant memory.

The bytes are read by this module and handed to a demuxer that is named beforehand, so the content cannot pick
another one (playlists, concatenation, streaming), and any further file that a demuxer asks for is refused.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator
from fractions import Fraction
from typing import TypeVar

import av
import numpy as np
from av.container import InputContainer
from av.video.reformatter import VideoReformatter

from lookagain.core.errors import InputError
from lookagain.tools.media.budget import Budget
from lookagain.tools.media.sampling import Selection, evenly
from lookagain.tools.media.source import Source
from lookagain.tools.media.values import Frame, Pixels, ReadOutcome, VideoInfo

__all__ = ["Video", "open_video"]

_CODECS = frozenset(
    {
        *("h264", "hevc", "vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d", "libaom-av1"),
        *("mpeg4", "mpeg2video", "mpeg1video", "h263", "mjpeg", "gif", "png", "rawvideo"),
        *("prores", "dnxhd", "ffv1", "huffyuv", "ffvhuff", "utvideo", "qtrle", "dvvideo", "magicyuv"),
        *("msmpeg4v2", "msmpeg4v3", "wmv1", "wmv2", "flv", "cinepak", "msvideo1", "svq1", "svq3", "theora"),
    }
)
# What PyAV and the libraries under it are known to raise on broken bytes.
_BROKEN = (
    av.FFmpegError,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
    TypeError,
    AssertionError,
)
_MAX_DAMAGED = 1000
_T = TypeVar("_T")


class Video:
    """A video that can be read any number of times. ``info`` is what its header says.

    A file that ends early or holds damaged packets still yields the frames that decode; after the pass
    ``outcome`` says so (``truncated``, ``damaged_packets``). Each call of ``frames`` reads the file anew.
    """

    def __init__(self, source: Source, info: VideoInfo, budget: Budget, clock: Callable[[], float]) -> None:
        self.info = info
        self.outcome: ReadOutcome | None = None
        self._source = source
        self._budget = budget
        self._clock = clock

    def frames(
        self,
        *,
        start_s: float | None = None,
        stop_s: float | None = None,
        every: int = 1,
        count: int | None = None,
        gray: bool = False,
        exact: bool = False,
    ) -> Iterator[Frame]:
        """Frames with ``start_s <= time_s < stop_s``: every ``every``-th, or ``count`` evenly spread ones.

        One frame is held at a time. ``count`` costs one more pass over the packets (nothing is decoded) and
        yields fewer frames if there are fewer. ``exact`` converts colours without the usual bias of a level or more
        (of 255), at some cost in time. Raises ``ConfigError`` for impossible arguments and
        ``InputError`` when a budget runs out or the frame size changes midway.
        """
        selection = Selection(start_s=start_s, stop_s=stop_s, every=every, count=count)
        return self._frames(selection, "gray" if gray else "rgb24", exact=exact)

    def _frames(self, selection: Selection, pixel_format: str, *, exact: bool) -> Iterator[Frame]:
        wanted: Iterator[int] | None = None
        if selection.count is not None:
            wanted = iter(evenly(self._packets_within(selection), selection.count))
        target = next(wanted, None) if wanted is not None else None
        decoder = _Decoder(self._source, self.info, self._budget, self._clock)
        self.outcome = None
        ordinal = -1
        try:
            for index, time_s, picture in decoder.pictures():
                if not selection.starts_before(time_s):
                    continue
                if selection.ends_before(time_s) or (wanted is not None and target is None):
                    break
                ordinal += 1
                if wanted is None:
                    if ordinal % selection.every:
                        continue
                elif ordinal == target:
                    target = next(wanted, None)
                else:
                    continue
                whole = _full_colour(picture) if exact else picture
                yield Frame(index=index, time_s=time_s, pixels=decoder.pixels(whole, pixel_format))
        finally:
            self.outcome = decoder.outcome()

    def _packets_within(self, selection: Selection) -> int:
        """How many packets of the selected time span the file holds, without decoding."""
        count = 0
        first: int | None = None
        untimed = 0
        with _opened(self._source, self._budget) as container, contextlib.suppress(*_BROKEN):
            stream = container.streams.video[0]
            base = float(stream.time_base or 0)
            for packet in container.demux(stream):
                if packet.size == 0:
                    continue
                if packet.pts is None:
                    untimed += 1
                    continue
                first = packet.pts if first is None else first
                time_s = (packet.pts - first) * base
                count += selection.starts_before(time_s) and not selection.ends_before(time_s)
        return count or untimed


def open_video(source: Source, budget: Budget, clock: Callable[[], float]) -> Video:
    """Check header and budgets, decode the first frame, hash the bytes. Raises ``InputError``."""
    with _opened(source, budget) as container:
        draft = _read_header(source, container, budget)
    decoder = _Decoder(source, draft, budget, clock)
    with contextlib.closing(decoder.pictures()) as pictures:
        first = next(pictures, None)
    if first is None:
        raise InputError(
            f"no frame of the {draft.codec} video decodes.",
            path=source.path,
            hint="The file is damaged or truncated: copy or export it again.",
        )
    picture = first[2]
    rotation = round(picture.rotation / 90) * 90
    width, height = picture.width, picture.height
    if rotation % 180:
        width, height = height, width
    values = {"width": width, "height": height, "rotation": rotation, "sha256": source.sha256()}
    return Video(source, VideoInfo(**{**draft.__dict__, **values}), budget, clock)


def _read_header(source: Source, container: InputContainer, budget: Budget) -> VideoInfo:
    if not container.streams.video:
        raise InputError("the file holds no video stream.", path=source.path, hint="Give a video.")
    stream = container.streams.video[0]
    context = stream.codec_context
    if context is None or context.name not in _CODECS:
        raise InputError(
            f"the codec {getattr(context, 'name', 'unknown')!r} is not on the allowlist.",
            path=source.path,
            limit="format",
            hint="Re-encode it as H.264 in mp4.",
        )
    _check_pixels(source, context.width, context.height, budget)
    fps = next((Fraction(r) for r in (stream.average_rate, stream.guessed_rate) if r), Fraction(25))
    if stream.duration is not None and stream.time_base is not None:
        duration = float(stream.duration * stream.time_base)
    else:
        duration = float((container.duration or 0) / av.time_base)
    frame_count = stream.frames or round(duration * fps)
    for value, limit, unit in ((duration, "max_seconds", "s"), (frame_count, "max_frames", "frames")):
        if value > getattr(budget, limit):
            raise _over(source, limit, f"the video declares {value:g} {unit}", budget)
    return VideoInfo(
        path=source.path,
        format=source.sniffed.format,
        codec=context.name,
        width=context.width,
        height=context.height,
        fps=fps,
        frame_count=max(0, frame_count),
        duration_s=max(0.0, duration),
        rotation=0,
        size_bytes=source.size_bytes,
        sha256="",
    )


class _Decoder:
    """One pass over the file, with its bookkeeping."""

    def __init__(self, source: Source, info: VideoInfo, budget: Budget, clock: Callable[[], float]) -> None:
        self._source, self._info, self._budget, self._clock = source, info, budget, clock
        self._reformatter = VideoReformatter()
        self._spent = 0.0
        self._decoded = 0
        self._damaged = 0
        self._finished = False
        self._cause = ""

    def pictures(self) -> Generator[tuple[int, float, av.VideoFrame], None, None]:
        """Index, time in seconds after the first frame, and decoded picture."""
        with _opened(self._source, self._budget) as container:
            stream = container.streams.video[0]
            step = 1 / float(self._info.fps)
            first: Fraction | None = None
            last = -step
            size = (0, 0)
            for picture in self._decode(container):
                if self._decoded == 0:
                    size = (picture.width, picture.height)
                    _check_pixels(self._source, *size, self._budget)
                elif (picture.width, picture.height) != size:
                    raise InputError(
                        f"the frame size changes from {size[0]}x{size[1]} to "
                        f"{picture.width}x{picture.height} at frame {self._decoded}.",
                        path=self._source.path,
                        hint="Re-encode it at one size.",
                    )
                base = picture.time_base or stream.time_base
                if picture.pts is None or base is None:
                    time_s = last + step
                else:
                    stamp = picture.pts * Fraction(base)
                    first = stamp if first is None else first
                    time_s = float(stamp - first)
                    # Broken stamps that stand still or go back are replaced by the mean rate.
                    time_s = time_s if time_s > last else last + step
                last = time_s
                self._decoded += 1
                self._check(time_s)
                yield self._decoded - 1, time_s, picture
            self._finished = True

    def pixels(self, picture: av.VideoFrame, pixel_format: str) -> Pixels:
        """The picture as an array, turned upright."""
        # One reformatter for all frames: building its tables anew costs more than converting a small frame.
        array = self._timed(lambda: self._reformatter.reformat(picture, format=pixel_format).to_ndarray())
        turns = self._info.rotation // 90 % 4
        pixels: Pixels = np.ascontiguousarray(np.rot90(array, turns)) if turns else array.astype(np.uint8, copy=False)
        return pixels

    def outcome(self) -> ReadOutcome:
        """How far the pass came."""
        expected = self._info.frame_count
        short = self._finished and self._decoded < expected - max(2, expected // 50)
        truncated = bool(self._cause) or short
        notes = []
        if truncated:
            notes.append(f"the file ends early: {self._decoded} of about {expected} frames decoded")
            notes.extend([self._cause] if self._cause else [])
        if self._damaged:
            notes.append(f"{self._damaged} damaged packets skipped")
        return ReadOutcome(
            frames_decoded=self._decoded,
            finished=self._finished,
            truncated=truncated,
            damaged_packets=self._damaged,
            note="; ".join(notes),
        )

    def _decode(self, container: InputContainer) -> Iterator[av.VideoFrame]:
        stream = container.streams.video[0]
        packets = container.demux(stream)
        while True:
            try:
                packet = self._timed(lambda: next(packets, None))
            except _BROKEN as error:
                self._cause = f"reading stopped: {error}"
                return
            if packet is None:
                return
            try:
                pictures = self._timed(packet.decode)
            except EOFError:
                return
            except _BROKEN as error:
                self._damaged += 1
                if self._damaged > _MAX_DAMAGED:
                    self._cause = f"decoding stopped after {_MAX_DAMAGED} damaged packets: {error}"
                    return
                continue
            yield from pictures

    def _timed(self, call: Callable[[], _T]) -> _T:
        started = self._clock()
        try:
            return call()
        finally:
            self._spent += self._clock() - started

    def _check(self, time_s: float) -> None:
        budget = self._budget
        if self._decoded > budget.max_frames:
            raise _over(self._source, "max_frames", f"the video holds more than {self._decoded - 1} frames", budget)
        if time_s > budget.max_seconds:
            raise _over(self._source, "max_seconds", f"the video runs past {time_s:g} s", budget)
        if self._spent > budget.decode_seconds:
            raise _over(self._source, "decode_seconds", f"decoding took {self._spent:.3g} s", budget)


def _full_colour(picture: av.VideoFrame) -> av.VideoFrame:
    """A 4:2:0 picture with its colours repeated for each pixel; any other picture as it is.

    FFmpeg's fast conversion from 4:2:0 to RGB rounds down, by 1 to 1.5 levels, and its accurate one moves the colours
    by half a pixel where they lie between pixels, as they do in whatever it has itself made from RGB. From 4:4:4 it
    does neither.
    """
    height, width = picture.height, picture.width
    if picture.format.name not in ("yuv420p", "yuvj420p") or height % 2 or width % 2:
        return picture
    planes = picture.to_ndarray()
    colour = planes[height:].reshape(2, height // 2, width // 2).repeat(2, axis=1).repeat(2, axis=2)
    full = av.VideoFrame.from_ndarray(
        np.concatenate([planes[None, :height], colour]), format=picture.format.name.replace("420", "444")
    )
    full.colorspace, full.color_range = picture.colorspace, picture.color_range
    return full


@contextlib.contextmanager
def _opened(source: Source, budget: Budget) -> Iterator[InputContainer]:
    def refuse(url: str, flags: int, options: dict[str, str]) -> object:
        raise PermissionError(f"the video refers to another file ({url!r}), which is not allowed")

    with source.open() as stream:
        try:
            container = av.open(
                stream,
                "r",
                format=source.sniffed.format,
                options={"max_pixels": str(budget.max_pixels), "protocol_whitelist": "file"},
                metadata_errors="replace",
                io_open=refuse,
            )
        except _BROKEN as error:
            raise InputError(
                f"the {source.sniffed.format} video cannot be opened ({getattr(error, 'strerror', None) or error}).",
                path=source.path,
                hint="It is damaged or truncated: copy or export it again.",
            ) from error
        with container:
            yield container


def _check_pixels(source: Source, width: int, height: int, budget: Budget) -> None:
    if width * height > budget.max_pixels:
        raise _over(source, "max_pixels", f"a frame has {width}x{height} pixels", budget)
    if width < 1 or height < 1:
        raise InputError("the video declares no frame size.", path=source.path, hint="Export it again.")


def _over(source: Source, limit: str, what: str, budget: Budget) -> InputError:
    return InputError(
        f"{what}, more than {limit}={getattr(budget, limit):g}.",
        path=source.path,
        limit=limit,
        hint=f"Shorten or scale it down, or raise Budget.{limit}.",
    )
