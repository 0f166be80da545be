"""What comes out of the encoder."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from bench.common.video import Coding, write_video


def noise(frames: int) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (32, 48, 3), dtype=np.uint8) for _ in range(frames)]


def decoded(path: Path) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24").astype(np.uint8) for frame in container.decode(video=0)]


def test_ffv1_loses_nothing(tmp_path: Path) -> None:
    pictures = noise(5)
    assert np.array_equal(decoded(write_video(tmp_path / "a.mkv", pictures, coding="ffv1")), pictures)


@pytest.mark.parametrize(("coding", "pixels"), [("h264", "yuv420p"), ("h264_444", "yuv444p")])
def test_h264_keeps_frames_and_rate(tmp_path: Path, coding: Coding, pixels: str) -> None:
    path = write_video(tmp_path / "a" / "b.mp4", noise(7), rate=20, coding=coding)
    assert len(decoded(path)) == 7
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.pix_fmt, float(stream.average_rate or 0)) == (pixels, 20.0)


def test_a_video_has_frames(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        write_video(tmp_path / "none.mp4", [])
