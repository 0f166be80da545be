"""Items in several processes. A process that dies takes its own item with it, nothing else."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from lookagain.app.batch import Backend, BatchEvent, Job, Notify, execute
from lookagain.app.index import IndexLine

__all__ = ["run_parallel"]

#: Several processes on the same cores gain nothing from threads of their own.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_JOIN_SECONDS = 5.0


@dataclass(kw_only=True)
class _Worker:
    process: SpawnProcess
    connection: Connection
    job: Job | None = None


def run_parallel(jobs: Iterator[Job], count: int, backend: Backend, notify: Notify) -> Iterator[IndexLine]:
    """The lines of ``jobs``, as they finish, from ``count`` processes.

    Processes are started when there is work for them and used again. An interrupt ends them at once: a run can
    be killed at any moment and gone on with.
    """
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    workers: list[_Worker] = []
    try:
        while True:
            _hand_out(jobs, count, workers, backend)
            busy = [worker for worker in workers if worker.job is not None]
            if not busy:
                return
            ready = wait([worker.connection for worker in busy])
            for worker in busy:
                if worker.connection in ready and (line := _receive(worker, workers, notify)) is not None:
                    yield line
    finally:
        for worker in workers:
            _end(worker)


def _hand_out(jobs: Iterator[Job], count: int, workers: list[_Worker], backend: Backend) -> None:
    while sum(worker.job is not None for worker in workers) < count:
        job = next(jobs, None)
        if job is None:
            return
        worker = next((worker for worker in workers if worker.job is None), None)
        if worker is None:
            worker = _start(backend)
            workers.append(worker)
        worker.job = job
        worker.connection.send(job)


def _start(backend: Backend) -> _Worker:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, backend), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process=process, connection=ours)


def _receive(worker: _Worker, workers: list[_Worker], notify: Notify) -> IndexLine | None:
    """The line of the worker's item if that is what came; a dead worker's item has failed."""
    try:
        message = worker.connection.recv()
    except (EOFError, ConnectionResetError):
        workers.remove(worker)
        worker.process.join(_JOIN_SECONDS)
        job = worker.job
        if job is None:
            return None
        return IndexLine(
            input=str(job.source),
            run=job.run_dir.name if job.run_dir.is_dir() else "",
            agent=job.task.agent,
            status="failed",
            error=f"the process died ({_cause(worker.process.exitcode)}). Run the command again to go on with it.",
        )
    if isinstance(message, BatchEvent):
        notify(message)
        return None
    worker.job = None
    line: IndexLine = message
    return line


def _cause(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"


def _end(worker: _Worker) -> None:
    if worker.job is not None:
        worker.process.terminate()
    worker.connection.close()
    worker.process.join(_JOIN_SECONDS)


def _serve(connection: Connection, backend: Backend) -> None:
    """A process: jobs in, events and lines out, until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            connection.send(execute(connection.recv(), backend, connection.send))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
