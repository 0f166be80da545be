"""Cases in processes of their own."""

from __future__ import annotations

from bench.common.child import measured_child, peak_megabytes


def test_the_peak_is_that_of_this_process() -> None:
    peak = peak_megabytes()
    assert peak is None or 10 < peak < 100_000


def test_a_child_that_fails_says_why() -> None:
    row = measured_child("bench.common.check", ["no-such.json"])
    assert "error" in row
    assert "whole_seconds" in row
    assert "No module named" in str(measured_child("bench.common.absent", [])["error"])
