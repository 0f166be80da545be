"""The seam every model back-end fills."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from lookagain.tools.models.request import ModelReply, ModelRequest

__all__ = ["Capability", "ChatBackend", "ScoringBackend"]

#: ``vision``: takes images. ``structured``: constrains its decoding to a JSON schema. ``score``: is also a
#: ``ScoringBackend``. ``relevance``: says which parts of an image an answer rests on.
Capability: TypeAlias = Literal["vision", "score", "structured", "relevance"]


@runtime_checkable
class ChatBackend(Protocol):
    """A model that answers requests.

    Both calls raise ``BackendError`` when the back-end itself failed (``retryable`` says whether the same
    request may succeed later) and never return anything but what the model said. Implementations may be
    called from several threads at once.
    """

    @property
    def name(self) -> str:
        """The model's name for people."""
        ...

    @property
    def fingerprint(self) -> str:
        """Stable text that identifies the model and its settings: equal fingerprints, equal behaviour.

        It holds no secrets and does not say where the model is served.
        """
        ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What the back-end can do beyond text."""
        ...

    def complete(self, request: ModelRequest) -> ModelReply:
        """The reply to one request."""
        ...

    async def acomplete(self, request: ModelRequest) -> ModelReply:
        """The same, without blocking the event loop."""
        ...


@runtime_checkable
class ScoringBackend(Protocol):
    """A back-end with the capability ``score``: it can say how likely given answers are."""

    def score(self, request: ModelRequest, answers: Sequence[str]) -> tuple[float, ...]:
        """Log-likelihood (natural logarithm, summed over tokens) of each answer as the reply to ``request``."""
        ...
