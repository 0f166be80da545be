from __future__ import annotations

import numpy as np
import pytest

from lookagain.tools.physics.fields.noise import change_of, noise_of
from tests.support.fields import LENGTH, as_field, bumps, linear, waves

CELLS, T = 32, np.arange(60) * 0.02


def _drifting() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    ky, kx = waves(CELLS, LENGTH)
    return linear(bumps(np.random.default_rng(0)), T, 1j * kx - 0.5j * ky)


@pytest.mark.parametrize("noise", [0.003, 0.03, 0.3])
def test_white_noise_is_measured(noise: float) -> None:
    values = _drifting() + noise * np.random.default_rng(1).normal(size=(60, 1, CELLS, CELLS))
    assert noise_of(as_field(values, T, 1.0)) == pytest.approx([noise], rel=0.1)


def test_smooth_fields_are_quiet_and_rounding_counts() -> None:
    assert noise_of(as_field(_drifting(), T, 1.0))[0] < 1e-4
    rounded = as_field(_drifting(), T, 1.0, levels=256)
    assert noise_of(rounded) == pytest.approx(np.array(rounded.resolution) / np.sqrt(12), rel=0.2)


def test_change_is_between_distant_frames() -> None:
    still = np.repeat(bumps(np.random.default_rng(2))[None, None], 60, axis=0)
    assert change_of(as_field(still, T, 1.0)) == pytest.approx([0.0])
    assert 0.3 < change_of(as_field(_drifting(), T, 1.0))[0] < 3
