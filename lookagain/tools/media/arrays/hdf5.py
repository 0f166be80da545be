"""HDF5, and with it MATLAB 7.3 and NetCDF 4, read in parts by h5py.

Only what lies in the file itself is read: links to other files, virtual and external datasets are refused, and so are
filters beyond deflate, shuffle, checksum and LZF, which would be loaded as plug-ins.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np

from lookagain.core.errors import ConfigError, InputError
from lookagain.tools.media.arrays.inflate import deflated_size
from lookagain.tools.media.arrays.needs import needed
from lookagain.tools.media.arrays.values import Contents, Dataset, Index, Raw, check_numbers
from lookagain.tools.media.budget import Budget
from lookagain.tools.media.source import Source

__all__ = ["read_hdf5"]

_DEFLATE, _SHUFFLE, _CHECKSUM, _LZF = 1, 2, 3, 32000
_FILTERS = frozenset({_DEFLATE, _SHUFFLE, _CHECKSUM, _LZF})
#: LZF writes at most this many bytes for one that it reads.
_LZF_GROWTH = 264
_CHECKSUM_BYTES = 4
_MAX_OBJECTS, _MAX_DEPTH = 1000, 16
#: MATLAB and h5py store complex numbers as pairs of these names.
_COMPLEX = (("real", "imag"), ("r", "i"))


def read_hdf5(source: Source, budget: Budget) -> Contents:
    """The datasets of numbers at any depth; each part is decoded when it is read."""
    datasets: list[Dataset] = []
    refused: list[str] = []
    with _opened(source) as file:
        for name, node in _walk(file, refused):
            why = _why_not(node)
            if why:
                refused.append(f"{name} ({why})")
                continue
            datasets.append(
                Dataset(
                    name=name,
                    shape=tuple(int(size) for size in node.shape),
                    dtype=_number(node.dtype),
                    read=_Reader(source, name, budget),
                    dims=_dims(node),
                )
            )
    return Contents(format="hdf5", datasets=tuple(datasets), refused=tuple(refused))


@contextlib.contextmanager
def _opened(source: Source) -> Iterator[Any]:
    h5py = needed("h5py", "HDF5 and MATLAB 7.3 files")
    # Through a file that the door has opened, so that HDF5 itself opens nothing.
    with source.open() as stream:
        try:
            with h5py.File(stream, "r") as file:
                yield file
        except (InputError, ConfigError):
            raise
        # h5py turns each error of the C library into one of many built-in types.
        except Exception as error:
            raise InputError(
                f"the HDF5 file cannot be read ({str(error)[:200]}).", path=source.path, hint="Save it again."
            ) from error


def _walk(file: Any, refused: list[str]) -> Iterator[tuple[str, Any]]:
    """Every dataset that hard links lead to, each once."""
    h5py = needed("h5py", "HDF5 and MATLAB 7.3 files")
    seen: set[Any] = set()
    waiting: list[tuple[str, Any, int]] = [("", file, 0)]
    while waiting:
        path, group, depth = waiting.pop()
        for key in group:
            if len(seen) >= _MAX_OBJECTS:
                refused.append(f"more than {_MAX_OBJECTS} objects")
                return
            name = f"{path}/{key}".lstrip("/")
            if not isinstance(group.get(key, getlink=True), h5py.HardLink):
                refused.append(f"{name} (a link)")
                continue
            node = group[key]
            identity = h5py.h5o.get_info(node.id).addr
            if identity in seen:
                continue
            seen.add(identity)
            if isinstance(node, h5py.Dataset):
                yield name, node
            # MATLAB keeps the contents of cells and objects in groups whose names begin with "#".
            elif isinstance(node, h5py.Group) and depth < _MAX_DEPTH and not key.startswith("#"):
                waiting.append((name, node, depth + 1))


def _why_not(node: Any) -> str:
    if node.shape is None:
        return "empty"
    if node.dtype.names in _COMPLEX:
        parts = {node.dtype[name] for name in node.dtype.names}
        why = "" if len(parts) == 1 and next(iter(parts)).kind == "f" else "a pair of different types"
    else:
        why = check_numbers(node.dtype)
    if why:
        return why
    if node.is_virtual:
        return "a virtual dataset, whose values lie in other files"
    if node.external:
        return "its values lie in other files"
    plist = node.id.get_create_plist()
    unknown = {plist.get_filter(k)[0] for k in range(plist.get_nfilters())} - _FILTERS
    return f"it needs the filter {min(unknown)}" if unknown else ""


def _number(dtype: np.dtype[Any]) -> np.dtype[Any]:
    if dtype.names is None:
        return dtype
    return np.dtype(f"c{2 * dtype[0].itemsize}")


def _dims(node: Any) -> tuple[str, ...]:
    """Labels of the dimensions, else the names of their scales; empty without any."""
    found = []
    for dim in node.dims:
        try:
            scale = dim[0].name if len(dim) else ""
            found.append(str(dim.label or scale.rpartition("/")[2]))
        except (RuntimeError, ValueError, KeyError, TypeError):
            found.append("")
    return tuple(found) if any(found) else ()


class _Reader:
    """Reads parts of one dataset; its compressed chunks are measured before the first is decoded."""

    def __init__(self, source: Source, name: str, budget: Budget) -> None:
        self._source, self._name, self._budget = source, name, budget
        self._measured = False

    def __call__(self, index: Index) -> Raw:
        with _opened(self._source) as file:
            node = file[self._name]
            if not self._measured:
                self._measure(node)
                self._measured = True
            values: Raw = node[index]
        if values.dtype.names is not None:
            real, imaginary = (values[name] for name in values.dtype.names)
            return np.asarray(real + 1j * imaginary)
        return values

    def _measure(self, node: Any) -> None:
        """Refuse chunks that take more memory than the budget, or than they declare."""
        if node.chunks is None:
            return
        declared = prod(node.chunks) * node.dtype.itemsize
        if declared > self._budget.max_array_bytes:
            raise self._bomb(f"a chunk takes {declared} bytes, more than {self._budget.max_array_bytes}")
        plist = node.id.get_create_plist()
        filters = [plist.get_filter(k)[0] for k in range(plist.get_nfilters())]
        for k in range(node.id.get_num_chunks()):
            chunk = node.id.get_chunk_info(k)
            if _LZF in filters and chunk.size * _LZF_GROWTH > self._budget.max_array_bytes:
                raise self._bomb("a compressed chunk is too large")
            # A chunk's mask names the filters that were left out for it.
            if _DEFLATE in filters and not chunk.filter_mask >> filters.index(_DEFLATE) & 1:
                data = node.id.read_direct_chunk(chunk.chunk_offset)[1]
                if deflated_size(data, declared + _CHECKSUM_BYTES) > declared + _CHECKSUM_BYTES:
                    raise self._bomb("a compressed chunk holds more than it declares")

    def _bomb(self, why: str) -> InputError:
        return InputError(
            f"{self._name}: {why}.", path=self._source.path, limit="max_array_bytes", hint="Store it anew."
        )
