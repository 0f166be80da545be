"""Where the real data lie: ``LOOKAGAIN_DATA``, or ``../shared/data`` beside the repository."""

from __future__ import annotations

import os
from pathlib import Path

from bench.common.machine import ROOT

__all__ = ["shared_folder"]


def shared_folder(name: str) -> Path | None:
    """The folder ``name`` of the shared data, or None where it is absent."""
    given = os.environ.get("LOOKAGAIN_DATA")
    folder = (Path(given) if given else ROOT.parent / "shared" / "data") / name
    return folder if folder.is_dir() else None
