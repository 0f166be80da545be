"""A LangChain chat model that says what a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableLambda, RunnableMap, RunnablePassthrough
from pydantic import BaseModel, Field, PrivateAttr

from lookagain.tools.models.langchain import LangChainBackend

__all__ = ["Script", "ScriptExhaustedError", "ScriptedCall", "ScriptedChatModel", "ScriptedReply", "scripted_backend"]

#: Text, a message, a value that becomes JSON text, or an exception that is raised.
ScriptedReply: TypeAlias = str | AIMessage | BaseModel | dict[str, Any] | BaseException


class ScriptExhaustedError(AssertionError):
    """The model was called more often than its script has replies."""


@dataclass(frozen=True, kw_only=True)
class ScriptedCall:
    """One call as the model saw it: ``schema`` is the JSON schema asked for, ``settings`` what was bound."""

    messages: tuple[BaseMessage, ...]
    schema: dict[str, Any] | None = None
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All text of all messages, separated by blank lines."""
        return "\n\n".join("".join(message.text) for message in self.messages)

    @property
    def images(self) -> tuple[str, ...]:
        """The URLs of all images in their order."""
        blocks = [block for m in self.messages if isinstance(m.content, list) for block in m.content]
        return tuple(
            str(block["image_url"]["url"])
            for block in blocks
            if isinstance(block, dict) and block.get("type") == "image_url"
        )


#: Replies in order, or a function of the call.
Script: TypeAlias = Sequence[ScriptedReply] | Callable[[ScriptedCall], ScriptedReply]


class _Record:
    """What copies of a model share: the calls made and the place in the script."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.calls: list[ScriptedCall] = []


class ScriptedChatModel(BaseChatModel):
    """Replies from a script; counts and keeps its calls.

    ``script`` is a sequence of replies, one a call in order, or a function from a ``ScriptedCall`` to a reply. Use a
    function where calls run in parallel or a run is resumed in another process: its replies depend on the request
    alone. ``structured=False`` makes a model that cannot be bound to a schema. Works with ``invoke``, ``ainvoke``,
    ``batch``, ``stream`` and ``astream``; reports words as tokens. An exhausted script raises
    ``ScriptExhaustedError``.
    """

    script: Any = Field(exclude=True, repr=False)
    model_name: str = "scripted"
    structured: bool = True
    temperature: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    _record: _Record = PrivateAttr(default_factory=_Record)

    def __init__(self, *, script: Script, **fields: Any) -> None:
        super().__init__(**{"script": script, **fields})

    @property
    def calls(self) -> tuple[ScriptedCall, ...]:
        """The calls so far, in the order they came."""
        with self._record.lock:
            return tuple(self._record.calls)

    @property
    def call_count(self) -> int:
        """How many calls there were, failed ones included."""
        return len(self.calls)

    @property
    def _llm_type(self) -> str:
        return "lookagain-scripted"

    def with_structured_output(
        self, schema: dict[str, Any] | type, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        """The model bound to a JSON schema, as providers do it; the schema is seen in ``ScriptedCall.schema``."""
        unknown = set(kwargs) - {"method", "strict"}
        if unknown:
            raise ValueError(f"unsupported arguments {sorted(unknown)}.")
        if not self.structured:
            raise NotImplementedError("this scripted model takes no schema.")
        asked = schema if isinstance(schema, dict) else _schema_of(schema)
        bound = self.bind(response_format={"type": "json_schema", "json_schema": {"schema": asked}})
        if include_raw:
            return RunnableMap(raw=bound) | RunnablePassthrough.assign(parsed=_parsed_or_none)
        return bound | RunnableLambda(_parsed)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._reply(messages, kwargs))])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return self._generate(messages, **kwargs)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in _chunks(self._reply(messages, kwargs)):
            if run_manager is not None:
                run_manager.on_llm_new_token("".join(chunk.message.text), chunk=chunk)
            yield chunk

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in _chunks(self._reply(messages, kwargs)):
            if run_manager is not None:
                await run_manager.on_llm_new_token("".join(chunk.message.text), chunk=chunk)
            yield chunk

    def _reply(self, messages: list[BaseMessage], settings: dict[str, Any]) -> AIMessage:
        own = {"temperature": self.temperature, "max_tokens": self.max_tokens, "seed": self.seed}
        settings = {**{name: value for name, value in own.items() if value is not None}, **settings}
        response_format = settings.pop("response_format", None)
        settings.pop("ls_structured_output_format", None)
        schema = response_format["json_schema"]["schema"] if response_format else None
        call = ScriptedCall(messages=tuple(messages), schema=schema, settings=settings)
        with self._record.lock:
            index = len(self._record.calls)
            self._record.calls.append(call)
        if callable(self.script):
            reply: ScriptedReply = self.script(call)
        elif index < len(self.script):
            reply = self.script[index]
        else:
            raise ScriptExhaustedError(f"call {index + 1} came, but the script holds {len(self.script)} replies.")
        return _message(reply, call, self.model_name)


def scripted_backend(script: Script, **fields: Any) -> LangChainBackend:
    """A ``ScriptedChatModel`` behind the project's own seam; the model itself is its ``model``."""
    return LangChainBackend(ScriptedChatModel(script=script, **fields))


def _message(reply: ScriptedReply, call: ScriptedCall, name: str) -> AIMessage:
    if isinstance(reply, BaseException):
        raise reply
    if isinstance(reply, AIMessage):
        # a copy, because LangChain writes into the message that a model returns
        return reply.model_copy(deep=True)
    if isinstance(reply, BaseModel):
        reply = reply.model_dump_json()
    text = reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
    asked, replied = len(call.text.split()), len(text.split())
    return AIMessage(
        content=text,
        usage_metadata=UsageMetadata(input_tokens=asked, output_tokens=replied, total_tokens=asked + replied),
        response_metadata={"model_name": name, "finish_reason": "stop"},
    )


def _chunks(message: AIMessage) -> Iterator[ChatGenerationChunk]:
    """The message word by word; tool calls, usage and metadata come with the last chunk."""
    for word in "".join(message.text).split(" ")[:-1]:
        yield ChatGenerationChunk(message=AIMessageChunk(content=f"{word} "))
    last = "".join(message.text).split(" ")[-1]
    yield ChatGenerationChunk(
        message=AIMessageChunk(
            content=last,
            usage_metadata=message.usage_metadata,
            response_metadata=message.response_metadata,
            tool_call_chunks=[
                {
                    "name": call["name"],
                    "args": json.dumps(call["args"]),
                    "id": call["id"],
                    "index": index,
                    "type": "tool_call_chunk",
                }
                for index, call in enumerate(message.tool_calls)
            ],
            chunk_position="last",
        )
    )


def _schema_of(schema: type) -> dict[str, Any]:
    if not issubclass(schema, BaseModel):
        raise TypeError(f"expected a JSON schema or a pydantic model, got {schema.__qualname__}.")
    return schema.model_json_schema()


def _parsed_or_none(output: dict[str, Any]) -> Any:
    try:
        return _parsed(output["raw"])
    except ValueError:
        return None


def _parsed(message: AIMessage) -> Any:
    return json.loads("".join(message.text))
