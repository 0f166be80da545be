"""The command: where results go, what a partial run replaces, what its exit status says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench.common.results import load
from bench.pixel2phys import __main__ as command
from bench.pixel2phys.speed import _growth, peak_megabytes


def fast(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    assert workers == 1
    return {"help": [{"repeat": k, "help_seconds": 0.2} for k in range(1 if quick else 5)]}


def slow(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    return {"help": [{"repeat": k, "help_seconds": 0.4} for k in range(5)]}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "BENCHES", {"fast": fast, "slow": slow, "none": lambda **_: {}})
    return tmp_path


def stored(path: Path) -> Any:
    content = load(path)
    assert content is not None
    return content


def test_the_exit_status_is_that_of_the_bars_that_ran(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--only", "fast", "--workers", "1"]) == 0
    assert "lookagain --help" in capsys.readouterr().out
    path = root / "bench" / "results" / "pixel2phys.json"
    first = stored(path)
    assert first["groups"]["help"]["run"]["command"] == "python -m bench.pixel2phys --only fast --workers 1"
    assert command.main(["--only", "slow"]) == 1
    second = stored(path)
    assert second["groups"]["help"]["rows"][0]["help_seconds"] == 0.4
    assert second["groups"]["help"]["run"]["identity"] != first["run"]["identity"]


def test_a_quick_run_never_touches_the_results(root: Path) -> None:
    assert command.main(["--only", "fast", "--only", "none", "--quick", "--workers", "1"]) == 0
    assert not (root / "bench").exists()
    quick = stored(root / "build" / "bench" / "pixel2phys.json")
    assert next(bar for bar in quick["bars"] if bar["groups"] == ["help"])["holds"] is False


def test_memory_of_a_run_that_found_no_law_says_nothing() -> None:
    found: dict[str, object] = {"peak_mb": 200.0, "law_found": True}
    assert _growth(found, {"peak_mb": 210.0, "law_found": True}) == pytest.approx(0.05)
    assert _growth(found, {"peak_mb": 210.0, "law_found": False}) is None
    assert _growth({"error": "x"}, found) is None
    peak = peak_megabytes()
    assert peak is None or 10 < peak < 100_000
