"""Many inputs, one agent: every item gets a run folder, a line in the index and a place in the report.

The batch knows no agent: a factory makes the task of a source (a file, or several), a backend runs it. The name of
a run folder is made from the task, the hashes of its inputs, the model and the seed, so the same work finds its
folder again: what is done is skipped, what is half done is gone on with. An item that fails is written down, and the
next one starts.
"""

from __future__ import annotations

import json
import re
import shutil
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

from pydantic import ValidationError

from lookagain.app.index import Index, IndexLine
from lookagain.app.items import Source
from lookagain.app.report import headline
from lookagain.core.errors import InputError, LookagainError
from lookagain.core.limits import Limits
from lookagain.core.result import Result
from lookagain.core.task import MediaKind, Task, media_paths, task_json
from lookagain.core.values import Json, digest

__all__ = ["Backend", "BatchEvent", "Job", "Notify", "Options", "execute", "line_of", "run_batch"]

S = TypeVar("S", bound=Source)
_SLUG_CHARS = 48
_ERROR_CHARS = 1000
_KEY_CHARS = 12
#: A run in one of these states is not started again by itself.
_DONE = frozenset({"complete", "needs_input"})


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the items of a batch are run. ``jobs`` is the number of processes; 1 works in this one."""

    model: str | None = None
    seed: int = 0
    limits: Limits = field(default_factory=Limits)
    force: bool = False
    jobs: int = 1


@dataclass(frozen=True, kw_only=True)
class Job:
    """One item, ready to run."""

    source: Source
    task: Task[Any]
    run_dir: Path
    model: str | None
    seed: int
    limits: Limits


@dataclass(frozen=True, kw_only=True)
class BatchEvent:
    """What happens to an item; ``finished`` and ``skipped`` come with its line of the index."""

    kind: Literal["started", "progress", "skipped", "finished"]
    source: Source
    node: str = ""
    message: str = ""
    fraction: float | None = None
    line: IndexLine | None = None


Notify: TypeAlias = Callable[[BatchEvent], None]


class Backend(Protocol):
    """What runs a job. Must be picklable when ``jobs`` is more than 1."""

    def sha256(self, path: Path, kind: MediaKind) -> str:
        """The hash of an input file. Raises ``InputError`` for one that cannot be used."""
        ...

    def run(self, job: Job, notify: Notify) -> Result[Any]:
        """Start the job, or go on with it."""
        ...

    def open(self, run_dir: Path) -> Result[Any]:
        """The result that a run folder holds. Raises ``RunError`` when there is none."""
        ...

    def report(self, result: Result[Any], run_dir: Path) -> None:
        """Write the report of one run into its folder."""
        ...


def run_batch(
    sources: Iterable[S],
    *,
    factory: Callable[[S], Task[Any]],
    backend: Backend,
    out: Path,
    options: Options,
    notify: Notify,
) -> list[IndexLine]:
    """Run all items and give back their lines, in the order they finished.

    An interrupt passes through; what is finished is in the index, everything else goes on at the next call.
    """
    index = Index(out)
    with index.held():
        plan = _Plan(sources=sources, factory=factory, backend=backend, out=out, options=options, notify=notify)
        lines: list[IndexLine] = []
        try:
            for line in _lines(plan, backend, options, notify):
                index.add(line)
                lines.append(line)
        finally:
            index.compact()
    return lines


def _lines(plan: _Plan[S], backend: Backend, options: Options, notify: Notify) -> Iterator[IndexLine]:
    from lookagain.app.workers import run_parallel

    by_input: dict[str, IndexLine] = {}
    jobs = plan.jobs()
    finished = (
        (execute(job, backend, notify) for job in jobs)
        if options.jobs == 1
        else run_parallel(jobs, options.jobs, backend, notify)
    )
    for line in finished:
        for earlier in plan.settled():
            by_input[earlier.input] = earlier
            yield earlier
        notify(BatchEvent(kind="finished", source=plan.sent[line.input], line=line))
        by_input[line.input] = line
        yield line
    for line in plan.settled():
        by_input[line.input] = line
        yield line
    for source, first in plan.duplicates:
        yield replace(by_input[str(first)], input=str(source))


@dataclass(kw_only=True)
class _Plan(Generic[S]):
    """Turns sources into jobs; what needs no run is settled here."""

    sources: Iterable[S]
    factory: Callable[[S], Task[Any]]
    backend: Backend
    out: Path
    options: Options
    notify: Notify
    duplicates: list[tuple[S, S]] = field(default_factory=list)
    sent: dict[str, S] = field(default_factory=dict)
    """The sources of the jobs so far, by what their lines say of them."""
    _settled: list[IndexLine] = field(default_factory=list)

    def settled(self) -> Iterator[IndexLine]:
        """The lines of items that were skipped or could not start, since the last call."""
        while self._settled:
            yield self._settled.pop(0)

    def jobs(self) -> Iterator[Job]:
        """The items to be run."""
        seen: dict[str, S] = {}
        for source in self.sources:
            job = self._job(source)
            if job is None:
                continue
            if job.run_dir.name in seen:
                self.duplicates.append((source, seen[job.run_dir.name]))
                continue
            seen[job.run_dir.name] = source
            if not self._skips(job):
                self.sent[str(source)] = source
                yield job

    def _job(self, source: S) -> Job | None:
        agent = ""
        try:
            _check_name(source)
            task = self.factory(source)
            agent = task.agent
            key = self._key(task)
        except (LookagainError, ValidationError, OSError) as error:
            line = IndexLine(input=str(source), run="", agent=agent, status="failed", error=str(error))
            self.notify(BatchEvent(kind="finished", source=source, line=line))
            self._settled.append(line)
            return None
        slug = re.sub(r"[^A-Za-z0-9._-]+", "-", source.stem).strip(".-")[:_SLUG_CHARS] or "item"
        return Job(
            source=source,
            task=task,
            run_dir=self.out / f"{slug}-{key[:_KEY_CHARS]}",
            model=self.options.model,
            seed=self.options.seed,
            limits=self.options.limits,
        )

    def _key(self, task: Task[Any]) -> str:
        """What makes two items the same work: files count by content, not by name."""
        asked = task_json(task)
        inputs: list[Json] = []
        for name, media, path in media_paths(task):
            asked.pop(name, None)
            inputs.append([name, self.backend.sha256(path, media.kind)])
        version = type(task).schema_version
        return digest(
            {
                "agent": [task.agent, version],
                "task": asked,
                "inputs": inputs,
                "model": self.options.model,
                "seed": self.options.seed,
            }
        )

    def _skips(self, job: Job) -> bool:
        """Whether the job is done. A folder that is in the way of a new start is emptied."""
        if not job.run_dir.exists():
            return False
        if self.options.force or not _same_task(job):
            shutil.rmtree(job.run_dir)
            return False
        if _status(job.run_dir) not in _DONE:
            return False
        try:
            line = line_of(self.backend.open(job.run_dir), source=str(job.source), run=job.run_dir.name)
        except LookagainError:
            return False
        self.notify(BatchEvent(kind="skipped", source=job.source, line=line))
        self._settled.append(line)
        return True


def _check_name(source: Source) -> None:
    """Refuse names that JSON cannot hold."""
    try:
        str(source).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError("the name is not UTF-8.", path=Path(str(source)), hint="Rename the file.") from error


def execute(job: Job, backend: Backend, notify: Notify) -> IndexLine:
    """Run one job to its line. Only an interrupt gets out of here."""
    notify(BatchEvent(kind="started", source=job.source))
    try:
        result = backend.run(job, notify)
        backend.report(result, job.run_dir)
        return line_of(result, source=str(job.source), run=job.run_dir.name)
    except LookagainError as error:
        return _failed(job, backend, str(error))
    except Exception as error:  # noqa: BLE001 (a defect met by one item is reported and must not stop the others)
        if job.run_dir.is_dir():
            (job.run_dir / "crash.txt").write_text(traceback.format_exc(), encoding="utf-8", errors="replace")
        return _failed(job, backend, f"unexpected {type(error).__name__}: {error}"[:_ERROR_CHARS])


def line_of(result: Result[Any], *, source: str, run: str) -> IndexLine:
    """The line of a result: ``source`` is the input as it was given, ``run`` the name of the run folder."""
    return IndexLine(
        input=source,
        run=run,
        agent=result.provenance.agent,
        status=result.status,
        verdict=result.verdict.value,
        headline=headline(result),
        seconds=round(result.usage.seconds, 3),
        error=result.error.message if result.error is not None else "",
    )


def _failed(job: Job, backend: Backend, error: str) -> IndexLine:
    line = IndexLine(
        input=str(job.source),
        run=job.run_dir.name if job.run_dir.is_dir() else "",
        agent=job.task.agent,
        status="failed",
        error=error,
    )
    if _status(job.run_dir) == "failed":
        try:
            backend.report(backend.open(job.run_dir), job.run_dir)
        except (LookagainError, OSError):
            return line
    return line


def _status(run_dir: Path) -> str | None:
    raw = _read(run_dir / "result.json")
    return str(raw["status"]) if isinstance(raw, dict) and "status" in raw else None


def _same_task(job: Job) -> bool:
    """Whether the folder was started with this very task: its files may have been moved since.

    A finished run stays valid wherever its input went; a half-done one needs it where it was.
    """
    if _status(job.run_dir) in _DONE:
        return True
    raw = _read(job.run_dir / "task.json")
    return isinstance(raw, dict) and raw.get("task") == task_json(job.task)


def _read(path: Path) -> object:
    try:
        found: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found
