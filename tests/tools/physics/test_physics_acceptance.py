from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from lookagain.core.errors import InputError
from lookagain.tools.physics import (
    Bounds,
    Criterion,
    SearchSettings,
    SparseSystem,
    Term,
    Trajectory,
    acceptance,
    accepted,
    discover,
    parse_term,
)

NAMES = ("x", "y")


def _judge(t: np.ndarray, x: np.ndarray, names: tuple[str, ...] = NAMES, units: tuple[str, ...] = ()) -> bool:
    trajectory = Trajectory(t=t, x=x, names=names, units=units)
    try:
        found = discover([trajectory], SearchSettings(), np.random.default_rng(0))
    except InputError:  # nothing of the library follows the data at all
        return False
    return accepted(acceptance(found))


@pytest.mark.parametrize("name", ["linear", "circular", "van der pol 1"])
def test_clean_first_order_laws_are_accepted(first: Callable[..., Any], name: str) -> None:
    case = first(name, 1301, 1.25e-4)
    assert _judge(case.t, case.x)


@pytest.mark.parametrize("name", ["pendulum", "spring", "ramp", "wheel", "drag"])
def test_clean_second_order_laws_are_accepted(second: Callable[..., Any], name: str) -> None:
    case = second(name, 1303, 1.25e-4)
    assert _judge(case.t, case.x, case.names, case.units)


def test_a_throw_is_accepted_although_its_velocity_is_conserved() -> None:
    t = np.arange(90) / 60
    x = np.column_stack([3 * t, 5 * t - 4.905 * t**2]) + np.random.default_rng(11).normal(size=(90, 2)) * 5e-4
    trajectory = Trajectory(t=t, x=x, names=NAMES, units=("m", "m"))
    found = discover([trajectory], SearchSettings(), np.random.default_rng(0))
    assert found.best.system.equations()[0] == "x'' = 0"
    assert abs(found.best.system.coefficients[1][0] + 9.81) < 5 * found.best.system.sigmas[1][0]
    assert accepted(acceptance(found))


def _criteria(x: np.ndarray, names: tuple[str, ...] = NAMES) -> dict[str, Criterion]:
    trajectory = Trajectory(t=np.arange(200) / 50, x=x, names=names)
    return {c.name: c for c in acceptance(discover([trajectory], SearchSettings(), np.random.default_rng(0)))}


_WAVE, _QUARTER = (f(3 * np.arange(200) / 50) for f in (np.sin, np.cos))
_RNG = np.random.default_rng(14)


@pytest.mark.parametrize(
    "x",
    [
        (_WAVE + 0.003 * _RNG.normal(size=200))[:, None] + [0.0, 5.0],
        np.column_stack([_WAVE, 2 * _WAVE + 1]),
        np.column_stack([_WAVE, 20 * _WAVE]) + 0.003 * _RNG.normal(size=(200, 2)),
        np.column_stack([_WAVE, _WAVE]) + 1e-7 * _RNG.normal(size=(200, 2)),
        np.exp(-0.06 * np.arange(200) / 10)[:, None] * np.column_stack([_WAVE, _QUARTER, _WAVE]),
    ],
    ids=["shared noise", "exact", "own noise", "little noise", "three"],
)
def test_a_law_of_variables_that_copy_each_other_is_refused(x: np.ndarray) -> None:
    criteria = _criteria(x, tuple("abc"[: x.shape[1]]))
    assert not criteria["independent"].holds


@pytest.mark.parametrize("power", [1, 2])
def test_straight_motion_mixes_no_variables(power: int) -> None:
    t = np.arange(200)[:, None] / 50
    x = t**power * np.array([1.0, 2.0]) + 0.003 * np.random.default_rng(15).normal(size=(200, 2))
    criteria = _criteria(x)
    assert criteria["independent"].holds
    assert accepted(list(criteria.values()))


def test_a_variable_at_rest_does_no_harm_unless_the_law_speaks_of_it() -> None:
    noise = 0.003 * np.random.default_rng(16).normal(size=(200, 3))
    trajectory = Trajectory(
        t=np.arange(200) / 50, x=np.column_stack([_WAVE, _QUARTER, np.ones(200)]) + noise, names=("a", "b", "c")
    )
    found = discover([trajectory], SearchSettings(order=1), np.random.default_rng(0))
    assert found.tests.independence[2] < 3 < min(found.tests.independence[:2])
    for row, term, holds in [(2, "1", False), (0, "c", False), (0, "b", True)]:
        terms: list[tuple[Term, ...]] = [(), (), ()]
        terms[row] = (parse_term(term, trajectory.names),)
        values = tuple(tuple(1.0 for _ in one) for one in terms)
        system = SparseSystem(order=1, names=trajectory.names, terms=tuple(terms), coefficients=values)
        other = replace(found, best=replace(found.best, system=system))
        assert {c.name: c.holds for c in acceptance(other)}["independent"] is holds


def test_noise_of_zero_is_not_divided_by(first: Callable[..., Any]) -> None:
    case = first("circular", 1307, 1.25e-4)
    found = discover([Trajectory(t=case.t, x=case.x, names=NAMES)], SearchSettings(order=1), np.random.default_rng(0))
    criteria = acceptance(replace(found, best=replace(found.best, noise=(0.0, 0.0))))
    assert {c.name: c.value for c in criteria}["held-out R2"] == found.held_out.r2


def _solved(
    f: Callable[[float, np.ndarray], list[float]], start: list[float], dt: float
) -> tuple[np.ndarray, np.ndarray]:
    t = np.arange(200) * dt
    path = solve_ivp(f, (0, t[-1]), start, t_eval=t, method="DOP853", rtol=1e-10, atol=1e-10).y.T
    return t, path[:, :2]


def _alien(kind: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Motion that no law of the library describes."""
    t = np.arange(200) / 30
    if kind == "random walk":
        return t, np.cumsum(rng.normal(size=(200, 2)), axis=0)
    if kind == "still":
        return t, np.zeros((200, 2))
    if kind == "jump":
        return t, np.where(t[:, None] > 3, [3.0, 1.0], 0.0)
    if kind == "outside the library":
        return _solved(lambda t, z: [np.sin(z[0]) * np.exp(-z[1]), -0.8 * z[1] + 0.6 * np.cos(z[0])], [0.5, 1.0], 0.03)
    if kind == "forced":
        return _solved(lambda t, z: [z[1], -z[0] + 0.3 * np.cos(1.7 * t)], [1.5, 0.0], 0.05)
    if kind == "hidden variable":
        return _solved(
            lambda t, z: [10 * (z[1] - z[0]), z[0] * (28 - z[2]) - z[1], z[0] * z[1] - 8 / 3 * z[2]], [5, 6, 20], 0.01
        )
    if kind == "higher degree":
        return _solved(lambda t, z: [z[1], -z[0] - 0.2 * z[0] ** 5], [1.2, 0.2], 0.05)
    if kind == "cut":
        a = _solved(lambda t, z: [z[1], -z[0]], [1.5, 0.0], 0.05)
        return a[0], np.concatenate([a[1][:100], np.array([1.4, -0.7]) * a[1][:100]])
    raise AssertionError(kind)


ALIENS = ["random walk", "still", "jump", "outside the library", "forced", "hidden variable", "higher degree", "cut"]


@pytest.mark.parametrize("noise", [1.25e-4, 0.01])
@pytest.mark.parametrize("kind", ALIENS)
def test_what_no_law_describes_is_refused(kind: str, noise: float) -> None:
    rng = np.random.default_rng(12)
    t, x = _alien(kind, rng)
    spread = float(np.ptp(x)) or 1.0
    assert not _judge(t, x + rng.normal(size=x.shape) * noise * spread)


def test_correlated_shaking_is_refused(first: Callable[..., Any]) -> None:
    case = first("circular", 1304, 1.25e-4)
    shake = np.convolve(np.random.default_rng(13).normal(size=220), np.ones(9) / 9, "same")[:200, None]
    assert not _judge(case.t, case.x + 0.05 * shake)


def test_an_arc_too_short_to_tell_is_refused(second: Callable[..., Any]) -> None:
    case = second("pendulum", 1305, 0.02)
    assert not _judge(case.t[:40], case.x[:40], case.names, case.units)


def test_bounds_decide_and_nan_never_holds(first: Callable[..., Any]) -> None:
    case = first("circular", 1306, 1.25e-4)
    trajectory = Trajectory(t=case.t, x=case.x, names=NAMES)
    found = discover([trajectory], SearchSettings(order=1), np.random.default_rng(0))
    strict = acceptance(found, Bounds(margin=1e9))
    assert [c.name for c in strict if not c.holds] == ["margin"]
    assert not Criterion(name="x", value=float("nan"), op=">=", bound=0.0, reason="").holds
    assert not Criterion(name="x", value=float("nan"), op="<=", bound=0.0, reason="").holds


def test_a_negligible_term_is_not_confirmed() -> None:
    x = np.column_stack([_WAVE, _QUARTER]) + 1e-3 * np.random.default_rng(17).normal(size=(200, 2))
    trajectory = Trajectory(t=np.arange(200) / 50, x=x, names=NAMES)
    found = discover([trajectory], SearchSettings(order=1), np.random.default_rng(0))
    assert {c.name: c for c in acceptance(found)}["weight"].holds
    tiny = replace(found, tests=replace(found.tests, weight=1e-6))
    assert [c.name for c in acceptance(tiny) if not c.holds] == [
        "weight",
        *(c.name for c in acceptance(found) if not c.holds),
    ]
