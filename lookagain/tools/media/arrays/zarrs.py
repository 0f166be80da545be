"""Zarr arrays of version 2 and 3, in a folder or a ZIP archive.

Their metadata is checked here before the library sees it: codecs of the standard list only, no objects, no shards, and
no chunk that would decode to more than it declares.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lookagain.core.errors import ConfigError, InputError
from lookagain.tools.media.arrays.inflate import grows_beyond
from lookagain.tools.media.arrays.needs import needed
from lookagain.tools.media.arrays.tree import Tree
from lookagain.tools.media.arrays.values import Contents, Dataset, Index, Raw, check_numbers
from lookagain.tools.media.budget import Budget

__all__ = ["is_zarr", "read_zarr"]

_V2, _V3, _ATTRIBUTES = ".zarray", "zarr.json", ".zattrs"
_GROUPS = frozenset({_V2, _V3, ".zgroup"})
_METADATA = frozenset({*_GROUPS, _ATTRIBUTES, ".zmetadata"})
_MAX_METADATA_BYTES = 1 << 20
_MAX_ARRAYS = 1000
_COMPRESSORS = frozenset({"gzip", "zlib", "blosc", "zstd"})
#: Codecs of version 3 that change no size, or add a checksum.
_PLAIN = frozenset({"bytes", "transpose", "crc32c"})
_CHECKSUM_BYTES = 4


class _Codec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    name: str = ""
    id: str = ""


class _Grid(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    name: str
    configuration: dict[str, Any]


class _Version2(BaseModel):
    """``.zarray`` (Zarr storage specification 2)."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    shape: tuple[int, ...] = Field(max_length=32)
    chunks: tuple[int, ...] = Field(max_length=32)
    dtype: str
    compressor: _Codec | None
    filters: list[_Codec] | None


class _Version3(BaseModel):
    """``zarr.json`` of an array (Zarr core specification 3)."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    shape: tuple[int, ...] = Field(max_length=32)
    data_type: str
    chunk_grid: _Grid
    codecs: list[_Codec]
    dimension_names: list[str | None] | None = None
    storage_transformers: list[Any] = []


@dataclass(frozen=True, kw_only=True)
class _Array:
    """One array's metadata, checked; ``prefix`` is where its files begin."""

    prefix: str
    version: int
    shape: tuple[int, ...]
    chunks: tuple[int, ...]
    dtype: np.dtype[Any]
    codec: str
    dims: tuple[str, ...]

    @property
    def chunk_bytes(self) -> int:
        return prod(self.chunks) * self.dtype.itemsize


class _Refused(Exception):  # noqa: N818 (not an error of the run: the array is only left out)
    """Why an array is not read."""


def is_zarr(tree: Tree) -> bool:
    """Whether these files are a Zarr group or array, at the top or one folder below."""
    return any(name.rpartition("/")[2] in _GROUPS and name.count("/") <= 1 for name in tree.names)


def read_zarr(tree: Tree, path: Path, budget: Budget) -> Contents:
    """The arrays of numbers; each part is decoded when it is read."""
    datasets, refused = [], []
    found = [name for name in tree.names if name.rpartition("/")[2] in (_V2, _V3)]
    for name in found[:_MAX_ARRAYS]:
        prefix, _, file = name.rpartition("/")
        try:
            array = _version2(tree, prefix) if file == _V2 else _version3(tree, prefix)
        except (_Refused, ValidationError, ValueError, RecursionError) as error:
            refused.append(f"{prefix or 'the array'} ({_brief(error)})")
            continue
        if array is None:
            continue
        reader = _Reader(tree, path, array, budget)
        title = prefix or "array"
        datasets.append(Dataset(name=title, shape=array.shape, dtype=array.dtype, read=reader, dims=array.dims))
    return Contents(format="zarr", datasets=tuple(datasets), refused=tuple(refused))


def _brief(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"[:200]
    return str(error)[:200]


def _json(tree: Tree, name: str) -> Any:
    if tree.size(name) > _MAX_METADATA_BYTES:
        raise _Refused(f"{name} has {tree.size(name)} bytes")
    return json.loads(tree.read(name))


def _version2(tree: Tree, prefix: str) -> _Array:
    given = _Version2.model_validate(_json(tree, _join(prefix, _V2)))
    if given.filters:
        raise _Refused(f"filters {', '.join(codec.id for codec in given.filters)}")
    attributes = _json(tree, _join(prefix, _ATTRIBUTES)) if _join(prefix, _ATTRIBUTES) in tree.names else {}
    dims = attributes.get("_ARRAY_DIMENSIONS") if isinstance(attributes, dict) else None
    codec = given.compressor.id if given.compressor else ""
    return _checked(prefix, 2, shape=given.shape, chunks=given.chunks, dtype=given.dtype, codec=codec, dims=dims)


def _version3(tree: Tree, prefix: str) -> _Array | None:
    stored = _json(tree, _join(prefix, _V3))
    if not isinstance(stored, dict) or stored.get("node_type") != "array":
        return None
    given = _Version3.model_validate(stored)
    if given.storage_transformers or given.chunk_grid.name != "regular":
        raise _Refused("not a regular grid of chunks")
    names = [codec.name.removeprefix("numcodecs.") for codec in given.codecs]
    if any(name != codec.name for name, codec in zip(names, given.codecs, strict=True)):
        raise _Refused("codecs outside the standard list")
    compressors = [name for name in names if name not in _PLAIN]
    if len(compressors) > 1:
        raise _Refused(f"codecs {', '.join(names)}")
    chunks = _Version2.model_validate(
        {"shape": given.shape, "chunks": given.chunk_grid.configuration.get("chunk_shape"), "dtype": given.data_type}
        | {"compressor": None, "filters": None}
    ).chunks
    codec = compressors[0] if compressors else ""
    attributes = stored.get("attributes")
    old = attributes.get("_ARRAY_DIMENSIONS") if isinstance(attributes, dict) else None
    return _checked(
        prefix,
        3,
        shape=given.shape,
        chunks=chunks,
        dtype=given.data_type,
        codec=codec,
        dims=given.dimension_names or old,
    )


def _checked(
    prefix: str, version: int, *, shape: tuple[int, ...], chunks: tuple[int, ...], dtype: str, codec: str, dims: Any
) -> _Array:
    if codec and codec not in _COMPRESSORS:
        raise _Refused(f"the codec {codec[:40]}, expected one of {', '.join(sorted(_COMPRESSORS))}")
    if len(chunks) != len(shape) or any(size < 0 for size in shape) or any(size < 1 for size in chunks):
        raise _Refused(f"shape {shape} with chunks {chunks}")
    try:
        kind = np.dtype(dtype)
    except TypeError as error:
        raise _Refused(f"its type is {dtype[:40]}") from error
    why = check_numbers(kind)
    if why:
        raise _Refused(why)
    named = isinstance(dims, list) and len(dims) == len(shape)
    return _Array(
        prefix=prefix,
        version=version,
        shape=shape,
        chunks=chunks,
        dtype=kind,
        codec=codec,
        dims=tuple(str(name or "") for name in dims) if named else (),
    )


def _join(prefix: str, name: str) -> str:
    return f"{prefix}/{name}" if prefix else name


class _Reader:
    """Reads parts of one array; its chunks are measured before the first is decoded."""

    def __init__(self, tree: Tree, path: Path, array: _Array, budget: Budget) -> None:
        self._tree, self._path, self._array, self._budget = tree, path, array, budget
        self._measured = False

    def __call__(self, index: Index) -> Raw:
        zarr = needed("zarr", "Zarr arrays")
        if not self._measured:
            self._measure()
            self._measured = True
        storage = zarr.storage
        try:
            folder = self._path.is_dir()
            store = storage.LocalStore(self._path, read_only=True) if folder else storage.ZipStore(self._path, mode="r")
            with store:
                opened = zarr.open_array(store, path=self._array.prefix, mode="r", zarr_format=self._array.version)
                values: Raw = np.asarray(opened[index])
        except (InputError, ConfigError):
            raise
        # What the library and its codecs raise on broken chunks is not listed anywhere.
        except Exception as error:
            raise self._wrong(f"cannot be read ({str(error)[:200]})") from error
        return values

    def _measure(self) -> None:
        array, most = self._array, self._budget.max_array_bytes
        if array.chunk_bytes > most:
            raise self._wrong(f"a chunk takes {array.chunk_bytes} bytes, more than max_array_bytes={most}")
        start = _join(array.prefix, "")
        for name in self._tree.names:
            if not name.startswith(start) or name.rpartition("/")[2] in _METADATA:
                continue
            try:
                whole = array.chunk_bytes + _CHECKSUM_BYTES
                if array.codec and grows_beyond(array.codec, self._tree.read(name), whole):
                    raise self._wrong(f"the chunk {name} holds more than it declares")
            except ValueError as error:
                raise self._wrong(f"{name}: {error}") from error

    def _wrong(self, why: str) -> InputError:
        title = self._array.prefix or "the array"
        return InputError(f"{title}: {why}.", path=self._path, limit="max_array_bytes", hint="Store it anew.")
