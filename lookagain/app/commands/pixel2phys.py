"""``lookagain pixel2phys``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lookagain.app import options as given
from lookagain.app.commands.items import run_items
from lookagain.app.items import ARRAYS, PICTURES, TABLES, VIDEOS, is_array

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.task import Pixel2Phys
    from lookagain.app.batch import Options

__all__ = ["pixel2phys"]


def _calibration(words: str, **more: Any) -> Any:
    return typer.Option(help=words, rich_help_panel="Calibration", **more)


def _motion(words: str, **more: Any) -> Any:
    return typer.Option(help=words, rich_help_panel="Motion", **more)


def _of_field(words: str, **more: Any) -> Any:
    return typer.Option(help=words, rich_help_panel="Field", **more)


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
Level = Annotated[
    Literal["auto", "object", "field", "latent"],
    _motion("Law of moving objects, of the picture as a field, or of learned variables."),
]
Axes = Annotated[str, _of_field("Axes of an array, in its order.", metavar="LETTERS of t, c, y, x")]
Dataset = Annotated[str, _of_field("Arrays of the file, one a channel.", metavar="NAME,NAME")]
Channels = Annotated[
    list[str] | None,
    _of_field("A channel: its letter, colour, and values of bytes 0 and 255.", metavar="U=COLOUR:LOW:HIGH"),
]
Spacing = Annotated[str | None, _of_field("Distance of cells.", metavar="D or DY,DX")]
Dt = Annotated[float | None, _of_field("Seconds from frame to frame.")]
Periodic = Annotated[
    bool | None, typer.Option("--periodic/--open", help="Whether the borders close.", rich_help_panel="Field")
]
Coarsen = Annotated[int | None, _of_field("Cells to average into one.")]
Families = Annotated[
    list[str] | None,
    _of_field("Terms: polynomial, diffusion, biharmonic, dispersion, advection, gradient, anisotropic."),
]
MaxRounds = Annotated[int, _motion("How often to look again.")]


def _spacing(text: str | None) -> tuple[float, ...] | None:
    """``D`` or ``DY,DX``."""
    return None if text is None else given.numbers(text, text.count(",") + 1, "D or DY,DX, such as 0.1 or 0.1,0.2")


def _channel(text: str) -> dict[str, Any]:
    """``U=COLOUR:LOW:HIGH``, of which colour and values may be left out."""
    name, _, rest = text.partition("=")
    colour, _, values = rest.partition(":")
    made: dict[str, Any] = {"name": name, **({"colour": colour} if colour else {})}
    if values:
        form = "U=COLOUR:LOW:HIGH, such as u=red:-1:1"
        made["low"], made["high"] = given.numbers(values.replace(":", ","), 2, form)
    return made


def _field(**said: Any) -> dict[str, Any] | None:
    """What was said about a field; None where nothing was."""
    told = {name: value for name, value in said.items() if value not in (None, "", ())}
    return told or None


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
    level: Level = "auto",
    axes: Axes = "",
    dataset: Dataset = "",
    channel: Channels = None,
    spacing: Spacing = None,
    dt: Dt = None,
    periodic: Periodic = None,
    coarsen: Coarsen = None,
    family: Families = None,
    max_rounds: MaxRounds = 6,
    model: given.Model = None,
    seed: given.Seed = 0,
    limit_seconds: given.LimitSeconds = None,
    limit_model_calls: given.LimitModelCalls = None,
    out: given.Out = Path("lookagain-out"),
    force: given.Force = False,
    jobs: given.Jobs = 1,
) -> None:
    """The governing equations of what moves in videos, in CSV tables of t, x, y, or in fields.

    A field is a video of one, an array (npy, npz, mat, HDF5, Zarr, TIFF) or a folder of PNG or TIFF images.

    Writes a run folder for each item, index.jsonl and report.html. With --together all inputs are one item.

    What is done is skipped, what was interrupted goes on, a failed item stops no other.
    """
    from lookagain.app.batch import Options
    from lookagain.core.limits import Limits

    shared = {
        **{"scale": scale, "unit": unit, "fps": fps, "y_up": y_up, "start_s": start, "stop_s": stop},
        **{"ruler": given.ruler(ruler), "origin": given.point(origin)},
        **{"coordinates": coordinates, "order": order, "degree": degree, "terms": tuple(terms) if terms else None},
        **{"objects": objects, "ask": ask, "max_rounds": max_rounds, "level": level},
        "field": _field(
            axes=axes,
            dataset=dataset,
            dt=dt,
            periodic=periodic,
            coarsen=coarsen,
            spacing=_spacing(spacing),
            channels=tuple(map(_channel, channel or ())),
            families=tuple(family) if family else None,
        ),
    }

    limits = Limits(seconds=limit_seconds, model_calls=limit_model_calls)
    options = Options(model=model, seed=seed, limits=limits, force=force, jobs=jobs)
    points = tuple(given.point(text) for text in near or ())
    _start(paths, shared, near=points, together=together, out=out, options=options)


def _start(
    paths: list[Path],
    shared: dict[str, Any],
    *,
    near: tuple[tuple[float, float] | None, ...],
    together: bool,
    out: Path,
    options: Options,
) -> None:
    """A task for each input, or one for all; ``shared`` are the fields that all have."""
    from lookagain.agents.pixel2phys.task import Pixel2Phys

    if len(near) > 1 and not together:
        raise typer.BadParameter("expected --near once, or --together with one for each video.")

    def task(path: Path) -> Pixel2Phys:
        kind = "array" if is_array(path) else "track" if path.suffix.lower() in TABLES else "video"
        return Pixel2Phys.model_validate({kind: path, "near": near[0] if near else None, **shared})

    def joint(paths: tuple[Path, ...]) -> Pixel2Phys:
        tables = tuple(path for path in paths if path.suffix.lower() in TABLES)
        videos = tuple(path for path in paths if path not in tables)
        return Pixel2Phys.model_validate({"videos": videos, "tracks": tables, "near": near or None, **shared})

    run_items(
        paths,
        suffixes=VIDEOS | ARRAYS - PICTURES,
        factory=task,
        out=out,
        options=options,
        together=joint if together else None,
        whole=is_array,
    )
