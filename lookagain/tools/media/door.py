"""The door itself: a path jail and a budget, and what one can ask of a file."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from lookagain.core.errors import InputError
from lookagain.core.task import MediaKind
from lookagain.tools.media.arrays import Stack, hash_array, open_array
from lookagain.tools.media.budget import Budget
from lookagain.tools.media.image import read_image
from lookagain.tools.media.plain import read_bytes, read_plain, sha256_plain
from lookagain.tools.media.source import is_address, locate, resolve
from lookagain.tools.media.values import Image, Probe
from lookagain.tools.media.video import Video, open_video

__all__ = ["MediaDoor"]


class MediaDoor:
    """Opens images, videos and arrays within ``budget``; with ``root``, only below that folder.

    Relative paths start at ``root``, without one at ``base`` (the working directory if None). Every method raises
    ``InputError``, naming file, limit and remedy, for anything that is not a readable, allowed file within
    the budget. No file is ever changed, and no address is ever fetched.
    """

    def __init__(
        self,
        root: Path | None = None,
        budget: Budget | None = None,
        *,
        base: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.root = root
        self.base = base
        self.budget = Budget() if budget is None else budget
        self._clock = clock

    def probe(self, path: str | Path) -> Probe:
        """What the file is, by its first bytes; nothing is decoded."""
        source = locate(self._at(path), root=self.root, budget=self.budget)
        return Probe(
            path=source.path,
            format=source.sniffed.format,
            kinds=source.sniffed.kinds,
            size_bytes=source.size_bytes,
        )

    def text(self, path: str | Path) -> str:
        """A table, a text or a scene file as UTF-8 text."""
        return read_plain(self._at(path), root=self.root, budget=self.budget)

    def content(self, path: str | Path) -> bytes:
        """The bytes of a table, a text or a scene file, undecoded."""
        return read_bytes(self._at(path), root=self.root, budget=self.budget)

    def is_folder(self, path: str | Path) -> bool:
        """Whether this is a folder."""
        return resolve(self._at(path), self.root).is_dir()

    def folder(self, path: str | Path) -> Path:
        """Where a folder really lies, inside of the jail. Raises ``InputError`` for one that is outside or none."""
        real = resolve(self._at(path), self.root)
        if not real.is_dir():
            raise InputError("expected a folder.", path=real, hint="Check the path.")
        return real

    def sha256(self, path: str | Path, *, kind: MediaKind = "video") -> str:
        """SHA-256 of the file's bytes, in hex; the file passes jail, byte budget and, for media, allowlist first.

        Of a folder that is an array or a catalogue of scenes, over the names and contents of its files.
        """
        if kind == "array" or (kind == "scene" and self.is_folder(path)):
            return hash_array(self._at(path), root=self.root, budget=self.budget)
        if kind not in ("image", "video"):
            return sha256_plain(self._at(path), root=self.root, budget=self.budget)
        return locate(self._at(path), root=self.root, budget=self.budget).sha256()

    def image(self, path: str | Path) -> Image:
        """The image, decoded: upright RGB on white. The first picture of an animated or paged file."""
        source = locate(self._at(path), root=self.root, budget=self.budget)
        source.need("image")
        return read_image(source, self.budget)

    def video(self, path: str | Path) -> Video:
        """The video, its header checked and its first frame decoded; frames come from ``Video.frames``."""
        source = locate(self._at(path), root=self.root, budget=self.budget)
        source.need("video")
        return open_video(source, self.budget, self._clock)

    def array(self, path: str | Path, *, axes: str = "", dataset: str = "") -> Stack:
        """The frames of a .npy, .npz, .mat, HDF5 or Zarr array, of a multi-page TIFF or of a folder of PNG or TIFF.

        ``axes`` are letters of t, c, y, x in the order of the array's dimensions; without them the file's own names
        count, else the lengths of its coordinates, else the shape where only one reading makes sense. ``dataset``
        names the array, or several, separated by commas, that are channels of one field; without it there must be
        one only. Raises ``ConfigError`` where a library is missing.
        """
        return open_array(self._at(path), root=self.root, budget=self.budget, axes=axes, dataset=dataset)

    def _at(self, path: str | Path) -> str | Path:
        if self.base is None or self.root is not None or is_address(path):
            return path
        return self.base / path
