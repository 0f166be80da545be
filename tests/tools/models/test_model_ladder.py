"""The output ladder: what is accepted, what is repaired, what fails, and that nothing else can happen."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Generic, Literal, TypeVar

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lookagain.core.errors import BackendError, OutputError
from lookagain.tools.models import Message, ModelReply, ModelRequest, astructured, structured
from lookagain.tools.models.extract import MAX_REPLY_CHARS, UnreadableReplyError, extract_json_object
from lookagain.tools.models.ladder import parse_reply


class Stop(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["stop"]


class Refine(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["refine"]
    degree: Annotated[int, Field(ge=1, le=5)]
    penalty: float = 1.0
    libraries: tuple[Literal["trigonometric", "abs"], ...] = ()


class Choice(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: str
    action: Annotated[Stop | Refine, Field(discriminator="kind")]


V = TypeVar("V", bound=BaseModel)


class Boxed(BaseModel, Generic[V]):
    value: V


REQUEST = ModelRequest(messages=(Message.system("Plan."), Message.user("Now?")))
STOP = '{"reason": "settled", "action": {"kind": "stop"}}'
REFINE = (
    '{"reason": "tail drifts, {x}", "action": {"kind": "refine", "degree": 3, "penalty": 0.5, "libraries": ["abs"]}}'
)


class Model:
    """Replies in order, the last one again and again; keeps the requests."""

    def __init__(self, *replies: str) -> None:
        self.replies = replies
        self.requests: list[ModelRequest] = []

    def complete(self, request: ModelRequest) -> ModelReply:
        self.requests.append(request)
        return ModelReply(text=self.replies[min(len(self.requests), len(self.replies)) - 1])

    async def acomplete(self, request: ModelRequest) -> ModelReply:
        return self.complete(request)


ACCEPTED = {
    "bare": STOP,
    "space around": f"\n  {STOP}\t\n",
    "fence": f"```json\n{STOP}\n```",
    "unnamed fence": f"```\n{STOP}\n```",
    "fence in prose": f"Here is my choice:\n\n```json\n{STOP}\n```\nI am sure.",
    "windows fence": f"```json\r\n{STOP}\r\n```",
    "leading prose": f"My choice: {STOP}",
    "trailing prose": f"{STOP}\nThat is all.",
    "thinking": f"<think>maybe {{1}} or [2]?\n</think>\n{STOP}",
    "braces in strings": REFINE,
    "fence in a string": '{"reason": "```json", "action": {"kind": "stop"}}',
}

REFUSED = {
    "empty": ("", "empty"),
    "blank": (" \n", "empty"),
    "prose": ("I would stop here.", "no JSON object"),
    "array": (f"[{STOP}]", "around"),
    "text": ('"stop"', "no JSON object"),
    "null": ("null", "no JSON object"),
    "two objects": (f"{STOP}\n{STOP}", "goes on"),
    "two objects in prose": (f"Either {STOP} or {STOP}.", "around"),
    "two fences": (f"```json\n{STOP}\n```\n```json\n{STOP}\n```", "4 lines"),
    "object beside a fence": (f"{{}}\n```json\n{STOP}\n```", "around"),
    "open fence": (f"```json\n{STOP}", "1 lines"),
    "another language": (f"```python\n{STOP}\n```", "2 lines"),
    "array in a fence": (f"```json\n[{STOP}]\n```", "must start"),
    "cut off": (STOP[:-1], "cannot be read"),
    "inner object of something cut off": ('{"reason": "x", "action": {"kind": "stop"}', "cannot be read"),
    "outer end of something cut off": ('"x", "action": {"kind": "stop"}}', "around"),
    "citation": (f"As in [1]: {STOP}", "around"),
    "duplicate key": ('{"reason": "a", "reason": "b", "action": {"kind": "stop"}}', "twice"),
    "comment": ('{"reason": "a", /* b */ "action": {"kind": "stop"}}', "cannot be read"),
    "trailing comma": ('{"reason": "a", "action": {"kind": "stop"},}', "cannot be read"),
    "single quotes": ("{'reason': 'a', 'action': {'kind': 'stop'}}", "cannot be read"),
    "NaN": (REFINE.replace("0.5", "NaN"), "not a JSON number"),
    "infinite": (REFINE.replace("0.5", "-Infinity"), "not a JSON number"),
    "overflow": (REFINE.replace("0.5", "1e999"), "too large"),
    "deep": ('{"a":' * 5000 + "1" + "}" * 5000, "deep"),
    "huge integer": (REFINE.replace("3", "3" * 5000, 1), "cannot be read"),
    "too long": (STOP + " " * MAX_REPLY_CHARS, "at most"),
    "half a surrogate pair": ('{"reason": "\ud800", "action": {"kind": "stop"}}', "surrogate"),
}

INVALID = {
    "missing field": ('{"action": {"kind": "stop"}}', "reason: Field required"),
    "unknown field": ('{"reason": "a", "action": {"kind": "stop"}, "sure": true}', "sure: Extra inputs"),
    "number as text": (REFINE.replace("3", '"3"'), "degree: Input should be a valid integer"),
    "out of range": (REFINE.replace("3", "9"), "degree: Input should be less than or equal to 5 (got 9)"),
    "fraction": (REFINE.replace("3", "3.5"), "degree"),
    "bool as integer": (REFINE.replace("3", "true"), "degree"),
    "not offered": (REFINE.replace("abs", "tan"), "libraries.0"),
    "unknown action": (STOP.replace("stop", "give_up"), "action"),
    "escaped half surrogate": (STOP.replace("settled", "\\ud800"), ""),
}


@pytest.mark.parametrize("case", sorted(ACCEPTED))
def test_one_clear_object_is_accepted_at_once(case: str) -> None:
    model = Model(ACCEPTED[case])
    value = structured(model.complete, REQUEST, Choice)
    assert len(model.requests) == 1
    if case == "braces in strings":
        assert value == Choice(
            reason="tail drifts, {x}", action=Refine(kind="refine", degree=3, penalty=0.5, libraries=("abs",))
        )
    else:
        assert value.action == Stop(kind="stop")


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_what_is_not_one_clear_object_is_refused(case: str) -> None:
    text, words = REFUSED[case]
    with pytest.raises(UnreadableReplyError, match=words):
        extract_json_object(text)


@pytest.mark.parametrize("case", sorted(INVALID))
def test_what_does_not_fit_the_schema_is_refused_with_its_place(case: str) -> None:
    text, words = INVALID[case]
    with pytest.raises(ValidationError):
        parse_reply(text, Choice)
    model = Model(text, STOP)
    assert structured(model.complete, REQUEST, Choice).action == Stop(kind="stop")
    assert words in model.requests[1].messages[-1].text


def test_the_schema_goes_with_the_request_as_constraint_and_in_words() -> None:
    model = Model(STOP)
    structured(model.complete, REQUEST, Choice)
    (asked,) = model.requests
    assert asked.schema_name == "Choice"
    assert asked.json_schema == Choice.model_json_schema()
    assert asked.messages[0].text.startswith("Plan.\n\nAnswer with exactly one JSON object")
    assert asked.messages[1] == REQUEST.messages[1]


def test_a_generic_schema_has_a_name_that_servers_take() -> None:
    model = Model('{"value": {"kind": "stop"}}')
    assert structured(model.complete, REQUEST, Boxed[Stop]).value == Stop(kind="stop")
    assert model.requests[0].schema_name == "Boxed_Stop_"


def test_a_request_without_system_message_gets_one() -> None:
    model = Model(STOP)
    structured(model.complete, ModelRequest(messages=(Message.user("Now?"),)), Choice)
    assert [message.role for message in model.requests[0].messages] == ["system", "user"]


@pytest.mark.parametrize("repairs", [0, 1, 2])
def test_repairs_are_bounded_and_the_failure_holds_every_attempt(repairs: int) -> None:
    model = Model("one", "two {", "three }")
    with pytest.raises(OutputError, match="schema Choice") as caught:
        structured(model.complete, REQUEST, Choice, repairs=repairs)
    assert caught.value.attempts == model.replies[: repairs + 1]
    assert len(model.requests) == repairs + 1
    assert caught.value.hint


@pytest.mark.parametrize("repairs", [-1, 3])
def test_another_number_of_repairs_is_refused(repairs: int) -> None:
    with pytest.raises(ValueError, match="0 to 2"):
        structured(Model(STOP).complete, REQUEST, Choice, repairs=repairs)


def test_each_repair_shows_only_the_last_output_after_the_shared_prefix() -> None:
    model = Model("first", "second", STOP)
    structured(model.complete, REQUEST, Choice)
    start, once, twice = (request.messages for request in model.requests)
    assert once[: len(start)] == twice[: len(start)] == start
    assert twice[len(start)].text == "second"
    assert "no JSON object" in twice[-1].text
    assert len(twice) == len(start) + 2


def test_a_long_unusable_output_is_shown_cut() -> None:
    model = Model("x" * 100_000, STOP)
    structured(model.complete, REQUEST, Choice)
    assert len(model.requests[1].messages[-2].text) < 9_000


def test_a_failing_back_end_passes_through() -> None:
    def fail(request: ModelRequest) -> ModelReply:
        raise BackendError("down", retryable=True)

    with pytest.raises(BackendError):
        structured(fail, REQUEST, Choice)


def test_a_stop_iteration_of_the_model_is_no_answer() -> None:
    def fail(request: ModelRequest) -> ModelReply:
        raise StopIteration("not a value")

    with pytest.raises(StopIteration):
        structured(fail, REQUEST, Choice)


def test_the_async_ladder_does_the_same() -> None:
    model = Model("no", "still no", STOP)
    value = asyncio.run(astructured(model.acomplete, REQUEST, Choice))
    assert value.action == Stop(kind="stop")
    assert len(model.requests) == 3
    with pytest.raises(OutputError):
        asyncio.run(astructured(Model("no").acomplete, REQUEST, Choice))


def test_equal_dialogues_make_equal_requests() -> None:
    digests = []
    for _ in range(2):
        model = Model("no", STOP)
        structured(model.complete, REQUEST, Choice)
        digests.append([request.digest() for request in model.requests])
    assert digests[0] == digests[1]
    assert len(set(digests[0])) == 2


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A good reply, damaged: spliced, cut, repeated, wrapped, or with pieces of JSON and Markdown put in."""
    text = draw(st.sampled_from(sorted(ACCEPTED.values())))
    pieces = st.one_of(
        st.sampled_from(
            ["{", "}", "[", "]", '"', ",", ":", "```", "```json\n", "\\", "null", "NaN", "1e999", "<think>"]
        ),
        st.sampled_from(
            ["</think>", "\ud800", "\x00", '"kind"', '"refine"', '"degree": 7', "-1", "true", STOP, REFINE]
        ),
        st.text(max_size=8),
    )
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 12)))
        text = text[:start] + draw(pieces) + text[end:]
    if draw(st.booleans()):
        text = text[: draw(st.integers(0, len(text)))]
    return text


def _independently_valid(value: Choice) -> bool:
    """The schema's rules, written out a second time."""
    if type(value) is not Choice or type(value.reason) is not str:
        return False
    action = value.action
    if type(action) is Stop:
        return action.kind == "stop"
    return (
        type(action) is Refine
        and action.kind == "refine"
        and type(action.degree) is int
        and 1 <= action.degree <= 5
        and type(action.penalty) is float
        and abs(action.penalty) < float("inf")
        and set(action.libraries) <= {"trigonometric", "abs"}
    )


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(replies=st.lists(mutated(), min_size=1, max_size=3))
@example(replies=["{" * 100_000])
@example(replies=['{"a":' * 30_000])
@example(replies=["```json\n" * 20_000])
@example(replies=["<think>" * 20_000])
@example(replies=["```\n" * 50_000])
def test_mutated_replies_never_crash_and_never_pass_unvalidated(replies: list[str]) -> None:
    model = Model(*(text.encode("utf-8", "replace").decode("utf-8") for text in replies))
    outcome: Choice | OutputError
    try:
        outcome = structured(model.complete, REQUEST, Choice)
    except OutputError as error:
        outcome = error
    if isinstance(outcome, OutputError):
        assert len(outcome.attempts) == len(model.requests) == 3
    else:
        assert 1 <= len(model.requests) <= 3
        assert _independently_valid(outcome)
        accepted = model.replies[min(len(model.requests), len(model.replies)) - 1]
        assert json.dumps(outcome.reason, ensure_ascii=False)[1:-1] in accepted or "\\" in accepted


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(), st.text(alphabet='{}[]":,`\\ \n1ae\ud800'), mutated()))
def test_whatever_is_extracted_is_one_json_object(text: str) -> None:
    try:
        found = extract_json_object(text)
    except UnreadableReplyError:
        return
    assert isinstance(json.loads(found), dict)
    assert found in text


@settings(max_examples=200, deadline=None)
@given(
    value=st.dictionaries(
        st.text(max_size=5),
        st.recursive(
            st.none() | st.booleans() | st.integers(-10, 10) | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
            max_leaves=8,
        ),
        max_size=4,
    ),
    wrap=st.sampled_from(["{}", "Answer: {}", "```json\n{}\n```", "So:\n```\n{}\n```\nDone.", "{} Done."]),
)
def test_any_object_survives_every_accepted_wrapping(value: dict[str, object], wrap: str) -> None:
    found = extract_json_object(wrap.replace("{}", json.dumps(value), 1))
    assert json.loads(found) == value
