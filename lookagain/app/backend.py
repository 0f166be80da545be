"""The batch's jobs run by lookagain itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookagain.app.batch import BatchEvent, Job, Notify
from lookagain.core.errors import RunError
from lookagain.core.result import Result
from lookagain.core.task import MediaKind

__all__ = ["Runs"]


@dataclass(frozen=True, kw_only=True)
class Runs:
    """Runs jobs through ``lookagain.stream``, which goes on with a folder that holds the same task."""

    def sha256(self, path: Path, kind: MediaKind) -> str:
        """The hash of a file, read through the media door and within its budget."""
        from lookagain.tools.media import MediaDoor

        return MediaDoor().sha256(path, kind=kind)

    def run(self, job: Job, notify: Notify) -> Result[Any]:
        """Start the job or go on with it, and tell how far it is."""
        import lookagain as la

        result: Result[Any] | None = None
        events = la.stream(job.task, model=job.model, limits=job.limits, seed=job.seed, run_dir=job.run_dir)
        for event in events:
            if event.result is not None:
                result = event.result
            else:
                notify(
                    BatchEvent(
                        kind="progress",
                        source=job.source,
                        node=event.node,
                        message=event.message,
                        fraction=event.fraction,
                    )
                )
        if result is None:
            raise RunError(f"{job.run_dir}: the run ended without a result.", hint="Run the command again.")
        return result

    def open(self, run_dir: Path) -> Result[Any]:
        """The result that the folder holds."""
        import lookagain as la

        return la.open_run(run_dir)

    def report(self, result: Result[Any], run_dir: Path) -> None:
        """Write ``report.html`` into the run folder."""
        from lookagain.app.report import write_report

        write_report([result.opened_from(run_dir)], run_dir / "report.html")
