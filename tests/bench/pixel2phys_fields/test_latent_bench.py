"""The latent bench's scenes and measures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bench.common.bars import measure
from bench.pixel2phys_fields.latent_bars import BARS
from bench.pixel2phys_fields.latent_judge import gain, mapped, monomials, r2, rmse
from bench.pixel2phys_fields.latent_scene import DT, FRAMES, LAWLESS, SIZE, oscillator


def test_the_hidden_states_obey_van_der_pol_and_every_pixel_moves() -> None:
    scene = oscillator(1000)
    assert scene.video.shape == (FRAMES, SIZE, SIZE)
    x, v = scene.states.T
    for state, rate in ((x, v), (v, (1 - x**2) * v - x)):
        simpson = DT / 3 * (rate[:-2] + 4 * rate[1:-1] + rate[2:])
        assert state[2:] - state[:-2] == pytest.approx(simpson, abs=5e-4)
    # Beyond the sensor's noise of one grey level.
    assert scene.video.std(axis=0).min() > 2
    assert np.array_equal(scene.video, oscillator(1000).video)
    assert not np.array_equal(scene.video, oscillator(1001).video)


@pytest.mark.parametrize("kind", sorted(LAWLESS))
def test_lawless_videos_move_all_over(kind: str) -> None:
    video = LAWLESS[kind](1200)
    assert video.shape == (FRAMES, SIZE, SIZE)
    assert video.std(axis=0).min() > 2
    assert np.array_equal(video, LAWLESS[kind](1200))


def test_measures_of_a_rollout() -> None:
    true = np.array([[0.0, 1.0], [2.0, 3.0]])
    assert r2(true, true) == 1.0
    assert r2(true, np.tile(true.mean(axis=0), (2, 1))) == 0.0
    assert r2(true, true * np.nan) == float("-inf")
    assert rmse(true, true + 2) == pytest.approx(2.0)
    assert rmse(true, np.full((2, 2), np.inf)) == float("inf")


def test_monomials_count_and_map_undoes_a_polynomial() -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(200, 2))
    assert monomials(z, 5).shape == (200, 21)
    hidden = np.stack([z[:, 0] + z[:, 1] ** 3, z[:, 0] * z[:, 1] - z[:, 1]], axis=1)
    assert mapped(z[:100], hidden[:100], z[100:]) == pytest.approx(hidden[100:], abs=1e-8)


def test_a_gain_is_paired_and_a_blow_up_counts_as_the_mean() -> None:
    found = gain([0.99, 0.999, 0.9], [0.9, 0.99, float("-inf")])
    assert found["wins"] == 3
    assert found["r2_gain"] == pytest.approx((0.09 + 0.009 + 0.9) / 3)
    assert found["log10_gain"] == pytest.approx(1.0)
    assert found["log10_gain_low"] == pytest.approx(1.0)
    lone = gain([0.9], [0.8])
    assert (lone["r2_gain_low"], lone["r2_gain_high"]) == (None, None)
    with pytest.raises(ValueError, match="expected a number"):
        gain([0.9], [None])


def test_bars_hold_on_good_rows_and_not_without_them() -> None:
    good: dict[str, Any] = {"r2": 0.999, "r2_true": 0.999, "confirmed": True, "method": "joint"}
    gains = [{"against": a, "wins": 5, "log10_gain_low": 0.3} for a in ("alone", "pysindy") for _ in range(2)]
    groups = {"latent": [good] * 5, "latent_gain": gains, "latent_lawless": [{"withheld": True}] * 9}
    assert all(measure(bar, groups).holds for bar in BARS)
    assert not any(measure(bar, {}).holds for bar in BARS)
    worse = {**groups, "latent": [good] * 4 + [{**good, "r2": None}]}
    assert not all(measure(bar, worse).holds for bar in BARS)
