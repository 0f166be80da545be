"""A model and an expert that write down every call they really get, so that repeated ones are seen."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lookagain.core.values import digest
from lookagain.tools.models import Capability, ModelReply, ModelRequest, TokenUsage


@dataclass(frozen=True, kw_only=True)
class CallLog:
    """Appends the journal's request hash of each call to a file that survives a kill."""

    path: Path

    def add(self, request: str) -> None:
        """Write one call down, in one system call."""
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(handle, f"{request}\n".encode())
        os.close(handle)

    def made(self) -> Counter[str]:
        """The calls so far."""
        return Counter(self.path.read_text().split() if self.path.exists() else ())


@dataclass(frozen=True, kw_only=True)
class LoggedModel:
    """A ``ChatBackend`` that scores a word by the length of the request."""

    log: CallLog
    replies: tuple[str, ...] = ()
    name: str = "logged"
    fingerprint: str = "logged:1"
    capabilities: frozenset[Capability] = frozenset()

    def complete(self, request: ModelRequest) -> ModelReply:
        """A reply that depends on the request alone."""
        self.log.add(digest({"model": self.fingerprint, "request": request.to_json()}))
        text = json.dumps({"score": len(request.messages[1].text)})
        return ModelReply(text=text, usage=TokenUsage(input_tokens=10, output_tokens=3), model=self.name)

    async def acomplete(self, request: ModelRequest) -> ModelReply:
        """As ``complete``."""
        return self.complete(request)


@dataclass(frozen=True, kw_only=True)
class LoggedLength:
    """An expert that counts letters."""

    log: CallLog
    fingerprint: str = "length:1"

    def __call__(self, word: str) -> int:
        """The length of ``word``."""
        self.log.add(digest({"expert": "length", "request": {"word": word}}))
        return len(word)
