"""When a field's law counts as confirmed: a list of named criteria, each with its value and bound."""

from __future__ import annotations

from dataclasses import dataclass

from lookagain.tools.physics.acceptance import Criterion
from lookagain.tools.physics.fields.discovery import FieldDiscovery

__all__ = ["FieldBounds", "field_acceptance"]


@dataclass(frozen=True, kw_only=True)
class FieldBounds:
    """Limits of acceptance. They are strict: a doubtful law stays undecided."""

    independent: int = 200


def field_acceptance(discovery: FieldDiscovery, bounds: FieldBounds | None = None) -> list[Criterion]:
    """All criteria; the law is accepted if every one holds (``accepted``)."""
    raise NotImplementedError
