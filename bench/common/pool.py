"""A small process pool: fresh interpreters, one thread each, a progress line a case."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context

__all__ = ["THREAD_LIMITS", "limit_threads", "run_cases"]

THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")

Case = Mapping[str, object]
CaseRow = dict[str, object]


def limit_threads() -> None:
    """One thread a process; takes effect in processes started from now on."""
    os.environ.update(dict.fromkeys(THREAD_LIMITS, "1"))


def run_cases(work: Callable[[Case], CaseRow], cases: Sequence[Case], *, label: str, workers: int = 2) -> list[CaseRow]:
    """``{**case, **work(case), "seconds": ...}`` for every case, in the order of ``cases``.

    A case whose ``work`` raises gives a row with ``error``; it is reported, never dropped. ``work`` must be
    a module-level function (the processes are spawned).
    """
    limit_threads()
    rows: dict[int, CaseRow] = {}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = {pool.submit(_timed, work, dict(case)): k for k, case in enumerate(cases)}
        for done, future in enumerate(as_completed(futures), start=1):
            index = futures[future]
            row = _row(dict(cases[index]), future)
            rows[index] = row
            print(f"[{label} {done:>3}/{len(cases)}] {_line(row)}", flush=True)
    return [rows[k] for k in range(len(cases))]


def _timed(work: Callable[[Case], CaseRow], case: Case) -> CaseRow:
    start = time.perf_counter()
    row = work(case)
    return {**row, "seconds": row.get("seconds", time.perf_counter() - start)}


def _row(case: CaseRow, future: Future[CaseRow]) -> CaseRow:
    error = future.exception()
    if error is not None:
        return {**case, "error": f"{type(error).__name__}: {error}"[:500]}
    return {**case, **future.result()}


def _line(row: Mapping[str, object]) -> str:
    cells = []
    for key, value in row.items():
        text = f"{value:.5g}" if isinstance(value, float) else str(value)
        cells.append(f"{key}={text[:60]}")
    return " ".join(cells)[:300]
