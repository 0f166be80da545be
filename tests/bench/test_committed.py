"""Every result file in the repository says what its rows and the declared bars give."""

from __future__ import annotations

from bench.common.check import main
from bench.common.machine import ROOT, commit, machine
from bench.pixel2phys.bars import BARS
from bench.pixel2phys.noise import LAWLESS_RUNS


def test_committed_results_are_what_their_rows_give() -> None:
    files = sorted(str(path) for path in (ROOT / "bench" / "results").glob("*.json"))
    assert not files or main(files) == 0


def test_bars_have_names_of_their_own_and_count_their_runs() -> None:
    assert len({bar.name for bar in BARS}) == len(BARS)
    wrong = next(bar for bar in BARS if "lawless" in bar.groups and bar.column == "wrong_confirmed")
    assert wrong.rows == 200 + sum(LAWLESS_RUNS.values())


def test_the_machine_is_described() -> None:
    described = machine()
    assert described["cpu"]
    assert described["cores"]
    assert commit()
