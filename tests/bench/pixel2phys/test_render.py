"""The renderer: where a disc is drawn, what a seed decides, what comes out of the encoder."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.common.video import write_video
from bench.pixel2phys.render import coverage, frames, make_look
from bench.pixel2phys.scenes import LAWLESS, Lawless, lawless_video, several_discs_video, system_path
from bench.pixel2phys.systems import BY_NAME


@settings(max_examples=50, deadline=None)
@given(st.floats(20, 230), st.floats(20, 230), st.floats(3, 12))
def test_a_disc_has_its_area_and_its_centroid(column: float, row: float, radius: float) -> None:
    rows, columns, share = coverage((column, row), radius, 256)
    y, x = np.mgrid[rows, columns]
    assert share.sum() == pytest.approx(np.pi * radius**2, rel=2e-3)
    assert (x * share).sum() / share.sum() == pytest.approx(column, abs=1e-2)
    assert (y * share).sum() / share.sum() == pytest.approx(row, abs=1e-2)


def test_a_disc_outside_covers_nothing() -> None:
    assert coverage((-50.0, 10.0), 7.0, 64)[2].size == 0
    assert coverage((32.0, 200.0), 7.0, 64)[2].size == 0


def test_the_drawn_disc_lies_at_its_path() -> None:
    """Without noise: the centroid of the difference from the background, weighted by the colour's contrast."""
    look = make_look(1000)
    position = np.array([[100.25, 57.75]])
    picture = next(frames(look, [position], np.random.default_rng(0))).astype(float)
    contrast = np.asarray(look.colours[0]) - look.background
    share = ((picture - look.background) * contrast).sum(axis=2) / (contrast**2).sum(axis=2)
    window = np.s_[45:71, 88:113]
    y, x = np.mgrid[window]
    weight = share[window]
    assert (x * weight).sum() / weight.sum() == pytest.approx(100.25, abs=0.1)
    assert (y * weight).sum() / weight.sum() == pytest.approx(57.75, abs=0.1)


def test_a_seed_decides_the_look() -> None:
    one, again, other = make_look(1000), make_look(1000), make_look(1001)
    np.testing.assert_array_equal(one.background, again.background)
    assert (one.noise, one.colours) == (again.noise, again.colours)
    assert np.abs(one.background - other.background).mean() > 5
    assert len(set(make_look(1000, discs=3).colours)) == 3


def test_a_video_has_its_frames(tmp_path: Path) -> None:
    path = system_path(BY_NAME["circular"], 1000)[:7]
    video = write_video(tmp_path / "a" / "v.mp4", frames(make_look(1000), [path], np.random.default_rng(0)))
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.format.name) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (256, 256)
        assert sum(1 for _ in container.decode(stream)) == 7
    with pytest.raises(ValueError, match="one frame"):
        write_video(tmp_path / "none.mp4", [])


@pytest.mark.parametrize("kind", LAWLESS)
def test_lawless_pictures_repeat_and_move_as_said(kind: Lawless) -> None:
    maker = LAWLESS[kind]
    pictures = [next(maker(1000)), next(maker(1000)), next(maker(1001))]
    np.testing.assert_array_equal(pictures[0], pictures[1])
    assert np.abs(pictures[0].astype(int) - pictures[2]).mean() > 3


@pytest.mark.parametrize("make", ["lawless", "several"])
def test_scene_videos_are_written(make: str, tmp_path: Path) -> None:
    target = tmp_path / "v.mp4"
    if make == "lawless":
        lawless_video("still", 1000, target)
    else:
        several_discs_video(BY_NAME["circular"], 1000, target)
    with av.open(str(target)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 200
