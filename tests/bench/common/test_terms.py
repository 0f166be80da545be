"""Own comparison of terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.common.terms import TermError, canonical, compare, support


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", "1"),
        ("x", "x"),
        ("y*x**2", "x^2 y"),
        ("x^2 y", "x^2 y"),
        ("x x y", "x^2 y"),
        ("x²·y", "x^2 y"),
        ("cos(y)/x", "cos(y) x^-1"),
        ("x^(-1)*cos( y )", "cos(y) x^-1"),
        ("x/x", "1"),
        ("-2.5 x*y", "x y"),
        ("(x*y)^2", "x^2 y^2"),
        ("x'", "x'"),
        ("sin(2*theta)", "sin(2*theta)"),
        ("sin(y)^2", "sin(y)^2"),
    ],
)
def test_canonical_form(text: str, expected: str) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(x - 127.5)^2*(y + 3)", "x^2 y"),
        ("cos(0.01*(y-127))/(x-3)", "cos(y) x^-1"),
        ("sin(0.0112*y+1.4)", "sin(y)"),
    ],
)
def test_up_to_an_affine_map(text: str, expected: str) -> None:
    assert canonical(text, shifts=True) == expected


@pytest.mark.parametrize("text", ["", "x+y", "x -", "x^y", "x^2.5", "(x", "x)", "§", "sin(", "x" * 500, "*x", "(x-1)"])
def test_what_is_not_a_term(text: str) -> None:
    with pytest.raises(TermError):
        canonical(text)


@given(st.text(alphabet="xy'123 ./*^()+-|sincoθ²", max_size=40), st.booleans())
def test_any_text_is_a_term_or_refused(text: str, shifts: bool) -> None:
    try:
        once = canonical(text, shifts=shifts)
    except TermError:
        return
    assert canonical(once, shifts=shifts) == once


@given(st.dictionaries(st.sampled_from(["x", "y", "sin(y)", "cos(x)"]), st.integers(-4, 4), max_size=4))
def test_order_of_factors_does_not_matter(powers: dict[str, int]) -> None:
    factors = [f"{name}^{power}" if power >= 0 else f"{name}^({power})" for name, power in powers.items()]
    forward = canonical("*".join(factors) or "1")
    assert forward == canonical("*".join(reversed(factors)) or "1")
    assert forward == (_written(powers) or "1")


def _written(powers: dict[str, int]) -> str:
    return " ".join(name if power == 1 else f"{name}^{power}" for name, power in sorted(powers.items()) if power)


def test_compare_names_both_sides() -> None:
    truth = {"x": frozenset({"y"}), "y": frozenset({"x", "y"})}
    assert compare({"x": support(["y"]), "y": support(["y", "x"])}, truth).exact
    found = compare({"x": support(["y", "1"]), "y": support(["x"])}, truth)
    assert (found.missing, found.extra) == (("y: y",), ("x: 1",))
    assert "y: equation" in compare({"x": support(["y"])}, truth).missing
    assert "z: equation" in compare({**truth, "z": ()}, truth).extra
