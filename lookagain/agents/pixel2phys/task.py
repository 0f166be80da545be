"""What is asked of Pixel2Phys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from lookagain.agents.pixel2phys.answer import Law
from lookagain.core.task import Media, Task, VideoPath

__all__ = ["CoordinateChoice", "Pixel2Phys", "Ruler", "TermFamily"]

CoordinateChoice: TypeAlias = Literal["auto", "xy", "angle", "arc_length", "relative"]
#: Families of terms that may join the polynomials of a library.
TermFamily: TypeAlias = Literal["trigonometric", "rational", "drag"]

_Finite = Annotated[float, Field(allow_inf_nan=False)]
_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
#: Two points in pixels and the true distance between them, in the unit.
Ruler: TypeAlias = tuple[_Finite, _Finite, _Finite, _Finite, _Positive]


class Pixel2Phys(Task[Law]):
    """Find the governing equations of what moves in a video, and check them on frames that were held out.

    Give ``video``, or ``track`` (a CSV table with the columns t, x, y, ...) when the motion is measured already.
    The camera is assumed still; the result says so when it is not.

    Calibration: ``scale`` in units per pixel, or ``ruler`` (x1, y1, x2, y2 in pixels, distance in units);
    ``origin`` in pixels (x right, y down, 0 at the centre of the first pixel); ``y_up`` turns y upwards; ``fps``
    replaces the video's own times, which slow-motion recordings need. Without an origin the law is found up to a
    shift and scale of the coordinates, and the shift is part of the answer.
    """

    agent: ClassVar[str] = "pixel2phys"
    schema_version: ClassVar[int] = 1

    video: VideoPath | None = None
    track: Annotated[Path, Media("table")] | None = None
    scale: _Positive | None = None
    ruler: Ruler | None = None
    unit: Annotated[str, StringConstraints(max_length=16, pattern=r"^[A-Za-zµ°/^0-9 ]*$")] = ""
    origin: tuple[_Finite, _Finite] | None = None
    y_up: bool = True
    fps: _Positive | None = None
    start_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    stop_s: _Positive | None = None
    near: Annotated[
        tuple[_Finite, _Finite] | None,
        Field(description="A pixel (x, y) on the object in the first frame, when several things move."),
    ] = None
    objects: Annotated[int, Field(ge=1, le=4, description="How many moving objects to track.")] = 1
    order: Literal["auto", "first", "second"] = "auto"
    coordinates: CoordinateChoice = "auto"
    degree: Annotated[int, Field(ge=0, le=5)] = 3
    terms: Annotated[
        tuple[TermFamily, ...] | None,
        Field(description="Term families beside the polynomials; None lets the planner add them when needed."),
    ] = None
    max_rounds: Annotated[int, Field(ge=1, le=12)] = 6
    ask: Annotated[bool, Field(description="Ask the person which object is meant when several move.")] = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.video is None) == (self.track is None):
            raise ValueError("give either video or track: a video file, or a CSV table with t, x, y")
        if self.scale is not None and self.ruler is not None:
            raise ValueError("give either scale or ruler, not both: the ruler sets the scale")
        if self.ruler is not None and self.ruler[:2] == self.ruler[2:4]:
            raise ValueError(f"the ruler needs two different points, got {self.ruler[:2]} twice")
        if self.start_s is not None and self.stop_s is not None and self.stop_s <= self.start_s:
            raise ValueError(f"stop_s must be after start_s, got {self.start_s} to {self.stop_s}")
        return self

    @property
    def units_per_pixel(self) -> float:
        """The scale in units per pixel; 1 when uncalibrated."""
        if self.ruler is not None:
            x1, y1, x2, y2, distance = self.ruler
            return float(distance / ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5)
        return 1.0 if self.scale is None else self.scale

    @property
    def calibrated(self) -> bool:
        """Whether lengths are in the person's unit rather than in pixels."""
        return self.scale is not None or self.ruler is not None

    @property
    def length_unit(self) -> str:
        """The unit of lengths."""
        return self.unit or ("unit" if self.calibrated else "px")
