"""A case in a process of its own: whole seconds and peak memory, with neither warm caches nor an earlier peak."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.common.machine import ROOT

__all__ = ["measured_child", "peak_megabytes"]


def peak_megabytes() -> float | None:
    """High-water mark of this process's resident memory, or None where the system does not tell it.

    ``VmHWM`` is this process's own: a parent's size does not touch it. Pages of mapped files count.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024.0


def measured_child(module: str, arguments: Sequence[str]) -> dict[str, object]:
    """``whole_seconds`` of ``python -m module arguments`` and the object that its last line prints as JSON.

    A child that fails gives its last words as ``error`` instead.
    """
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=dict(os.environ),
        check=False,
    )
    whole = time.perf_counter() - start
    if done.returncode:
        return {"whole_seconds": whole, "error": done.stderr.strip()[-300:]}
    measured: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return {"whole_seconds": whole, **measured}
