"""What an uncalibrated camera can show of straight and turning motion, from the video to law and evidence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import lookagain as la
from tests.agents.pixel2phys.made import Floats, disc_video


def crossing(degrees: float, acceleration: float) -> Floats:
    """A straight path before a pinhole camera of 60 degrees, turned so far off the perpendicular (128 px wide)."""
    s = np.linspace(-1, 1, 90)
    x = s + acceleration * s**2 / 2
    turn, focal = np.deg2rad(degrees), 64 / np.tan(np.deg2rad(30))
    column = focal * x * np.cos(turn) / (focal / 45 + x * np.sin(turn))
    return np.column_stack([64 + column, 60 + 0.05 * column])


def found(folder: Path, path: Floats, **told: object) -> la.Result[la.Law]:
    video = disc_video(folder / "video.mp4", [path])
    task = la.Pixel2Phys(video=video, scale=0.01, unit="m", max_rounds=1, **told)  # type: ignore[arg-type]
    return la.run(task, run_dir=folder / "run")


def acceleration_of(result: la.Result[la.Law], variable: str) -> str:
    return next(entry.text for entry in result.evidence if entry.claim == f"mean acceleration of {variable}")


def test_a_perspective_is_not_taken_for_a_brake(tmp_path: Path) -> None:
    result = found(tmp_path, crossing(3.0, 0.0))
    assert result.answer is not None
    (equation,) = result.answer.equations
    assert (equation.lhs, [term.term for term in equation.terms]) == ("s'", ["1"])
    assert "contains 0: no acceleration is shown" in acceleration_of(result, "s")


def test_a_true_acceleration_is_found(tmp_path: Path) -> None:
    result = found(tmp_path, crossing(0.0, 0.6))
    assert result.answer is not None
    (equation,) = result.answer.equations
    assert (equation.lhs, [term.term for term in equation.terms]) == ("s''", ["1"])
    # In the law's units: half the path in 45 frames of 1/25 s is 45 px of .01 m.
    true = 0.6 * 0.45 / (44.5 / 25) ** 2
    assert abs(equation.terms[0].value - true) < 1.96 * equation.terms[0].sigma
    # The noise alone would leave a tenth of that.
    assert equation.terms[0].sigma > 0.03 * true
    assert "does not contain 0" in acceleration_of(result, "s")
    shown = [entry for entry in result.evidence if entry.claim.startswith("the acceleration of s")]
    assert [entry.holds for entry in shown] == [True]


def test_an_asked_for_second_order_says_that_nothing_is_shown(tmp_path: Path) -> None:
    result = found(tmp_path, crossing(3.0, 0.0), order="second")
    assert result.answer is not None
    (equation,) = result.answer.equations
    assert equation.lhs == "s''"
    assert all(abs(term.value) < 1.96 * term.sigma for term in equation.terms)
    assert result.verdict.value != "confirmed" or not equation.terms


@pytest.mark.parametrize("rate", [0.35, -0.2])
def test_a_wheel_turns_at_a_constant_rate(rate: float, tmp_path: Path) -> None:
    angle = rate * np.arange(80)
    result = found(tmp_path, np.column_stack([64 + 40 * np.sin(angle), 64 + 40 * np.cos(angle)]))
    assert result.answer is not None
    (equation,) = result.answer.equations
    assert (equation.lhs, [term.term for term in equation.terms]) == ("theta'", ["1"])
    assert equation.terms[0].value == pytest.approx(25 * rate, rel=1e-3)
    assert "no acceleration is shown" in acceleration_of(result, "theta")
