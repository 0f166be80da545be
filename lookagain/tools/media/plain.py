"""Files that are neither image nor video: tables, texts, scene files. Same jail, same byte budget, no sniffing."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lookagain.core.errors import InputError
from lookagain.tools.media.budget import Budget
from lookagain.tools.media.source import open_regular, resolve

__all__ = ["read_bytes", "read_plain", "sha256_plain"]

#: A table or a scene of more bytes than this is not read whole.
MAX_TEXT_BYTES = 64 * 1024 * 1024


def read_plain(path: str | Path, *, root: Path | None, budget: Budget) -> str:
    """The file as UTF-8 text (a byte-order mark is dropped). Raises ``InputError``."""
    real, data = _read(path, root, budget)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"expected UTF-8 text, byte {error.start} is {data[error.start]:#04x}.",
            path=real,
            hint="Save it as UTF-8.",
        ) from error


def read_bytes(path: str | Path, *, root: Path | None, budget: Budget) -> bytes:
    """The file's bytes. Raises ``InputError``."""
    return _read(path, root, budget)[1]


def sha256_plain(path: str | Path, *, root: Path | None, budget: Budget) -> str:
    """SHA-256 of the file's bytes, in hex. Raises ``InputError``."""
    return hashlib.sha256(_read(path, root, budget)[1]).hexdigest()


def _read(path: str | Path, root: Path | None, budget: Budget) -> tuple[Path, bytes]:
    real = resolve(path, root)
    stream, status = open_regular(real)
    limit = min(budget.max_bytes, MAX_TEXT_BYTES)
    with stream:
        if status.st_size > limit:
            raise InputError(
                f"the file has {status.st_size} bytes, more than {limit}.",
                path=real,
                limit="max_bytes",
                hint="Give a smaller part of it.",
            )
        data = stream.read(limit + 1)
    if not data:
        raise InputError("the file is empty.", path=real, hint="Copy or record it again.")
    return real, data
