"""Running, streaming, limits, questions, refusals and results of the toy agent."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from lookagain.core.errors import ConfigError, LimitError, OutputError, RunError, StateError
from lookagain.core.limits import Limits
from lookagain.core.result import Result
from lookagain.runtime.events import Event
from lookagain.runtime.folder import RunFolder
from lookagain.runtime.run import aresume, arun, astream, open_run, resume, run, stream
from lookagain.testing import FakeClock, scripted_backend
from tests.runtime.conftest import Calls
from tests.support.calls import CallLog, LoggedLength
from tests.support.kill import comparable
from tests.support.toy import Toy, ToyAnswer


def test_run_gives_a_typed_result_that_the_folder_gives_again(calls: Calls, tmp_path: Path) -> None:
    result = run(Toy(), run_dir=tmp_path / "run", **calls.options)
    assert result.status == "complete"
    assert result.answer is not None
    assert result.answer.words == ("again", "look")
    assert result.usage.model_calls == 2
    assert result.usage.expert_calls == 2
    assert result.usage.input_tokens == 20
    assert result.provenance.model == "logged:1"
    assert result.artifact_path("drawn").read_bytes() == (tmp_path / "run" / "drawn.txt").read_bytes()
    assert open_run(tmp_path / "run") == result
    assert Result[ToyAnswer].model_validate_json(result.model_dump_json()) == result


def test_a_finished_run_is_read_and_not_run_again(calls: Calls, tmp_path: Path) -> None:
    first = run(Toy(), run_dir=tmp_path / "run", **calls.options)
    made = calls.count
    assert run(Toy(), run_dir=tmp_path / "run", **calls.options) == first
    assert resume(tmp_path / "run", **calls.options) == first
    assert calls.count == made


@pytest.mark.parametrize("rounds", [1, 3])
def test_stream_tells_nodes_and_ends_with_the_result(calls: Calls, tmp_path: Path, rounds: int) -> None:
    events = list(stream(Toy(rounds=rounds), run_dir=tmp_path / "run", **calls.options))
    nodes = [event.node for event in events if event.kind == "node"]
    assert nodes.count("score") == 2 * rounds
    assert nodes[-1] == "conclude"
    assert [event.kind for event in events].count("result") == 1
    assert events[-1].result is not None
    assert [event.message for event in events if event.kind == "progress"] == ["planning"] * rounds
    assert {event.node for event in events if event.kind == "start"} == {"plan", "score", "collect", "conclude"}


def test_all_four_ways_give_the_same_result(calls: Calls, tmp_path: Path) -> None:
    async def watch(folder: Path) -> list[Event[ToyAnswer]]:
        return [event async for event in astream(Toy(rounds=2), run_dir=folder, **calls.options)]

    ran = run(Toy(rounds=2), run_dir=tmp_path / "1", **calls.options)
    streamed = list(stream(Toy(rounds=2), run_dir=tmp_path / "2", **calls.options))[-1].result
    aran = asyncio.run(arun(Toy(rounds=2), run_dir=tmp_path / "3", **calls.options))
    watched = asyncio.run(watch(tmp_path / "4"))[-1].result
    assert streamed is not None
    assert watched is not None
    assert comparable(ran) == comparable(streamed) == comparable(aran) == comparable(watched)


def test_a_seed_decides_chance(calls: Calls, tmp_path: Path) -> None:
    drawn = [run(Toy(), seed=s, run_dir=tmp_path / str(i), **calls.options) for i, s in enumerate((1, 1, 2))]
    texts = [result.artifacts["drawn"].sha256 for result in drawn]
    assert texts[0] == texts[1] != texts[2]


@pytest.mark.parametrize(
    ("limits", "name", "spent"),
    [
        (Limits(model_calls=1), "model_calls", 1),
        (Limits(model_calls=0), "model_calls", 0),
        (Limits(expert_calls=1), "expert_calls", 1),
        (Limits(tokens=1), "tokens", 0),
    ],
)
def test_a_limit_ends_the_run_and_a_higher_one_finishes_it(
    calls: Calls, tmp_path: Path, limits: Limits, name: str, spent: int
) -> None:
    cut = run(Toy(), limits=limits, run_dir=tmp_path / "run", **calls.options)
    assert cut.status == "limited"
    assert name in cut.note
    made = calls.log.made()
    if name != "tokens":
        assert getattr(cut.usage, name) == spent
    whole = resume(tmp_path / "run", limits=Limits(), **calls.options)
    assert whole.status == "complete"
    reference = run(Toy(), run_dir=tmp_path / "reference", **calls.options)
    assert comparable(whole) == comparable(reference)
    assert all(count == 1 for count in made.values())


def test_the_seconds_of_all_sessions_count(calls: Calls, tmp_path: Path) -> None:
    clock = FakeClock()
    limits = Limits(seconds=10)
    events = stream(Toy(rounds=50), run_dir=tmp_path / "run", limits=limits, clock=clock, **calls.options)
    last: Result[ToyAnswer] | None = None
    for event in events:
        clock.advance(0.5 if event.kind == "node" else 0.0)
        last = event.result or last
    assert last is not None
    assert last.status == "limited"
    assert 10 <= last.usage.seconds < 13
    again = resume(tmp_path / "run", **calls.options)
    assert again.status == "limited"


def test_a_question_waits_and_its_answer_goes_on(calls: Calls, tmp_path: Path) -> None:
    waiting = run(Toy(ask=True), run_dir=tmp_path / "run", **calls.options)
    assert waiting.status == "needs_input"
    assert waiting.question is not None
    assert waiting.question.choices == ("yes", "no")
    assert resume(tmp_path / "run", **calls.options).status == "needs_input"
    made = calls.count
    done = resume(tmp_path / "run", answer="yes", **calls.options)
    assert done.status == "complete"
    assert done.answer is not None
    assert done.answer.reply == "yes"
    assert calls.count == made


def test_a_question_asked_in_an_event_loop(calls: Calls, tmp_path: Path) -> None:
    async def both() -> Result[Any]:
        await arun(Toy(ask=True), run_dir=tmp_path / "run", **calls.options)
        return await aresume(tmp_path / "run", answer="no", **calls.options)

    answer = asyncio.run(both()).answer
    assert isinstance(answer, ToyAnswer)
    assert answer.reply == "no"


def test_a_failure_is_written_down_and_can_be_resumed(calls: Calls, tmp_path: Path) -> None:
    def broken(word: str) -> int:
        raise RuntimeError(f"no length for {word}")

    with pytest.raises(RuntimeError, match="no length"):
        run(
            Toy(),
            run_dir=tmp_path / "run",
            model=calls.options["model"],
            experts={"length": _Named(broken)},
        )
    failed = open_run(tmp_path / "run")
    assert failed.status == "failed"
    assert failed.error is not None
    assert failed.error.kind == "RuntimeError"
    assert failed.usage.expert_calls == 0
    assert resume(tmp_path / "run", **calls.options).status == "complete"


class _Named:
    """An expert with the identity of the logged one."""

    fingerprint = "length:1"

    def __init__(self, function: Any) -> None:
        self._function = function

    def __call__(self, word: str) -> int:
        return int(self._function(word))


def test_state_that_is_not_json_is_refused(calls: Calls, tmp_path: Path) -> None:
    with pytest.raises(StateError, match="finite"):
        run(Toy(bad_state=True), run_dir=tmp_path / "run", **calls.options)


def test_a_folder_of_another_run_is_refused(calls: Calls, tmp_path: Path) -> None:
    run(Toy(), run_dir=tmp_path / "run", **calls.options)
    with pytest.raises(RunError, match="another task"):
        run(Toy(words=("other",)), run_dir=tmp_path / "run", **calls.options)
    with pytest.raises(RunError, match="seed"):
        run(Toy(), seed=5, run_dir=tmp_path / "run", **calls.options)
    with pytest.raises(RunError, match="model"):
        run(Toy(), run_dir=tmp_path / "run", experts=calls.options["experts"])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(RunError, match="empty folder"):
        run(Toy(), run_dir=tmp_path / "mine", **calls.options)
    with pytest.raises(RunError, match=r"task\.json"):
        resume(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("task.json", "{", "record"),
        ("task.json", '{"format_version": 99}', "version"),
        ("journal.sqlite", "not a database, but long enough to be read as one", "journal"),
    ],
)
def test_a_damaged_folder_is_refused(calls: Calls, tmp_path: Path, file: str, content: str, message: str) -> None:
    folder = tmp_path / "run"
    run(Toy(), run_dir=folder, **calls.options)
    for leftover in folder.glob("journal.sqlite-*"):
        leftover.unlink()
    (folder / file).write_text(content)
    with pytest.raises(RunError, match=message):
        resume(folder, **calls.options)


def test_damaged_checkpoints_are_said(calls: Calls, tmp_path: Path) -> None:
    run(Toy(ask=True), run_dir=tmp_path / "run", **calls.options)
    (tmp_path / "run" / "checkpoints.sqlite").write_text("not a database, but long enough to be read as one")
    with pytest.raises(RunError, match="databases"):
        resume(tmp_path / "run", **calls.options)


def test_checkpoints_that_name_constructors_are_refused(calls: Calls, tmp_path: Path) -> None:
    run(Toy(ask=True), run_dir=tmp_path / "run", **calls.options)
    with sqlite3.connect(tmp_path / "run" / "checkpoints.sqlite") as db:
        db.execute("UPDATE checkpoints SET type='json', checkpoint='{}'")
    with pytest.raises(StateError, match="msgpack"):
        resume(tmp_path / "run", **calls.options)


def test_a_damaged_result_is_written_again(calls: Calls, tmp_path: Path) -> None:
    whole = run(Toy(), run_dir=tmp_path / "run", **calls.options)
    made = calls.count
    (tmp_path / "run" / "result.json").write_text('{"schema_version": 1}')
    with pytest.raises(RunError, match="result"):
        open_run(tmp_path / "run")
    assert comparable(resume(tmp_path / "run", **calls.options)) == comparable(whole)
    assert calls.count == made


def test_useless_replies_are_not_replayed_and_stay_paid(tmp_path: Path) -> None:
    log = CallLog(path=tmp_path / "calls.log")
    experts = {"length": LoggedLength(log=log)}
    task = Toy(words=("look",))
    with pytest.raises(OutputError):
        run(task, run_dir=tmp_path / "run", experts=experts, model=scripted_backend(["no", "no", "no"]))
    assert open_run(tmp_path / "run").usage.model_calls == 3
    done = resume(tmp_path / "run", experts=experts, model=scripted_backend(['{"score": 4}']))
    assert done.status == "complete"
    assert done.usage.model_calls == 4


def test_paths_and_jail_are_remembered(calls: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    media, elsewhere = tmp_path / "media", tmp_path / "elsewhere"
    media.mkdir()
    elsewhere.mkdir()
    (media / "a.txt").write_text("words")
    monkeypatch.chdir(media)
    ways: tuple[tuple[str, dict[str, Any]], ...] = (("free", {}), ("jailed", {"media_root": media}))
    for name, options in ways:
        cut = run(
            Toy(text=Path("a.txt")), limits=Limits(model_calls=1), run_dir=tmp_path / name, **calls.options, **options
        )
        assert cut.status == "limited"
        with monkeypatch.context() as moved:
            moved.chdir(elsewhere)
            assert resume(tmp_path / name, limits=Limits(), **calls.options).status == "complete"
    record = RunFolder(tmp_path / "jailed").record()
    assert record is not None
    assert record.media_root == str(media)


class _Slow:
    """An expert whose calls end only when they are let go."""

    fingerprint = "length:1"

    def __init__(self, log: CallLog) -> None:
        self.began, self.go = threading.Event(), threading.Event()
        self._inner = LoggedLength(log=log)

    def __call__(self, word: str) -> int:
        self.began.set()
        self.go.wait(20)
        return self._inner(word)


def test_cancelling_waits_for_what_is_being_paid(calls: Calls, tmp_path: Path) -> None:
    slow = _Slow(calls.log)
    model = calls.options["model"]

    async def cancelled() -> None:
        running = asyncio.create_task(arun(Toy(), run_dir=tmp_path / "run", model=model, experts={"length": slow}))
        await asyncio.to_thread(slow.began.wait, 20)
        running.cancel()
        slow.go.set()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(cancelled())
    paid = calls.log.made()
    assert sum(paid.values()) >= 1
    done = resume(tmp_path / "run", **calls.options)
    assert done.status == "complete"
    assert all(count == 1 for count in calls.log.made().values())


@pytest.mark.parametrize("options", [{"limits": 5}, {"seed": "x"}, {"seed": -1}, {"seed": 2**70}])
def test_options_that_cannot_work_are_refused(calls: Calls, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        run(Toy(), **{**calls.options, **options})


@pytest.mark.parametrize("name", ["file", "nul\0byte"])
def test_a_run_dir_that_is_no_folder_is_refused(calls: Calls, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RunError, match="not usable"):
        run(Toy(), run_dir=tmp_path / name, **calls.options)


def test_another_state_version_is_refused(calls: Calls, tmp_path: Path) -> None:
    run(Toy(ask=True), run_dir=tmp_path / "run", **calls.options)
    path = tmp_path / "run" / "task.json"
    record = json.loads(path.read_text())
    record["provenance"]["state_version"] = 99
    path.write_text(json.dumps(record))
    with pytest.raises(RunError, match="state_version"):
        resume(tmp_path / "run", answer="yes", **calls.options)


def test_two_processes_cannot_hold_one_folder(calls: Calls, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    with folder.locked(), pytest.raises(RunError, match="another process"):
        run(Toy(), run_dir=tmp_path / "run", **calls.options)


def test_a_step_without_its_model_says_so(calls: Calls) -> None:
    with pytest.raises(ConfigError, match="model"):
        run(Toy(), experts=calls.options["experts"])


def test_stopping_a_stream_leaves_the_run_resumable(calls: Calls, tmp_path: Path) -> None:
    events = stream(Toy(rounds=3), run_dir=tmp_path / "run", **calls.options)
    for event in events:
        if event.kind == "node" and event.node == "collect":
            break
    events.close()  # type: ignore[attr-defined]
    made = calls.log.made()
    done = resume(tmp_path / "run", **calls.options)
    assert done.status == "complete"
    reference = run(Toy(rounds=3), run_dir=tmp_path / "reference", **calls.options)
    assert comparable(done) == comparable(reference)
    assert sum(made.values()) >= 4


def test_checkpoints_hold_no_classes(calls: Calls, tmp_path: Path) -> None:
    run(Toy(ask=True), run_dir=tmp_path / "run", **calls.options)
    with sqlite3.connect(tmp_path / "run" / "checkpoints.sqlite") as db:
        kinds = {row[0] for row in db.execute("SELECT type FROM checkpoints")}
        assert kinds == {"msgpack"}


def test_limit_errors_name_what_was_spent() -> None:
    error = LimitError("frames", spent=12, allowed=10)
    assert "12 spent of 10" in str(error)
