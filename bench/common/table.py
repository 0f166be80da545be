"""Plain text tables for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["bars_table", "table"]


def table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Aligned columns; a missing cell is left empty."""
    cells = [[_text(row.get(name, "")) for name in columns] for row in rows]
    widths = [max([len(name), *(len(line[k]) for line in cells)]) for k, name in enumerate(columns)]
    lines = [columns, ["-" * width for width in widths], *cells]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def bars_table(records: Sequence[Mapping[str, object]]) -> str:
    """The bars of a result file with what they came to."""
    rows = [
        {
            "bar": record["name"],
            "value": record["value"],
            "op": record["op"],
            "bound": record["bound"],
            "n": f"{record['n']}/{record['rows']}",
            "ci": record["ci"],
            "holds": "yes" if record["holds"] else "NO",
        }
        for record in records
    ]
    return table(rows, ("bar", "value", "op", "bound", "n", "ci", "holds"))


def _text(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return "[" + " ".join(_text(item) for item in value) + "]"
    return str(value)
