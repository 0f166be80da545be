"""Where and from what a benchmark ran."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["ROOT", "commit", "machine"]

ROOT = Path(__file__).resolve().parents[2]
_PACKAGES = ("numpy", "scipy", "opencv-python-headless", "av", "langgraph", "pysindy")


def machine() -> dict[str, object]:
    """CPU model, cores that this process may use, Python, system, versions of the packages that matter."""
    return {
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "packages": {name: _version(name) for name in _PACKAGES},
    }


def commit() -> str:
    """The commit of the working tree; ``+changes`` is appended where files differ from it."""
    head = _git("rev-parse", "--short=12", "HEAD")
    if not head:
        return "none"
    return f"{head}+changes" if _git("status", "--porcelain", "--", ":!bench/results") else head


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", "--no-optional-locks", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _cpu_model() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"
