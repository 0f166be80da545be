from __future__ import annotations

import numpy as np
import pytest

from lookagain.tools.physics.fields import FieldSettings
from lookagain.tools.physics.fields.fit import design_effect, fit_rows
from lookagain.tools.physics.fields.law import search_law, shortest
from lookagain.tools.physics.fields.rows import Rows
from lookagain.tools.physics.fields.search import Equation
from lookagain.tools.physics.terms import Factor, Term

TERMS = [Term.of(*(Factor(0, "power", 1) for _ in range(k))) for k in range(9)]


def _rows(noise: float, seed: int = 0, alike: float = 0.0) -> Rows:
    """1,200 rows in 60 groups: 2*c1 - c4 and nothing, plus noise, of which a part is that of the whole group."""
    rng = np.random.default_rng(seed)
    n, group = 1200, np.repeat(np.arange(60), 20)
    theta = rng.normal(size=(n, len(TERMS))) + 0.5 * rng.normal(size=(n, 1))
    errors = noise * ((1 - alike) * rng.normal(size=(n, 2)) + alike * rng.normal(size=(60, 2))[group])
    target = errors + np.stack([2 * theta[:, 1] - theta[:, 4], np.zeros(n)], axis=1)
    return Rows(theta=theta, target=target, time=group / 60, part=group % 4, group=group, independent=float(n))


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.3])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_planted_terms_are_found(noise: float, seed: int) -> None:
    law = search_law(_rows(noise, seed), TERMS, FieldSettings(), lambda: None)
    assert law.fit.columns == ((1, 4), ())
    assert law.fit.coefficients[0] == pytest.approx([2, -1], abs=0.1 * noise + 1e-9)


def test_sigmas_cover_errors_that_groups_share() -> None:
    """Over many samples the scatter of a coefficient is what its sigma says, also where rows err alike."""
    fits = [fit_rows(_rows(0.3, seed, alike=0.7), [(0, 1, 4), (0,)]) for seed in range(60)]
    scatter = np.std([fit.coefficients[0] for fit in fits], axis=0)
    sigma = np.mean([fit.sigmas[0] for fit in fits], axis=0)
    assert np.all(np.abs(np.log(sigma / scatter)) < 0.35)


def test_design_effect_counts_rows_that_err_alike() -> None:
    rows, rng = _rows(0.0), np.random.default_rng(3)
    alone = design_effect(rows, np.ones((1200, 1)), rng.normal(size=1200))
    together = design_effect(rows, np.ones((1200, 1)), rng.normal(size=60)[rows.group])
    assert alone < 2
    assert 10 < together <= 20


def test_gains_say_what_a_term_takes() -> None:
    rows = _rows(0.5)
    fit = fit_rows(rows, [(1, 4, 6), ()])
    without = fit_rows(rows, [(4, 6), ()])
    ratio = (without.residual[:, 0] ** 2).sum() / (fit.residual[:, 0] ** 2).sum()
    assert fit.gains[0][0] == pytest.approx(ratio - 1, rel=1e-6)
    assert fit.gains[0][2] < 0.02


def test_neighbours_and_limits() -> None:
    rows = _rows(0.1)
    equation = Equation(
        theta=rows.theta, target=rows.target[:, 0], prices=np.full(9, 20.0), independent=1000.0, floor=0.0, max_terms=2
    )
    assert equation.best() == (1, 4)
    lacking = equation.neighbours((1, 4), 5, lacking=True)
    assert lacking
    assert all(not {1, 4} <= set(support) for support in lacking)
    assert all(len(support) <= 2 for support in equation.neighbours((1, 4), 9, lacking=False))
    assert equation.solve(()) == pytest.approx([])


def test_the_first_of_equals_is_taken() -> None:
    laws = [search_law(_rows(noise), TERMS, FieldSettings(), lambda: None) for noise in (0.1, 0.1, 0.001)]
    assert shortest(laws[:2]) == 0
    assert shortest(laws) == 2
