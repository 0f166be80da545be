"""A program for a test: a batch in two processes whose items never end by themselves."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from typing import Any

import typer

from lookagain.app.batch import Job, Notify, Options
from lookagain.app.commands.items import run_items
from lookagain.app.items import VIDEOS
from lookagain.core.result import Result
from tests.app.fakes import FakeBackend, fake_task


class Endless(FakeBackend):
    """Says that it has started, and waits."""

    def run(self, job: Job, notify: Notify) -> Result[Any]:
        if Path(str(job.source)).read_text().startswith("fine"):
            return super().run(job, notify)
        (job.run_dir.parent / f"{job.source.stem}.started").touch()
        while True:
            time.sleep(0.01)


if __name__ == "__main__":
    # A shell that starts its job in the background has it ignore the signal that this program is there to get.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = Path(sys.argv[1])
    try:
        run_items(
            [folder / "in"],
            suffixes=VIDEOS,
            factory=fake_task,
            out=folder / "out",
            options=Options(jobs=2),
            backend=Endless(),
        )
    except typer.Exit as left:
        sys.exit(left.exit_code)
