"""The simulators against closed forms and invariants; the starts against their stated region."""

from __future__ import annotations

import numpy as np
import pytest

from bench.common.terms import canonical
from bench.pixel2phys.systems import BY_NAME, HORIZON, SYSTEMS, System, initial_state, integrate, trajectory

_SEED = 1000


def test_linear_is_a_damped_rotation() -> None:
    system = BY_NAME["linear"]
    states, t = trajectory(system, _SEED).states, trajectory(system, _SEED).t
    x, y = states[0]
    decay, c, s = np.exp(-0.1 * t), np.cos(2 * t), np.sin(2 * t)
    np.testing.assert_allclose(states, np.stack([decay * (c * x + s * y), decay * (c * y - s * x)], axis=1), atol=1e-10)


def test_circular_is_a_rotation() -> None:
    system = BY_NAME["circular"]
    states, t = trajectory(system, _SEED).states, trajectory(system, _SEED).t
    x, y = states[0]
    exact = np.stack([np.cos(t) * x + np.sin(t) * y, np.cos(t) * y - np.sin(t) * x], axis=1)
    np.testing.assert_allclose(states, exact, atol=1e-10)


def test_cubic_loses_quartic_energy_at_its_known_rate() -> None:
    """d(x^4 + y^4)/dt = -0.4 (x^6 + y^6): the rotation term drops out."""
    system = BY_NAME["cubic"]
    states = integrate(system.rhs, np.array([1.8, 0.3]), 1e-3, 2000)
    energy = (states**4).sum(axis=1)
    spent = np.concatenate([[0.0], np.cumsum(((states**6).sum(axis=1)[:-1] + (states**6).sum(axis=1)[1:]) / 2) * 4e-4])
    np.testing.assert_allclose(energy, energy[0] - spent, rtol=1e-5)


def test_vanderpol_reaches_its_known_period() -> None:
    """Period of the limit cycle for mu = 2, as tabulated: 7.6299."""
    states = integrate(BY_NAME["vanderpol"].rhs, np.array([2.0, 0.0]), 0.001, 60_000)
    x = states[:, 0]
    up = np.flatnonzero((x[:-1] < 0) & (x[1:] >= 0))
    crossing = 0.001 * (up - x[up] / (x[up + 1] - x[up]))
    assert np.diff(crossing)[-3:] == pytest.approx([7.6299] * 3, abs=5e-5)


def test_glider_comes_to_its_steady_glide() -> None:
    """tan(theta) = -D and v^2 = cos(theta)."""
    last = trajectory(BY_NAME["glider"], _SEED, 4000).states[-1]
    theta = np.arctan(-0.2)
    np.testing.assert_allclose(last, [np.sqrt(np.cos(theta)), theta], atol=1e-9)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: str(system.name))
def test_right_sides_are_the_stated_coefficients(system: System) -> None:
    """The code of each right side against its table of terms, each term evaluated by its own meaning."""
    known = {
        "x": lambda x, y: x,
        "y": lambda x, y: y,
        "x^2": lambda x, y: x * x,
        "x^3": lambda x, y: x**3,
        "y^3": lambda x, y: y**3,
        "x^2 y": lambda x, y: x * x * y,
        "sin(y)": lambda x, y: np.sin(y),
        "cos(y) x^-1": lambda x, y: np.cos(y) / x,
    }
    for x, y in np.random.default_rng(0).uniform(0.3, 2.0, (20, 2)):
        sums = [sum(c * known[term](x, y) for term, c in side.items()) for side in system.coefficients.values()]
        assert system.rhs(x, y) == pytest.approx(sums, rel=1e-12)
    for side in system.truth.values():
        assert {canonical(term) for term in side} == side


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: str(system.name))
@pytest.mark.parametrize("seed", range(1000, 1010))
def test_starts_are_admissible_and_in_view(system: System, seed: int) -> None:
    states = trajectory(system, seed).states
    assert len(states) == HORIZON + 1
    np.testing.assert_array_equal(states[0], initial_state(system, seed))
    assert system.radius[0] <= np.hypot(*(states[0] - system.around)) <= system.radius[1]
    assert system.name != "glider" or states[:, 0].min() > 0.25
    pixels = system.to_pixels(states, 256)
    assert pixels.min() > 19
    assert pixels.max() < 236
    back = (pixels - system.origin(256)) * [system.scale, -system.scale]
    np.testing.assert_allclose(back, states, atol=1e-12)


def test_seeds_differ_and_repeat() -> None:
    starts = [tuple(initial_state(system, seed)) for system in SYSTEMS for seed in (1000, 1001)]
    assert len(set(starts)) == 10
    assert tuple(initial_state(SYSTEMS[0], 1000)) == starts[0]
