from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from lookagain.core.errors import ConfigError, InputError
from lookagain.tools.physics import accepted
from lookagain.tools.physics.fields import Field, FieldDiscovery, FieldSettings, discover_field, field_acceptance
from tests.support.fields import CELLS, LENGTH, Array, as_field, bumps, burgers, linear, waves


def _discover(*fields: Field, **settings: Any) -> FieldDiscovery:
    return discover_field(fields, FieldSettings(**settings), np.random.default_rng(0))


def _texts(found: FieldDiscovery) -> list[set[str]]:
    system = found.best.system
    return [{term.text(system.feature_names) for term in row} for row in system.terms]


def _failed(found: FieldDiscovery) -> list[str]:
    return [c.name for c in field_acceptance(found) if not c.holds]


REACTION = [{"u", "u^3", "u*v^2", "u^2*v", "v^3", "lap_u"}, {"v", "v^3", "u^2*v", "u*v^2", "u^3", "lap_v"}]


@pytest.mark.parametrize(("levels", "precision"), [(0, 1e-3), (256, 0.02)])
def test_spirals(spirals: tuple[Array, Array, float], levels: int, precision: float) -> None:
    frames, t, spacing = spirals
    field = as_field(frames, t, spacing, levels=levels)
    found = _discover(field)
    assert _texts(found) == REACTION
    for row, values in zip(found.best.system.terms, found.best.system.coefficients, strict=True):
        for term, value in zip(row, values, strict=True):
            true = 0.1 if not all(f.var < 2 for f in term.factors) else 1.0
            assert abs(value) == pytest.approx(true, rel=precision)
    assert _failed(found) == []
    system = found.best.system
    rolled = system.simulate(found.best.starts[0], t, spacing=field.spacing, periodic=field.periodic)
    assert np.sqrt(np.mean((rolled - frames) ** 2)) < 0.02
    assert json.loads(json.dumps(found.to_json()))["terms"] == 12


def test_heat_with_open_borders_and_both_schemes(heat: Field) -> None:
    part = as_field(heat.quantity()[..., :, 2:-2], heat.t, heat.spacing[0], periodic=False)
    assert _texts(_discover(part)) == [{"lap_u"}]
    kernel = _discover(heat, differentiation="kernel", families=("diffusion", "polynomial"))
    assert kernel.best.system.scheme == "kernel"
    assert _texts(kernel) == [{"lap_u"}]


def test_two_starts_are_fitted_together(heat: Field) -> None:
    ky, kx = waves(CELLS, LENGTH)
    other = linear(bumps(np.random.default_rng(7)), heat.t[:60], -0.05 * (ky**2 + kx**2) + 0j)
    found = _discover(heat, as_field(other, heat.t[:60], heat.spacing[0]))
    assert found.best.system.coefficients[0] == pytest.approx([0.05], rel=1e-4)
    assert [start.shape for start in found.best.starts] == [(1, CELLS, CELLS)] * 2


def test_a_line_with_advection() -> None:
    t = np.arange(100) * 0.03
    found = _discover(as_field(burgers(t, 0.2), t, LENGTH / 96))
    assert _texts(found) == [{"u_xx", "u*u_x"}]
    assert dict(zip(_terms(found), found.best.system.coefficients[0], strict=True)) == pytest.approx(
        {"u_xx": 0.2, "u*u_x": -1.0}, rel=1e-3
    )


def _terms(found: FieldDiscovery) -> list[str]:
    return [term.text(found.best.system.feature_names) for term in found.best.system.terms[0]]


def test_the_search_repeats_itself_and_can_be_stopped(heat: Field) -> None:
    stages: list[str] = []
    first = discover_field([heat], FieldSettings(), np.random.default_rng(3), lambda stage, _: stages.append(stage))
    second = discover_field([heat], FieldSettings(), np.random.default_rng(3))
    assert first.to_json() == second.to_json()
    assert stages[0] == "noise"
    assert stages[-1] == "done"

    def stop(stage: str, share: float) -> None:
        if share > 0.3:
            raise TimeoutError(stage)

    with pytest.raises(TimeoutError):
        discover_field([heat], FieldSettings(), np.random.default_rng(3), stop)


def test_bad_fields(heat: Field) -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(InputError, match="at least one"):
        _discover()
    other = as_field(rng.normal(size=(10, 2, 16, 16)), np.arange(10.0), 1.0)
    with pytest.raises(InputError, match="same channels"):
        _discover(heat, other)
    holes = heat.quantity()
    holes[:, 0, 3, 3] = np.nan
    with pytest.raises(InputError, match="not finite"):
        _discover(as_field(holes, heat.t, 1.0))
    small = as_field(rng.normal(size=(20, 1, 10, 10)), np.arange(20.0), 1.0, periodic=False)
    with pytest.raises(InputError, match="too small"):
        _discover(small)


@pytest.mark.parametrize(
    "settings",
    [
        {"families": ()},
        {"families": ("magic",)},
        {"form": "fast"},
        {"degree": 9},
        {"rows": 3},
        {"held_out": 0.9},
        {"max_terms": 0},
        {"differentiation": "exact"},
    ],
)
def test_bad_settings(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        FieldSettings(**settings)


def test_accepted_needs_all(heat: Field) -> None:
    assert accepted(field_acceptance(_discover(heat)))
