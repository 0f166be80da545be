from __future__ import annotations

import numpy as np
import pytest

from lookagain.core.errors import ConfigError, InputError
from lookagain.tools.physics import Library, default_library, state_names
from lookagain.tools.physics.prepare import regular_terms

NAMES = ("x", "y")


def _mixed() -> Library:
    return Library.of(
        NAMES,
        ["1", "x", "y^3", "x^2*y", "sin(x)", "cos(2*y+0.3)^2", "cos(x)/y", "1/x^2", "x*|x|", "|y|^-1", "exp(-2*x)"],
    )


def test_values_are_those_of_the_formulas() -> None:
    rng = np.random.default_rng(1)
    z = rng.uniform(0.3, 2.0, (40, 2)) * rng.choice([-1.0, 1.0], (40, 2))
    x, y = z.T
    expected = [
        np.ones(40),
        x,
        y**3,
        x**2 * y,
        np.sin(x),
        np.cos(2 * y + 0.3) ** 2,
        np.cos(x) / y,
        x**-2.0,
        x * np.abs(x),
        1 / np.abs(y),
        np.exp(-2 * x),
    ]
    np.testing.assert_allclose(_mixed()(z), np.column_stack(expected), rtol=1e-13)


def test_jacobian_matches_differences() -> None:
    rng = np.random.default_rng(2)
    z = rng.uniform(0.4, 2.0, (30, 2)) * rng.choice([-1.0, 1.0], (30, 2))
    library = _mixed()
    exact = library.jacobian(z)
    assert exact.shape == (30, len(library), 2)
    for j in range(2):
        h = np.zeros(2)
        h[j] = 1e-5
        central = (library(z + h) - library(z - h)) / 2e-5
        np.testing.assert_allclose(exact[:, :, j], central, rtol=1e-6, atol=1e-6)


def test_union_has_no_duplicates_and_keeps_order() -> None:
    joint = Library.polynomial(NAMES, 2) + Library.of(NAMES, ["y", "sin(x)", "x*y"])
    assert joint.texts() == ("1", "x", "y", "x^2", "x*y", "y^2", "sin(x)")


@pytest.mark.parametrize(("degree", "count"), [(0, 1), (1, 3), (3, 10), (5, 21)])
def test_polynomial_counts(degree: int, count: int) -> None:
    assert len(Library.polynomial(NAMES, degree)) == count


def test_named_constructors() -> None:
    assert Library.trigonometric(NAMES, ["y"], 2).texts() == ("sin(y)", "cos(y)", "sin(2.0*y)", "cos(2.0*y)")
    assert Library.rational(NAMES, ["1", "cos(y)"]).texts() == ("1/x", "1/y", "cos(y)/x")
    assert Library.drag(state_names(("x",), 2), ["x'"]).texts() == ("x'*|x'|",)


def test_defaults_take_functions_of_angles_only() -> None:
    assert "sin(theta)" in default_library(("theta",), ("rad",), 2).texts()
    assert not any("sin" in text for text in default_library(("x",), ("m",), 2).texts())
    assert default_library(NAMES, ("", ""), 1) == Library.polynomial(NAMES, 3)


def test_refusals() -> None:
    library = Library.polynomial(NAMES, 1)
    with pytest.raises(ConfigError, match="each term once"):
        Library(NAMES, library.terms * 2)
    with pytest.raises(ConfigError, match="cannot be joined"):
        _ = library + Library.polynomial(("a", "b"), 1)
    with pytest.raises(ConfigError, match="beyond"):
        Library(("x",), library.terms)
    with pytest.raises(ConfigError, match="unknown variable"):
        Library.trigonometric(NAMES, ["z"])
    with pytest.raises(InputError, match="expected states"):
        library(np.ones((3, 1)))


def test_terms_that_cannot_be_judged_on_the_data_are_left_out() -> None:
    library = Library.of(NAMES, ["x", "1/x", "1/y", "cos(x)/y", "x*|x|", "y*|y|", "y/|y|", "x/|x|"])
    states = np.array([[-1.0, 0.2, 2.0], [1.0, 2.0, 3.0]])
    kept = {term.text(NAMES) for term in regular_terms(library.terms, states)}
    assert kept == {"x", "1/y", "cos(x)/y", "x*|x|", "x/|x|"}
