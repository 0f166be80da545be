from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookagain.core.errors import InputError
from lookagain.tools.physics import Factor, Term, parse_term
from lookagain.tools.physics.terms import CONSTANT, Kind

NAMES = ("x", "v_2", "theta", "theta'")

_KINDS: list[Kind] = ["power", "abs", "sin", "cos", "exp"]
_POWER = st.integers(-9, 9).filter(bool)
_NUMBER = st.floats(-1e6, 1e6).filter(bool)


@st.composite
def factors(draw: st.DrawFn) -> Factor:
    kind, var = draw(st.sampled_from(_KINDS)), draw(st.integers(0, len(NAMES) - 1))
    if kind in ("power", "abs"):
        return Factor(var, kind, draw(_POWER))
    return Factor(var, kind, draw(_POWER), draw(_NUMBER | st.just(1.0)), draw(_NUMBER | st.just(0.0)))


@st.composite
def terms(draw: st.DrawFn) -> Term:
    chosen = draw(st.lists(factors(), max_size=6, unique_by=lambda f: (f.var, f.kind, f.scale, f.shift)))
    return Term.of(*chosen)


@given(terms())
def test_text_round_trip(term: Term) -> None:
    assert parse_term(term.text(NAMES), NAMES) == term
    assert term.latex(NAMES)


@given(st.text(alphabet="xv_2theta'sincoexp()|*/^+-. 019", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        term = parse_term(text, NAMES)
    except InputError:
        return
    assert parse_term(term.text(NAMES), NAMES) == term


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1", "1"),
        ("x*x", "x^2"),
        ("x * v_2 / x", "v_2"),
        ("theta'*|theta'|", "theta'*|theta'|"),
        ("cos(theta)/x", "cos(theta)/x"),
        ("1/x^2", "1/x^2"),
        ("x^-1", "1/x"),
        ("sin(2*theta-0.5)^2", "sin(2.0*theta-0.5)^2"),
        ("exp(-1*x)", "exp(-1.0*x)"),
    ],
)
def test_canonical_text(text: str, canonical: str) -> None:
    assert parse_term(text, NAMES).text(NAMES) == canonical


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("", 1, "a variable"),
        ("x*", 3, "a variable"),
        ("x*q", 3, "one of x, v_2"),
        ("2*x", 1, "without a coefficient"),
        ("x^", 3, "integer power"),
        ("x^1.5", 3, "integer power"),
        ("x^99", 3, "integer power"),
        ("sin(x", 6, r"'\)'"),
        ("sin x", 5, r"'\('"),
        ("sin(0*x)", 8, "other than 0"),
        ("|x", 3, r"'\|'"),
        ("x+x", 2, r"'\*', '/', '\^' or the end"),
        ("x;import os", 2, "a name, a number or an operator"),
        ("__import__('os')", 12, "a name, a number"),
        ("__import__", 1, "one of"),
        ("x*x*x*x*x*x*x", 14, "at most 6 factors"),
    ],
)
def test_errors_name_the_column(text: str, column: int, expected: str) -> None:
    with pytest.raises(InputError, match=expected) as caught:
        parse_term(text, NAMES)
    assert f"column {column}:" in str(caught.value)


def test_size_caps() -> None:
    with pytest.raises(InputError, match="at most 400 characters"):
        parse_term("x*" * 300 + "x", NAMES)
    with pytest.raises(InputError, match="power at most 9"):
        parse_term("x^9*x^9", NAMES)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("cos(theta)/x", r"\frac{\cos\left(\theta\right)}{x}"),
        ("x^2*theta'", r"x^{2}\,\dot{\theta}"),
        ("|v_2|", r"\left|v_{2}\right|"),
    ],
)
def test_latex(text: str, latex: str) -> None:
    assert parse_term(text, NAMES).latex(NAMES) == latex


def test_constant_is_the_empty_product() -> None:
    assert parse_term("1", NAMES) == CONSTANT == Term.of(Factor(0, "power", 2), Factor(0, "power", -2))
