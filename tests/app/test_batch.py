"""The batch over many inputs, with a backend that runs nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lookagain.app.batch import BatchEvent, Options, run_batch
from lookagain.app.index import Index, IndexLine
from lookagain.app.summary import refresh_index, write_batch_report
from lookagain.core.errors import RunError
from lookagain.core.limits import Limits
from tests.app import made
from tests.app.fakes import FakeBackend, FakeTask, fake_task

Write = Callable[..., list[Path]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes input files: keyword = the file's stem, value = how its run ends."""

    def files(**outcomes: str) -> list[Path]:
        folder = tmp_path / "in"
        folder.mkdir(exist_ok=True)
        for name, outcome in outcomes.items():
            (folder / f"{name}.mp4").write_text(f"{outcome} {name}" if outcome else "")
        return [folder / f"{name}.mp4" for name in outcomes]

    return files


def batch(
    sources: list[Path], out: Path, events: list[BatchEvent] | None = None, **options: Any
) -> dict[str, IndexLine]:
    seen: list[BatchEvent] = [] if events is None else events
    lines = run_batch(
        sources,
        factory=fake_task,
        backend=FakeBackend(),
        out=out,
        options=Options(**options),
        notify=seen.append,
    )
    return {Path(line.input).stem: line for line in lines}


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_item_ends_in_the_index_whatever_happens_to_it(write: Write, tmp_path: Path, jobs: int) -> None:
    sources = write(a="fine", b="refuse", c="defect", d="", e="undecided", f="ask", g="limit")
    lines = batch(sources, tmp_path / "out", jobs=jobs)
    states = {name: (line.status, line.verdict) for name, line in lines.items()}
    assert states == {
        "a": ("complete", "confirmed"),
        "b": ("failed", ""),
        "c": ("failed", ""),
        "d": ("failed", ""),
        "e": ("complete", "undecided"),
        "f": ("needs_input", "undecided"),
        "g": ("limited", "confirmed"),
    }
    assert "not a video" in lines["b"].error
    assert "ZeroDivisionError: a defect" in lines["c"].error
    assert "a defect" in (tmp_path / "out" / lines["c"].run / "crash.txt").read_text()
    assert "empty" in lines["d"].error
    assert lines["d"].run == ""
    on_disk = [json.loads(text) for text in (tmp_path / "out" / "index.jsonl").read_text().splitlines()]
    assert sorted(row["input"] for row in on_disk) == sorted(map(str, sources))
    assert (tmp_path / "out" / lines["a"].run / "report.html").is_file()


def test_a_process_that_dies_takes_only_its_own_item(write: Write, tmp_path: Path) -> None:
    lines = batch(write(a="fine", b="die", c="fine", d="fine"), tmp_path / "out", jobs=2)
    assert {name: line.status for name, line in lines.items()} == {
        "a": "complete",
        "b": "failed",
        "c": "complete",
        "d": "complete",
    }
    assert "SIGKILL" in lines["b"].error


def test_what_is_done_is_skipped_and_what_is_not_goes_on(write: Write, tmp_path: Path) -> None:
    sources = write(a="fine", b="refuse", c="limit", d="ask")
    out = tmp_path / "out"
    first = batch(sources, out)
    events: list[BatchEvent] = []
    second = batch(sources, out, events)
    assert {event.source.stem for event in events if event.kind == "skipped"} == {"a", "d"}
    starts = {name: FakeBackend.starts(out / line.run) for name, line in second.items()}
    assert starts == {"a": 1, "b": 2, "c": 2, "d": 1}
    assert second["c"].status == "complete"
    assert second["a"] == first["a"]
    assert len(Index(out).lines()) == len(sources)


def test_an_interrupt_leaves_the_rest_for_the_next_call(write: Write, tmp_path: Path) -> None:
    sources = write(a="fine", b="interrupt", c="fine")
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        batch(sources, out)
    assert [Path(line.input).stem for line in Index(out).lines()] == ["a"]
    lines = batch(sources, out)
    assert {line.status for line in lines.values()} == {"complete"}
    assert FakeBackend.starts(out / lines["a"].run) == 1
    assert FakeBackend.starts(out / lines["b"].run) == 2


def test_force_does_it_again(write: Write, tmp_path: Path) -> None:
    sources = write(a="fine")
    run = batch(sources, tmp_path / "out")["a"].run
    (tmp_path / "out" / run / "left-over").touch()
    batch(sources, tmp_path / "out", force=True)
    assert FakeBackend.starts(tmp_path / "out" / run) == 1
    assert not (tmp_path / "out" / run / "left-over").exists()


@pytest.mark.parametrize(
    ("change", "same"),
    [({"seed": 1}, False), ({"model": "openai:x"}, False), ({"limits": Limits(seconds=5)}, True)],
)
def test_the_run_folder_is_made_from_what_decides_the_result(
    write: Write, tmp_path: Path, change: dict[str, Any], same: bool
) -> None:
    sources = write(a="fine")
    first, second = batch(sources, tmp_path / "out"), batch(sources, tmp_path / "out", **change)
    assert (first["a"].run == second["a"].run) is same


def test_another_task_or_other_content_is_another_run(write: Write, tmp_path: Path) -> None:
    def run_of(unit: str) -> str:
        (line,) = run_batch(
            sources,
            factory=lambda path: FakeTask(video=path, unit=unit),
            backend=FakeBackend(),
            out=tmp_path / "out",
            options=Options(),
            notify=lambda event: None,
        )
        return line.run

    sources = write(a="fine")
    plain, metres = run_of(""), run_of("m")
    sources[0].write_text("fine other")
    assert len({plain, metres, run_of("")}) == 3


def test_a_moved_file_is_the_same_work(write: Write, tmp_path: Path) -> None:
    (source,) = write(a="fine")
    out = tmp_path / "out"
    run = batch([source], out)["a"].run
    moved = tmp_path / "a.mp4"
    shutil.move(source, moved)
    assert batch([moved], out)["a"].run == run
    assert FakeBackend.starts(out / run) == 1


def test_a_moved_file_whose_run_was_half_done_starts_anew(write: Write, tmp_path: Path) -> None:
    (source,) = write(a="limit")
    out = tmp_path / "out"
    run = batch([source], out)["a"].run
    moved = tmp_path / "a.mp4"
    shutil.move(source, moved)
    assert batch([moved], out)["a"].status == "limited"
    assert FakeBackend.starts(out / run) == 1


def test_files_of_the_same_content_are_worked_on_once(write: Write, tmp_path: Path) -> None:
    sources = write(a="fine", b="fine", c="refuse", d="refuse")
    for source in sources:
        source.write_text(source.read_text().split()[0])
    lines = batch(sources, tmp_path / "out")
    assert len(lines) == 4
    assert FakeBackend.starts(tmp_path / "out" / lines["a"].run) == 1


@pytest.mark.parametrize("name", ["ä ö", "a;rm -rf x", "...", "-force", "x" * 200, "<img src=x>", "a\nb"])
def test_any_file_name_gives_a_plain_run_folder(tmp_path: Path, name: str) -> None:
    source = tmp_path / f"{name}.mp4"
    source.write_text("fine")
    (line,) = batch([source], tmp_path / "out").values()
    assert line.status == "complete"
    assert set(line.run) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    assert line.run[0] not in ".-"


def test_a_name_that_is_not_utf8_fails_its_item_only(tmp_path: Path) -> None:
    source = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.mp4"))
    source.write_text("fine")
    (tmp_path / "b.mp4").write_text("fine")
    batch([source, tmp_path / "b.mp4"], tmp_path / "out")
    lines = Index(tmp_path / "out").lines()
    assert {line.input: line.status for line in lines} == {str(source): "failed", str(tmp_path / "b.mp4"): "complete"}
    assert "Rename the file" in next(line.error for line in lines if line.status == "failed")
    assert write_batch_report(tmp_path / "out", FakeBackend()).read_text(encoding="utf-8")


def test_two_batches_do_not_share_a_folder(write: Write, tmp_path: Path) -> None:
    with Index(tmp_path / "out").held(), pytest.raises(RunError, match="another batch"):
        batch(write(a="fine"), tmp_path / "out")


def test_progress_is_passed_on_from_every_process(write: Write, tmp_path: Path) -> None:
    events: list[BatchEvent] = []
    batch(write(a="fine", b="fine"), tmp_path / "out", events, jobs=2)
    for stem in ("a", "b"):
        kinds = [event.kind for event in events if event.source.stem == stem]
        assert kinds == ["started", "progress", "finished"]


def test_the_batch_report_shows_all_items_of_all_calls(write: Write, tmp_path: Path) -> None:
    out = tmp_path / "out"
    batch(write(a="fine"), out)
    batch(write(b="refuse", c="undecided", d=""), out)
    page = write_batch_report(out, FakeBackend()).read_text(encoding="utf-8")
    assert all(f"{name}.mp4" in page for name in "abcd")
    assert "not a video" in page


def test_an_interrupt_ends_all_processes_and_keeps_what_is_finished(write: Write, tmp_path: Path) -> None:
    write(a="fine", b="endless", c="endless")
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.app.interrupted", str(tmp_path)]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(lambda: all((tmp_path / "out" / f"{name}.started").exists() for name in "bc"), process)
        process.send_signal(signal.SIGINT)
        shown, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130
    assert "Run the same command again" in shown
    assert [(Path(line.input).stem, line.status) for line in Index(tmp_path / "out").lines()] == [("a", "complete")]
    lines = batch(sorted((tmp_path / "in").iterdir()), tmp_path / "out")
    assert {line.status for line in lines.values()} == {"complete"}


def wait_for(ready: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait until ``ready``; an end of the process before that fails."""
    while not ready():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def test_a_resumed_run_is_up_to_date_in_index_and_report(write: Write, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = batch(write(a="limit", b="fine"), out)["a"].run
    refresh_index(out / run, made.result(out / run, name="a.mp4"))
    assert {line.status for line in Index(out).lines()} == {"complete"}
    refresh_index(tmp_path / "elsewhere", made.result())
