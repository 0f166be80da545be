"""The examples run as they are, on the inputs that ship."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

_EXAMPLES = Path(__file__).parents[2] / "examples"


def run_example(name: str) -> Any:
    return runpy.run_path(str(_EXAMPLES / f"{name}.py"))["main"]()


def test_every_example_is_tested_here_and_short() -> None:
    tests = Path(__file__).read_text(encoding="utf-8")
    for path in _EXAMPLES.glob("*.py"):
        assert f'run_example("{path.stem}")' in tests
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 40


def test_python_api(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_example("python_api")
    assert result.status == "complete"
    assert result.answer is not None
    assert result.verdict.reason in capsys.readouterr().out


def test_stream_progress() -> None:
    visited = run_example("stream_progress")
    assert {"variable", "equation", "experiment", "plan", "conclude"} <= set(visited)


def test_resume_run() -> None:
    stopped, finished = run_example("resume_run")
    assert (stopped.status, finished.status) == ("limited", "complete")


def test_embed_in_langgraph() -> None:
    assert run_example("embed_in_langgraph").startswith("The law is ")


def test_as_langchain_tool() -> None:
    said, refused = run_example("as_langchain_tool")
    assert said["status"] == "complete"
    assert "root:" not in refused
    assert "outside" in refused


def test_own_proposer() -> None:
    result = run_example("own_proposer")
    assert result.usage.model_calls == 1
