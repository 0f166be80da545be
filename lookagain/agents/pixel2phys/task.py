"""What is asked of Pixel2Phys."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from lookagain.agents.pixel2phys.answer import Law
from lookagain.agents.pixel2phys.options import FieldOptions
from lookagain.core.task import Media, Task, VideoPath

__all__ = ["CoordinateChoice", "LevelChoice", "Pixel2Phys", "Ruler", "TermFamily"]

CoordinateChoice: TypeAlias = Literal["auto", "xy", "angle", "arc_length", "relative"]
#: What the law is about: moving objects, the picture itself as a field, variables learned from it.
LevelChoice: TypeAlias = Literal["auto", "object", "field", "latent"]
#: Families of terms that may join the polynomials of a library.
TermFamily: TypeAlias = Literal["trigonometric", "rational", "drag"]

# Far beyond any camera, and small enough that no square of them overflows.
_Pixel = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
_Point: TypeAlias = tuple[_Pixel, _Pixel]
_Length = Annotated[float, Field(ge=1e-12, le=1e12, allow_inf_nan=False)]
_LEAST_RULER_PX = 1e-3
_MOST_TOGETHER = 32
#: Two points in pixels and the true distance between them, in the unit.
Ruler: TypeAlias = tuple[_Pixel, _Pixel, _Pixel, _Pixel, _Length]
_RECORDINGS = ("video", "videos", "track", "tracks", "array")
#: What only makes sense for a video; a table's columns are taken as they are.
_OF_VIDEOS = ("scale", "ruler", "unit", "origin", "y_up", "fps", "start_s", "stop_s", "near", "objects", "ask", "field")
#: What only makes sense for moving objects.
_OF_OBJECTS = ("origin", "near", "objects", "ask", "order", "coordinates", "terms")


class Pixel2Phys(Task[Law]):
    """Find the governing equations of what moves in a video, and check them on frames that were held out.

    Give ``video``, or ``track`` (a CSV table with the columns t, x, y, ...) when the motion is measured already; its
    columns are the variables, so that calibration, times, choice of object and coordinates cannot be set with it. Or
    give ``array``: frames of a field as .npy, .npz, .mat, HDF5 or Zarr, a multi-page TIFF or a folder of images.

    ``level``: whether the law is of moving objects, or of the picture itself as a field (a partial differential
    equation), or of variables learned from it; ``auto`` decides from the video. ``field`` holds what may be said about
    a field.

    The camera is assumed still; the result says so when it is not.

    Several recordings of one system, each from its own start, are fitted together: ``videos`` (one camera in one
    place: calibration, times and coordinates are those of all, ``near`` holds a point for each), or ``tracks``.

    Calibration: ``scale`` in units per pixel, or ``ruler`` (x1, y1, x2, y2 in pixels, distance in units);
    ``origin`` in pixels (x right, y down, 0 at the centre of the first pixel); ``y_up`` turns y upwards; ``fps``
    replaces the video's own times, which slow-motion recordings need. Without an origin the law is found up to a
    shift and scale of the coordinates, and the shift is part of the answer.
    """

    agent: ClassVar[str] = "pixel2phys"
    schema_version: ClassVar[int] = 1

    video: VideoPath | None = None
    videos: Annotated[
        tuple[VideoPath, ...], Field(max_length=_MOST_TOGETHER, description="Videos of one system, fitted together.")
    ] = ()
    track: Annotated[Path, Media("table")] | None = None
    tracks: Annotated[
        tuple[Annotated[Path, Media("table")], ...],
        Field(max_length=_MOST_TOGETHER, description="Tables of one system, fitted together."),
    ] = ()
    array: Annotated[Path, Media("array")] | None = None
    scale: _Length | None = None
    ruler: Ruler | None = None
    unit: Annotated[str, StringConstraints(max_length=16, pattern=r"^[A-Za-zµ°/^0-9 ]*$")] = ""
    origin: tuple[_Pixel, _Pixel] | None = None
    y_up: bool = True
    fps: Annotated[float, Field(ge=1e-3, le=1e6, allow_inf_nan=False)] | None = None
    start_s: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)] | None = None
    stop_s: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] | None = None
    near: Annotated[
        _Point | tuple[_Point, ...] | None,
        Field(
            description="A pixel (x, y) on the object in the first frame, when several things move; of several videos "
            "one for each."
        ),
    ] = None
    objects: Annotated[int, Field(ge=1, le=4, description="How many moving objects to track.")] = 1
    order: Literal["auto", "first", "second"] = "auto"
    coordinates: CoordinateChoice = "auto"
    degree: Annotated[int, Field(ge=0, le=5)] = 3
    terms: Annotated[
        tuple[TermFamily, ...] | None,
        Field(description="Term families beside the polynomials; None lets the planner add them when needed."),
    ] = None
    level: LevelChoice = "auto"
    field: FieldOptions | None = None
    max_rounds: Annotated[int, Field(ge=1, le=12)] = 6
    ask: Annotated[
        bool, Field(description="Ask the person which object is meant when several move and near does not say.")
    ] = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        given = [name for name in _RECORDINGS if getattr(self, name)]
        if Path() in (self.video, self.track, self.array, *self.videos, *self.tracks):
            raise ValueError(f"{', '.join(_RECORDINGS)} name files, got an empty path or the folder itself")
        if len(given) != 1:
            raise ValueError(
                f"give one of {', '.join(_RECORDINGS)}: video files, CSV tables with t, x, y, or frames of a field; "
                f"got {' and '.join(given) or 'none'}"
            )
        if self.tables:
            self._refuse_with_track(given[0])
        self._refuse_with_level()
        self._check_together(given[0])
        if self.scale is not None and self.ruler is not None:
            raise ValueError("give either scale or ruler, not both: the ruler sets the scale")
        if self.ruler is not None and _ruler_px(self.ruler) < _LEAST_RULER_PX:
            raise ValueError(
                f"the ruler needs two different points, at least {_LEAST_RULER_PX:g} px apart, "
                f"got {self.ruler[:2]} and {self.ruler[2:4]}"
            )
        if self.start_s is not None and self.stop_s is not None and self.stop_s <= self.start_s:
            raise ValueError(f"stop_s must be after start_s, got {self.start_s} to {self.stop_s}")
        return self

    def _refuse_with_level(self) -> None:
        """Refuse what the level, or an array, has no use for."""
        of_field = self.array is not None or self.level in ("field", "latent")
        if self.level == "latent" and len(self.films) > 1:
            raise ValueError("several videos cannot be fitted together at level latent: give one video")
        if self.array is not None and self.level == "object":
            raise ValueError("an array is a field: objects need a video or a track")
        if of_field:
            stray = [name for name in _OF_OBJECTS if self._differs(name)]
            if stray:
                raise ValueError(f"{', '.join(stray)} cannot be used with a field: leave out {', '.join(stray)}")
        elif self.field is not None and self.level == "object":
            raise ValueError("field cannot be used with level object: leave it out")
        if self.field is None:
            return
        if self.films and (self.field.axes or self.field.dataset):
            raise ValueError("axes and dataset are of arrays: a video has none, leave them out")
        if self.fps is not None and self.field.dt is not None:
            raise ValueError("give either fps or dt, not both: dt is the seconds from frame to frame")
        if self.calibrated and self.field.spacing is not None:
            raise ValueError("give either spacing or scale (or ruler), not both")

    def _differs(self, name: str) -> bool:
        return bool(getattr(self, name) != type(self).model_fields[name].default)

    def _check_together(self, given: str) -> None:
        """Refuse what cannot be meant for several recordings at once."""
        files = self.films or self.tables
        if len(set(files)) < len(files):
            raise ValueError(f"{given} names a file twice: its samples would count twice")
        points = self.near is not None and isinstance(self.near[0], tuple)
        if points != (self.near is not None and bool(self.videos)) or (points and len(self._points) != len(files)):
            raise ValueError(
                f"near takes one pixel for a video, and a tuple with one pixel for each of several videos: expected "
                f"{len(files) if self.videos else 1}, got {self.near}"
            )
        if len(files) > 1 and self.ask:
            raise ValueError("ask cannot be used with several videos: name the object in each by near")
        if len(files) > 1 and self.objects > 1 and self.near is None:
            raise ValueError("which object of one video is which of another cannot be told: name the first by near")

    def _refuse_with_track(self, given: str) -> None:
        """Refuse what a table of measured columns has no use for, rather than ignore it."""
        stray = [name for name in _OF_VIDEOS if self._differs(name)]
        stray += ["coordinates"] if self.coordinates not in ("auto", "xy") else []
        stray += ["level"] if self.level not in ("auto", "object") else []
        if stray:
            raise ValueError(
                f"{', '.join(stray)} cannot be used with {given}, whose columns are taken as they are: leave out "
                f"{', '.join(stray)}, and write units into the table's header, such as 'x [m]'"
            )

    @property
    def field_options(self) -> FieldOptions:
        """What is said about a field."""
        return self.field or FieldOptions()

    @property
    def films(self) -> tuple[Path, ...]:
        """The video or videos; empty for tables."""
        return self.videos if self.video is None else (self.video,)

    @property
    def tables(self) -> tuple[Path, ...]:
        """The table or tables; empty for videos."""
        return self.tracks if self.track is None else (self.track,)

    @property
    def _points(self) -> tuple[_Point, ...]:
        near = self.near
        return () if near is None else (near,) if not isinstance(near[0], tuple) else near

    def near_of(self, index: int) -> _Point | None:
        """The named pixel in a video."""
        return self._points[index] if self._points else None

    @property
    def units_per_pixel(self) -> float:
        """The scale in units per pixel; 1 when uncalibrated."""
        if self.ruler is not None:
            return float(self.ruler[4] / _ruler_px(self.ruler))
        return 1.0 if self.scale is None else self.scale

    @property
    def calibrated(self) -> bool:
        """Whether lengths are in the person's unit rather than in pixels."""
        return self.scale is not None or self.ruler is not None

    @property
    def length_unit(self) -> str:
        """The unit of lengths."""
        return self.unit or ("unit" if self.calibrated else "px")


def _ruler_px(ruler: Ruler) -> float:
    return math.hypot(ruler[2] - ruler[0], ruler[3] - ruler[1])
