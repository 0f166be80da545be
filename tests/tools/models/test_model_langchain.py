"""Reading LangChain messages, and models that bind schemas in other ways."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, InvalidToolCall, ToolCall
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import BaseModel, Field

from lookagain.testing import ScriptedChatModel
from lookagain.tools.models import Message, ModelRequest, structured
from lookagain.tools.models.langchain import LangChainBackend, reply_from_langchain

REQUEST = ModelRequest(messages=(Message.user("Which colour?"),))
CALL = ToolCall(name="Colour", args={"colour": "red"}, id="1")
BROKEN = InvalidToolCall(name="Colour", args='{"colour": ', id="1", error="cut", type="invalid_tool_call")


class Colour(BaseModel):
    colour: str


class ToolModel(BaseChatModel):
    """A model that knows tools only: LangChain's default binds a schema as a tool."""

    message: AIMessage
    bound: list[Any] = Field(default_factory=list)

    def bind_tools(self, tools: Any, **kwargs: Any) -> Runnable[Any, AIMessage]:
        self.bound.extend(tools)
        return self.bind(tools=tools)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self.message)])

    @property
    def _llm_type(self) -> str:
        return "tool-model"


READ = {
    "text": (AIMessage(content="red"), "red"),
    "blocks": (
        AIMessage(content=[{"type": "text", "text": "re"}, {"type": "text", "text": "d"}]),
        "red",
    ),
    "thinking left out": (
        AIMessage(content=[{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "red"}]),
        "red",
    ),
    "tool call": (AIMessage(content="", tool_calls=[CALL]), '{"colour": "red"}'),
    "text before tool call": (AIMessage(content="red", tool_calls=[CALL]), "red"),
    "two tool calls": (AIMessage(content="", tool_calls=[CALL, CALL]), ""),
    "broken tool call": (AIMessage(content="", invalid_tool_calls=[BROKEN]), '{"colour": '),
    "one good, one broken": (AIMessage(content="", tool_calls=[CALL], invalid_tool_calls=[BROKEN]), ""),
    "refusal": (AIMessage(content="", additional_kwargs={"refusal": "no"}), "no"),
    "nothing": (AIMessage(content=""), ""),
    "half a surrogate pair": (AIMessage(content="a\ud800"), "a?"),
}


@pytest.mark.parametrize("case", sorted(READ))
def test_the_text_of_a_message(case: str) -> None:
    message, expected = READ[case]
    assert reply_from_langchain(message).text == expected


@pytest.mark.parametrize("key", ["finish_reason", "stop_reason", "done_reason"])
def test_metadata_under_each_provider_s_names(key: str) -> None:
    reply = reply_from_langchain(
        AIMessage(
            content="x",
            response_metadata={key: "length", "model": "m"},
            usage_metadata=UsageMetadata(input_tokens=5, output_tokens=2, total_tokens=7),
        )
    )
    assert (reply.finish_reason, reply.truncated, reply.model) == ("length", True, "m")
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (5, 2)


def test_a_model_that_knows_only_tools_is_asked_through_a_tool() -> None:
    model = ToolModel(message=AIMessage(content="", tool_calls=[CALL]))
    backend = LangChainBackend(model)
    assert "structured" in backend.capabilities
    assert structured(backend.complete, REQUEST, Colour) == Colour(colour="red")
    assert model.bound[-1]["title"] == "Colour"
    assert model.bound[-1]["properties"] == Colour.model_json_schema()["properties"]


def test_langchain_s_own_parser_is_never_run() -> None:
    class Parsing(ScriptedChatModel):
        def with_structured_output(self, *args: Any, **kwargs: Any) -> Runnable[Any, Any]:
            return super().with_structured_output(*args, **kwargs) | RunnableLambda(refuse)

    def refuse(output: object) -> object:
        raise AssertionError(f"parsed {output!r}")

    assert structured(LangChainBackend(Parsing(script=['{"colour": "red"}'])).complete, REQUEST, Colour).colour == "red"


def test_a_runnable_of_another_shape_is_run_whole() -> None:
    class Other(ScriptedChatModel):
        def with_structured_output(self, *args: Any, **kwargs: Any) -> Runnable[Any, Any]:
            return RunnableLambda(lambda _: {"raw": AIMessage(content='{"colour": "red"}')})

    assert structured(LangChainBackend(Other(script=[])).complete, REQUEST, Colour).colour == "red"


def test_a_model_that_takes_no_schema_is_asked_in_words() -> None:
    model = ScriptedChatModel(script=["It is red.", '{"colour": "red"}'], structured=False)
    backend = LangChainBackend(model)
    assert "structured" not in backend.capabilities
    assert structured(backend.complete, REQUEST, Colour) == Colour(colour="red")
    assert [call.schema for call in model.calls] == [None, None]
    assert json.dumps(Colour.model_json_schema()["required"]) in model.calls[0].text


@pytest.mark.parametrize(
    ("profile", "vision", "schema"),
    [
        (None, True, True),
        ({}, True, True),
        ({"image_inputs": False}, False, True),
        ({"image_inputs": True, "structured_output": False}, True, False),
    ],
    ids=str,
)
def test_the_profile_decides_what_a_model_can_do(profile: Any, vision: bool, schema: bool) -> None:
    found = LangChainBackend(ScriptedChatModel(script=[], profile=profile)).capabilities
    assert ("vision" in found, "structured" in found) == (vision, schema)


def test_a_model_without_sampling_settings_is_sent_none() -> None:
    model = ScriptedChatModel(script=["x"], profile={"temperature": False})
    LangChainBackend(model).complete(REQUEST)
    assert model.calls[0].settings == {}


def test_a_name_can_be_given() -> None:
    assert LangChainBackend(ScriptedChatModel(script=[]), name="mine").name == "mine"
