"""``step``: what a state-machine step of ours costs beyond bare LangGraph with the same saver, journal included.

Both sides run a chain of 200 trivial nodes over SqliteSaver with ``durability="sync"``, one after the other, in
fresh folders; ours also holds the run folder's lock and writes the journal. Five pairs, the order alternating.
"""

from __future__ import annotations

import operator
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph

from lookagain.core.clock import SystemClock
from lookagain.core.limits import Limits
from lookagain.core.result import Provenance
from lookagain.core.task import Answer, Task
from lookagain.runtime.agent import Agent, BaseState, Conclusion
from lookagain.runtime.folder import RunFolder
from lookagain.runtime.journal import Journal
from lookagain.runtime.machine import Machine, build_graph
from lookagain.runtime.services import Services
from lookagain.tools.media import MediaDoor

__all__ = ["run"]

_STEPS, _PAIRS = 200, 5
_CONFIG: Any = {"configurable": {"thread_id": "run"}, "recursion_limit": 10_000}


class _Done(Answer):
    """Nothing to say."""


class _Chain(Task[_Done]):
    """A chain of steps."""


class _State(BaseState, total=False):
    """What a step writes: a short record, as agents do."""

    entries: Annotated[list[dict[str, Any]], operator.add]


def _update() -> dict[str, Any]:
    return {"entries": [{"step": 1, "value": 0.5, "text": "a line of a report"}]}


def _wire(add_node: Callable[[str], object], add_edge: Callable[[str, str], object], last: str) -> None:
    for index in range(_STEPS):
        add_node(f"n{index}")
    for index in range(_STEPS):
        add_edge(f"n{index}", f"n{index + 1}" if index + 1 < _STEPS else last)


def _bare(folder: Path) -> float:
    builder: Any = StateGraph(_State)
    _wire(lambda name: builder.add_node(name, lambda state: _update()), builder.add_edge, END)
    builder.add_edge(START, "n0")
    return _timed(builder, folder)


def _ours(folder: Path) -> float:
    def build(machine: Machine) -> None:
        _wire(lambda name: machine.node(name, lambda state, services: _update()), machine.edge, "conclude")
        machine.start("n0")

    agent = Agent(
        name="chain",
        task=_Chain,
        answer=_Done,
        state=_State,
        state_version=1,
        build=build,
        conclude=lambda state, services: Conclusion(),
    )
    run_folder = RunFolder(folder)
    clock, limits = SystemClock(), Limits(seconds=1e9)
    with run_folder.locked(), closing(Journal(run_folder.journal, limits=limits, clock=clock)) as journal:
        services = Services(journal=journal, blobs=run_folder.blobs, media=MediaDoor(), clock=clock, limits=limits)
        provenance = Provenance(agent="chain", version="bench")
        return _timed(build_graph(agent, lambda _: services, lambda _: provenance), folder)


def _timed(builder: Any, folder: Path) -> float:
    serde = JsonPlusSerializer(allowed_msgpack_modules=None)
    with closing(sqlite3.connect(folder / "checkpoints.sqlite", check_same_thread=False)) as connection:
        graph = builder.compile(checkpointer=SqliteSaver(connection, serde=serde))
        began = time.perf_counter()
        for _ in graph.stream({"task": {}}, _CONFIG, stream_mode=["custom", "updates"], durability="sync"):
            pass
        return time.perf_counter() - began


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Five pairs, after one that is not counted."""
    del workers
    rows: list[dict[str, object]] = []
    for pair in range(1 if quick else _PAIRS + 1):
        with TemporaryDirectory() as first, TemporaryDirectory() as second:
            sides = [(_bare, Path(first)), (_ours, Path(second))]
            seconds = {side.__name__: side(folder) for side, folder in (sides if pair % 2 else sides[::-1])}
        bare, ours = seconds["_bare"] / _STEPS * 1e3, seconds["_ours"] / _STEPS * 1e3
        if pair or quick:
            rows.append({"pair": pair, "bare_ms": bare, "ours_ms": ours, "extra_ms": ours - bare})
            print(f"step: bare {bare:.2f} ms, ours {ours:.2f} ms, extra {ours - bare:.3f} ms")
    return {"step": rows}
