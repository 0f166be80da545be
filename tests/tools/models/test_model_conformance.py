"""What every back-end of the model seam must do; a new back-end adds itself to ``HARNESSES``."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TypeAlias

import pytest
from pydantic import BaseModel, ConfigDict, SecretStr

from lookagain.core.errors import BackendError
from lookagain.testing import (
    ChatServer,
    ScriptedChatModel,
    ServedReply,
    ServedRequest,
    tiny_png,
)
from lookagain.tools.models import (
    Capability,
    ChatBackend,
    ImagePart,
    Message,
    ModelReply,
    ModelRequest,
    TokenUsage,
    structured,
)
from lookagain.tools.models.langchain import LangChainBackend

PNG = tiny_png()
IMAGE = ImagePart.from_bytes(PNG, media_type="image/png")
JPEG = ImagePart.from_bytes(b"\xff\xd8\xff\xe0 not decoded here", media_type="image/jpeg")


class Cup(BaseModel):
    model_config = ConfigDict(extra="forbid")
    handles: int
    colour: str


@dataclass(frozen=True)
class Seen:
    """One request as the model itself saw it."""

    roles: tuple[str, ...]
    text: str
    images: tuple[str, ...]
    schema: object
    temperature: object


@dataclass(frozen=True)
class Under:
    """A back-end under test, and what its model saw."""

    backend: ChatBackend
    seen: Callable[[], Sequence[Seen]]


Replies: TypeAlias = Sequence[str]
Harness: TypeAlias = Callable[[Replies], AbstractContextManager[Under]]


class PlainBackend:
    """The smallest thing that is a back-end: no LangChain at all."""

    name = "plain"
    fingerprint = "plain 1"
    capabilities: frozenset[Capability] = frozenset({"vision", "structured"})

    def __init__(self, replies: Sequence[str]) -> None:
        self.requests: list[ModelRequest] = []
        self._replies = list(replies)

    def complete(self, request: ModelRequest) -> ModelReply:
        text = self._replies[min(len(self.requests), len(self._replies) - 1)]
        self.requests.append(request)
        return ModelReply(text=text, usage=TokenUsage(input_tokens=3, output_tokens=2), model="plain")

    async def acomplete(self, request: ModelRequest) -> ModelReply:
        return self.complete(request)


@contextmanager
def plain(replies: Replies) -> Iterator[Under]:
    backend = PlainBackend(replies)

    def seen() -> list[Seen]:
        return [
            Seen(
                roles=tuple(m.role for m in r.messages),
                text="\n\n".join(m.text for m in r.messages),
                images=tuple(image.data_url for image in r.images),
                schema=(r.json_schema or {}).get("properties"),
                temperature=r.temperature,
            )
            for r in backend.requests
        ]

    yield Under(backend, seen)


@contextmanager
def scripted(replies: Replies) -> Iterator[Under]:
    calls = iter(range(10**6))
    model = ScriptedChatModel(script=lambda _: replies[min(next(calls), len(replies) - 1)])
    roles = {"human": "user", "ai": "assistant", "system": "system"}

    def seen() -> list[Seen]:
        return [
            Seen(
                roles=tuple(roles[m.type] for m in call.messages),
                text=call.text,
                images=call.images,
                schema=(call.schema or {}).get("properties"),
                temperature=call.settings.get("temperature"),
            )
            for call in model.calls
        ]

    yield Under(LangChainBackend(model), seen)


def _seen_by_server(request: ServedRequest) -> Seen:
    blocks = [
        block
        for message in request.body["messages"]
        for block in (
            message["content"]
            if isinstance(message["content"], list)
            else [{"type": "text", "text": message["content"]}]
        )
    ]
    response_format = request.body.get("response_format")
    return Seen(
        roles=tuple(m["role"] for m in request.body["messages"]),
        text="\n\n".join(b["text"] for b in blocks if b["type"] == "text"),
        images=tuple(b["image_url"]["url"] for b in blocks if b["type"] == "image_url"),
        schema=response_format["json_schema"]["schema"]["properties"] if response_format else None,
        temperature=request.body.get("temperature"),
    )


@contextmanager
def openai_server(replies: Replies) -> Iterator[Under]:
    from langchain_openai import ChatOpenAI

    with ChatServer([ServedReply(text=text) for text in replies]) as server:
        model = ChatOpenAI(
            model="tiny", base_url=server.url, api_key=SecretStr("secret-key"), max_retries=0, timeout=20
        )
        yield Under(LangChainBackend(model), lambda: [_seen_by_server(r) for r in server.requests])


HARNESSES: dict[str, Harness] = {
    "plain": plain,
    "langchain-scripted": scripted,
    "langchain-openai-http": openai_server,
}


@pytest.fixture(params=sorted(HARNESSES))
def harness(request: pytest.FixtureRequest) -> Harness:
    return HARNESSES[request.param]


def ask(*parts: str | ImagePart) -> ModelRequest:
    return ModelRequest(messages=(Message.system("You look."), Message.user(*parts)))


def test_it_is_a_back_end_with_a_stable_secretless_fingerprint(harness: Harness) -> None:
    with harness(["a"]) as first, harness(["b"]) as second:
        assert isinstance(first.backend, ChatBackend)
        assert first.backend.name
        assert first.backend.fingerprint == second.backend.fingerprint
        assert "secret" not in first.backend.fingerprint
        assert "127.0.0.1" not in first.backend.fingerprint
        assert first.backend.capabilities <= {"vision", "score", "structured", "relevance"}


@pytest.mark.parametrize("text", ["a red cup", "  spaces kept \n", "Größe: 3 µm 🏺", '{"a": [1]}'])
def test_text_comes_back_as_it_was_said(harness: Harness, text: str) -> None:
    with harness([text]) as under:
        reply = under.backend.complete(ask("What is it?"))
        assert reply.text == text
        assert reply.usage.input_tokens > 0
        assert reply.usage.output_tokens > 0
        assert ModelReply.from_json(reply.to_json()) == reply
        (seen,) = under.seen()
        assert seen.roles == ("system", "user")
        assert seen.text == "You look.\n\nWhat is it?"
        assert seen.schema is None
        assert seen.temperature == 0.0


def test_images_arrive_in_order_and_unchanged(harness: Harness) -> None:
    with harness(["two images"]) as under:
        under.backend.complete(ask("Compare", IMAGE, "with", JPEG))
        (seen,) = under.seen()
        assert seen.images == (IMAGE.data_url, JPEG.data_url)
        assert base64.b64decode(seen.images[0].partition(",")[2]) == PNG


def test_the_async_call_gives_the_same_in_several_event_loops(harness: Harness) -> None:
    with harness(["same"]) as under:
        replies = [under.backend.complete(ask("x"))]
        replies += [asyncio.run(under.backend.acomplete(ask("x"))) for _ in range(2)]
        assert replies[0] == replies[1] == replies[2]


def test_calls_from_several_threads_are_all_answered(harness: Harness) -> None:
    with harness(["yes"]) as under, ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda n: under.backend.complete(ask(f"q{n}")), range(12)))
        assert [reply.text for reply in replies] == ["yes"] * 12
        assert {seen.text.rpartition("\n\n")[2] for seen in under.seen()} == {f"q{n}" for n in range(12)}


def test_a_schema_reaches_the_model_and_its_answer_is_validated(harness: Harness) -> None:
    with harness([json.dumps({"colour": "red", "handles": 1})]) as under:
        assert structured(under.backend.complete, ask("Which?", IMAGE), Cup) == Cup(colour="red", handles=1)
        (seen,) = under.seen()
        assert isinstance(seen.schema, dict)
        assert list(seen.schema) == ["handles", "colour"], "the order of the fields is the order of thought"
        assert '"handles"' in seen.text


def test_a_repair_shows_the_model_its_output_and_the_error(harness: Harness) -> None:
    bad, good = '{"colour": "red", "handles": "one"}', '{"colour": "red", "handles": 1}'
    with harness([bad, good]) as under:
        assert structured(under.backend.complete, ask("Which?"), Cup).handles == 1
        first, second = under.seen()
        assert second.roles == (*first.roles, "assistant", "user")
        assert bad in second.text
        assert "handles: Input should be a valid integer" in second.text


def test_a_model_without_images_refuses_them() -> None:
    backend = LangChainBackend(ScriptedChatModel(script=["x"]), capabilities=frozenset())
    with pytest.raises(BackendError, match="takes no images") as caught:
        backend.complete(ask(IMAGE))
    assert not caught.value.retryable
