"""HTML that cannot be injected into: every text is escaped unless it is already ``Html``.

Names of files, words of models and fields of results are hostile until proven otherwise; here is the only
place where they become markup.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import TypeAlias

__all__ = ["Child", "Html", "clean", "el", "join", "text"]

#: Controls, lone surrogates and bidirectional overrides: they change what a reader sees, or break the file.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_VOID = frozenset({"meta", "img", "br", "input", "source", "path", "rect", "circle", "link"})
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")


class Html(str):
    """Markup that is safe to write as it is. Only this module's functions make it from text."""

    __slots__ = ()


Child: TypeAlias = "Html | str | None"
_Attribute: TypeAlias = "str | int | float | bool | None"


def clean(value: str) -> str:
    """``value`` with everything unprintable replaced by U+FFFD; tabs and newlines stay."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", value)


def text(value: object) -> Html:
    """Any value as escaped text."""
    return Html(html.escape(clean(str(value)), quote=True))


def join(children: Iterable[Child], separator: str = "") -> Html:
    """Children one after the other; plain strings are escaped, None is left out."""
    parts = (child if isinstance(child, Html) else text(child) for child in children if child is not None)
    return Html(separator.join(parts))


def el(tag: str, /, *children: Child, **attributes: _Attribute) -> Html:
    """An element. ``class_`` is written ``class``, ``data_label`` is written ``data-label``.

    An attribute that is True stands alone, one that is None or False is left out. Raises ``ValueError`` for a
    tag or attribute name that is not a plain word: names never come from outside.
    """
    names = {key: key.rstrip("_").replace("_", "-") for key in attributes}
    for name in (tag, *names.values()):
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a name of an element or attribute: {name!r}")
    shown = "".join(
        f" {names[key]}" if value is True else f' {names[key]}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if tag in _VOID and not children:
        return Html(f"<{tag}{shown}>" if tag not in {"path", "rect", "circle"} else f"<{tag}{shown}/>")
    return Html(f"<{tag}{shown}>{join(children)}</{tag}>")
