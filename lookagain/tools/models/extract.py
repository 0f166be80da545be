"""The one JSON object in what a model wrote: a stated, narrow tolerance.

Accepted, in this order:

1. the whole text is one JSON object;
2. the same after a leading ``<think>...</think>`` block is dropped;
3. one Markdown code fence whose content is one JSON object;
4. one JSON object with prose before or after it.

In 3 and 4 the prose around it must hold no brace, square bracket or further fence: what could be read in two
ways, or is the inside of something cut off, is an error. So are duplicate keys, NaN and infinite numbers,
and text above ``MAX_REPLY_CHARS``.
"""

from __future__ import annotations

import json
import math
import re

__all__ = ["MAX_REPLY_CHARS", "UnreadableReplyError", "extract_json_object"]

#: Longer replies are refused unread.
MAX_REPLY_CHARS = 200_000

_THINKING = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_STRUCTURE = re.compile(r"[{}\[\]]|```")


class UnreadableReplyError(ValueError):
    """The text does not hold exactly one JSON object; the message says what is wrong, for the model to read."""


def extract_json_object(text: str) -> str:
    """The JSON text of the one object in ``text``. Raises ``UnreadableReplyError`` for anything else."""
    if len(text) > MAX_REPLY_CHARS:
        raise UnreadableReplyError(
            f"the reply has {len(text)} characters; at most {MAX_REPLY_CHARS} are read. Answer shorter."
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UnreadableReplyError("the reply holds half of a surrogate pair, which is no text.") from error
    body = _THINKING.sub("", text, count=1).strip()
    if not body:
        raise UnreadableReplyError("the reply is empty; expected one JSON object.")
    if body.startswith("{") and body.endswith("}"):
        return _only_object(body)
    lines = body.split("\n")
    marks = [index for index, line in enumerate(lines) if line.lstrip().startswith("```")]
    if not marks:
        return _object_in_prose(body)
    if len(marks) != 2 or lines[marks[0]].strip().lower() not in {"```", "```json"} or lines[marks[1]].strip() != "```":
        raise UnreadableReplyError(
            f"the reply holds {len(marks)} lines that open or close a code block; "
            "expected one JSON object, alone or in one block."
        )
    first, last = marks
    _refuse_structure("\n".join((*lines[:first], *lines[last + 1 :])))
    return _only_object("\n".join(lines[first + 1 : last]).strip())


def _object_in_prose(body: str) -> str:
    start = body.find("{")
    if start < 0:
        raise UnreadableReplyError("the reply holds no JSON object.")
    _, end = _decode(body, start)
    _refuse_structure(body[:start] + body[end:])
    return body[start:end]


def _only_object(text: str) -> str:
    if not text.startswith("{"):
        raise UnreadableReplyError("the reply is not a JSON object: it must start with '{'.")
    _, end = _decode(text, 0)
    if end != len(text):
        raise UnreadableReplyError(
            f"the reply goes on after its first JSON object, at character {end}: {text[end : end + 40]!r}. "
            "Expected exactly one object and nothing else."
        )
    return text


def _refuse_structure(prose: str) -> None:
    found = _STRUCTURE.search(prose)
    if found:
        raise UnreadableReplyError(
            f"the text around the JSON object holds {found[0]!r}, so it is not clear which object is meant. "
            "Answer with exactly one JSON object and nothing else."
        )


def _decode(text: str, start: int) -> tuple[object, int]:
    decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite, strict=True)
    try:
        value, end = decoder.raw_decode(text, start)
    except UnreadableReplyError:
        raise
    except RecursionError as error:
        raise UnreadableReplyError("the JSON is nested too deeply.") from error
    except json.JSONDecodeError as error:
        raise UnreadableReplyError(
            f"the JSON cannot be read: {error.msg} at line {error.lineno} column {error.colno}."
        ) from error
    except ValueError as error:
        raise UnreadableReplyError(f"the JSON cannot be read: {error}.") from error
    return value, end


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise UnreadableReplyError(f"the key {key!r} appears twice in one JSON object.")
        found[key] = value
    return found


def _no_constant(name: str) -> float:
    raise UnreadableReplyError(f"{name} is not a JSON number.")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise UnreadableReplyError(f"the number {digits[:40]} is too large.")
    return value
