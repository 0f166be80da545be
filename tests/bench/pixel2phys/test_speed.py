"""Cost of a run: what its memory says."""

from __future__ import annotations

import pytest

from bench.pixel2phys.speed import _growth


def test_memory_of_a_run_that_found_no_law_says_nothing() -> None:
    found: dict[str, object] = {"peak_mb": 200.0, "law_found": True}
    assert _growth(found, {"peak_mb": 210.0, "law_found": True}) == pytest.approx(0.05)
    assert _growth(found, {"peak_mb": 210.0, "law_found": False}) is None
    assert _growth({"error": "x"}, found) is None
