"""Pictures and videos of a run inside the page, or a link beside it when they are too large."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from lookagain.app.report.html import Html, el
from lookagain.app.report.numbers import size
from lookagain.core.blobs import BlobRef, BlobStore
from lookagain.core.errors import RunError

__all__ = ["MAX_FILE_BYTES", "MAX_PAGE_BYTES", "Embedder"]

#: A larger file is linked, not inlined.
MAX_FILE_BYTES = 12_000_000
#: What is inlined into one page; beyond it files are linked.
MAX_PAGE_BYTES = 64_000_000

_IMAGES = frozenset({"image/png", "image/jpeg", "image/webp"})
_VIDEOS = frozenset({"video/mp4", "video/webm"})


@dataclass(kw_only=True)
class Embedder:
    """Turns blobs into elements of one page that is written into ``page_folder``.

    Counts what it has inlined, so that a page over many runs stays a page that a browser opens.
    """

    page_folder: Path
    max_file: int = MAX_FILE_BYTES
    max_page: int = MAX_PAGE_BYTES
    used: int = field(default=0, init=False)

    def show(self, ref: BlobRef, run_dir: Path | None, *, alt: str, name: str = "") -> Html:
        """The blob as a picture or video where it is one, else as a link. A missing blob is said, not raised."""
        if run_dir is None:
            return el("p", f"{ref.name}: this run kept no folder.", class_="missing")
        try:
            uri = self._address(ref, run_dir, name)
        except RunError as error:
            return el("p", str(error), class_="missing")
        inlined = uri.startswith("data:")
        if ref.media_type in _IMAGES:
            return el("img", src=uri, alt=alt, loading=None if inlined else "lazy")
        if ref.media_type in _VIDEOS:
            return el(
                "video", src=uri, controls=True, loop=True, muted=True, playsinline=True, preload="auto",
                aria_label=alt,
            )  # fmt: skip
        return self.link(ref, run_dir, name=name)

    def link(self, ref: BlobRef, run_dir: Path, *, name: str = "") -> Html:
        """A link to the blob's file, relative to the page."""
        label = name or ref.name
        return el("a", el("bdi", label), f" ({size(ref.size)})", href=self._link(ref, run_dir, name))

    def _address(self, ref: BlobRef, run_dir: Path, name: str) -> str:
        store = BlobStore(run_dir)
        fits = ref.size <= self.max_file and self.used + ref.size <= self.max_page
        if ref.media_type not in _IMAGES | _VIDEOS or not fits or store.path(ref).stat().st_size != ref.size:
            return self._link(ref, run_dir, name)
        data = store.read(ref)
        self.used += len(data)
        return f"data:{ref.media_type};base64,{base64.b64encode(data).decode('ascii')}"

    def _link(self, ref: BlobRef, run_dir: Path, name: str) -> str:
        """The named copy where it is a plain file of the run folder (a browser wants the ending), else the blob."""
        copy = run_dir / name if name and name == Path(name).name and name not in {".", ".."} else None
        target = copy if copy is not None and copy.is_file() and not copy.is_symlink() else run_dir / ref.relative_path
        relative = os.path.relpath(target.resolve(), self.page_folder.resolve())
        return "./" + quote(os.fsencode(Path(relative).as_posix()))
