from __future__ import annotations

import numpy as np
import pytest

from lookagain.tools.physics.fields import FieldForm, FieldSettings, feature_names
from lookagain.tools.physics.fields.library import field_library
from lookagain.tools.physics.fields.rows import gather, time_weights, unbiased_power
from lookagain.tools.physics.terms import parse_term
from tests.support.fields import LENGTH, as_field


@pytest.mark.parametrize("half", [2, 4, 16])
def test_rates_are_exact_for_polynomials_of_the_fourth_degree(half: int) -> None:
    weights, rate = time_weights(half, 0.1)
    t = np.arange(-half, half + 1) * 0.1
    assert weights.sum() == pytest.approx(1.0)
    for power in range(5):
        slope = power * t ** (power - 1) if power else 0 * t
        assert rate @ t**power == pytest.approx(weights @ slope, abs=1e-9)


@pytest.mark.parametrize("radius", [0, 2])
@pytest.mark.parametrize("periodic", [True, False])
def test_both_sides_are_averaged_alike(radius: int, periodic: bool) -> None:
    """u = 2 + sin(x - 3t) and v = cos(y - t): each term against its own average."""
    n, t = 40, np.arange(60) * 0.02
    x = np.arange(n) * LENGTH / n
    u = np.sin(x[None, None, :] - 3 * t[:, None, None]) + 2 + np.zeros((1, n, 1))
    v = np.cos(x[None, :, None] - t[:, None, None]) + np.zeros((1, 1, n))
    field = as_field(np.stack([u, v], axis=1), t, LENGTH / n, periodic=periodic)
    known = feature_names(("u", "v"), 2)
    texts = ["u_x", "v_y", "u*u_x", "v*u_x", "lap_u", "bih_u", "u", "1", "u_x^2"]
    terms = [parse_term(text, known) for text in texts]
    form = FieldForm(scheme="spectral", half=8, radius=radius)
    rows = gather([field], terms, form, np.random.default_rng(0), rows=500, frames=10**6)
    at = {text: rows.theta[:, i] for i, text in enumerate(texts)}
    assert np.allclose(rows.target[:, 0], -3 * at["u_x"], atol=1e-4)
    assert np.allclose(rows.target[:, 1], -at["v_y"], atol=1e-4)
    assert np.allclose(at["lap_u"], -(at["u"] - 2 * at["1"]), atol=1e-4)
    assert np.allclose(at["bih_u"], -at["lap_u"], atol=1e-3)
    assert np.allclose(at["1"], 1.0)
    assert 0 < rows.independent <= 500
    assert len(rows.target) <= 500
    assert at["u*u_x"].std() > 0.1
    assert at["v*u_x"].std() > 0.1


def test_frames_bound_the_work() -> None:
    rng = np.random.default_rng(0)
    field = as_field(rng.normal(size=(200, 1, 12, 12)), np.arange(200.0), 1.0)
    form = FieldForm(scheme="kernel", half=4, radius=0)
    terms = [parse_term("u", feature_names(("u",), 2))]
    rows = gather([field], terms, form, rng, rows=400, frames=27)
    assert len(np.unique(rows.time)) == 3
    assert set(rows.part) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("axes", "families", "inside", "outside"),
    [
        (1, ("polynomial", "diffusion"), {"1", "u", "u^3", "u_xx"}, {"u_x", "u_xxx"}),
        (1, ("advection", "dispersion"), {"u_x", "u*u_x", "u_xxx"}, {"u", "u_xx"}),
        (2, ("diffusion", "biharmonic"), {"lap_u", "bih_u"}, {"u_xx", "1"}),
        (2, ("gradient", "anisotropic"), {"u_x^2", "u_y^2", "u*lap_u", "u_xy"}, {"lap_u"}),
    ],
)
def test_families(axes: int, families: tuple[str, ...], inside: set[str], outside: set[str]) -> None:
    settings = FieldSettings(families=families)  # type: ignore[arg-type]
    known = feature_names(("u",), axes)
    texts = {term.text(known) for term in field_library(("u",), axes, settings)}
    assert inside <= texts
    assert not outside & texts


@pytest.mark.parametrize("power", [1, 2, 3, 4])
def test_powers_of_noisy_values_are_unbiased(power: int) -> None:
    noisy = 0.8 + 0.5 * np.random.default_rng(0).normal(size=400_000)
    assert unbiased_power(noisy, power, 0.5).mean() == pytest.approx(0.8**power, abs=0.01)
