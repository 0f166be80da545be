"""What a model may say about an edit, and what becomes of what it may not. The models are scripts: nothing here is a
claim about answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lookagain as la
from lookagain.agents.edit_as_act.regress import judge
from lookagain.core.errors import OutputError
from lookagain.planners.editlang.domain import load_domain
from lookagain.planners.editlang.source import Source
from lookagain.planners.editlang.syntax import parse_action, parse_atom
from lookagain.planners.editlang.values import Atom
from lookagain.testing import ScriptedCall, ScriptedChatModel
from tests.agents.edit_as_act import made


def goal(*atoms: tuple[str, list[Any]], new: tuple[dict[str, str], ...] = ()) -> str:
    return json.dumps({"goals": [{"pred": name, "args": args} for name, args in atoms], "new": list(new)})


def actions(*texts: str) -> str:
    return json.dumps({"actions": list(texts)})


def model(understood: list[str], planned: list[str]) -> ScriptedChatModel:
    """Says the texts of each prompt in turn, the last one again and again."""
    said = {"goals": iter(understood), "actions": iter(planned)}
    last: dict[str, str] = {}

    def reply(call: ScriptedCall) -> str:
        kind = "actions" if "Propose the action" in call.text else "goals"
        last[kind] = next(said[kind], last.get(kind, ""))
        return last[kind]

    return ScriptedChatModel(script=reply)


def edit(folder: Path, scripted: ScriptedChatModel, instruction: str = "as you like") -> la.Result[la.SceneEdit]:
    task = la.EditAsAct(scene=made.write(folder / "flat.json"), instruction=instruction)
    return la.run(task, model=scripted, run_dir=folder / "run")


def test_a_model_s_goal_and_plan_are_checked_and_done(tmp_path: Path) -> None:
    said = model([goal(("on", ["lamp_1", "bookcase_1"]))], [actions("place_on(lamp_1, bookcase_1)")])
    result = edit(tmp_path, said)
    assert result.verdict.value == "confirmed"
    assert result.answer is not None
    assert [step.action for step in result.answer.plan] == ["place_on(lamp_1, bookcase_1)"]
    assert not result.answer.optimal
    assert result.usage.model_calls == 2
    shown = "\n".join(call.text for call in said.calls)
    assert "lamp_1 (lamp, at 2.60 3.00" in shown
    assert "place_on(obj: object, surface: support)" in shown


def test_a_plan_of_several_steps_is_found_backward(tmp_path: Path) -> None:
    new = ({"id": "plant_1", "category": "plant"},)
    said = model(
        [goal(("has_style", ["plant_1", "green"]), ("on", ["plant_1", "floor:kitchen"]), new=new)],
        [actions("stylize(plant_1, green)"), actions("add_object(plant_1, plant, floor:kitchen)")],
    )
    result = edit(tmp_path, said)
    assert result.verdict.value == "confirmed", result.verdict.reason
    assert result.answer is not None
    assert [step.action.partition("(")[0] for step in result.answer.plan] == ["add_object", "stylize"]


def test_a_hallucinated_id_is_shown_to_the_model_and_mended(tmp_path: Path) -> None:
    said = model(
        [goal(("removed", ["unicorn_7"])), goal(("removed", ["vase_1"]))], [actions("remove_object(vase_1)")]
    )  # fmt: skip
    result = edit(tmp_path, said)
    assert result.verdict.value == "confirmed"
    assert any("unicorn_7" in call.text and "nothing here has the id" in call.text for call in said.calls)


@pytest.mark.parametrize(
    "nonsense",
    [
        "I would rather not.",
        "{",
        goal(("removed", ["unicorn_7"])),
        goal(("explode", ["vase_1"])),
        goal(("on", ["vase_1"])),
        goal(("at", ["vase_1", 1e99, 0.0, 0.0])),
        goal(("removed", ["vase_1"]), ("on", ["vase_1", "sofa_1"])),
        json.dumps({"goals": [{"pred": "removed", "args": ["vase_1"], "effects": ["exists"]}]}),
        '{"goals": [{"pred": "__import__(\'os\').system(\'true\')", "args": ["x"]}]}',
        "[" * 5000,
    ],
)
def test_what_no_repair_mends_is_a_typed_failure_and_the_scene_is_as_it_was(nonsense: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        edit(tmp_path, model([nonsense], []))
    assert made.read(tmp_path / "flat.json").objects == made.flat().objects
    assert not (tmp_path / "run" / "flat.json").exists()


@pytest.mark.parametrize(
    "proposed",
    [
        "remove_object(sofa_1)",
        "place_on(bookcase_1, lamp_1)",
        "place_on(lamp_1, safe_9)",
        "launch(lamp_1)",
        "place_on(lamp_1",
        "stylize(lamp_1, red)",
    ],
)
def test_a_bad_proposal_is_refused_and_the_search_plans(proposed: str, tmp_path: Path) -> None:
    said = model([goal(("on", ["lamp_1", "bookcase_1"]))], [actions(proposed)])
    result = edit(tmp_path, said)
    assert result.verdict.value == "confirmed"
    assert result.answer is not None
    assert [step.action for step in result.answer.plan] == ["place_on(lamp_1, bookcase_1)"]
    assert result.answer.optimal
    told = [call.text for call in said.calls if "Propose the action" in call.text]
    assert len(told) == 5
    assert proposed.partition("(")[0] in told[-1]


def test_a_model_s_scores_inform_and_decide_nothing(tmp_path: Path) -> None:
    def reply(call: ScriptedCall) -> str:
        if "Score " in call.text and "before, then after" in call.text:
            assert len(call.images) == 2
            return json.dumps({"score": 3, "explanation": "I do not like it."})
        if "Propose the action" in call.text:
            return actions("remove_object(vase_1)")
        return goal(("removed", ["vase_1"]))

    task = la.EditAsAct(scene=made.write(tmp_path / "flat.json"), instruction="x", judge=True)
    result = la.run(task, model=ScriptedChatModel(script=reply), run_dir=tmp_path / "run")
    assert result.verdict.value == "confirmed"
    scores = [entry for entry in result.evidence if entry.claim.endswith("judged by a model")]
    assert [entry.measured for entry in scores] == [3.0, 3.0, 3.0]
    assert all(entry.holds is None for entry in scores)


def test_a_model_that_spends_without_end_reaches_a_limit(tmp_path: Path) -> None:
    said = model([goal(("on", ["lamp_1", "bookcase_1"]))], [actions("stylize(lamp_1, red)")])
    task = la.EditAsAct(scene=made.write(tmp_path / "flat.json"), instruction="x")
    result = la.run(task, model=said, run_dir=tmp_path / "run", limits=la.Limits(model_calls=3))
    assert result.status == "limited"
    assert "flat.json" not in result.artifacts


def _source(holds: Callable[[Atom], bool] | None = None) -> Source:
    domain = load_domain()
    facts = [parse_atom(domain, text) for text in ("exists(a)", "exists(b)", "exists(s)", "on(a, s)", "locked(b)")]
    return Source(domain, facts, holds)


@pytest.mark.parametrize(
    ("action", "met", "fault"),
    [
        ("place_on(a, s)", "", ""),
        ("place_on(a, x)", "", "there is no x"),
        ("stylize(a, red)", "", "none of the open goals"),
        ("place_on(a, s)", "is_facing(a, s)", "would destroy is_facing(a, s)"),
    ],
)
def test_the_four_criteria(action: str, met: str, fault: str) -> None:
    domain = load_domain()
    open_ = [parse_atom(domain, "on(a, s)")]
    kept = [parse_atom(domain, met)] if met else []
    found = judge(domain, parse_action(domain, action), open_, kept, _source())
    assert fault in found
    assert bool(fault) == bool(found)


def test_what_is_never_possible_is_no_consistent_proposal() -> None:
    domain = load_domain()
    found = judge(domain, parse_action(domain, "place_on(b, s)"), [parse_atom(domain, "on(b, s)")], [], _source())
    assert "never holds" in found
