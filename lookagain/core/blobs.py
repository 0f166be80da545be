"""Content-addressed store for everything that is not small JSON: media, arrays, pictures.

A blob is named by the SHA-256 of its bytes, so writing it twice is writing it once, and a reference in a
checkpoint can never point at changed content.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from pathlib import Path
from typing import Annotated

from pydantic import Field

from lookagain.core.errors import RunError
from lookagain.core.values import Value

__all__ = ["BlobRef", "BlobStore", "sha256_of_file", "write_atomic"]

_CHUNK = 1 << 20


class BlobRef(Value):
    """A reference to a blob: its hash, size in bytes, media type and a name for people."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size: int
    media_type: str
    name: str

    @property
    def relative_path(self) -> Path:
        """Where the blob lies inside a run folder."""
        return Path("blobs") / self.sha256[:2] / self.sha256


def sha256_of_file(path: Path) -> str:
    """SHA-256 (hexadecimal) of a file's bytes, read in chunks."""
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hasher.update(chunk)
    return hasher.hexdigest()


def write_atomic(path: Path, data: bytes) -> None:
    """Write ``data`` so that a reader, also after a kill, sees all of it or the previous content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


class BlobStore:
    """Blobs under ``folder / "blobs"``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes, *, media_type: str, name: str) -> BlobRef:
        """Store bytes. Storing the same bytes again writes nothing."""
        ref = BlobRef(sha256=hashlib.sha256(data).hexdigest(), size=len(data), media_type=media_type, name=name)
        path = self.folder / ref.relative_path
        if not path.exists():
            write_atomic(path, data)
        return ref

    def put_file(self, source: Path, *, media_type: str, name: str = "") -> BlobRef:
        """Store a copy of a file without holding it in memory. ``source`` is not changed."""
        ref = BlobRef(
            sha256=sha256_of_file(source),
            size=source.stat().st_size,
            media_type=media_type,
            name=name or source.name,
        )
        path = self.folder / ref.relative_path
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
            with source.open("rb") as original, temporary.open("xb") as copy:
                shutil.copyfileobj(original, copy)
                copy.flush()
                os.fsync(copy.fileno())
            temporary.replace(path)
        return ref

    def path(self, ref: BlobRef) -> Path:
        """The blob's file. Raises ``RunError`` when it is not there."""
        path = self.folder / ref.relative_path
        if not path.is_file():
            raise RunError(
                f"blob {ref.sha256[:12]} ({ref.name}) is missing in {self.folder}.",
                hint="Restore the folder or run the task again in a new one.",
            )
        return path

    def read(self, ref: BlobRef) -> bytes:
        """The blob's bytes, checked against its hash."""
        data = self.path(ref).read_bytes()
        if hashlib.sha256(data).hexdigest() != ref.sha256:
            raise RunError(
                f"blob {ref.sha256[:12]} ({ref.name}) in {self.folder} is damaged.",
                hint="Run the task again in a new folder.",
            )
        return data
