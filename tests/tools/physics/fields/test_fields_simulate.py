from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lookagain.core.errors import InputError
from tests.support.fields import CELLS, LENGTH, Array, bumps, law, linear, waves

H = LENGTH / CELLS
PLANE: tuple[str, ...] = ("y", "x")
SQUARE: dict[str, Any] = {"spacing": (H, H), "periodic": (True, True)}
KY, KX = waves(CELLS, LENGTH)


@pytest.mark.parametrize(
    ("terms", "rate"),
    [
        ({"lap_u": 0.3}, -0.3 * (KY**2 + KX**2) + 0j),
        ({"u": 0.5, "lap_u": -2.0, "bih_u": -1.0}, 0.5 + 2 * (KY**2 + KX**2) - (KY**2 + KX**2) ** 2 + 0j),
        ({"u_x": -1.5, "u_y": 0.5}, -1.5j * KX + 0.5j * KY),
        ({"u_xx": 0.2, "u_xy": 0.1, "u_yy": 0.3}, -0.2 * KX**2 - 0.1 * KX * KY - 0.3 * KY**2 + 0j),
    ],
)
def test_linear_laws_are_integrated_exactly(terms: dict[str, float], rate: Any) -> None:
    start, t = bumps(np.random.default_rng(1), cut=2.0), np.array([0.0, 0.1, 0.5])
    found = law(("u",), PLANE, terms).simulate(start[None], t, **SQUARE)
    assert np.allclose(found, linear(start, t, rate), atol=1e-8)


def test_explicit_terms_meet_the_exact_solution() -> None:
    start, t = 0.5 + 0.1 * bumps(np.random.default_rng(2)), np.linspace(0, 4, 9)
    found = law(("u",), PLANE, {"u": 1.0, "u^2": -1.0}).simulate(start[None], t, **SQUARE)
    exact = 1 / (1 + (1 / start - 1) * np.exp(-t[:, None, None]))
    assert np.allclose(found[:, 0], exact, atol=1e-4)


def test_spirals(spirals: tuple[Array, Array, float]) -> None:
    frames, t, spacing = spirals
    reaction = {"u^2*v": 1.0, "v^3": 1.0, "u": 1.0, "u^3": -1.0, "u*v^2": -1.0, "lap_u": 0.1}
    other = {"u^3": -1.0, "u*v^2": -1.0, "v": 1.0, "u^2*v": -1.0, "v^3": -1.0, "lap_v": 0.1}
    system = law(("u", "v"), PLANE, reaction, other)
    found = system.simulate(frames[0], t[:60], spacing=(spacing, spacing), periodic=(True, True))
    assert np.abs(found - frames[:60]).max() < 1e-3


def test_nothing_flows_through_open_borders() -> None:
    x = (np.arange(24) + 0.5) / 24
    start, t = np.cos(np.pi * x)[None], np.array([0.0, 0.2])
    found = law(("u",), ("x",), {"u_xx": 0.5}).simulate(start, t, spacing=(1 / 24,), periodic=(False,))
    assert np.allclose(found[1], start * np.exp(-0.5 * np.pi**2 * 0.2), atol=1e-10)


def test_the_kernel_scheme_is_its_own_law() -> None:
    start, t = bumps(np.random.default_rng(3))[None], np.array([0.0, 0.5])
    exact = law(("u",), PLANE, {"lap_u": 0.1})
    kernel = type(exact)(
        names=exact.names, axes=exact.axes, terms=exact.terms, coefficients=exact.coefficients, scheme="kernel"
    )
    a, b = exact.simulate(start, t, **SQUARE)[1], kernel.simulate(start, t, **SQUARE)[1]
    assert 1e-4 < np.abs(a - b).max() < 0.1


@pytest.mark.parametrize("terms", [{"u^2": 1.0}, {"lap_u": -5.0}, {"u^3": 1.0, "u*u_x": 30.0}])
def test_blow_up_ends_in_nan(terms: dict[str, float]) -> None:
    start = 1.5 + bumps(np.random.default_rng(4))
    found = law(("u",), PLANE, terms).simulate(start[None], np.arange(20.0), **SQUARE)
    finite = np.asarray(np.isfinite(found).all(axis=(1, 2, 3)))
    assert finite[0]
    assert not finite[-1]
    assert (np.diff(finite.astype(int)) <= 0).all()


def test_long_runs_of_growing_laws_stay_real() -> None:
    """Rounding in parts of the spectrum that no frame shows must not grow."""
    start = 0.3 * bumps(np.random.default_rng(5))
    found = law(("u",), PLANE, {"u": 2.0, "u^3": -2.0, "lap_u": 0.01}).simulate(start[None], np.arange(80.0), **SQUARE)
    assert np.isfinite(found).all()
    assert np.abs(found[-1]).max() < 1.1  # fronts of half a cell overshoot


def test_ticks_can_stop_it() -> None:
    def stop() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        law(("u",), PLANE, {"u^2": 1.0}).simulate(np.ones((1, 8, 8)), np.arange(3.0), tick=stop, **SQUARE)


@pytest.mark.parametrize(
    "change",
    [
        {"start": np.ones((2, 8, 8))},
        {"start": np.full((1, 8, 8), np.nan)},
        {"start": np.ones((1, 8))},
        {"t": np.array([0.0, 0.0])},
        {"spacing": (1.0,)},
    ],
)
def test_bad_input(change: dict[str, Any]) -> None:
    given = {"start": np.ones((1, 8, 8)), "t": np.arange(3.0), **SQUARE, **change}
    with pytest.raises(InputError):
        law(("u",), PLANE, {"u": 1.0}).simulate(**given)


def test_frames_come_one_by_one() -> None:
    system, start = law(("u",), PLANE, {"u^2": -1.0, "lap_u": 0.1}), 1 + 0.1 * bumps(np.random.default_rng(6))[None]
    t = np.arange(5.0)
    path = system.frames(start, t, **SQUARE)
    assert np.array_equal(next(path), start)
    assert np.array_equal(np.stack([start, *path]), system.simulate(start, t, **SQUARE))
