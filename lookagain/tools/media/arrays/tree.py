"""Folders and archives as named files: what a Zarr array or an image stack consists of."""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lookagain.core.errors import InputError
from lookagain.tools.media.budget import Budget
from lookagain.tools.media.source import Source, open_regular, resolve

__all__ = ["Archive", "Folder", "Tree", "folder_of"]

_MAX_DEPTH = 32


class Tree(Protocol):
    """Named files that can be read."""

    @property
    def names(self) -> tuple[str, ...]:
        """The files' names, relative, with slashes, sorted."""
        ...

    def size(self, name: str) -> int:
        """Bytes of a file."""
        ...

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises ``InputError``."""
        ...


@dataclass(frozen=True, kw_only=True)
class Folder:
    """The regular files below a folder; ``sizes`` by name. Hidden folders and files count, links are refused."""

    path: Path
    sizes: dict[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        """The files' names, sorted."""
        return tuple(self.sizes)

    def size(self, name: str) -> int:
        """Bytes of a file, as declared."""
        return self.sizes[name]

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises ``InputError``."""
        stream, _ = open_regular(self.path / name)
        with stream:
            data = stream.read(self.sizes[name] + 1)
        if len(data) != self.sizes[name]:
            raise InputError("the file changed while it was in use.", path=self.path / name, hint="Open it again.")
        return data

    def sha256(self) -> str:
        """SHA-256 over the names and the SHA-256 of each file, in hex."""
        hasher = hashlib.sha256()
        for name in self.names:
            stream, _ = open_regular(self.path / name)
            with stream:
                part = hashlib.file_digest(stream, "sha256").digest()
            hasher.update(name.encode("utf-8", "surrogateescape") + b"\0" + part)
        return hasher.hexdigest()


def folder_of(path: str | Path, *, root: Path | None, budget: Budget) -> Folder:
    """The folder inside the jail. Raises ``InputError`` for links and special files in it, or over the budget."""
    real = resolve(path, root)
    sizes: dict[str, int] = {}
    total = 0
    waiting = [(real, 0)]
    try:
        while waiting:
            here, depth = waiting.pop()
            with os.scandir(here) as entries:
                for entry in entries:
                    where = Path(entry.path)
                    if entry.is_dir(follow_symlinks=False) and depth < _MAX_DEPTH:
                        waiting.append((where, depth + 1))
                        continue
                    if not entry.is_file(follow_symlinks=False):
                        raise InputError("expected plain files in folders of moderate depth.", path=where)
                    sizes[where.relative_to(real).as_posix()] = entry.stat(follow_symlinks=False).st_size
                    total += sizes[where.relative_to(real).as_posix()]
                    if total > budget.max_bytes or len(sizes) > budget.max_frames:
                        limit = "max_bytes" if total > budget.max_bytes else "max_frames"
                        raise InputError(
                            f"the folder holds more than {limit}={getattr(budget, limit)}.",
                            path=real,
                            limit=limit,
                            hint=f"Give a smaller part of it, or raise Budget.{limit}.",
                        )
    except OSError as error:
        raise InputError(f"the folder cannot be read ({error.strerror}).", path=real) from error
    if not sizes:
        raise InputError("the folder is empty.", path=real, hint="Name a folder of images, or a Zarr array.")
    return Folder(path=real, sizes=dict(sorted(sizes.items())))


class Archive:
    """The files of a ZIP archive, none larger than ``max_array_bytes``, together within ``max_bytes``."""

    def __init__(self, source: Source, budget: Budget) -> None:
        self._source = source
        try:
            with source.open() as stream, zipfile.ZipFile(stream) as archive:
                members = [member for member in archive.infolist() if not member.is_dir()]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise InputError(f"the archive cannot be read ({error}).", path=source.path) from error
        self._sizes = {member.filename: member.file_size for member in sorted(members, key=lambda one: one.filename)}
        if len(self._sizes) != len(members) or len(members) > budget.max_frames:
            raise InputError("the archive holds too many files, or two of one name.", path=source.path)
        if (
            max(self._sizes.values(), default=0) > budget.max_array_bytes
            or sum(self._sizes.values()) > budget.max_bytes
        ):
            raise InputError(
                f"the archive unpacks to more than max_array_bytes={budget.max_array_bytes} a file or "
                f"max_bytes={budget.max_bytes} in all.",
                path=source.path,
                limit="max_array_bytes",
                hint="Give a smaller part of it.",
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The files' names, sorted."""
        return tuple(self._sizes)

    def size(self, name: str) -> int:
        """Bytes of a file, as declared."""
        return self._sizes[name]

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises ``InputError``."""
        try:
            with self._source.open() as stream, zipfile.ZipFile(stream) as archive, archive.open(name) as part:
                return part.read()
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, KeyError) as error:
            raise InputError(f"{name} cannot be read ({error}).", path=self._source.path) from error
