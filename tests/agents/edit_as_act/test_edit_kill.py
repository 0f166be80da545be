"""SIGKILL before and after writes of an edit: resumed, it gives the same scene."""

from __future__ import annotations

from pathlib import Path

import lookagain as la
from tests.agents.edit_as_act import made
from tests.support.calls import CallLog
from tests.support.kill import kill_at, reference_run


def test_a_killed_edit_resumes_to_the_same_scene(tmp_path: Path) -> None:
    path = made.write(tmp_path / "flat.json")
    log = CallLog(path=tmp_path / "calls.log")

    def scenario(run_dir: Path) -> la.Result[la.SceneEdit]:
        return la.run(
            la.EditAsAct(scene=path, instruction="Put the lamp between the sofa and the table"), run_dir=run_dir
        )

    reference = reference_run(scenario, tmp_path, log.made)
    writes = range(len(reference["writes"]))
    reports = [kill_at(scenario, tmp_path, reference, at=at, when="before", made=log.made) for at in writes[::4]]
    reports += [kill_at(scenario, tmp_path, reference, at=at, when="after", made=log.made) for at in writes[2::8]]
    assert len(reports) > 8
    assert [report for report in reports if not report.holds] == []
    assert path.read_bytes() == made.write(tmp_path / "again.json").read_bytes()
