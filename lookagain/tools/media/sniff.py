"""What a file is, by its first bytes; its name is never asked."""

from __future__ import annotations

from typing import NamedTuple

from lookagain.tools.media.values import Format, Kind

__all__ = ["HEAD_BYTES", "Sniffed", "describe", "sniff"]

HEAD_BYTES = 4096

_QUICKTIME_ATOMS = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_STILL_BRANDS = frozenset({b"avif", b"avis", b"heic", b"heix", b"heif", b"mif1", b"msf1", b"heim", b"heis"})
_HDF5 = b"\x89HDF\r\n\x1a\n"
_PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"<?xml", b"<MPD", b"[playlist]", b"file ")


class Sniffed(NamedTuple):
    """A format of the allowlist and the ways to read it."""

    format: Format
    kinds: tuple[Kind, ...]


def sniff(head: bytes) -> Sniffed | None:
    """The allowed format that ``head`` (the first ``HEAD_BYTES`` bytes of a file) opens, or None."""
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[:4] == b"\x1a\x45\xdf\xa3" and (b"matroska" in head[:128] or b"webm" in head[:128]):
        return Sniffed("matroska", ("video",))
    if head[4:8] in _QUICKTIME_ATOMS and not (head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS):
        return Sniffed("mov", ("video",))
    # HDF5 may begin after a block of the person's own, as MATLAB's files of version 7.3 do.
    if any(head[at : at + 8] == _HDF5 for at in (0, 512, 1024, 2048)):
        return Sniffed("hdf5", ("array",))
    return None


def describe(head: bytes) -> str:
    """In a few words, what a refused file seems to be."""
    if any(head.lstrip().startswith(word) for word in _PLAYLISTS):
        return "a text file or playlist"
    if head[4:8] == b"ftyp":
        return f"an ISO media file of brand {head[8:12]!r}"
    return f"unknown content (first bytes {head[:8].hex(' ')})"


_RIFF = {b"WEBP": Sniffed("webp", ("image",)), b"AVI ": Sniffed("avi", ("video",))}
_MAGIC: tuple[tuple[bytes, Sniffed], ...] = (
    (b"\x89PNG\r\n\x1a\n", Sniffed("png", ("image",))),
    (b"\xff\xd8\xff", Sniffed("jpeg", ("image",))),
    (b"GIF87a", Sniffed("gif", ("image", "video"))),
    (b"GIF89a", Sniffed("gif", ("image", "video"))),
    (b"BM", Sniffed("bmp", ("image",))),
    (b"II*\x00", Sniffed("tiff", ("image", "array"))),
    (b"MM\x00*", Sniffed("tiff", ("image", "array"))),
    (b"\x93NUMPY", Sniffed("npy", ("array",))),
    (b"PK\x03\x04", Sniffed("zip", ("array",))),
    (b"MATLAB 5.0 MAT-file", Sniffed("mat", ("array",))),
)
