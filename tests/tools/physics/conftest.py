"""Known systems, integrated by scipy alone, for the tests of the law search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

Array = NDArray[np.float64]
Law = tuple[frozenset[str], ...]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Samples of a known law, the noise-free path far beyond them, and its terms."""

    t: Array
    x: Array
    truth_t: Array
    truth: Array
    law: Law
    names: tuple[str, ...]
    units: tuple[str, ...]
    order: int


def _law(*rows: str) -> Law:
    return tuple(frozenset(row.split()) for row in rows)


FIRST: dict[str, tuple[Callable[[float, Array], list[float]], float, Law]] = {
    "linear": (lambda t, z: [-0.1 * z[0] + 2 * z[1], -2 * z[0] - 0.1 * z[1]], 0.03, _law("x y", "x y")),
    "cubic": (
        lambda t, z: [-0.1 * z[0] ** 3 + 2 * z[1] ** 3, -2 * z[0] ** 3 - 0.1 * z[1] ** 3],
        0.02,
        _law("x^3 y^3", "x^3 y^3"),
    ),
    "circular": (lambda t, z: [z[1], -z[0]], 0.05, _law("y", "x")),
    "van der pol 2": (lambda t, z: [z[1], 2 * (1 - z[0] ** 2) * z[1] - z[0]], 0.075, _law("y", "x y x^2*y")),
    "van der pol 1": (lambda t, z: [z[1], (1 - z[0] ** 2) * z[1] - z[0]], 0.06, _law("y", "x y x^2*y")),
    "glider": (
        lambda t, z: [-np.sin(z[1]) - 0.2 * z[0] ** 2, z[0] - np.cos(z[1]) / z[0]],
        0.05,
        _law("sin(y) x^2", "x cos(y)/x"),
    ),
}

SECOND: dict[str, tuple[Callable[[float, Array], list[float]], list[float], float, Law, str, str]] = {
    "pendulum": (
        lambda t, z: [z[1], -9 * np.sin(z[0]) - 0.15 * z[1]],
        [1.4, 0.0],
        0.03,
        _law("sin(theta) theta'"),
        "theta",
        "rad",
    ),
    "spring": (lambda t, z: [z[1], -6 * z[0] - 0.4 * z[1]], [0.12, 0.0], 0.03, _law("x x'"), "x", "m"),
    "drag": (
        lambda t, z: [z[1], -9.81 - 0.5 * z[1] * abs(z[1])],
        [0.0, 6.0],
        1 / 30,
        _law("1 y'*|y'|"),
        "y",
        "m",
    ),
    "ramp": (lambda t, z: [z[1], 1.6], [0.0, 0.3], 1 / 30, _law("1"), "s", "m"),
    "wheel": (lambda t, z: [z[1], 0.0], [0.0, 4.0], 1 / 30, _law(""), "theta", "rad"),
}


def _solve(f: Callable[[float, Array], list[float]], z0: Array | list[float], t: Array) -> Array:
    path: Array = solve_ivp(f, (t[0], t[-1]), z0, t_eval=t, method="DOP853", rtol=1e-11, atol=1e-12).y.T
    return path


def first_order(name: str, seed: int, noise: float, n: int = 200) -> Case:
    """A planar first-order system; ``noise`` is a share of the range."""
    rng = np.random.default_rng([seed, len(name)])
    f, dt, law = FIRST[name]
    t = dt * np.arange(1000, dtype=np.float64)
    start = np.array([0.0, 0.0])
    truth = np.zeros((1000, 2))
    while name != "glider" or truth[:, 0].min() < 0.25:
        radius, turn = rng.uniform(1.5, 2.2), rng.uniform(0, 2 * np.pi)
        start = radius * np.array([np.cos(turn), np.sin(turn)])
        if name == "glider":
            start = np.array([rng.uniform(0.6, 2.2), rng.uniform(-0.8, 0.8)])
        truth = _solve(f, start, t)
        if name != "glider":
            break
    x = truth[:n] + rng.normal(size=(n, 2)) * noise * np.ptp(truth[:n], axis=0).max()
    return Case(t=t[:n], x=x, truth_t=t, truth=truth, law=law, names=("x", "y"), units=("", ""), order=1)


def second_order(name: str, seed: int, noise: float, n: int = 150) -> Case:
    """A second-order system of one variable."""
    rng = np.random.default_rng([seed, len(name)])
    f, start, dt, law, variable, unit = SECOND[name]
    t = dt * np.arange(2 * n, dtype=np.float64)
    truth = _solve(f, start, t)[:, :1]
    x = truth[:n] + rng.normal(size=(n, 1)) * noise * np.ptp(truth[:n])
    return Case(t=t[:n], x=x, truth_t=t, truth=truth, law=law, names=(variable,), units=(unit,), order=2)


@pytest.fixture(scope="session")
def first() -> Callable[[str, int, float], Case]:
    return first_order


@pytest.fixture(scope="session")
def second() -> Callable[[str, int, float], Case]:
    return second_order
