from __future__ import annotations

import numpy as np
import pytest

from lookagain.core.errors import InputError
from lookagain.tools.physics import along_line, angle, fit_circle, plain, relative, suggest

RNG = np.random.default_rng(10)


def _arc(swing: float, noise: float = 0.03, n: int = 150) -> tuple[np.ndarray, np.ndarray]:
    theta = swing * np.cos(np.linspace(0, 15, n))
    path = np.array([130.0, 20.0]) + 90 * np.column_stack([np.sin(theta), np.cos(theta)])
    return theta, path + RNG.normal(size=path.shape) * noise


def test_pendulum_angle_is_suggested_and_comes_back_to_pixels() -> None:
    theta, path = _arc(0.8)
    path[20:25] = np.nan
    best = suggest(path)[0]
    assert best.kind == "angle"
    assert best.circle is not None
    np.testing.assert_allclose([*best.circle.centre, best.circle.radius], [130, 20, 90], atol=0.1)
    seen = np.isfinite(path[:, 0])
    np.testing.assert_allclose(best.values[seen, 0], theta[seen], atol=3e-3)
    np.testing.assert_allclose(best.to_pixels(best.values)[seen], path[seen], atol=0.3)
    assert np.isnan(best.values[22, 0])
    assert best.trajectory(np.arange(150.0)).units == ("rad",)


def test_circle_uncertainty_is_honest() -> None:
    errors = []
    for _ in range(40):
        circle = fit_circle(_arc(0.6, 0.2)[1])
        assert circle is not None
        errors.append((circle.radius - 90) / circle.sigma[2])
    assert 0.6 < np.std(errors) < 1.5


def test_a_few_samples_off_the_circle_become_missing() -> None:
    _, path = _arc(0.8)
    path[[30, 31, 90]] += [25.0, -40.0]
    found = suggest(path)[0]
    assert found.kind == "angle"
    assert np.flatnonzero(np.isnan(found.values[:, 0])).tolist() == [30, 31, 90]
    assert found.circle is not None
    np.testing.assert_allclose([*found.circle.centre, found.circle.radius], [130, 20, 90], atol=0.2)


@pytest.mark.parametrize("count", [20, 40])
def test_more_than_a_tenth_off_the_circle_are_not_dropped(count: int) -> None:
    _, path = _arc(0.8)
    path[:count] += [25.0, -40.0]
    found = angle(path)
    assert found is not None
    assert np.isnan(found.values).sum() <= len(path) // 10
    assert not found.suggested


def test_wheel_angle_is_unwrapped() -> None:
    turn = np.linspace(0, 30, 200)
    path = 100 + 50 * np.column_stack([np.sin(turn), np.cos(turn)])
    found = angle(path)
    assert found is not None
    np.testing.assert_allclose(found.values[:, 0] - found.values[0, 0], turn, atol=1e-6)


def test_ramp_is_a_line() -> None:
    s = 0.02 * np.arange(120.0) ** 2
    path = np.array([10.0, 30.0]) + s[:, None] * np.array([0.8, 0.6]) + RNG.normal(size=(120, 2)) * 0.05
    best = suggest(path)[0]
    assert best.kind == "line"
    np.testing.assert_allclose(np.diff(best.values[[0, -1], 0]), s[-1], atol=0.3)
    np.testing.assert_allclose(best.to_pixels(best.values), path, atol=0.4)


def test_two_bodies_that_move_together() -> None:
    walk = np.column_stack([np.linspace(0, 200, 100), np.linspace(0, 50, 100)])
    spin = 10 * np.column_stack([np.cos(np.linspace(0, 9, 100)), np.sin(np.linspace(0, 9, 100))])
    pair = relative(walk + spin, walk)
    assert pair.suggested
    np.testing.assert_allclose(pair.to_pixels(pair.values), walk + spin)
    with pytest.raises(InputError, match="all 100 samples"):
        pair.to_pixels(pair.values[:5])
    assert not relative(walk, -walk).suggested


@pytest.mark.parametrize("kind", ["spiral", "parabola", "walk", "still"])
def test_other_paths_stay_plain(kind: str) -> None:
    u = np.linspace(0, 12, 200)[:, None]
    paths = {
        "spiral": 128 + 80 * np.exp(-0.1 * u) * np.hstack([np.cos(u), np.sin(u)]),
        "parabola": np.hstack([10 * u, 200 - 30 * u + 2.5 * u**2]),
        "walk": np.cumsum(RNG.normal(size=(200, 2)), axis=0),
        "still": np.full((200, 2), 60.0),
    }
    path = paths[kind] + RNG.normal(size=(200, 2)) * 0.03
    assert suggest(path)[0].kind == "plain"


def test_refusals_and_degenerate_paths() -> None:
    with pytest.raises(InputError, match="path"):
        plain(np.ones((10, 3)))
    with pytest.raises(InputError, match="at least 8"):
        along_line(np.ones((5, 2)))
    assert fit_circle(np.ones((10, 2))) is None
    assert fit_circle(np.column_stack([np.arange(10.0), np.arange(10.0)])) is None
    with pytest.raises(InputError, match="expected values"):
        plain(np.ones((10, 2))).to_pixels(np.ones((3, 1)))
