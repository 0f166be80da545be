"""``startup``: what importing the package and asking the command line for help costs."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from bench.common.table import table

__all__ = ["run"]

REPEATS = 5
_IMPORT = """
import sys, time
start = time.perf_counter()
import lookagain
seconds = time.perf_counter() - start
heavy = [n for n in ("torch", "langgraph", "langchain_core", "cv2", "av", "scipy", "numpy") if n in sys.modules]
print(seconds, ",".join(heavy))
"""


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of groups ``import`` and ``help``, five repeats each, after one that warms the file cache."""
    del workers
    repeats = 1 if quick else REPEATS
    imports = [_import(k) for k in range(-1, repeats)][1:]
    helps = [_help(k) for k in range(-1, repeats)][1:]
    print(table(imports, ("repeat", "import_seconds", "modules", "heavy_free", "error")))
    print(table(helps, ("repeat", "help_seconds", "error")))
    return {"import": imports, "help": helps}


def _import(repeat: int) -> dict[str, object]:
    """``import lookagain`` in a fresh interpreter; ``heavy_free``: neither torch nor langgraph was loaded."""
    done = subprocess.run([sys.executable, "-c", _IMPORT], capture_output=True, text=True, check=False)
    if done.returncode:
        return {"repeat": repeat, "error": done.stderr.strip()[-300:]}
    seconds, _, modules = done.stdout.strip().partition(" ")
    loaded = [name for name in modules.split(",") if name]
    return {
        "repeat": repeat,
        "import_seconds": float(seconds),
        "modules": loaded,
        "heavy_free": not {"torch", "langgraph"} & set(loaded),
    }


def _help(repeat: int) -> dict[str, object]:
    """The installed command beside this interpreter, whole process."""
    command = Path(sys.executable).with_name("lookagain")
    start = time.perf_counter()
    try:
        done = subprocess.run([str(command), "--help"], capture_output=True, text=True, check=False)
    except OSError as error:
        return {"repeat": repeat, "error": str(error)}
    seconds = time.perf_counter() - start
    if done.returncode:
        return {"repeat": repeat, "error": done.stderr.strip()[-300:]}
    return {"repeat": repeat, "help_seconds": seconds}
