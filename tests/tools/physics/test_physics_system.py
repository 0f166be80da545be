from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookagain.core.errors import InputError
from lookagain.tools.physics import Library, SparseSystem
from lookagain.tools.physics.system import Order


def _system(order: Order, names: tuple[str, ...], *rows: dict[str, float]) -> SparseSystem:
    state = names if order == 1 else (*names, *(f"{n}'" for n in names))
    return SparseSystem(
        order=order,
        names=names,
        terms=tuple(Library.of(state, row).terms for row in rows),
        coefficients=tuple(tuple(row.values()) for row in rows),
    )


def test_simulates_what_can_be_solved_by_hand() -> None:
    t = np.linspace(0, 10, 101)
    circle = _system(1, ("x", "y"), {"y": 1.0}, {"x": -1.0})
    np.testing.assert_allclose(circle.simulate([0, 1], t), np.column_stack([np.sin(t), np.cos(t)]), atol=1e-7)
    throw = _system(2, ("x", "y"), {}, {"1": -9.81})
    expected = np.column_stack([2 * t, 3 * t - 9.81 / 2 * t**2, np.full(101, 2.0), 3 - 9.81 * t])
    np.testing.assert_allclose(throw.simulate([0, 0, 2, 3], t), expected, rtol=1e-9, atol=1e-7)
    assert throw.equations() == ("x'' = 0", "y'' = -9.810")


def test_blow_up_and_singularity_end_in_nan_rows() -> None:
    t = np.linspace(0, 2, 201)
    square = _system(1, ("x",), {"x^2": 1.0}).simulate([1.0], t)  # 1 / (1 - t)
    np.testing.assert_allclose(square[:90, 0], 1 / (1 - t[:90]), rtol=1e-6)
    assert np.isnan(square[101:]).all()
    sink = _system(1, ("x",), {"1/x": -1.0}).simulate([1.0], t)  # sqrt(1 - 2 t)
    np.testing.assert_allclose(sink[:45, 0], np.sqrt(1 - 2 * t[:45]), rtol=1e-6)
    assert np.isnan(sink[60:]).all()
    assert np.isnan(_system(1, ("x",), {"1/x": 1.0}).simulate([0.0], t)[1:]).all()


def test_rhs_of_order_two_has_velocities_first() -> None:
    spring = _system(2, ("x",), {"x": -4.0, "x'": -0.5})
    np.testing.assert_allclose(spring.rhs(np.array([[1.0, 2.0]])), [[2.0, -5.0]])
    with pytest.raises(InputError, match="expected states"):
        spring.rhs(np.ones((2, 3)))
    with pytest.raises(InputError, match="finite start"):
        spring.simulate([1.0], np.arange(3.0))


@given(st.lists(st.floats(-1e12, 1e12), min_size=3, max_size=3), st.floats(0, 1e6))
def test_json_round_trip(values: list[float], variance: float) -> None:
    system = SparseSystem(
        order=2,
        names=("theta",),
        terms=(Library.of(("theta", "theta'"), ["1", "sin(theta)", "theta'*|theta'|"]).terms,),
        coefficients=(tuple(values),),
        covariance=tuple(tuple(variance * (i == j) for j in range(3)) for i in range(3)),
    )
    text = json.dumps(system.to_json(), allow_nan=False)
    assert SparseSystem.from_json(text) == system
    assert system.sigmas == ((math.sqrt(variance),) * 3,)


@pytest.mark.parametrize(
    "broken",
    ["", "[]", "{}", '{"order": 3, "names": ["x"], "terms": [[]], "coefficients": [[]], "covariance": []}',
     '{"order": 1, "names": ["x"], "terms": [["q"]], "coefficients": [[1]], "covariance": []}',
     '{"order": 1, "names": ["x"], "terms": [["x"]], "coefficients": [[]], "covariance": []}'],
)  # fmt: skip
def test_broken_json_is_an_input_error(broken: str) -> None:
    with pytest.raises(InputError):
        SparseSystem.from_json(broken)


def test_latex_is_aligned() -> None:
    system = _system(1, ("x", "y"), {"y": 1.0}, {"x": -1.0, "x^2*y": -2e-7})
    latex = system.latex(3)
    assert latex.startswith("\\begin{aligned}")
    assert r"\dot{y} &= - 1.00\,x - 2.00\times 10^{-7}\,x^{2}\,y" in latex
