"""The law as a value: text, simulation, pixels, units, JSON."""

from __future__ import annotations

import numpy as np
import pytest

from lookagain.agents.pixel2phys.answer import Coefficient, Equation, Frame, Law
from lookagain.agents.pixel2phys.units import term_unit
from lookagain.core.errors import InputError
from lookagain.tools.physics import SparseSystem, parse_term


def spring(*, coordinates: str = "xy") -> Law:
    """x'' = -4 x, y'' = 0, seen in pixels with origin (10, 20), 0.5 m a pixel."""
    state = ("x", "y", "x'", "y'")
    system = SparseSystem(order=2, names=("x", "y"), terms=((parse_term("x", state),), ()), coefficients=((-4.0,), ()))
    texts = system.equations()
    return Law(
        order=2,
        variables=("x", "y"),
        units=("m", "m"),
        equations=(
            Equation(lhs="x''", text=texts[0], latex="", terms=(Coefficient(term="x", value=-4.0, sigma=0.1),)),
            Equation(lhs="y''", text=texts[1], latex="", terms=()),
        ),
        initial_state=(1.0, 0.0, 0.0, 0.5),
        t0=1.0,
        frame=Frame.model_validate(
            {"coordinates": coordinates, "origin_px": (10, 20), "units_per_pixel": 0.5, "y_up": True, "shift": (2, 0)}
        ),
        system=system.to_json(),
    )


def test_simulation_starts_at_the_fitted_state_on_the_clock_of_the_video() -> None:
    t = np.linspace(1.0, 3.0, 21)
    expected = np.column_stack([np.cos(2 * (t - 1)), 0.5 * (t - 1)])
    np.testing.assert_allclose(spring().simulate(t), expected, atol=1e-7)
    np.testing.assert_allclose(spring().simulate(t[5:]), expected[5:], atol=1e-7)
    np.testing.assert_allclose(spring().simulate(t, x0=(1, 0, 0, 0.5)), expected, atol=1e-7)


def test_no_times_give_no_rows() -> None:
    assert spring().simulate([]).shape == (0, 2)
    assert spring().simulate([], x0=(1, 0, 0, 0.5)).shape == (0, 2)


def test_pixels_undo_shift_scale_and_flip() -> None:
    pixels = spring().to_pixels(np.array([[1.0, 0.0], [0.0, 4.0]]))
    np.testing.assert_allclose(pixels, [[10 + 3 / 0.5, 20], [10 + 2 / 0.5, 20 - 4 / 0.5]])
    with pytest.raises(InputError, match="x and y"):
        spring(coordinates="angle").to_pixels(np.zeros((1, 2)))


def test_a_law_is_text_and_json() -> None:
    law = spring()
    assert str(law) == "x'' = -4.000*x\ny'' = 0"
    assert law.term_count == 1
    assert Law.model_validate_json(law.model_dump_json()) == law


@pytest.mark.parametrize(
    ("term", "order", "unit"),
    [
        ("1", 2, "m/s^2"),
        ("x", 2, "1/s^2"),
        ("x'", 2, "1/s"),
        ("x'*|x'|", 2, "1/m"),
        ("x", 1, "1/s"),
        ("x*y", 1, "1/m s"),
        ("sin(x)", 1, "m/s"),
        ("1/x", 1, "m^2/s"),
    ],
)
def test_units_of_coefficients(term: str, order: int, unit: str) -> None:
    state = ("x", "y", "x'", "y'")
    found = term_unit(parse_term(term, state), 1 if order == 1 else 2, "x", ("x", "y"), {"x": "m", "y": "m"})
    assert found == unit
