"""Tail probabilities agree with the reference implementation of the same distributions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lookagain.tools.physics import tails

SIZES = st.integers(1, 400)


@given(x=st.floats(0, 500), free=SIZES, extra=SIZES)
def test_upper_tails(x: float, free: int, extra: int) -> None:
    assert tails.chi2_tail(x, free) == pytest.approx(stats.chi2.sf(x, free), rel=1e-8, abs=1e-300)
    assert tails.f_tail(x, extra, free) == pytest.approx(stats.f.sf(x, extra, free), rel=1e-8, abs=1e-300)
    assert tails.normal_tail(x) == pytest.approx(stats.norm.sf(x), rel=1e-8, abs=1e-300)


@given(p=st.floats(0.001, 0.999), free=SIZES)
def test_quantiles(p: float, free: int) -> None:
    assert tails.normal_quantile(p) == pytest.approx(stats.norm.ppf(p), rel=1e-8, abs=1e-12)
    assert tails.t_quantile(p, free) == pytest.approx(stats.t.ppf(p, free), rel=1e-6, abs=1e-9)


@given(st.lists(st.floats(1e-12, 1.0), min_size=1, max_size=12))
def test_fisher_combines_as_the_reference(values: list[float]) -> None:
    assert tails.fisher(values) == pytest.approx(stats.combine_pvalues(values).pvalue, rel=1e-6, abs=1e-300)


def test_fisher_survives_a_p_value_of_zero() -> None:
    assert 0.0 <= tails.fisher([0.0, 1.0]) < 1e-200
