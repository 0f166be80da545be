"""``lookagain doctor`` and ``lookagain version``: what is here, and what to type to get the rest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookagain.app.commands.items import EXIT_FAILED
from lookagain.app.terminal import console, printable, say

if TYPE_CHECKING:
    from lookagain.app.checks import Check

__all__ = ["doctor", "version"]

_MARKS = {"ok": ("✓", "green"), "missing": ("–", "yellow"), "broken": ("✕", "red")}


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="For programs: one JSON list.")] = False) -> None:
    """What is installed and usable, and what to type to get the rest. Exits with 1 when something is broken."""
    from lookagain.app.checks import examine

    checks = list(examine(folders=(Path("lookagain-out"),)))
    if as_json:
        import json
        from dataclasses import asdict

        say(json.dumps([asdict(check) for check in checks], indent=1))
    else:
        _show(checks)
    if any(check.state == "broken" for check in checks):
        raise typer.Exit(EXIT_FAILED)


def version() -> None:
    """The version."""
    from importlib.metadata import version as installed

    say(f"lookagain {installed('lookagain')}")


def _show(checks: list[Check]) -> None:
    out = console()
    for group in dict.fromkeys(check.group for check in checks):
        out.print(group, style="bold")
        inside = [check for check in checks if check.group == group]
        width = max(len(printable(check.name)) for check in inside)
        for check in inside:
            mark, style = _MARKS[check.state]
            out.print(f"  {mark} ", style=style, end="")
            out.print(f"{printable(check.name):<{width}}  {printable(check.detail)}")
            if check.remedy:
                out.print(f"    {'':<{width}}  {printable(check.remedy)}", style="cyan")
        out.print()
    broken = [check.name for check in checks if check.state == "broken"]
    out.print(f"Mend: {', '.join(broken)}." if broken else "Ready. Try: lookagain demo")
