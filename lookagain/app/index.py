"""``index.jsonl``: one line an item, appended as items finish, so that a kill loses nothing."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from lookagain.core.blobs import write_atomic
from lookagain.core.errors import RunError

__all__ = ["Index", "IndexLine"]


@dataclass(frozen=True, kw_only=True)
class IndexLine:
    """One item. ``run`` is the run folder relative to the index, "" when the item never got one."""

    input: str
    run: str
    agent: str
    status: str
    verdict: str = ""
    headline: str = ""
    seconds: float = 0.0
    error: str = ""


class Index:
    """The index of an output folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "index.jsonl"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder alone. Raises ``RunError`` at once when another batch works in it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise RunError(
                    f"{self.folder}: another batch is working in this folder.",
                    hint="Wait for it, or choose another --out.",
                ) from error
            yield

    def lines(self) -> list[IndexLine]:
        """The last line of every item, in the order the items first came. Torn lines are left out."""
        if not self.path.is_file():
            return []
        last: dict[tuple[str, str], IndexLine] = {}
        for text in self.path.read_text(encoding="utf-8", errors="replace").splitlines():
            line = _parse(text)
            if line is not None:
                last.pop((line.input, ""), None)
                last[line.input, line.run] = line
        return list(last.values())

    def add(self, line: IndexLine) -> None:
        """Append a line."""
        with self.path.open("ab+") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - 1, 0))
            torn = file.read() not in {b"", b"\n"}
            file.write(b"\n" * torn + _text(line).encode("ascii"))

    def compact(self) -> None:
        """Leave only the last line of every item."""
        write_atomic(self.path, "".join(_text(line) for line in self.lines()).encode("ascii"))


def _text(line: IndexLine) -> str:
    return json.dumps(asdict(line), ensure_ascii=True) + "\n"


def _parse(text: str) -> IndexLine | None:
    try:
        row: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    kinds = {"seconds": (int, float)}
    names = [field.name for field in fields(IndexLine)]
    if not isinstance(row, dict) or set(row) != set(names):
        return None
    if not all(isinstance(row[name], kinds.get(name, (str,))) for name in names):
        return None
    # A run is a folder beside the index; anything else was not written here.
    if row["run"] != Path(row["run"]).name or row["run"] in {".", ".."}:
        return None
    return IndexLine(**row)
