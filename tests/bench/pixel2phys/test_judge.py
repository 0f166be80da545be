"""The judge, on laws made here: true ones, wrong ones, ones that blow up or sit in other coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.pixel2phys.api import Equation, FoundLaw
from bench.pixel2phys.judge import judge_law, r2
from bench.pixel2phys.noise import noisy_track
from bench.pixel2phys.peer import best_setting
from bench.pixel2phys.real import constant_acceleration, constant_rotation
from bench.pixel2phys.systems import BY_NAME, System, integrate, trajectory

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Simulator:
    """Simulates a system of the benchmark from a given start, starting ``first`` steps late."""

    system: System
    start: Floats
    first: int = 0
    wrong: float = 0.0

    def simulate(self, t: Floats, x0: Floats | None = None) -> Floats:
        assert x0 is None
        assert t[0] == pytest.approx(self.first * self.system.dt)
        states = integrate(self.system.rhs, self.start, self.system.dt, len(t) - 1)
        return states * (1 + self.wrong)


def law_of(
    name: str, terms: Mapping[str, list[str]], *, first: int = 0, wrong: float = 0.0, shift: tuple[float, ...] = ()
) -> FoundLaw:
    system = BY_NAME[name]
    start = trajectory(system, 1000).states[first]
    return FoundLaw(
        variables=tuple(terms),
        order=1,
        equations=tuple(
            Equation(variable=v, order=1, terms=dict.fromkeys(side, (1.0, 0.1))) for v, side in terms.items()
        ),
        text="",
        start=first * system.dt,
        coordinates="xy",
        origin=(100.0, 50.0),
        units_per_pixel=0.5,
        y_up=True,
        shift=shift,
        stretch=1.0 if not shift else 2.0,
        initial_state=tuple(start),
        source=Simulator(system, start, first, wrong),
    )


def judged(law: FoundLaw | None, name: str = "circular", *, shifts: bool = False) -> dict[str, object]:
    system = BY_NAME[name]
    return judge_law(law, system.truth, trajectory(system, 1000).states, system.dt, shifts=shifts)


_TRUE = {"x": ["y"], "y": ["x"]}


@pytest.mark.parametrize("first", [0, 3])
def test_the_true_law_is_exact(first: int) -> None:
    row = judged(law_of("circular", _TRUE, first=first))
    assert (row["exact"], row["missing"], row["extra"]) == (True, [], [])
    assert row["r2"] == pytest.approx(1.0, abs=1e-9)
    assert row["r2_tail"] == pytest.approx(1.0, abs=1e-9)


def test_wrong_laws_are_told_apart() -> None:
    more = judged(law_of("circular", {"x": ["y", "x^3"], "y": ["x"]}))
    assert (more["exact"], more["extra"]) == (False, ["x: x^3"])
    assert judged(law_of("circular", {"x": ["y"], "y": []}))["missing"] == ["y: x"]
    assert judged(law_of("circular", {"theta": ["1"]}))["exact"] is False
    assert judged(law_of("circular", {"x": ["y)"], "y": ["x"]}))["exact"] is False
    assert judged(None)["r2"] is None
    assert judged(law_of("circular", _TRUE, wrong=0.1))["r2"] == pytest.approx(1 - 0.01, abs=1e-3)
    second = law_of("circular", _TRUE)
    second = replace(second, equations=tuple(replace(e, order=2) for e in second.equations))
    assert judged(second)["exact"] is False


def test_a_shifted_law_is_exact_only_up_to_the_map() -> None:
    shifted = law_of("circular", _TRUE, shift=(0.2, 0.0))
    assert judged(shifted)["exact"] is False
    assert judged(shifted, shifts=True)["exact"] is True


def test_an_angle_may_be_counted_from_a_quarter_turn_on_only_where_the_origin_is_free() -> None:
    turned = {"x": ["cos(y)", "x^2"], "y": ["x", "sin(y)/x"]}
    half = {"x": ["cos(y)", "x^2"], "y": ["x", "cos(y)/x"]}
    states = trajectory(BY_NAME["glider"], 1000).states
    truth, dt = BY_NAME["glider"].truth, BY_NAME["glider"].dt
    assert judge_law(law_of("glider", turned, shift=(0.0, 1.0)), truth, states, dt, shifts=True)["exact"] is True
    assert judge_law(law_of("glider", turned), truth, states, dt)["exact"] is False
    assert judge_law(law_of("glider", half, shift=(0.0, 1.0)), truth, states, dt, shifts=True)["exact"] is False


def test_pixels_map_there_and_back() -> None:
    law = law_of("circular", _TRUE, shift=(1.0, 2.0))
    pixels = np.array([[100.0, 50.0], [110.0, 40.0]])
    variables = law.from_pixels(pixels)
    assert variables is not None
    np.testing.assert_allclose(variables, [[-0.5, -1.0], [2.0, 1.5]])
    back = law.to_pixels(variables)
    assert back is not None
    np.testing.assert_allclose(back, pixels)
    assert replace(law, coordinates="angle").from_pixels(pixels) is None


@pytest.mark.parametrize("factor", [np.nan, np.inf])
def test_a_law_that_blows_up_has_no_r2(factor: float) -> None:
    row = judged(law_of("circular", _TRUE, wrong=factor))
    assert row["r2"] is None
    assert "not finite" in str(row["simulation"])


def test_r2_is_that_of_the_worse_coordinate() -> None:
    truth = np.array([[0.0, 0.0], [2.0, 2.0]])
    assert r2(np.array([[0.0, 1.0], [2.0, 1.0]]), truth) == 0.0
    with pytest.raises(ValueError, match="shapes"):
        r2(truth, truth[:1])


def test_noise_is_the_stated_share_of_the_range() -> None:
    system = BY_NAME["vanderpol"]
    true = trajectory(system, 1000).states[:200]
    noise = noisy_track(system, 1000, 0.02)[1] - true
    ranges = np.ptp(true, axis=0)
    np.testing.assert_allclose(noise.std(axis=0) / ranges, 0.02, rtol=0.2)
    again = noisy_track(system, 1000, 0.02)[1]
    np.testing.assert_array_equal(again - true, noise)


def test_the_best_setting_counts_each_setting() -> None:
    rows: list[dict[str, object]] = [
        {"pysindy_exact_settings": ["a", "b"]},
        {"pysindy_exact_settings": ["b"]},
        {"pysindy_exact_settings": []},
        {"error": "x"},
    ]
    assert best_setting(rows) == ("b", 2)
    assert best_setting([]) == ("none", 0)


@pytest.mark.parametrize(
    ("order", "terms", "acceleration", "rotation"),
    [
        (2, {"x": [], "y": ["1"]}, 1.0, None),
        (2, {"x": ["1"], "y": ["1"]}, 1.0, None),
        (2, {"x": [], "y": []}, None, None),
        (2, {"x": [], "y": ["1", "y'"]}, None, None),
        (1, {"x": [], "y": ["1"]}, None, None),
        (1, {"theta": ["1"]}, None, 1.0),
        (1, {"theta": ["1", "theta"]}, None, None),
    ],
)
def test_forms_of_laws(
    order: int, terms: dict[str, list[str]], acceleration: float | None, rotation: float | None
) -> None:
    law = replace(law_of("circular", terms), order=order)
    assert constant_acceleration(law) == acceleration
    assert constant_rotation(law) == rotation


def test_rotation_in_the_plane_needs_opposite_signs() -> None:
    turning = law_of("circular", _TRUE)
    signs = [("x", {"y": (-3.0, 0.1)}), ("y", {"x": (3.0, 0.1)})]
    right = tuple(Equation(variable=v, order=1, terms=t) for v, t in signs)
    assert constant_rotation(replace(turning, equations=right)) == pytest.approx(3.0)
    assert constant_rotation(turning) is None
