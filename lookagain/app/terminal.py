"""Words on a terminal. What came from a file or a model is shown without anything that a terminal would obey."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from lookagain.app.index import IndexLine
    from lookagain.core.errors import LookagainError

__all__ = ["complain", "console", "printable", "say", "shown_path", "state_of", "style_of"]

_STYLES = {"confirmed": "green", "refuted": "red", "failed": "red", "undecided": "yellow"}


def printable(value: object) -> str:
    """``value`` on one line, its control characters, lone surrogates and overrides of direction replaced."""
    words = " ".join(str(value).split())
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in words)


def console(*, stderr: bool = False) -> Console:
    """A console that interprets no markup: what is printed is what was given."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False, soft_wrap=True)


def say(line: str = "", *, stderr: bool = False) -> None:
    """Print a line; letters that the terminal's encoding lacks are replaced."""
    stream = sys.stderr if stderr else sys.stdout
    encoding = stream.encoding or "utf-8"
    print(line.encode(encoding, "replace").decode(encoding), file=stream)


def complain(error: LookagainError | str) -> None:
    """Print an error on stderr."""
    say(f"error: {printable(error)}", stderr=True)


def state_of(line: IndexLine) -> str:
    """An item's state in one word: its verdict, or why it has none."""
    return line.verdict if line.status == "complete" else line.status.replace("_", " ")


def style_of(state: str) -> str:
    """The colour of a state."""
    return _STYLES.get(state, "cyan")


def shown_path(path: Path) -> str:
    """A path as one would type it from here."""
    try:
        return printable(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return printable(path)
