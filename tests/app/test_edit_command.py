"""``lookagain edit-as-act``, and what its report shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from lookagain.agents.edit_as_act.task import ObjectChange, PlannedStep, SceneEdit
from lookagain.app.cli import app
from lookagain.app.commands.edit_as_act import instructions_of
from lookagain.app.report.answers import show
from tests.agents.edit_as_act import made


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["edit-as-act", *map(str, arguments)])


def test_one_sentence_edits_one_scene(tmp_path: Path) -> None:
    scene = made.write(tmp_path / "flat.json")
    before = scene.read_bytes()
    shown = call(scene, "Put the lamp on the bookcase", "--out", tmp_path / "out")
    assert shown.exit_code == 0, shown.output
    assert "Put lamp (lamp_1) on bookcase (bookcase_1)." in shown.output
    assert scene.read_bytes() == before
    (run,) = [path for path in (tmp_path / "out").iterdir() if path.is_dir()]
    assert made.read(run / "flat.json")["lamp_1"].parent == "bookcase_1"


def test_a_file_of_instructions_makes_a_run_of_each_for_every_scene(tmp_path: Path) -> None:
    scenes = tmp_path / "scenes"
    scenes.mkdir()
    for name in ("a.json", "b.json"):
        made.write(scenes / name)
    asked = [
        {"command": "remove", "instruction": "Remove the vase"},
        {"command": "ask", "instruction": "Remove the chair"},
    ]
    (tmp_path / "asked.json").write_text(json.dumps({"edit_instructions": asked}))
    shown = call(scenes, "--instructions", tmp_path / "asked.json", "--out", tmp_path / "out")
    assert shown.exit_code == 0, shown.output
    assert "2 confirmed" in shown.output
    assert "Which one is meant?" in " ".join(shown.output.split())
    names = {path.name.rpartition("-")[0] for path in (tmp_path / "out").iterdir() if path.is_dir()}
    assert names == {"a-1-remove", "a-2-ask", "b-1-remove", "b-2-ask"}


@pytest.mark.parametrize("arguments", [(), ("Remove it", "--instructions", "x.json")])
def test_an_instruction_is_given_once(arguments: tuple[str, ...], tmp_path: Path) -> None:
    shown = call(made.write(tmp_path / "flat.json"), *arguments)
    assert shown.exit_code == 2
    assert "expected an instruction" in " ".join(shown.output.replace("│", " ").split())


@given(st.one_of(st.binary(max_size=60), st.recursive(st.none() | st.text() | st.integers(), st.lists).map(
    lambda value: json.dumps({"edit_instructions": value}).encode())))  # fmt: skip
def test_a_file_of_instructions_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("asked") / "asked.json"
    path.write_bytes(data)
    try:
        found = instructions_of(path)
    except typer.BadParameter:
        return
    assert all(label and text.strip() for label, text in found)


def test_the_report_shows_plan_and_changes() -> None:
    values = {"box": {"centre": (1.0, 2.0, 0.5), "size": (1.0, 1.0, 1.0), "yaw": 0.0}}
    rest = dict.fromkeys(("category", "room", "parent", "holding", "style", "asset", "states"), "")
    before = {**values, **rest}
    after = {**before, "style": "<b>red</b>"}
    edit = SceneEdit(
        instruction="Paint it red",
        goal=("has_style(chair_1, red)",),
        plan=(PlannedStep(action="stylize(chair_1, red)", words="Restyle chair: red."),),
        optimal=True,
        changes=(
            ObjectChange(id="chair_1", before=before, after=after),
            ObjectChange(id="old", before=before, after=None),
            ObjectChange(id="new", before=None, after=before),
        ),
        unchanged=7,
        shapes={"new": "typical size"},
    )
    shown = show(edit)
    text = str(shown.headline) + "".join(str(body) for _, body in shown.details)
    assert shown.plain == "Restyle chair: red."
    for words in ("7 other objects", "removed", "new: at 1 2 0.5", "No shorter plan exists.", "typical size"):
        assert words in text
    assert "<b>" not in text
