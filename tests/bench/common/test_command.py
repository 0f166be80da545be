"""The command: where results go, what a partial run replaces, what its exit status says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.common.bars import Bar
from bench.common.command import Bench, bench, main
from bench.common.results import load

BARS = (
    Bar(name="quick enough", groups=("cost",), column="seconds", aggregate="median", op="<", bound=0.3, rows=5),
    Bar(name="all there", groups=("other",), column="there", aggregate="count_true", op="==", bound=1, rows=1),
)


def fast(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    assert workers == 1
    return {"cost": [{"repeat": k, "seconds": 0.2} for k in range(1 if quick else 5)]}


def slow(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    return {"cost": [{"repeat": k, "seconds": 0.4} for k in range(5)]}


BENCHES: dict[str, Bench] = {"fast": fast, "slow": slow, "none": bench("bench.common.absent", optional=True)}


def run(root: Path, arguments: Sequence[str]) -> int:
    return main("made", BENCHES, BARS, arguments, root=root)


def stored(path: Path) -> Any:
    content = load(path)
    assert content is not None
    return content


def test_the_exit_status_is_that_of_the_bars_that_ran(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, ["--only", "fast", "--workers", "1"]) == 0
    printed = capsys.readouterr().out
    assert "quick enough" in printed
    assert "all there" not in printed
    path = tmp_path / "bench" / "results" / "made.json"
    first = stored(path)
    assert first["groups"]["cost"]["run"]["command"] == "python -m bench.made --only fast --workers 1"
    assert run(tmp_path, ["--only", "slow"]) == 1
    second = stored(path)
    assert second["groups"]["cost"]["rows"][0]["seconds"] == 0.4
    assert second["groups"]["cost"]["run"]["identity"] != first["groups"]["cost"]["run"]["identity"]


def test_a_quick_run_never_touches_the_results(tmp_path: Path) -> None:
    assert run(tmp_path, ["--only", "fast", "--only", "none", "--quick", "--workers", "1"]) == 0
    assert not (tmp_path / "bench").exists()
    quick = stored(tmp_path / "build" / "bench" / "made.json")
    assert next(bar for bar in quick["bars"] if bar["groups"] == ["cost"])["holds"] is False
    assert list(quick["groups"]) == ["cost"]


def test_a_bench_that_must_be_there_is_missed() -> None:
    with pytest.raises(ModuleNotFoundError):
        bench("bench.common.absent")(quick=True, workers=1)
