"""NumPy's own files: ``.npy``, mapped into memory, and ``.npz``. Nothing is ever unpickled."""

from __future__ import annotations

import zipfile
import zlib
from functools import cache
from io import BufferedReader
from math import prod
from typing import IO, Any, NamedTuple, cast

import numpy as np
from numpy.lib import format as npy

from lookagain.core.errors import InputError
from lookagain.tools.media.arrays.values import Contents, Dataset, Index, Raw, check_numbers
from lookagain.tools.media.budget import Budget
from lookagain.tools.media.source import Source

__all__ = ["read_npy", "read_npz"]

_MAX_MEMBERS = 1000
_DAMAGED = (ValueError, OSError, EOFError, KeyError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)


class _Header(NamedTuple):
    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]

    @property
    def size_bytes(self) -> int:
        return prod(self.shape) * self.dtype.itemsize


def read_npy(source: Source) -> Contents:
    """The one array, mapped: only what is looked at is read."""
    with source.open() as stream:
        header = _header(stream, source)
        offset = stream.tell()
    refused = check_numbers(header.dtype)
    if refused:
        return Contents(format="npy", datasets=(), refused=(f"the array ({refused})",))
    if offset + header.size_bytes > source.size_bytes or not header.size_bytes:
        raise _broken(source, f"{header.size_bytes} bytes of values declared, {source.size_bytes - offset} found")

    def read(index: Index) -> Raw:
        with source.open() as stream:
            size = (prod(header.shape),)
            flat: Raw = np.memmap(cast(Any, stream), dtype=header.dtype, mode="r", offset=offset, shape=size)
        return flat.reshape(header.shape, order="F" if header.fortran else "C")[index]

    return Contents(format="npy", datasets=(_dataset("array", header, read),))


def read_npz(source: Source, budget: Budget) -> Contents:
    """The arrays of the archive; each is decoded when it is first read, within ``max_array_bytes``."""
    datasets, refused = [], []
    with source.open() as stream, _archive(stream, source) as archive:
        members = [member for member in archive.infolist() if member.filename.endswith(".npy")]
        if len(members) > _MAX_MEMBERS or len({member.filename for member in members}) != len(members):
            raise _broken(source, f"{len(members)} arrays, some of one name or more than {_MAX_MEMBERS}")
        for member in members:
            name = member.filename.removesuffix(".npy")
            try:
                with archive.open(member) as part:
                    header = _header(part, source)
                    start = part.tell()
            except _DAMAGED as error:
                raise _broken(source, f"{name}: {error}") from error
            why = check_numbers(header.dtype)
            if not why and start + header.size_bytes != member.file_size:
                why = "its declared size is not that of its values"
            if why:
                refused.append(f"{name} ({why})")
            else:
                datasets.append(_dataset(name, header, _member_reader(source, member.filename, header, budget)))
    return Contents(format="npz", datasets=tuple(datasets), refused=tuple(refused))


def _member_reader(source: Source, member: str, header: _Header, budget: Budget) -> Any:
    @cache
    def decoded() -> Raw:
        if header.size_bytes > budget.max_array_bytes:
            raise InputError(
                f"{member} takes {header.size_bytes} bytes, more than max_array_bytes={budget.max_array_bytes}.",
                path=source.path,
                limit="max_array_bytes",
                hint="Save it as .npy, which is read in parts, or raise Budget.max_array_bytes.",
            )
        try:
            with source.open() as stream, _archive(stream, source) as archive, archive.open(member) as part:
                _header(part, source)
                data = part.read(header.size_bytes)
            values: Raw = np.frombuffer(data, dtype=header.dtype)
            return values.reshape(header.shape, order="F" if header.fortran else "C")
        except _DAMAGED as error:
            raise _broken(source, f"{member}: {error}") from error

    return lambda index: decoded()[index]


def _header(stream: IO[bytes] | BufferedReader, source: Source) -> _Header:
    """The array's header, which NumPy reads as a literal with a cap on its length."""
    try:
        version = npy.read_magic(stream)
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
        shape, fortran, dtype = read(stream)
        if any(size < 0 for size in shape):
            raise ValueError(f"negative shape {shape}")
    # What NumPy's reader of a literal raises on text that is none is not listed anywhere.
    except Exception as error:
        raise _broken(source, f"not an array header ({error})") from error
    return _Header(shape, fortran, dtype)


def _archive(stream: BufferedReader, source: Source) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except _DAMAGED as error:
        raise _broken(source, str(error)) from error


def _dataset(name: str, header: _Header, read: Any) -> Dataset:
    return Dataset(name=name, shape=header.shape, dtype=header.dtype, read=read)


def _broken(source: Source, why: str) -> InputError:
    return InputError(f"the array file cannot be read: {why[:200]}.", path=source.path, hint="Save it again.")
