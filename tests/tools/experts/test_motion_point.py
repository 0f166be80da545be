from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lookagain.core.errors import InputError
from lookagain.tools.experts.motion import ArrayFrames, MotionSettings, track_point
from lookagain.tools.media import MediaDoor
from tests.support.render import Floats, disc_video, texture


def circle(count: int, step: float = 0.08) -> Floats:
    angle = 0.4 + step * np.arange(count)
    return np.stack([128 + 80 * np.cos(angle), 128 + 80 * np.sin(angle)], axis=1)


def test_follows_a_disc(tmp_path: Path) -> None:
    path = circle(60)
    clip = disc_video(tmp_path / "disc.mp4", [path], seed=1010, radius=5)
    x, y = path[0]
    track = track_point(MediaDoor().video(clip), (float(x), float(y)), size=13)
    assert track.seen.all()
    error = track.xy - path[track.frames]
    assert np.hypot(*error.T).max() < 1.0
    assert np.hypot(*(error - error.mean(axis=0)).T).mean() < 0.3


def test_follows_a_fast_mark_and_its_turning() -> None:
    """A mark without symmetry on a turning wheel: its picture turns with it."""
    background = texture(np.random.default_rng(1011), 256, 256, contrast=4)
    mark = texture(np.random.default_rng(1012), 41, 41, contrast=45)
    rows, cols = np.mgrid[:256, :256].astype(float)
    path = circle(30, step=0.3)
    pictures = []
    for i, (x, y) in enumerate(path):
        angle = 0.3 * i
        u = np.cos(angle) * (cols - x) + np.sin(angle) * (rows - y)
        v = -np.sin(angle) * (cols - x) + np.cos(angle) * (rows - y)
        inside = np.hypot(u, v) < 14
        picture = background.copy()
        picture[inside] = mark[np.rint(v[inside] + 20).astype(int), np.rint(u[inside] + 20).astype(int)]
        pictures.append(picture.astype(np.uint8))
    x, y = path[0]
    track = track_point(ArrayFrames(np.stack(pictures), 30.0), (float(x), float(y)), size=21)
    assert track.seen_count >= 28
    assert np.hypot(*(track.xy - path[track.frames])[track.seen].T).max() < 2.0


def test_a_point_that_vanishes_ends_the_track(tmp_path: Path) -> None:
    path = circle(50)
    path[20:] = np.nan
    clip = disc_video(tmp_path / "disc.mp4", [path], seed=1013, radius=5)
    x, y = path[0]
    track = track_point(MediaDoor().video(clip), (float(x), float(y)), MotionSettings(max_gap=5), size=13)
    assert 18 <= track.seen_count <= 22


@pytest.mark.parametrize("near", [(-1.0, 5.0), (300.0, 5.0), (5.0, 1e9)])
def test_a_point_outside_is_refused(near: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="outside"):
        track_point(ArrayFrames(np.zeros((3, 64, 64, 3), np.uint8), 30.0), near)


def test_a_start_after_the_end_is_refused() -> None:
    with pytest.raises(InputError, match="ends before"):
        track_point(ArrayFrames(np.zeros((3, 64, 64, 3), np.uint8), 30.0), (5.0, 5.0), start_frame=9)
