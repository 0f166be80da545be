"""The sections of a run's report that are the same for every agent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lookagain.app.report.html import Html, el, join
from lookagain.app.report.media import Embedder
from lookagain.app.report.numbers import duration, number
from lookagain.app.report.path import draw_path
from lookagain.core.blobs import BlobRef
from lookagain.core.limits import Usage
from lookagain.core.result import Evidence, Result
from lookagain.runtime.journal import Step

__all__ = [
    "badge",
    "cost",
    "evidence_table",
    "files",
    "input_name",
    "pictures",
    "problem",
    "provenance",
    "state_of",
    "walk",
]

_MARKS = {
    "confirmed": "✓", "refuted": "✕", "undecided": "?",
    "failed": "!", "limited": "…", "needs_input": "?",
}  # fmt: skip
_SMALL = 0.1
_MAX_WORDS = 24
_PLAYABLE = ("image/", "video/")
#: Pictures that say again what the page typesets.
_TYPESET = frozenset({"equation", "equation.png"})
_CAPTIONS = {
    "overlay": "Predicted against seen, on the video",
    "phase": "Phase portrait",
    "residuals": "Residuals",
    "track": "Tracked path",
    "rollout": "Seen, rolled out by the law, and the difference",
    "frames": "Frames seen, rolled out by the law, and the difference",
    "error": "Error of the roll-out over time",
    "top": "From above, before and after, changed objects marked",
    "perspective": "In perspective, before and after",
}


def badge(result: Result[Any]) -> Html:
    """The verdict in one word, or the status of a run that did not complete."""
    word = state_of(result)
    return el(
        "span",
        el("span", _MARKS.get(word, "·"), aria_hidden="true"),
        f" {word.replace('_', ' ')}",
        class_=f"badge {word}",
    )


def state_of(result: Result[Any]) -> str:
    """The one word an item is filtered by: the verdict, or ``failed`` or ``needs_input``."""
    return result.status if result.status in {"failed", "needs_input"} else result.verdict.value


def input_name(result: Result[Any]) -> str:
    """What the run is about: the first hashed input by its name, with how many more of its field; else the agent."""
    fields = [key.partition(":") for key in result.provenance.inputs]
    if not fields:
        return result.provenance.agent
    field, _, name = fields[0]
    more = sum(other == field for other, _, _ in fields) - 1
    return (name or field) + (f" + {more} more" if more else "")


def problem(result: Result[Any]) -> Html | None:
    """What stopped the run, and what to do; None for a complete one."""
    if result.error is not None:
        hint = el("p", result.error.hint) if result.error.hint else None
        return el(
            "div",
            el("p", el("strong", result.error.kind), ": ", result.error.message),
            hint,
            class_="problem",
            role="note",
        )
    if result.question is not None:
        choices = (
            el("ul", *(el("li", choice) for choice in result.question.choices)) if result.question.choices else None
        )
        remedy = el("p", "Answer it with ", el("code", "lookagain resume RUN --answer TEXT"), ".")
        return el(
            "div",
            el("p", el("strong", "The run asks: "), result.question.text),
            choices,
            remedy,
            class_="problem",
            role="note",
        )
    if result.status == "limited":
        note = result.note or "A limit was reached."
        return el("div", el("p", el("strong", "Stopped early. "), note), class_="problem", role="note")
    return None


def evidence_table(result: Result[Any], embedder: Embedder) -> Html:
    """The chain of evidence: claim, how it was checked, measured against expected, whether it holds."""
    if not result.evidence:
        return el("p", "Nothing was checked.", class_="missing")
    names = ("", "claim", "how it was checked", "measured", "expected")
    head = el(
        "tr",
        *(
            el(
                "th",
                name or el("span", "holds", class_="hidden"),
                scope="col",
                class_="n" if name in {"measured", "expected"} else None,
            )
            for name in names
        ),
    )
    rows = [_evidence_row(entry, result, embedder) for entry in result.evidence]
    table = el("table", el("thead", head), el("tbody", *rows), class_="cards evidence")
    return join([el("p", _tally(result.evidence), class_="tally"), table])


def _tally(evidence: Sequence[Evidence]) -> str:
    checked = [entry.holds for entry in evidence if entry.holds is not None]
    informs = len(evidence) - len(checked)
    more = f", {informs} more for information" if informs else ""
    return f"{sum(checked)} of {len(checked)} checks hold{more}."


def _evidence_row(entry: Evidence, result: Result[Any], embedder: Embedder) -> Html:
    mark, word, kind = {
        True: ("✓", "holds", "confirmed"), False: ("✕", "does not hold", "refuted"), None: ("i", "informs", "informs"),
    }[entry.holds]  # fmt: skip
    unit = f" {entry.unit}" if entry.unit else ""
    # A number stands in its column, and so does a word; a sentence needs the room of the claim.
    words = entry.text if len(entry.text) <= _MAX_WORDS else ""
    measured = f"{_measured(entry.measured)}{unit}" if entry.measured is not None else words or "–"
    said = el("span", entry.text, class_="note") if entry.text and entry.text != measured else None
    linked = (
        el("span", embedder.link(entry.artifact, result.run_dir), class_="note")
        if entry.artifact is not None and result.run_dir is not None
        else None
    )
    expected = _expected(entry, unit)
    return el(
        "tr",
        el(
            "td",
            el("span", mark, title=word, class_=f"mark {kind}", aria_hidden="true"),
            el("span", word, class_="hidden"),
            class_="holds",
        ),
        el("td", entry.claim, said, data_label="claim"),
        el("td", entry.method, linked, data_label="how it was checked"),
        el("td", measured, data_label="measured", class_="n"),
        el("td", expected, data_label="expected", class_="n"),
    )


def _measured(value: float) -> str:
    """Small numbers need fewer digits than those that may be close to 1."""
    return number(value, 6 if abs(value) >= _SMALL else 3)


def _expected(entry: Evidence, unit: str) -> str:
    if entry.expected is None:
        return "–"
    sign = {"<=": "≤", ">=": "≥", "==": "="}.get(entry.expected.op, entry.expected.op)
    return f"{sign} {number(entry.expected.value)}{unit}"


def pictures(result: Result[Any], embedder: Embedder) -> tuple[Html | None, Html | None]:
    """The run's video, which stands beside the answer, and a row of its other pictures."""
    shown = [
        (name, ref)
        for name, ref in result.artifacts.items()
        if ref.media_type.startswith(_PLAYABLE) and name not in _TYPESET
    ]
    shown.sort(key=lambda pair: not pair[1].media_type.startswith("video/"))
    figures = [_figure(name, ref, result, embedder) for name, ref in shown]
    lead = figures.pop(0) if shown and shown[0][1].media_type.startswith("video/") else None
    return lead, el("div", *figures, class_="figures") if figures else None


def _figure(name: str, ref: BlobRef, result: Result[Any], embedder: Embedder) -> Html:
    stem = name.partition(".")[0]
    of, _, number = stem.rpartition("-")
    caption = _CAPTIONS.get(stem, stem.replace("_", " "))
    if of in _CAPTIONS and number.isdecimal():
        caption = f"{_CAPTIONS[of]} {number}"
    media = embedder.show(ref, result.run_dir, alt=caption, name=ref.name)
    return el("figure", el("div", media, class_="frame"), el("figcaption", caption))


def files(result: Result[Any], embedder: Embedder) -> Html | None:
    """Links to everything the run left behind."""
    if result.run_dir is None or not result.artifacts:
        return None
    links = [el("li", embedder.link(ref, result.run_dir, name=ref.name)) for ref in result.artifacts.values()]
    return el("ul", *links, class_="files")


def walk(steps: tuple[Step, ...]) -> Html | None:
    """The states the run went through: a picture, and the list of steps."""
    if not steps:
        return None
    items = [el("li", el("code", step.node), f" {duration(step.seconds)}") for step in steps]
    listed = el("details", el("summary", f"all {len(steps)} steps"), el("ol", *items))
    return el(
        "div", el("div", draw_path(steps), class_="scroll", tabindex=0, role="region", aria_label="path taken"), listed
    )


def cost(result: Result[Any]) -> Html | None:
    """What the run spent; None where nothing was."""
    usage = result.usage
    if usage == Usage():
        return None
    tokens = usage.input_tokens + usage.output_tokens
    tiles = [
        ("time", duration(usage.seconds)),
        ("frames decoded", f"{usage.frames:,}"),
        ("model calls", f"{usage.model_calls:,}"),
    ]
    tiles += [("tokens", f"{tokens:,}")] if tokens else []
    tiles += [("expert calls", f"{usage.expert_calls:,}")] if usage.expert_calls else []
    pairs = (el("div", el("dt", name), el("dd", value)) for name, value in tiles)
    return el("dl", *pairs, class_="tiles")


def _hash(value: str) -> Html | str:
    return el("code", f"sha256 {value}") if value else "not read"


def _label(kind: str, name: str) -> str:
    """``video:a.mp4`` is the input ``a.mp4`` of the field ``video``."""
    return f"{kind} {name.partition(':')[2] or name}"


def provenance(result: Result[Any]) -> Html:
    """Where the result comes from: enough to run it again."""
    source = result.provenance
    rows: list[tuple[str, Html | str]] = [
        ("agent", f"{source.agent}, lookagain {source.version}"),
        ("model", source.model or "none: the built-in proposer"),
        ("seed", str(source.seed)),
    ]
    rows += [
        (_label("input", name), el("code", f"sha256 {value}") if value else "not read")
        for name, value in source.inputs.items()
    ]
    rows += [(f"prompt {name}", el("code", value[:16])) for name, value in source.prompts.items()]
    rows += [(f"expert {name}", value) for name, value in source.experts.items()]
    if source.versions:
        rows.append(("versions", ", ".join(f"{name} {value}" for name, value in source.versions.items())))
    rows += [(f"task: {name}", el("code", str(value))) for name, value in result.task.items() if value is not None]
    if result.run_dir is not None:
        rows.append(("open it again", el("code", f"lookagain report {result.run_dir.name}")))
    pairs = (join([el("dt", el("bdi", name)), el("dd", value)]) for name, value in rows)
    return el("dl", *pairs, class_="pairs")
