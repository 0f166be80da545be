"""What the command of every agent does: find the inputs, run the batch, write the report, say how it went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lookagain.app.terminal import complain, printable, say, shown_path, state_of

if TYPE_CHECKING:
    from lookagain.app.batch import Backend, Options
    from lookagain.app.index import IndexLine
    from lookagain.app.items import Asked
    from lookagain.core.task import Task

__all__ = ["EXIT_FAILED", "EXIT_INTERRUPTED", "EXIT_USAGE", "run_items"]

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def run_items(
    paths: list[Path],
    *,
    suffixes: frozenset[str],
    factory: Callable[[Any], Task[Any]],
    out: Path,
    options: Options,
    together: Callable[[tuple[Path, ...]], Task[Any]] | None = None,
    backend: Backend | None = None,
    whole: Callable[[Path], bool] | None = None,
    asked: Callable[[Path], list[Asked]] | None = None,
) -> None:
    """Run ``factory``'s task for every input, or the one that ``together`` makes of all of them.

    Leaves through ``typer.Exit`` unless every item succeeded.

    ``whole`` tells the folders that are one input. ``asked`` gives the several things that are asked of an input: each
    is an item of its own, which ``factory`` gets in place of the path.

    Exit codes: 1 when an item failed, 2 when the command line cannot be meant, 130 when interrupted.
    """
    from pydantic import ValidationError

    from lookagain.app.backend import Runs
    from lookagain.app.batch import run_batch
    from lookagain.app.items import Source, Together, find_inputs
    from lookagain.app.progress import live
    from lookagain.app.summary import write_batch_report
    from lookagain.core.errors import LookagainError
    from lookagain.tools.models import open_model

    runs = Runs() if backend is None else backend

    def task(source: Source) -> Task[Any]:
        if isinstance(source, Together) and together is not None:
            return together(source.paths)
        return factory(source)

    try:
        found = find_inputs(paths, suffixes=suffixes, skip=out, whole=whole)
        sources: list[Source] = [*found] if together is None else [Together(tuple(found))]
        if asked is not None:
            sources = [one for path in found for one in asked(path)]
        task(sources[0])
        if options.model is not None:
            open_model(options.model)
    except (LookagainError, ValidationError) as error:
        complain(explain(error))
        raise typer.Exit(EXIT_USAGE) from error
    with _told(out), live(len(sources)) as notify:
        lines = run_batch(sources, factory=task, backend=runs, out=out, options=options, notify=notify)
    report = write_batch_report(out, runs)
    _conclude(lines, report, out)


@contextmanager
def _told(out: Path) -> Iterator[None]:
    """What stops a whole batch is told, and the program left with its exit code."""
    from lookagain.core.errors import LookagainError

    try:
        yield
    except KeyboardInterrupt:
        say(f"\nInterrupted. Run the same command again to go on; finished items are in {shown_path(out)}.")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except (FileExistsError, NotADirectoryError) as error:
        complain(f"--out {out}: expected a folder. Choose another.")
        raise typer.Exit(EXIT_USAGE) from error
    except LookagainError as error:
        complain(error)
        raise typer.Exit(EXIT_FAILED) from error


def explain(error: Exception) -> str:
    """An error in one line; of a validation error, what was wrong with which field."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(
        ": ".join(part for part in (".".join(map(str, fault["loc"])), fault["msg"]) if part)
        for fault in error.errors(include_url=False)
    )


def _conclude(lines: list[IndexLine], report: Path, out: Path) -> None:
    if len(lines) == 1 and lines[0].status != "failed":
        say(printable(lines[0].headline))
    for line in lines:
        if line.status == "needs_input":
            say(f"{printable(line.input)} asks: {printable(line.headline)}")
            say(f"  answer with: lookagain resume {shown_path(out / line.run)} --answer TEXT")
    counts = Counter(state_of(line) for line in lines)
    say(", ".join(f"{count} {state}" for state, count in counts.most_common()))
    say(f"report: {shown_path(report)}")
    if any(line.status == "failed" for line in lines):
        raise typer.Exit(EXIT_FAILED)
