"""Reader of Tracker files, and what it reads from the real ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bench.common.shared import shared_folder
from bench.pixel2phys.kinematics import acceleration, angular_velocity, camera_part, circle, hand_spread
from bench.pixel2phys.trk import HandTrack, extract_video, picture_width, read_trk, read_trz

_TRK = """<?xml version="1.0" encoding="UTF-8"?>
<object class="org.opensourcephysics.cabrillo.tracker.TrackerPanel">
  <property name="clipcontrol" type="object">
    <object class="org.opensourcephysics.media.core.StepperClipControl">
      <property name="delta_t" type="double">40.0</property></object></property>
  <property name="coords" type="object">
    <object class="org.opensourcephysics.media.core.ImageCoordSystem">
      <property name="framedata" type="array"><property name="[0]" type="object">
        <object class="org.opensourcephysics.media.core.ImageCoordSystem$FrameData">
          <property name="xorigin" type="double">10.5</property>
          <property name="yorigin" type="double">20.5</property>
          <property name="angle" type="double">90.0</property>
          <property name="xscale" type="double">4.0</property>
        </object></property></property></object></property>
  <property name="tracks" type="collection"><property name="item" type="object">
    <object class="org.opensourcephysics.cabrillo.tracker.PointMass">
      <property name="name" type="string">ball</property>
      <property name="framedata" type="array">{points}</property>
    </object></property></property>
</object>"""
_POINT = """<property name="[{k}]" type="object">
  <object class="org.opensourcephysics.cabrillo.tracker.PointMass$FrameData">
    <property name="x" type="double">{x}</property><property name="y" type="double">{y}</property>
  </object></property>"""


def made(points: list[tuple[int, float, float]]) -> str:
    return _TRK.format(points="".join(_POINT.format(k=k, x=x, y=y) for k, x, y in points))


def test_points_are_at_pixel_centres_and_keep_their_frames() -> None:
    track = read_trk(made([(11, 14.5, 20.5), (9, 10.5, 12.5)]))
    assert (track.name, track.delta_t, track.origin) == ("ball", 0.04, (10.0, 20.0))
    assert track.frames.tolist() == [9, 11]
    assert track.points.tolist() == [[10.0, 12.0], [14.0, 20.0]]
    # the x axis points up in the image: 8 px up is 2 units of x, 4 px right is -1 unit of y
    np.testing.assert_allclose(track.to_world(track.points), [[2.0, 0.0], [0.0, -1.0]], atol=1e-12)


@pytest.mark.parametrize(
    "text",
    ["", "<a", "<object/>", made([]), made([(1, float("nan"), 2.0)]), '<!DOCTYPE a [<!ENTITY b "c">]><a/>'],
)
def test_what_is_not_a_track_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        read_trk(text)


@settings(max_examples=100)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    text = made([(k, 10.0 + k, 20.0) for k in range(4)])
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 80))
    damaged = text[:start] + data.draw(st.text(max_size=5)) + text[start + length :]
    try:
        track = read_trk(damaged)
    except ValueError:
        return
    assert track.points.shape == (len(track.frames), 2)
    assert np.isfinite(track.points).all()


def test_constants_of_motion_of_made_paths() -> None:
    t = np.arange(40) / 30
    rng = np.random.default_rng(0)
    fall = acceleration(t, 3 - 4.905 * t**2 + 0.001 * rng.standard_normal(40))
    assert fall.interval[0] <= -9.81 <= fall.interval[1]
    assert fall.interval[1] - fall.interval[0] < 0.1
    turn = np.stack([50 + 20 * np.cos(-7 * t), 60 + 20 * np.sin(-7 * t)], axis=1)
    assert angular_velocity(t, turn).value == pytest.approx(7.0)
    centre, radius = circle(turn)
    assert [*centre, radius] == pytest.approx([50, 60, 20])


def test_the_camera_part_is_the_acceleration_that_a_linear_scale_feigns() -> None:
    """A uniform motion over half the picture whose scale grows by 10 % from side to side: x + k x^2 / (2 W)."""
    t = np.linspace(-1, 1, 50)
    x = t + 0.1 * t**2 / (2 * 4)
    seen = acceleration(t, x)
    assert seen.value == pytest.approx(camera_part(t, x, 4.0), rel=1e-6)
    assert not seen.interval[0] <= 0 <= seen.interval[1]
    low, high = acceleration(t, x, camera_part(t, x, 4.0)).interval
    assert low <= 0 <= high
    assert (low + high) / 2 == pytest.approx(seen.value)


def test_the_spread_of_the_hand_is_that_of_its_noise() -> None:
    """Median distance of 2-D white noise of 0.5 px: 0.5 sqrt(2 log 2), whatever the smooth path."""
    rng = np.random.default_rng(0)
    frames = np.arange(4000)
    path = np.stack([0.01 * frames**2, 3.0 * frames], axis=1)
    assert hand_spread(frames, path) == pytest.approx(0.0, abs=1e-6)
    noisy = path + 0.5 * rng.standard_normal(path.shape)
    assert hand_spread(frames, noisy) == pytest.approx(0.5 * np.sqrt(2 * np.log(2)), rel=0.05)
    assert np.isnan(hand_spread(frames[:4], path[:4]))


@pytest.mark.parametrize(
    ("name", "count", "first", "delta_t"),
    [
        ("BallToss", 11, 2, 0.066),
        ("bicycle-wheel", 67, 1, 1 / 60),
        ("landing-long", 20, 19, 0.0338647),
        ("uniform-motion-ball-slow", 19, 0, 0.3336667),
    ],
)
def test_real_archives(name: str, count: int, first: int, delta_t: float, tmp_path: Path) -> None:
    folder = shared_folder("physics")
    if folder is None:
        pytest.skip("shared data is absent")
    archive = folder / "osp_tracker" / f"{name}.trz"
    track = read_trz(archive)
    assert (len(track.frames), track.frames[0]) == (count, first)
    assert track.delta_t == pytest.approx(delta_t, rel=1e-5)
    assert 0.05 < hand_spread(track.frames, track.points) < 4
    video = extract_video(archive, tmp_path)
    assert video.stat().st_size > 10_000
    assert picture_width(video) == (512 if name == "bicycle-wheel" else 640)


def _times(track: HandTrack) -> NDArray[np.float64]:
    return np.asarray(track.frames * track.delta_t, dtype=np.float64)


def test_hand_tracked_points_say_what_the_benchmark_asks() -> None:
    """The toss falls at about g, the ball does not accelerate, the wheel turns at a constant rate."""
    folder = shared_folder("physics")
    if folder is None:
        pytest.skip("shared data is absent")
    toss = read_trz(folder / "osp_tracker" / "BallToss.trz")
    fall = acceleration(_times(toss), toss.to_world(toss.points)[:, 1])
    assert fall.value == pytest.approx(-9.81, rel=0.06)
    ball = read_trz(folder / "osp_tracker" / "uniform-motion-ball-slow.trz")
    roll = acceleration(_times(ball), ball.to_world(ball.points)[:, 0])
    assert abs(roll.value) < 0.01
    wheel = read_trz(folder / "osp_tracker" / "bicycle-wheel.trz")
    time = _times(wheel)
    halves = [angular_velocity(time[part], wheel.points[part]).value for part in (slice(0, 33), slice(33, None))]
    assert halves[0] == pytest.approx(halves[1], rel=0.03)
