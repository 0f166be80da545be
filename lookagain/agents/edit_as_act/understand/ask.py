"""Questions: what a phrase may mean, told so that a person can choose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lookagain.agents.edit_as_act.understand.scope import Scope
from lookagain.agents.edit_as_act.understand.syntax import Noun
from lookagain.agents.edit_as_act.understand.values import Ambiguous, Candidate

__all__ = ["candidate", "question"]


def question(scope: Scope, noun: Noun, ids: Iterable[str], *, wanted: int | None, reason: str) -> Ambiguous:
    """Which of these does the phrase mean? ``reason``: why nothing fits, empty where several things do."""
    found = _told(scope, tuple(candidate(scope, id_) for id_ in ids))
    many = "Which one" if wanted == 1 else "Which" if wanted is None else f"Which {wanted}"
    opening = f"{reason[:1].upper()}{reason[1:]}." if reason else f"{noun.text!r} fits {len(found)} things."
    listed = "; ".join(f"{number}. {one.text}" for number, one in enumerate(found, 1))
    return Ambiguous(
        text=scope.text,
        question=f"{opening} {many} is meant? {listed}.",
        phrase=noun.text,
        span=noun.span,
        candidates=found,
        reason="none" if reason else "several",
        wanted=wanted,
        choices=scope.choices,
    )


def candidate(scope: Scope, id_: str) -> Candidate:
    """What tells a thing from others."""
    room = scope.room(id_) or ""
    box = scope.box(id_)
    category = scope.category(id_) or id_.split(":", maxsplit=1)[0]
    return Candidate(
        id=id_,
        category=category,
        room=room,
        position=f"at ({box.centre.x:.1f}, {box.centre.y:.1f})" if box is not None else "",
        size=" x ".join(f"{side:.2f}" for side in box.size) + " m" if box is not None else "",
        text=f"{category} [{id_}]",
    )


def _told(scope: Scope, found: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """The candidates with a text that says what not all have in common."""
    told = []
    for one in found:
        kind = scope.world.scene.rooms[one.room].kind if one.room else ""
        parts = [one.text]
        if len({other.room for other in found}) > 1 and one.room:
            parts.append(f"in {kind} [{one.room}]")
        parts.append(one.position)
        if len({other.size for other in found}) > 1:
            parts.append(one.size)
        told.append(replace(one, text=", ".join(part for part in parts if part)))
    return tuple(told)
