"""Failures on the wire, told apart: which may be tried again, and what the person is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from langgraph.errors import GraphInterrupt
from pydantic import BaseModel, SecretStr

from lookagain.core.errors import BackendError, LimitError, OutputError
from lookagain.testing import ChatServer, ScriptExhaustedError, ServedReply, ServedRequest, scripted_backend
from lookagain.tools.models import Message, ModelRequest, structured
from lookagain.tools.models.failures import backend_error
from lookagain.tools.models.langchain import LangChainBackend

REQUEST = ModelRequest(messages=(Message.user("Which colour?"),))
HTML = ServedReply(raw=b"<html><body>Welcome</body></html>", content_type="text/html")


class Colour(BaseModel):
    colour: str


def backend_at(url: str, *, timeout: float = 20) -> LangChainBackend:
    from langchain_openai import ChatOpenAI

    return LangChainBackend(
        ChatOpenAI(model="tiny", base_url=url, api_key=SecretStr("k"), max_retries=0, timeout=timeout)
    )


def constrained() -> ModelRequest:
    schema = Colour.model_json_schema()
    return REQUEST.model_copy(update={"json_schema": schema, "schema_name": "Colour"})


FAILURES = {
    "429": (ServedReply(status=429, text="slow down", headers={"Retry-After": "7"}), True, "wait 7 s"),
    "500": (ServedReply(status=500, text="boom"), True, "server failed"),
    "503": (ServedReply(status=503, raw=b"<html>busy</html>", content_type="text/html"), True, "server failed"),
    "400": (ServedReply(status=400, text="no images here"), False, "no images here"),
    "401": (ServedReply(status=401, text="bad key"), False, "OPENAI_API_KEY"),
    "403": (ServedReply(status=403, text="no"), False, "permissions"),
    "404": (ServedReply(status=404, text="no such model"), False, "ends with /v1"),
    "html": (HTML, False, "HTML page"),
    "garbage": (ServedReply(raw=b'{"id": "x", "cho'), True, "not complete JSON"),
    "other protocol": (ServedReply(raw=b'{"generated_text": "red"}'), False, "could not be read"),
    "cut": (ServedReply(text="red " * 400, cut=True), True, "server runs"),
}


@pytest.mark.parametrize("with_schema", [False, True], ids=["text", "schema"])
@pytest.mark.parametrize("case", sorted(FAILURES))
def test_a_failure_on_the_wire_is_typed_classified_and_hinted(case: str, with_schema: bool) -> None:
    reply, retryable, words = FAILURES[case]
    with ChatServer([reply, "red"]) as server, pytest.raises(BackendError) as caught:
        backend_at(server.url).complete(constrained() if with_schema else REQUEST)
    assert caught.value.retryable is retryable, str(caught.value)
    assert words in str(caught.value)
    assert caught.value.hint
    assert len(server.requests) == 1


@pytest.mark.parametrize("case", ["429", "html", "garbage"])
def test_the_async_call_classifies_alike(case: str) -> None:
    reply, retryable, words = FAILURES[case]
    with ChatServer([reply]) as server, pytest.raises(BackendError, match=words) as caught:
        asyncio.run(backend_at(server.url).acomplete(REQUEST))
    assert caught.value.retryable is retryable


def test_what_is_retryable_succeeds_when_tried_again() -> None:
    with ChatServer([ServedReply(status=429), "red"]) as server:
        backend = backend_at(server.url)
        with pytest.raises(BackendError) as caught:
            backend.complete(REQUEST)
        assert caught.value.retryable
        assert backend.complete(REQUEST).text == "red"


def test_a_stalled_server_is_a_retryable_time_out() -> None:
    with ChatServer([ServedReply(stall=True)]) as server, pytest.raises(BackendError, match="no reply in time") as e:
        backend_at(server.url, timeout=0.2).complete(REQUEST)
    assert e.value.retryable


def test_no_server_at_all_is_retryable_and_says_where_to_look() -> None:
    with ChatServer(["x"]) as server:
        url = server.url
    with pytest.raises(BackendError, match="base URL") as caught:
        backend_at(url).complete(REQUEST)
    assert caught.value.retryable


@pytest.mark.parametrize("with_schema", [False, True], ids=["text", "schema"])
def test_a_reply_cut_at_the_token_limit_is_kept_and_marked(with_schema: bool) -> None:
    with ChatServer([ServedReply(text='{"colour": "r', finish_reason="length")]) as server:
        reply = backend_at(server.url).complete(constrained() if with_schema else REQUEST)
    assert reply.text == '{"colour": "r'
    assert reply.truncated
    assert reply.usage.output_tokens > 0


def test_a_reply_always_cut_off_ends_as_a_typed_failure_with_all_attempts() -> None:
    with (
        ChatServer([ServedReply(text='{"colour": "r', finish_reason="length")]) as server,
        pytest.raises(OutputError, match="token limit") as caught,
    ):
        structured(backend_at(server.url).complete, REQUEST, Colour)
    assert caught.value.attempts == ('{"colour": "r',) * 3
    assert len(server.requests) == 3


def test_a_server_that_refuses_schemas_is_asked_plainly_from_then_on() -> None:
    def reply(request: ServedRequest) -> ServedReply:
        if "response_format" in request.body:
            return ServedReply(status=400, text="unknown field response_format")
        return ServedReply(text='{"colour": "red"}')

    with ChatServer(reply) as server:
        backend = backend_at(server.url)
        assert structured(backend.complete, REQUEST, Colour).colour == "red"
        assert "structured" not in backend.capabilities
        assert asyncio.run(backend.acomplete(constrained())).text == '{"colour": "red"}'
        assert ["response_format" in r.body for r in server.requests] == [True, False, False]


def test_a_refusal_is_shown_and_never_an_answer() -> None:
    refused = b"""{"id": "1", "object": "chat.completion", "created": 0, "model": "tiny", "choices": [{"index": 0,
        "finish_reason": "stop", "message": {"role": "assistant", "content": null, "refusal": "I cannot."}}]}"""
    with ChatServer([ServedReply(raw=refused)]) as server, pytest.raises(OutputError) as caught:
        structured(backend_at(server.url).complete, REQUEST, Colour, repairs=0)
    assert caught.value.attempts == ("I cannot.",)


@pytest.mark.parametrize(
    "error",
    [GraphInterrupt(), LimitError("model_calls", spent=1, allowed=1), AssertionError("a test"), KeyboardInterrupt()],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("way", ["sync", "async"])
def test_what_is_no_failure_of_the_back_end_passes_through(error: BaseException, way: str) -> None:
    backend = scripted_backend([error])
    call = backend.complete if way == "sync" else lambda request: asyncio.run(_awaited(backend))
    with pytest.raises(type(error)):
        call(REQUEST)


async def _awaited(backend: LangChainBackend) -> None:
    await backend.acomplete(REQUEST)


def test_an_exhausted_script_is_a_fault_of_the_test_not_of_the_back_end() -> None:
    with pytest.raises(ScriptExhaustedError, match="script holds 0 replies"):
        scripted_backend([]).complete(REQUEST)


def _raised(make: Callable[[], Exception], cause: Exception | None = None) -> Exception:
    error = make()
    error.__cause__ = cause
    return error


class StatusError(Exception):
    def __init__(self, status_code: int) -> None:
        super().__init__("provider says no")
        self.status_code = status_code


def _classified() -> Iterator[tuple[Exception, bool]]:
    yield TimeoutError(), True
    yield ConnectionRefusedError("refused"), True
    yield ConnectionResetError("reset"), True
    yield _raised(lambda: RuntimeError("wrapped"), TimeoutError()), True
    yield _raised(lambda: RuntimeError("wrapped"), StatusError(503)), True
    yield RuntimeError("who knows"), False
    yield TypeError("bad"), False
    yield NotImplementedError("no images"), False
    for status in (408, 425, 429, 500, 502, 503, 504, 529):
        yield StatusError(status), True
    for status in (400, 401, 402, 403, 404, 413, 422, 501):
        yield StatusError(status), False


@pytest.mark.parametrize(("error", "retryable"), list(_classified()), ids=repr)
def test_providers_without_a_common_tree_are_classified_too(error: Exception, retryable: bool) -> None:
    assert backend_error(error, model="m").retryable is retryable


def test_a_loop_of_causes_ends() -> None:
    first, second = RuntimeError("a"), RuntimeError("b")
    first.__cause__, second.__cause__ = second, first
    assert not backend_error(first, model="m").retryable


def test_messages_are_short_and_hold_no_key() -> None:
    error = backend_error(RuntimeError("Incorrect API key: sk-abcdefghijklmnop " + "x" * 5000), model="m")
    assert "abcdefghijklmnop" not in str(error)
    assert len(str(error)) < 700
