from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lookagain.tools.physics import Library, SparseSystem, Spline, Trajectory
from lookagain.tools.physics.prepare import prepare
from lookagain.tools.physics.shooting import Data, Support, fit_support, linearise, start_fit


def _data(case: Any, library: Library) -> Data:
    trajectory = Trajectory(t=case.t, x=case.x, names=case.names)
    noise = np.full(len(case.names), 0.01)
    return prepare([trajectory], 1, library.terms, noise, [Spline()(case.t, case.x)])


def _support(library: Library, *rows: str) -> Support:
    return tuple((e, library.texts().index(text)) for e, row in enumerate(rows) for text in row.split())


@pytest.fixture
def library() -> Library:
    return Library.polynomial(("x", "y"), 3)


def test_fit_reaches_the_minimum_of_the_simulated_misfit(first: Callable[..., Any], library: Library) -> None:
    case = first("van der pol 1", 1100, 0.01)
    data = _data(case, library)
    support = _support(library, "y", "x y x^2*y")
    fit = fit_support(data, start_fit(data, support, np.array([0.8, -0.8, 0.7, -0.7]), np.zeros(2), 1.0))

    def misfit(coefficients: np.ndarray, start: np.ndarray) -> float:
        rows = ((1,), (2, 3, 4))
        system = SparseSystem(
            order=1,
            names=("x", "y"),
            terms=tuple(tuple(library.terms[k] for e, k in support if e == row) for row in range(len(rows))),
            coefficients=(tuple(coefficients[:1]), tuple(coefficients[1:])),
        )
        return float((((system.simulate(start, case.t) - case.x) / 0.01) ** 2).sum())

    start = fit.nodes[0][:, 0]
    best = misfit(fit.coefficients, start)
    assert best == pytest.approx(fit.chi2, rel=1e-3)
    rng = np.random.default_rng(6)
    for _ in range(10):
        assert misfit(fit.coefficients + rng.normal(size=4) * 1e-3, start + rng.normal(size=2) * 1e-3) > best


def test_covariance_predicts_the_scatter_of_coefficients(first: Callable[..., Any], library: Library) -> None:
    support = _support(library, "y", "x")
    fits = []
    for seed in range(1100, 1130):
        case = first("circular", 1100, 0.0)
        noisy = case.x + np.random.default_rng(seed).normal(size=case.x.shape) * 0.01
        data = prepare(
            [Trajectory(t=case.t, x=noisy, names=case.names)],
            1,
            library.terms,
            np.full(2, 0.01),
            [Spline()(case.t, noisy)],
        )
        fits.append(fit_support(data, start_fit(data, support, np.array([1.0, -1.0]), np.zeros(2), 1.0)))
    scatter = np.std([f.coefficients for f in fits], axis=0)
    assert fits[0].covariance is not None
    predicted = np.sqrt(np.diag(fits[0].covariance))
    np.testing.assert_allclose(scatter, predicted, rtol=0.5)


def test_quadratic_agrees_with_full_fits(first: Callable[..., Any], library: Library) -> None:
    case = first("linear", 1101, 0.01)
    data = _data(case, library)
    fit = fit_support(
        data, start_fit(data, _support(library, "x y", "x y"), np.array([0, 2, -2.0, 0]), np.zeros(2), 1.0)
    )
    quadratic = linearise(data, fit)
    wider = _support(library, "x y x^3", "x y")
    columns = [quadratic.pairs.index(p) for p in wider]
    gram, moment = quadratic.gram[np.ix_(columns, columns)], quadratic.moment[columns]
    predicted = quadratic.total - moment @ np.linalg.solve(gram, moment)
    begun = start_fit(data, tuple(sorted(wider)), np.array([0, 2, 0, -2.0, 0]), np.zeros(2), 1.0)
    assert fit_support(data, begun).chi2 == pytest.approx(predicted, abs=0.2)


def test_a_law_that_blows_up_fails_quietly(first: Callable[..., Any], library: Library) -> None:
    case = first("circular", 1102, 0.0)
    data = _data(case, library)
    begun = start_fit(data, _support(library, "x^3", "y^3"), np.array([500.0, 500.0]), np.zeros(2), 1.0)
    assert fit_support(data, begun).chi2 > 1e4


def test_a_long_path_of_wide_steps_is_not_damped(library: Library) -> None:
    t = 0.28 * np.arange(600.0)
    trajectory = Trajectory(t=t, x=np.column_stack([np.cos(t), -np.sin(t)]), names=("x", "y"))
    data = prepare([trajectory], 1, library.terms, np.ones(2), [Spline()(trajectory.t, trajectory.x)])
    begin = start_fit(data, _support(library, "y", "x"), np.array([1.0, -1.0]), np.zeros(2), 1.0)
    assert np.sqrt(fit_support(data, begin).chi2 / data.count) < 1e-4
