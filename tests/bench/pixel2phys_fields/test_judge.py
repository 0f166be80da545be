"""The judge: terms of fields, coefficients, roll-outs; and what PySINDy calls its terms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.common.terms import TermError
from bench.pixel2phys_fields.judge import expanded, judge_terms, rollout, step_errors
from bench.pixel2phys_fields.systems import BY_NAME
from bench.pixel2phys_fields.tables import best, sindy_term

TRUTH = {"u": {"lap_u": 0.1, "u": 1.0, "u v^2": -1.0}, "v": {"bih_v": -1.0}}


def test_a_laplacian_is_its_two_derivatives() -> None:
    assert expanded({"lap_u": 0.5}) == {"u_xx": 0.5, "u_yy": 0.5}
    assert expanded({"lap_u": 0.5, "u_xx": 0.25}) == {"u_xx": 0.75, "u_yy": 0.5}
    assert expanded({"lap_u": 0.5}, axes="x") == {"u_xx": 0.5}
    assert expanded({"bih_v": -1.0}) == {"v_xxxx": -1.0, "v_xxyy": -2.0, "v_yyyy": -1.0}
    assert expanded({"bih_v": -1.0}, axes="x") == {"v_xxxx": -1.0}
    assert expanded({"u*lap_u": 2.0}) == {"lap_u u": 2.0}
    with pytest.raises(TermError):
        expanded({"u+v": 1.0})


def test_exact_terms_have_a_coefficient_error() -> None:
    found = {"u": {"u_yy": 0.1, "u_xx": 0.11, "v*u*v": -1.0, "u": 1.02}, "v": {"bih_v": -1.0}}
    row = judge_terms(found, TRUTH)
    assert row["exact"] is True
    assert row["coefficient_error"] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("found", "missing", "extra"),
    [
        (None, ["u: equation", "v: equation"], []),
        ({"u": {**TRUTH["u"], "u_x": 1e-6}, "v": TRUTH["v"]}, [], ["u: u_x"]),
        ({"u": {"u_xx": 0.1, "u": 1.0, "u v^2": -1.0}, "v": TRUTH["v"]}, ["u: u_yy"], []),
        ({"u": TRUTH["u"], "v": {"lap_v": 1.0}}, ["v: v_xxxx"], ["v: v_xx", "v: v_yy"]),
        ({"u": {"u ++": 1.0}, "v": {}}, [], ["unreadable"]),
    ],
)
def test_wrong_terms_are_named(found: dict[str, dict[str, float]] | None, missing: list[str], extra: list[str]) -> None:
    row = judge_terms(found, TRUTH)
    assert row["exact"] is False
    assert row["coefficient_error"] is None
    said = {name: str(row[name]) for name in ("missing", "extra")}
    assert all(term in said["missing"] for term in missing)
    assert all(term in said["extra"] for term in extra)


def test_the_truth_judges_itself_exact() -> None:
    for system in BY_NAME.values():
        assert judge_terms(system.truth, system.truth)["coefficient_error"] == 0.0


def test_a_rollout_counts_steps_until_half() -> None:
    rng = np.random.default_rng(0)
    truth = rng.standard_normal((11, 2, 8, 8))
    truth /= truth.std()
    drift = np.arange(11.0)[:, None, None, None] * 0.1
    row = rollout(truth + drift, truth)
    assert row["valid_steps"] in (4, 5)
    assert row["rmse"] == pytest.approx(np.sqrt(np.mean((np.arange(1, 11) * 0.1) ** 2)))
    assert row["error_last"] == pytest.approx(1.0)
    assert rollout(truth, truth) == {"rmse": 0.0, "valid_steps": 10, "error_last": 0.0}


def test_a_small_field_is_measured_by_its_spread() -> None:
    rng = np.random.default_rng(0)
    truth = 0.1 * rng.standard_normal((6, 1, 8, 8))
    wrong = np.zeros_like(truth)
    assert rollout(wrong, truth)["valid_steps"] == 0
    assert rollout(10 * wrong, 10 * truth)["valid_steps"] == 0


def test_a_blow_up_has_no_rmse() -> None:
    truth = np.ones((5, 1, 8, 8)) * np.arange(8)
    predicted = truth.copy()
    predicted[3:] = np.nan
    assert rollout(predicted, truth) == {"rmse": None, "valid_steps": 2, "error_last": None}
    with pytest.raises(ValueError, match="equal shapes"):
        step_errors(truth[:3], truth)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("u", "u"), ("1", "1"), ("u^2", "u^2"), ("u_11", "u_xx"), ("uu_1", "u*u_x"), ("u^2u_111", "u^2*u_xxx")],
)
def test_terms_of_pysindy(text: str, expected: str) -> None:
    assert sindy_term(text) == expected


@given(st.text(alphabet="u1_^2x *", max_size=12))
def test_any_name_is_a_term_or_refused(text: str) -> None:
    try:
        term = sindy_term(text)
    except ValueError:
        return
    assert term == "1" or set(term) <= set("u_x^*0123456789")


def test_the_best_setting_is_exact_before_it_is_close() -> None:
    wrong: dict[str, object] = {"missing": [], "extra": ["u: u"], "exact": False, "coefficient_error": None}
    far: dict[str, object] = {"missing": [], "extra": [], "exact": True, "coefficient_error": 0.2}
    near: dict[str, object] = {**far, "coefficient_error": 0.1}
    assert best([wrong, far, near]) == {**near, "settings_tried": 3, "settings_exact": 2}
