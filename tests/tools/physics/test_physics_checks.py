from __future__ import annotations

import numpy as np
import pytest

from lookagain.core.errors import InputError
from lookagain.tools.physics import checks


def test_r2_and_rmse_by_hand() -> None:
    true = np.array([[0.0], [2.0], [np.nan]])
    assert checks.r2(true, np.array([[0.0], [2.0], [9.0]])) == 1.0
    assert checks.r2(true, np.array([[1.0], [1.0], [0.0]])) == 0.0
    assert checks.rmse(true, np.array([[3.0], [2.0], [0.0]])) == pytest.approx(np.sqrt(4.5))
    assert checks.r2(true, np.full((3, 1), np.nan)) == float("-inf")
    assert checks.rmse(true, np.full((3, 1), np.nan)) == float("inf")
    with pytest.raises(InputError, match="two arrays"):
        checks.r2(true, true[:2])


def test_valid_prediction_steps() -> None:
    true = np.sin(np.linspace(0, 20, 100))[:, None]
    drift = true + np.linspace(0, 1, 100)[:, None]
    steps = checks.valid_prediction_steps(true, drift, 0.5)
    assert 0.5 * true.std() == pytest.approx(steps / 99, abs=0.02)
    assert checks.valid_prediction_steps(true, true) == 100
    late = true.copy()
    late[60:] = np.nan
    assert checks.valid_prediction_steps(true, late) == 60


def test_white_noise_passes_and_waves_fail() -> None:
    rng = np.random.default_rng(7)
    p = [checks.whiteness([rng.normal(size=200)]) for _ in range(60)]
    assert np.mean([w.ljung_box > 0.05 for w in p]) > 0.8
    assert np.mean([w.runs > 0.05 for w in p]) > 0.8
    wave = checks.whiteness([rng.normal(size=200) + np.sin(np.linspace(0, 12, 200))])
    assert wave.ljung_box < 1e-4
    assert wave.runs < 1e-2
    assert wave.lag1 > 0.2


def test_an_outlier_is_seen() -> None:
    series = np.random.default_rng(8).normal(size=100)
    series[50] = 15.0
    assert checks.whiteness([series]).largest > 10


def test_constant_term_covers_the_truth() -> None:
    rng = np.random.default_rng(9)
    t = np.linspace(0, 3, 90)
    inside = 0
    for _ in range(100):
        found = checks.constant_term(t, 1 + 2 * t - 4.9 * t**2 + rng.normal(size=90) * 0.05, 2)
        inside += found.low <= -9.8 <= found.high
        assert not found.contains_zero
    assert inside >= 88
    still = checks.constant_term(t, 1 + 2 * t + rng.normal(size=90) * 0.05, 2)
    assert abs(still.value) < 4 * still.sigma
    with pytest.raises(InputError, match="needs 6 samples"):
        checks.constant_term(t[:4], t[:4], 2)
