"""Which files a command line means."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from lookagain.core.errors import InputError

__all__ = ["ARRAYS", "PICTURES", "TABLES", "VIDEOS", "find_inputs", "is_array"]

#: Endings that are looked for in folders; a file that is named itself is taken whatever its ending.
VIDEOS = frozenset({".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".ogv", ".wmv"})
#: Endings that mean a table of measured points.
TABLES = frozenset({".csv"})
#: Endings that mean frames of a field.
ARRAYS = frozenset({".npy", ".npz", ".mat", ".h5", ".hdf5", ".nc", ".zarr", ".tif", ".tiff"})
#: Endings of single pictures, of which a folder may be a stack.
PICTURES = frozenset({".png", ".tif", ".tiff"})
_ZARR = frozenset({"zarr.json", ".zgroup", ".zarray"})
#: A folder of at least so many pictures is one stack of frames.
_LEAST_FRAMES = 8


def is_array(path: Path) -> bool:
    """Whether a path means frames of a field: by its ending, or as a folder of pictures or a Zarr folder."""
    if not path.is_dir():
        return path.suffix.lower() in ARRAYS
    names = {entry.name for entry in path.iterdir()}
    pictures = sum(Path(name).suffix.lower() in PICTURES and not name.startswith(".") for name in names)
    return bool(names & _ZARR) or pictures >= _LEAST_FRAMES


def find_inputs(
    paths: Iterable[Path],
    *,
    suffixes: frozenset[str],
    skip: Path | None = None,
    whole: Callable[[Path], bool] | None = None,
) -> list[Path]:
    """Files as given, then the files of folders that end in one of ``suffixes``: absolute, sorted, each once.

    Folders are searched to the bottom, except hidden ones, run folders, ``skip``, and links to folders. A folder that
    is ``whole``, wherever it lies, is an input itself. Raises ``InputError`` for a path that does not exist and for a
    folder without an input.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir() and whole is not None and whole(path):
            found[Path(os.path.normpath(path.absolute()))] = None
        elif path.is_dir():
            inside = list(_search(path.absolute(), suffixes, skip, whole))
            if not inside:
                endings = ", ".join(sorted(suffixes))
                raise InputError("no input in this folder.", path=path, hint=f"Looked for {endings}.")
            found.update(dict.fromkeys(inside))
        elif path.exists():
            found[Path(os.path.normpath(path.absolute()))] = None
        else:
            raise InputError("no such file or folder.", path=path, hint="Check the path.")
    return list(found)


def _search(
    folder: Path, suffixes: frozenset[str], skip: Path | None, whole: Callable[[Path], bool] | None
) -> Iterator[Path]:
    avoid = None if skip is None else skip.resolve()
    for at, folders, names in os.walk(os.path.normpath(folder)):
        here = Path(at)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not _ours(here / name, avoid))
        taken = [name for name in folders if whole is not None and whole(here / name)]
        yield from (here / name for name in taken)
        folders[:] = [name for name in folders if name not in taken]
        for name in sorted(names):
            if Path(name).suffix.lower() in suffixes and not name.startswith("."):
                yield here / name


def _ours(folder: Path, avoid: Path | None) -> bool:
    """Whether the folder holds what an earlier batch or run has written."""
    return folder.resolve() == avoid or ((folder / "task.json").exists() and (folder / "journal.sqlite").exists())
