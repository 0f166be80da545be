"""Which files a command line means."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lookagain.core.errors import InputError

__all__ = ["ARRAYS", "PICTURES", "SCENES", "TABLES", "VIDEOS", "Asked", "Source", "Together", "find_inputs", "is_array"]

#: Endings that are looked for in folders; a file that is named itself is taken whatever its ending.
VIDEOS = frozenset({".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".ogv", ".wmv"})
#: Endings that mean a table of measured points.
TABLES = frozenset({".csv"})
#: Endings that mean frames of a field.
ARRAYS = frozenset({".npy", ".npz", ".mat", ".h5", ".hdf5", ".nc", ".zarr", ".tif", ".tiff"})
#: Endings of single pictures, of which a folder may be a stack.
PICTURES = frozenset({".png", ".tif", ".tiff"})
#: Endings that mean a scene of rooms and objects.
SCENES = frozenset({".json", ".glb", ".gltf"})
_ZARR = frozenset({"zarr.json", ".zgroup", ".zarray"})
#: A folder of at least so many pictures is one stack of frames.
_LEAST_FRAMES = 8


class Source(Protocol):
    """What an item of a batch is made of: a file (any ``Path``), or several; ``str`` names all of it."""

    @property
    def name(self) -> str:
        """A short name, for people."""
        ...

    @property
    def stem(self) -> str:
        """A short name without an ending, for the run folder."""
        ...


@dataclass(frozen=True)
class Together:
    """Several files that make one item."""

    paths: tuple[Path, ...]

    @property
    def name(self) -> str:
        """The first file's name, and how many more there are."""
        return self.paths[0].name + (f" + {len(self.paths) - 1} more" if len(self.paths) > 1 else "")

    @property
    def stem(self) -> str:
        """The first file's stem, and how many more there are."""
        return self.paths[0].stem + (f"-and-{len(self.paths) - 1}-more" if len(self.paths) > 1 else "")

    def __str__(self) -> str:
        return " + ".join(map(str, self.paths))


@dataclass(frozen=True)
class Asked:
    """One of several things asked of the same file: what is asked, and a short name for it."""

    path: Path
    text: str
    label: str

    @property
    def name(self) -> str:
        """The file's name, and what is asked."""
        return f"{self.path.name}: {self.text}"

    @property
    def stem(self) -> str:
        """The file's stem, and the short name."""
        return f"{self.path.stem}-{self.label}"

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


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
