from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lookagain.tools.physics.fields import Field, FieldForm
from lookagain.tools.physics.fields.refine import refine
from tests.support.fields import LENGTH, Array, as_field, burgers, law

FORM = FieldForm(scheme="spectral", half=8, radius=0)
QUIET = np.zeros(1)


def test_wrong_coefficients_are_put_right() -> None:
    t = np.arange(20) * 0.15
    coarse = as_field(burgers(t, 0.2), t, LENGTH / 96)
    near = law(("u",), ("x",), {"u_xx": 0.22, "u*u_x": -0.9})
    found = refine(near, [coarse], FORM, np.random.default_rng(0), noise=QUIET)
    assert found.coefficients[0] == pytest.approx([0.2, -1.0], rel=1e-3)
    assert found.terms == near.terms
    assert max(found.sigmas[0]) < 1e-2


def test_a_law_that_predicts_as_well_as_can_be_is_left_alone(heat: Field) -> None:
    true = law(("u",), ("y", "x"), {"lap_u": 0.05})
    assert refine(true, [heat], FORM, np.random.default_rng(0), noise=QUIET) == true
    empty = law(("u",), ("y", "x"), {})
    assert refine(empty, [heat], FORM, np.random.default_rng(0), noise=QUIET) == empty


@pytest.mark.parametrize("noise", [QUIET, np.array([0.2])])
def test_noise_is_not_followed(heat: Field, noise: Array) -> None:
    noisy = heat.quantity() + 0.2 * np.random.default_rng(1).normal(size=heat.values.shape)
    true = law(("u",), ("y", "x"), {"lap_u": 0.05})
    found = refine(true, [replace(heat, values=noisy)], replace(FORM, radius=2), np.random.default_rng(0), noise=noise)
    assert found.coefficients[0] == pytest.approx([0.05], rel=0.1)
