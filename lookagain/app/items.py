"""Which files a command line means."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lookagain.core.errors import InputError

__all__ = ["TABLES", "VIDEOS", "Source", "Together", "find_inputs"]

#: Endings that are looked for in folders; a file that is named itself is taken whatever its ending.
VIDEOS = frozenset({".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".ogv", ".wmv"})
#: Endings that mean a table of measured points.
TABLES = frozenset({".csv"})


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
