"""The command line. Commands import what they need when they run, so that ``--help`` is quick."""

from __future__ import annotations

import typer

from lookagain.app.commands import demo, doctor, edit_as_act, pixel2phys, runs

__all__ = ["app", "main"]

app = typer.Typer(
    name="lookagain",
    help="Agents that look, propose, check the proposal, and look again until it holds.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command(rich_help_panel="Agents")(edit_as_act.edit_as_act)
app.command(rich_help_panel="Agents")(pixel2phys.pixel2phys)
app.command(rich_help_panel="Runs")(runs.resume)
app.command(rich_help_panel="Runs")(runs.report)
app.command(rich_help_panel="This installation")(demo.demo)
app.command(rich_help_panel="This installation")(doctor.doctor)
app.command(rich_help_panel="This installation")(doctor.version)


def main() -> None:
    """Entry point of ``lookagain``."""
    app()
