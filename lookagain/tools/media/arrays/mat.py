"""MATLAB files of version 5 to 7.2, read by SciPy; version 7.3 is HDF5."""

from __future__ import annotations

from functools import cache
from math import prod
from typing import Any, cast

import numpy as np

from lookagain.core.errors import InputError
from lookagain.tools.media.arrays.values import Contents, Dataset, Raw
from lookagain.tools.media.budget import Budget
from lookagain.tools.media.source import Source

__all__ = ["read_mat"]

_TYPES = {
    **{"double": "f8", "single": "f4", "logical": "u1"},
    **{f"{sign}int{bits}": f"{sign or 'i'}{bits // 8}" for sign in ("", "u") for bits in (8, 16, 32, 64)},
}
_MAX_VARIABLES = 1000


def read_mat(source: Source, budget: Budget) -> Contents:
    """The numeric variables; each is decoded when it is first read. Objects, cells and functions are left alone."""
    from scipy.io import whosmat

    try:
        with source.open() as stream:
            listed = whosmat(cast(Any, stream), appendmat=False)
    # SciPy's reader has no list of what it raises on broken bytes.
    except Exception as error:
        raise _broken(source, error) from error
    datasets, refused = [], []
    for name, shape, kind in listed[:_MAX_VARIABLES]:
        if kind not in _TYPES:
            refused.append(f"{name} ({kind})")
            continue
        dtype = np.dtype(_TYPES[kind])
        size = tuple(int(side) for side in shape)
        read = _reader(source, name, size, budget)
        datasets.append(Dataset(name=name, shape=size, dtype=dtype, read=read))
    return Contents(format="mat", datasets=tuple(datasets), refused=tuple(refused))


def _reader(source: Source, name: str, shape: tuple[int, ...], budget: Budget) -> Any:
    @cache
    def decoded() -> Raw:
        from scipy.io import loadmat

        # Twice the size of a double: the file tells only when it is read whether a variable is complex.
        needed = 16 * prod(shape)
        if needed > budget.max_array_bytes:
            raise InputError(
                f"{name} may take {needed} bytes, more than max_array_bytes={budget.max_array_bytes}.",
                path=source.path,
                limit="max_array_bytes",
                hint="Save it as .npy, which is read in parts, or raise Budget.max_array_bytes.",
            )
        try:
            with source.open() as stream:
                opened = cast(Any, stream)
                values = loadmat(opened, appendmat=False, variable_names=[name], chars_as_strings=False)[name]
        except Exception as error:
            raise _broken(source, error) from error
        if not isinstance(values, np.ndarray) or values.shape != shape or values.dtype.kind not in "buifc":
            raise _broken(source, f"{name} is not the array that the file declares")
        return values

    return lambda index: decoded()[index]


def _broken(source: Source, why: object) -> InputError:
    return InputError(f"the MATLAB file cannot be read ({str(why)[:200]}).", path=source.path, hint="Save it again.")
