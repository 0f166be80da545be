"""Real laboratory videos against points that people clicked (spread of a click: 0.2 to 1.4 px)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lookagain.agents.pixel2phys.clip import Clip
from lookagain.tools.experts.motion import MotionSettings, Track, find_motion, follow_named, track_point
from lookagain.tools.media import MediaDoor
from tests.support.render import Floats
from tests.support.tracker import hand_tracked


def both(track: Track, points: dict[int, Floats]) -> tuple[Floats, Floats]:
    """Tracked and clicked points (n, 2) of the frames that have both."""
    pairs = [
        (xy, points[int(frame)])
        for frame, xy, ok in zip(track.frames, track.xy, track.seen, strict=True)
        if ok and int(frame) in points
    ]
    return np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])


@pytest.mark.parametrize(
    ("name", "least", "raw", "apart"), [("BallToss", 9, 1.0, 0.6), ("uniform-motion-ball-slow", 13, 2.0, 1.6)]
)
def test_balls_are_found_without_hints(name: str, least: int, raw: float, apart: float, tmp_path: Path) -> None:
    path, points = hand_tracked(name, tmp_path)
    report = find_motion(MediaDoor().video(path))
    ours, clicked = both(report.tracks[0], points)
    error = ours - clicked
    assert len(error) >= least
    assert np.median(np.hypot(*error.T)) < raw
    # Clicks share an offset: people aim at a spot of the ball, not at its centroid.
    assert np.median(np.hypot(*(error - np.median(error, axis=0)).T)) < apart


@pytest.mark.parametrize("settings", [MotionSettings(), MotionSettings(colour=(140, 230, 90))], ids=["free", "green"])
def test_sticker_on_a_turning_wheel(settings: MotionSettings, tmp_path: Path) -> None:
    path, points = hand_tracked("bicycle-wheel", tmp_path)
    report = find_motion(MediaDoor().video(path), settings)
    ours, clicked = both(report.tracks[0], points)
    assert len(ours) >= 0.8 * len(points)
    # Circle through the clicks (Kasa); people clicked the sticker's end, so the angle between is constant.
    design = np.column_stack([2 * clicked, np.ones(len(clicked))])
    centre = np.linalg.lstsq(design, (clicked**2).sum(axis=1), rcond=None)[0][:2]
    radius = float(np.hypot(*(clicked - centre).T).mean())
    angle = np.arctan2(*(ours - centre).T[::-1]) - np.arctan2(*(clicked - centre).T[::-1])
    angle = np.angle(np.exp(1j * angle))
    assert radius * np.median(np.abs(angle - np.median(angle))) < 2.0
    assert np.median(np.abs(np.hypot(*(ours - centre).T) - radius)) < 3.0


def test_the_clicked_end_of_the_sticker(tmp_path: Path) -> None:
    path, points = hand_tracked("bicycle-wheel", tmp_path)
    first = points[min(points)]
    settings = MotionSettings(near=(float(first[0]), float(first[1])))
    video = Clip(MediaDoor().video(path), start_s=0.5 / 60, stop_s=67.5 / 60)
    track = follow_named(video, find_motion(video, settings), settings).tracks[0]
    ours, clicked = both(track, points)
    assert len(ours) >= 0.95 * len(points)
    assert np.median(np.hypot(*(ours - clicked).T)) < 2.0


def test_a_jumper_is_followed_from_a_start_point(tmp_path: Path) -> None:
    path, points = hand_tracked("landing-long", tmp_path)
    start = min(points)
    x, y = points[start]
    track = track_point(MediaDoor().video(path), (float(x), float(y)), start_frame=start, size=41)
    ours, clicked = both(track, points)
    assert len(ours) == len(points)
    # A person is no point: the clicks wander over the hip, by as much as the belt slips down against them.
    assert np.median(np.hypot(*(ours - clicked).T)) < 25.0
    fall = [np.polyfit(np.arange(13), way[:13, 1], 2)[0] for way in (ours, clicked)]
    assert fall[0] == pytest.approx(fall[1], rel=0.05)
