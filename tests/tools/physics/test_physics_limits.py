"""What a search refuses, thins and tells, so that no input takes all memory or time."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lookagain.core.errors import InputError
from lookagain.tools.physics import Library, SearchSettings, Trajectory, discover
from lookagain.tools.physics.prepare import averaged, check_work, noise_of, thinned
from lookagain.tools.physics.regression import subset_chi2
from lookagain.tools.physics.search import Searcher, moves
from lookagain.tools.physics.shooting import Linearised


def _wave(n: int, rate: float, noise: float = 1e-3) -> Trajectory:
    t = np.arange(n) / rate
    x = np.column_stack([np.sin(t), np.cos(t)]) + np.random.default_rng(20).normal(size=(n, 2)) * noise
    return Trajectory(t=t, x=x, names=("x", "y"))


def test_too_many_variables_are_refused() -> None:
    many = Trajectory(t=np.arange(50.0), x=np.ones((50, 7)), names=tuple("abcdefg"))
    with pytest.raises(InputError, match="at most 6 variables") as caught:
        discover([many], SearchSettings(), np.random.default_rng(0))
    assert caught.value.limit == "variables"
    assert caught.value.hint


def test_too_much_work_is_refused() -> None:
    wave = _wave(4000, 100.0)
    check_work([wave], 20, 2)
    with pytest.raises(InputError, match="at most") as caught:
        check_work([wave], 400, 2)
    assert caught.value.limit == "work"


def test_an_origin_with_too_many_places_is_refused() -> None:
    names = ("a", "b", "c", "d")
    t = np.arange(60) / 20
    x = 3 + np.column_stack([np.sin(k * t) for k in (1, 2, 3, 4)])
    library = Library.polynomial(names, 1) + Library.rational(names)
    settings = SearchSettings(order=1, library=library, origin="unknown")
    with pytest.raises(InputError) as caught:
        discover([Trajectory(t=t, x=x, names=names)], settings, np.random.default_rng(0))
    assert caught.value.limit == "origins"


def test_long_trajectories_are_thinned() -> None:
    wave = _wave(20_000, 2000.0)
    (few,) = thinned([wave], 1000, "every")
    np.testing.assert_array_equal(few.x, wave.x[::20])
    short = _wave(1200, 400.0)
    assert thinned([short])[0] is short
    assert [one.n for one in thinned([wave, short], 1000, "every")] == [910, 55]


def test_means_keep_what_the_samples_tell() -> None:
    wave = _wave(20_000, 2000.0)
    (few,) = thinned([wave], 1000)
    assert few.t[0] == wave.t[0]
    assert np.isnan(few.x[0]).all()
    rest = few.x[1:] - np.column_stack([np.sin(few.t[1:]), np.cos(few.t[1:])])
    assert rest.std() == pytest.approx(1e-3 / np.sqrt(20), rel=0.1)
    assert abs(float(np.corrcoef(rest[1:, 0], rest[:-1, 0])[0, 1])) < 0.1


def test_means_follow_a_curved_path_with_missing_samples() -> None:
    exact = _wave(600, 100.0, noise=0.0)
    x = exact.x.copy()
    x[::7] = np.nan
    x[100:110] = np.nan
    few = averaged(Trajectory(t=exact.t, x=x, names=("x", "y"), sigma=np.full(x.shape, 2.0)), 10)
    seen = np.isfinite(few.x[:, 0])
    assert not seen[11]
    truth = np.column_stack([np.sin(few.t), np.cos(few.t)])
    np.testing.assert_allclose(few.x[seen], truth[seen], atol=2e-5)
    assert few.sigma is not None
    np.testing.assert_allclose(few.sigma[seen], 2.0 / np.sqrt(8.5), rtol=0.06)


def test_samples_that_are_needed_to_see_the_motion_are_kept() -> None:
    slow = _wave(3000, 8.0)
    (few,) = thinned([slow], 600, "every")
    assert 750 <= few.n <= 3000
    assert thinned([_wave(3000, 4.0)], 600, "every")[0].n == 3000


def test_thinning_that_loses_the_motion_is_refused() -> None:
    with pytest.raises(InputError, match="does not resolve") as caught:
        thinned([_wave(40_000, 5.0)])
    assert caught.value.limit == "samples"


def test_too_many_trajectories_are_refused() -> None:
    with pytest.raises(InputError, match="trajectories are too many"):
        thinned([_wave(10, 5.0)] * 1000)
    with pytest.raises(InputError, match="unknowns"):
        check_work([_wave(8, 5.0)] * 500, 10, 2)


@pytest.mark.parametrize("level", [0.0, 3.7, 1e30, -1e-30])
def test_noise_is_never_zero(level: float) -> None:
    still = Trajectory(t=np.arange(30.0), x=np.full((30, 1), level), names=("x",))
    assert 0 < float(noise_of([still])[0]) < 1e16


class _StopError(Exception):
    """The time is up."""


def test_progress_is_told_within_stages_and_can_end_the_search(first: Callable[..., Any]) -> None:
    case = first("circular", 1400, 1.25e-4)
    trajectory = Trajectory(t=case.t, x=case.x, names=("x", "y"))
    told: list[str] = []
    ticks = itertools.count()

    def tell(stage: str, share: float) -> None:
        told.append(stage)
        if len(told) == 40:
            raise _StopError

    with pytest.raises(_StopError):
        discover([trajectory], SearchSettings(), np.random.default_rng(0), tell, lambda: float(next(ticks)))
    assert len(set(told)) < 10


def test_large_libraries_are_searched_with_few_pairs() -> None:
    rng = np.random.default_rng(21)
    columns = rng.normal(size=(800, 700))
    columns /= np.sqrt((columns**2).sum(axis=0))
    target = 5 * columns[:, 3] + 4 * columns[:, 600] + 3 * columns[:, 650]
    q = Linearised(
        gram=columns.T @ columns,
        moment=columns.T @ target,
        total=float(target @ target),
        scale=np.ones(700),
        pairs=tuple((0, k) for k in range(700)),
        count=800,
    )
    base = np.array([3, 10])
    outside = Searcher(data=None, prices=np.ones(700), max_terms=12)._outside(q, base)  # type: ignore[arg-type]
    assert {600, 650} <= set(outside.tolist())
    assert not {3, 10} & set(outside.tolist())
    assert max(len(subsets) for subsets in moves(base, outside, lacking=False)) <= 150_000
    calls: list[int] = []
    subset_chi2(q.gram, q.moment, q.total, outside[:, None], lambda: calls.append(1))
    assert calls
