"""``lookagain demo``: every agent that needs no model, on small inputs that come with the package."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lookagain.app import options as given
from lookagain.app.commands.items import EXIT_FAILED, run_items
from lookagain.app.terminal import complain

if TYPE_CHECKING:
    from lookagain.core.task import Task

__all__ = ["demo", "demo_folder", "demo_inputs", "demo_task"]

#: What is asked of an input, where that is more than the default: {file name: {"agent": name, fields of the task}};
#: "input" names the field that takes the file.
_ASKED = "demo.json"
_DEFAULT: Mapping[str, Any] = {"agent": "pixel2phys"}
_ENDINGS = frozenset({".mp4", ".json"})


def demo(
    out: Annotated[Path, typer.Option(help="Where run folders, index and report go.")] = Path("lookagain-out/demo"),
    *,
    force: given.Force = False,
    jobs: given.Jobs = 1,
) -> None:
    """See it work: no model, no network, no GPU. Ends with the path of a report."""
    from lookagain.app.batch import Options

    inputs, asked = demo_inputs(demo_folder())
    if not inputs:
        complain("this installation lacks the inputs of the demo. Install lookagain again.")
        raise typer.Exit(EXIT_FAILED)
    run_items(
        inputs,
        suffixes=frozenset(),
        factory=lambda path: demo_task(path, asked),
        out=out,
        options=Options(force=force, jobs=jobs),
    )


def demo_folder() -> Path:
    """Where the inputs lie."""
    return Path(str(files("lookagain") / "data" / "demo"))


def demo_inputs(folder: Path) -> tuple[list[Path], Mapping[str, Mapping[str, Any]]]:
    """The inputs of the demo, sorted by name, and what is asked of them."""
    listing = folder / _ASKED
    asked = json.loads(listing.read_text(encoding="utf-8")) if listing.is_file() else {}
    inputs = (path for path in folder.iterdir() if path.suffix in _ENDINGS and path.name != _ASKED)
    return sorted(inputs), asked


def demo_task(path: Path, asked: Mapping[str, Mapping[str, Any]]) -> Task[Any]:
    """The task of one input."""
    from lookagain.runtime.registry import find_agent

    fields = dict(asked.get(path.name, _DEFAULT))
    kind = find_agent(str(fields.pop("agent"))).task
    return kind.model_validate({fields.pop("input", "video"): path, **fields})
