"""From a path to an open regular file inside the jail, with the identity of its bytes."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from lookagain.core.errors import InputError
from lookagain.tools.media.budget import Budget
from lookagain.tools.media.sniff import HEAD_BYTES, Sniffed, describe, sniff
from lookagain.tools.media.values import Kind

__all__ = ["Source", "is_address", "locate", "open_regular", "resolve"]

_URL = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.\-]*:/|data:)")
_ALLOWED = {
    "image": "png, jpeg, webp, bmp, tiff or gif",
    "video": "mp4, mov, mkv, webm, avi or gif",
    "array": "npy, npz, mat, hdf5, zarr, multi-page tiff or a folder of png or tiff",
}


@dataclass(frozen=True, kw_only=True)
class Source:
    """A regular file that passed the jail, the byte budget and the format allowlist.

    Every ``open`` checks that the file is still the one that was looked at (inode, size, time of change).
    """

    path: Path
    sniffed: Sniffed
    size_bytes: int
    identity: tuple[int, int, int, int]

    def open(self) -> BufferedReader:
        """The file, opened for reading only; ``InputError`` if it is not the same file any more."""
        stream, status = open_regular(self.path)
        if _identity(status) != self.identity:
            stream.close()
            raise InputError(
                "the file changed while it was in use.",
                path=self.path,
                hint="Let no other program write to it, and open it again.",
            )
        return stream

    def sha256(self) -> str:
        """SHA-256 of the original bytes, in hex."""
        with self.open() as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def need(self, kind: Kind) -> None:
        """``InputError`` unless the file can be read as ``kind``."""
        if kind not in self.sniffed.kinds:
            raise InputError(
                f"expected {kind} ({_ALLOWED[kind]}), but the content is {self.sniffed.format}.",
                path=self.path,
                limit="format",
                hint=f"Give it where {' or '.join(self.sniffed.kinds)} input is asked for, or convert it.",
            )


def locate(path: str | Path, *, root: Path | None, budget: Budget) -> Source:
    """Find ``path`` (relative paths start at ``root``), open it once, look at its head and let it pass.

    Raises ``InputError`` for an address, a path or symbolic link that leaves ``root``, anything that is not a
    readable regular file, an empty file, one over ``budget.max_bytes``, or content outside the allowlist.
    """
    real = resolve(path, root)
    stream, status = open_regular(real)
    with stream:
        if status.st_size > budget.max_bytes:
            raise InputError(
                f"the file has {status.st_size} bytes, more than max_bytes={budget.max_bytes}.",
                path=real,
                limit="max_bytes",
                hint="Shorten or re-encode it, or raise Budget.max_bytes.",
            )
        try:
            head = stream.read(HEAD_BYTES)
        except OSError as error:
            raise InputError(f"the file cannot be read ({error.strerror}).", path=real) from error
    if not head:
        raise InputError("the file is empty.", path=real, hint="Copy or record it again.")
    sniffed = sniff(head)
    if sniffed is None:
        raise InputError(
            f"expected {_ALLOWED['video']} video, {_ALLOWED['image']} image or {_ALLOWED['array']} array, "
            f"got {describe(head)}.",
            path=real,
            limit="format",
            hint="Convert it to mp4, png or npy; the content counts, not the file's name.",
        )
    return Source(path=real, sniffed=sniffed, size_bytes=status.st_size, identity=_identity(status))


def is_address(path: str | Path) -> bool:
    """Whether this is an address such as ``https://...`` rather than a path."""
    return _URL.match(os.fspath(path)) is not None


def resolve(path: str | Path, root: Path | None) -> Path:
    """The real path, inside ``root`` if there is one. Raises ``InputError`` for addresses and for paths that leave."""
    text = os.fspath(path)
    if is_address(text):
        raise InputError(f"{text[:80]!r} is an address, and only local files are read.", hint="Download it first.")
    try:
        base = None if root is None else root.resolve(strict=True)
        real = (Path(text) if base is None else base / text).resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"not a usable path ({error}).", path=text[:200], hint="Check the path.") from error
    if base is not None and not real.is_relative_to(base):
        raise InputError(
            f"the path leads outside the allowed folder {base}.",
            path=text,
            limit="root",
            hint="Move the file into that folder, or allow another root.",
        )
    return real


def open_regular(path: Path) -> tuple[BufferedReader, os.stat_result]:
    """A regular file opened for reading only, and its status. Raises ``InputError`` for anything else."""
    flags = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError as error:
        raise InputError("no such file.", path=path, hint="Check the path.") from error
    except PermissionError as error:
        raise InputError("no permission to read it.", path=path, hint="Check owner and mode.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be opened ({error}).", path=path, hint="Check the path.") from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise InputError(f"expected a file, this is {kind}.", path=path, hint="Name one file.")
    return os.fdopen(descriptor, "rb"), status


def _identity(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
