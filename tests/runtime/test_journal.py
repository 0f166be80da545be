"""The journal: keys, reservations, limits across threads and sessions."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from lookagain.core.errors import LimitError, RunError
from lookagain.core.limits import Limits, Usage
from lookagain.runtime.journal import Journal
from lookagain.testing import FakeClock

COST = Usage(model_calls=1, input_tokens=10, output_tokens=5)


def _journal(path: Path | None = None, **limits: int) -> Journal:
    return Journal(path, limits=Limits(**limits), clock=FakeClock())


def test_a_settled_call_is_found_again_by_the_next_process(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    first = _journal(path)
    key = first.key("task", "request")
    assert first.reserve(key, kind="model", asked={}, cost=COST) is None
    first.settle(key, {"text": "yes"}, Usage(model_calls=1, input_tokens=7, output_tokens=2))
    first.close()
    second = _journal(path)
    assert second.reserve(second.key("task", "request"), kind="model", asked={}, cost=COST) == {
        "response": {"text": "yes"}
    }
    assert second.usage().input_tokens == 7


def test_a_response_of_none_is_told_from_no_response() -> None:
    journal = _journal()
    key = journal.key("task", "request")
    assert journal.reserve(key, kind="expert", asked={}, cost=Usage()) is None
    journal.settle(key, None, Usage())
    assert journal.reserve(key, kind="expert", asked={}, cost=Usage()) == {"response": None}


def test_equal_requests_of_one_task_are_told_apart_and_tasks_do_not_share() -> None:
    journal = _journal()
    assert journal.key("a", "r").occurrence == 0
    assert journal.key("a", "r").occurrence == 1
    assert journal.key("b", "r").occurrence == 0


def test_an_abandoned_reservation_is_taken_over_and_not_counted_twice(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    first = _journal(path, model_calls=1)
    first.reserve(first.key("task", "request"), kind="model", asked={}, cost=COST)
    second = _journal(path, model_calls=1)
    key = second.key("task", "request")
    assert second.reserve(key, kind="model", asked={}, cost=COST) is None
    second.settle(key, "done", COST)
    assert second.usage().model_calls == 1


def test_a_failed_call_gives_its_reservation_back() -> None:
    journal = _journal(model_calls=1)
    key = journal.key("task", "a")
    journal.reserve(key, kind="model", asked={}, cost=COST)
    journal.forget(key)
    assert journal.usage().model_calls == 0
    assert journal.reserve(journal.key("task", "b"), kind="model", asked={}, cost=COST) is None


@pytest.mark.parametrize("name", ["model_calls", "tokens", "expert_calls", "frames"])
def test_every_limit_refuses_what_would_exceed_it(name: str) -> None:
    journal = Journal(None, limits=Limits.model_validate({name: 3}), clock=FakeClock())
    cost = Usage(model_calls=2, input_tokens=1, output_tokens=1, expert_calls=2, frames=2)
    assert journal.reserve(journal.key("t", "1"), kind="model", asked={}, cost=cost) is None
    with pytest.raises(LimitError, match=name):
        journal.reserve(journal.key("t", "2"), kind="model", asked={}, cost=cost)
    assert len(journal.calls()) == 0


def test_parallel_branches_cannot_overspend() -> None:
    journal = _journal(model_calls=10)
    refused: list[LimitError] = []

    def spend(branch: int) -> None:
        for call in range(10):
            try:
                key = journal.key(f"branch {branch}", f"{call}")
                journal.reserve(key, kind="model", asked={}, cost=COST)
                journal.settle(key, call, COST)
            except LimitError as error:
                refused.append(error)

    threads = [threading.Thread(target=spend, args=(branch,)) for branch in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.usage().model_calls == 10
    assert len(refused) == 30


def test_seconds_add_up_over_sessions(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    for _ in range(3):
        clock = FakeClock()
        journal = Journal(path, limits=Limits(), clock=clock)
        clock.advance(2.0)
        journal.step(task="t", node="n", seconds=2.0)
        journal.close()
    assert _journal(path).seconds() == pytest.approx(6.0)


def test_steps_are_told_once_a_task_in_order(tmp_path: Path) -> None:
    journal = _journal(tmp_path / "journal.sqlite")
    for task, node in (("1", "plan"), ("2", "score"), ("2", "score"), ("3", "end")):
        journal.step(task=task, node=node, seconds=1.0)
    assert [(step.node, step.seconds) for step in journal.steps()] == [("plan", 1.0), ("score", 2.0), ("end", 1.0)]


def test_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    journal = _journal(path)
    journal._db.execute("UPDATE meta SET value='99'")
    journal.close()
    with pytest.raises(RunError, match="version 99"):
        _journal(path)
