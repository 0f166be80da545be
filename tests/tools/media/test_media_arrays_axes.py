from __future__ import annotations

from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookagain.core.errors import InputError
from lookagain.tools.media import parse_axes
from lookagain.tools.media.arrays.axes import axis_of, guess_axes, named_axes
from lookagain.tools.media.arrays.images import natural

LETTERS = ("t", "c", "y", "x")
ALLOWED = {"".join(order) for letters in ("tx", "tyx", "tcx", "tcyx") for order in permutations(letters)}


@given(st.one_of(st.text(alphabet="tcyxz TX", max_size=6), st.text(max_size=8)))
def test_axes_are_parsed_or_refused(text: str) -> None:
    if text in ALLOWED:
        assert "".join(parse_axes(text, len(text))) == text
    else:
        with pytest.raises(InputError, match="axes"):
            parse_axes(text)


@pytest.mark.parametrize("text", sorted(ALLOWED))
def test_axes_must_be_as_many_as_dimensions(text: str) -> None:
    with pytest.raises(InputError, match="dimensions"):
        parse_axes(text, len(text) + 1)


@given(st.lists(st.text(max_size=12), max_size=5))
def test_names_of_files_give_known_axes_or_none(dims: list[str]) -> None:
    found = named_axes(dims)
    if found is not None:
        assert len(found) == len(dims) == len(set(found))
        assert {"t", "x"} <= set(found)


@pytest.mark.parametrize(
    ("name", "axis"), [("Time", "t"), ("/run/lat", "y"), (" lon ", "x"), ("Channel", "c"), ("z", None), ("", None)]
)
def test_names_of_axes(name: str, axis: str | None) -> None:
    assert axis_of(name) == axis


@pytest.mark.parametrize(
    ("shape", "lengths", "axes"),
    [
        ((256, 101), {"t": 101, "x": 256}, "xt"),
        ((256, 101), {"t": 101}, "xt"),
        ((100, 64, 64), {}, "tyx"),
        ((64, 64, 100), {}, "yxt"),
        ((100, 64, 64, 2), {}, "tyxc"),
        ((2, 100, 64, 64), {}, "ctyx"),
        ((100, 48, 64), {"t": 100}, "tyx"),
        ((100, 48, 64), {"x": 64, "y": 48, "t": 100}, "tyx"),
        ((100, 2, 64), {"t": 100}, "tcx"),
    ],
)
def test_the_only_reading_is_taken(shape: tuple[int, ...], lengths: dict[str, int], axes: str) -> None:
    assert "".join(guess_axes(shape, lengths)) == axes  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shape", "lengths", "says"),
    [
        ((256, 101), {}, 'axes="tx" or axes="xt"'),
        ((101, 101), {"t": 101, "x": 101}, 'axes="tx" or axes="xt"'),
        ((100, 48, 64), {}, "not clear"),
        ((64, 64, 64), {}, "not clear"),
        ((100,), {}, "expected frames"),
        ((4, 5, 6), {}, "expected frames"),
        ((10, 10, 10, 10), {}, "expected frames"),
        ((9, 9, 9, 9, 9), {}, "expected frames"),
    ],
)
def test_what_has_no_or_several_readings_is_refused(shape: tuple[int, ...], lengths: dict[str, int], says: str) -> None:
    with pytest.raises(InputError, match=says):
        guess_axes(shape, lengths)  # type: ignore[arg-type]


@given(
    st.lists(st.integers(0, 40), max_size=5),
    st.dictionaries(st.sampled_from(["t", "x", "y"]), st.integers(0, 40), max_size=3),
)
def test_a_guess_keeps_every_known_length(shape: list[int], lengths: dict[str, int]) -> None:
    try:
        axes = guess_axes(shape, lengths)  # type: ignore[arg-type]
    except InputError:
        return
    assert len(axes) == len(shape)
    sizes = dict(zip(axes, shape, strict=True))
    assert all(sizes[axis] == size for axis, size in lengths.items() if axis in sizes)


@given(st.lists(st.text(alphabet="a1٣²10B.", max_size=8), max_size=8), st.randoms(use_true_random=False))
def test_any_names_have_one_order(names: list[str], random: Random) -> None:
    mixed = list(names)
    random.shuffle(mixed)
    assert sorted(map(natural, mixed)) == sorted(map(natural, names))


def test_numbers_sort_as_numbers() -> None:
    names = ["f10.png", "f9.png", "F1.png", "f02.png", "10.png", "a.png"]
    assert sorted(names, key=natural) == ["10.png", "a.png", "F1.png", "f02.png", "f9.png", "f10.png"]
