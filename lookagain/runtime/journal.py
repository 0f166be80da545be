"""The journal: every model and expert response, written before it is used.

A row is keyed by (task, request, occurrence): the LangGraph task that asked, the hash of what was asked, and
how many times that task had asked it before. The row is reserved with an estimate of its cost before the call
and settled with the response and the true cost after it, so limits hold across parallel branches and
resumptions, and a response that was written is never paid for again. A reservation that a killed process left
behind is taken over by the same call when it comes again.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from lookagain.core.clock import Clock
from lookagain.core.errors import LimitError, RunError
from lookagain.core.limits import Limits, Usage
from lookagain.core.values import Json, canonical_json

__all__ = ["JOURNAL_VERSION", "CallKey", "Journal", "Step", "read_steps"]

JOURNAL_VERSION = 1
_BUSY_SECONDS = 10.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS calls (
  id INTEGER PRIMARY KEY,
  task TEXT NOT NULL, request TEXT NOT NULL, occurrence INTEGER NOT NULL,
  kind TEXT NOT NULL, asked TEXT NOT NULL, response TEXT,
  model_calls INTEGER NOT NULL, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
  expert_calls INTEGER NOT NULL, frames INTEGER NOT NULL,
  UNIQUE (task, request, occurrence)
);
CREATE TABLE IF NOT EXISTS steps (
  id INTEGER PRIMARY KEY, task TEXT NOT NULL, node TEXT NOT NULL, seconds REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS sessions (id INTEGER PRIMARY KEY, seconds REAL NOT NULL);
"""
_SUMS = (
    "SELECT COALESCE(SUM(model_calls),0), COALESCE(SUM(input_tokens),0), COALESCE(SUM(output_tokens),0),"
    " COALESCE(SUM(expert_calls),0), COALESCE(SUM(frames),0) FROM calls"
)
_KEY = "task=? AND request=? AND occurrence=?"


class CallKey(NamedTuple):
    """Which call: the asking task, the hash of the request, and its occurrence in that task."""

    task: str
    request: str
    occurrence: int


@dataclass(frozen=True, kw_only=True)
class Step:
    """One executed node: the LangGraph task, the node's name, its seconds."""

    task: str
    node: str
    seconds: float


class Journal:
    """A SQLite journal; ``path=None`` keeps it in memory (for graphs whose owner keeps the state).

    Safe to use from several threads of one process.
    """

    def __init__(self, path: Path | None, *, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._opened = clock.monotonic()
        self._lock = threading.Lock()
        self._idle = threading.Condition()
        self._working = 0
        self._stopped = False
        self._asked: Counter[tuple[str, str]] = Counter()
        try:
            self._db = sqlite3.connect(
                ":memory:" if path is None else path,
                check_same_thread=False,
                isolation_level=None,
                timeout=_BUSY_SECONDS,
            )
            self._setup()
        except sqlite3.DatabaseError as error:
            raise RunError(
                f"{path}: the journal database cannot be used: {error}.",
                hint="Free the disk, or start the run in a new folder.",
            ) from error

    def _setup(self) -> None:
        # WAL + NORMAL survives a killed process with every committed row; only a power cut may lose the tail.
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        row = self._db.execute("SELECT value FROM meta WHERE key='version'").fetchone()
        if row is None:
            self._db.execute("INSERT INTO meta VALUES ('version', ?)", (str(JOURNAL_VERSION),))
        elif row[0] != str(JOURNAL_VERSION):
            self._db.close()
            raise RunError(
                f"journal version {row[0]} found, {JOURNAL_VERSION} expected.",
                hint="Run the task again in a new folder.",
            )
        (self._seconds_before,) = self._db.execute("SELECT COALESCE(SUM(seconds),0) FROM sessions").fetchone()
        self._session: int | None = None

    def close(self) -> None:
        """Write the session's time and close the database."""
        with self._lock:
            self._write_session()
            self._db.close()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Around a node's work. Raises ``RunError`` once the run was stopped: nothing new begins then."""
        with self._idle:
            if self._stopped:
                raise RunError("the run was stopped.", hint="Resume it.")
            self._working += 1
        try:
            yield
        finally:
            with self._idle:
                self._working -= 1
                self._idle.notify_all()

    def stop(self) -> None:
        """Let no further node or call begin in this process."""
        self._stopped = True

    def wait_idle(self) -> None:
        """Wait until no node works. A cancelled event loop leaves its threads working; what they pay for must
        still be written.
        """
        with self._idle:
            self._idle.wait_for(lambda: self._working == 0)

    def key(self, task: str, request: str) -> CallKey:
        """The key of the next call of ``request`` by ``task`` in this process."""
        with self._lock:
            self._asked[task, request] += 1
            return CallKey(task, request, self._asked[task, request] - 1)

    def reserve(self, key: CallKey, *, kind: str, asked: Json, cost: Usage) -> Json | None:
        """The journaled response of ``key``, or None after its cost was reserved.

        Responses are wrapped as ``{"response": ...}`` so that a response of None is told from no response.
        Raises ``LimitError`` when the cost does not fit the limits; nothing is written then.
        """
        with self._lock:
            row = self._db.execute(f"SELECT response FROM calls WHERE {_KEY}", key).fetchone()
            if row is not None and row[0] is not None:
                found: Json = {"response": json.loads(row[0])}
                return found
            if self._stopped:
                raise RunError("the run was stopped.", hint="Resume it.")
            self._check(cost, reserved=row is not None)
            if row is None:
                self._write(
                    "INSERT INTO calls (task, request, occurrence, kind, asked, model_calls, input_tokens,"
                    " output_tokens, expert_calls, frames) VALUES (?,?,?,?,?,?,?,?,?,?)",
                    (*key, kind, canonical_json(asked), *_amounts(cost)),
                )
            return None

    def settle(self, key: CallKey, response: Json, cost: Usage) -> None:
        """Write the response and the true cost of a reserved call."""
        with self._lock:
            self._write(
                "UPDATE calls SET response=?, model_calls=?, input_tokens=?, output_tokens=?, expert_calls=?,"
                f" frames=? WHERE {_KEY}",
                (canonical_json(response), *_amounts(cost), *key),
            )

    def forget(self, key: CallKey) -> None:
        """Give back a reservation whose call failed: nothing came of it that could be used again."""
        with self._lock:
            self._write(f"DELETE FROM calls WHERE {_KEY} AND response IS NULL", key)

    def discard(self, key: CallKey) -> None:
        """Take back a response that proved useless, so that a resumed run asks anew; its cost stays spent."""
        with self._lock:
            self._write(f"UPDATE calls SET task=task || '#useless-' || id WHERE {_KEY}", key)

    def step(self, *, task: str, node: str, seconds: float) -> None:
        """Write that a node ran, and the run's working time so far."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("INSERT INTO steps (task, node, seconds) VALUES (?,?,?)", (task, node, seconds))
            self._write_session()
            self._write("COMMIT", ())

    def steps(self) -> tuple[Step, ...]:
        """Every executed node in order; a node that a kill made run twice is there once."""
        with self._lock:
            return _steps(self._db)

    def usage(self) -> Usage:
        """All that was spent so far, reservations included."""
        with self._lock:
            return self._usage()

    def calls(self) -> list[tuple[CallKey, str, Json]]:
        """Key, kind and response of every settled call, in the order they were asked."""
        with self._lock:
            rows = self._db.execute(
                "SELECT task, request, occurrence, kind, response FROM calls WHERE response IS NOT NULL ORDER BY id"
            ).fetchall()
        return [(CallKey(*row[:3]), row[3], json.loads(row[4])) for row in rows]

    def check_time(self) -> None:
        """Raise ``LimitError`` when the run's working time is used up."""
        allowed = self._limits.seconds
        if allowed is not None and self.seconds() >= allowed:
            raise LimitError("seconds", spent=self.seconds(), allowed=allowed)

    def seconds(self) -> float:
        """Working time of this run in seconds, over all its sessions."""
        return float(self._seconds_before) + self._clock.monotonic() - self._opened

    def _usage(self) -> Usage:
        model_calls, tokens_in, tokens_out, expert_calls, frames = self._db.execute(_SUMS).fetchone()
        return Usage(
            model_calls=model_calls,
            input_tokens=tokens_in,
            output_tokens=tokens_out,
            expert_calls=expert_calls,
            frames=frames,
            seconds=self.seconds(),
        )

    def _check(self, cost: Usage, *, reserved: bool) -> None:
        self.check_time()
        # What is reserved already counts in the sums; only a new row adds to them.
        adding = Usage() if reserved else cost
        spent = self._usage()
        bounds = (
            ("model_calls", spent.model_calls, adding.model_calls, self._limits.model_calls),
            (
                "tokens",
                spent.input_tokens + spent.output_tokens,
                adding.input_tokens + adding.output_tokens,
                self._limits.tokens,
            ),
            ("expert_calls", spent.expert_calls, adding.expert_calls, self._limits.expert_calls),
            ("frames", spent.frames, adding.frames, self._limits.frames),
        )
        for name, before, more, allowed in bounds:
            if allowed is not None and more > 0 and before + more > allowed:
                raise LimitError(name, spent=before, allowed=allowed, needs=more)

    def _write_session(self) -> None:
        elapsed = self._clock.monotonic() - self._opened
        if self._session is None:
            cursor = self._db.execute("INSERT INTO sessions (seconds) VALUES (?)", (elapsed,))
            self._session = cursor.lastrowid
        else:
            self._db.execute("UPDATE sessions SET seconds=? WHERE id=?", (elapsed, self._session))

    def _write(self, sql: str, values: tuple[object, ...]) -> None:
        """The one place where a row becomes durable."""
        self._db.execute(sql, values)


def read_steps(path: Path) -> tuple[Step, ...]:
    """The executed nodes of a journal on disk, opened read-only; empty when there is no readable journal."""
    if not path.is_file():
        return ()
    # A read-only connection to a journal in WAL mode would leave two files behind; once the run has closed it
    # there is no WAL, and it can be read as the plain file that it is.
    mode = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True)) as db:
            return _steps(db)
    except sqlite3.Error:
        return ()


def _steps(db: sqlite3.Connection) -> tuple[Step, ...]:
    rows = db.execute("SELECT task, MIN(node), SUM(seconds) FROM steps GROUP BY task ORDER BY MIN(id)").fetchall()
    return tuple(Step(task=task, node=node, seconds=seconds) for task, node, seconds in rows)


def _amounts(cost: Usage) -> tuple[int, int, int, int, int]:
    return cost.model_calls, cost.input_tokens, cost.output_tokens, cost.expert_calls, cost.frames
