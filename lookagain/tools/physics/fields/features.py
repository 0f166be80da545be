"""What a term may be made of: the channels and their spatial derivatives, by name.

::

    1-D (x):     u, u_x, u_xx, u_xxx, u_xxxx
    2-D (y, x):  u, u_x, u_y, u_xx, u_xy, u_yy, lap_u, bih_u
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from lookagain.core.errors import InputError

__all__ = ["Feature", "Operator", "feature_names", "features", "latex_feature"]

Operator: TypeAlias = Literal["", "x", "y", "xx", "xy", "yy", "xxx", "xxxx", "lap", "bih"]

_LINE: tuple[Operator, ...] = ("", "x", "xx", "xxx", "xxxx")
_PLANE: tuple[Operator, ...] = ("", "x", "y", "xx", "xy", "yy", "lap", "bih")
_DEGREES: dict[Operator, int] = {"": 0, "lap": 2, "bih": 4}
_LATEX: dict[Operator, str] = {"": "", "lap": r"\nabla^{2} ", "bih": r"\nabla^{4} "}


class Feature(NamedTuple):
    """Operator ``operator`` applied to channel ``channel``."""

    channel: int
    operator: Operator

    @property
    def degree(self) -> int:
        """Number of derivatives."""
        return _DEGREES.get(self.operator, len(self.operator))

    def text(self, names: Sequence[str]) -> str:
        """Such as ``u``, ``u_xx`` or ``lap_u``."""
        name = names[self.channel]
        if self.operator in ("lap", "bih"):
            return f"{self.operator}_{name}"
        return f"{name}_{self.operator}" if self.operator else name


def features(channels: int, axes: int) -> tuple[Feature, ...]:
    """All features, the channels themselves first; operator by operator."""
    if axes not in (1, 2) or channels < 1:
        raise InputError(f"expected 1 or 2 space axes and at least one channel; got {axes} and {channels}.")
    return tuple(Feature(c, op) for op in (_LINE if axes == 1 else _PLANE) for c in range(channels))


def feature_names(names: Sequence[str], axes: int) -> tuple[str, ...]:
    """Names of ``features``, over which the terms of a field's law are written."""
    return tuple(feature.text(names) for feature in features(len(names), axes))


def latex_feature(feature: Feature, names: Sequence[str]) -> str:
    """The feature in LaTeX, such as ``u_{xx}`` or ``\\nabla^{2} u``."""
    name = names[feature.channel]
    prefix = _LATEX.get(feature.operator)
    return f"{name}_{{{feature.operator}}}" if prefix is None else f"{prefix}{name}"
