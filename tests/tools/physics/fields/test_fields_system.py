from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookagain.core.errors import InputError
from lookagain.tools.physics.fields import Feature, FieldSystem, feature_names
from lookagain.tools.physics.terms import Term, parse_term
from tests.support.fields import law

PLANE = ("y", "x")


def test_feature_names() -> None:
    assert feature_names(("u",), 1) == ("u", "u_x", "u_xx", "u_xxx", "u_xxxx")
    assert feature_names(("u", "v"), 2)[:6] == ("u", "v", "u_x", "v_x", "u_y", "v_y")
    assert Feature(0, "bih").degree == 4
    with pytest.raises(InputError, match="1 or 2 space axes"):
        feature_names(("u",), 3)


def test_equations_and_latex() -> None:
    system = law(("u", "v"), PLANE, {"lap_u": 0.1, "u^2*v": -1.0, "u*u_x": 2e-5}, {"1": 3.0})
    assert system.equations() == ("u' = 0.1000*lap_u - 1.000*u^2*v + 2.000e-05*u*u_x", "v' = 3.000")
    latex = system.latex()
    assert r"\partial_t u &= 0.1000\,\nabla^{2} u - 1.000\,u^{2}\,v + 2.000\times 10^{-5}\,u\,u_{x}" in latex
    assert law(("u",), PLANE, {}).equations() == ("u' = 0",)
    assert r"(\nabla^{2} u)^{2}" in law(("u",), PLANE, {"lap_u^2": 1.0}).latex()


@st.composite
def systems(draw: st.DrawFn) -> FieldSystem:
    axes = draw(st.sampled_from([("x",), ("y", "x")]))
    names = draw(st.sampled_from([("u",), ("u", "v"), ("a", "b", "c")]))
    known = feature_names(names, len(axes))
    factors = (
        st.lists(st.sampled_from(known), max_size=3).map("*".join).map(lambda text: parse_term(text or "1", known))
    )
    rows = tuple(tuple(draw(st.lists(factors, max_size=4, unique=True))) for _ in names)
    numbers = st.floats(-1e9, 1e9, allow_nan=False)
    values = tuple(tuple(draw(numbers) for _ in row) for row in rows)
    count = sum(map(len, rows))
    covariance = tuple(tuple(draw(numbers) for _ in range(count)) for _ in range(count)) if draw(st.booleans()) else ()
    scheme = draw(st.sampled_from(["spectral", "kernel"]))
    return FieldSystem(
        names=names,
        axes=axes,
        terms=rows,
        coefficients=values,
        covariance=covariance,
        scheme=scheme,  # type: ignore[arg-type]
    )


@given(systems())
def test_json_round_trip(system: FieldSystem) -> None:
    assert FieldSystem.from_json(json.dumps(system.to_json())) == system


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(
    _JSON | st.text(max_size=40), st.sampled_from(["names", "axes", "terms", "coefficients", "covariance", "scheme"])
)
def test_from_json_refuses_the_rest(value: Any, key: str) -> None:
    with pytest.raises(InputError):
        FieldSystem.from_json(value)
    stored = law(("u",), PLANE, {"lap_u": 0.1}).to_json()
    try:
        system = FieldSystem.from_json({**stored, key: value})
    except InputError:
        return
    assert FieldSystem.from_json(system.to_json()) == system


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"axes": ("z",)}, "axes"),
        ({"scheme": "finite"}, "spectral or kernel"),
        ({"coefficients": ((1.0, 2.0),)}, "one row"),
        ({"coefficients": ((float("nan"),),)}, "finite"),
        ({"covariance": ((1.0, 0.0),)}, "covariance"),
        ({"terms": ((parse_term("u_yy", ("a", "b", "c", "d", "e", "f", "g", "h", "u_yy")),),)}, "beyond"),
    ],
)
def test_bad_systems(change: dict[str, Any], message: str) -> None:
    given_ = {"names": ("u",), "axes": PLANE, "terms": ((Term(),),), "coefficients": ((1.0,),), **change}
    with pytest.raises(InputError, match=message):
        FieldSystem(**given_)


def test_sigmas_and_support() -> None:
    system = law(("u", "v"), ("x",), {"u_xx": 1.0}, {"u": 1.0, "v": 2.0})
    assert [len(row) for row in system.sigmas] == [1, 2]
    assert system.count == 3
    assert len(system.support[1]) == 2
