"""The fakes do what their documentation says."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage
from pydantic import BaseModel

from lookagain.core.clock import Clock
from lookagain.testing import FakeClock, ScriptedCall, ScriptedChatModel, ScriptExhaustedError, tiny_png


class Colour(BaseModel):
    colour: str


REPLIES = {
    "text": ("a red cup", "a red cup"),
    "message": (AIMessage(content="a red cup"), "a red cup"),
    "model": (Colour(colour="red"), '{"colour":"red"}'),
    "mapping": ({"colour": "rød"}, '{"colour": "rød"}'),
}


@pytest.mark.parametrize("case", sorted(REPLIES))
def test_each_kind_of_reply(case: str) -> None:
    reply, text = REPLIES[case]
    model = ScriptedChatModel(script=[reply])  # type: ignore[list-item]
    assert model.invoke("What?").content == text
    assert model.call_count == 1


def test_replies_come_in_order_and_calls_are_kept() -> None:
    model = ScriptedChatModel(script=["one", "two"])
    assert [model.invoke(text).content for text in ("a", "b")] == ["one", "two"]
    assert [call.text for call in model.calls] == ["a", "b"]
    with pytest.raises(ScriptExhaustedError, match="call 3"):
        model.invoke("c")
    assert model.call_count == 3


def test_a_function_sees_the_call() -> None:
    def reply(call: ScriptedCall) -> str:
        return f"{len(call.messages)} messages, {len(call.images)} images, {call.text}"

    model = ScriptedChatModel(script=reply)
    block = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    message = HumanMessage(content=[{"type": "text", "text": "look"}, block])
    assert model.invoke([SystemMessage(content="s"), message]).content == "2 messages, 1 images, s\n\nlook"


def test_errors_are_raised_and_counted() -> None:
    model = ScriptedChatModel(script=[TimeoutError("slow"), "fine"])
    with pytest.raises(TimeoutError, match="slow"):
        model.invoke("a")
    assert model.invoke("a").content == "fine"
    assert model.call_count == 2


def test_sync_async_stream_and_batch_say_the_same() -> None:
    text = "a  red cup\nby the window "
    model = ScriptedChatModel(script=lambda _: text)

    async def collect() -> list[AIMessageChunk]:
        return [chunk async for chunk in model.astream("q")]

    streamed = list(model.stream("q"))
    said = [
        model.invoke("q").content,
        asyncio.run(model.ainvoke("q")).content,
        "".join(str(chunk.content) for chunk in streamed),
        "".join(str(chunk.content) for chunk in asyncio.run(collect())),
        *(message.content for message in model.batch(["q", "q"])),
    ]
    assert said == [text] * 6
    assert len(streamed) > 3


def test_usage_is_words_also_when_streamed() -> None:
    model = ScriptedChatModel(script=lambda _: "a red cup")
    whole = model.invoke("what is it").usage_metadata
    assert whole == {"input_tokens": 3, "output_tokens": 3, "total_tokens": 6}
    chunks = list(model.stream("what is it"))
    total = chunks[0]
    for chunk in chunks[1:]:
        total = total + chunk
    assert isinstance(total, AIMessageChunk)
    assert total.usage_metadata is not None
    assert total.usage_metadata["output_tokens"] == 3


def test_a_streamed_tool_call_arrives() -> None:
    call = {"name": "Colour", "args": {"colour": "red"}, "id": "1", "type": "tool_call"}
    model = ScriptedChatModel(script=[AIMessage(content="", tool_calls=[call])])
    (chunk,) = model.stream("q")
    assert chunk.tool_calls[0]["args"] == {"colour": "red"}


def test_the_script_s_own_message_is_never_changed() -> None:
    message = AIMessage(content="x")
    model = ScriptedChatModel(script=lambda _: message)
    model.invoke("a").content = "changed"
    assert message.content == "x"
    assert message.id is None


@pytest.mark.parametrize("schema", [Colour, Colour.model_json_schema()], ids=["class", "dict"])
def test_a_bound_schema_is_seen(schema: type[Colour] | dict[str, object]) -> None:
    model = ScriptedChatModel(script=lambda _: {"colour": "red"})
    assert model.with_structured_output(schema, method="json_schema").invoke("q") == {"colour": "red"}
    raw = model.with_structured_output(schema, include_raw=True).invoke("q")
    assert json.loads(raw["raw"].content) == raw["parsed"] == {"colour": "red"}
    assert [call.schema for call in model.calls] == [Colour.model_json_schema()] * 2


def test_what_cannot_be_bound_is_refused() -> None:
    with pytest.raises(NotImplementedError):
        ScriptedChatModel(script=[], structured=False).with_structured_output(Colour)
    with pytest.raises(ValueError, match="colour"):
        ScriptedChatModel(script=[]).with_structured_output(Colour, colour="red")
    with pytest.raises(TypeError, match="int"):
        ScriptedChatModel(script=[]).with_structured_output(int)


def test_calls_from_threads_each_take_one_reply() -> None:
    model = ScriptedChatModel(script=[str(n) for n in range(40)])
    with ThreadPoolExecutor(4) as pool:
        said = {str(message.content) for message in pool.map(model.invoke, ["q"] * 40)}
    assert said == {str(n) for n in range(40)}


def test_copies_share_their_script() -> None:
    model = ScriptedChatModel(script=["one", "two"])
    assert model.invoke("a").content == "one"
    assert model.model_copy(update={"temperature": 1.0}).invoke("a").content == "two"
    assert model.calls[1].settings == {"temperature": 1.0}


def test_the_clock_moves_only_when_told() -> None:
    clock: Clock = FakeClock()
    assert clock.now() == clock.now()
    assert clock.monotonic() == 0.0
    moved = FakeClock(start=datetime(2030, 1, 1, tzinfo=UTC))
    moved.advance(90)
    assert moved.now() == datetime(2030, 1, 1, 0, 1, 30, tzinfo=UTC)
    assert moved.monotonic() == 90.0


def test_the_clock_can_tick() -> None:
    clock = FakeClock(tick=0.5)
    assert [clock.monotonic() for _ in range(3)] == [0.0, 0.5, 1.0]
    first, second = clock.now(), clock.now()
    assert second - first == timedelta(seconds=0.5)


def test_an_impossible_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        FakeClock(start=datetime(2030, 1, 1))
    with pytest.raises(ValueError, match="tick"):
        FakeClock(tick=-1)
    with pytest.raises(ValueError, match="go back"):
        FakeClock().advance(-1)


@pytest.mark.parametrize("size", [(1, 1), (3, 5)])
def test_the_tiny_png_is_a_png(size: tuple[int, int]) -> None:
    from io import BytesIO

    from PIL import Image

    width, height = size
    image = Image.open(BytesIO(tiny_png(width=width, height=height, rgb=(1, 2, 3))))
    image.load()
    assert (image.format, image.size, image.getpixel((0, 0))) == ("PNG", size, (1, 2, 3))
