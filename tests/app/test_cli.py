"""The command line, up to where an agent would start."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from lookagain.agents.pixel2phys.task import Pixel2Phys
from lookagain.app.batch import Options
from lookagain.app.cli import app
from lookagain.app.commands import items, pixel2phys
from lookagain.app.index import Index
from lookagain.app.items import VIDEOS, Together, find_inputs
from lookagain.app.options import numbers, point, ruler
from lookagain.app.terminal import printable
from lookagain.core.errors import InputError
from lookagain.core.limits import Limits
from tests.agents.pixel2phys.made import write_table
from tests.app.fakes import FakeBackend, fake_task


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.mark.parametrize(
    "arguments", [(), ("pixel2phys",), ("resume",), ("report",), ("demo",), ("doctor",), ("version",)]
)
def test_every_command_has_help(arguments: tuple[str, ...]) -> None:
    result = call(*arguments, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_help_and_import_load_nothing_heavy() -> None:
    code = (
        "import sys, lookagain.app.cli;"
        "heavy = {'numpy', 'scipy', 'cv2', 'av', 'torch', 'langgraph', 'langchain_core', 'matplotlib', 'pydantic'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What ``lookagain pixel2phys`` hands on to the batch."""
    found: dict[str, Any] = {}

    def take(paths: list[Path], **given: Any) -> None:
        found.update(given, paths=paths, task=given["factory"](paths[0]))

    monkeypatch.setattr(pixel2phys, "run_items", take)
    return found


def test_options_become_the_task(asked: dict[str, Any]) -> None:
    result = call(
        "pixel2phys", "a.mp4", "b.mp4", "--ruler", "10,200,310,200=0.5", "--unit", "m", "--fps", "240",
        "--origin", "-5,3.5", "--near", "100,80", "--order", "second", "--coordinates", "angle", "--y-down",
        "--start", "0.5", "--stop", "2", "--objects", "2", "--max-rounds", "3",
        "--degree", "2", "--terms", "drag", "--terms", "rational", "--ask",
        "--model", "openai:x", "--seed", "7", "--limit-seconds", "60", "--limit-model-calls", "5",
        "--out", "there", "--force", "--jobs", "3",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert asked["task"] == Pixel2Phys(
        video=Path("a.mp4"),
        ruler=(10, 200, 310, 200, 0.5),
        unit="m",
        fps=240,
        origin=(-5, 3.5),
        near=(100, 80),
        order="second",
        coordinates="angle",
        y_up=False,
        start_s=0.5,
        stop_s=2,
        objects=2,
        max_rounds=3,
        degree=2,
        terms=("drag", "rational"),
        ask=True,
    )
    assert asked["options"] == Options(
        model="openai:x", seed=7, limits=Limits(seconds=60, model_calls=5), force=True, jobs=3
    )
    assert asked["paths"] == [Path("a.mp4"), Path("b.mp4")]
    assert asked["out"] == Path("there")


def test_without_options_the_task_is_the_default_one(asked: dict[str, Any]) -> None:
    assert call("pixel2phys", "a.mov").exit_code == 0
    assert asked["task"] == Pixel2Phys(video=Path("a.mov"))
    assert asked["options"] == Options()


def test_a_table_is_a_track(asked: dict[str, Any]) -> None:
    assert call("pixel2phys", "points.CSV").exit_code == 0
    assert asked["task"] == Pixel2Phys(track=Path("points.CSV"))


def test_inputs_are_fitted_together_when_asked(asked: dict[str, Any]) -> None:
    assert call("pixel2phys", "a.mp4", "b.mp4", "--together", "--near", "1,2", "--near", "3,4").exit_code == 0
    paths = (Path("a.mp4"), Path("b.mp4"))
    assert asked["together"](paths) == Pixel2Phys(videos=paths, near=((1, 2), (3, 4)))
    assert call("pixel2phys", "a.csv", "b.CSV", "--together").exit_code == 0
    paths = (Path("a.csv"), Path("b.CSV"))
    assert asked["together"](paths) == Pixel2Phys(tracks=paths)


def test_tables_fitted_together_are_one_item(tmp_path: Path) -> None:
    t = np.arange(70) / 25
    for name, amplitude in (("a", 1.0), ("b", 0.4)):
        x = amplitude * np.column_stack([np.cos(2 * t), -np.sin(2 * t)])
        write_table(tmp_path / f"{name}.csv", t, x + np.random.default_rng(1240).normal(0, 0.01, x.shape))
    out = tmp_path / "out"
    arguments = (str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--out", str(out), "--max-rounds", "1")
    first = call("pixel2phys", "--together", *arguments)
    assert first.exit_code == 0, first.output
    (line,) = Index(out).lines()
    assert line.input == f"{tmp_path / 'a.csv'} + {tmp_path / 'b.csv'}"
    assert line.run.startswith("a-and-1-more-")
    assert line.status == "complete"
    assert (out / line.run / "variables-2.csv").is_file()
    assert "a.csv" in (out / "report.html").read_text()
    again = call("pixel2phys", "--together", *arguments)
    assert "already done" in again.output
    (line,) = Index(out).lines()
    assert line.status == "complete"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Missing argument"),
        (("nowhere.mp4",), "no such file"),
        (("empty",), "no input in this folder"),
        (("a.mp4", "--origin", "5"), "X,Y in pixels"),
        (("a.mp4", "--near", "1,nan"), "X,Y in pixels"),
        (("a.mp4", "--near", "1,2", "--near", "3,4"), "--near once"),
        (("a.mp4", "a.csv", "--together"), "got videos and tracks"),
        (("a.mp4", "b.mp4", "--together", "--near", "1,2"), "expected 2"),
        (("a.mp4", "b.mp4", "--together", "--ask"), "name the object in each by near"),
        (("a.mp4", "--ruler", "1,2,3,4"), "LENGTH"),
        (("a.mp4", "--ruler", "1,2,1,2=5"), "two different points"),
        (("a.mp4", "--ruler", "1,2,3,4=5", "--scale", "2"), "either scale or ruler"),
        (("a.mp4", "--scale", "-1"), "scale"),
        (("a.mp4", "--order", "third"), "third"),
        (("a.mp4", "--terms", "magic"), "terms"),
        (("a.mp4", "--jobs", "0"), "jobs"),
        (("a.mp4", "--model", "openai:"), "expected a name"),
        (("a.mp4", "--out", "a.mp4"), "expected a folder"),
        (("a.mp4", "--unknown"), "unknown"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.mp4", "b.mp4", "a.csv"):
        Path(name).touch()
    Path("empty").mkdir()
    result = call("pixel2phys", *arguments)
    assert result.exit_code == items.EXIT_USAGE
    assert words in " ".join(result.output.replace("│", " ").split())
    assert not Path("lookagain-out").exists()


def run(folder: Path, *names: str) -> int:
    """The exit code of a batch over files of ``folder``."""
    try:
        items.run_items(
            [folder / name for name in names],
            suffixes=VIDEOS,
            factory=fake_task,
            out=folder / "out",
            options=Options(),
            backend=FakeBackend(),
        )
    except typer.Exit as left:
        return left.exit_code
    return 0


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        (("fine",), 0),
        (("undecided", "ask", "limit"), 0),
        (("fine", "refuse"), items.EXIT_FAILED),
        (("fine", "interrupt"), items.EXIT_INTERRUPTED),
    ],
)
def test_the_exit_code_says_how_it_went(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], outcomes: tuple[str, ...], code: int
) -> None:
    names = [f"{outcome}.mp4" for outcome in outcomes]
    for name, outcome in zip(names, outcomes, strict=True):
        (tmp_path / name).write_text(outcome)
    assert run(tmp_path, *names) == code
    shown = capsys.readouterr()
    if code != items.EXIT_INTERRUPTED:
        assert (tmp_path / "out" / "report.html").is_file()
        assert shown.out.splitlines()[-1] == f"report: {tmp_path / 'out' / 'report.html'}"
    else:
        assert "Run the same command again" in shown.out
        assert run(tmp_path, *names) == 0


def test_a_question_is_shown_with_the_command_that_answers_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ask.mp4").write_text("ask")
    run(tmp_path, "ask.mp4")
    shown = capsys.readouterr().out
    assert "Which object is meant?" in shown
    assert "lookagain resume" in shown


def test_folders_are_searched_for_inputs(tmp_path: Path) -> None:
    for name in ("b.MP4", "a.mov", "notes.txt", ".hidden.mp4", "deep/c.webm", ".git/d.mp4", "out/x/e.mp4"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "run").mkdir()
    for name in ("task.json", "journal.sqlite", "overlay.mp4"):
        (tmp_path / "run" / name).touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    found = find_inputs([tmp_path, tmp_path / "a.mov"], suffixes=VIDEOS, skip=tmp_path / "out")
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.mov", "b.MP4", "deep/c.webm"]


def test_a_file_that_is_named_is_taken_whatever_its_ending(tmp_path: Path) -> None:
    (tmp_path / "film.dat").touch()
    assert find_inputs([tmp_path / "film.dat"], suffixes=VIDEOS) == [tmp_path / "film.dat"]
    with pytest.raises(InputError, match="no such file"):
        find_inputs([tmp_path / "film"], suffixes=VIDEOS)


@pytest.mark.parametrize("text", ["", "1", "1,2,3", "a,b", "1,inf", "1;2"])
def test_a_point_is_two_finite_numbers(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="expected X,Y"):
        point(text)
    assert point("1,-2.5") == (1.0, -2.5)
    assert point(None) is None
    assert ruler(None) is None
    assert numbers("1,2,3", 3, "three") == (1.0, 2.0, 3.0)


def test_nothing_that_a_terminal_would_obey_is_printed() -> None:
    assert (
        printable("a\x1b[31mred\x07\u202e\ud800\nb")
        == "a\N{REPLACEMENT CHARACTER}[31mred" + ("\N{REPLACEMENT CHARACTER}" * 3) + " b"
    )


def test_report_and_resume_refuse_what_is_no_run_folder(tmp_path: Path) -> None:
    refused = call("report", str(tmp_path))
    assert refused.exit_code == items.EXIT_USAGE
    assert "expected a run folder" in refused.output
    assert call("resume", str(tmp_path)).exit_code == items.EXIT_FAILED
    (tmp_path / "task.json").write_text("{}")
    unfinished = call("report", str(tmp_path))
    assert unfinished.exit_code == items.EXIT_FAILED
    assert "lookagain resume" in unfinished.output


def test_doctor_says_what_is_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    result = call("doctor", "--json")
    assert result.exit_code == 0, result.output
    assert "sk-secret" not in result.output
    checks = json.loads(result.output)
    assert {check["group"] for check in checks} == {
        "core", "extras", "agents", "models", "experts", "media", "folders",
    }  # fmt: skip
    found = {(check["group"], check["name"]): check for check in checks}
    assert found["core", "numpy"]["state"] == "ok"
    assert found["media", "h264"]["state"] == "ok"
    assert found["agents", "pixel2phys"]["state"] == "ok"
    assert found["models", "openai"]["state"] == "ok"
    assert all(check["remedy"] for check in checks if check["state"] != "ok")
    assert not (tmp_path / "lookagain-out").exists()


def test_doctor_is_readable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("doctor")
    assert result.exit_code == 0
    assert "lookagain demo" in result.output


def test_version() -> None:
    assert call("version").output.startswith("lookagain ")


def test_several_files_have_one_name() -> None:
    files = (Path("in/a.mp4"), Path("in/b.mp4"), Path("c.mp4"))
    both = Together(files)
    assert (both.name, both.stem, str(both)) == ("a.mp4 + 2 more", "a-and-2-more", "in/a.mp4 + in/b.mp4 + c.mp4")
    assert (Together(files[:1]).name, Together(files[:1]).stem) == ("a.mp4", "a")
    assert len({both, Together(files), Together(files[:2])}) == 2
