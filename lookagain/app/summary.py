"""The report of an output folder: all items of its index, whatever command made them."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

from lookagain.app.batch import Backend, line_of
from lookagain.app.index import Index, IndexLine
from lookagain.app.report import write_report
from lookagain.core.errors import LookagainError
from lookagain.core.result import ErrorInfo, Provenance, Result

__all__ = ["refresh_index", "write_batch_report"]


def write_batch_report(out: Path, backend: Backend) -> Path:
    """Write ``report.html`` about all items of the folder's index and give back its path."""
    results = [_result(line, out, backend) for line in Index(out).lines()]
    return write_report(results, out / "report.html")


def refresh_index(run_dir: Path, result: Result[Any]) -> None:
    """Bring the index of a batch up to date with one of its runs; nothing happens where there is no batch."""
    index = Index(run_dir.resolve().parent)
    for line in index.lines():
        if line.run == run_dir.resolve().name:
            index.add(line_of(result, source=line.input, run=line.run))


def _result(line: IndexLine, out: Path, backend: Backend) -> Result[Any]:
    """What the run folder holds; a failed result made of the line where there is none."""
    trouble = line.error
    if line.run:
        try:
            return backend.open(out / line.run)
        except LookagainError as error:
            trouble = trouble or str(error)
    provenance = Provenance(
        agent=line.agent or "unknown",
        version=version("lookagain"),
        inputs={f"input:{Path(line.input).name}": ""},
    )
    failure = ErrorInfo(kind="No result", message=trouble or "no result")
    return Result[Any](task={}, status="failed", error=failure, provenance=provenance)
