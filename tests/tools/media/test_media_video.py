from __future__ import annotations

import hashlib
import random
import tracemalloc
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookagain.core.errors import ConfigError, InputError
from lookagain.tools.media import Budget, MediaDoor, write_video
from lookagain.tools.media.values import Pixels

N = 24


def grey_steps(count: int = N, size: tuple[int, int] = (48, 64)) -> Iterator[Pixels]:
    """Frame i has grey level 8 + 8 i, so that a frame shows its own number."""
    for i in range(count):
        yield np.full((*size, 3), 8 + 8 * i, dtype=np.uint8)


def number(pixels: Pixels) -> int:
    return round((float(pixels.mean()) - 8) / 8)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "steps.mp4"
    assert write_video(path, grey_steps(), 10) == N
    return path


def write_with(path: Path, container: str, codec: str, stamps: list[int], *, rotate: int = 0) -> Path:
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.codec_context.time_base = Fraction(1, 1000)
        stream.width, stream.height = 64, 48
        stream.pix_fmt = "rgb24" if codec == "png" else "yuv420p"
        if rotate:
            stream.set_display_rotation(rotate)
        for stamp, pixels in zip(stamps, grey_steps(len(stamps)), strict=True):
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            picture.pts, picture.time_base = stamp, Fraction(1, 1000)
            output.mux(stream.encode(picture))
        output.mux(stream.encode(None))
    return path


def test_info_and_frames(clip: Path) -> None:
    before = clip.read_bytes()
    video = MediaDoor().video(clip)
    info = video.info
    assert (info.width, info.height, info.frame_count, info.codec) == (64, 48, N, "h264")
    assert info.fps == 10
    assert info.duration_s == pytest.approx(N / 10)
    assert info.sha256 == hashlib.sha256(before).hexdigest()
    for _ in range(2):
        frames = list(video.frames())
        assert [frame.index for frame in frames] == list(range(N))
        assert [number(frame.pixels) for frame in frames] == list(range(N))
        assert [frame.time_s for frame in frames] == pytest.approx([i / 10 for i in range(N)])
        assert {frame.pixels.shape for frame in frames} == {(48, 64, 3)}
    assert clip.read_bytes() == before
    outcome = video.outcome
    assert outcome is not None
    assert outcome.finished
    assert not outcome.truncated
    assert outcome.note == ""


def test_two_passes_at_once_do_not_disturb_each_other(clip: Path) -> None:
    video = MediaDoor().video(clip)
    for one, other in zip(video.frames(), video.frames(gray=True), strict=True):
        assert (one.index, number(one.pixels)) == (other.index, number(other.pixels))
        assert other.pixels.shape == (48, 64)


@pytest.mark.parametrize(
    ("kwargs", "expected"),
    [
        ({"every": 5}, [0, 5, 10, 15, 20]),
        ({"start_s": 1.0, "stop_s": 1.5}, [10, 11, 12, 13, 14]),
        ({"start_s": 1.0, "every": 6}, [10, 16, 22]),
        ({"count": 3}, [0, 12, 23]),
        ({"count": 1}, [12]),
        ({"count": 99}, list(range(N))),
        ({"start_s": 1.0, "stop_s": 2.0, "count": 2}, [10, 19]),
        ({"start_s": 99.0}, []),
        ({"start_s": 99.0, "count": 3}, []),
    ],
)
def test_sampling(kwargs: dict[str, float], expected: list[int], clip: Path) -> None:
    frames = list(MediaDoor().video(clip).frames(**kwargs))  # type: ignore[arg-type]
    assert [frame.index for frame in frames] == expected
    assert [number(frame.pixels) for frame in frames] == expected


@pytest.mark.parametrize(
    "kwargs", [{"every": 0}, {"count": 0}, {"count": 2, "every": 2}, {"start_s": 2.0, "stop_s": 1.0}]
)
def test_impossible_sampling_is_refused_at_the_call(kwargs: dict[str, float], clip: Path) -> None:
    with pytest.raises(ConfigError):
        MediaDoor().video(clip).frames(**kwargs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("container", "codec", "format_name"),
    [
        ("mp4", "libx264", "mov"),
        ("mov", "mpeg4", "mov"),
        ("matroska", "libx264", "matroska"),
        ("webm", "libvpx-vp9", "matroska"),
        ("avi", "mpeg4", "avi"),
    ],
)
def test_containers(container: str, codec: str, format_name: str, tmp_path: Path) -> None:
    path = write_with(tmp_path / "clip.bin", container, codec, [100 * i for i in range(10)])
    video = MediaDoor().video(path)
    assert video.info.format == format_name
    assert [number(frame.pixels) for frame in video.frames()] == list(range(10))


def test_variable_rate_uses_the_stamps(tmp_path: Path) -> None:
    stamps = [0, 100, 150, 400, 410, 1000]
    video = MediaDoor().video(write_with(tmp_path / "v.mkv", "matroska", "libx264", stamps))
    assert [round(frame.time_s * 1000) for frame in video.frames()] == stamps


def test_stamps_start_at_zero(tmp_path: Path) -> None:
    video = MediaDoor().video(write_with(tmp_path / "v.mkv", "matroska", "libx264", [500, 600, 700]))
    assert [frame.time_s for frame in video.frames()] == pytest.approx([0, 0.1, 0.2])


def test_rotation_is_applied(tmp_path: Path) -> None:
    video = MediaDoor().video(write_with(tmp_path / "v.mp4", "mp4", "libx264", [0, 100], rotate=90))
    assert (video.info.rotation, video.info.width, video.info.height) == (90, 48, 64)
    assert next(video.frames()).pixels.shape == (64, 48, 3)


def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    peaks = []
    for count in (20, 120):
        path = tmp_path / f"{count}.mp4"
        frames = (np.full((240, 320, 3), i % 200, dtype=np.uint8) for i in range(count))
        write_video(path, frames, 30)
        video = MediaDoor().video(path)
        tracemalloc.start()
        for _ in video.frames():
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 240 * 320 * 3


def test_odd_sizes_are_padded(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", grey_steps(3, (31, 33)), 10)
    info = MediaDoor().video(tmp_path / "a.mp4").info
    assert (info.width, info.height) == (34, 32)


@pytest.mark.parametrize(
    ("frames", "fps"),
    [
        ([], 10),
        ([np.zeros((8, 8, 3), np.uint8), np.zeros((8, 10, 3), np.uint8)], 10),
        ([np.zeros((8, 8, 4), np.uint8)], 10),
        ([np.zeros((8, 8, 3), np.uint8)], 0),
    ],
)
def test_writer_refuses(frames: list[Pixels], fps: float, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        write_video(tmp_path / "a.mp4", frames, fps)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("budget", "limit"),
    [
        (Budget(max_pixels=100), "max_pixels"),
        (Budget(max_frames=5), "max_frames"),
        (Budget(max_seconds=1.0), "max_seconds"),
        (Budget(max_bytes=50), "max_bytes"),
    ],
)
def test_budgets_are_checked_at_the_door(budget: Budget, limit: str, clip: Path) -> None:
    with pytest.raises(InputError) as caught:
        MediaDoor(budget=budget).video(clip)
    assert caught.value.limit == limit
    assert f"Budget.{limit}" in caught.value.hint


def test_decoding_time_is_a_budget(clip: Path) -> None:
    now = iter(range(10**6))
    video = MediaDoor(budget=Budget(decode_seconds=20), clock=lambda: float(next(now))).video(clip)
    with pytest.raises(InputError) as caught:
        list(video.frames())
    assert caught.value.limit == "decode_seconds"


def _sps_size(data: bytes) -> bytes:
    """Every 64x48 that the container declares becomes 100000x100000 (16.16 and 16-bit fields)."""
    huge = (0xFFFF).to_bytes(2, "big") * 2
    return data.replace((64).to_bytes(2, "big") + (48).to_bytes(2, "big"), huge)


def test_huge_declared_frames(clip: Path, tmp_path: Path) -> None:
    path = tmp_path / "huge.mp4"
    path.write_bytes(_sps_size(clip.read_bytes()))
    assert path.read_bytes() != clip.read_bytes()
    budget = Budget(max_pixels=64 * 48)
    try:
        video = MediaDoor(budget=budget).video(path)
    except InputError as error:
        message = str(error)
    else:  # the codec's own header overrules the container
        message = f"huge.mp4 {video.info.width}x{video.info.height}"
        assert message == "huge.mp4 64x48"
    assert "huge.mp4" in message


def test_truncated_without_index_is_refused(clip: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(clip.read_bytes()[:600])
    with pytest.raises(InputError, match=r"cut\.mp4"):
        MediaDoor().video(path)


def test_truncated_with_index_yields_and_says_so(tmp_path: Path) -> None:
    rng = np.random.default_rng(1001)
    frames = (rng.integers(0, 256, size=(48, 64, 3), dtype=np.uint8) for _ in range(60))
    whole = tmp_path / "whole.mkv"
    with av.open(str(whole), "w", format="matroska") as output:
        stream = output.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for pixels in frames:
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))
    data = whole.read_bytes()
    path = tmp_path / "cut.mkv"
    path.write_bytes(data[: len(data) // 2])
    video = MediaDoor().video(path)
    seen = len(list(video.frames()))
    assert 0 < seen < 60
    outcome = video.outcome
    assert outcome is not None
    assert outcome.truncated
    assert "ends early" in outcome.note
    assert outcome.frames_decoded == seen


def test_still_and_sound_only(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w", format="mp4") as output:
        stream = output.add_stream("aac", rate=8000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        sound.sample_rate = 8000
        for packet in stream.encode(sound) + stream.encode(None):
            output.mux(packet)
    with pytest.raises(InputError, match="no video stream"):
        MediaDoor().video(path)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), hits=st.integers(1, 30), cut=st.floats(0.3, 1.0))
def test_mutated_videos_raise_only_input_errors(seed: int, hits: int, cut: float, clip: Path, tmp_path: Path) -> None:
    chance = random.Random(seed)
    data = bytearray(clip.read_bytes())
    for _ in range(hits):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path = tmp_path / "mutated.mp4"
    path.write_bytes(data[: int(len(data) * cut)] if seed % 2 else data)
    budget = Budget(max_pixels=1_000_000, max_frames=200)
    try:
        video = MediaDoor(budget=budget).video(path)
        assert all(frame.pixels.dtype == np.uint8 for frame in video.frames())
    except InputError:
        return
    assert video.outcome is not None


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.sampled_from([b"", b"\0\0\0\x18ftypmp42", b"\x1a\x45\xdf\xa3\x01matroska", b"RIFF\0\0\0\0AVI ", b"GIF89a"]),
    tail=st.binary(max_size=400),
)
def test_random_bytes_raise_only_input_errors(head: bytes, tail: bytes, tmp_path: Path) -> None:
    path = tmp_path / "noise"
    path.write_bytes(head + tail)
    try:
        frames = list(MediaDoor(budget=Budget(max_pixels=1_000_000)).video(path).frames())
    except InputError:
        return
    assert frames


@pytest.mark.parametrize("size", [64, 63])
def test_exact_colours_have_neither_bias_nor_shift(size: int, tmp_path: Path) -> None:
    x = np.arange(size) * (2 * np.pi / size)
    waves = [np.sin(x)[None] + 0 * x[:, None], np.cos(x)[:, None] + 0 * x[None], np.sin(x[:, None] + x[None])]
    frame = np.rint(128 + 60 * np.stack(waves, axis=-1)).astype(np.uint8)
    write_video(tmp_path / "a.mp4", [frame] * 5, 10, crf=1)
    video = MediaDoor().video(tmp_path / "a.mp4")
    # An odd size is padded to an even one.
    off = np.stack([found.pixels[:size, :size] for found in video.frames(exact=True)]) - frame.astype(float)
    assert np.abs(off.mean(axis=(0, 1, 2))).max() < 0.3
    for channel, wave in enumerate(waves):
        slope = np.gradient(60 * wave, axis=1)
        spread = float((slope**2).sum())
        if spread > 1:
            assert abs(float((off[..., channel].mean(axis=0) * slope).sum())) / spread < 0.1
    plain = np.stack([found.pixels[:size, :size] for found in video.frames()]) - frame.astype(float)
    assert np.abs(plain.mean(axis=(0, 1, 2))).max() > 0.5
