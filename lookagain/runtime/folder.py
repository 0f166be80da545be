"""A run folder: everything one run leaves behind, readable without the program.

::

    task.json           the task, its settings and its provenance, written before anything runs
    journal.sqlite      every model and expert response, every executed node
    checkpoints.sqlite  LangGraph's checkpoints
    blobs/ab/<sha256>   content-addressed files
    NAME.ext            the artifacts under their own names
    result.json         the result, written last
"""

from __future__ import annotations

import fcntl
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lookagain.core.blobs import BlobStore, write_atomic
from lookagain.core.errors import RunError
from lookagain.core.limits import Limits
from lookagain.core.result import RESULT_VERSION, Provenance, Result
from lookagain.core.values import Value
from lookagain.runtime.registry import find_agent

__all__ = ["RunFolder", "RunRecord"]

FORMAT_VERSION = 1


class RunRecord(Value):
    """What ``task.json`` holds. ``base`` is the folder that relative paths of the task start at."""

    format_version: int = FORMAT_VERSION
    agent: str
    task_version: int
    task: dict[str, Any]
    limits: Limits
    model: str | None
    media_root: str | None = None
    base: str
    provenance: Provenance


_OWN = {"task.json", "result.json", "journal.sqlite", "checkpoints.sqlite", "blobs", "report.html"}


def _plain_name(name: str) -> bool:
    """Whether an artifact may lie in a run folder under this name."""
    return bool(name) and Path(name).name == name and name[0] != "." and "\0" not in name and name not in _OWN


class RunFolder:
    """The files of one run. Nothing outside of the folder is ever written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.blobs = BlobStore(path)

    @property
    def journal(self) -> Path:
        """The journal's database."""
        return self.path / "journal.sqlite"

    @property
    def checkpoints(self) -> Path:
        """The checkpoints' database."""
        return self.path / "checkpoints.sqlite"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder alone. Raises ``RunError`` at once when another process holds it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = (self.path / ".lock").open("w")
        except (OSError, ValueError) as error:
            raise RunError(f"{self.path}: not usable as a run folder ({error}).", hint="Choose another.") from error
        with lock as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise RunError(
                    f"{self.path}: another process is working in this run folder.",
                    hint="Wait for it, or use another folder.",
                ) from error
            yield

    def record(self) -> RunRecord | None:
        """What the folder was started with, or None in a new folder."""
        path = self.path / "task.json"
        if not path.exists():
            return None
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            version = raw.get("format_version") if isinstance(raw, dict) else None
            if version != FORMAT_VERSION:
                raise RunError(
                    f"{path}: expected format version {FORMAT_VERSION}, got {version!r}.",
                    hint="Open it with the version of lookagain that wrote it, or run the task again.",
                )
            return RunRecord.model_validate(raw)
        except (ValidationError, ValueError, OSError, RecursionError) as error:
            raise RunError(
                f"{path}: expected a run's record, got: {str(error)[:200]}.",
                hint="Run the task again in a new folder.",
            ) from error

    def write_record(self, record: RunRecord) -> None:
        """Write ``task.json``."""
        write_atomic(self.path / "task.json", record.model_dump_json(indent=1).encode())

    def result(self) -> Result[Any] | None:
        """The stored result, or None when there is none yet."""
        path = self.path / "result.json"
        if not path.exists():
            return None
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            version = raw.get("schema_version") if isinstance(raw, dict) else None
            if version != RESULT_VERSION:
                raise RunError(f"{path}: expected result version {RESULT_VERSION}, got {version!r}.")
            agent = find_agent(raw["provenance"]["agent"])
            kind: type[Result[Any]] = Result[agent.answer]  # type: ignore[name-defined]
            return kind.model_validate(raw).opened_from(self.path)
        except (ValidationError, ValueError, KeyError, TypeError, OSError, RecursionError) as error:
            raise RunError(
                f"{path}: expected a result, got: {str(error)[:200]}.",
                hint="Resume the run to write it again.",
            ) from error

    def write_result(self, result: Result[Any]) -> Result[Any]:
        """Write the artifacts under their names, then ``result.json``."""
        for ref in result.artifacts.values():
            if not _plain_name(ref.name):
                raise RunError(f"artifact name {ref.name!r} is not a free, plain file name.")
            temporary = self.path / f".{ref.name}.{secrets.token_hex(8)}"
            with self.blobs.path(ref).open("rb") as source, temporary.open("xb") as target:
                shutil.copyfileobj(source, target)
            temporary.replace(self.path / ref.name)
        write_atomic(self.path / "result.json", result.model_dump_json(indent=1).encode())
        return result.opened_from(self.path)
