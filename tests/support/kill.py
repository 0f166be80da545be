"""Kills a run with SIGKILL before and after each of its writes, resumes it, and compares.

The writes are found by instrumenting the places where something becomes durable: rows of the journal, LangGraph's
checkpoints and pending writes, and files written atomically.
"""

from __future__ import annotations

import json
import os
import signal
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from langgraph.checkpoint.sqlite import SqliteSaver

from lookagain.core import blobs
from lookagain.core.clock import SystemClock
from lookagain.core.limits import Limits
from lookagain.core.result import Result
from lookagain.runtime import folder as folder_module
from lookagain.runtime.journal import CallKey, Journal

When = Literal["before", "after"]
Scenario = Callable[[Path], Result[Any]]


@dataclass
class Write:
    """Counts the writes of this process and kills it at one of them."""

    at: int | None
    when: When
    seen: list[str] = field(default_factory=list)

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, counted and, at the chosen write, killed."""

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            here = len(self.seen)
            self.seen.append(name)
            if here == self.at and self.when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            value = function(*args, **kwargs)
            if here == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
            return value

        return wrapped

    def install(self) -> None:
        """Put the counter around everything that writes."""
        patches: list[tuple[Any, str]] = [
            (Journal, "_write"),
            (SqliteSaver, "put"),
            (SqliteSaver, "put_writes"),
            (blobs, "write_atomic"),
            (folder_module, "write_atomic"),
        ]
        for owner, name in patches:
            setattr(owner, name, self.around(f"{owner.__name__}.{name}", getattr(owner, name)))


@dataclass(frozen=True, kw_only=True)
class KillReport:
    """What happened at one write."""

    at: int
    when: When
    write: str
    killed: bool
    same_result: bool
    repeated_calls: int

    @property
    def holds(self) -> bool:
        return self.killed and self.same_result and self.repeated_calls == 0


def comparable(result: Result[Any]) -> dict[str, Any]:
    """The result without what may differ between two runs: seconds."""
    dumped = result.model_dump(mode="json")
    dumped["usage"].pop("seconds")
    return dumped


def in_child(work: Callable[[], None]) -> int:
    """Run ``work`` in a forked child; its exit status as ``os.waitpid`` gives it."""
    pid = os.fork()
    if pid == 0:
        status = 70
        try:
            work()
            status = 0
        except Exception:
            traceback.print_exc()
            raise
        finally:
            os._exit(status)
    return os.waitpid(pid, 0)[1]


def run_to_file(scenario: Scenario, run_dir: Path, out: Path, write: Write) -> int:
    """Run the scenario in a child under ``write``, and leave its result and writes in ``out``."""

    def work() -> None:
        write.install()
        result = scenario(run_dir)
        out.write_text(json.dumps({"result": comparable(result), "writes": write.seen}))

    return in_child(work)


def settled(run_dir: Path) -> Counter[str]:
    """How many responses of each request the journal holds."""
    path = run_dir / "journal.sqlite"
    if not path.exists():
        return Counter()
    journal = Journal(path, limits=Limits(), clock=SystemClock())
    calls: list[tuple[CallKey, str, Any]] = journal.calls()
    journal.close()
    return Counter(key.request for key, kind, _ in calls if kind != "frames")


def kill_at(
    scenario: Scenario,
    folder: Path,
    reference: dict[str, Any],
    *,
    at: int,
    when: When,
    made: Callable[[], Counter[str]],
) -> KillReport:
    """Kill at one write, resume, compare. ``made`` counts the calls that were really made, by request."""
    run_dir, out = folder / f"run-{at}-{when}", folder / f"out-{at}-{when}.json"
    status = run_to_file(scenario, run_dir, out, Write(at=at, when=when))
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    before, paid = made(), settled(run_dir)
    resumed = run_to_file(scenario, run_dir, out, Write(at=None, when="before"))
    same = resumed == 0 and json.loads(out.read_text())["result"] == reference["result"]
    # Of a request with several occurrences, only as many may be made again as were not yet journaled.
    after, needed = made() - before, Counter[str]()
    for request in set(after) | set(paid):
        total = reference["made"].get(request, 0)
        needed[request] = max(0, after[request] - max(0, total - paid[request]))
    return KillReport(
        at=at,
        when=when,
        write=reference["writes"][at],
        killed=killed,
        same_result=same,
        repeated_calls=sum(needed.values()),
    )


def reference_run(scenario: Scenario, folder: Path, made: Callable[[], Counter[str]]) -> dict[str, Any]:
    """The result and the writes of a run that nobody kills."""
    out = folder / "reference.json"
    before = made()
    status = run_to_file(scenario, folder / "reference", out, Write(at=None, when="before"))
    if status != 0:
        raise RuntimeError(f"the reference run ended with status {status}")
    found: dict[str, Any] = json.loads(out.read_text())
    found["made"] = dict(made() - before)
    return found
