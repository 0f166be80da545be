"""What is shown while a batch works."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from rich.console import Console

from lookagain.app import progress
from lookagain.app.batch import BatchEvent
from lookagain.app.index import IndexLine
from lookagain.app.progress import live

_HOSTILE = "\x1b[2J[red]x\u202e.mp4"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def line(name: str, **changes: str) -> IndexLine:
    values = {"run": "r", "agent": "fake", "status": "complete", "verdict": "confirmed", "headline": "dx/dt = -x"}
    return IndexLine(input=name, **{**values, **changes})  # type: ignore[arg-type]


def events(name: str) -> list[BatchEvent]:
    source = Path(name)
    return [
        BatchEvent(kind="started", source=source),
        BatchEvent(kind="progress", source=source, node="look", message="tracking [bold]", fraction=0.5),
        BatchEvent(kind="progress", source=source, node="equation"),
        BatchEvent(kind="finished", source=source, line=line(name)),
    ]


def test_elsewhere_than_on_a_terminal_each_finished_item_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with live(3) as notify:
        for event in [*events("a.mp4"), *events(_HOSTILE)]:
            notify(event)
        failed = line("c.mp4", status="failed", error="x" * 5000)
        notify(BatchEvent(kind="skipped", source=Path("c.mp4"), line=failed))
    shown = capsys.readouterr().err.splitlines()
    assert shown[0] == "[1/3] a.mp4: confirmed  dx/dt = -x"
    assert "\x1b" not in shown[1]
    assert "\u202e" not in shown[1]
    assert "already done" in shown[2]
    assert len(shown[2]) < 400


def test_on_a_terminal_the_state_in_work_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    drawn = Console(file=terminal, width=120, markup=False, force_terminal=True)
    monkeypatch.setattr(progress, "console", lambda **_: drawn)
    with live(2) as notify:
        for event in [*events("a.mp4"), *events(_HOSTILE)]:
            notify(event)
    shown = terminal.getvalue()
    assert "confirmed" in shown
    assert "a.mp4" in shown
    assert "\x1b[2J" not in shown
    assert "\u202e" not in shown
