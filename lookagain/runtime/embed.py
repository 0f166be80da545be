"""Agents inside larger applications: as a LangGraph graph, and as a LangChain tool."""

from __future__ import annotations

import json
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from pydantic import ValidationError

from lookagain.core.blobs import BlobStore
from lookagain.core.clock import SystemClock
from lookagain.core.errors import ConfigError, LookagainError
from lookagain.core.limits import Limits
from lookagain.core.result import Provenance, Result
from lookagain.core.task import Task, media_paths, task_json
from lookagain.core.values import digest
from lookagain.runtime.agent import Agent
from lookagain.runtime.journal import Journal
from lookagain.runtime.machine import build_graph
from lookagain.runtime.registry import agent_for
from lookagain.runtime.run import arun, run
from lookagain.runtime.services import Services
from lookagain.runtime.session import Options, Settings, provenance_of
from lookagain.tools.media import MediaDoor
from lookagain.tools.models import open_model

if TYPE_CHECKING:
    from langchain_core.tools import StructuredTool
    from langgraph.graph.state import CompiledStateGraph

__all__ = ["as_tool", "graph"]

#: Invocations of an embedded graph whose journals are kept; the one used longest ago ends first.
_KEPT = 256


class _Invocations:
    """The services of each invocation of an embedded graph: one journal, and so one set of limits, each."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._open: OrderedDict[str, Services] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, state: Mapping[str, Any]) -> Services:
        run_name = str(state.get("run", ""))
        with self._lock:
            if run_name not in self._open:
                journal = Journal(None, limits=self._services.limits, clock=self._services.clock)
                self._open[run_name] = replace(self._services, journal=journal)
                if len(self._open) > _KEPT:
                    self._open.popitem(last=False)
            self._open.move_to_end(run_name)
            return self._open[run_name]


def graph(task: type[Task[Any]], **options: Unpack[Options]) -> CompiledStateGraph[Any, Any, Any, Any]:
    """The agent of ``task`` as a compiled LangGraph graph: input ``{"task": {...}}``, output with ``"result"``.

    It has no checkpointer: the embedding application owns persistence, and a graph that it is a node of hands
    down its own. ``limits`` hold for each invocation; reaching one raises ``LimitError``. Artifacts go to
    ``run_dir`` (a temporary folder if None).
    """
    settings = Settings(**options)
    agent = agent_for(task)
    model = open_model(settings.model)
    if model is None and agent.model == "required":
        raise ConfigError(f"{agent.name} cannot work without a model.", hint="Pass model=.")
    clock = settings.clock or SystemClock()
    limits = settings.limits or Limits()
    media = MediaDoor(root=None if settings.media_root is None else Path(settings.media_root))
    experts = dict(settings.experts or {})
    services = Services(
        journal=Journal(None, limits=limits, clock=clock),
        blobs=BlobStore(Path(settings.run_dir or tempfile.mkdtemp(prefix=f"lookagain-{agent.name}-"))),
        media=media,
        clock=clock,
        limits=limits,
        seed=settings.seed,
        model=model,
        experts=experts,
    )

    def provenance(state: Mapping[str, Any]) -> Provenance:
        given = agent.task.model_validate(state["task"])
        return provenance_of(agent, given, media, model=model, experts=experts, seed=settings.seed)

    built = build_graph(agent, _Invocations(services), provenance, embedded=True)
    return built.compile(name=agent.name)


def as_tool(task: type[Task[Any]], **options: Unpack[Options]) -> StructuredTool:
    """The agent of ``task`` as a LangChain tool.

    Its arguments are the task's fields; paths are taken relative to ``media_root``, which must be given, and one
    that leaves it is refused. ``run_dir`` is the parent of a run folder for each task. The content is answer,
    verdict and evidence as JSON, the artifact the whole ``Result``. Errors come back as the tool's message, so
    that the model can mend its call.
    """
    from langchain_core.tools import StructuredTool, ToolException

    agent = agent_for(task)
    folder = options.get("media_root")
    if folder is None or not Path(folder).is_dir():
        raise ConfigError(
            f"a tool needs media_root=, a folder that its paths may not leave; got {folder!r}.",
            hint="Pass the folder that holds the files the model may look at.",
        )
    root = Path(folder).resolve()

    def call(**fields: Any) -> tuple[str, Result[Any]]:
        try:
            task = _inside(agent, fields, root)
            return _content(run(task, **_kept_apart(options, task)))
        except Exception as error:
            raise ToolException(_words(error)) from error

    async def acall(**fields: Any) -> tuple[str, Result[Any]]:
        try:
            task = _inside(agent, fields, root)
            return _content(await arun(task, **_kept_apart(options, task)))
        except Exception as error:
            raise ToolException(_words(error)) from error

    return StructuredTool.from_function(
        func=call,
        coroutine=acall,
        name=agent.name,
        description=(agent.task.__doc__ or agent.name).strip(),
        args_schema=agent.task,
        infer_schema=False,
        response_format="content_and_artifact",
        handle_tool_error=True,
        handle_validation_error=_explain,
    )


def _inside(agent: Agent[Any], fields: Mapping[str, Any], root: Path) -> Task[Any]:
    """The task with its paths taken relative to ``root``; the media door refuses those that leave it."""
    try:
        given = agent.task.model_validate(dict(fields))
    except ValidationError as error:
        raise ConfigError(f"{agent.name}: {error}") from error
    moved: dict[str, Any] = {}
    for name, _, path in media_paths(given):
        value = getattr(given, name)
        moved[name] = tuple(root / item for item in value) if isinstance(value, list | tuple) else root / path
    return given.model_copy(update=moved)


def _kept_apart(options: Options, task: Task[Any]) -> Options:
    """``run_dir`` of a tool is the parent of one run folder for each task."""
    parent = options.get("run_dir")
    if parent is None:
        return options
    return {**options, "run_dir": Path(parent) / f"{task.agent}-{digest(task_json(task))[:16]}"}


def _content(result: Result[Any]) -> tuple[str, Result[Any]]:
    whole = result.to_json()
    shown = {name: whole[name] for name in ("status", "answer", "verdict", "evidence", "note", "question")}
    return json.dumps(shown, ensure_ascii=False, allow_nan=False), result


def _explain(error: Exception) -> str:
    return f"The arguments do not fit: {error}"


def _words(error: Exception) -> str:
    """What the model is told: a remedy where we have one, never the inside of the program."""
    return str(error) if isinstance(error, LookagainError) else f"unexpected {type(error).__name__}"
