"""From a scene file and a sentence to the edited scene with its evidence, through the public functions."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import lookagain as la
from lookagain.agents.edit_as_act.undo import undo
from lookagain.core.errors import InputError
from lookagain.tools.scene.formats import read_scene, write_scene
from lookagain.tools.scene.values import Scene
from tests.agents.edit_as_act import made


def edit(folder: Path, instruction: str, scene: Scene | None = None, **options: object) -> la.Result[la.SceneEdit]:
    path = made.write(folder / "flat.json", scene)
    task = la.EditAsAct.model_validate({"scene": path, "instruction": instruction, **options})
    return la.run(task, run_dir=folder / "run")


def edited(result: la.Result[la.SceneEdit]) -> Scene:
    return made.read(result.artifact_path("flat.json"))


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> la.Result[la.SceneEdit]:
    return edit(tmp_path_factory.mktemp("moved"), "Put the lamp on the bookcase")


def test_an_edit_is_written_with_its_plan_and_its_evidence(moved: la.Result[la.SceneEdit]) -> None:
    assert (moved.status, moved.verdict.value) == ("complete", "confirmed")
    assert moved.answer is not None
    assert moved.answer.goal == ("on(lamp_1, bookcase_1)",)
    assert [step.action for step in moved.answer.plan] == ["place_on(lamp_1, bookcase_1)"]
    assert moved.answer.text == "1. Put lamp (lamp_1) on bookcase (bookcase_1)."
    assert moved.answer.optimal
    lamp = edited(moved)["lamp_1"]
    assert lamp.parent == "bookcase_1"
    assert lamp.box.bottom == pytest.approx(1.8, abs=0.01)
    assert any(entry.claim == "goal: on(lamp_1, bookcase_1)" and entry.holds for entry in moved.evidence)


def test_nothing_else_is_changed(moved: la.Result[la.SceneEdit]) -> None:
    before, after = made.flat(), edited(moved)
    assert moved.answer is not None
    assert [change.id for change in moved.answer.changes] == ["lamp_1"]
    assert moved.answer.unchanged == len(before.objects) - 1
    assert {id_: one for id_, one in after.objects.items() if id_ != "lamp_1"} == {
        id_: one for id_, one in before.objects.items() if id_ != "lamp_1"
    }


def test_the_run_opens_again_and_shows_its_pictures(moved: la.Result[la.SceneEdit]) -> None:
    assert moved.run_dir is not None
    assert la.open_run(moved.run_dir) == moved
    assert {"flat.json", "top.png", "perspective.png", "view.html", "undo.json"} <= set(moved.artifacts)
    assert moved.artifact_path("top.png").read_bytes().startswith(b"\x89PNG")


def test_undo_takes_the_edit_back(moved: la.Result[la.SceneEdit]) -> None:
    data = moved.artifact_path("undo.json").read_bytes()
    assert undo(edited(moved), data).objects == made.flat().objects
    with pytest.raises(InputError, match="lamp_1 is not as the edit left it"):
        undo(made.flat(), data)
    with pytest.raises(InputError, match="undo file"):
        undo(made.flat(), b"{}")


@pytest.mark.parametrize(
    ("instruction", "action", "holds"),
    [
        ("Remove the vase", "remove_object(vase_1)", lambda s: "vase_1" not in s.objects),
        ("Turn the sofa by 180 degrees", "rotate_by(sofa_1", lambda s: abs(math.cos(s["sofa_1"].box.yaw) + 1) < 1e-6),
        ("Make the sofa twice as wide", "scale(sofa_1, 2", lambda s: s["sofa_1"].box.size.x == pytest.approx(4.0)),
        ("Paint the table blue", "stylize(table_1", lambda s: "blue" in s["table_1"].style),
        ("Add a plant to the kitchen", "add_object(", lambda s: {o.room for o in s.objects.values()} >= {"kitchen"}),
    ],
)  # fmt: skip
def test_each_kind_of_edit(instruction: str, action: str, holds: object, tmp_path: Path) -> None:
    result = edit(tmp_path, instruction)
    assert result.verdict.value == "confirmed", result.verdict.reason
    assert result.answer is not None
    assert result.answer.plan[0].action.startswith(action)
    assert callable(holds)
    assert holds(edited(result))


def test_what_rests_on_a_moved_thing_comes_along(tmp_path: Path) -> None:
    result = edit(tmp_path, "Move the table half a metre to the right of the bookcase")
    before, after = made.flat(), edited(result)
    shift = [b - a for a, b in zip(before["table_1"].box.centre, after["table_1"].box.centre, strict=True)]
    assert any(abs(value) > 0.1 for value in shift)
    for id_ in ("lamp_1", "vase_1"):
        gap = math.dist(after[id_].box.centre, after["table_1"].box.centre)
        assert gap == pytest.approx(math.dist(before[id_].box.centre, before["table_1"].box.centre))
        assert after[id_].parent == "table_1"


def test_a_full_surface_is_cleared_first(tmp_path: Path) -> None:
    more = [made.thing("stool_1", 5.0, 4.2, (0.4, 0.4, 0.5)),
            made.thing("bowl_1", 5.0, 4.2, (0.38, 0.38, 0.1), 0.5, parent="stool_1")]  # fmt: skip
    result = edit(tmp_path, "Put the lamp on the stool", made.flat(*more))
    assert result.verdict.value == "confirmed", result.verdict.reason
    assert result.answer is not None
    assert [step.action.partition("(")[0] for step in result.answer.plan] == ["place_on", "place_on"]
    assert edited(result)["bowl_1"].parent != "stool_1"


@pytest.mark.parametrize(
    ("instruction", "verdict", "says"),
    [
        ("Move the safe to the kitchen", "refuted", "safe_1"),
        ("Put the sofa on the table and the table on the sofa", "refuted", "nothing can rest on what rests on it"),
        ("Remove the unicorn", "undecided", "unicorn"),
        ("Flibber the sofa", "undecided", "letter"),
        ("Put the sofa on the lamp", "undecided", "lamp_1"),
    ],
)
def test_what_cannot_be_done_says_why_and_leaves_the_scene(
    instruction: str, verdict: str, says: str, tmp_path: Path
) -> None:
    result = edit(tmp_path, instruction)
    assert (result.status, result.verdict.value) == ("complete", verdict)
    assert says in result.verdict.reason
    assert "flat.json" not in result.artifacts
    assert (tmp_path / "flat.json").read_bytes() == write_scene(read_scene((tmp_path / "flat.json").read_bytes()))


def test_what_holds_already_needs_no_action_and_gives_the_same_bytes(tmp_path: Path) -> None:
    result = edit(tmp_path, "Put the lamp on the table")
    assert result.answer is not None
    assert result.answer.plan == ()
    assert result.verdict.value == "confirmed"
    assert result.artifact_path("flat.json").read_bytes() == (tmp_path / "flat.json").read_bytes()


def test_a_dry_run_plans_and_writes_nothing(tmp_path: Path) -> None:
    result = edit(tmp_path, "Put the lamp on the bookcase", dry_run=True)
    assert result.answer is not None
    assert [step.action for step in result.answer.plan] == ["place_on(lamp_1, bookcase_1)"]
    assert result.artifacts == {}
    assert result.verdict.value == "undecided"


def test_several_things_that_fit_are_asked_about(tmp_path: Path) -> None:
    asked = edit(tmp_path, "Remove the chair")
    assert asked.status == "needs_input"
    assert asked.question is not None
    assert asked.question.choices == ("chair_1", "chair_2")
    assert asked.run_dir is not None
    again = la.resume(asked.run_dir, answer="the big one")
    assert again.status == "needs_input"
    done = la.resume(asked.run_dir, answer="2")
    assert done.verdict.value == "confirmed"
    assert set(made.flat().objects) - set(edited(done).objects) == {"chair_2"}


def test_the_best_candidate_is_taken_when_asked_for(tmp_path: Path) -> None:
    result = edit(tmp_path, "Remove the chair", best=True)
    assert result.verdict.value == "confirmed"
    assert len(set(made.flat().objects) - set(edited(result).objects)) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"format": "lookagain.scene"}',
        b'{"nodes": [], "edges": 7}',
        b"\x00\xff" * 50,
        b"[" * 100_000,
    ],
)
def test_what_is_no_scene_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "scene.json"
    path.write_bytes(data)
    with pytest.raises(InputError):
        la.run(la.EditAsAct(scene=path, instruction="Remove the chair"), run_dir=tmp_path / "run")
    assert path.read_bytes() == data
