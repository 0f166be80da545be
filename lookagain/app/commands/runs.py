"""``lookagain resume`` and ``lookagain report``: what one does with a run folder later."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lookagain.app import options as given
from lookagain.app.commands.items import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE
from lookagain.app.terminal import complain, printable, say, shown_path

__all__ = ["report", "resume"]


def resume(
    run: Annotated[Path, typer.Argument(help="A run folder.", show_default=False)],
    *,
    answer: Annotated[str | None, typer.Option(help="The answer to the question that the run asked.")] = None,
    model: given.Model = None,
    limit_seconds: given.LimitSeconds = None,
    limit_model_calls: given.LimitModelCalls = None,
) -> None:
    """Go on with a run: after a kill, a failure, a limit, or with the answer to its question."""
    import lookagain as la
    from lookagain.app.backend import Runs
    from lookagain.app.report import headline
    from lookagain.app.summary import refresh_index

    limits = None
    if limit_seconds is not None or limit_model_calls is not None:
        limits = la.Limits(seconds=limit_seconds, model_calls=limit_model_calls)
    try:
        result = la.resume(run, answer=answer, model=model, limits=limits)
        Runs().report(result, run)
        refresh_index(run, result)
    except KeyboardInterrupt:
        say("\nInterrupted. Run the same command again to go on.")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except la.LookagainError as error:
        complain(error)
        raise typer.Exit(EXIT_FAILED) from error
    say(printable(headline(result)))
    say(f"{result.status.replace('_', ' ')}, {result.verdict.value}. {printable(result.verdict.reason)}".rstrip())
    say(f"report: {shown_path(run / 'report.html')}")


def report(
    folder: Annotated[Path, typer.Argument(help="A run folder, or the folder of a batch.", show_default=False)],
    *,
    open_it: Annotated[bool, typer.Option("--open/--no-open", help="Show it in the browser.")] = False,
) -> None:
    """Write the report of a run, or of all items of a batch, again."""
    from lookagain.app.backend import Runs
    from lookagain.app.summary import write_batch_report
    from lookagain.core.errors import LookagainError

    backend = Runs()
    try:
        if (folder / "index.jsonl").is_file():
            path = write_batch_report(folder, backend)
        elif (folder / "result.json").is_file():
            backend.report(backend.open(folder), folder)
            path = folder / "report.html"
        elif (folder / "task.json").is_file():
            complain(f"{folder}: this run has no result yet. Go on with it: lookagain resume {folder}")
            raise typer.Exit(EXIT_FAILED)
        else:
            complain(f"{folder}: expected a run folder or the folder of a batch.")
            raise typer.Exit(EXIT_USAGE)
    except LookagainError as error:
        complain(error)
        raise typer.Exit(EXIT_FAILED) from error
    say(f"report: {shown_path(path)}")
    if open_it:
        typer.launch(str(path))
