from __future__ import annotations

from pathlib import Path
from typing import Any

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookagain.core.errors import InputError
from lookagain.tools.physics import Trajectory

_CELL = st.one_of(st.floats(1e-30, 1e30), st.floats(-1e30, -1e-30), st.sampled_from([0.0, float("nan")]))


@st.composite
def trajectories(draw: st.DrawFn) -> Trajectory:
    n, d = draw(st.integers(1, 8)), draw(st.integers(1, 3))
    steps = draw(hnp.arrays(np.float64, n, elements=st.floats(1e-3, 1e3)))
    x = draw(hnp.arrays(np.float64, (n, d), elements=_CELL))
    sigma = draw(st.none() | hnp.arrays(np.float64, (n, d), elements=st.floats(1e-9, 1e9)))
    names = draw(st.lists(st.from_regex(r"[a-r_][a-z0-9_]{0,8}", fullmatch=True), min_size=d, max_size=d, unique=True))
    names = [f"v{name}" for name in names]
    units = draw(st.lists(st.sampled_from(["", "px", "m/s^2", "rad", 'a "q", b']), min_size=d, max_size=d))
    return Trajectory(t=np.cumsum(steps), x=x, names=tuple(names), units=tuple(units), sigma=sigma)


@given(trajectories())
def test_csv_round_trip(trajectory: Trajectory) -> None:
    back = Trajectory.from_csv(trajectory.to_csv())
    np.testing.assert_array_equal(back.t, trajectory.t)
    np.testing.assert_array_equal(back.x, trajectory.x)
    assert (back.names, back.units) == (trajectory.names, trajectory.units)
    assert (back.sigma is None) == (trajectory.sigma is None)
    if back.sigma is not None and trajectory.sigma is not None:
        np.testing.assert_array_equal(back.sigma, trajectory.sigma)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        Trajectory.from_csv("t [s],x [m]\n" + text)
    except InputError:
        return


@pytest.mark.parametrize(
    ("head", "units", "with_sigma"),
    [
        ("t,x,y", ("", ""), False),
        ("t [s],x [m],y [rad]", ("m", "rad"), False),
        ("t, x [m], y", ("m", ""), False),
        ("t,x,y,sigma x,sigma y", ("", ""), True),
    ],
)
def test_headers_with_and_without_units(head: str, units: tuple[str, ...], with_sigma: bool) -> None:
    row = "0.5,1,2,3,4" if with_sigma else "0.5,1,2"
    read = Trajectory.from_csv(f"{head}\n{row}\n")
    assert (read.names, read.units) == (("x", "y"), units)
    np.testing.assert_array_equal(read.x, [[1.0, 2.0]])
    assert (read.sigma is not None) == with_sigma


@pytest.mark.parametrize("head", ["x,y", "t", "t [ms],x", "t,x [m", "t,2x", "t,x,sigma y"])
def test_other_headers_are_refused_with_an_example(head: str) -> None:
    with pytest.raises(InputError, match="'t,x,y'"):
        Trajectory.from_csv(f"{head}\n0,1,2\n")


@given(st.text(max_size=60))
def test_any_header_is_read_or_refused(head: str) -> None:
    try:
        Trajectory.from_csv(head + "\n0,1\n")
    except InputError:
        return


def test_csv_file_and_position_of_errors(tmp_path: Path) -> None:
    trajectory = Trajectory(t=np.arange(3.0), x=np.ones((3, 1)), names=("x",), units=("m",))
    path = tmp_path / "path.csv"
    trajectory.to_csv(path)
    np.testing.assert_array_equal(Trajectory.from_csv(path).x, trajectory.x)
    path.write_text("t [s],x [m]\n0,1\n1,one\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 3") as caught:
        Trajectory.from_csv(path)
    assert caught.value.path == path
    with pytest.raises(InputError, match="readable"):
        Trajectory.from_csv(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"t": np.array([0.0, 0.0, 1.0])}, "rise strictly"),
        ({"t": np.arange(4.0)}, "expected t"),
        ({"x": np.full((3, 2), np.inf)}, "infinite"),
        ({"t": np.arange(3.0) * 1e-300}, "time steps"),
        ({"t": np.arange(3.0) * 1e300}, "time steps"),
        ({"t": np.array([-1.7e308, 0.0, 1.7e308])}, "time steps"),
        ({"x": np.full((3, 2), 1e160)}, "magnitude"),
        ({"x": np.full((3, 2), 5e-324)}, "magnitude"),
        ({"sigma": np.full((3, 2), 1e-300)}, "magnitude"),
        ({"names": ("x",)}, "2 different names"),
        ({"names": ("x", "x")}, "2 different names"),
        ({"names": ("x", "sin")}, "not a variable name"),
        ({"units": ("m", "a\nb")}, "not a unit"),
        ({"sigma": np.ones((2, 2))}, "shape of x"),
        ({"sigma": np.zeros((3, 2))}, "positive"),
    ],
)
def test_refused(change: dict[str, Any], said: str) -> None:
    good: dict[str, Any] = {"t": np.arange(3.0), "x": np.ones((3, 2)), "names": ("x", "y")}
    with pytest.raises(InputError, match=said):
        Trajectory(**{**good, **change})


def test_split_and_finite_keep_every_sample() -> None:
    x = np.arange(20.0).reshape(10, 2)
    x[3, 1] = np.nan
    whole = Trajectory(t=np.arange(10.0), x=x, names=("x", "y"), sigma=np.ones((10, 2)))
    head, tail = whole.split(0.3)
    assert (head.n, tail.n) == (7, 3)
    np.testing.assert_array_equal(np.concatenate([head.t, tail.t]), whole.t)
    assert whole.finite().n == 9
    assert not whole.x.flags.writeable
    with pytest.raises(InputError):
        whole.split(1.0)
