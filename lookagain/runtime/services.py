"""What a node may reach: model, experts, files, blobs, time, chance; every paid call goes through the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from langgraph.config import get_config, get_stream_writer
from pydantic import BaseModel

from lookagain.core.blobs import BlobStore
from lookagain.core.clock import Clock
from lookagain.core.errors import ConfigError, OutputError
from lookagain.core.limits import Limits, Usage
from lookagain.core.values import Json, digest
from lookagain.runtime.journal import CallKey, Journal
from lookagain.tools.media import MediaDoor
from lookagain.tools.models import (
    ChatBackend,
    ImagePart,
    Message,
    ModelReply,
    ModelRequest,
    Prompt,
    load_prompt,
    structured,
)

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Services", "current_task"]

S = TypeVar("S", bound=BaseModel)
_CHARS_PER_TOKEN = 4
_TOKENS_PER_IMAGE = 1000
_TOKENS_PER_REPLY = 1024


def current_task() -> str:
    """The running LangGraph task (its checkpoint namespace), or "" outside of a graph."""
    try:
        config = get_config()
    except RuntimeError:
        return ""
    return str(config.get("configurable", {}).get("checkpoint_ns", ""))


@dataclass(frozen=True, kw_only=True)
class Services:
    """Immutable; a graph closes over it, nothing of it is ever in the state."""

    journal: Journal
    blobs: BlobStore
    media: MediaDoor
    clock: Clock
    limits: Limits = field(default_factory=Limits)
    seed: int = 0
    model: ChatBackend | None = None
    experts: Mapping[str, Any] = field(default_factory=dict)

    def ask(self, prompt: Prompt | str, schema: type[S], *, images: Sequence[ImagePart] = (), **values: str) -> S:
        """The model's answer to a prompt of ``lookagain/prompts``, as a validated ``schema``.

        Every attempt is journaled. Raises ``ConfigError`` without a model, ``OutputError`` when the answer
        fits no schema after the repairs, ``LimitError`` when a limit is hit.
        """
        self._needed_model()
        loaded = load_prompt(prompt) if isinstance(prompt, str) else prompt
        system, user = loaded.render(**values)
        request = ModelRequest(messages=(Message.system(system), Message.user(*images, user)))
        keys: list[CallKey] = []
        try:
            return structured(lambda asked: self._complete(asked, keys), request, schema)
        except OutputError:
            for key in keys:
                self.journal.discard(key)
            raise

    def call(self, expert: str, request: Json, compute: Callable[[], Json]) -> Json:
        """An expert's response, from the journal if this call was already paid for.

        ``request`` must hold all that the response depends on (files by hash).
        """
        asked: Json = {"expert": expert, "request": request}
        cost = Usage(expert_calls=1)
        return self._journaled("expert", asked, cost, lambda: (compute(), cost))[1]

    def spend_frames(self, what: str, count: int) -> None:
        """Count decoded frames against the limits, once a task and ``what``."""
        cost = Usage(frames=count)
        self._journaled("frames", {"frames": what}, cost, lambda: (count, cost))

    def progress(self, message: str, fraction: float | None = None) -> None:
        """Tell the stream how far the node is. Raises ``LimitError`` when the run's seconds are used up."""
        self.journal.check_time()
        self.tell("progress", message=message, fraction=fraction)

    def tell(self, kind: str, *, node: str = "", message: str = "", fraction: float | None = None) -> None:
        """Send an event to the stream; outside of a graph nobody listens."""
        try:
            writer = get_stream_writer()
        except RuntimeError:
            return
        name = node or current_task().rpartition("|")[2].partition(":")[0]
        writer({"kind": kind, "node": name, "message": message, "fraction": fraction})

    def rng(self, *names: str | int) -> np.random.Generator:
        """A generator that depends only on the run's seed and ``names``, so a replay draws the same numbers."""
        import numpy as np

        text = "\x00".join(str(name) for name in names)
        words = np.frombuffer(hashlib.sha256(text.encode()).digest(), dtype=np.uint32)
        return np.random.default_rng([self.seed & 0xFFFFFFFF, *(int(word) for word in words)])

    def _needed_model(self) -> ChatBackend:
        if self.model is None:
            raise ConfigError("this step needs a model.", hint="Pass model= to run().")
        return self.model

    def _complete(self, request: ModelRequest, keys: list[CallKey]) -> ModelReply:
        model = self._needed_model()
        asked: Json = {"model": model.fingerprint, "request": request.to_json()}
        key, reply = self._journaled("model", asked, _estimate(request), lambda: _paid(model.complete(request)))
        keys.append(key)
        return ModelReply.from_json(reply)

    def _journaled(
        self, kind: str, asked: Json, estimate: Usage, compute: Callable[[], tuple[Json, Usage]]
    ) -> tuple[CallKey, Json]:
        key = self.journal.key(current_task(), digest(asked))
        found = self.journal.reserve(key, kind=kind, asked=asked, cost=estimate)
        if isinstance(found, dict):
            return key, found["response"]
        try:
            response, cost = compute()
        except Exception:
            self.journal.forget(key)
            raise
        self.journal.settle(key, response, cost)
        return key, response


def _paid(reply: ModelReply) -> tuple[Json, Usage]:
    cost = Usage(model_calls=1, input_tokens=reply.usage.input_tokens, output_tokens=reply.usage.output_tokens)
    return reply.to_json(), cost


def _estimate(request: ModelRequest) -> Usage:
    """An upper guess of a call's cost, held until the true one is known."""
    text = sum(len(message.text) for message in request.messages)
    return Usage(
        model_calls=1,
        input_tokens=text // _CHARS_PER_TOKEN + len(request.images) * _TOKENS_PER_IMAGE,
        output_tokens=request.max_tokens or _TOKENS_PER_REPLY,
    )
