"""Clauses that take away, exchange, restyle, copy and group."""

from __future__ import annotations

import re
from typing import Final

from lookagain.agents.edit_as_act.understand.attach import Located, Part, Phrase
from lookagain.agents.edit_as_act.understand.edit import Edit
from lookagain.agents.edit_as_act.understand.place import place
from lookagain.agents.edit_as_act.understand.stand import stand
from lookagain.agents.edit_as_act.understand.syntax import Verb, Words
from lookagain.agents.edit_as_act.understand.where import NEXT

__all__ = ["clear", "copy", "group", "remove", "replace", "restyle", "swap"]

#: Words around a style that are no part of it.
_AROUND: Final = re.compile(
    r"^(?:an?|the)\s+|\s*\b(?:styled?|looks?|colou?red|colou?r|paint|finish|material|appearance|one)\s*$", re.IGNORECASE
)


def remove(edit: Edit, part: Part) -> None:
    """Things go."""
    for one in edit.subject(part.subject):
        edit.say("removed", one)
    for goal in part.goals:
        if not isinstance(goal, Verb) and not (hasattr(goal, "kind") and goal.kind in ("away", "in")):
            edit.fail("the end", span=goal.place.span if isinstance(goal, Located) else goal.span)


def clear(edit: Edit, part: Part) -> None:
    """All that stands on or lies in something goes; with "of ..." only that."""
    if part.subject is None:
        edit.fail("what to clear", reason="it is not said what")
    kept = [one for one in part.subject.limits if isinstance(one, Located) and one.kind == "except"]
    limits = tuple(one for one in part.subject.limits if one not in kept)
    holders = edit.finder.find(Phrase(noun=part.subject.noun, limits=limits))
    if any(edit.scope.world.place(id_) is not None for id_ in holders):
        edit.fail("a piece of furniture", span=part.subject.noun.span, reason="a whole room cannot be cleared at once")
    stays = {id_ for one in kept for phrase in one.targets for id_ in edit.finder.find(phrase)}
    gone = [child for id_ in holders for child in edit.scope.world.scene.carried(id_) if child not in stays]
    if not gone:
        # A person who says "clear the plates" means the plates.
        edit.fail("something with things on it", span=part.subject.noun.span, reason="there is nothing on it")
    edit.main += holders
    for one in gone:
        edit.say("removed", one)


def swap(edit: Edit, parts: tuple[Part, ...]) -> None:
    """Each goes to the other's place; heights follow from what each stands on."""
    things: list[str] = []
    for index, part in enumerate(parts):
        others = [one.subject for one in parts[index + 1 :] if one.subject is not None]
        others += [
            one
            for goal in part.goals
            if isinstance(goal, Located) and goal.kind in ("with", "for")
            for one in goal.targets
        ]
        sure = [fits for one in others if len(fits := edit.finder.fits(one)) == 1]
        edit.ahead = tuple(id_ for fits in sure for id_ in fits)
        things += edit.subject(part.subject)
    for part in parts:
        for goal in part.goals:
            if isinstance(goal, Located) and goal.kind in ("with", "for"):
                things += [id_ for phrase in goal.targets for id_ in edit.finder.find(phrase)]
    if len(things) != 2 or things[0] == things[1]:
        edit.fail("two things", reason=f"two things can be swapped, {len(set(things))} are named")
    edit.main = list(things)
    boxes = [edit.box(one) for one in things]
    for one, own, other in zip(things, boxes, reversed(boxes), strict=True):
        edit.put_at(one, other.centre.x, other.centre.y, other.bottom + own.size.z / 2)


def replace(edit: Edit, part: Part) -> None:
    """Something goes and another comes to its place: a new thing, or one of the scene that "the" names."""
    goal = next(
        (one for one in part.goals if isinstance(one, Located) and one.kind in ("with", "by", "for", "to")), None
    )
    if goal is None:
        edit.fail("'with' and what comes instead", reason="it is not said what comes instead")
    old = edit.subject(part.subject)
    edit.main = []
    phrase = goal.targets[0]
    moved = phrase.noun.determiner == "the" and not phrase.noun.plural and edit.finder.fits(phrase)
    single = _count(phrase) == 1 and len(old) > 1
    for one in old:
        edit.say("removed", one)
    for one in old[:1] if single else old:
        new = edit.finder.one(phrase) if moved else edit.bring_in(phrase.noun)
        edit.main.append(new)
        _instead(edit, one, new)


def _count(phrase: Phrase) -> int | None:
    return 1 if phrase.noun.determiner in ("a", "the") and not phrase.noun.plural and not phrase.noun.number else None


def _instead(edit: Edit, old: str, new: str) -> None:
    """The place of the old: what carried it, its position; what it carried is carried by the new."""
    one, box = edit.scope.world.scene[old], edit.box(old)
    size = edit.box(new).size
    if one.parent is not None:
        edit.say("inside" if one.holding == "in" else "on", new, one.parent)
    edit.put_at(new, box.centre.x, box.centre.y, box.bottom + size.z / 2)
    for child in edit.scope.world.scene.children(old):
        if edit.scope.world.scene[child].holding == "on":
            edit.say("on", child, new)


def restyle(edit: Edit, part: Part) -> None:
    """A thing gets a style: the words after it, or those after "in", "to", "with"; or another thing's."""
    things = edit.subject(part.subject)
    said: list[str] = []
    for goal in part.goals:
        match goal:
            case Words():
                said.append(goal.text)
            case Located(place=where) if where.kind in ("match", "like") and edit.finder.fits(goal.targets[0]):
                for target in edit.targets(goal.targets, things):
                    for one in things:
                        edit.say("matches_style", one, target)
                return
            case Located(place=where) if where.kind == "in" and goal.targets[0].noun.group == "room":
                # "The chairs in the bedroom white": the room tells which chairs.
                edit.fail("a style, such as 'red' or 'rustic wood'", span=where.span)
            case Located(place=where) if where.kind in ("in", "to", "with", "like", "match", "as"):
                said += [phrase.noun.literal or phrase.noun.text for phrase in goal.targets]
            case Verb():
                pass
            case _:
                edit.fail("a style, such as 'red' or 'rustic wood'", span=getattr(goal, "span", edit.span))
    style = _bare(" ".join(said))
    if not style:
        edit.fail("a style, such as 'red' or 'rustic wood'", reason="it is not said which")
    for one in things:
        edit.say("has_style", one, style)


def _bare(style: str) -> str:
    before = ""
    while before != style:
        before, style = style, _AROUND.sub("", style).strip()
    return style.lower()


def copy(edit: Edit, part: Part) -> None:
    """A new thing like one that is there; beside it, if nothing else is said."""
    originals = edit.subject(part.subject)
    edit.main = []
    for one in originals:
        new = edit.add_new(edit.scope.world.scene[one].category, like=one)
        edit.main.append(new)
    fresh = tuple(edit.main)
    if part.goals:
        place(edit, fresh, part, needed=False)
        return
    for one, new in zip(originals, fresh, strict=True):
        edit.say("near", new, one, NEXT)
    stand(edit, fresh)


def group(edit: Edit, parts: tuple[Part, ...]) -> None:
    """Things belong together from now on."""
    things = [id_ for part in parts for id_ in edit.subject(part.subject)]
    parents = [
        id_
        for part in parts
        for goal in part.goals
        if isinstance(goal, Located) and goal.kind in ("with", "together", "to")
        for phrase in goal.targets
        for id_ in edit.finder.find(phrase)
    ]
    parent, *rest = [*parents, *things]
    if not rest:
        edit.fail("what to group it with", reason="one thing alone is no group")
    for one in rest:
        edit.say("grouped_with", one, parent)
