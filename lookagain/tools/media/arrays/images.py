"""Stacks of pictures: the pages of one TIFF, or the PNG and TIFF files of a folder in natural order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from PIL import Image as Pillow

from lookagain.core.errors import InputError
from lookagain.tools.media.arrays.tree import Folder
from lookagain.tools.media.arrays.values import Contents, Dataset, Index, Raw
from lookagain.tools.media.budget import Budget
from lookagain.tools.media.image import BROKEN
from lookagain.tools.media.source import Source, locate

__all__ = ["is_image_stack", "natural", "read_folder", "read_pages"]

_ENDINGS = frozenset({".png", ".tif", ".tiff"})
#: Pillow's modes as numbers: grey of 8, 16 and 32 bits, single precision, colour. Others are turned into colour.
_GREY: dict[str, str] = {"L": "u1", "1": "u1", "I;16": "u2", "I;16L": "u2", "I;16B": "u2", "I": "i4", "F": "f4"}
_NUMBER = re.compile(r"(\d+)")


def natural(name: str) -> tuple[tuple[int, str | int], ...]:
    """A key that sorts ``frame2`` before ``frame10``."""
    parts = _NUMBER.split(name.lower())
    return tuple((1, int(part)) if k % 2 else (0, part) for k, part in enumerate(parts))


def is_image_stack(folder: Folder) -> bool:
    """Whether a folder holds pictures itself."""
    return bool(_pictures(folder))


def read_folder(folder: Folder, budget: Budget) -> Contents:
    """The pictures of a folder, one a frame; other files are left alone."""
    names = _pictures(folder)
    refused = len(folder.names) - len(names)
    sources = [locate(folder.path / name, root=None, budget=budget) for name in names]

    def pictures(start: int, stop: int) -> Iterator[Raw]:
        for source in sources[start:stop]:
            with _opened(source, budget) as picture:
                yield _values(picture)

    contents = _stack(pictures, len(names), "images", sources[0])
    return Contents(
        format="images",
        datasets=contents.datasets,
        refused=(f"{refused} files that are no PNG or TIFF",) if refused else (),
    )


def read_pages(source: Source, budget: Budget) -> Contents:
    """The pages of a TIFF, one a frame."""
    with _opened(source, budget) as picture:
        count = _pages(picture, source, budget)

    def pictures(start: int, stop: int) -> Iterator[Raw]:
        with _opened(source, budget) as picture:
            for page in range(start, stop):
                picture.seek(page)
                _check_size(picture, source, budget)
                yield _values(picture)

    return _stack(pictures, count, "tiff", source)


def _pictures(folder: Folder) -> list[str]:
    found = [
        name
        for name in folder.names
        if "/" not in name and not name.startswith(".") and PurePosixPath(name).suffix.lower() in _ENDINGS
    ]
    return sorted(found, key=lambda name: (natural(name), name))


def _stack(pictures: Callable[[int, int], Iterator[Raw]], count: int, format: Any, source: Source) -> Contents:
    first = next(pictures(0, 1))

    def read(index: Index) -> Raw:
        start, stop, _ = index[0].indices(count)
        values = np.empty((max(0, stop - start), *first.shape), dtype=first.dtype)
        for row, picture in enumerate(pictures(start, stop)):
            if picture.shape != first.shape or picture.dtype != first.dtype:
                raise InputError(
                    f"picture {start + row} is {picture.shape} of {picture.dtype}, the first {first.shape} of "
                    f"{first.dtype}.",
                    path=source.path,
                    hint="Save all at one size and type.",
                )
            values[row] = picture
        return values[(slice(None), *index[1:])]

    dims = ("t", "y", "x") if first.ndim == 2 else ("t", "y", "x", "c")
    shape = (count, *first.shape)
    return Contents(
        format=format, datasets=(Dataset(name="pictures", shape=shape, dtype=first.dtype, read=read, dims=dims),)
    )


@contextmanager
def _opened(source: Source, budget: Budget) -> Iterator[Pillow.Image]:
    try:
        with source.open() as stream, Pillow.open(stream, formats=["PNG", "TIFF"]) as picture:
            _check_size(picture, source, budget)
            yield picture
    except InputError:
        raise
    except BROKEN as error:
        raise InputError(
            f"a picture cannot be decoded ({type(error).__name__}: {error}).",
            path=source.path,
            hint="It is damaged or truncated: export it again.",
        ) from error


def _pages(picture: Pillow.Image, source: Source, budget: Budget) -> int:
    """Counted one by one, so that a chain that never ends meets the budget."""
    for count in range(1, budget.max_frames + 1):
        try:
            picture.seek(count)
        except EOFError:
            return count
    raise InputError(f"more than max_frames={budget.max_frames} pages.", path=source.path, limit="max_frames")


def _check_size(picture: Pillow.Image, source: Source, budget: Budget) -> None:
    width, height = picture.size
    if width * height > budget.max_pixels:
        raise InputError(
            f"a picture is {width}x{height} pixels, more than max_pixels={budget.max_pixels}.",
            path=source.path,
            limit="max_pixels",
            hint="Scale it down, or raise Budget.max_pixels.",
        )


def _values(picture: Pillow.Image) -> Raw:
    """Grey values (h, w) as they are stored, or RGB (h, w, 3)."""
    kind = _GREY.get(picture.mode)
    if kind is None:
        return np.asarray(picture.convert("RGB"), dtype=np.uint8)
    values: Raw = np.asarray(picture.convert("L") if picture.mode == "1" else picture)
    return values.astype(kind, copy=False)
