"""Any LangChain chat model as a ``ChatBackend``.

What the caller configured on the model object wins; a request's temperature, token limit and seed fill only
fields that the model has and leaves open. Schema-constrained decoding goes through the model's own
``with_structured_output`` (its JSON-schema method, or tool calling where it has nothing better); a model or
server without either is asked plainly, and the output ladder does the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables import RunnableParallel, RunnableSequence

from lookagain.core.errors import BackendError
from lookagain.core.values import Json, canonical_json, digest
from lookagain.tools.models.backend import Capability
from lookagain.tools.models.failures import backend_error, is_backend_failure
from lookagain.tools.models.request import ImagePart, Message, ModelReply, ModelRequest, TokenUsage

__all__ = ["LangChainBackend", "reply_from_langchain", "to_langchain"]

_NAMES = ("model_name", "model", "model_id", "deployment_name")
_SETTINGS = (
    "temperature",
    "top_p",
    "top_k",
    "max_tokens",
    "seed",
    "frequency_penalty",
    "presence_penalty",
    "reasoning_effort",
)
_HASHED_SETTINGS = ("model_kwargs", "extra_body", "reasoning", "stop")
_SCHEMA_WORDS = ("response_format", "json_schema", "structured output", "guided", "grammar")


class LangChainBackend:
    """A LangChain chat model behind the project's seam.

    ``name`` replaces the model's own name. ``capabilities`` replaces what is found out: ``structured`` where
    ``with_structured_output`` is implemented, ``vision`` unless the model's profile says that it takes no images.
    """

    def __init__(
        self,
        model: BaseChatModel,
        *,
        name: str | None = None,
        capabilities: frozenset[Capability] | None = None,
    ) -> None:
        self.model = model
        self._name = name or _model_name(model)
        self._capabilities = _found_capabilities(model) if capabilities is None else capabilities

    @property
    def name(self) -> str:
        """The model's name."""
        return self._name

    @property
    def fingerprint(self) -> str:
        """Class, name and sampling settings as JSON; no key, no address."""
        kind = type(self.model)
        found: dict[str, Json] = {"class": f"{kind.__module__}.{kind.__qualname__}", "name": self._name}
        for setting in _SETTINGS:
            value = getattr(self.model, setting, None)
            if isinstance(value, bool | int | float | str):
                found[setting] = value
        for setting in _HASHED_SETTINGS:
            value = getattr(self.model, setting, None)
            if value:
                found[setting] = digest(json.loads(json.dumps(value, default=repr)))
        return canonical_json(found)

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What the model can do; ``structured`` goes once its server has refused a schema."""
        return self._capabilities

    def complete(self, request: ModelRequest) -> ModelReply:
        """The reply to one request. Raises ``BackendError``."""
        self._check(request)
        messages = to_langchain(request)
        while True:
            constrained = self._constrains(request)
            model = self._configured(request)
            try:
                if constrained:
                    return _raw_reply(_structured(model, request).invoke(messages))
                return reply_from_langchain(model.invoke(messages))
            except Exception as error:
                if not is_backend_failure(error):
                    raise
                reply = self._recovered(error, constrained=constrained)
                if reply is not None:
                    return reply

    async def acomplete(self, request: ModelRequest) -> ModelReply:
        """The same, without blocking the event loop."""
        self._check(request)
        messages = to_langchain(request)
        while True:
            constrained = self._constrains(request)
            model = self._configured(request)
            try:
                if constrained:
                    return _raw_reply(await _structured(model, request).ainvoke(messages))
                return reply_from_langchain(await model.ainvoke(messages))
            except Exception as error:
                if not is_backend_failure(error):
                    raise
                reply = self._recovered(error, constrained=constrained)
                if reply is not None:
                    return reply

    def _check(self, request: ModelRequest) -> None:
        if request.images and "vision" not in self._capabilities:
            raise BackendError(
                f"{self._name}: takes no images, but the request holds {len(request.images)}.",
                hint="Choose a vision-language model.",
            )

    def _constrains(self, request: ModelRequest) -> bool:
        return request.json_schema is not None and "structured" in self._capabilities

    def _configured(self, request: ModelRequest) -> BaseChatModel:
        """The model with the request's settings in the fields that it has and leaves open."""
        wanted = {"temperature": request.temperature, "max_tokens": request.max_tokens, "seed": request.seed}
        fields = type(self.model).model_fields
        profile = _profile(self.model)
        update = {
            name: value
            for name, value in wanted.items()
            if value is not None
            and name in fields
            and getattr(self.model, name) is None
            and not (name == "temperature" and profile.get("temperature") is False)
        }
        return self.model.model_copy(update=update) if update else self.model

    def _recovered(self, error: Exception, *, constrained: bool) -> ModelReply | None:
        """A reply cut off at the token limit, or None to ask again without the schema. Else raises."""
        reply = _truncated_reply(error)
        if reply is not None:
            return reply
        failure = backend_error(error, model=self._name)
        words = str(error).lower()
        if constrained and not failure.retryable and any(word in words for word in _SCHEMA_WORDS):
            self._capabilities = self._capabilities - {"structured"}
            return None
        raise failure from error


def to_langchain(request: ModelRequest) -> list[BaseMessage]:
    """The messages as LangChain's; images become ``image_url`` blocks that hold a data URL."""
    return [_to_langchain(message) for message in request.messages]


def reply_from_langchain(message: BaseMessage) -> ModelReply:
    """The reply that a LangChain message holds: its text, or the arguments of its single tool call."""
    metadata: dict[str, Any] = message.response_metadata
    usage = message.usage_metadata if isinstance(message, AIMessage) else None
    finish = metadata.get("finish_reason") or metadata.get("stop_reason") or metadata.get("done_reason")
    return ModelReply(
        text=_text(message).encode("utf-8", "replace").decode("utf-8"),
        usage=TokenUsage(
            input_tokens=max(usage["input_tokens"], 0) if usage else 0,
            output_tokens=max(usage["output_tokens"], 0) if usage else 0,
        ),
        model=str(metadata.get("model_name") or metadata.get("model") or ""),
        finish_reason=str(finish or ""),
    )


def _to_langchain(message: Message) -> BaseMessage:
    content: str | list[str | dict[Any, Any]]
    if message.images:
        content = [
            {"type": "image_url", "image_url": {"url": part.data_url}}
            if isinstance(part, ImagePart)
            else {"type": "text", "text": part.text}
            for part in message.parts
        ]
    else:
        content = message.text
    match message.role:
        case "system":
            return SystemMessage(content=content)
        case "assistant":
            return AIMessage(content=content)
        case "user":
            return HumanMessage(content=content)


def _text(message: BaseMessage) -> str:
    text = "".join(message.text)
    if text or not isinstance(message, AIMessage):
        return text
    if len(message.tool_calls) == 1 and not message.invalid_tool_calls:
        return json.dumps(message.tool_calls[0]["args"], ensure_ascii=False)
    if len(message.invalid_tool_calls) == 1 and not message.tool_calls:
        return message.invalid_tool_calls[0]["args"] or ""
    refusal = message.additional_kwargs.get("refusal")
    return refusal if isinstance(refusal, str) else ""


def _structured(model: BaseChatModel, request: ModelRequest) -> Any:
    """A runnable that gives ``{"raw": message, ...}``.

    LangChain's chain is "ask, then parse". Only the asking is kept: the ladder parses strictly, and LangChain's
    tolerant parser takes time quadratic in the length of a malformed reply.
    """
    schema = {**(request.json_schema or {}), "title": request.schema_name or "Answer"}
    chain = model.with_structured_output(schema, method="json_schema", include_raw=True)
    first = chain.steps[0] if isinstance(chain, RunnableSequence) else None
    return first if isinstance(first, RunnableParallel) and "raw" in first.steps__ else chain


def _raw_reply(output: object) -> ModelReply:
    raw = cast("dict[str, object]", output).get("raw") if isinstance(output, dict) else output
    if not isinstance(raw, BaseMessage):
        raise TypeError(f"expected a message under 'raw', got {type(raw).__name__}")
    return reply_from_langchain(raw)


def _truncated_reply(error: Exception) -> ModelReply | None:
    """The partial reply that the OpenAI client hides in ``LengthFinishReasonError`` when a schema was asked."""
    completion = getattr(error, "completion", None)
    if type(error).__name__ != "LengthFinishReasonError" or completion is None:
        return None
    usage = completion.usage
    return ModelReply(
        text=completion.choices[0].message.content or "",
        usage=TokenUsage(
            input_tokens=usage.prompt_tokens if usage else 0,
            output_tokens=usage.completion_tokens if usage else 0,
        ),
        model=completion.model or "",
        finish_reason="length",
    )


def _model_name(model: BaseChatModel) -> str:
    for name in _NAMES:
        value = getattr(model, name, None)
        if isinstance(value, str) and value:
            return value
    return type(model).__name__


def _found_capabilities(model: BaseChatModel) -> frozenset[Capability]:
    found: set[Capability] = set()
    profile = _profile(model)
    if profile.get("image_inputs", True):
        found.add("vision")
    if profile.get("structured_output", True) and _takes_schema(model):
        found.add("structured")
    return frozenset(found)


def _profile(model: BaseChatModel) -> Mapping[str, object]:
    """What LangChain knows about the model; older versions have no profiles."""
    return getattr(model, "profile", None) or {}


def _takes_schema(model: BaseChatModel) -> bool:
    """Whether a schema can be bound at all; models say so only when asked."""
    probe = {"title": "Probe", "type": "object", "properties": {"value": {"type": "integer"}}}
    try:
        model.with_structured_output(probe, method="json_schema", include_raw=True)
    except (NotImplementedError, TypeError, ValueError):
        return False
    return True
