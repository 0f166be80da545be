"""Numbers as people read them."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookagain.app.report.numbers import duration, number, size, unit_text, with_uncertainty


@pytest.mark.parametrize(
    ("value", "sigma", "shown"),
    [
        (-39.24, 0.031, "−39.240 ± 0.031"),
        (0.2, 0.0042, "0.2000 ± 0.0042"),
        (1234.0, 15.0, "1234 ± 15"),
        (1234.0, 150.0, "1230 ± 150"),
        (1.5e-7, 2e-9, "(1.500 ± 0.020)×10^-7".replace("-", "−")),
        (2.0e8, 3.0e6, "(2.000 ± 0.030)×10^8"),
        (0.0, 0.01, "0.000 ± 0.010"),
        (2.5, 0.0, "2.5"),
        (2.5, math.nan, "2.5"),
        (2.5, None, "2.5"),
        (math.inf, 1.0, "∞"),
    ],
)
def test_a_value_is_rounded_to_its_uncertainty(value: float, sigma: float | None, shown: str) -> None:
    assert with_uncertainty(value, sigma) == shown


@given(st.floats(-1e12, 1e12), st.floats(1e-12, 1e12))
def test_what_is_shown_is_within_a_tenth_of_the_uncertainty(value: float, sigma: float) -> None:
    shown = with_uncertainty(value, sigma).replace("−", "-")
    numbers = re.fullmatch(r"\(?(\S+) ± ([^\s)]+)\)?(?:×10\^(\S+))?", shown)
    assert numbers is not None
    scale = 10.0 ** int(numbers[3] or 0)
    assert abs(float(numbers[1]) * scale - value) <= 0.1 * sigma + 1e-9 * abs(value)
    assert abs(float(numbers[2]) * scale - sigma) <= 0.1 * sigma


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (math.nan, "not a number"), (-math.inf, "−∞"), (0.999871234, "0.999871"), (-2.0, "−2")],
)
def test_single_numbers(value: float | None, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.05, "50 ms"), (3.21, "3.2 s"), (75, "1 min 15 s"), (7260, "2 h 1 min")]
)
def test_durations(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(("count", "shown"), [(999, "999 B"), (46_000, "46 kB"), (5_000_000_000, "5 GB")])
def test_sizes(count: int, shown: str) -> None:
    assert size(count) == shown


def test_units_have_raised_exponents() -> None:
    assert unit_text("m/s^2 kg^-1") == "m/s² kg⁻¹"
