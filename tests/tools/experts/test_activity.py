"""What a few frames say of a video: how much changes, and whether a shift explains it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lookagain.tools.experts.activity import Activity, measure_activity

Bytes = NDArray[np.uint8]


def _texture(height: int, width: int, seed: int) -> NDArray[np.float64]:
    rough = np.fft.fft2(np.random.default_rng(seed).normal(size=(height, width)))
    ky, kx = np.fft.fftfreq(height), np.fft.fftfreq(width)
    smooth = np.real(np.fft.ifft2(rough * np.exp(-300 * (ky[:, None] ** 2 + kx[None] ** 2))))
    return np.asarray((smooth - smooth.min()) / np.ptp(smooth) * 255)


def _breathing() -> Bytes:
    a, b = _texture(48, 48, 1900), _texture(48, 48, 1901)
    share = (0.5 + 0.5 * np.sin(np.arange(40) / 5))[:, None, None]
    return (share * a + (1 - share) * b).astype(np.uint8)


def _panned() -> Bytes:
    wide = _texture(48, 160, 1902)
    return np.stack([wide[:, k : k + 48] for k in range(60)]).astype(np.uint8)


def _disc() -> Bytes:
    rows, columns = np.mgrid[:48, :48]
    still = _texture(48, 48, 1903)
    frames = [np.where(np.hypot(columns - 8 - 0.8 * k, rows - 24) < 4, 255, still) for k in range(40)]
    return np.stack(frames).astype(np.uint8)


def _noise() -> Bytes:
    return np.random.default_rng(1904).integers(0, 256, (40, 48, 48), dtype=np.uint8)


def _cut() -> Bytes:
    return np.stack([_texture(48, 48, 1905 + (k >= 20)) for k in range(40)]).astype(np.uint8)


def test_a_field_changes_everywhere_and_no_shift_explains_it() -> None:
    found = measure_activity(_breathing())
    assert found.ever > 0.9
    assert found.share > 0.5
    assert found.left > 0.5
    assert found.sudden < 0.3


def test_a_camera_that_pans_is_explained_by_a_shift() -> None:
    found = measure_activity(_panned())
    assert found.share > 0.3
    assert found.left < 0.05


def test_an_object_covers_a_part() -> None:
    found = measure_activity(_disc())
    assert 0 < found.share < 0.1
    assert found.ever < 0.5


def test_noise_is_no_change() -> None:
    assert measure_activity(_noise()).share == 0


def test_a_cut_is_sudden() -> None:
    assert measure_activity(_cut()).sudden > 0.9


@pytest.mark.parametrize("frames", [1, 2, 10])
def test_what_stands_still_or_is_too_short_changes_nothing(frames: int) -> None:
    found = measure_activity(np.full((frames, 20, 20, 3), 90, dtype=np.uint8))
    assert found == Activity(frames=frames, share=0.0, ever=0.0, noise=0.0, left=1.0, sudden=0.0)
