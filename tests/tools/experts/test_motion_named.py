"""A named point: a part of a body that turns, a body that bends behind a pole, or simply the object there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lookagain.tools.experts.motion import ArrayFrames, MotionSettings, find_motion, follow_named, track_point
from lookagain.tools.experts.motion.mark import follow_mark, is_off_middle
from tests.support.render import Floats, discs, texture, to_bytes

CENTRE = np.array([128.0, 128.0])


def wheel(count: int, step: float, *, length: float = 11.0, width: float = 5.0) -> tuple[ArrayFrames, Floats, Floats]:
    """A sticker of half-axes ``length`` (along the rim) and ``width`` on a wheel; its middle and its hind end."""
    rng = np.random.default_rng(1100)
    background = texture(rng, 256, 256)
    rows, cols = np.mgrid[:256, :256].astype(float)
    angles = 0.3 + step * np.arange(count)
    along = np.stack([-np.sin(angles), np.cos(angles)], axis=1)
    outward = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    middle = CENTRE + 80 * outward
    pictures = []
    for (x, y), (ax, ay), (ox, oy) in zip(middle, along, outward, strict=True):
        u = ((cols - x) * ax + (rows - y) * ay) / length
        v = ((cols - x) * ox + (rows - y) * oy) / width
        cover = np.clip((1 - np.maximum(np.abs(u), np.abs(v))) * width + 0.5, 0, 1)[..., None]
        # The light on the sticker changes on its way, as it does on a real one.
        shade = np.array([90.0, 210.0, 80.0]) * (1 + 0.2 * ox)
        pictures.append(to_bytes(background * (1 - cover) + shade * cover + rng.normal(scale=2, size=background.shape)))
    return ArrayFrames(np.stack(pictures), 60.0), middle, middle - 0.7 * length * along


@pytest.mark.parametrize("step", [0.38, -0.12], ids=["22 degrees a frame", "7 degrees the other way"])
def test_the_named_end_of_a_sticker_turns_with_the_wheel(step: float) -> None:
    source, middle, end = wheel(60, step)
    settings = MotionSettings(near=(float(end[0, 0]), float(end[0, 1])))
    found = find_motion(source, settings)
    track = follow_named(source, found, settings).tracks[0]
    assert track.seen_count >= 57
    error = (track.xy - end[track.frames])[track.seen]
    assert np.median(np.hypot(*error.T)) < 0.7
    assert np.percentile(np.hypot(*error.T), 95) < 2.0
    # What the object alone would have given is its middle.
    first = found.tracks[0]
    assert np.median(np.hypot(*(first.xy - end[first.frames])[first.seen].T)) > 6.0
    assert np.median(np.hypot(*(first.xy - middle[first.frames])[first.seen].T)) < 2.0


def _ball(count: int = 50) -> tuple[ArrayFrames, Floats]:
    path = np.stack([40 + 3.0 * np.arange(count), 120 + 0 * np.arange(count)], axis=1)
    pictures = np.stack(list(discs(texture(np.random.default_rng(1101), 256, 256), [path], radius=8)))
    return ArrayFrames(pictures, 30.0), path


@pytest.mark.parametrize("off", [(0.0, 0.0), (2.0, 1.0), (5.0, 4.0)], ids=["middle", "near it", "its edge"])
def test_a_ball_named_anywhere_is_followed_by_its_middle(off: tuple[float, float]) -> None:
    source, path = _ball()
    settings = MotionSettings(near=(path[0, 0] + off[0], path[0, 1] + off[1]))
    found = find_motion(source, settings)
    assert follow_named(source, found, settings) is found
    track = found.tracks[0]
    assert np.hypot(*(track.xy - path[track.frames])[track.seen].T).max() < 0.2


def test_a_round_object_does_not_show_its_turn() -> None:
    source, path = _ball()
    guide = find_motion(source).tracks[0]
    assert follow_mark(source, (path[0, 0] + 6, path[0, 1]), guide) is None


def test_without_a_point_or_with_a_cut_nothing_changes() -> None:
    source, path = _ball()
    found = find_motion(source)
    assert follow_named(source, found, MotionSettings()) is found
    cut = replace(found, cuts=(3,))
    assert follow_named(source, cut, MotionSettings(near=(float(path[0, 0]) + 6, float(path[0, 1])))) is cut


def test_a_part_lies_off_the_middle_but_on_the_object() -> None:
    source, path = _ball()
    track = find_motion(source).tracks[0]
    x, y = (float(value) for value in path[0])
    first = int(track.frames[0])
    assert not is_off_middle((x + 2, y), track, first)
    assert is_off_middle((x + 6, y), track, first)
    assert not is_off_middle((x + 60, y), track, first)
    assert not is_off_middle((x + 6, y), track, first - 1)


def jumper(count: int = 13) -> tuple[ArrayFrames, Floats]:
    """A tall body that falls and covers its own places all the time, a swinging arm, a pole in front of its start."""
    rng = np.random.default_rng(1102)
    wall = texture(rng, 300, 256, contrast=10)
    body = np.clip(texture(rng, 220, 60, contrast=14) - 70, 0, 255)
    fall = np.rint(2.0 * np.arange(count) + 0.45 * np.arange(count) ** 2).astype(int)
    pictures = []
    for k, down in enumerate(fall):
        picture = wall.copy()
        top, left = -40 + down, 100 + k
        picture[max(top, 0) : top + 220, left : left + 60] = body[max(-top, 0) : 300 - top][: 300 - max(top, 0)]
        arm = top + 150 - 4 * k
        picture[arm : arm + 40, left + 44 + k : left + 54 + k] = 35.0
        picture[:, 108:114] = (170.0, 120.0, 70.0)
        pictures.append(to_bytes(picture + rng.normal(scale=1.5, size=picture.shape)))
    named = np.stack([122.0 + np.arange(count), 80.0 + fall], axis=1)
    return ArrayFrames(np.stack(pictures), 30.0), named


def test_a_pole_in_front_does_not_hold_the_point_back() -> None:
    source, named = jumper()
    track = track_point(source, (122.0, 80.0), size=41)
    assert track.seen.all()
    error = track.xy - named[track.frames]
    assert np.hypot(*error.T).max() < 2.5
    fall = np.polyfit(np.arange(len(named)), track.xy[:, 1], 2)[0]
    assert fall == pytest.approx(0.45, rel=0.05)
