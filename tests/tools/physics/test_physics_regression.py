from __future__ import annotations

import itertools

import numpy as np
import pysindy
import pytest

from lookagain.core.errors import InputError
from lookagain.tools.physics import Library, ensemble, stlsq
from lookagain.tools.physics.regression import best_pairs, best_subsets, combinations

NAMES = ("x", "y")


def _problem(noise: float = 1e-3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    library = Library.polynomial(NAMES, 3)
    theta = library(rng.uniform(-2, 2, (500, 2)))
    xi = np.zeros((10, 2))
    for text, row, value in [("y", 0, 1.0), ("x", 1, -1.0), ("y", 1, 2.0), ("x^2*y", 1, -2.0)]:
        xi[library.texts().index(text), row] = value
    return theta, theta @ xi + rng.normal(size=(500, 2)) * noise, xi


@pytest.mark.parametrize("normalise", [True, False])
def test_stlsq_finds_the_terms(normalise: bool) -> None:
    theta, dx, xi = _problem()
    found = stlsq(theta, dx, 0.05, normalise=normalise)
    np.testing.assert_array_equal(found != 0, xi != 0)
    np.testing.assert_allclose(found, xi, atol=1e-3)


def test_normalised_threshold_does_not_depend_on_units() -> None:
    theta, dx, _ = _problem()
    scale = np.logspace(-5, 5, 10)
    np.testing.assert_allclose(stlsq(theta * scale, dx * 1e3, 0.05), 1e3 * stlsq(theta, dx, 0.05) / scale[:, None])


def test_agrees_with_pysindy() -> None:
    theta, dx, _ = _problem(0.05)
    theirs = pysindy.STLSQ(threshold=0.1, alpha=0.0).fit(theta, dx).coef_.T
    np.testing.assert_allclose(stlsq(theta, dx, 0.1, normalise=False), theirs, atol=1e-8)


def test_extreme_thresholds_and_dead_columns() -> None:
    theta, dx, _ = _problem()
    assert not stlsq(theta, dx, 1e6).any()
    dead = np.hstack([theta, np.zeros((500, 1))])
    assert np.isfinite(stlsq(dead, dx, 0.0, ridge=1e-9)).all()
    with pytest.raises(InputError, match="expected Theta"):
        stlsq(theta, dx[:-1], 0.1)


def test_ensemble_is_sure_of_what_is_there() -> None:
    theta, dx, xi = _problem(0.1)
    bags = ensemble(theta, dx, 0.05, rng=np.random.default_rng(5), bags=20)
    assert bags.inclusion[xi != 0].min() > 0.9
    assert bags.inclusion[xi == 0].max() < 0.5
    with pytest.raises(InputError):
        ensemble(theta, dx, 0.05, rng=np.random.default_rng(5), bags=0)


@pytest.mark.parametrize("budget", [40_000, 5])
def test_best_subsets(budget: int) -> None:
    theta, dx, xi = _problem()
    ladder = best_subsets(theta, dx[:, 1], 4, keep=2, budget=budget)
    assert set(ladder[3][0][1]) == set(np.flatnonzero(xi[:, 1]).tolist())
    totals = [level[0][0] for level in ladder]
    assert totals == sorted(totals, reverse=True)


def test_best_pairs_are_those_of_least_squares() -> None:
    rng = np.random.default_rng(5)
    theta = rng.normal(size=(60, 7)) * np.logspace(-3, 3, 7)
    theta[:, 6] = 0.0
    target = theta[:, [1, 4]] @ rng.normal(size=(2, 2)) / [1.0, 30.0] + rng.normal(size=(60, 2))
    blocks = np.array([[0, 0], [1, 2], [3, 3], [4, 5], [6, 6]])
    found = best_pairs(theta, target, blocks)
    for e in range(2):
        left = {}
        for i, j in itertools.combinations(range(len(blocks)), 2):
            columns = np.unique(blocks[[i, j]])
            solved = np.linalg.lstsq(theta[:, columns], target[:, e], rcond=None)[0]
            left[i, j] = float(((target[:, e] - theta[:, columns] @ solved) ** 2).sum() / (target[:, e] ** 2).sum())
        assert found.rest[e] == pytest.approx(min(left.values()), rel=1e-9)
        assert tuple(sorted(found.blocks[e])) == min(left, key=lambda pair: left[pair])


def test_combinations_are_all_subsets() -> None:
    assert combinations(5, 2).shape == (10, 2)
    assert combinations(3, 0).shape == (1, 0)
