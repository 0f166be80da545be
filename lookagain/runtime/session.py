"""One run being worked on: its folder, journal and services, and how it starts, goes on and ends."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypedDict, TypeVar

from langgraph.types import Command, StateSnapshot
from pydantic import ValidationError

from lookagain.core.clock import Clock, SystemClock
from lookagain.core.errors import ConfigError, LimitError, LookagainError, RunError
from lookagain.core.limits import Limits
from lookagain.core.result import ErrorInfo, Provenance, Question, Result
from lookagain.core.task import Answer, Task, media_paths, task_json
from lookagain.core.values import Json
from lookagain.runtime.agent import Agent
from lookagain.runtime.folder import RunFolder, RunRecord
from lookagain.runtime.journal import Journal
from lookagain.runtime.machine import build_graph, make_result
from lookagain.runtime.registry import agent_for, find_agent
from lookagain.runtime.services import Services
from lookagain.tools.media import MediaDoor
from lookagain.tools.models import ChatBackend, load_prompt, open_model

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langgraph.graph import StateGraph

__all__ = ["NOTHING", "Options", "Session", "Settings", "provenance_of"]

A = TypeVar("A", bound=Answer)
#: Packages whose versions are recorded with a result.
_RECORDED = ("langgraph", "numpy", "scipy", "av", "opencv-python-headless")
#: The parts of a provenance that must agree before a run goes on.
_IDENTITY = ("agent", "version", "state_version", "seed", "model", "experts", "prompts", "inputs")


class _Nothing:
    """Says that there is nothing left to run."""


NOTHING = _Nothing()


class Options(TypedDict, total=False):
    """The keyword arguments of ``run`` and its relatives; the meaning of each is in ``run``."""

    model: BaseChatModel | ChatBackend | str | None
    experts: Mapping[str, Any] | None
    limits: Limits | None
    seed: int
    run_dir: str | Path | None
    media_root: str | Path | None
    clock: Clock | None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """``Options`` with their defaults."""

    model: BaseChatModel | ChatBackend | str | None = None
    experts: Mapping[str, Any] | None = None
    limits: Limits | None = None
    seed: int = 0
    run_dir: str | Path | None = None
    media_root: str | Path | None = None
    clock: Clock | None = None
    base: Path | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot work before anything is written."""
        if self.limits is not None and not isinstance(self.limits, Limits):
            raise ConfigError(f"limits: expected Limits, got {self.limits!r}.", hint="Pass Limits(model_calls=20).")
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or not 0 <= self.seed < 2**63:
            raise ConfigError(f"seed: expected a whole number from 0 to 2**63 - 1, got {self.seed!r}.")


@dataclass(frozen=True, kw_only=True)
class Session(Generic[A]):
    """A run that this process holds."""

    agent: Agent[A]
    task: Task[A]
    folder: RunFolder
    services: Services
    provenance: Provenance

    @classmethod
    @contextmanager
    def start(cls, task: Task[A], settings: Settings) -> Iterator[Session[A]]:
        """Begin a run, or go on with it when its folder holds the same task."""
        agent = agent_for(type(task))
        path = Path(settings.run_dir or tempfile.mkdtemp(prefix=f"lookagain-{agent.name}-"))
        with cls._open(agent, task, RunFolder(path), settings) as session:
            yield session

    @classmethod
    @contextmanager
    def reopen(cls, run_dir: str | Path, settings: Settings) -> Iterator[Session[Any]]:
        """Go on with the run of a folder."""
        folder = RunFolder(Path(run_dir))
        record = folder.record()
        if record is None:
            raise RunError(f"{run_dir}: expected a run folder, found no task.json.", hint="Start it with run().")
        agent = find_agent(record.agent)
        if record.task_version != agent.task.schema_version:
            raise RunError(
                f"{run_dir}: task version {record.task_version} found, {agent.task.schema_version} expected.",
                hint="Run the task again in a new folder.",
            )
        try:
            task = agent.task.model_validate(record.task)
        except ValidationError as error:
            raise RunError(f"{run_dir}: the stored task is not usable: {error}.", hint="Run it again.") from error
        given = Settings(
            model=settings.model if settings.model is not None else record.model,
            experts=settings.experts,
            limits=settings.limits if settings.limits is not None else record.limits,
            seed=record.provenance.seed,
            run_dir=run_dir,
            media_root=settings.media_root if settings.media_root is not None else record.media_root,
            clock=settings.clock,
            base=Path(record.base),
        )
        with cls._open(agent, task, folder, given) as session:
            yield session

    @classmethod
    @contextmanager
    def _open(cls, agent: Agent[A], task: Task[A], folder: RunFolder, settings: Settings) -> Iterator[Session[A]]:
        root = None if settings.media_root is None else Path(settings.media_root).resolve()
        media = MediaDoor(root=root, base=settings.base or Path.cwd())
        model = open_model(settings.model)
        if model is None and agent.model == "required":
            raise ConfigError(
                f"{agent.name} cannot work without a model.",
                hint='Pass model="openai:NAME" or any LangChain chat model.',
            )
        experts = dict(settings.experts or {})
        provenance = provenance_of(agent, task, media, model=model, experts=experts, seed=settings.seed)
        limits = settings.limits or Limits()
        clock = settings.clock or SystemClock()
        with folder.locked():
            _admit(folder, agent=agent, task=task, settings=settings, provenance=provenance, limits=limits)
            with closing(Journal(folder.journal, limits=limits, clock=clock)) as journal:
                services = Services(
                    journal=journal,
                    blobs=folder.blobs,
                    media=media,
                    clock=clock,
                    limits=limits,
                    seed=settings.seed,
                    model=model,
                    experts=experts,
                )
                yield cls(agent=agent, task=task, folder=folder, services=services, provenance=provenance)

    def graph(self) -> StateGraph[Any, Any, Any, Any]:
        """The agent's graph over this run's services, uncompiled."""
        return build_graph(self.agent, lambda _state: self.services, lambda _state: self.provenance)

    def stored(self) -> Result[A] | None:
        """The finished result of an earlier session, if there is one."""
        try:
            result = self.folder.result()
        except RunError:
            # Damaged or of another version: the checkpoints still hold all that it is made of.
            return None
        return result if result is not None and result.status == "complete" else None

    def given(self, snapshot: StateSnapshot, reply: Json) -> Any:
        """What to invoke the graph with, or ``NOTHING`` when it has ended or waits for a reply."""
        if snapshot.created_at is None:
            return {"task": task_json(self.task)}
        if snapshot.interrupts:
            return NOTHING if reply is None else Command(resume=reply)
        # ``snapshot.next`` does not tell: it is empty, too, when a kill came between a step's last write and its
        # checkpoint. Only the result says that the graph has ended.
        return None if snapshot.values.get("result") is None else NOTHING

    def finish(self, snapshot: StateSnapshot, limit: LimitError | None) -> Result[A]:
        """Write and give back the result of where the graph stopped."""
        done = snapshot.values.get("result")
        if done is not None:
            kind: type[Result[A]] = Result[self.agent.answer]  # type: ignore[name-defined]
            return self.folder.write_result(kind.model_validate(done))
        state = snapshot.values or {"task": task_json(self.task)}
        question = Question.model_validate(snapshot.interrupts[0].value) if snapshot.interrupts and not limit else None
        if question is None and limit is None:
            raise RunError(f"{self.folder.path}: the graph stopped at {snapshot.next} without a reason.")
        result = make_result(
            self.agent,
            state,
            self.services,
            self.provenance,
            self.agent.conclude(state, self.services),
            status="limited" if limit else "needs_input",
            note="" if limit is None else str(limit),
            question=question,
        )
        return self.folder.write_result(result)

    def fail(self, error: Exception) -> None:
        """Write a failed result, so that a folder tells what happened. The run can still be resumed."""
        known = isinstance(error, LookagainError)
        kind: type[Result[A]] = Result[self.agent.answer]  # type: ignore[name-defined]
        result = kind(
            task=task_json(self.task),
            status="failed",
            usage=self.services.journal.usage(),
            provenance=self.provenance,
            error=ErrorInfo(
                kind=type(error).__name__,
                message=error.message if isinstance(error, LookagainError) else str(error),
                hint=error.hint if isinstance(error, LookagainError) else "",
            ),
            note="" if known else "An unexpected error: this is a defect of the program.",
        )
        self.folder.write_result(result)


def _unused(key: str, taken: Mapping[str, str]) -> str:
    """The key, numbered where files of several folders share a name."""
    numbered = (f"{key} ({number})" for number in count(2))
    return key if key not in taken else next(one for one in numbered if one not in taken)


def provenance_of(
    agent: Agent[Any],
    task: Task[Any] | None,
    media: MediaDoor,
    *,
    model: ChatBackend | None,
    experts: Mapping[str, Any],
    seed: int,
) -> Provenance:
    """Everything that a second run would have to share to be the same run."""
    inputs: dict[str, str] = {}
    for name, mark, path in media_paths(task) if task is not None else ():
        if mark.kind != "folder":
            inputs[_unused(f"{name}:{path.name}", inputs)] = media.sha256(path, kind=mark.kind)
    versions: dict[str, str] = {}
    for package in _RECORDED:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return Provenance(
        agent=agent.name,
        version=version("lookagain"),
        state_version=agent.state_version,
        seed=seed,
        model=None if model is None else model.fingerprint,
        experts={name: _identity(expert) for name, expert in sorted(experts.items())},
        prompts={name: load_prompt(name).sha256 for name in agent.prompts},
        versions=versions,
        inputs=inputs,
    )


def _identity(expert: object) -> str:
    named = getattr(expert, "fingerprint", None)
    kind = expert if hasattr(expert, "__qualname__") else type(expert)
    return str(named or f"{kind.__module__}.{kind.__qualname__}")


def _admit(
    folder: RunFolder,
    *,
    agent: Agent[Any],
    task: Task[Any],
    settings: Settings,
    provenance: Provenance,
    limits: Limits,
) -> None:
    """Write the record of a new run; refuse a folder that belongs to another one."""
    record = folder.record()
    if record is not None:
        if record.agent != agent.name or record.task != task_json(task):
            raise RunError(
                f"{folder.path}: this run folder belongs to another task.",
                hint="Use a new folder, or resume it.",
            )
        for part in _IDENTITY:
            found, expected = getattr(record.provenance, part), getattr(provenance, part)
            if found != expected:
                raise RunError(
                    f"{folder.path}: the run was started with {part} {found!r}, now it is {expected!r}.",
                    hint="Use what it was started with, or run the task again in a new folder.",
                )
        return
    if any(entry.name != ".lock" for entry in folder.path.iterdir()):
        raise RunError(f"{folder.path}: expected an empty folder or a run folder.", hint="Choose another run_dir.")
    folder.write_record(
        RunRecord(
            agent=agent.name,
            task_version=type(task).schema_version,
            task=task_json(task),
            limits=limits,
            model=settings.model if isinstance(settings.model, str) else None,
            media_root=None if settings.media_root is None else str(Path(settings.media_root).resolve()),
            base=str(Path.cwd()),
            provenance=provenance,
        )
    )
