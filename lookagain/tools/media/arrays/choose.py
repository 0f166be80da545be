"""From the arrays of a file to one stack of frames: which arrays are meant, and what their axes and steps are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lookagain.core.errors import InputError
from lookagain.tools.media.arrays.axes import axis_of, guess_axes, named_axes, parse_axes
from lookagain.tools.media.arrays.values import Axis, Contents, Dataset, Index, Raw, Stack
from lookagain.tools.media.budget import Budget

__all__ = ["choose", "stack_of"]

_STEPS: dict[str, Axis] = {"dt": "t", "dx": "x", "dy": "y"}
#: Steps of a coordinate may differ by this share of their mean.
_UNEVEN = 1e-3
_LISTED = 12


def stack_of(contents: Contents, *, path: Path, sha256: str, axes: str, dataset: str, budget: Budget) -> Stack:
    """The stack that ``dataset`` (names separated by commas, or "") and ``axes`` (letters, or "") mean.

    Raises ``InputError`` when they do not fit the file, when the choice is not clear, or over the budget.
    """
    try:
        return _stack(contents, path=path, sha256=sha256, axes=axes, dataset=dataset, budget=budget)
    except InputError as error:
        if error.path is not None:
            raise
        raise InputError(error.message, path=path, limit=error.limit, hint=error.hint) from error


def _stack(contents: Contents, *, path: Path, sha256: str, axes: str, dataset: str, budget: Budget) -> Stack:
    # An axis of one entry that the person named is meant; any other is left out.
    chosen = [found if len(found.shape) == len(axes) else _squeezed(found) for found in choose(contents, dataset)]
    first = chosen[0]
    if any(other.shape != first.shape for other in chosen):
        shapes = ", ".join(f"{other.name} {other.shape}" for other in chosen)
        raise InputError(f"expected channels of one shape, got {shapes}.", hint="Choose arrays of one grid.")
    coordinates = _Coordinates.of(contents, first, budget)
    order, why = _order(first, axes, coordinates)
    if len(chosen) > 1 and "c" in order:
        raise InputError(
            f"{dataset}: each of several channels has a channel axis of its own.", hint="Choose one of them."
        )
    place = _Place(order, frozenset(axis for axis in order if coordinates.falls(axis)))
    channels = len(chosen) if "c" not in order else first.shape[order.index("c")]
    sizes = {axis: first.shape[order.index(axis)] for axis in order}
    shape = (sizes["t"], channels, *(sizes[axis] for axis in place.space))
    _check_size(shape, budget)
    readers: list[Callable[[slice], Raw]] = [partial(place.read, one, budget) for one in chosen]
    return Stack(
        path=path,
        format=contents.format,
        sha256=sha256,
        shape=shape,
        dtype=np.result_type(*(one.dtype for one in chosen)),
        axes="".join(order),
        names=tuple(one.name.rpartition("/")[2] for one in chosen) if channels == len(chosen) else (),
        t=coordinates.times(sizes["t"]),
        spacing=tuple(coordinates.step(axis) for axis in place.space),
        notes=(f"axes {''.join(order)}: {why}", *coordinates.notes()),
        parts=tuple(readers),
    )


def choose(contents: Contents, wanted: str) -> list[Dataset]:
    """The arrays that are meant: those named, else the only one that could be frames."""
    candidates = {found.name: found for found in contents.datasets if _could_be_frames(found)}
    refused = f" Not usable: {'; '.join(contents.refused[:_LISTED])}." if contents.refused else ""
    listed = ", ".join(f"{name} {found.shape}" for name, found in list(candidates.items())[:_LISTED])
    if not wanted:
        if len(candidates) == 1:
            return list(candidates.values())
        if not candidates:
            raise InputError(f"the file holds no array of numbers with time and space.{refused}")
        raise InputError(
            f"the file holds {len(candidates)} arrays: {listed}.", hint='Say which, such as dataset="u,v".'
        )
    found = []
    for name in (part.strip() for part in wanted.split(",")):
        ends = [one for full, one in candidates.items() if full.rpartition("/")[2] == name or full == name.strip("/")]
        if len(ends) != 1:
            what = "no" if not ends else "more than one"
            raise InputError(f"dataset: {what} array is called {name[:80]!r}; there are {listed or 'none'}.{refused}")
        found.append(ends[0])
    if len({one.name for one in found}) != len(found):
        raise InputError(f"dataset: {wanted[:80]!r} names an array twice.")
    return found


def _could_be_frames(found: Dataset) -> bool:
    """Arrays of two or more axes; one of two that is called like an axis is a grid of coordinates."""
    long = sum(size > 1 for size in found.shape)
    return long > 2 or (long == 2 and axis_of(found.name) is None)


def _squeezed(found: Dataset) -> Dataset:
    """Axes of one entry left out, unless the file names them."""
    keep = [k for k, size in enumerate(found.shape) if size > 1 or (found.dims and found.dims[k])]
    if len(keep) == len(found.shape):
        return found

    def read(index: Index) -> Raw:
        given = dict(zip(keep, index, strict=True))
        values = found.read(tuple(given.get(k, slice(None)) for k in range(len(found.shape))))
        return values.reshape([values.shape[k] for k in keep])

    return replace(
        found,
        shape=tuple(found.shape[k] for k in keep),
        dims=tuple(found.dims[k] for k in keep) if found.dims else (),
        read=read,
    )


def _order(found: Dataset, axes: str, coordinates: _Coordinates) -> tuple[tuple[Axis, ...], str]:
    """The axes, and in words how they are known."""
    if axes:
        order = parse_axes(axes, len(found.shape))
        coordinates.check(order, found.shape)
        return order, "as given"
    named = named_axes(found.dims) if found.dims else None
    if named is not None:
        coordinates.check(named, found.shape)
        return named, "the file names them"
    lengths = coordinates.lengths()
    return guess_axes(found.shape, lengths), "from the coordinates' lengths" if lengths else "from the shape"


class _Place(NamedTuple):
    """Where the axes lie in the file, and which of them run backwards."""

    order: tuple[Axis, ...]
    falling: frozenset[Axis]

    @property
    def space(self) -> tuple[Axis, ...]:
        return ("y", "x") if "y" in self.order else ("x",)

    def read(self, found: Dataset, budget: Budget, frames: slice) -> Raw:
        """(frames, channels, [y,] x) of a slice of frames."""
        index = tuple(frames if axis == "t" else slice(None) for axis in self.order)
        _check_read(found, index, budget)
        values = found.read(index)
        wanted: tuple[Axis, ...] = ("t", "c", *self.space) if "c" in self.order else ("t", *self.space)
        values = values.transpose([self.order.index(axis) for axis in wanted])
        values = values if "c" in self.order else values[:, None]
        turned = tuple(slice(None, None, -1) if axis in self.falling else slice(None) for axis in self.space)
        return values[(slice(None), slice(None), *turned)]


class _Coordinates(NamedTuple):
    """The one-dimensional arrays beside the data that say where its samples lie, and single steps such as dt."""

    values: dict[Axis, NDArray[np.float64]]
    steps: dict[Axis, float]

    @classmethod
    def of(cls, contents: Contents, data: Dataset, budget: Budget) -> _Coordinates:
        """Those in the data's own group first, then the only one of the file."""
        group = data.name.rpartition("/")[0]
        values: dict[Axis, NDArray[np.float64]] = {}
        steps: dict[Axis, float] = {}
        for found in sorted(contents.datasets, key=lambda one: one.name.rpartition("/")[0] != group):
            name = found.name.rpartition("/")[2]
            axis, step = axis_of(name), _STEPS.get(name.lower())
            long = [size for size in found.shape if size > 1]
            if found.dtype.kind not in "uif" or len(long) > 1 or found.name == data.name:
                continue
            if axis not in (None, "c") and long and axis not in values and long[0] in data.shape:
                _check_read(found, found.everything, budget)
                values[axis] = np.asarray(found.read(found.everything), dtype=np.float64).reshape(-1)
            if step is not None and not long and 0 not in found.shape:
                steps.setdefault(step, float(np.asarray(found.read(found.everything)).reshape(-1)[0]))
        return cls(values, {axis: step for axis, step in steps.items() if np.isfinite(step) and step > 0})

    def lengths(self) -> dict[Axis, int]:
        return {axis: len(values) for axis, values in self.values.items()}

    def check(self, order: Sequence[Axis], shape: Sequence[int]) -> None:
        """Forget coordinates that do not fit an order that is known otherwise."""
        for axis in list(self.values):
            if axis not in order or len(self.values[axis]) != shape[order.index(axis)]:
                del self.values[axis]

    def falls(self, axis: Axis) -> bool:
        """Whether a space coordinate runs from high to low."""
        values = self.values.get(axis)
        return axis in ("x", "y") and values is not None and bool(values[0] > values[-1])

    def step(self, axis: Axis) -> float | None:
        """The even step of a space coordinate. Raises ``InputError`` where it is not even."""
        values = self.values.get(axis)
        if values is None:
            return self.steps.get(axis)
        steps = np.diff(values)
        mean = (values[-1] - values[0]) / len(steps)
        if not (np.isfinite(mean) and mean != 0 and np.all(np.abs(steps - mean) <= _UNEVEN * abs(mean))):
            raise InputError(f"the coordinate {axis} is not evenly spaced.", hint="Resample the field on an even grid.")
        return float(abs(mean))

    def times(self, frames: int) -> NDArray[np.float64] | None:
        """The times of the frames."""
        if "t" in self.values:
            return self.values["t"]
        step = self.steps.get("t")
        return None if step is None else step * np.arange(frames, dtype=np.float64)

    def notes(self) -> tuple[str, ...]:
        known = [f"{axis} ({len(values)})" for axis, values in self.values.items()]
        known += [f"d{axis} = {step:g}" for axis, step in self.steps.items() if axis not in self.values]
        return (f"coordinates of the file: {', '.join(known)}",) if known else ()


def _check_size(shape: tuple[int, ...], budget: Budget) -> None:
    frames, pixels = shape[0], int(np.prod([int(size) for size in shape[2:]], dtype=object))
    for value, limit in ((frames, "max_frames"), (pixels, "max_pixels")):
        if value > getattr(budget, limit):
            raise InputError(
                f"the array has {value} {limit[4:]}, more than {limit}={getattr(budget, limit)}.",
                limit=limit,
                hint=f"Give a smaller part of it, or raise Budget.{limit}.",
            )


def _check_read(found: Dataset, index: Index, budget: Budget) -> None:
    """Refuse to decode more at once than the budget allows."""
    spans = [len(range(*part.indices(size))) for part, size in zip(index, found.shape, strict=True)]
    needed = found.dtype.itemsize * int(np.prod(spans, dtype=object))
    if needed > budget.max_array_bytes:
        raise InputError(
            f"{found.name}: {needed} bytes would be decoded, more than max_array_bytes={budget.max_array_bytes}.",
            limit="max_array_bytes",
            hint="Read fewer frames at once, or raise Budget.max_array_bytes.",
        )
