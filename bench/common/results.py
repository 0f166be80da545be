"""Result files: groups of rows, each with its own date and commit, and bars recomputed from them.

A partial run replaces whole groups only. Every group says when, from which commit, on which machine and by
which command its rows were made, and which run made them; every bar repeats the runs that its rows come
from. So rows of an earlier run can stay in the file, but never look like those of the latest one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.common.bars import Bar, Measured, Row, measure

__all__ = ["Run", "bar_records", "jsonable", "load", "merge", "rows_of", "save"]

SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Run:
    """One call of a benchmark command: ``identity`` is unique, ``date`` is UTC in ISO 8601."""

    identity: str
    date: str
    commit: str
    command: str
    machine: Mapping[str, object]


def merge(
    previous: Mapping[str, object] | None,
    *,
    name: str,
    run: Run,
    groups: Mapping[str, Sequence[Row]],
    bars: Sequence[Bar],
) -> dict[str, object]:
    """The new content of a result file: ``groups`` replace theirs, all bars are computed anew."""
    kept: dict[str, object] = {}
    old = previous.get("groups") if previous else None
    if isinstance(old, Mapping):
        kept = {str(key): value for key, value in old.items() if key not in groups}
    stamp = asdict(run)
    fresh = {key: {"run": stamp, "rows": [jsonable(row) for row in rows]} for key, rows in groups.items()}
    merged = {**kept, **fresh}
    return {
        "schema": SCHEMA,
        "name": name,
        "run": stamp,
        "machine": jsonable(run.machine),
        "date": run.date,
        "commit": run.commit,
        "stale_groups": sorted(key for key, group in kept.items() if _stamp(group)["identity"] != run.identity),
        "bars": bar_records(bars, merged),
        "groups": {key: merged[key] for key in sorted(merged)},
    }


def bar_records(bars: Sequence[Bar], groups: Mapping[str, object]) -> list[dict[str, object]]:
    """Each bar with its value, n, ci, holds and the runs that its rows come from."""
    rows = {key: rows_of(group) for key, group in groups.items()}
    return [_record(bar, measure(bar, rows), groups) for bar in bars]


def rows_of(group: object) -> list[Row]:
    """The rows of one stored group; raises ValueError on anything else."""
    if isinstance(group, Mapping):
        rows = group.get("rows")
        if isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows):
            return rows
    raise ValueError("expected a group of the form {run, rows: [object, ...]}")


def load(path: Path) -> dict[str, object] | None:
    """The stored content, or None where there is no file yet; raises ValueError on another schema."""
    if not path.exists():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise ValueError(f"{path}: expected a result file of schema {SCHEMA}; delete it and run again.")
    return content


def save(path: Path, content: Mapping[str, object]) -> None:
    """Write the file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    partial.replace(path)


def jsonable(value: object) -> object:
    """JSON values; floats rounded to nine significant digits, non-finite ones to null."""
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [jsonable(item) for item in items]
    if isinstance(value, bool) or value is None or isinstance(value, int | str):
        return value
    if hasattr(value, "item"):
        return jsonable(value.item())
    if isinstance(value, float):
        return float(f"{value:.9g}") if math.isfinite(value) else None
    return str(value)


def _record(bar: Bar, measured: Measured, groups: Mapping[str, object]) -> dict[str, object]:
    runs = {key: _stamp(groups[key]) for key in bar.groups if key in groups}
    return {
        **bar.spec(),
        "value": jsonable(measured.value),
        "n": measured.n,
        "ci": jsonable(measured.ci),
        "holds": measured.holds,
        "measured_by": runs,
    }


def _stamp(group: object) -> dict[str, object]:
    run = group.get("run") if isinstance(group, Mapping) else None
    source = run if isinstance(run, Mapping) else {}
    return {key: source.get(key) for key in ("identity", "date", "commit")}
