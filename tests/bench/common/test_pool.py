"""The pool reports every case, failed ones included, in the order asked."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bench.common.pool import run_cases
from bench.common.table import bars_table, table


def halve(case: Mapping[str, object]) -> dict[str, object]:
    number = int(str(case["number"]))
    if number % 2:
        raise ValueError(f"{number} is odd")
    return {"half": number // 2}


def test_a_case_that_raises_is_a_row_with_its_error(capsys: pytest.CaptureFixture[str]) -> None:
    rows = run_cases(halve, [{"number": number} for number in (4, 3, 2)], label="halves")
    assert [row["number"] for row in rows] == [4, 3, 2]
    assert [row.get("half") for row in rows] == [2, None, 1]
    assert rows[1]["error"] == "ValueError: 3 is odd"
    assert "[halves   3/3]" in capsys.readouterr().out


def test_tables_align() -> None:
    lines = table([{"a": 1.0, "b": None}, {"a": 22, "b": [1.5]}], ("a", "b")).splitlines()
    assert lines == ["a   b", "--  -----", "1   -", "22  [1.5]"]
    record = {"name": "n", "value": 1, "op": ">=", "bound": 2, "n": 1, "rows": 3, "ci": None, "holds": False}
    assert "NO" in bars_table([record])
