"""``suite``: edits in the shape of E2A-Bench: a scene, a sentence, and a goal that is checked on the raw file.

The sentences and goals in ``tasks/*.json`` were written from the scene files alone, before any run. Those of
``tasks/held_out``, of three more scenes, were written after the program had been mended with the help of the others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.common.pool import run_cases
from bench.common.table import table
from bench.edit_as_act import api
from bench.edit_as_act.judge import judge
from bench.edit_as_act.scenes import DATABASE, database, scene_bytes, scenes_folder

__all__ = ["HELD_OUT", "KINDS", "TASKS", "case", "run", "run_held_out"]

#: Of ``run --quick``.
_QUICK = ("own_1", "house_0")


def _load(folder: Path) -> dict[str, dict[str, Any]]:
    """Tasks by id; each with its ``scene`` and ``file``, the name of its task file."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        for task in content["tasks"]:
            found[task["id"]] = {**task, "scene": content["scene"], "file": path.stem}
    return found


_FOLDER = Path(__file__).parent / "tasks"
TASKS: Mapping[str, Mapping[str, Any]] = _load(_FOLDER)
HELD_OUT: Mapping[str, Mapping[str, Any]] = _load(_FOLDER / "held_out")
KINDS = ("add", "remove", "move", "rotate", "scale", "stylize", "compound")


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of group ``suite``."""
    return {"suite": _rows([task for task in TASKS.values() if not quick or task["file"] in _QUICK], workers)}


def run_held_out(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of group ``held_out``; none for a quick run: these are for measuring only."""
    return {"held_out": _rows([] if quick else list(HELD_OUT.values()), workers)}


def _rows(chosen: Sequence[Mapping[str, Any]], workers: int) -> list[dict[str, object]]:
    cases = [{key: task[key] for key in ("scene", "id", "kind", "instruction")} for task in chosen]
    rows = run_cases(case, cases, label="suite", workers=workers)
    print(table(rows, ("id", "status", "verdict", "goal_met", "drift", "faults", "reason")))
    print(table([_count(kind, rows) for kind in KINDS], ("kind", "tasks", "met", "confirmed", "wrong")))
    return rows


def case(values: Mapping[str, object]) -> dict[str, object]:
    """One edit, and what the edited file is worth."""
    task = {**TASKS, **HELD_OUT}[str(values["id"])]
    before = scene_bytes(task["scene"])
    with TemporaryDirectory() as name:
        path = Path(name) / "scene.json"
        path.write_bytes(before)
        assets = scenes_folder() / DATABASE if "procthor" in task["scene"] else None
        outcome = api.run_edit(path, task["instruction"], Path(name) / "run", assets=assets)
        if path.read_bytes() != before:
            raise AssertionError("the given scene file was changed")
    columns = outcome.columns()
    if outcome.edited is None:
        return {**columns, "goal_met": False, "wrong_confirmed": outcome.verdict == "confirmed", **_UNEDITED}
    judged = judge(task, before, outcome.edited, database())
    confirmed = outcome.verdict == "confirmed"
    clean = not any(judged[key] for key in ("drift", "collisions", "unsupported", "out_of_bounds"))
    return {
        **columns,
        **judged,
        "wrong_confirmed": confirmed and not judged["goal_met"],
        "unclean_confirmed": confirmed and not clean,
    }


_UNEDITED: Mapping[str, object] = {
    "drift": 0,
    "collisions": 0,
    "unsupported": 0,
    "out_of_bounds": 0,
    "unclean_confirmed": False,
}


def _count(kind: str, rows: list[dict[str, object]]) -> dict[str, object]:
    mine = [row for row in rows if row["kind"] == kind]
    return {
        "kind": kind,
        "tasks": len(mine),
        "met": sum(row.get("goal_met") is True for row in mine),
        "confirmed": sum(row.get("verdict") == "confirmed" for row in mine),
        "wrong": sum(row.get("wrong_confirmed") is True for row in mine),
    }
