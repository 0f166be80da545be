"""Where the real data lie: ``LOOKAGAIN_DATA``, or ``../shared/data`` beside the repository."""

from __future__ import annotations

import os
from pathlib import Path

from bench.common.machine import ROOT

__all__ = ["physics_folder"]


def physics_folder() -> Path | None:
    """The folder ``physics`` of the shared data, or None where it is absent."""
    given = os.environ.get("LOOKAGAIN_DATA")
    folder = (Path(given) if given else ROOT.parent / "shared" / "data") / "physics"
    return folder if folder.is_dir() else None
