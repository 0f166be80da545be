"""The section for a scene edit: the plan in words, and what changed."""

from __future__ import annotations

from typing import Any

from lookagain.agents.edit_as_act.task import ObjectChange, SceneEdit
from lookagain.app.report.html import Html, el
from lookagain.app.report.numbers import number
from lookagain.app.report.shown import Shown

__all__ = ["show_edit"]

_FIELDS = ("category", "room", "parent", "holding", "style", "asset", "states")


def show_edit(edit: SceneEdit) -> Shown:
    """The plan at the top; goals and changes as sections."""
    lines = [el("p", f"{number}. {step.words} ", el("code", step.action)) for number, step in enumerate(edit.plan, 1)]
    plan = lines or [el("p", "Nothing to do: the scene is so already.")]
    return Shown(
        headline=el("div", el("p", edit.instruction, class_="plain"), *plan, class_="headline"),
        plain=" ".join(step.words for step in edit.plan) or "Nothing to do.",
        details=(("Goals", _goals(edit)), ("Changed objects", _changes(edit))),
    )


def _goals(edit: SceneEdit) -> Html:
    proof = "No shorter plan exists." if edit.optimal else "A shorter plan may exist."
    return el("div", el("ul", *(el("li", el("code", goal)) for goal in edit.goal)), el("p", proof))


def _changes(edit: SceneEdit) -> Html:
    rows = [el("tr", el("td", el("code", one.id)), el("td", _words(one))) for one in edit.changes]
    if not rows:
        return el("p", "None.", class_="missing")
    kept = el("p", f"{edit.unchanged} other objects are as they were.")
    shapes = [el("p", f"The shape of {id_} is from: {source}.") for id_, source in sorted(edit.shapes.items())]
    head = el("tr", el("th", "object", scope="col"), el("th", "change", scope="col"))
    return el("div", el("table", el("thead", head), el("tbody", *rows)), kept, *shapes)


def _words(change: ObjectChange) -> str:
    if change.after is None:
        return "removed"
    after = _flat(change.after)
    if change.before is None:
        return "new: " + ", ".join(f"{name} {value}" for name, value in after.items() if value)
    before = _flat(change.before)
    moved = [f"{name}: {before[name]} → {after[name]}" for name in after if before.get(name) != after[name]]
    return "; ".join(moved) or "less than a millimetre"


def _flat(values: dict[str, Any]) -> dict[str, str]:
    box = values["box"]
    flat = {
        "at": " ".join(number(value, 4) for value in box["centre"]),
        "size": " x ".join(number(value, 4) for value in box["size"]),
        "yaw": f"{number(57.29577951308232 * box['yaw'], 4)}°",
    }
    return {**flat, **{name: str(values[name] or "") for name in _FIELDS}}
