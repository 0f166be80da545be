"""Reads a page back as a browser would, strictly."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "img", "br", "input", "source", "link"})


@dataclass
class Page:
    """Elements in order, the text outside of style and script, and what was wrong with the nesting."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""
    faults: list[str] = field(default_factory=list)

    def attributes(self, *names: str) -> list[str]:
        """The values of attributes of these names."""
        return [value or "" for _, found in self.elements for name, value in found.items() if name in names]

    def count(self, tag: str) -> int:
        """How many elements of this tag there are."""
        return sum(name == tag for name, _ in self.elements)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.page.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.page.text += data


def read(source: str) -> Page:
    """The page of an HTML text."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    reader.page.faults += [f"<{tag}> is never closed" for tag in reader.open]
    return reader.page
