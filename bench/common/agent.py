"""Runs an agent once and tells what came of it, an error of the library included."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Ran", "ran"]


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a run came to. ``error`` is ``Kind: message``, else empty; ``result`` is None if the library raised."""

    status: str
    verdict: str
    reason: str
    error: str
    seconds: float
    result: Any


def ran(run: Callable[[], Any]) -> Ran:
    """Calls ``run``, which gives a result of the library."""
    from lookagain.core.errors import LookagainError

    start = time.perf_counter()
    try:
        result = run()
    except LookagainError as error:
        failed = f"{type(error).__name__}: {error}"
        seconds = time.perf_counter() - start
        return Ran(status="error", verdict="", reason="", error=failed, seconds=seconds, result=None)
    return Ran(
        status=str(result.status),
        verdict=str(result.verdict.value),
        reason=str(result.verdict.reason),
        error=f"{result.error.kind}: {result.error.message}" if result.error else "",
        seconds=time.perf_counter() - start,
        result=result,
    )
