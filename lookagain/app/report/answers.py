"""What an agent answered, shown: a section of its own for the answers that have one, a plain table for all others.

To give the answer of a new agent its own section, write a function ``(answer) -> Shown`` in a module beside this
one and register it on ``show``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

from lookagain.agents.edit_as_act.task import SceneEdit
from lookagain.agents.pixel2phys.answer import Law
from lookagain.app.report.edit import show_edit
from lookagain.app.report.html import Html, el, join, text
from lookagain.app.report.law import show_law
from lookagain.app.report.numbers import number
from lookagain.app.report.shown import Shown
from lookagain.core.result import Result
from lookagain.core.task import Answer
from lookagain.core.values import as_json

__all__ = ["headline", "show", "show_answer"]

_MAX_TEXT = 300
_MAX_DEPTH = 6
#: Fields that say an answer in one line, the first one that is there.
_HEADLINES = ("headline", "caption", "summary", "text", "answer", "expression")


def show_answer(result: Result[Any]) -> Shown:
    """The headline and the details of the answer; says why there is none where there is none."""
    if result.answer is None:
        reason = _no_answer(result)
        return Shown(headline=el("p", reason, class_="headline plain"), plain=reason)
    return show(result.answer)


def headline(result: Result[Any]) -> str:
    """The answer in one line of plain text, for an index or a terminal."""
    plain = " ".join(show_answer(result).plain.split())
    return plain if len(plain) <= _MAX_TEXT else plain[: _MAX_TEXT - 1] + "…"


@singledispatch
def show(answer: Answer) -> Shown:
    """How an answer is shown; this is the way for every type that has no section of its own."""
    values: Mapping[str, Any] = as_json(answer)
    name = next((name for name in _HEADLINES if isinstance(values.get(name), str) and values[name]), None)
    plain = values[name] if name else "; ".join(f"{key}: {_brief(value)}" for key, value in values.items())
    rows = [el("tr", el("th", key, scope="row"), el("td", _value(value))) for key, value in values.items()]
    table = el("table", el("tbody", *rows), class_="pairs")
    return Shown(headline=el("p", plain, class_="headline plain"), plain=plain, details=(("Answer", table),))


show.register(Law, show_law)
show.register(SceneEdit, show_edit)


def _no_answer(result: Result[Any]) -> str:
    if result.error is not None:
        return result.error.message
    if result.question is not None:
        return result.question.text
    return result.note or "No answer was found."


def _brief(value: object) -> str:
    if isinstance(value, list | dict):
        return f"{len(value)} entries"
    return number(value) if isinstance(value, float) else str(value)


def _value(value: object, depth: int = 0) -> Html:
    if depth > _MAX_DEPTH:
        return text("…")
    if isinstance(value, Mapping):
        pairs = ((el("dt", str(key)), el("dd", _value(item, depth + 1))) for key, item in value.items())
        return el("dl", *(part for pair in pairs for part in pair))
    if isinstance(value, list):
        return el("ul", *(el("li", _value(item, depth + 1)) for item in value))
    return join([_brief(value)])
