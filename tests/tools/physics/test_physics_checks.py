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


def _seen_from(degrees: float, speed: float = 1.0, acceleration: float = 0.0) -> tuple[np.ndarray, np.ndarray, float]:
    """A path along x before a pinhole camera of 60 degrees that is turned off the perpendicular: t, x (n, 1), width.

    Units are pixels of a picture 640 wide; the path crosses 400 of them in 100 frames.
    """
    t = np.linspace(0, 4, 100)
    x = speed * (t - 2) + acceleration * (t - 2) ** 2 / 2
    turn, focal = np.deg2rad(degrees), 320 / np.tan(np.deg2rad(30))
    distance = focal / 100
    return t, (focal * x * np.cos(turn) / (distance + x * np.sin(turn)))[:, None], 640.0


def test_the_camera_part_is_that_of_a_camera_turned_by_two_and_a_half_degrees() -> None:
    t, x, width = _seen_from(2.5)
    part = float(np.ptp(x)) / width
    systematic = checks.camera_acceleration(t, x, part)
    seen = checks.constant_term(t, x[:, 0], 2)
    assert not seen.contains_zero
    assert abs(seen.value) == pytest.approx(float(systematic[0]), rel=0.1)
    assert checks.constant_term(t, x[:, 0], 2, float(systematic[0])).contains_zero
    np.testing.assert_array_equal(checks.camera_acceleration(t[:2], x[:2], part), [0.0])


def test_a_systematic_part_widens_the_interval_in_quadrature() -> None:
    t = np.linspace(0, 3, 90)
    x = -4.9 * t**2 + np.random.default_rng(11).normal(size=90) * 0.05
    plain, wide = checks.constant_term(t, x, 2), checks.constant_term(t, x, 2, 0.3)
    assert wide.value == plain.value
    assert wide.sigma == pytest.approx(np.hypot(plain.sigma, 0.3))
    half = np.hypot((plain.high - plain.low) / 2, 1.96 * 0.3)
    assert wide.high - wide.value == pytest.approx(half, rel=1e-3)


@pytest.mark.parametrize(
    ("degrees", "acceleration", "expected"),
    [(0.0, 0.0, True), (2.5, 0.0, True), (-4.0, 0.0, True), (15.0, 0.0, False), (0.0, 0.2, False), (2.5, 0.3, False)],
)
def test_what_a_camera_may_show_of_a_uniform_motion(degrees: float, acceleration: float, expected: bool) -> None:
    t, x, width = _seen_from(degrees, acceleration=acceleration)
    noisy = x[:, 0] + np.random.default_rng(12).normal(size=len(t)) * 0.1
    part, extent = float(np.ptp(x)) / width, float(np.ptp(x))
    assert checks.uniform(t, noisy, part=part, extent=extent, noise=0.1) is expected


def test_other_motion_is_not_uniform() -> None:
    t = np.linspace(0, 4, 200)
    for x in (100 * np.sin(5 * t), 100 * t + 20 * np.sin(6 * t), np.cumsum(np.random.default_rng(13).normal(size=200))):
        extent = float(np.ptp(x))
        assert not checks.uniform(t, x, part=extent / 640, extent=extent, noise=0.1)
    assert not checks.uniform(t[:5], t[:5], part=0.5, extent=1.0, noise=0.1)
