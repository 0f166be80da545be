"""What is asked of a model and what it replies: frozen values that round-trip through JSON."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import Field, field_validator

from lookagain.core.errors import InputError
from lookagain.core.values import Json, Value, canonical_json, digest

__all__ = [
    "ImageMediaType",
    "ImagePart",
    "Message",
    "ModelReply",
    "ModelRequest",
    "Part",
    "Role",
    "TextPart",
    "TokenUsage",
]

Role: TypeAlias = Literal["system", "user", "assistant"]
ImageMediaType: TypeAlias = Literal["image/jpeg", "image/png", "image/webp", "image/gif"]

_IMAGE_TYPES: tuple[str, ...] = get_args(ImageMediaType)
_DATA_URL = re.compile(r"data:(image/[a-z]+);base64,([A-Za-z0-9+/]+={0,2})", re.ASCII)
_Count = Annotated[int, Field(ge=0)]


class TextPart(Value):
    """Text of a message."""

    kind: Literal["text"] = "text"
    text: str


class ImagePart(Value):
    """An encoded image of a message. ``data`` is base64, encoded once and sent as it is by every back-end."""

    kind: Literal["image"] = "image"
    media_type: ImageMediaType
    data: str

    @field_validator("data")
    @classmethod
    def _is_base64(cls, data: str) -> str:
        try:
            raw = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError(f"expected base64 data, got {data[:20]!r}...: {error}") from error
        if not raw:
            raise ValueError("expected the bytes of an image, got none")
        return data

    @classmethod
    def from_bytes(cls, data: bytes, *, media_type: ImageMediaType) -> ImagePart:
        """An image from the bytes of its file (already JPEG, PNG, WebP or GIF; nothing is re-encoded)."""
        if not data:
            raise InputError("expected the bytes of an image, got none.", hint="Encode the image first.")
        return cls(media_type=media_type, data=base64.b64encode(data).decode("ascii"))

    @classmethod
    def from_data_url(cls, url: str) -> ImagePart:
        """An image from ``data:image/png;base64,...``. Raises ``InputError`` for anything else."""
        match = _DATA_URL.fullmatch(url)
        if match is None or match[1] not in _IMAGE_TYPES:
            raise InputError(
                f"expected a data URL of {', '.join(_IMAGE_TYPES)} in base64, got {url[:40]!r}.",
                hint="Read the file and use ImagePart.from_bytes.",
            )
        return cls.model_validate({"media_type": match[1], "data": match[2]})

    @cached_property
    def sha256(self) -> str:
        """SHA-256 (hexadecimal) of the encoded image's bytes."""
        return hashlib.sha256(base64.b64decode(self.data)).hexdigest()

    @property
    def data_url(self) -> str:
        """The image as ``data:MEDIA_TYPE;base64,DATA``."""
        return f"data:{self.media_type};base64,{self.data}"


Part: TypeAlias = Annotated[TextPart | ImagePart, Field(discriminator="kind")]


class Message(Value):
    """One turn. Parts keep their order: put what several requests share first, so that servers reuse it."""

    role: Role
    parts: tuple[Part, ...]

    @classmethod
    def system(cls, text: str) -> Message:
        """The instructions."""
        return cls(role="system", parts=(TextPart(text=text),))

    @classmethod
    def user(cls, *parts: str | TextPart | ImagePart) -> Message:
        """What the user says and shows; plain text becomes a ``TextPart``."""
        return cls(role="user", parts=tuple(TextPart(text=p) if isinstance(p, str) else p for p in parts))

    @classmethod
    def assistant(cls, text: str) -> Message:
        """What the model said before."""
        return cls(role="assistant", parts=(TextPart(text=text),))

    @property
    def text(self) -> str:
        """The text parts joined by blank lines; images are left out."""
        return "\n\n".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def images(self) -> tuple[ImagePart, ...]:
        """The images in their order."""
        return tuple(part for part in self.parts if isinstance(part, ImagePart))


class ModelRequest(Value):
    """One call to a model.

    ``json_schema`` asks for a JSON object of that schema, named ``schema_name``; a back-end constrains its
    decoding to it where it can. ``temperature`` None leaves it to the back-end; ``max_tokens`` bounds the
    reply; ``seed`` is passed to back-ends that take one.
    """

    messages: Annotated[tuple[Message, ...], Field(min_length=1)]
    schema_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None
    json_schema: dict[str, Any] | None = None
    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] | None = 0.0
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    seed: int | None = None

    def to_json(self) -> dict[str, Json]:
        """The request as JSON values for the journal: an image is its media type and SHA-256, not its data."""
        dumped: dict[str, Json] = self.model_dump(mode="json", exclude={"messages"})
        dumped["messages"] = [
            {"role": message.role, "parts": [_part_json(part) for part in message.parts]} for message in self.messages
        ]
        return dumped

    def digest(self) -> str:
        """SHA-256 (hexadecimal) of the canonical JSON of ``to_json()``: equal requests, equal digests."""
        return digest(self.to_json())

    @property
    def images(self) -> tuple[ImagePart, ...]:
        """All images of all messages in their order."""
        return tuple(image for message in self.messages for image in message.images)


class TokenUsage(Value):
    """Tokens of one call; zero where the back-end does not report them."""

    input_tokens: _Count = 0
    output_tokens: _Count = 0


class ModelReply(Value):
    """What a model replied: ``text`` as it came, ``finish_reason`` as the back-end names it ("" unknown)."""

    text: str
    usage: TokenUsage = TokenUsage()
    model: str = ""
    finish_reason: str = ""

    @property
    def truncated(self) -> bool:
        """Whether the reply was cut off at the token limit."""
        return self.finish_reason in {"length", "max_tokens", "MAX_TOKENS"}

    def to_json(self) -> dict[str, Json]:
        """The reply as JSON values."""
        dumped: dict[str, Json] = self.model_dump(mode="json")
        canonical_json(dumped)
        return dumped

    @classmethod
    def from_json(cls, value: Json) -> ModelReply:
        """The reply that ``to_json`` gave."""
        return cls.model_validate(value)


def _part_json(part: TextPart | ImagePart) -> Json:
    if isinstance(part, ImagePart):
        return {"kind": "image", "media_type": part.media_type, "sha256": part.sha256}
    return {"kind": "text", "text": part.text}
