"""Which terms a field's law is searched among."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lookagain.tools.physics.fields.discovery import FieldSettings
from lookagain.tools.physics.fields.features import feature_names
from lookagain.tools.physics.library import Library
from lookagain.tools.physics.terms import Term, parse_term

__all__ = ["field_library"]


def field_library(names: Sequence[str], axes: int, settings: FieldSettings) -> tuple[Term, ...]:
    """The terms of the families that ``settings`` asks for, over the features of ``names``; see there."""
    known = feature_names(names, axes)
    channels = Library.polynomial(known[: len(names)], settings.degree).terms
    terms = list(channels) if "polynomial" in settings.families else []
    for text in _texts(names, axes, settings):
        terms.append(parse_term(text, known))
    return tuple(dict.fromkeys(terms))


def _texts(names: Sequence[str], axes: int, settings: FieldSettings) -> Iterator[str]:
    families, directions = settings.families, ("x",) if axes == 1 else ("x", "y")
    for name in names:
        if "diffusion" in families:
            yield f"{name}_xx" if axes == 1 else f"lap_{name}"
        if "biharmonic" in families:
            yield f"{name}_xxxx" if axes == 1 else f"bih_{name}"
        if "dispersion" in families and axes == 1:
            yield f"{name}_xxx"
        if "anisotropic" in families and axes > 1:
            yield from (f"{name}_xx", f"{name}_yy", f"{name}_xy")
        for axis in directions:
            if "advection" in families:
                yield f"{name}_{axis}"
                yield from (f"{other}*{name}_{axis}" for other in names)
            if "gradient" in families:
                yield f"{name}_{axis}^2"
        if "gradient" in families:
            second = f"{name}_xx" if axes == 1 else f"lap_{name}"
            yield from (f"{other}*{second}" for other in names)
