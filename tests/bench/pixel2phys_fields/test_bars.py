"""Bars of the fields benchmark: names of their own, as many rows as the benches make, slopes of costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.pixel2phys_fields.__main__ import BENCHES
from bench.pixel2phys_fields.bars import BARS
from bench.pixel2phys_fields.cost import make, slope
from bench.pixel2phys_fields.patterns import PAPER, summary
from bench.pixel2phys_fields.systems import SYSTEMS


def test_bars_have_names_of_their_own() -> None:
    assert len({bar.name for bar in BARS}) == len(BARS)
    assert set(BENCHES) == {"patterns", "tables", "guard", "cost", "latent"}


def test_bounds_are_those_of_the_paper() -> None:
    assert {system.name: (system.bound, system.horizon) for system in SYSTEMS} == PAPER


def test_the_slope_is_that_of_the_fastest_repeats() -> None:
    def row(side: int, seconds: float, found: bool = True) -> dict[str, object]:
        return {"side": side, "whole_seconds": seconds, "law_found": found}

    linear = [row(64, 2.0), row(128, 8.0), row(128, 80.0), row(256, 32.0)]
    assert slope(linear) == pytest.approx(1.0)
    assert slope([*linear, row(256, 31.0, found=False)]) is None
    assert slope(linear[:1]) is None
    assert slope([{"side": 64, "error": "x"}, *linear]) is None


def test_the_array_of_a_cost_run_goes_on_over_its_blocks(tmp_path: Path) -> None:
    shown = make(32, 1000, 60, tmp_path)
    stored = np.load(shown.path)
    assert stored.shape == (60, 2, 32, 32)
    steps = np.sqrt(np.mean(np.diff(stored, axis=0) ** 2, axis=(1, 2, 3)))
    assert steps.min() > 0
    assert steps[49] == pytest.approx(steps[48], rel=0.2)


def test_the_summary_has_a_line_a_source_and_system() -> None:
    row: dict[str, object] = {"system": "brusselator", "source": "npy", "exact": True, "rmse": 0.01}
    assert summary([row]).count("\n") == 1 + 16
