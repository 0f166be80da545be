from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest

from lookagain.core.errors import ConfigError, InputError
from lookagain.tools.physics import Discovery, Library, SearchSettings, SparseSystem, Trajectory, checks, discover

NAMES = ("x", "y")
GENEROUS = (
    Library.polynomial(NAMES, 3)
    + Library.trigonometric(NAMES)
    + Library.of(NAMES, ["cos(x)/y", "cos(y)/x"])
)  # fmt: skip


def _law(discovery: Discovery) -> tuple[frozenset[str], ...]:
    system = discovery.best.system
    return tuple(frozenset(term.text(system.state) for term in row) for row in system.terms)


def _find(case: Any, **settings: Any) -> Discovery:
    trajectory = Trajectory(t=case.t, x=case.x, names=case.names, units=case.units)
    return discover([trajectory], SearchSettings(**settings), np.random.default_rng(0))


SYSTEMS = ["linear", "cubic", "circular", "van der pol 2", "van der pol 1", "glider"]


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_exact_terms_and_their_extrapolation(first: Callable[..., Any], name: str) -> None:
    case = first(name, 1200, 1.25e-4)
    found = _find(case, order=1, library=GENEROUS)
    assert _law(found) == case.law
    path = found.best.simulate(case.truth_t)
    assert checks.r2(case.truth, path) > 0.9999
    assert checks.r2(case.truth[200:], path[200:]) > 0.9999


@pytest.mark.parametrize("name", SYSTEMS)
def test_half_a_percent_of_noise(first: Callable[..., Any], name: str) -> None:
    case = first(name, 1201, 0.005)
    found = _find(case, order=1, library=GENEROUS)
    assert _law(found) == case.law
    assert checks.r2(case.truth, found.best.simulate(case.truth_t)) > 0.999


@pytest.mark.parametrize("name", ["pendulum", "spring", "drag", "ramp", "wheel"])
def test_second_order_laws_are_found_without_saying_so(second: Callable[..., Any], name: str) -> None:
    case = second(name, 1202, 1.25e-4)
    found = _find(case)
    assert found.best.system.order == 2
    assert _law(found) == case.law


@pytest.mark.parametrize("name", ["linear", "cubic", "circular", "van der pol 1"])
def test_law_in_pixels_with_unknown_origin_and_scale(first: Callable[..., Any], name: str) -> None:
    case = first(name, 1203, 1.25e-4)
    scale = 180 / np.ptp(case.truth[:200], axis=0).max()
    flip = np.array([1.0, -1.0])
    pixels = np.array([140.0, 117.0]) + scale * flip * case.x
    trajectory = Trajectory(t=case.t, x=pixels, names=NAMES, units=("px", "px"))
    found = discover([trajectory], SearchSettings(order=1, origin="unknown"), np.random.default_rng(0))
    assert _law(found) == case.law
    np.testing.assert_allclose(found.best.affine.offset, [140, 117], atol=0.5)
    truth = np.array([140.0, 117.0]) + scale * flip * case.truth
    assert checks.r2(truth, found.best.simulate(case.truth_t)) > 0.9999


def test_glider_in_pixels_with_unknown_origin_and_scale(first: Callable[..., Any]) -> None:
    case = first("glider", 1207, 1.25e-4)
    scale = 180 / np.ptp(case.truth[:200], axis=0).max()
    offset, flip = np.array([20.0, 140.0]), np.array([1.0, -1.0])
    library = Library.polynomial(NAMES, 2) + Library.of(NAMES, ["sin(y)", "cos(y)", "cos(y)/x"])
    trajectory = Trajectory(t=case.t, x=offset + scale * flip * case.x, names=NAMES, units=("px", "px"))
    settings = SearchSettings(order=1, library=library, origin="unknown", scale="unknown")
    found = discover([trajectory], settings, np.random.default_rng(0))
    assert _law(found) == case.law
    assert abs(found.best.affine.scale) == pytest.approx(scale, rel=0.01)
    assert checks.r2(offset + scale * flip * case.truth, found.best.simulate(case.truth_t)) > 0.9999


def test_missing_samples_and_several_trajectories(first: Callable[..., Any]) -> None:
    parts = []
    for seed in (1204, 1205):
        case = first("van der pol 1", seed, 1.25e-4)
        x = case.x[:120].copy()
        x[30:36] = np.nan
        parts.append(Trajectory(t=case.t[:120], x=x, names=NAMES, sigma=np.full((120, 2), 0.01)))
    found = discover(parts, SearchSettings(order=1), np.random.default_rng(0))
    assert _law(found) == (frozenset({"y"}), frozenset({"x", "y", "x^2*y"}))
    assert [len(path) for path in found.best.fitted] == [120, 120]


def test_uncertainties_cover_the_true_coefficients(first: Callable[..., Any]) -> None:
    far = 0
    for seed in range(1210, 1220):
        system = _find(first("circular", seed, 0.005), order=1).best.system
        far += any(
            abs(value - true) > 3 * sigma
            for (value,), (sigma,), true in zip(system.coefficients, system.sigmas, (1.0, -1.0), strict=True)
        )
    assert far <= 1


def test_the_answer_is_json_and_repeats(first: Callable[..., Any]) -> None:
    case = first("linear", 1206, 1.25e-4)
    stages: list[float] = []
    trajectory = Trajectory(t=case.t, x=case.x, names=NAMES)
    found = discover(
        [trajectory], SearchSettings(), np.random.default_rng(0), lambda stage, share: stages.append(share)
    )
    again = discover([trajectory], SearchSettings(), np.random.default_rng(0))
    text = json.dumps(found.to_json(), allow_nan=False)
    assert text == json.dumps(again.to_json(), allow_nan=False)
    assert SparseSystem.from_json(json.loads(text)["system"]) == found.best.system
    assert stages == sorted(stages)
    assert stages[-1] == 1.0
    margins = [rival.margin for rival in found.rivals]
    assert margins == sorted(margins)
    assert "other order" in {rival.move for rival in found.rivals}


def test_refusals() -> None:
    short = Trajectory(t=np.arange(5.0), x=np.ones((5, 2)), names=NAMES)
    rng = np.random.default_rng(0)
    with pytest.raises(InputError, match="at least 8"):
        discover([short], SearchSettings(), rng)
    with pytest.raises(InputError, match="no trajectory"):
        discover([], SearchSettings(), rng)
    longer = Trajectory(t=np.arange(50.0), x=np.random.default_rng(1).normal(size=(50, 2)), names=NAMES)
    with pytest.raises(InputError, match="must be over"):
        discover([longer], SearchSettings(order=1, library=Library.polynomial(("a",), 1)), rng)
    with pytest.raises(ConfigError, match="held_out"):
        SearchSettings(held_out=0.9)
    with pytest.raises(ConfigError, match="penalty"):
        SearchSettings(penalty=0)


@pytest.mark.parametrize("origin", ["given", "unknown"])
def test_a_throw_is_an_acceleration_and_not_a_clock(origin: Literal["given", "unknown"]) -> None:
    t = np.arange(100, dtype=np.float64) / 30
    clean = np.column_stack([45 * t - 70, 30 + 60 * t - 30 * t**2])
    x = clean + np.random.default_rng(1501).normal(0, 0.04, clean.shape)
    found = discover([Trajectory(t=t, x=x, names=("x", "y"))], SearchSettings(origin=origin), np.random.default_rng(0))
    assert found.best.system.order == 2
    assert [len(row) for row in found.best.system.terms] == [0, 1]
    assert found.best.system.coefficients[1][0] == pytest.approx(-60, rel=0.01)


def test_errors_that_follow_each_other_buy_no_terms() -> None:
    rng = np.random.default_rng(1502)
    t = np.arange(200, dtype=np.float64) * 0.03
    clean = np.exp(-0.1 * t)[:, None] * np.column_stack([np.sin(2 * t), np.cos(2 * t)])
    wandering = np.array([np.convolve(rng.normal(0, 1e-3, 220), np.ones(8) / 8, "valid")[:200] for _ in range(2)]).T
    x = clean + wandering + rng.normal(0, 5e-4, clean.shape)
    found = discover([Trajectory(t=t, x=x, names=("x", "y"))], SearchSettings(), np.random.default_rng(0))
    assert found.best.system.equations()[0].count("*") == 2
    assert found.best.count == 4
    assert found.best.system.order == 1


def test_a_tracker_that_is_a_little_off_makes_no_law_of_velocities(first: Callable[..., Any]) -> None:
    t = np.linspace(0, 140, 700)
    noise = np.random.default_rng(1241).normal(0, 3.5e-4, (len(t), 2))
    x = np.column_stack([np.cos(t), -np.sin(t)]) + noise + [1.2e-4, -1.2e-4]
    found = discover([Trajectory(t=t, x=x, names=NAMES)], SearchSettings(), np.random.default_rng(0))
    assert (found.best.system.order, _law(found)) == (1, first("circular", 1200, 0.0).law)
