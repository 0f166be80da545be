"""Bars are recomputed from rows; nothing unmeasured makes one hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.common.bars import Bar, measure
from bench.common.statistics import median_interval, wilson


def bar(**changes: Any) -> Bar:
    settings: dict[str, Any] = {
        "name": "b",
        "groups": ("g",),
        "column": "v",
        "aggregate": "min",
        "op": ">=",
        "bound": 2.0,
        "rows": 3,
    }
    return Bar(**{**settings, **changes})


@pytest.mark.parametrize(
    ("changes", "rows", "value", "holds"),
    [
        ({}, [{"v": 2.0}, {"v": 5.0}, {"v": 3}], 2.0, True),
        ({}, [{"v": 1.9}, {"v": 5.0}, {"v": 3}], 1.9, False),
        ({}, [{"v": 2.0}, {"v": 5.0}], 2.0, False),  # a row is missing
        ({}, [{"v": 2.0}] * 4, 2.0, False),  # more rows than were announced
        ({"exact_rows": False}, [{"v": 2.0}] * 4, 2.0, True),
        ({}, [{"v": 2.0}, {"v": None}, {"v": 3.0}], None, False),
        ({}, [{"v": 2.0}, {}, {"v": 3.0}], None, False),
        ({}, [{"v": 2.0}, {"v": float("nan")}, {"v": 3.0}], None, False),
        ({}, [{"v": 2.0}, {"v": True}, {"v": 3.0}], None, False),
        ({}, [{"v": "2"}, {"v": 2.0}, {"v": 3.0}], None, False),
        ({"aggregate": "max", "op": "<"}, [{"v": 1.0}, {"v": 1.5}, {"v": 1.0}], 1.5, True),
        ({"aggregate": "median"}, [{"v": 9.0}, {"v": 2.5}, {"v": 1.0}], 2.5, True),
        ({"aggregate": "sum", "op": "=="}, [{"v": 0}, {"v": 1}, {"v": 1}], 2.0, True),
        ({"aggregate": "count_true", "op": "=="}, [{"v": True}, {"v": True}, {"v": False}], 2.0, True),
        ({"aggregate": "count_true", "op": "=="}, [{"v": True}, {"v": True}, {"error": "x"}], None, False),
        ({"aggregate": "share_true", "bound": 0.6}, [{"v": True}, {"v": True}, {"v": False}], 2 / 3, True),
        ({"where": {"s": "a"}, "rows": 1}, [{"v": 3.0, "s": "a"}, {"v": 0.0, "s": "b"}], 3.0, True),
    ],
)
def test_a_bar_is_what_its_rows_give(
    changes: dict[str, Any], rows: list[dict[str, Any]], value: float | None, holds: bool
) -> None:
    measured = measure(bar(**changes), {"g": rows})
    assert measured.value == value
    assert measured.holds is holds


def test_a_bar_over_a_group_that_did_not_run_does_not_hold() -> None:
    two = bar(groups=("g", "h"), aggregate="count_true", op="==", bound=0, rows=1, exact_rows=False)
    assert not measure(two, {"g": [{"v": False}]}).holds
    assert measure(two, {"g": [{"v": False}], "h": []}).holds
    assert measure(bar(), {}).value is None


@given(st.integers(0, 400), st.integers(1, 400))
def test_wilson_solves_its_own_quadratic(successes: int, n: int) -> None:
    """The ends are where |p - share| equals z standard errors of p: the interval's definition."""
    successes = min(successes, n)
    low, high = wilson(successes, n)
    share = successes / n
    assert low <= share <= high
    for end in {low, high} - {0.0, 1.0}:
        assert (share - end) ** 2 == pytest.approx(1.959963984540054**2 * end * (1 - end) / n, rel=1e-6, abs=1e-12)


def test_intervals_at_the_border() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(20, 20)[1] == 1.0
    assert median_interval([3.0, 1.0, 2.0]) == (1.0, 3.0)
    with pytest.raises(ValueError, match="successes"):
        wilson(3, 2)
