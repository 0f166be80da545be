from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from lookagain.tools.physics.fields.features import Operator
from lookagain.tools.physics.fields.operators import Grid, bump

N, H = 24, 2 * np.pi / 24
Y, X = np.meshgrid(np.arange(N) * H, np.arange(N) * H, indexing="ij")
WAVE = np.sin(2 * X + Y)
EXACT: dict[Operator, np.ndarray[tuple[int, int], np.dtype[np.float64]]] = {
    "": WAVE,
    "x": 2 * np.cos(2 * X + Y),
    "y": np.cos(2 * X + Y),
    "xx": -4 * WAVE,
    "yy": -WAVE,
    "xy": -2 * WAVE,
    "lap": -5 * WAVE,
    "bih": 25 * WAVE,
}


def _grid(scheme: Literal["spectral", "kernel"], *, periodic: bool = True) -> Grid:
    return Grid(space=(N, N), spacing=(H, H), periodic=(periodic, periodic), scheme=scheme)


@pytest.mark.parametrize("operator", EXACT)
def test_spectral_derivatives_are_exact(operator: Operator) -> None:
    grid = _grid("spectral")
    assert np.allclose(grid.backward(grid.forward(WAVE) * grid.multiplier(operator)), EXACT[operator], atol=1e-10)


@pytest.mark.parametrize(("operator", "least", "most"), [("lap", 1e-3, 0.05), ("bih", 1e-3, 0.1), ("x", 1e-3, 0.05)])
def test_kernels_are_of_second_order(operator: Operator, least: float, most: float) -> None:
    grid = _grid("kernel")
    off = np.abs(grid.backward(grid.forward(WAVE) * grid.multiplier(operator)) / np.abs(EXACT[operator]).max()
                 - EXACT[operator] / np.abs(EXACT[operator]).max()).max()  # fmt: skip
    assert least < off < most


def test_kernels_are_the_stencils_of_the_paper() -> None:
    one = np.zeros((N, N))
    one[8, 9] = 1.0
    grid = _grid("kernel")
    laplacian = grid.backward(grid.forward(one) * grid.multiplier("lap")) * H**2
    assert np.allclose(laplacian[7:10, 8:11], [[0, 1, 0], [1, -4, 1], [0, 1, 0]], atol=1e-12)
    bi = grid.backward(grid.forward(one) * grid.multiplier("bih")) * H**4
    assert np.allclose(
        bi[6:11, 7:12],
        [[0, 0, 1, 0, 0], [0, 2, -8, 2, 0], [1, -8, 20, -8, 1], [0, 2, -8, 2, 0], [0, 0, 1, 0, 0]],
        atol=1e-10,
    )


@pytest.mark.parametrize("operator", ["x", "lap", "bih"])
def test_open_borders_spoil_only_the_margin(operator: Operator) -> None:
    grid = _grid("spectral", periodic=False)
    ramp = WAVE + X**2  # not closed on itself
    slope = {"x": 2 * X, "lap": np.full_like(X, 2.0), "bih": np.zeros_like(X)}[operator]
    inside = grid.interior(grid.reach({"x": 1, "lap": 2, "bih": 4}[operator]))
    off = grid.backward(grid.forward(ramp) * grid.multiplier(operator)) - EXACT[operator] - slope
    assert off[inside].size
    assert np.abs(off[inside]).max() < 1e-3 * np.abs(EXACT[operator]).max()
    assert np.abs(off).max() > 0.1


def test_smoother_averages_over_a_bump() -> None:
    grid = _grid("spectral")
    one = np.zeros((N, N))
    one[8, 9] = 1.0
    spread = grid.backward(grid.forward(one) * grid.smoother(3))
    assert np.allclose(spread[5:12, 6:13], np.outer(bump(3, 4), bump(3, 4)), atol=1e-12)
    assert np.allclose(spread.sum(), 1.0)
    assert grid.smoother(0) == pytest.approx(np.ones((N, N // 2 + 1)))


def test_a_line_has_third_derivatives() -> None:
    grid = Grid(space=(N,), spacing=(H,), periodic=(True,), scheme="spectral")
    x = np.arange(N) * H
    assert np.allclose(grid.backward(grid.forward(np.sin(x)) * grid.multiplier("xxx")), -np.cos(x), atol=1e-10)
