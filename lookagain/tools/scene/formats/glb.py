"""The container of binary glTF: a header of 12 bytes, a chunk of JSON, and chunks that are passed on unread.

Format: glTF 2.0 specification, section 4 (GLB File Format).
"""

from __future__ import annotations

import struct
from typing import Final

from lookagain.core.errors import InputError

__all__ = ["is_glb", "joined", "split"]

_MAGIC: Final = b"glTF"
_JSON: Final = b"JSON"
_HEADER: Final = struct.Struct("<4sII")
_CHUNK: Final = struct.Struct("<I4s")


def is_glb(data: bytes) -> bool:
    """Whether the bytes begin as a GLB does."""
    return data.startswith(_MAGIC)


def split(data: bytes) -> tuple[bytes, bytes]:
    """The JSON of a GLB, and all that comes after it. Raises ``InputError``."""
    if len(data) < _HEADER.size + _CHUNK.size:
        raise _broken(f"{len(data)} bytes")
    _, version, length = _HEADER.unpack_from(data)
    size, kind = _CHUNK.unpack_from(data, _HEADER.size)
    start = _HEADER.size + _CHUNK.size
    if version != 2:
        raise _broken(f"version {version}")
    if length != len(data):
        raise _broken(f"a length of {length} in a file of {len(data)} bytes")
    if kind != _JSON or size > len(data) - start:
        raise _broken(f"a first chunk {kind!r} of {size} bytes")
    return data[start : start + size], data[start + size :]


def joined(text: bytes, rest: bytes) -> bytes:
    """A GLB of this JSON and these chunks."""
    text = text.rstrip()
    text += b" " * (-len(text) % 4)
    length = _HEADER.size + _CHUNK.size + len(text) + len(rest)
    return _HEADER.pack(_MAGIC, 2, length) + _CHUNK.pack(len(text), _JSON) + text + rest


def _broken(got: str) -> InputError:
    return InputError(f"expected a GLB of version 2 with a chunk of JSON, got {got}.", hint="Export the scene again.")
