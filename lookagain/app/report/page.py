"""The page: one self-contained file about one run or about many."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from lookagain.app.report import sections
from lookagain.app.report.answers import headline, show_answer
from lookagain.app.report.html import Child, Html, el, join
from lookagain.app.report.media import Embedder
from lookagain.app.report.numbers import duration
from lookagain.app.report.path import steps_of
from lookagain.core.blobs import write_atomic
from lookagain.core.result import Result

__all__ = ["render", "write_report"]

#: Filters of the index, in the order they are offered.
_STATES = ("confirmed", "refuted", "undecided", "needs_input", "failed")
#: Up to so many runs the first complete one is shown unfolded.
_FEW = 12
#: Sections that take the whole width; the others may stand side by side.
_WIDE = frozenset({"Evidence", "Pictures", "Path taken", "Answer", "Provenance"})


def write_report(results: Sequence[Result[Any]], path: Path, *, title: str = "") -> Path:
    """Write the report of ``results`` to ``path`` and give ``path`` back. An older report is replaced at once."""
    write_atomic(path, render(results, folder=path.parent, title=title).encode("utf-8"))
    return path


def render(results: Sequence[Result[Any]], *, folder: Path, title: str = "") -> str:
    """The report as text, to be stored in ``folder``: links to large files are relative to it."""
    embedder = Embedder(page_folder=folder)
    if len(results) == 1:
        name = title or f"{results[0].provenance.agent}: {sections.input_name(results[0])}"
        return _document(name, _article(results[0], embedder, level=1))
    first = next((number for number, result in enumerate(results) if result.status == "complete"), None)
    articles = [
        _folded(number, result, embedder, unfolded=number == first and len(results) <= _FEW)
        for number, result in enumerate(results)
    ]
    return _document(title or f"{len(results)} runs", join([_index(results, title), *articles]))


def _article(result: Result[Any], embedder: Embedder, *, level: int) -> Html:
    shown = show_answer(result)
    video, pictures = sections.pictures(result, embedder)
    parts: list[tuple[str, Child]] = [
        ("Evidence", sections.evidence_table(result, embedder) if result.status != "failed" else None),
        ("Pictures", pictures),
        *shown.details,
        ("Path taken", sections.walk(steps_of(result.run_dir))),
        ("Spent", sections.cost(result)),
        ("Files", sections.files(result, embedder)),
        ("Provenance", sections.provenance(result)),
    ]
    blocks = [
        el("section", el(f"h{level + 1}", name), body, class_="wide" if name in _WIDE else None)
        for name, body in parts
        if body is not None
    ]
    return join([_hero(result, shown.headline, video, level), *blocks])


def _hero(result: Result[Any], answer: Html, video: Html | None, level: int) -> Html:
    reason = el("p", result.verdict.reason, class_="reason") if result.verdict.reason else None
    words = el(
        "div",
        el("p", result.provenance.agent, class_="kicker"),
        el(f"h{level}", el("bdi", sections.input_name(result))),
        answer if result.error is None else None,
        el("div", sections.badge(result), reason, class_="verdict"),
        sections.problem(result),
    )
    return el("header", words, video, class_="hero")


def _index(results: Sequence[Result[Any]], title: str) -> Html:
    counts = Counter(sections.state_of(result) for result in results)
    buttons = [el("button", f"all {len(results)}", type="button", data_filter="", aria_pressed="true")]
    buttons += [
        el(
            "button",
            f"{state.replace('_', ' ')} {counts[state]}",
            type="button",
            data_filter=state,
            aria_pressed="false",
        )
        for state in _STATES
        if counts[state]
    ]
    return el(
        "header",
        el("h1", title or f"{len(results)} runs"),
        el("div", *buttons, class_="filters", role="group", aria_label="show by verdict"),
        class_="overview",
    )


def _folded(number: int, result: Result[Any], embedder: Embedder, *, unfolded: bool) -> Html:
    summary = el(
        "summary", el("span", el("bdi", sections.input_name(result)), class_="name"), sections.badge(result),
        el("span", headline(result), class_="brief"), el("span", duration(result.usage.seconds), class_="time"),
    )  # fmt: skip
    body = el("details", summary, el("div", _article(result, embedder, level=2), class_="inside"), open=unfolded)
    return el("article", body, id=f"item-{number}", data_state=sections.state_of(result))


@cache
def _template(name: str) -> str:
    return (package_files("lookagain.app") / "templates" / name).read_text(encoding="utf-8")


def _document(title: str, body: Html) -> str:
    """The whole file. The policy forbids every request to anywhere; only our own script may run."""
    style, script = _template("report.css"), _template("report.js")
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        "default-src 'none'; img-src data: 'self' file:; media-src data: 'self' file:; "
        f"style-src 'unsafe-inline'; script-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    )
    head = el(
        "head",
        el("meta", charset="utf-8"),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", f"{title} – lookagain"),
        Html(f"<style>{style}</style>"),
    )
    bar = el(
        "div",
        el("span", "lookagain", class_="brand"),
        el("span", "look, propose, check, look again", class_="motto"),
        class_="bar",
    )
    page = el("body", bar, el("main", body), Html(f"<script>{script}</script>"))
    return f"<!doctype html>\n{el('html', head, page, lang='en')}\n"
