"""Where a law's origin and scale are looked for when the data are in pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lookagain.tools.physics import Affine, Library, Spline, Trajectory, WeakForm
from lookagain.tools.physics.origin import affine_candidates
from lookagain.tools.physics.prepare import noise_of, prepare, regular_mask, seen_states
from lookagain.tools.physics.shooting import Data

NAMES = ("x", "y")
SCALE, OFFSET = 89.6, np.array([-103.0, 11.0])
FUNCTIONS = [f"{f}({v})" for v in NAMES for f in ("sin", "cos")]
#: What the agent searches once it has added every family: each variable may turn, divide, or both.
EVERYTHING = (
    Library.polynomial(NAMES, 3)
    + Library.of(NAMES, FUNCTIONS)
    + Library.drag(NAMES)
    + Library.rational(NAMES, ["1", *FUNCTIONS])
)


def _data(x: Any, t: Any, library: Library, *, origin: bool, scale: bool) -> Data:
    trajectory = Trajectory(t=t, x=x, names=NAMES, units=("px", "px"))
    smooth = Spline()(t, x)
    return prepare(
        [trajectory], 1, library.terms, noise_of([trajectory]), [smooth], free_offset=origin, free_scale=scale
    )


@pytest.mark.parametrize("seed", [1201, 1203, 1206])
def test_scale_and_phase_of_the_glider_are_found_in_a_large_library(first: Callable[..., Any], seed: int) -> None:
    case = first("glider", seed, 1e-4)
    data = _data(OFFSET + SCALE * case.x, case.t, EVERYTHING, origin=True, scale=True)
    maps = affine_candidates(data, WeakForm())
    best = maps[0]
    assert best.scale == pytest.approx(SCALE, rel=0.02)
    assert best.offset[0] == pytest.approx(OFFSET[0], abs=2)
    turns = (best.offset[1] - OFFSET[1]) / best.scale / (np.pi / 2)
    assert turns == pytest.approx(round(turns), abs=0.02)
    for affine in maps:
        kept = regular_mask(data.terms, seen_states(data, [affine]))
        assert {"cos(y)/x", "sin(y)/x"} <= {t.text(NAMES) for t, good in zip(data.terms, kept, strict=True) if good}


def test_a_given_origin_stays_where_it_is(first: Callable[..., Any]) -> None:
    case = first("glider", 1202, 1e-4)
    data = _data(SCALE * case.x, case.t, EVERYTHING, origin=False, scale=True)
    maps = affine_candidates(data, WeakForm())
    assert all(affine.offset == (0.0, 0.0) for affine in maps)
    assert maps[0].scale == pytest.approx(SCALE, rel=0.02)


def test_a_given_scale_stays_what_it_is(first: Callable[..., Any]) -> None:
    case = first("glider", 1203, 1e-4)
    data = _data(case.x - [1.3, 0.4], case.t, EVERYTHING, origin=True, scale=False)
    best = affine_candidates(data, WeakForm())[0]
    assert best.scale == 1
    assert best.offset[0] == pytest.approx(-1.3, abs=0.02)


def test_without_functions_origins_are_fixed_points(first: Callable[..., Any]) -> None:
    case = first("cubic", 1205, 1e-4)
    data = _data(case.x + np.array([3.0, -2.0]), case.t, Library.polynomial(NAMES, 3), origin=True, scale=False)
    maps = affine_candidates(data, WeakForm())
    assert all(isinstance(affine, Affine) and affine.scale == 1 for affine in maps)
    assert min(np.hypot(a.offset[0] - 3, a.offset[1] + 2) for a in maps) < 0.3
