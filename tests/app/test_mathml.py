"""Formulas typeset."""

from __future__ import annotations

import contextlib
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookagain.app.report.mathml import FormulaError, formula


def words(source: str) -> str:
    """All text of the formula, in order."""
    return "".join(text for piece in formula(source) for text in ET.fromstring(piece).itertext())


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("x", "x"),
        ("dx/dt = -0.1*x + 2*y", "dxdt=−0.1x+2y"),
        ("d2theta/dt2 = -9.81*sin(theta)", "d2θdt2=−9.81sin(θ)"),
        ("x'' = -4 x", "x″=−4x".replace("″", "′′")),
        ("dv/dt = cos(theta)/v", "dvdt=cos(θ)v"),
        ("y = 1.5e-05 * x^2", "y=1.5×10−5x2"),
        ("y = (a + b)**2 - -1", "y=(a+b)2−−1"),
        ("dx_1/dt ≈ x_1^-1", "dx1dt≈x1−1"),
        ("d2x/dt2 = 0", "d2xdt2=0"),
        ("f = atan2(y, x)", "f=atan2(y,x)"),
        ("d2x/dt = 1", "d2xdt=1"),
        ("u' = 0.1*lap_u - bih_u + u*u_xx", "u′=0.1∇2u−∇4u+uuxx"),
        ("lap_lap_u", "laplap_u"),
    ],
)
def test_a_formula_reads_as_written(source: str, shown: str) -> None:
    assert words(source) == shown


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("cos(theta)/v", "mfrac"),
        ("x^2*y", "msup"),
        ("x_1", "msub"),
        ("d2x/dt2", "mfrac"),
    ],
)
def test_structure_is_typeset(source: str, path: str) -> None:
    (piece,) = formula(source)
    root = ET.fromstring(piece)
    assert root.tag == "math"
    assert root.findall(f".//{path}")


@pytest.mark.parametrize(
    "source",
    ["", "=", "x +", "x)", "(x", "x ^", "__import__('os')", "<b>", "x;y", "1,2", "(" * 40 + "x" + ")" * 40, "x" * 5000],
)
def test_what_is_no_formula_is_refused(source: str) -> None:
    with pytest.raises(FormulaError):
        formula(source)


@given(st.text(alphabet="xyd2θt_1.5e-+*/^=()',' sinabc<&\"", max_size=60) | st.text(max_size=60))
def test_any_text_is_a_formula_or_refused_and_never_breaks_the_page(source: str) -> None:
    with contextlib.suppress(FormulaError):
        for piece in formula(source):
            ET.fromstring(piece)


@given(
    st.recursive(
        st.sampled_from(["x", "theta", "v_1", "2", "0.5", "1e-3"]),
        lambda inner: (
            st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
            | inner.map(lambda t: f"sin({t})")
        ),
        max_leaves=12,
    )
)
def test_every_expression_of_the_grammar_is_typeset(source: str) -> None:
    assert {ET.fromstring(piece).tag for piece in formula(f"dx/dt = {source}")} == {"math"}


def test_a_line_may_be_broken_between_summands() -> None:
    pieces = ["".join(ET.fromstring(piece).itertext()) for piece in formula("x'' = -2*x + (a - b)*y - 1")]
    assert pieces == ["x′′=", "−2x", "+(a−b)y", "−1"]
