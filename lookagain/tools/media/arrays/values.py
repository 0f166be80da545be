"""What array files hold, before and after it is known which axis is which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lookagain.core.errors import InputError

__all__ = ["ArrayFormat", "Axis", "Contents", "Dataset", "Index", "Raw", "Stack", "check_numbers"]

ArrayFormat: TypeAlias = Literal["npy", "npz", "mat", "hdf5", "zarr", "tiff", "images"]
#: Time, channel, and the two directions of space.
Axis: TypeAlias = Literal["t", "c", "y", "x"]
Index: TypeAlias = tuple[slice, ...]
Raw: TypeAlias = NDArray[Any]

#: An imaginary part below this share of the largest value is what a Fourier transform leaves, not data.
_IMAGINARY = 1e-5


@dataclass(frozen=True, kw_only=True, eq=False)
class Dataset:
    """One array of a file, not read yet. ``dims`` are the file's names of its axes, "" for one without.

    ``read`` gives the values of an index with one slice for each axis.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    read: Callable[[Index], Raw]
    dims: tuple[str, ...] = ()

    @property
    def everything(self) -> Index:
        """The index of all values."""
        return (slice(None),) * len(self.shape)


@dataclass(frozen=True, kw_only=True, eq=False)
class Contents:
    """The readable arrays of a file, and why others are not: ``refused`` is for people."""

    format: ArrayFormat
    datasets: tuple[Dataset, ...]
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Stack:
    """Frames of one or more channels with named axes, read in parts: what the door hands out of an array file.

    ``shape`` is (frames, channels, [y,] x) whatever the file's order, which ``axes`` tells. ``names`` are those of the
    channels where the file has any. ``t`` (frames,) and ``spacing`` (one a space axis) are None where the file does
    not say. ``notes`` say what was assumed. ``read`` opens the file anew: a file that is memory-mapped stays so.
    """

    path: Path
    format: ArrayFormat
    sha256: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    axes: str
    names: tuple[str, ...]
    t: NDArray[np.float64] | None
    spacing: tuple[float | None, ...]
    notes: tuple[str, ...]
    parts: tuple[Callable[[slice], Raw], ...]
    """Each gives (frames, channels, [y,] x) of a slice of frames; their channels follow each other."""

    @property
    def frames(self) -> int:
        """Number of frames."""
        return self.shape[0]

    @property
    def channels(self) -> int:
        """Number of channels."""
        return self.shape[1]

    def read(self, start: int = 0, stop: int | None = None) -> Raw:
        """The frames ``start <= i < stop``: uint8, float32 or float64 of shape (n, channels, [y,] x).

        Raises ``InputError`` when they are damaged, too large to decode at once, or complex.
        """
        chosen = slice(start, self.frames if stop is None else stop)
        parts = [_plain(part(chosen), self.path) for part in self.parts]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def check_numbers(dtype: np.dtype[Any]) -> str:
    """Why values of this type are refused, or "": booleans, whole, real and complex numbers are allowed."""
    if dtype.hasobject:
        return "it holds Python objects"
    if dtype.names is not None or dtype.kind not in "buifc":
        return f"its type is {dtype}"
    return ""


def _plain(values: Raw, path: Path) -> Raw:
    """uint8, float32 or float64 in the machine's byte order; nothing that float64 cannot hold is rounded away."""
    if values.dtype.kind == "c":
        size = float(np.abs(values).max(initial=0.0))
        if not float(np.abs(values.imag).max(initial=0.0)) <= _IMAGINARY * size:
            raise InputError(
                "the values are complex.", path=path, hint="Store real and imaginary part as two channels."
            )
        values = values.real
    kind, width = values.dtype.kind, values.dtype.itemsize
    if kind == "b" or (kind == "u" and width == 1):
        return values.view(np.uint8)
    # 16-bit numbers, whole or not, are exact in single precision.
    small = width <= 2 or (kind == "f" and width == 4)
    return values.astype(np.float32 if small else np.float64, copy=False)
