"""What a person may say about a field: where it lies in the file, and in which units."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, field_validator, model_validator

from lookagain.core.errors import InputError
from lookagain.core.values import Value

__all__ = ["Channel", "Colour", "FieldFamily", "FieldOptions"]

Colour: TypeAlias = Literal["grey", "red", "green", "blue"]
#: Families of terms that a field's law may be made of.
FieldFamily: TypeAlias = Literal[
    "polynomial", "diffusion", "biharmonic", "dispersion", "advection", "gradient", "anisotropic"
]
_Step = Annotated[float, Field(ge=1e-12, le=1e12, allow_inf_nan=False)]
_Number = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]


class Channel(Value):
    """One quantity of the field: its name, the colour of a picture that holds it, and what the bytes mean.

    A picture's byte b stands for ``low + (high - low) * b / 255``; without ``low`` and ``high`` for b / 255. Arrays
    hold quantities already: of their channels, which come in the file's order, only bytes may be given a meaning.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[a-su-w]$")]
    colour: Colour = "grey"
    low: _Number | None = None
    high: _Number | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.low is None) != (self.high is None) or (self.low is not None and self.low == self.high):
            raise ValueError(f"channel {self.name}: give two different values low and high, or neither")
        return self


class FieldOptions(Value):
    """How a field is read and searched; everything may be left out.

    ``axes``: letters of t, c, y, x in the order of an array's dimensions. ``dataset``: which arrays of the file,
    separated by commas. ``spacing``: distance of neighbouring cells, one number or (y, x). ``dt``: seconds from frame
    to frame. ``periodic``: whether the borders close on themselves, for all axes or (y, x); None decides from the
    values. ``coarsen``: cells that are averaged into one along each axis; None takes as few as memory allows.
    ``families`` of terms; None lets the planner add them when needed.
    """

    axes: Annotated[str, StringConstraints(max_length=4)] = ""
    dataset: Annotated[str, StringConstraints(max_length=400)] = ""
    channels: Annotated[tuple[Channel, ...], Field(max_length=4)] = ()
    spacing: Annotated[tuple[_Step, ...], Field(min_length=1, max_length=2)] | None = None
    dt: _Step | None = None
    periodic: Annotated[tuple[bool, ...], Field(min_length=1, max_length=2)] | None = None
    coarsen: Annotated[int, Field(ge=1, le=64)] | None = None
    families: Annotated[tuple[FieldFamily, ...], Field(min_length=1)] | None = None
    form: Literal["auto", "strong", "weak"] = "auto"
    differentiation: Literal["auto", "spectral", "kernel"] = "auto"

    @field_validator("spacing", "periodic", mode="before")
    @classmethod
    def _one_for_all(cls, value: object) -> object:
        """A single number or truth value stands for every axis."""
        return (value,) if isinstance(value, bool | int | float) else value

    @field_validator("axes")
    @classmethod
    def _axes(cls, value: str) -> str:
        from lookagain.tools.media import parse_axes

        try:
            return "".join(parse_axes(value)) if value else ""
        except InputError as error:
            raise ValueError(str(error)) from error

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [channel.name for channel in self.channels]
        if len(set(names)) != len(names):
            raise ValueError(f"channels: expected different names, got {', '.join(names)}")
        if self.families is not None and len(set(self.families)) != len(self.families):
            raise ValueError(f"families: each at most once, got {', '.join(self.families)}")
        return self
