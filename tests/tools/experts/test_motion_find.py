from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lookagain.core.errors import ConfigError, InputError
from lookagain.tools.experts.motion import ArrayFrames, MotionSettings, Track, find_motion
from lookagain.tools.media import Frame, MediaDoor
from tests.support.render import Floats, disc_video, discs, texture, to_bytes

YELLOW, RED, BLUE = (235.0, 225.0, 60.0), (230.0, 40.0, 30.0), (30.0, 60.0, 230.0)


def circle(count: int, *, radius: float = 80, step: float = 0.08, phase: float = 0.4) -> Floats:
    angle = phase + step * np.arange(count)
    return np.stack([128 + radius * np.cos(angle), 128 + radius * np.sin(angle)], axis=1)


def line(count: int, start: tuple[float, float], end: tuple[float, float]) -> Floats:
    return np.linspace(start, end, count)


def frames_of(
    paths: list[Floats], *, seed: int = 1000, colours: tuple[tuple[float, float, float], ...] = (YELLOW,)
) -> ArrayFrames:
    """Lossless frames with a little sensor noise."""
    rng = np.random.default_rng(seed)
    background = texture(rng, 256, 256)
    pictures = [
        to_bytes(frame + rng.normal(scale=1.5, size=frame.shape)) for frame in discs(background, paths, colours=colours)
    ]
    return ArrayFrames(np.stack(pictures), 30.0)


def error_of(track: Track, path: Floats) -> Floats:
    return (track.xy - path[track.frames])[track.seen]


def rms(values: Floats) -> float:
    return float(np.sqrt((values**2).mean()))


@pytest.mark.parametrize(("radius", "bound"), [(3.5, 0.055), (7.0, 0.04)], ids=["7 px across", "7 px radius"])
def test_disc_in_compressed_video(radius: float, bound: float, tmp_path: Path) -> None:
    path = circle(120)
    clip = disc_video(tmp_path / "disc.mp4", [path], seed=1003, radius=radius)
    report = find_motion(MediaDoor().video(clip))
    assert report.quality == "good"
    assert report.camera.still
    assert report.camera.max_shift < 0.1
    assert report.cuts == ()
    (track,) = report.tracks
    assert track.seen_count >= 118
    error = error_of(track, path)
    assert rms(error) < bound
    assert np.abs(error.mean(axis=0)).max() < 0.03
    assert track.method == "template"
    assert np.nanmedian(track.area) == pytest.approx(np.pi * radius**2, rel=0.15)
    # The stated uncertainty is that of the errors, to a factor of two.
    scatter = np.sqrt(np.mean((error / track.sigma[track.seen]) ** 2))
    assert 0.5 < scatter < 2.0


def test_clean_frames_are_tracked_much_finer() -> None:
    path = circle(60)
    (track,) = find_motion(frames_of([path])).tracks
    assert rms(error_of(track, path)) < 0.02


def test_two_discs_that_cross_keep_their_names() -> None:
    paths = [line(90, (30, 60), (226, 200)), line(90, (30, 200), (226, 60))]
    report = find_motion(frames_of(paths, colours=(YELLOW, BLUE)))
    assert len(report.tracks) == 2
    for track in report.tracks:
        first = int(track.frames[0])
        path = min(paths, key=lambda p: float(np.hypot(*(track.xy[0] - p[first]))))
        error = error_of(track, path)
        assert np.hypot(*error.T).max() < 1.0
        assert rms(error) < 0.15
        assert track.frames[-1] - track.frames[0] >= 85
        assert track.seen_count >= 75


def test_two_alike_discs_that_cross_keep_their_ways() -> None:
    paths = [line(90, (30, 60), (226, 200)), line(90, (226, 55), (30, 190))]
    report = find_motion(frames_of(paths))
    assert len(report.tracks) == 2
    for track in report.tracks:
        path = min(paths, key=lambda p: float(np.hypot(*(track.xy[0] - p[track.frames[0]]))))
        assert np.hypot(*error_of(track, path).T).max() < 1.0


def test_a_hidden_object_is_found_again() -> None:
    path = circle(90)
    shown = path.copy()
    shown[40:48] = np.nan
    (track,) = find_motion(frames_of([shown])).tracks
    assert track.frames[0] <= 1
    assert track.frames[-1] >= 88
    row = np.searchsorted(track.frames, np.arange(40, 48))
    assert not track.seen[row].any()
    assert np.isnan(track.xy[row]).all()
    assert rms(error_of(track, path)) < 0.03


def test_an_object_that_rests_for_most_of_the_time() -> None:
    path = np.concatenate([np.repeat([[60.0, 100.0]], 70, axis=0), line(40, (60, 100), (200, 160))])
    (track,) = find_motion(frames_of([path])).tracks
    error = error_of(track, path)
    assert track.seen_count >= 100
    assert np.hypot(*error.T).max() < 0.5


def test_flickering_light() -> None:
    rng = np.random.default_rng(1004)
    path = circle(80)
    background = texture(rng, 256, 256)
    pictures = []
    for i, frame in enumerate(discs(background, [path])):
        gain = 1 + 0.15 * np.sin(1.7 * i)
        pictures.append(to_bytes(gain * frame + rng.normal(scale=1.5, size=frame.shape)))
    (track,) = find_motion(ArrayFrames(np.stack(pictures), 30.0)).tracks
    assert rms(error_of(track, path)) < 0.06


def _still() -> ArrayFrames:
    return frames_of([np.full((40, 2), np.nan)])


def _snow() -> ArrayFrames:
    return ArrayFrames(np.random.default_rng(1005).integers(0, 256, (30, 96, 96, 3), dtype=np.uint8), 30.0)


def _blinking() -> ArrayFrames:
    rng = np.random.default_rng(1006)
    places = rng.uniform(20, 236, size=(60, 2))
    return frames_of([places])


@pytest.mark.parametrize(("make", "code"), [(_still, "still"), (_snow, "noise")], ids=["still", "snow"])
def test_nothing_to_follow(make: Callable[[], ArrayFrames], code: str) -> None:
    report = find_motion(make())
    assert report.tracks == ()
    assert report.quality == "unusable"
    assert code in {reason.code for reason in report.reasons}


def test_a_disc_that_jumps_at_random_is_no_good_object() -> None:
    report = find_motion(_blinking())
    assert report.quality != "good"


def test_a_cut_is_found_and_the_longer_scene_is_tracked() -> None:
    rng = np.random.default_rng(1007)
    one = list(discs(texture(rng, 200, 200), [circle(30) * 0.7]))
    path = circle(50) * 0.7
    other = list(discs(texture(rng, 200, 200), [path]))
    report = find_motion(ArrayFrames(np.stack(one + other), 30.0))
    assert report.cuts == (30,)
    assert report.span == (30, 80)
    assert report.quality == "doubtful"
    assert report.reasons[0].code == "cut"
    track = report.tracks[0]
    assert track.frames[0] >= 30
    assert np.hypot(*(track.xy - path[track.frames - 30])[track.seen].T).max() < 0.5


def test_a_shaking_camera_is_said() -> None:
    rng = np.random.default_rng(1008)
    wide = texture(rng, 240, 240)
    shifts = np.rint(rng.normal(scale=2.0, size=(40, 2))).astype(int)
    shifts[0] = 0
    path = circle(40) * 0.7
    pictures = []
    for (dx, dy), frame in zip(shifts, discs(wide, [path + 20]), strict=True):
        pictures.append(frame[20 + dy : 220 + dy, 20 + dx : 220 + dx])
    report = find_motion(ArrayFrames(np.stack(pictures), 30.0))
    assert not report.camera.still
    assert "camera_moves" in {reason.code for reason in report.reasons}
    assert report.quality != "good"
    np.testing.assert_allclose(report.camera.shift, -shifts, atol=0.15)


def test_plain_background_says_that_the_camera_is_unknown() -> None:
    pictures = np.stack(list(discs(np.full((120, 120, 3), 90.0), [line(40, (15, 20), (100, 90))])))
    report = find_motion(ArrayFrames(pictures, 30.0))
    assert report.camera.points == 0
    assert report.quality == "good"
    assert {reason.code for reason in report.reasons} == {"camera_unknown"}
    assert report.tracks[0].seen_count == 40


def test_colour_hint_leaves_one_of_two() -> None:
    paths = [circle(60), circle(60, radius=40, phase=2.0)]
    source = frames_of(paths, colours=(RED, BLUE))
    (track,) = find_motion(source, MotionSettings(colour=RED)).tracks
    assert np.hypot(*error_of(track, paths[0]).T).max() < 1.0


def test_start_point_ranks_the_object_there_first() -> None:
    paths = [circle(60), circle(60, radius=40, phase=2.0)]
    source = frames_of(paths, colours=(RED, BLUE))
    for path in paths:
        x, y = path[0]
        best = find_motion(source, MotionSettings(near=(float(x), float(y)))).tracks[0]
        assert np.hypot(*error_of(best, path).T).max() < 1.0


def test_mask_of_an_expert_decides() -> None:
    path = circle(60)

    def mask(frame: Frame) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        x, y = path[frame.index]
        return np.asarray(np.hypot(np.arange(256)[None, :] - x, np.arange(256)[:, None] - y) < 6)

    source = frames_of([path, circle(60, radius=40, phase=2.0)], colours=(RED, BLUE))
    (track,) = find_motion(source, MotionSettings(masks=mask)).tracks
    assert np.hypot(*error_of(track, path).T).max() < 0.5


def test_progress_is_told() -> None:
    calls: list[tuple[int, int]] = []
    find_motion(frames_of([circle(20)]), progress=lambda done, total: calls.append((done, total)))
    done = [call[0] for call in calls]
    assert done == sorted(done)
    assert calls[-1] == (40, 40)


def test_too_short() -> None:
    with pytest.raises(InputError, match="at least 2 frames"):
        find_motion(ArrayFrames(np.zeros((1, 8, 8, 3), np.uint8), 30.0))


@pytest.mark.parametrize(
    "kwargs", [{"samples": 1}, {"min_area": 0}, {"max_gap": -1}, {"camera_shift": 0.0}, {"max_objects": 0}]
)
def test_settings_are_checked(kwargs: dict[str, int]) -> None:
    with pytest.raises(ConfigError):
        MotionSettings(**kwargs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pixels", "fps"), [(np.zeros((3, 8, 8, 4), np.uint8), 30.0), (np.zeros((3, 8, 8, 3), np.uint8), 0.0)]
)
def test_array_frames_are_checked(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], fps: float) -> None:
    with pytest.raises(InputError):
        ArrayFrames(pixels, fps)
