from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lookagain.tools.physics.fields import Field, FieldForm
from lookagain.tools.physics.fields.refine import refine
from tests.support.fields import Array, as_field, law

FORM = FieldForm(scheme="spectral", half=8, radius=0)


def test_wrong_coefficients_are_put_right(spirals: tuple[Array, Array, float]) -> None:
    frames, t, spacing = spirals
    coarse = as_field(frames[::3], t[::3], spacing)
    near = law(
        ("u", "v"),
        ("y", "x"),
        {"u": 0.95, "u^3": -1.03, "u*v^2": -0.96, "u^2*v": 1.04, "v^3": 0.97, "lap_u": 0.11},
        {"v": 1.02, "v^3": -0.97, "u^2*v": -1.03, "u*v^2": -0.98, "u^3": -1.02, "lap_v": 0.09},
    )
    found = refine(near, [coarse], FORM, np.random.default_rng(0))
    for row in found.coefficients:
        assert np.abs(row) == pytest.approx([1, 1, 1, 1, 1, 0.1], rel=1e-3)
    assert found.terms == near.terms
    assert max(max(row) for row in found.sigmas) < 1e-3


def test_a_law_that_predicts_as_well_as_can_be_is_left_alone(heat: Field) -> None:
    true = law(("u",), ("y", "x"), {"lap_u": 0.05})
    assert refine(true, [heat], FORM, np.random.default_rng(0)) == true
    empty = law(("u",), ("y", "x"), {})
    assert refine(empty, [heat], FORM, np.random.default_rng(0)) == empty


def test_noise_is_not_followed(heat: Field) -> None:
    noisy = heat.quantity() + 0.2 * np.random.default_rng(1).normal(size=heat.values.shape)
    true = law(("u",), ("y", "x"), {"lap_u": 0.05})
    found = refine(true, [replace(heat, values=noisy)], replace(FORM, radius=2), np.random.default_rng(0))
    assert found.coefficients[0] == pytest.approx([0.05], rel=0.1)
