"""Requests and replies as values."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lookagain.core.errors import InputError
from lookagain.core.values import check_json
from lookagain.testing import tiny_png
from lookagain.tools.models import ImagePart, Message, ModelReply, ModelRequest, TextPart, TokenUsage

PNG = tiny_png()
IMAGE = ImagePart.from_bytes(PNG, media_type="image/png")


def request(*parts: str | ImagePart, temperature: float | None = 0.0) -> ModelRequest:
    return ModelRequest(messages=(Message.user(*parts),), temperature=temperature)


def test_an_image_knows_its_hash_and_both_ways_in_agree() -> None:
    assert IMAGE.sha256 == hashlib.sha256(PNG).hexdigest()
    assert ImagePart.from_data_url(IMAGE.data_url) == IMAGE
    assert base64.b64decode(IMAGE.data) == PNG


@given(st.binary(min_size=1, max_size=200))
def test_any_bytes_survive_the_data_url(data: bytes) -> None:
    part = ImagePart.from_bytes(data, media_type="image/jpeg")
    again = ImagePart.from_data_url(part.data_url)
    assert again == part
    assert again.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://example.org/a.png",
        "file:///etc/passwd",
        "data:text/html;base64,AAAA",
        "data:image/svg+xml;base64,AAAA",
        "data:image/bmp;base64,AAAA",
        "data:image/png,AAAA",
        "data:image/png;base64,",
        "data:image/png;base64,@@@@",
        "data:image/png;base64,AAAA\n",
    ],
)
def test_another_url_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="data URL"):
        ImagePart.from_data_url(url)


@given(st.text())
def test_any_text_as_a_data_url_is_an_image_or_an_input_error(text: str) -> None:
    for url in (text, f"data:image/png;base64,{text}"):
        try:
            part = ImagePart.from_data_url(url)
        except (InputError, ValidationError):
            continue
        assert part.data_url == url


@pytest.mark.parametrize("data", ["", "@@@@", "A", "AAAA AAAA"])
def test_broken_base64_is_refused(data: str) -> None:
    with pytest.raises(ValidationError):
        ImagePart(media_type="image/png", data=data)


def test_no_bytes_are_refused() -> None:
    with pytest.raises(InputError):
        ImagePart.from_bytes(b"", media_type="image/png")


def test_the_journal_sees_hashes_and_not_images() -> None:
    dumped = request("look", IMAGE).to_json()
    check_json(dumped)
    text = json.dumps(dumped)
    assert IMAGE.sha256 in text
    assert IMAGE.data not in text
    assert "look" in text


DIFFERENT = {
    "text": request("b", IMAGE),
    "no image": request("a"),
    "other image": request("a", ImagePart.from_bytes(tiny_png(rgb=(0, 0, 1)), media_type="image/png")),
    "other order": request(IMAGE, "a"),
    "other media type": request("a", ImagePart.from_bytes(PNG, media_type="image/webp")),
    "temperature": request("a", IMAGE, temperature=0.5),
    "no temperature": request("a", IMAGE, temperature=None),
    "role": ModelRequest(messages=(Message(role="assistant", parts=(TextPart(text="a"), IMAGE)),)),
    "seed": request("a", IMAGE).model_copy(update={"seed": 1}),
    "tokens": request("a", IMAGE).model_copy(update={"max_tokens": 1}),
    "schema": request("a", IMAGE).model_copy(update={"json_schema": {"type": "object"}}),
    "schema name": request("a", IMAGE).model_copy(update={"schema_name": "A"}),
    "split text": ModelRequest(messages=(Message.user("a", IMAGE), Message.user(""))),
}


@pytest.mark.parametrize("case", sorted(DIFFERENT))
def test_the_digest_tells_requests_apart(case: str) -> None:
    assert DIFFERENT[case].digest() != request("a", IMAGE).digest()


def test_equal_requests_have_equal_digests() -> None:
    again = ImagePart.from_bytes(PNG, media_type="image/png")
    assert request("a", IMAGE).digest() == request("a", again).digest()
    assert request("a", IMAGE) == request("a", again)


@given(
    text=st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    tokens=st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)),
    finish=st.sampled_from(["", "stop", "length"]),
)
def test_a_reply_round_trips_through_json(text: str, tokens: tuple[int, int], finish: str) -> None:
    reply = ModelReply(
        text=text,
        usage=TokenUsage(input_tokens=tokens[0], output_tokens=tokens[1]),
        model="m",
        finish_reason=finish,
    )
    assert ModelReply.from_json(json.loads(json.dumps(reply.to_json()))) == reply
    assert reply.truncated == (finish == "length")


@pytest.mark.parametrize(
    "fields",
    [{"temperature": 3.0}, {"temperature": float("nan")}, {"max_tokens": 0}, {"messages": ()}, {"schema_name": "a b"}],
    ids=str,
)
def test_an_impossible_request_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ModelRequest.model_validate({"messages": (Message.user("a"),), **fields})
