"""What an agent is to the runtime: its types, its graph, and how it concludes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypedDict, TypeVar

from lookagain.core.blobs import BlobRef
from lookagain.core.result import Evidence, Verdict
from lookagain.core.task import Answer, Task
from lookagain.core.values import Json

if TYPE_CHECKING:
    from lookagain.runtime.machine import Machine
    from lookagain.runtime.services import Services

__all__ = ["Agent", "BaseState", "Conclusion"]

A = TypeVar("A", bound=Answer)


class BaseState(TypedDict, total=False):
    """The channels that every agent's state has.

    ``run`` names the invocation of an embedded graph; ``task`` is the task as JSON; ``question`` what to ask the
    person next and ``reply`` what was said;
    ``result`` the finished result as JSON. A channel that is None counts as not set. Channels with a reducer are
    lists.
    """

    run: str
    task: dict[str, Json]
    question: dict[str, Json] | None
    reply: Json
    result: dict[str, Json] | None


@dataclass(frozen=True, kw_only=True)
class Conclusion(Generic[A]):
    """What the agent makes of its state: also of a state that a limit cut short."""

    answer: A | None = None
    verdict: Verdict = field(default_factory=Verdict)
    evidence: tuple[Evidence, ...] = ()
    artifacts: Mapping[str, BlobRef] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Agent(Generic[A]):
    """One method as the runtime sees it.

    ``build`` declares nodes and edges on a machine. ``conclude`` turns any reachable state into a conclusion and
    must not fail on a partial one. ``state_version`` changes when the meaning of the state does. ``prompts`` are
    the names of the prompts the agent may use; their hashes are part of a run's provenance.
    """

    name: str
    task: type[Task[A]]
    answer: type[A]
    state: type[Any]
    state_version: int
    build: Callable[[Machine], None]
    conclude: Callable[[Mapping[str, Any], Services], Conclusion[A]]
    model: Literal["none", "optional", "required"] = "optional"
    prompts: tuple[str, ...] = ()
