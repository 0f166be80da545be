"""``kill`` and ``step``: benchmarks of the runtime that live in modules of their own.

``bench.pixel2phys.kill`` gives rows with ``identical`` (bool) and ``repeated_calls`` (int) for each place of
a kill, ``bench.runtime_step`` rows with ``extra_ms`` (float) for each of five repeats. Both offer
``run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]``. Where a module is absent its
group stays out of the file, and its bars do not hold.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

__all__ = ["run_kill", "run_step"]


def run_kill(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of group ``kill``."""
    return _call("bench.pixel2phys.kill", quick=quick, workers=workers)


def run_step(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of group ``step``."""
    return _call("bench.runtime_step", quick=quick, workers=workers)


def _call(name: str, *, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    if importlib.util.find_spec(name) is None:
        print(f"{name} is not there yet: no rows")
        return {}
    module: Any = importlib.import_module(name)
    groups: dict[str, list[dict[str, object]]] = module.run(quick=quick, workers=workers)
    return groups
