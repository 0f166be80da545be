"""Which axis of an array is time, channel, y and x: as the person says, as the file says, or where only one reading
makes sense.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

from lookagain.core.errors import InputError
from lookagain.tools.media.arrays.values import Axis

__all__ = ["axis_of", "guess_axes", "named_axes", "parse_axes"]

_NAMES: dict[str, Axis] = {
    **dict.fromkeys(("t", "time", "times", "frame", "frames"), "t"),
    **dict.fromkeys(("c", "channel", "channels", "component", "components", "variable", "variables"), "c"),
    **dict.fromkeys(("y", "lat", "latitude", "row", "rows", "height"), "y"),
    **dict.fromkeys(("x", "lon", "longitude", "column", "columns", "width"), "x"),
}
#: The axes of arrays with so many dimensions, in the order in which they are told to people.
_SETS: dict[int, tuple[tuple[Axis, ...], ...]] = {
    2: (("t", "x"),),
    3: (("t", "y", "x"), ("t", "c", "x")),
    4: (("t", "c", "y", "x"),),
}
#: More channels than this, and fewer frames or cells than that, are no reading of an axis.
_MOST_CHANNELS, _LEAST_EXTENT = 4, 8


def parse_axes(text: str, dimensions: int | None = None) -> tuple[Axis, ...]:
    """Letters such as ``tyxc`` as axes. Raises ``InputError`` unless each of t, c, y, x stands at most once, t and x
    are among them, and there is one for each of the ``dimensions``.
    """
    letters: list[Axis] = [axis for letter in text for axis in ("t", "c", "y", "x") if letter == axis]
    if len(letters) != len(text) or len(set(text)) != len(text) or not {"t", "x"} <= set(text):
        raise InputError(
            f"axes: expected letters of t, c, y, x, each at most once, with t and x among them; got {text[:40]!r}.",
            hint='Write one letter for each dimension, such as "tyx" or "tyxc".',
        )
    if dimensions is not None and len(letters) != dimensions:
        raise InputError(
            f"axes: {text!r} names {len(letters)} axes, and the array has {dimensions} dimensions.",
            hint="Write one letter for each dimension.",
        )
    return tuple(letters)


def axis_of(name: str) -> Axis | None:
    """The axis that a file's own name such as ``time`` or ``longitude`` means, if any."""
    return _NAMES.get(name.rpartition("/")[2].strip().lower())


def named_axes(dims: Sequence[str]) -> tuple[Axis, ...] | None:
    """The axes that a file's names of the dimensions mean; None unless all are known and make a stack."""
    found = tuple(axis for axis in map(axis_of, dims) if axis is not None)
    complete = len(found) == len(dims) and len(set(found)) == len(found) and {"t", "x"} <= set(found)
    return found if complete else None


def guess_axes(shape: Sequence[int], lengths: Mapping[Axis, int]) -> tuple[Axis, ...]:
    """The only order of axes that makes sense. ``lengths`` are those of the coordinates that the file holds.

    An order makes sense when every axis has the length of its coordinate, channels are at most 4, time and space at
    least 8, y stands right before x, and a picture is square if it can be. Raises ``InputError`` when none or several
    remain: two dimensions without coordinates always, three as in (100, 48, 64).
    """
    found = [axes for axes in _orders(len(shape)) if _fits(axes, shape, lengths)]
    square = [axes for axes in found if "y" in axes and shape[axes.index("y")] == shape[axes.index("x")]]
    found = square or found
    if len(found) == 1:
        return found[0]
    said = f"its shape is {tuple(shape)}" + (f", with coordinates {dict(lengths)}" if lengths else "")
    if found:
        choices = " or ".join(f'axes="{"".join(axes)}"' for axes in found)
        raise InputError(f"which axis is which is not clear: {said}.", hint=f"Say it: {choices}.")
    raise InputError(
        f"expected frames in time of one or two space axes; {said}.",
        hint='Say which axis is which, such as axes="tyxc" or axes="xt".',
    )


def _orders(dimensions: int) -> Iterator[tuple[Axis, ...]]:
    for letters in _SETS.get(dimensions, ()):
        for order in permutations(letters):
            if "y" not in order or order.index("x") == order.index("y") + 1:
                yield order


def _fits(axes: Sequence[Axis], shape: Sequence[int], lengths: Mapping[Axis, int]) -> bool:
    for axis, size in zip(axes, shape, strict=True):
        if axis == "c" and size > _MOST_CHANNELS:
            return False
        if axis != "c" and (size < _LEAST_EXTENT or lengths.get(axis, size) != size):
            return False
    return True
