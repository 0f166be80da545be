"""Run a task, watch it, go on with it: in a thread or in an event loop."""

from __future__ import annotations

import asyncio
import contextvars
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import var_child_runnable_config
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from lookagain.core.errors import LimitError, RunError, StateError
from lookagain.core.limits import Limits
from lookagain.core.result import Result
from lookagain.core.task import Answer, Task
from lookagain.core.values import Json
from lookagain.runtime.events import Event
from lookagain.runtime.folder import RunFolder
from lookagain.runtime.session import NOTHING, Options, Session, Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from lookagain.tools.models import ChatBackend

__all__ = ["aresume", "arun", "astream", "open_run", "resume", "run", "stream"]

A = TypeVar("A", bound=Answer)
_CONFIG: RunnableConfig = {"configurable": {"thread_id": "run"}, "recursion_limit": 10_000}
_MODES: Any = ["custom", "updates"]


class _Serializer(JsonPlusSerializer):
    """LangGraph's serializer with an empty allowlist: of stored classes only its own safe list of plain types
    (its control values, dates, paths) is revived, and the older JSON form, which names constructors, is refused.
    """

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """The value; ``StateError`` for a form that this program never writes."""
        if data[0] not in ("msgpack", "null", "bytes", "bytearray"):
            raise StateError(f"expected a msgpack checkpoint, got {data[0]!r}.", hint="Run the task again.")
        return super().loads_typed(data)


_SERDE = _Serializer(allowed_msgpack_modules=None)


def run(
    task: Task[A],
    **options: Unpack[Options],
) -> Result[A]:
    """Run ``task`` to its result.

    ``model``: a LangChain chat model, or a string such as ``"openai:NAME"``; None means the built-in proposer.
    ``experts``: experts by kind, in place of those that ship. ``limits``: what may be spent; reaching one gives a
    result with ``status="limited"``. ``seed``: all chance comes from it. ``run_dir``: where the run is kept (a
    temporary folder if None); a folder that holds the same task is gone on with, a finished one is only read.
    ``media_root``: files outside of this folder are refused.

    Raises ``ConfigError`` before anything ran, ``InputError`` for unusable files, ``ModelError`` when the model
    fails, ``RunError`` when the folder belongs to another run. The folder then holds a failed result, and the
    run can be resumed.
    """
    settings = Settings(**options)
    return _last(_isolated(_stream_task(task, settings)))


def stream(
    task: Task[A],
    **options: Unpack[Options],
) -> Iterator[Event[A]]:
    """Like ``run``, but yields events; the last one holds the result. Closing the iterator stops the run, which
    can be resumed.
    """
    settings = Settings(**options)
    return _isolated(_stream_task(task, settings))


async def arun(
    task: Task[A],
    **options: Unpack[Options],
) -> Result[A]:
    """Like ``run``, in an event loop; the nodes work in threads."""
    settings = Settings(**options)
    return await _alast(_astream_task(task, settings))


def astream(
    task: Task[A],
    **options: Unpack[Options],
) -> AsyncIterator[Event[A]]:
    """Like ``stream``, in an event loop."""
    settings = Settings(**options)
    return _astream_task(task, settings)


def resume(
    run_dir: str | Path,
    *,
    answer: Json = None,
    model: BaseChatModel | ChatBackend | str | None = None,
    experts: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    media_root: str | Path | None = None,
) -> Result[Any]:
    """Go on with the run of a folder: after a kill, a failure, a limit, or with the ``answer`` to its question.

    What was committed or journaled is not done or paid for again. ``model`` must be the one the run was started
    with (a string is remembered, an object must be given again); ``limits`` may be new ones. Paths and
    ``media_root`` are remembered.
    """
    settings = Settings(model=model, experts=experts, limits=limits, media_root=media_root)
    return _last(_isolated(_stream_folder(run_dir, settings, answer)))


async def aresume(
    run_dir: str | Path,
    *,
    answer: Json = None,
    model: BaseChatModel | ChatBackend | str | None = None,
    experts: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    media_root: str | Path | None = None,
) -> Result[Any]:
    """Like ``resume``, in an event loop."""
    settings = Settings(model=model, experts=experts, limits=limits, media_root=media_root)
    with Session.reopen(run_dir, settings) as session:
        return await _alast(_adrive(session, answer))


def open_run(run_dir: str | Path) -> Result[Any]:
    """The result that a run folder holds. Raises ``RunError`` when there is none."""
    result = RunFolder(Path(run_dir)).result()
    if result is None:
        raise RunError(f"{run_dir}: no result here.", hint="Resume the run, or check the path.")
    return result


def _stream_task(task: Task[A], settings: Settings) -> Iterator[Event[A]]:
    with Session.start(task, settings) as session:
        yield from _drive(session, None)


def _stream_folder(run_dir: str | Path, settings: Settings, reply: Json) -> Iterator[Event[Any]]:
    with Session.reopen(run_dir, settings) as session:
        yield from _drive(session, reply)


async def _astream_task(task: Task[A], settings: Settings) -> AsyncIterator[Event[A]]:
    with Session.start(task, settings) as session:
        async for event in _adrive(session, None):
            yield event


def _drive(session: Session[A], reply: Json) -> Iterator[Event[A]]:
    if (stored := session.stored()) is not None:
        yield Event(kind="result", result=stored)
        return
    limit: LimitError | None = None
    with _checkpoints(session), closing(sqlite3.connect(session.folder.checkpoints, check_same_thread=False)) as db:
        graph = session.graph().compile(checkpointer=SqliteSaver(db, serde=_SERDE))
        try:
            given = session.given(graph.get_state(_CONFIG), reply)
            if given is not NOTHING:
                for mode, data in graph.stream(given, _CONFIG, stream_mode=_MODES, durability="sync"):
                    yield from _events(mode, data)
        except LimitError as reached:
            limit = reached
        except Exception as error:
            session.fail(error)
            raise
        yield Event(kind="result", result=session.finish(graph.get_state(_CONFIG), limit))


async def _adrive(session: Session[A], reply: Json) -> AsyncIterator[Event[A]]:
    import aiosqlite
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    if (stored := session.stored()) is not None:
        yield Event(kind="result", result=stored)
        return
    limit: LimitError | None = None
    with _checkpoints(session):
        async with aiosqlite.connect(session.folder.checkpoints) as connection:
            graph = session.graph().compile(checkpointer=AsyncSqliteSaver(connection, serde=_SERDE))
            try:
                try:
                    given = session.given(await graph.aget_state(_CONFIG), reply)
                    if given is not NOTHING:
                        parts = graph.astream(given, _CONFIG, stream_mode=_MODES, durability="sync")
                        async for mode, data in _aisolated(parts):
                            for event in _events(mode, data):
                                yield event
                finally:
                    # Ending the event loop's task does not end the threads that nodes work in.
                    session.services.journal.stop()
                    await asyncio.shield(asyncio.to_thread(session.services.journal.wait_idle))
            except LimitError as reached:
                limit = reached
            except Exception as error:
                session.fail(error)
                raise
            yield Event(kind="result", result=session.finish(await graph.aget_state(_CONFIG), limit))


@contextmanager
def _checkpoints(session: Session[Any]) -> Iterator[None]:
    """Errors of the databases as errors of the run folder."""
    try:
        yield
    except (sqlite3.Error, NotImplementedError) as error:
        raise RunError(
            f"{session.folder.path}: its databases cannot be used: {error}.",
            hint="Free the disk and resume; if they are damaged, run the task again in a new folder.",
        ) from error


def _events(mode: str, data: Any) -> Iterator[Event[Any]]:
    if mode == "custom":
        yield Event.from_custom(data)
        return
    for node, update in data.items():
        if not node.startswith("__"):
            yield Event(kind="node", node=node, update=tuple(update or ()))


def _isolated(events: Iterator[Event[A]]) -> Iterator[Event[A]]:
    """The same events, produced outside of any graph that the caller may be a node of.

    LangGraph would otherwise take the run for a subgraph and hand it the caller's checkpointer.
    """
    context = contextvars.copy_context()
    context.run(var_child_runnable_config.set, None)
    try:
        while True:
            try:
                event = context.run(next, events)
            except StopIteration:
                return
            yield event
    finally:
        context.run(events.close)  # type: ignore[attr-defined]


async def _aisolated(parts: AsyncIterator[Any]) -> AsyncIterator[Any]:
    """Like ``_isolated``. The variable is set and reset within each step, because the steps of an asynchronous
    generator may come from different contexts.
    """
    while True:
        outer = var_child_runnable_config.set(None)
        try:
            part = await anext(parts)
        except StopAsyncIteration:
            return
        finally:
            var_child_runnable_config.reset(outer)
        yield part


def _last(events: Iterator[Event[A]]) -> Result[A]:
    result: Result[A] | None = None
    for event in events:
        result = event.result or result
    if result is None:
        raise RunError("the run ended without a result.")
    return result


async def _alast(events: AsyncIterator[Event[A]]) -> Result[A]:
    result: Result[A] | None = None
    async for event in events:
        result = event.result or result
    if result is None:
        raise RunError("the run ended without a result.")
    return result
