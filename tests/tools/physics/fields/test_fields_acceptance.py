from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lookagain.tools.physics.fields import Field, FieldDiscovery, FieldRival, FieldSettings, discover_field
from lookagain.tools.physics.fields import field_acceptance as acceptance
from tests.support.fields import CELLS, LENGTH, Array, as_field, bumps, linear, waves

T = np.arange(80) * 0.02


def _noise(rng: np.random.Generator) -> Array:
    return np.asarray(rng.normal(size=(80, 1, CELLS, CELLS)))


def _filtered(rng: np.random.Generator) -> Array:
    out = [bumps(rng)]
    for _ in range(79):
        out.append(0.95 * out[-1] + 0.3 * bumps(rng))
    return np.array(out)[:, None]


def _cloud(rng: np.random.Generator) -> Array:
    ky, kx = waves(CELLS, LENGTH)
    return linear(bumps(rng), T, 2j * kx - 1j * ky)


def _clouds(rng: np.random.Generator) -> Array:
    ky, kx = waves(CELLS, LENGTH)
    return _cloud(rng) + linear(bumps(rng), T, -1j * kx + 2j * ky)


def _photograph(rng: np.random.Generator) -> Array:
    return np.repeat(bumps(rng)[None, None], 80, axis=0) + 0.01 * rng.normal(size=(80, 1, CELLS, CELLS))


def _fade(rng: np.random.Generator) -> Array:
    return np.asarray((3 + bumps(rng))[None, None] * np.exp(-T)[:, None, None, None])


@pytest.mark.parametrize("seed", [1000, 1001])
@pytest.mark.parametrize("make", [_noise, _filtered, _cloud, _clouds, _photograph, _fade])
def test_what_has_no_law_of_its_own_is_not_accepted(make: Callable[[np.random.Generator], Array], seed: int) -> None:
    field = as_field(make(np.random.default_rng(seed)), T, LENGTH / CELLS, levels=256)
    found = discover_field([field], FieldSettings(), np.random.default_rng(0))
    assert [c.name for c in acceptance(found) if not c.holds]


@pytest.fixture(scope="module")
def good(heat: Field) -> FieldDiscovery:
    found = discover_field([heat], FieldSettings(), np.random.default_rng(0))
    assert all(c.holds for c in acceptance(found))
    return found


_NEAR = FieldRival(equations=("u' = 0",), terms=0, margin=0.1, move="-1 +0")


@pytest.mark.parametrize(
    ("name", "part", "change"),
    [
        ("independent", "tests", {"independent": 20}),
        ("change", "tests", {"change": (3.0,)}),
        ("fit R2", "tests", {"r2": (0.5,)}),
        ("significance", "tests", {"significance": 3.0}),
        ("weight", "tests", {"weight": 1e-5}),
        ("gain", "tests", {"gain": 2.0}),
        ("missing term", "tests", {"missing_term": 0.9}),
        ("halves in time", "tests", {"halves_time": 2.0}),
        ("halves in space", "tests", {"halves_space": 2.0}),
        ("transport", "tests", {"transport": 0.001}),
        ("coupling", "tests", {"coupling": 0.0}),
        ("held-out R2", "held_out", {"r2": 0.3}),
        ("held-out R2", "held_out", {"r2": float("nan")}),
        ("skill", "held_out", {"rmse": 1e3}),
        ("same terms", "held_out", {"same_support": False}),
        ("margin", "", {"rivals": (_NEAR,)}),
        ("larger law", "", {"rivals": (replace(_NEAR, contains=True),)}),
    ],
)
def test_each_criterion_can_fail_alone(good: FieldDiscovery, name: str, part: str, change: dict[str, Any]) -> None:
    changed = replace(good, **({part: replace(getattr(good, part), **change)} if part else change))
    assert [c.name for c in acceptance(changed) if not c.holds] == [name]
