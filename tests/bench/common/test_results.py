"""Result files: partial runs stay apart, and the checker sees what was changed by hand."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from bench.common.bars import Bar
from bench.common.check import differences, main
from bench.common.results import Run, load, merge, save
from bench.pixel2phys.bars import BARS

_BARS = (
    Bar(name="fast", groups=("a",), column="s", aggregate="median", op="<=", bound=2.0, rows=3),
    Bar(name="all", groups=("a", "b"), column="ok", aggregate="count_true", op="==", bound=4, rows=4),
)
_A = [{"s": 1.0, "ok": True}, {"s": 2.0, "ok": True}, {"s": 3.0, "ok": True}]


def run_of(identity: str) -> Run:
    return Run(
        identity=identity, date=f"date-{identity}", commit=f"commit-{identity}", command="c", machine={"cpu": "m"}
    )


def merged(previous: dict[str, object] | None, identity: str, groups: dict[str, list[dict[str, Any]]]) -> Any:
    return merge(previous, name="n", run=run_of(identity), groups=groups, bars=_BARS)


def test_kept_rows_keep_the_stamp_of_their_own_run() -> None:
    first = merged(None, "1", {"a": _A, "b": [{"ok": True}]})
    second = merged(first, "2", {"b": [{"ok": False}]})
    assert second["run"]["identity"] == "2"
    assert second["stale_groups"] == ["a"]
    assert second["groups"]["a"]["run"]["identity"] == "1"
    assert second["groups"]["b"]["run"]["commit"] == "commit-2"
    both = next(record for record in second["bars"] if record["name"] == "all")
    assert {name: run["identity"] for name, run in both["measured_by"].items()} == {"a": "1", "b": "2"}
    assert both["value"] == 3.0
    assert both["holds"] is False


def test_groups_written_earlier_by_the_same_run_are_not_stale() -> None:
    first = merged(None, "1", {"a": _A})
    assert merged(first, "1", {"b": [{"ok": True}]})["stale_groups"] == []


def test_a_run_replaces_whole_groups() -> None:
    first = merged(None, "1", {"a": _A})
    second = merged(first, "2", {"a": _A[:1]})
    assert len(second["groups"]["a"]["rows"]) == 1
    assert not next(record for record in second["bars"] if record["name"] == "fast")["holds"]


def test_a_file_round_trips_and_non_finite_numbers_become_null(tmp_path: Path) -> None:
    content = merged(None, "1", {"a": [{"s": float("inf"), "ok": True, "path": Path("x"), "set": {2, 1}}]})
    save(tmp_path / "r" / "n.json", content)
    loaded = load(tmp_path / "r" / "n.json")
    assert loaded == content
    assert content["groups"]["a"]["rows"] == [{"s": None, "ok": True, "path": "x", "set": [1, 2]}]
    assert load(tmp_path / "absent.json") is None
    (tmp_path / "old.json").write_text("{}")
    with pytest.raises(ValueError, match="schema"):
        load(tmp_path / "old.json")


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("bars", 0, "holds"), False, "holds"),
        (("bars", 0, "value"), 1.5, "value"),
        (("bars", 0, "bound"), 9.0, "bound"),
        (("bars", 0, "n"), 30, "n is"),
        (("bars", 0, "where"), {"s": 1.0}, "where"),
        (("bars", 1, "ci"), [0.0, 1.0], "ci"),
        (("bars", 1, "name"), "other", "not declared"),
        (("groups", "a", "rows", 0, "ok"), False, "value"),
        (("groups", "a", "rows", 1, "s"), 2.5, "value"),
        (("groups", "a", "run", "commit"), "another", "measured_by"),
    ],
)
def test_the_checker_sees_a_changed_file(path: tuple[Any, ...], value: object, says: str) -> None:
    content = merged(None, "1", {"a": _A, "b": [{"ok": True}]})
    assert differences(content, _BARS) == []
    forged = copy.deepcopy(content)
    place: Any = forged
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert any(says in line for line in differences(forged, _BARS))


def test_the_checker_misses_no_dropped_bar() -> None:
    content = merged(None, "1", {"a": _A, "b": [{"ok": True}]})
    content["bars"] = content["bars"][:1]
    assert differences(content, _BARS) == ["bar 'all' is not stored"]


def test_the_command_recomputes_the_bars_of_a_benchmark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"system": "linear", "seed": k, "exact": True, "r2": 0.99995} for k in range(20)]
    content: Any = merge(None, name="pixel2phys", run=run_of("1"), groups={"five": rows}, bars=BARS)
    path = tmp_path / "pixel2phys.json"
    save(path, content)
    assert main([str(path)]) == 0
    linear = [record for record in content["bars"] if record["name"].startswith("five: linear")]
    assert [record["holds"] for record in linear] == [True, True]
    content["groups"]["five"]["rows"][7]["exact"] = False
    path.write_text(json.dumps(content))
    assert main([str(path)]) == 1
    assert "five: linear: exact" in capsys.readouterr().out
    assert main([str(tmp_path / "absent.json")]) == 1
    assert main([]) == 1
