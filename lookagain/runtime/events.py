"""What a stream yields: progress, node by node, and the result at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from lookagain.core.result import Result
from lookagain.core.task import Answer

__all__ = ["Event"]

A = TypeVar("A", bound=Answer)


@dataclass(frozen=True, kw_only=True)
class Event(Generic[A]):
    """One step of a run.

    ``start``: a node begins. ``progress``: it says how far it is (``fraction`` in 0..1 or None). ``node``: it is
    done; ``update`` names the state keys that it wrote. ``result``: the last event, with the result.
    """

    kind: Literal["start", "progress", "node", "result"]
    node: str = ""
    message: str = ""
    fraction: float | None = None
    update: tuple[str, ...] = ()
    result: Result[A] | None = None

    @classmethod
    def from_custom(cls, data: Any) -> Event[A]:
        """The event that a node sent through LangGraph's custom stream."""
        return cls(kind=data["kind"], node=data["node"], message=data["message"], fraction=data["fraction"])
