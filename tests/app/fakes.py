"""A backend that runs nothing: the text of the input file says how the item ends."""

from __future__ import annotations

import hashlib
import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from lookagain.agents.pixel2phys.answer import Law
from lookagain.app.batch import BatchEvent, Job, Notify
from lookagain.app.report import write_report
from lookagain.core.errors import InputError, RunError
from lookagain.core.result import Result, Verdict
from lookagain.core.task import MediaKind, Task, VideoPath, task_json
from tests.app import made


class FakeTask(Task[Law]):
    """A task of an agent that is not registered anywhere."""

    agent: ClassVar[str] = "fake"
    video: VideoPath
    unit: str = ""


def fake_task(path: Path) -> FakeTask:
    """The task of a file."""
    return FakeTask(video=path)


@dataclass(frozen=True, kw_only=True)
class FakeBackend:
    """Writes ``task.json`` and ``result.json`` as the runtime does; ``starts.txt`` counts the starts of a run."""

    def sha256(self, path: Path, kind: MediaKind) -> str:
        data = path.read_bytes()
        if not data:
            raise InputError("the file is empty.", path=path, hint="Record it again.")
        return hashlib.sha256(data).hexdigest()

    def run(self, job: Job, notify: Notify) -> Result[Any]:
        job.run_dir.mkdir(parents=True, exist_ok=True)
        (job.run_dir / "task.json").write_text(json.dumps({"task": task_json(job.task)}))
        with (job.run_dir / "starts.txt").open("a") as file:
            file.write("start\n")
        notify(BatchEvent(kind="progress", source=job.source, node="look", message="looking", fraction=0.5))
        words = Path(str(job.source)).read_text().split()
        outcome = made.result(job.run_dir, name=job.source.name)
        match words[0]:
            case "interrupt" if self.starts(job.run_dir) == 1:
                raise KeyboardInterrupt
            case "refuse":
                raise InputError("not a video.", path=Path(str(job.source)))
            case "defect":
                raise ZeroDivisionError("a defect")
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "ask":
                outcome = made.asking(job.source.name)
            case "limit" if self.starts(job.run_dir) == 1:
                outcome = made.result(job.run_dir, name=job.source.name, status="limited")
            case "undecided":
                outcome = made.result(job.run_dir, name=job.source.name, verdict=Verdict())
        (job.run_dir / "result.json").write_text(outcome.model_dump_json())
        return outcome.opened_from(job.run_dir)

    def open(self, run_dir: Path) -> Result[Any]:
        path = run_dir / "result.json"
        if not path.exists():
            raise RunError(f"{run_dir}: no result here.")
        found: Result[Any] = Result[Law].model_validate_json(path.read_text()).opened_from(run_dir)
        return found

    def report(self, result: Result[Any], run_dir: Path) -> None:
        write_report([result], run_dir / "report.html")

    @staticmethod
    def starts(run_dir: Path) -> int:
        return len((run_dir / "starts.txt").read_text().splitlines())
