"""Options that the commands of all agents share, and how their values are written."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Force",
    "Jobs",
    "LimitModelCalls",
    "LimitSeconds",
    "Model",
    "Out",
    "Paths",
    "Seed",
    "numbers",
    "point",
    "ruler",
]

_RUN = "Run"

Paths = Annotated[list[Path], typer.Argument(help="Files and folders.", show_default=False)]
Model = Annotated[
    str | None,
    typer.Option(help="A model such as openai:NAME; without one the built-in proposer works.", rich_help_panel=_RUN),
]
Seed = Annotated[int, typer.Option(help="All chance comes from it.", min=0, rich_help_panel=_RUN)]
LimitSeconds = Annotated[float | None, typer.Option(help="Working time of one item.", min=0, rich_help_panel=_RUN)]
LimitModelCalls = Annotated[
    int | None, typer.Option(help="Requests to the model for one item.", min=0, rich_help_panel=_RUN)
]
Out = Annotated[Path, typer.Option(help="Where run folders, index and report go.", rich_help_panel=_RUN)]
Force = Annotated[bool, typer.Option("--force", help="Do again what is done.", rich_help_panel=_RUN)]
Jobs = Annotated[int, typer.Option(help="Items worked on at once.", min=1, max=256, rich_help_panel=_RUN)]


def numbers(text: str, count: int, form: str) -> tuple[float, ...]:
    """``count`` finite numbers separated by commas. Raises ``typer.BadParameter`` that shows ``form``."""
    parts = text.split(",")
    try:
        values = tuple(float(part) for part in parts)
    except ValueError:
        values = ()
    if len(values) != count or not all(math.isfinite(value) for value in values):
        raise typer.BadParameter(f"expected {form}, got {text!r}.")
    return values


def point(text: str | None) -> tuple[float, float] | None:
    """``X,Y`` as a point."""
    if text is None:
        return None
    x, y = numbers(text, 2, "X,Y in pixels, such as 120,80.5")
    return x, y


def ruler(text: str | None) -> tuple[float, float, float, float, float] | None:
    """``X1,Y1,X2,Y2=LENGTH`` as two points in pixels and the distance between them in the unit."""
    if text is None:
        return None
    form = "X1,Y1,X2,Y2=LENGTH, such as 10,200,310,200=0.5"
    ends, equals, length = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"expected {form}, got {text!r}.")
    x1, y1, x2, y2 = numbers(ends, 4, form)
    return x1, y1, x2, y2, numbers(length, 1, form)[0]
