"""Opening an array: from a path to a stack, by what the content is."""

from __future__ import annotations

from pathlib import Path

from lookagain.core.errors import InputError
from lookagain.tools.media.arrays.choose import stack_of
from lookagain.tools.media.arrays.hdf5 import read_hdf5
from lookagain.tools.media.arrays.images import is_image_stack, read_folder, read_pages
from lookagain.tools.media.arrays.mat import read_mat
from lookagain.tools.media.arrays.plain import read_npy, read_npz
from lookagain.tools.media.arrays.tree import Archive, Folder, folder_of
from lookagain.tools.media.arrays.values import Contents, Stack
from lookagain.tools.media.arrays.zarrs import is_zarr, read_zarr
from lookagain.tools.media.budget import Budget
from lookagain.tools.media.source import Source, locate, resolve

__all__ = ["hash_array", "open_array"]


def open_array(path: str | Path, *, root: Path | None, budget: Budget, axes: str = "", dataset: str = "") -> Stack:
    """The stack of frames that the file or folder holds; see ``MediaDoor.array``."""
    real = resolve(path, root)
    if real.is_dir():
        folder = folder_of(path, root=root, budget=budget)
        contents, sha256 = _of_folder(folder, budget), folder.sha256()
    else:
        source = locate(path, root=root, budget=budget)
        source.need("array")
        contents, sha256 = _of_file(source, budget), source.sha256()
    return stack_of(contents, path=real, sha256=sha256, axes=axes, dataset=dataset, budget=budget)


def hash_array(path: str | Path, *, root: Path | None, budget: Budget) -> str:
    """SHA-256 of a file's bytes, or over the names and contents of a folder."""
    if resolve(path, root).is_dir():
        return folder_of(path, root=root, budget=budget).sha256()
    source = locate(path, root=root, budget=budget)
    source.need("array")
    return source.sha256()


def _of_folder(folder: Folder, budget: Budget) -> Contents:
    if is_zarr(folder):
        return read_zarr(folder, folder.path, budget)
    if is_image_stack(folder):
        return read_folder(folder, budget)
    raise InputError(
        "expected a Zarr array or PNG or TIFF images in this folder.",
        path=folder.path,
        limit="format",
        hint="Name the folder that holds the images themselves.",
    )


def _of_file(source: Source, budget: Budget) -> Contents:
    match source.sniffed.format:
        case "npy":
            return read_npy(source)
        case "mat":
            return read_mat(source, budget)
        case "hdf5":
            return read_hdf5(source, budget)
        case "zip":
            archive = Archive(source, budget)
            return read_zarr(archive, source.path, budget) if is_zarr(archive) else read_npz(source, budget)
        case _:
            return read_pages(source, budget)
