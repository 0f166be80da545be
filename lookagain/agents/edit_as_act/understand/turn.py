"""Clauses that turn or line up: rotate, face, align. Angles in degrees, counter-clockwise seen from above."""

from __future__ import annotations

import math
from typing import Final

from lookagain.agents.edit_as_act.understand.attach import Located, Part, Phrase
from lookagain.agents.edit_as_act.understand.edit import Edit
from lookagain.agents.edit_as_act.understand.place import each_other
from lookagain.agents.edit_as_act.understand.syntax import Amount, Side
from lookagain.agents.edit_as_act.understand.where import axis_of

__all__ = ["align", "rotate"]

#: Turning to the left is counter-clockwise seen from above.
_SENSES: Final = {"clockwise": -1.0, "right": -1.0, "counterclockwise": 1.0, "left": 1.0}
_POINTS: Final = {"north": 0.0, "west": 90.0, "south": 180.0, "east": 270.0}
_EXPECTED: Final = "an angle or what to face, such as 'by 90 degrees' or 'towards the window'"


def rotate(edit: Edit, part: Part) -> None:
    """By an angle, to an angle, or towards something."""
    subject, goals = part.subject, part.goals
    if subject is not None and not goals and edit.scope.mentions and subject.noun.group != "pronoun":
        # "Move the chair there and face the window": the thing is the one of before, the noun is what it faces.
        _face(edit, edit.subject(None), (subject,))
        return
    things = edit.subject(subject)
    sense = next((_SENSES[one.kind] for one in goals if isinstance(one, Side) and one.kind in _SENSES), 1.0)
    angle = any(isinstance(one, Amount) for one in goals)
    for goal in goals:
        match goal:
            case Amount(unit="degree"):
                _by(edit, things, sense * goal.value, absolute=goal.preposition == "to")
            case Located():
                _to(edit, things, goal)
            case Side():
                if not angle:
                    _side(edit, things, goal)
            case _:
                edit.fail(_EXPECTED, span=goal.span)
    if not goals:
        edit.fail(_EXPECTED, reason="it is not said how far or to what")


def _to(edit: Edit, things: tuple[str, ...], goal: Located) -> None:
    """Towards something, away from it, or parallel to it."""
    match goal.kind:
        case "facing" | "to" | "toward" | "at":
            _face(edit, things, goal.targets)
        case "away" | "facing_away":
            _face_away(edit, things, goal.targets)
        case "parallel" | "in_line":
            for one in things:
                for target in edit.targets(goal.targets, things):
                    edit.say("aligned_with", one, target, "yaw")
        case _:
            edit.fail(_EXPECTED, span=goal.place.span)


def _side(edit: Edit, things: tuple[str, ...], side: Side) -> None:
    """A direction without an angle."""
    if side.kind in _POINTS:
        _by(edit, things, _POINTS[side.kind], absolute=True)
    elif side.kind == "around":
        _by(edit, things, 180.0)
    elif side.kind in _SENSES:
        edit.finder.notes.append("no angle is said; took 90 degrees.")
        _by(edit, things, _SENSES[side.kind] * 90.0)
    else:
        edit.fail(_EXPECTED, span=side.span)


def _by(edit: Edit, things: tuple[str, ...], degrees: float, *, absolute: bool = False) -> None:
    for one in things:
        now = edit.yaws.get(one, edit.scope.yaws.get(one, math.degrees(edit.box(one).yaw)))
        edit.turn_to(one, degrees if absolute else now + degrees)


def _face(edit: Edit, things: tuple[str, ...], phrases: tuple[Phrase, ...]) -> None:
    if phrases[0].noun.head == "each_other":
        each_other(edit, things)
        return
    for target in edit.targets(phrases, things):
        for one in things:
            edit.say("is_facing", one, target)


def _face_away(edit: Edit, things: tuple[str, ...], phrases: tuple[Phrase, ...]) -> None:
    (target, *_) = edit.targets(phrases, things)
    for one in things:
        own, other = edit.box(one).centre, edit.box(target).centre
        dx, dy = own.x - other.x, own.y - other.y
        edit.turn_to(one, math.degrees(math.atan2(-dx, dy)))


def align(edit: Edit, part: Part) -> None:
    """With something, or with one another along the axis on which they already differ least."""
    things = edit.subject(part.subject)
    targets = [one for one in part.goals if isinstance(one, Located)]
    if targets:
        for goal in targets:
            kind = "yaw" if goal.kind == "parallel" else ""
            for target in edit.targets(goal.targets, things):
                for one in things:
                    edit.say("aligned_with", one, target, kind or axis_of(edit, one, target))
        return
    if len(things) < 2:
        edit.fail("what to align it with, such as 'with the table'", reason="one thing alone cannot be aligned")
    centres = [edit.box(one).centre for one in things]
    spread = [max(at[axis] for at in centres) - min(at[axis] for at in centres) for axis in (0, 1)]
    for one in things[1:]:
        edit.say("aligned_with", one, things[0], "x" if spread[0] <= spread[1] else "y")
