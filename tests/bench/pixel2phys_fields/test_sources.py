"""What the product is shown: bytes and their meaning, moving pictures without a law."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bench.pixel2phys_fields.patterns import shown_as
from bench.pixel2phys_fields.scenes import FRAMES, SCENES, SIZE, Scene, natural_texture, photograph, shifted
from bench.pixel2phys_fields.sources import SOURCES, Source, pictures, show
from bench.pixel2phys_fields.systems import BY_NAME, simulate

Floats = NDArray[np.float64]


def decoded(path: Path) -> Floats:
    with av.open(str(path)) as container:
        return np.array([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)], dtype=np.float64)


@pytest.fixture(scope="module")
def states() -> Floats:
    return simulate(BY_NAME["lambda_omega"], 1000, frames=6)


@pytest.mark.parametrize(("source", "steps"), [("ffv1", 0.3), ("h264", 9.0), ("h264_444", 4.0)])
def test_bytes_mean_what_is_told(states: Floats, source: Source, steps: float, tmp_path: Path) -> None:
    shown = show(states, shown_as(BY_NAME["lambda_omega"], source, tmp_path))
    low, high = np.array(shown.low), np.array(shown.high)
    seen = low + (high - low) * decoded(shown.path)[..., :2] / 255
    off = (np.moveaxis(seen, -1, 1) - states) / ((high - low) / 255).reshape(1, 2, 1, 1)
    assert np.sqrt(np.mean(off**2)) < steps
    assert (np.abs(off).max() <= 0.5 + 1e-9) == (source == "ffv1")


def test_an_array_is_single_precision(states: Floats, tmp_path: Path) -> None:
    shown = show(states, shown_as(BY_NAME["lambda_omega"], "npy", tmp_path))
    stored = np.load(shown.path)
    assert (stored.dtype, stored.shape) == (np.float32, states.shape)
    np.testing.assert_allclose(stored, states, atol=1e-7)


def test_one_channel_is_grey_and_what_lies_outside_is_cut() -> None:
    states = np.array([[[[-9.0, 0.0, 0.5, 9.0]]]])
    (picture,) = pictures(states, (0.0,), (1.0,))
    assert picture[0].tolist() == [[0] * 3, [0] * 3, [128] * 3, [255] * 3]
    assert next(pictures(np.zeros((1, 2, 1, 1)), (0.0, 0.0), (1.0, 1.0)))[0, 0].tolist() == [0, 0, 128]


def test_every_source_has_a_file_of_its_own(tmp_path: Path) -> None:
    system = BY_NAME["swift_hohenberg"]
    assert {shown_as(system, source, tmp_path).path.suffix for source in SOURCES} == {".npy", ".mkv", ".mp4"}
    assert replace(shown_as(system, "npy", tmp_path), periodic=False).names == ("u",)


@pytest.mark.parametrize("scene", SCENES)
def test_scenes_repeat_and_differ_between_seeds(scene: Scene) -> None:
    def shown(seed: int, count: int) -> list[NDArray[np.uint8]]:
        return list(islice(SCENES[scene](np.random.default_rng([1, seed]), seed), count))

    first, again, other = shown(1000, 3), shown(1000, 3), shown(1001, 3)
    assert all(frame.shape == (SIZE, SIZE, 3) and frame.dtype == np.uint8 for frame in first)
    np.testing.assert_array_equal(first, again)
    assert np.abs(np.subtract(first, other, dtype=float)).mean() > 3
    assert np.abs(np.subtract(first[2], first[0], dtype=float)).mean() > 0.5


@pytest.mark.parametrize(("scene", "sign"), [("clouds", 1.0), ("photo_panned", -1.0)])
def test_the_picture_drifts_evenly(scene: Scene, sign: float) -> None:
    """Seed 1001 moves by one pixel a frame; a panned window makes the picture move the other way."""
    frames = [picture.mean(axis=-1) for picture in SCENES[scene](np.random.default_rng(0), 1001)]
    assert len(frames) == FRAMES
    window = cv2.createHanningWindow((SIZE, SIZE), cv2.CV_64F)
    moves = [np.array(cv2.phaseCorrelate(frames[k], frames[k + 5], window)[0]) for k in (0, 60, 140)]
    assert [np.hypot(*move) for move in moves] == pytest.approx([5.0] * 3, abs=0.3)
    assert np.ptp(moves, axis=0).max() < 0.5
    angle = np.random.default_rng([73, 1001]).uniform(0, 2 * np.pi)
    np.testing.assert_allclose(moves[1] / 5, sign * np.array([np.cos(angle), np.sin(angle)]), atol=0.1)


def test_a_shift_by_whole_pixels_rolls() -> None:
    texture = natural_texture(np.random.default_rng(0), 32)
    moved = shifted(np.fft.rfft2(texture), 32, np.array([3.0, -2.0]))
    np.testing.assert_allclose(moved, np.roll(texture, (-2, 3), axis=(0, 1)), atol=1e-12)
    assert texture.std() == pytest.approx(1.0)


def test_without_the_shared_data_a_photograph_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOOKAGAIN_DATA", str(tmp_path))
    picture = photograph(1000)
    assert picture.shape == (512, 512, 3)
    assert picture.std() > 20
