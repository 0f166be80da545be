"""The batch, the report and the commands over the real runtime, with an agent that is quick."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import lookagain as la
from lookagain.app.backend import Runs
from lookagain.app.batch import BatchEvent, Options, run_batch
from lookagain.app.cli import app
from lookagain.app.commands import demo
from lookagain.app.index import Index, IndexLine
from lookagain.app.summary import write_batch_report
from tests.app.count import Count
from tests.app.page import read


@pytest.fixture
def batch(tmp_path: Path) -> Callable[..., dict[str, IndexLine]]:
    """Runs the agent over the texts of ``tmp_path / "in"``."""

    def run(events: list[BatchEvent] | None = None, *, ask: bool = False, **options: Any) -> dict[str, IndexLine]:
        seen: list[BatchEvent] = [] if events is None else events
        lines = run_batch(
            sorted((tmp_path / "in").iterdir()),
            factory=lambda path: Count(path=path, ask=ask),
            backend=Runs(),
            out=tmp_path / "out",
            options=Options(**options),
            notify=seen.append,
        )
        return {Path(line.input).stem: line for line in lines}

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("look again")
    return run


def test_a_batch_runs_reports_and_is_skipped_the_next_time(
    batch: Callable[..., dict[str, IndexLine]], tmp_path: Path
) -> None:
    (tmp_path / "in" / "b.txt").write_text("refuse this")
    (tmp_path / "in" / "c.txt").write_text("")
    events: list[BatchEvent] = []
    lines = batch(events)
    assert {name: line.status for name, line in lines.items()} == {"a": "complete", "b": "failed", "c": "failed"}
    assert lines["a"].headline == "2 words"
    assert [event.message for event in events if event.message and event.source.stem == "a"] == ["reading"] * 2
    page = read((tmp_path / "out" / lines["a"].run / "report.html").read_text(encoding="utf-8"))
    assert page.faults == []
    assert "Every round agrees." in page.text
    assert page.count("circle") == 3
    assert "./count.txt" in page.attributes("href")
    again: list[BatchEvent] = []
    assert batch(again)["a"] == lines["a"]
    assert "skipped" in {event.kind for event in again if event.source.stem == "a"}
    whole = write_batch_report(tmp_path / "out", Runs()).read_text(encoding="utf-8")
    assert all(name in whole for name in ("a.txt", "b.txt", "c.txt", "refused."))


def test_a_limited_item_goes_on_when_the_limit_is_raised(
    batch: Callable[..., dict[str, IndexLine]], tmp_path: Path
) -> None:
    assert batch(limits=la.Limits(frames=15))["a"].status == "limited"
    assert batch(limits=la.Limits(frames=15))["a"].status == "limited"
    line = batch(limits=la.Limits(frames=100))["a"]
    assert line.status == "complete"
    assert la.open_run(tmp_path / "out" / line.run).usage.frames == 20


def test_a_question_is_answered_with_resume(batch: Callable[..., dict[str, IndexLine]], tmp_path: Path) -> None:
    line = batch(ask=True)["a"]
    assert line.status == "needs_input"
    run = tmp_path / "out" / line.run
    shown = CliRunner().invoke(app, ["resume", str(run), "--answer", "yes"])
    assert shown.exit_code == 0, shown.output
    assert "2 words" in shown.output
    answer = la.open_run(run).answer
    assert answer is not None
    assert answer.reply == "yes"
    assert [line.status for line in Index(tmp_path / "out").lines()] == ["complete"]
    assert batch(ask=True)["a"].status == "complete"


def test_the_report_command_writes_the_same_page_again(
    batch: Callable[..., dict[str, IndexLine]], tmp_path: Path
) -> None:
    run = tmp_path / "out" / batch()["a"].run
    before = (run / "report.html").read_bytes()
    (run / "report.html").unlink()
    assert CliRunner().invoke(app, ["report", str(run)]).exit_code == 0
    assert (run / "report.html").read_bytes() == before
    assert CliRunner().invoke(app, ["report", str(tmp_path / "out")]).exit_code == 0
    assert (tmp_path / "out" / "report.html").is_file()


def test_another_process_in_the_run_folder_is_an_error_of_that_item(
    batch: Callable[..., dict[str, IndexLine]], tmp_path: Path
) -> None:
    from lookagain.runtime.folder import RunFolder

    run = tmp_path / "out" / batch(limits=la.Limits(frames=15))["a"].run
    with RunFolder(run).locked():
        line = batch(limits=la.Limits(frames=100))["a"]
    assert line.status == "failed"
    assert "another process" in line.error
    assert batch(limits=la.Limits(frames=100))["a"].status == "complete"


def test_the_demo_asks_what_its_list_says(tmp_path: Path) -> None:
    for name in ("b.mp4", "a.mp4", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "demo.json").write_text(json.dumps({"a.mp4": {"agent": "pixel2phys", "unit": "m", "scale": 0.01}}))
    inputs, asked = demo.demo_inputs(tmp_path)
    assert [path.name for path in inputs] == ["a.mp4", "b.mp4"]
    assert demo.demo_task(tmp_path / "a.mp4", asked) == la.Pixel2Phys(video=tmp_path / "a.mp4", unit="m", scale=0.01)
    assert demo.demo_task(tmp_path / "b.mp4", asked) == la.Pixel2Phys(video=tmp_path / "b.mp4")


def test_every_input_that_ships_makes_a_task() -> None:
    inputs, asked = demo.demo_inputs(demo.demo_folder())
    assert inputs
    assert {demo.demo_task(path, asked).agent for path in inputs} == {"edit_as_act", "pixel2phys"}
    assert set(asked) <= {path.name for path in inputs}


def test_the_demo_ends_with_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = tmp_path / "small"
    small.mkdir()
    shutil.copy(min(demo.demo_folder().glob("*.mp4")), small)
    monkeypatch.setattr(demo, "demo_folder", lambda: small)
    shown = CliRunner().invoke(app, ["demo", "--out", str(tmp_path / "out")])
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.splitlines()[-1] == f"report: {tmp_path / 'out' / 'report.html'}"
    (line,) = Index(tmp_path / "out").lines()
    assert line.status == "complete"
    page = read((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert page.faults == []
    assert page.count("math") >= 1
    assert page.count("video") == 1
    assert page.count("img") == 2
    assert all(value.startswith("data:") for value in page.attributes("src"))


def test_a_demo_without_inputs_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "demo_folder", lambda: tmp_path)
    shown = CliRunner().invoke(app, ["demo", "--out", str(tmp_path / "out")])
    assert shown.exit_code == 1
    assert "lacks the inputs" in shown.output
