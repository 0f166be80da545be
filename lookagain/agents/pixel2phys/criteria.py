"""A criterion of acceptance as evidence, the same at every level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lookagain.core.result import Bound, Evidence

__all__ = ["evidence_of"]


def evidence_of(criterion: Mapping[str, Any], methods: Mapping[str, str]) -> Evidence:
    """A stored criterion; ``methods`` says by its name how it is checked, for people."""
    return Evidence(
        claim=criterion["reason"],
        method=methods.get(criterion["name"], criterion["name"]),
        measured=float(criterion["value"]),
        expected=Bound(op=criterion["op"], value=criterion["bound"]),
        holds=criterion["holds"],
    )
