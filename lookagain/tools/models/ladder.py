"""From a request and a schema to a validated value: constrained decoding, strict parse, repairs, typed failure.

There is no default and no partial acceptance: what comes back has passed the schema's strict validation, or
``OutputError`` is raised with everything the model said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Generator
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from lookagain.core.errors import OutputError
from lookagain.tools.models.extract import UnreadableReplyError, extract_json_object
from lookagain.tools.models.request import Message, ModelReply, ModelRequest, TextPart

__all__ = ["MAX_REPAIRS", "astructured", "parse_reply", "structured"]

T = TypeVar("T", bound=BaseModel)

#: More repairs than this do not help and cost money.
MAX_REPAIRS = 2
_MAX_ERRORS = 10
_MAX_INPUT = 80
_MAX_SHOWN = 8_000


def structured(
    complete: Callable[[ModelRequest], ModelReply],
    request: ModelRequest,
    schema: type[T],
    *,
    repairs: int = MAX_REPAIRS,
) -> T:
    """A validated ``schema`` from the model behind ``complete``.

    ``request`` comes without a schema: it is added here, as the constraint and, at the end of the system
    message (which requests of one stage share), in words; the order of its fields is kept, so declare what the
    model should think through before what it should decide. After an unusable reply the model is asked again, at
    most ``repairs`` (0 to 2) times, and shown its own output and the precise error. Raises ``OutputError`` with
    all attempts; what ``complete`` raises passes through.
    """
    steps = _steps(request, schema, repairs)
    asked = next(steps)
    while True:
        reply = complete(asked)
        try:
            asked = steps.send(reply)
        except StopIteration as done:
            value: T = done.value
            return value


async def astructured(
    complete: Callable[[ModelRequest], Awaitable[ModelReply]],
    request: ModelRequest,
    schema: type[T],
    *,
    repairs: int = MAX_REPAIRS,
) -> T:
    """``structured`` over an asynchronous ``complete``."""
    steps = _steps(request, schema, repairs)
    asked = next(steps)
    while True:
        reply = await complete(asked)
        try:
            asked = steps.send(reply)
        except StopIteration as done:
            value: T = done.value
            return value


def parse_reply(text: str, schema: type[T]) -> T:
    """The one value in a reply, validated strictly (no number from text, no unknown field).

    Raises ``UnreadableReplyError`` (see ``extract``) or pydantic's ``ValidationError``.
    """
    return schema.model_validate_json(extract_json_object(text), strict=True)


def _steps(request: ModelRequest, schema: type[T], repairs: int) -> Generator[ModelRequest, ModelReply, T]:
    """The dialogue: yields requests, is sent replies, returns the value."""
    if not 0 <= repairs <= MAX_REPAIRS:
        raise ValueError(f"repairs: expected 0 to {MAX_REPAIRS}, got {repairs}.")
    first = _with_schema(request, schema)
    asked = first
    attempts: list[str] = []
    while True:
        reply = yield asked
        attempts.append(reply.text)
        try:
            return parse_reply(reply.text, schema)
        except UnreadableReplyError as error:
            problem = str(error)
        except ValidationError as error:
            problem = _explain(error)
        if reply.truncated:
            problem += "\nThe reply was cut off at the token limit: answer shorter."
        if len(attempts) > repairs:
            raise OutputError(
                f"expected one JSON object of schema {schema.__name__}; after {len(attempts)} "
                f"{'attempt' if len(attempts) == 1 else 'attempts'} the reply is still unusable: {problem}",
                attempts=tuple(attempts),
                hint="Use a model or server that can constrain its output to a JSON schema.",
            )
        asked = first.model_copy(update={"messages": (*first.messages, *_repair(reply.text, problem, schema.__name__))})


def _with_schema(request: ModelRequest, schema: type[BaseModel]) -> ModelRequest:
    json_schema = schema.model_json_schema()
    words = (
        f"Answer with exactly one JSON object of the schema {schema.__name__}, without any text around it:\n"
        f"{json.dumps(json_schema, ensure_ascii=False, separators=(',', ':'))}"
    )
    messages = request.messages
    if messages[0].role == "system":
        system = Message(role="system", parts=(*messages[0].parts, TextPart(text=words)))
        messages = (system, *messages[1:])
    else:
        messages = (Message.system(words), *messages)
    return ModelRequest(
        messages=messages,
        schema_name=re.sub(r"[^A-Za-z0-9_-]", "_", schema.__name__)[:64],
        json_schema=json_schema,
        temperature=request.temperature,
        max_tokens=request.max_tokens,
        seed=request.seed,
    )


def _repair(output: str, problem: str, name: str) -> tuple[Message, Message]:
    """The model's own last output and what is wrong with it."""
    shown = output if len(output) <= _MAX_SHOWN else f"{output[:_MAX_SHOWN]} [...cut]"
    shown = shown.encode("utf-8", "replace").decode("utf-8")
    return (
        Message.assistant(shown or "(empty)"),
        Message.user(
            f"This is not usable:\n{problem}\n\n"
            f"Answer again with exactly one corrected JSON object of the schema {name}, "
            "and nothing else. Change only what is wrong."
        ),
    )


def _explain(error: ValidationError) -> str:
    """Each violation as ``path: message (got value)``."""
    found = error.errors(include_url=False, include_context=False)
    lines = []
    for item in found[:_MAX_ERRORS]:
        where = ".".join(str(step) for step in item["loc"]) or "the object"
        got = repr(item["input"])
        lines.append(f"- {where}: {item['msg']} (got {got[:_MAX_INPUT]}{'...' if len(got) > _MAX_INPUT else ''})")
    if len(found) > _MAX_ERRORS:
        lines.append(f"- and {len(found) - _MAX_ERRORS} more")
    return "\n".join(lines)
