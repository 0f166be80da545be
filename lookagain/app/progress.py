"""What a batch does, live: a line for each item in work, and one for each that is finished."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lookagain.app.terminal import console, printable, say, state_of, style_of

if TYPE_CHECKING:
    from rich.progress import TaskID

    from lookagain.app.batch import BatchEvent, Notify
    from lookagain.app.index import IndexLine

__all__ = ["live"]

_MAX_CHARS = 300


@contextmanager
def live(total: int) -> Iterator[Notify]:
    """Gives what a batch of ``total`` items calls with its events.

    On a terminal the items in work are shown with the state they are in; elsewhere a line is written when an
    item is finished.
    """
    if sys.stderr.isatty():
        with _bars(total) as notify:
            yield notify
    else:
        yield _Lines(total).notify


def _outcome(line: IndexLine) -> str:
    words = printable(line.error or line.headline)
    return words if len(words) <= _MAX_CHARS else words[: _MAX_CHARS - 1] + "…"


class _Lines:
    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def notify(self, event: BatchEvent) -> None:
        """Write a line for an item that is finished."""
        if event.line is None:
            return
        self._done += 1
        already = " (already done)" if event.kind == "skipped" else ""
        name, outcome = printable(event.source.name), _outcome(event.line)
        say(f"[{self._done}/{self._total}] {name}: {state_of(event.line)}{already}  {outcome}", stderr=True)


@contextmanager
def _bars(total: int) -> Iterator[Callable[[BatchEvent], None]]:
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
    from rich.text import Text

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[doing]}", markup=False),
    )
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        whole = progress.add_task("all items", total=total, doing="", visible=total > 1)
        rows: dict[str, TaskID] = {}

        def notify(event: BatchEvent) -> None:
            if event.line is not None:
                state = state_of(event.line)
                words = Text(f"{state:>11}  ", style=style_of(state))
                words.append(printable(event.source.name), style="bold")
                words.append(f"  {_outcome(event.line)}", style="dim" if event.kind == "skipped" else "")
                progress.console.print(words)
                progress.advance(whole)
                if str(event.source) in rows:
                    progress.remove_task(rows.pop(str(event.source)))
                return
            if str(event.source) not in rows:
                rows[str(event.source)] = progress.add_task(printable(event.source.name), total=None, doing="")
            doing = " ".join(part for part in (printable(event.node), printable(event.message)) if part)
            share = None if event.fraction is None else 100 * event.fraction
            progress.update(rows[str(event.source)], doing=doing, total=None if share is None else 100, completed=share)

        yield notify
