"""What compressed bytes would become, found without keeping it: no chunk is decoded that is a bomb."""

from __future__ import annotations

import zlib
from collections.abc import Callable

__all__ = ["deflated_size", "grows_beyond"]

_STEP = 1 << 20
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
#: zlib and gzip, told apart by their headers.
_ANY_HEADER = zlib.MAX_WBITS | 32


def deflated_size(data: bytes, most: int) -> int:
    """Bytes that zlib or gzip ``data`` decodes to, or any number above ``most`` as soon as it is passed.

    Of zlib the first stream counts, of gzip all, as with the decoders. Raises ``ValueError`` for damaged data.
    """
    total, left = 0, data
    try:
        while left and total <= most:
            decoder = zlib.decompressobj(_ANY_HEADER)
            while not decoder.eof and total <= most:
                out = decoder.decompress(left, _STEP)
                left = decoder.unconsumed_tail
                total += len(out)
                if not out and not left:
                    break
            left = decoder.unused_data.lstrip(b"\0") if data[:2] == _GZIP_MAGIC else b""
    except zlib.error as error:
        raise ValueError(f"damaged chunk ({error})") from error
    return total


def _blosc_size(data: bytes, most: int) -> int:
    """The size that a Blosc header declares, which its decoder holds itself to."""
    if len(data) < 16:
        raise ValueError("damaged chunk (no Blosc header)")
    return int.from_bytes(data[4:8], "little")


def _zstd_size(data: bytes, most: int) -> int:
    """The content size of a Zstandard frame (RFC 8878, section 3.1.1.1). Raises ``ValueError`` without one."""
    if data[:4] != _ZSTD_MAGIC or len(data) < 6:
        raise ValueError("damaged chunk (no Zstandard header)")
    descriptor = data[4]
    single = bool(descriptor & 0x20)
    width = {0: 1 if single else 0, 1: 2, 2: 4, 3: 8}[descriptor >> 6]
    at = 5 + (not single) + (0, 1, 2, 4)[descriptor & 3]
    if not width or len(data) < at + width:
        raise ValueError("a Zstandard chunk does not say its size")
    return int.from_bytes(data[at : at + width], "little") + (256 if width == 2 else 0)


_SIZES: dict[str, Callable[[bytes, int], int]] = {
    "gzip": deflated_size,
    "zlib": deflated_size,
    "blosc": _blosc_size,
    "zstd": _zstd_size,
}


def grows_beyond(codec: str, data: bytes, most: int) -> bool:
    """Whether a chunk decodes to more than ``most`` bytes. Raises ``ValueError`` for damaged ones."""
    return _SIZES[codec](data, most) > most
