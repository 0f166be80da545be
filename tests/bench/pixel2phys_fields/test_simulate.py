"""The simulator against solutions that are known, and against itself with finer steps and grids."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.common.terms import canonical
from bench.pixel2phys_fields.judge import expanded
from bench.pixel2phys_fields.simulate import evolve, smooth_noise, squared_wavenumbers
from bench.pixel2phys_fields.systems import BY_NAME, SYSTEMS, FieldSystem, initial, simulate

Floats = NDArray[np.float64]


def test_a_wave_decays_as_diffusion_says() -> None:
    x = np.arange(32) / 32
    start = np.broadcast_to(np.sin(2 * np.pi * x) + 0.5 * np.cos(6 * np.pi * x), (1, 32, 32)).copy()
    got = evolve(
        start, symbol=lambda k2: -0.01 * k2[None], reaction=np.zeros_like, length=1.0, dt=0.3, frames=4, substeps=1
    )
    t = 0.9
    rates = [0.01 * (2 * np.pi * n) ** 2 for n in (1, 3)]
    want = np.exp(-rates[0] * t) * np.sin(2 * np.pi * x) + 0.5 * np.exp(-rates[1] * t) * np.cos(6 * np.pi * x)
    np.testing.assert_allclose(got[3, 0, 5], want, atol=1e-12)


def test_a_uniform_state_follows_the_logistic_solution() -> None:
    start = np.full((1, 16, 16), 0.1)
    got = evolve(
        start, symbol=lambda k2: -k2[None], reaction=lambda u: u - u * u, length=8.0, dt=0.1, frames=41, substeps=2
    )
    want = 1 / (1 + 9 * np.exp(-4.0))
    np.testing.assert_allclose(got[40], want, rtol=1e-7)


def test_the_step_is_of_fourth_order() -> None:
    def at(substeps: int) -> Floats:
        system = BY_NAME["brusselator"]
        states: Floats = evolve(
            initial(system, 1000, 32),
            symbol=system.symbol,
            reaction=system.reaction,
            length=system.length,
            dt=0.4,
            frames=4,
            substeps=substeps,
        )
        return np.asarray(states[-1], dtype=np.float64)

    exact = at(32)
    coarse, fine = np.abs(at(2) - exact).max(), np.abs(at(4) - exact).max()
    assert 10 < coarse / fine < 25


def test_a_blow_up_is_told() -> None:
    start = np.full((1, 8, 8), 1.0)
    with np.errstate(all="ignore"), pytest.raises(ArithmeticError, match="not finite"):
        evolve(start, symbol=lambda k2: -k2[None], reaction=lambda u: u**3, length=1.0, dt=1.0, frames=9, substeps=1)


def test_noise_is_the_same_on_every_grid() -> None:
    coarse = smooth_noise(np.random.default_rng(5), size=32, modes=3.0)
    fine = smooth_noise(np.random.default_rng(5), size=96, modes=3.0)
    np.testing.assert_allclose(fine[::3, ::3], coarse, atol=1e-12)
    with pytest.raises(ValueError, match="grid of more than"):
        smooth_noise(np.random.default_rng(5), size=16, modes=3.0)


def test_noise_has_unit_variance() -> None:
    drawn = [smooth_noise(np.random.default_rng(k), size=48, modes=4.0) for k in range(40)]
    assert np.mean(np.square(drawn)) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_the_terms_say_what_the_simulator_solves(system: FieldSystem) -> None:
    """The right side of the stated terms, derivatives by FFT, equals that of the simulator."""
    state = initial(system, 1000, 64)
    k2 = squared_wavenumbers(64, system.length)

    def filtered(field: Floats, symbol: Floats) -> Floats:
        return np.asarray(np.fft.irfft2(np.fft.rfft2(field) * symbol, s=(64, 64)), dtype=np.float64)

    values = {"1": np.ones((64, 64))}
    for name, field in zip(system.channels, state, strict=True):
        values |= {name: field, f"lap_{name}": filtered(field, -k2), f"bih_{name}": filtered(field, k2**2)}
    solved = system.reaction(state) + [filtered(f, s) for f, s in zip(state, system.symbol(k2), strict=True)]
    for variable, rate in zip(system.channels, solved, strict=True):
        told = np.zeros((64, 64))
        for term, coefficient in system.truth[variable].items():
            product = np.full((64, 64), coefficient)
            for factor in term.split():
                base, _, power = factor.partition("^")
                product = product * values[base] ** int(power or 1)
            told += product
        np.testing.assert_allclose(told, rate, atol=1e-8 * np.abs(rate).max())


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_true_terms_are_canonical_and_starts_lie_in_the_shown_range(system: FieldSystem) -> None:
    for terms in system.truth.values():
        assert [canonical(term) for term in terms] == list(terms)
        assert len(expanded(terms)) >= len(terms)
    for seed in (1000, 1001):
        start = initial(system, seed)
        assert (start.min(axis=(1, 2)) >= system.low).all()
        assert (start.max(axis=(1, 2)) <= system.high).all()
    assert system.seen * 2 <= system.horizon


def test_a_finer_grid_gives_the_same_field() -> None:
    system = BY_NAME["fitzhugh_nagumo"]
    coarse = simulate(system, 1000, frames=6, cells=96)
    fine = simulate(system, 1000, frames=6, cells=192, refined=2)
    np.testing.assert_allclose(fine[..., ::2, ::2], coarse, atol=2e-4)
