"""``lookagain pixel2phys``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lookagain.app import options as given
from lookagain.app.commands.items import run_items
from lookagain.app.items import TABLES, VIDEOS

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.task import Pixel2Phys

__all__ = ["pixel2phys"]


def _calibration(words: str, **more: Any) -> Any:
    return typer.Option(help=words, rich_help_panel="Calibration", **more)


def _motion(words: str, **more: Any) -> Any:
    return typer.Option(help=words, rich_help_panel="Motion", **more)


Scale = Annotated[float | None, _calibration("Units per pixel.")]
Unit = Annotated[str, _calibration("Unit of lengths, such as m.")]
Ruler = Annotated[str | None, _calibration("Two pixels and their distance.", metavar="X1,Y1,X2,Y2=LENGTH")]
Origin = Annotated[str | None, _calibration("Pixel of the origin.", metavar="X,Y")]
UpOrDown = Annotated[bool, typer.Option("--y-up/--y-down", help="Which way y grows.", rich_help_panel="Calibration")]
Fps = Annotated[float | None, _calibration("True frames a second, for slow motion.")]
Near = Annotated[
    list[str] | None, _motion("A pixel on the object, first frame; with --together once a video.", metavar="X,Y")
]
TogetherFlag = Annotated[
    bool, typer.Option("--together", help="Fit all inputs as one system.", rich_help_panel="Motion")
]
Objects = Annotated[int, _motion("How many objects move.")]
Start = Annotated[float | None, _motion("Use the video from this second.")]
Stop = Annotated[float | None, _motion("Use it up to this second.")]
Coordinates = Annotated[Literal["auto", "xy", "angle", "arc_length", "relative"], _motion("What the law is about.")]
Order = Annotated[Literal["auto", "first", "second"], _motion("Order in time.")]
Degree = Annotated[int, _motion("Degree of the polynomials.")]
Terms = Annotated[
    list[str] | None, _motion("Terms beside the polynomials: trigonometric, rational, drag. May be repeated.")
]
Ask = Annotated[bool, typer.Option("--ask", help="Ask which object is meant.", rich_help_panel="Motion")]
MaxRounds = Annotated[int, _motion("How often to look again.")]


def pixel2phys(
    paths: given.Paths,
    *,
    scale: Scale = None,
    unit: Unit = "",
    ruler: Ruler = None,
    origin: Origin = None,
    y_up: UpOrDown = True,
    fps: Fps = None,
    near: Near = None,
    objects: Objects = 1,
    together: TogetherFlag = False,
    start: Start = None,
    stop: Stop = None,
    coordinates: Coordinates = "auto",
    order: Order = "auto",
    degree: Degree = 3,
    terms: Terms = None,
    ask: Ask = False,
    max_rounds: MaxRounds = 6,
    model: given.Model = None,
    seed: given.Seed = 0,
    limit_seconds: given.LimitSeconds = None,
    limit_model_calls: given.LimitModelCalls = None,
    out: given.Out = Path("lookagain-out"),
    force: given.Force = False,
    jobs: given.Jobs = 1,
) -> None:
    """The governing equations of what moves in videos, or in CSV tables of t, x, y.

    Writes a run folder for each item, index.jsonl and report.html. With --together all inputs are one item.

    What is done is skipped, what was interrupted goes on, a failed item stops no other.
    """
    from lookagain.agents.pixel2phys.task import Pixel2Phys
    from lookagain.app.batch import Options
    from lookagain.core.limits import Limits

    shared = {
        **{"scale": scale, "unit": unit, "fps": fps, "y_up": y_up, "start_s": start, "stop_s": stop},
        **{"ruler": given.ruler(ruler), "origin": given.point(origin)},
        **{"coordinates": coordinates, "order": order, "degree": degree, "terms": tuple(terms) if terms else None},
        **{"objects": objects, "ask": ask, "max_rounds": max_rounds},
    }

    points = tuple(given.point(text) for text in near or ())
    if len(points) > 1 and not together:
        raise typer.BadParameter("expected --near once, or --together with one for each video.")

    def task(path: Path) -> Pixel2Phys:
        kind = "track" if path.suffix.lower() in TABLES else "video"
        return Pixel2Phys.model_validate({kind: path, "near": points[0] if points else None, **shared})

    def joint(paths: tuple[Path, ...]) -> Pixel2Phys:
        tables = tuple(path for path in paths if path.suffix.lower() in TABLES)
        videos = tuple(path for path in paths if path not in tables)
        return Pixel2Phys.model_validate({"videos": videos, "tracks": tables, "near": points or None, **shared})

    limits = Limits(seconds=limit_seconds, model_calls=limit_model_calls)
    options = Options(model=model, seed=seed, limits=limits, force=force, jobs=jobs)
    run_items(paths, suffixes=VIDEOS, factory=task, out=out, options=options, together=joint if together else None)
