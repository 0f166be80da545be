"""Which files a command line means."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from lookagain.core.errors import InputError

__all__ = ["TABLES", "VIDEOS", "find_inputs"]

#: Endings that are looked for in folders; a file that is named itself is taken whatever its ending.
VIDEOS = frozenset({".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".ogv", ".wmv"})
#: Endings that mean a table of measured points.
TABLES = frozenset({".csv"})


def find_inputs(paths: Iterable[Path], *, suffixes: frozenset[str], skip: Path | None = None) -> list[Path]:
    """Files as given, then the files of folders that end in one of ``suffixes``: absolute, sorted, each once.

    Folders are searched to the bottom, except hidden ones, run folders, ``skip``, and links to folders. Raises
    ``InputError`` for a path that does not exist and for a folder without such a file.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = list(_search(path.absolute(), suffixes, skip))
            if not inside:
                endings = ", ".join(sorted(suffixes))
                raise InputError("no input in this folder.", path=path, hint=f"Looked for {endings}.")
            found.update(dict.fromkeys(inside))
        elif path.exists():
            found[Path(os.path.normpath(path.absolute()))] = None
        else:
            raise InputError("no such file or folder.", path=path, hint="Check the path.")
    return list(found)


def _search(folder: Path, suffixes: frozenset[str], skip: Path | None) -> Iterator[Path]:
    avoid = None if skip is None else skip.resolve()
    for at, folders, names in os.walk(os.path.normpath(folder)):
        here = Path(at)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not _ours(here / name, avoid))
        for name in sorted(names):
            if Path(name).suffix.lower() in suffixes and not name.startswith("."):
                yield here / name


def _ours(folder: Path, avoid: Path | None) -> bool:
    """Whether the folder holds what an earlier batch or run has written."""
    return folder.resolve() == avoid or ((folder / "task.json").exists() and (folder / "journal.sqlite").exists())
