"""A bar: one number that a benchmark must reach, computed from its rows and from nothing else."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from bench.common.statistics import median_interval, wilson

__all__ = ["Aggregate", "Bar", "Measured", "Op", "Row", "Scalar", "measure"]

Scalar: TypeAlias = str | int | float | bool | None
Row: TypeAlias = Mapping[str, object]
Aggregate: TypeAlias = Literal["count_true", "share_true", "min", "max", "median", "sum"]
Op: TypeAlias = Literal[">=", "<=", "==", ">", "<"]

_OPS: dict[Op, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
_NUMERIC: dict[str, Callable[[Sequence[float]], float]] = {
    "min": lambda values: float(np.min(values)),
    "max": lambda values: float(np.max(values)),
    "median": lambda values: float(np.median(values)),
    "sum": lambda values: float(np.sum(values)),
}


@dataclass(frozen=True, kw_only=True)
class Bar:
    """``aggregate`` of ``column`` over the rows of ``groups`` that equal ``where``, then ``op bound``.

    ``rows`` is how many rows there must be at least (exactly, with ``exact_rows``): a bar over fewer does
    not hold, whatever its value. A missing, null or non-finite number makes the bar fail: an unmeasured row
    is never dropped silently.
    """

    name: str
    groups: tuple[str, ...]
    column: str
    aggregate: Aggregate
    op: Op
    bound: float
    rows: int
    exact_rows: bool = True
    where: Mapping[str, Scalar] = field(default_factory=dict)
    note: str = ""

    def spec(self) -> dict[str, object]:
        """The bar as JSON values: what a result file stores beside the measured value."""
        return {
            "name": self.name,
            "groups": list(self.groups),
            "column": self.column,
            "aggregate": self.aggregate,
            "where": dict(self.where),
            "op": self.op,
            "bound": self.bound,
            "rows": self.rows,
            "exact_rows": self.exact_rows,
            "note": self.note,
        }


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a bar came to: ``value`` and ``ci`` are None where a row was unmeasured or there was none."""

    value: float | None
    n: int
    ci: tuple[float, float] | None
    holds: bool


def measure(bar: Bar, groups: Mapping[str, Sequence[Row]]) -> Measured:
    """Recompute one bar from rows.

    ``count_true`` and ``share_true`` carry a Wilson interval of the share, ``median`` the range of values.
    """
    present = all(name in groups for name in bar.groups)
    rows = [row for name in bar.groups for row in groups.get(name, ()) if _matches(row, bar.where)]
    n = len(rows)
    value, ci = _aggregate(bar, rows) if rows else (None, None)
    enough = n == bar.rows if bar.exact_rows else n >= bar.rows
    holds = present and enough and value is not None and _OPS[bar.op](value, bar.bound)
    return Measured(value=value, n=n, ci=ci, holds=holds)


def _matches(row: Row, where: Mapping[str, Scalar]) -> bool:
    return all(key in row and row[key] == wanted for key, wanted in where.items())


def _aggregate(bar: Bar, rows: Sequence[Row]) -> tuple[float | None, tuple[float, float] | None]:
    cells = [row.get(bar.column) for row in rows]
    if bar.aggregate in ("count_true", "share_true"):
        if not all(isinstance(cell, bool) for cell in cells):
            return None, None
        hits = sum(cell is True for cell in cells)
        return float(hits) if bar.aggregate == "count_true" else hits / len(cells), wilson(hits, len(cells))
    numbers = [float(cell) for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]
    if len(numbers) != len(cells) or not all(map(math.isfinite, numbers)):
        return None, None
    value = _NUMERIC[bar.aggregate](numbers)
    return value, median_interval(numbers) if bar.aggregate == "median" else None
