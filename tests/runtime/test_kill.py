"""SIGKILL before and after every write: the resumed run gives the same result and pays nothing twice."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from lookagain.core.result import Result
from lookagain.runtime.run import run
from tests.support.calls import CallLog, LoggedLength, LoggedModel
from tests.support.kill import When, kill_at, reference_run
from tests.support.toy import Toy, ToyAnswer


@pytest.mark.parametrize("when", get_args(When))
def test_killed_at_every_write_with_parallel_branches_and_a_model(tmp_path: Path, when: When) -> None:
    log = CallLog(path=tmp_path / "calls.log")

    def scenario(run_dir: Path) -> Result[ToyAnswer]:
        return run(
            Toy(words=("look", "again", "look")),
            model=LoggedModel(log=log),
            experts={"length": LoggedLength(log=log)},
            run_dir=run_dir,
        )

    reference = reference_run(scenario, tmp_path, log.made)
    assert {name.partition(".")[0] for name in reference["writes"]} >= {"Journal", "SqliteSaver", "lookagain"}
    reports = [
        kill_at(scenario, tmp_path, reference, at=at, when=when, made=log.made)
        for at in range(len(reference["writes"]))
    ]
    assert [report for report in reports if not report.holds] == []
