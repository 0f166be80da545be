"""How frames become samples of a field."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookagain.agents.pixel2phys.field.sample import closes, coarse, even_times, jump


@given(st.integers(1, 5), st.integers(5, 17), st.integers(5, 17))
def test_coarse_cells_are_means_of_whole_blocks(factor: int, height: int, width: int) -> None:
    values = np.arange(2 * height * width, dtype=np.float64).reshape(2, height, width)
    found = coarse(values, factor)
    assert found.shape == (2, height // factor, width // factor)
    np.testing.assert_allclose(found[1, 0, 0], values[1, :factor, :factor].mean())


def test_bytes_stay_bytes() -> None:
    found = coarse(np.array([[[0, 255, 3], [1, 255, 9]]], dtype=np.uint8), 2)
    assert found.dtype == np.uint8
    assert found.tolist() == [[[128]]]


@pytest.mark.parametrize(
    ("times", "clock"),
    [
        ([0.0, 0.04, 0.08, 0.12], (0.0, 0.04)),
        ([1.0, 1.033, 1.067, 1.1], (1.0, 0.1 / 3)),
        ([0.0, 0.04, 0.2, 0.24], None),
        ([0.0, None, 0.2], None),
        ([3.0, 2.0, 1.0], None),
        ([1.0], None),
        ([], None),
    ],
)
def test_times_are_even_or_not(times: list[float | None], clock: tuple[float, float] | None) -> None:
    found = even_times(times)
    assert found == (clock if clock is None else pytest.approx(clock))


def test_closed_borders_go_on_as_the_inside_does() -> None:
    x = np.arange(64) / 64
    wave = np.sin(2 * np.pi * (x + 0.2))[None, None, None] * np.linspace(-1, 1, 20)[None, None, :, None]
    assert closes(wave, 3)
    assert not closes(wave, 2)
    # The value goes on across the border, its slope does not.
    assert not closes(np.abs(x - 0.5)[None, None] ** 2, 2)


def test_a_jump_stands_out_of_its_neighbours() -> None:
    assert jump([1.0, 1.1, 0.9, 1.0], 0) < 2
    assert jump([1.0, 1.1, 30.0, 1.0], 0) > 20
    assert jump([0.0, 0.0, 0.5, 0.0], 1.0) == 0.5
    assert jump([1.0], 0) == 0
