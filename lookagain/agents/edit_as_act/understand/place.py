"""Clauses that bring things somewhere: add, put, move, copy. Distances and defaults in metres."""

from __future__ import annotations

import math

from lookagain.agents.edit_as_act.understand.attach import Located, Part, Phrase
from lookagain.agents.edit_as_act.understand.edit import Edit
from lookagain.agents.edit_as_act.understand.limits import holds, separation
from lookagain.agents.edit_as_act.understand.stand import hanging, stand
from lookagain.agents.edit_as_act.understand.syntax import Amount, Side
from lookagain.agents.edit_as_act.understand.where import NEXT, by, corner, nudge, over

__all__ = ["add", "centre", "companion", "each_other", "place", "put"]


def add(edit: Edit, part: Part) -> None:
    """New things: as many as the noun says, each where the places say."""
    if part.subject is None:
        edit.fail("what to add", reason="it is not said what")
    noun = part.subject.noun
    if noun.group in ("pronoun", "id", "place", "room", "aspect"):
        edit.fail("a category of things", span=noun.span, reason=f"{noun.text!r} cannot be added")
    if any(isinstance(one, Located) for one in part.subject.limits):
        edit.fail("where to put it", span=noun.span, reason="a new thing cannot be told by where it is")
    like = None
    if noun.determiner == "another" and (same := edit.finder.fits(Phrase(noun=noun))):
        like = same[0]
    for one in part.goals:
        if isinstance(one, Located) and one.kind in ("like", "match"):
            like = edit.finder.one(one.targets[0])
    spread = _spread(edit, part)
    pair = any(isinstance(one, Located) and one.kind == "either" for one in part.goals)
    count = int(noun.number or (2 if pair or (noun.plural and not spread) else 1))
    if noun.plural and noun.number is None and not spread and not pair:
        edit.finder.notes.append(f"{noun.text!r}: took 2.")
    fresh = tuple(edit.bring_in(noun, like=like) for _ in range(max(1, count) * max(1, len(spread))))
    edit.main += fresh
    if spread:
        goal = next(one for one in part.goals if isinstance(one, Located))
        for index, id_ in enumerate(fresh):
            _located(edit, (id_,), goal.kind, (spread[index % len(spread)],), goal.amount)
        stand(edit, fresh)
        return
    place(edit, fresh, part, needed=False)


def _spread(edit: Edit, part: Part) -> tuple[str, ...]:
    """The things that each get an own new one: "a lamp on each nightstand"."""
    first = next((one for one in part.goals if isinstance(one, Located)), None)
    if first is None or first.kind == "between":
        return ()
    noun = first.targets[0].noun
    if noun.determiner in ("all", "both") and noun.group == "category":
        return edit.targets(first.targets, ())
    return ()


def put(edit: Edit, part: Part) -> None:
    """Things that are there go where the places say."""
    subject = edit.subject(part.subject)
    place(edit, subject, part, needed=True)


def centre(edit: Edit, part: Part) -> None:
    """ "Centre it in the room", "on the table"; with nothing said, in its room."""
    subject = edit.subject(part.subject)
    goals = [one for one in part.goals if isinstance(one, Located)]
    if not goals:
        nudge(edit, subject, Side(span=edit.span, kind="centre"))
    for goal in goals:
        _located(edit, subject, "centre_of", edit.targets(goal.targets, subject), None)


def place(edit: Edit, subject: tuple[str, ...], part: Part, *, needed: bool) -> None:
    """Each place and direction of a part, as goals of its subject."""
    done = False
    for goal in part.goals:
        match goal:
            case Located(place=where) if where.kind in ("like", "together", "with", "match"):
                if where.kind in ("together", "with"):
                    _along(edit, subject, goal)
            case Located():
                _go(edit, subject, goal)
                done = True
            case Side(kind="corner"):
                beside = [
                    one for one in part.goals if isinstance(one, Located) and one.kind in ("near", "beside", "at")
                ]
                by = tuple(id_ for one in beside for id_ in edit.targets(one.targets, subject))
                corner(edit, subject, None, by)
                done = True
            case Side() if goal.amount is None and _manner(goal, part):
                pass
            case Side():
                nudge(edit, subject, goal)
                done = True
            case _:
                edit.fail("a place", span=goal.span)
    if needed and not done and not any(hanging(edit, one) for one in subject if edit.hung):
        edit.fail("where to, such as 'next to the window'", reason="it is not said where")
    stand(edit, subject)


def _manner(side: Side, part: Part) -> bool:
    """Whether a direction only says how: "down beside the plate", "back until it is a metre from the wall"."""
    places = [one for one in part.goals if isinstance(one, Located)]
    if side.kind in ("up", "down", "back", "forward"):
        return bool(places)
    return any(one.amount is not None or one.kind == "against" for one in places)


def _go(edit: Edit, subject: tuple[str, ...], goal: Located) -> None:
    noun = goal.targets[0].noun
    if noun.group == "place" and noun.head == "corner" and goal.kind in ("in", "to", "at", "on", "near", "by"):
        limits = [one for one in goal.targets[0].limits if isinstance(one, Located)]
        corner(edit, subject, None, tuple(id_ for one in limits for id_ in edit.targets(one.targets, subject)))
        return
    if goal.kind == "facing" and noun.head == "each_other":
        each_other(edit, subject)
        return
    targets = edit.targets(goal.targets, subject)
    if goal.kind == "either":
        if len(subject) != 2:
            edit.fail("two things", reason="on either side stand two things", weight=1)
        for one, side in zip(subject, ("left_of", "right_of"), strict=True):
            _located(edit, (one,), side, targets, goal.amount)
        return
    if len(subject) == len(targets) > 1 and goal.kind in ("on", "in", "beside", "near", "at", "front_of"):
        for one, target in zip(subject, targets, strict=True):
            _located(edit, (one,), goal.kind, (target,), goal.amount)
        return
    kind, view = edit.finder.seen(goal, targets)
    _located(edit, subject, kind, targets, goal.amount, view=view)
    if targets[0].startswith("wall:"):
        for limit in goal.targets[0].limits:
            if isinstance(limit, Located) and limit.kind == "above":
                for one in subject:
                    for target in edit.targets(limit.targets, subject):
                        over(edit, one, targets[0], target)


def _between(edit: Edit, one: str, targets: tuple[str, ...]) -> None:
    if len(targets) != 2:
        edit.fail(
            "two things after 'between'", reason=f"'between' needs two things, {len(targets)} are named", weight=1
        )
    edit.say("between", one, *targets)


def each_other(edit: Edit, subject: tuple[str, ...]) -> None:
    """Two things face one another."""
    if len(subject) != 2:
        edit.fail("two things", reason="only two things can face each other")
    edit.say("is_facing", subject[0], subject[1])
    edit.say("is_facing", subject[1], subject[0])


def _located(
    edit: Edit,
    subject: tuple[str, ...],
    kind: str,
    targets: tuple[str, ...],
    amount: Amount | None,
    *,
    view: str = "ref",
) -> None:
    for one in subject:
        if kind == "between":
            _between(edit, one, targets)
            continue
        for target in targets:
            by(edit, one, kind, target, amount, view=view)
            if kind != "facing" and (room := edit.scope.room(target)) is not None:
                edit.places[one] = edit.finder.room = room


def _along(edit: Edit, subject: tuple[str, ...], goal: Located) -> None:
    """ "Together with ...", "with everything on it": what comes along."""
    for phrase in goal.targets:
        companion(edit, subject, Phrase(noun=phrase.noun, limits=phrase.limits))


def companion(edit: Edit, subject: tuple[str, ...], phrase: Phrase) -> None:
    """What comes along belongs to the (first) subject and stays beside it, no farther than now. "Its chairs" are those
    grouped with it or near it.
    """
    edit.finder.subject = subject
    if phrase.noun.head == "everything":
        found = edit.scope.world.scene.carried(subject[0])
    elif phrase.noun.determiner == "its":
        fits = edit.finder.fits(phrase)
        found = tuple(id_ for id_ in fits if id_ not in subject and holds(edit.scope, "of", id_, subject))
        if not found:
            edit.finder.none(phrase, "nothing of the kind is near it", fits)
    else:
        found = tuple(id_ for id_ in edit.finder.find(phrase) if id_ not in subject)
    for one in found:
        edit.say("grouped_with", one, subject[0])
        gap = separation(edit.scope, one, subject[0])
        edit.say("near", one, subject[0], max(NEXT, math.ceil(gap * 10) / 10))
