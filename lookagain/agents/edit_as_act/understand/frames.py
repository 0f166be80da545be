"""What each verb does with its parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from lookagain.agents.edit_as_act.understand import other
from lookagain.agents.edit_as_act.understand.ahead import ahead
from lookagain.agents.edit_as_act.understand.attach import Located, Part, Phrase, Piece
from lookagain.agents.edit_as_act.understand.edit import Edit
from lookagain.agents.edit_as_act.understand.place import add, centre, companion, each_other, put
from lookagain.agents.edit_as_act.understand.size import resize
from lookagain.agents.edit_as_act.understand.stand import HANGING
from lookagain.agents.edit_as_act.understand.syntax import Amount, Clause, Side, Verb, Words
from lookagain.agents.edit_as_act.understand.turn import align, rotate

__all__ = ["carry_out"]

_SIZES: Final = frozenset({"scale", "enlarge", "shrink", "double", "halve", "widen", "narrow", "lengthen", "shorten"})
#: Verbs that say nothing of what is to become: the rest of the clause does.
_OPEN: Final = frozenset({"make", "want", "give", "change"})
#: A verb and the particle that stands apart from it.
_PARTICLES: Final = {
    ("take", "away"): "remove",
    ("take", "forward"): "remove",
    ("take", "down"): "take",
    ("put", "row"): "align",
    ("move", "row"): "align",
    ("want", "row"): "align",
    ("remove", "away"): "remove",
    ("clear", "away"): "remove",
    ("put", "away"): "remove",
    ("move", "in"): "add",
    ("align", "up"): "align",
    ("scale", "up"): "enlarge",
    ("scale", "down"): "shrink",
}
#: What a place after "make", "want", "give" or "change" comes to, if not "put".
_BY_PLACE: Final = {
    **dict.fromkeys(("facing", "facing_away", "toward"), "rotate"),
    **dict.fromkeys(("as", "width_of", "height_of", "depth_of", "length_of"), "scale"),
    **dict.fromkeys(("parallel", "in_line"), "align"),
}
_DIMENSIONS: Final = {"size": "all+", "width": "x+", "height": "z+", "depth": "y+", "length": "long+"}
_LIFTS: Final = {"raise": "up", "lift": "up", "lower": "down"}


def carry_out(edit: Edit, clause: Clause, parts: tuple[Part, ...]) -> str:
    """Fills the edit; returns what is done ("move", "remove", ...). Raises Unclear."""
    done = ""
    kind = clause.verb.kind
    if kind == "there":
        for part in parts:
            edit.subject(part.subject)
        return "mention"
    if kind == "swap" and _brings_in(parts):
        kind = "replace"
    if kind in ("swap", "group"):
        (other.swap if kind == "swap" else other.group)(edit, parts)
        return kind
    last = parts[-1].goals[-1] if parts[-1].goals else None
    if len(parts) > 1 and isinstance(last, Located) and last.targets[0].noun.head == "each_other":
        each_other(edit, tuple(id_ for part in parts for id_ in edit.subject(part.subject)))
        return "face"
    for index, part in enumerate(parts):
        belongs = part.subject is not None and part.subject.noun.determiner == "its"
        if index and belongs and part.subject is not None and kind in ("move", "put", "take"):
            companion(edit, tuple(edit.main), part.subject)
            continue
        edit.hung = clause.verb.text in HANGING or any(
            isinstance(one, Verb) and one.text in HANGING for one in part.goals
        )
        edit.ahead = ahead(edit, part, clause.verb.text) if edit.scope.settles else ()
        done = _one(edit, clause, *_plain(edit, kind, part, clause.verb.text))
    return done


def _plain(edit: Edit, kind: str, part: Part, text: str) -> tuple[str, Part]:
    """The verb that a part comes to, without participles, particles and aspects."""
    for goal in part.goals:
        if isinstance(goal, Verb):
            kind, part = goal.kind, replace(part, goals=_without(part, goal))
        elif isinstance(goal, Side) and goal.amount is None and (kind, goal.kind) in _PARTICLES:
            kind, part = _PARTICLES[kind, goal.kind], replace(part, goals=_without(part, goal))
    if text in _LIFTS:
        lifted = [
            Side(span=one.span, kind=_LIFTS[text], amount=one) if isinstance(one, Amount) else one for one in part.goals
        ]
        part = replace(part, goals=tuple(lifted))
    return kind, part


def _without(part: Part, goal: Piece) -> tuple[Piece, ...]:
    return tuple(one for one in part.goals if one is not goal)


_FRAMES: Final[dict[str, Callable[[Edit, Part], None]]] = {
    "centre": centre,
    "add": add,
    "put": put,
    "move": put,
    "remove": other.remove,
    "clear": other.clear,
    "rotate": rotate,
    "face": rotate,
    "align": align,
    "replace": other.replace,
    "style": other.restyle,
    "copy": other.copy,
}


def _one(edit: Edit, clause: Clause, kind: str, part: Part) -> str:
    if part.subject is not None and part.subject.noun.group == "aspect":
        return _aspect(edit, kind, part)
    kind = _meant(edit, kind, part)
    if kind == "take" and not part.goals:
        other.remove(edit, part)
    elif kind in _FRAMES:
        _FRAMES[kind](edit, part)
    elif kind in _SIZES:
        resize(edit, part, kind)
    elif kind == "state":
        edit.fail("an edit such as 'move' or 'paint'", span=clause.verb.span, reason="states are not edited")
    else:
        edit.fail("what shall become of it", reason=f"{clause.verb.text!r} does not say it")
    return kind


def _meant(edit: Edit, kind: str, part: Part) -> str:
    """What a verb comes to with what stands after the thing."""
    first = part.goals[0] if part.goals else None
    if kind in ("put", "want") and _is_new(part):
        return "add"
    if kind in _OPEN and first is not None:
        return _becomes(edit, kind, first)
    if kind == "rotate" and any(isinstance(one, Words) for one in part.goals):
        return "style"
    if kind == "take" and part.goals:
        return "put"
    if kind == "move" and isinstance(first, Located) and first.kind == "facing":
        return "rotate"
    return kind


def _brings_in(parts: tuple[Part, ...]) -> bool:
    """ "Swap the armchair for a stool": the other is none of the scene."""
    goals = [
        goal for part in parts for goal in part.goals if isinstance(goal, Located) and goal.kind in ("for", "with")
    ]
    return len(goals) == 1 and _is_new(Part(subject=goals[0].targets[0], goals=()))


def _is_new(part: Part) -> bool:
    """Whether "put X there" brings in a new thing: "a vase", "two chairs", not "the vase"."""
    if part.subject is None:
        return False
    noun = part.subject.noun
    if noun.group not in ("category", "") or noun.owner is not None:
        return False
    return noun.determiner in ("a", "another") or (not noun.determiner and (noun.plural or noun.number is not None))


def _becomes(edit: Edit, kind: str, goal: Piece) -> str:
    """What "make", "want", "give" and "change" come to, by what comes first after the thing."""
    match goal:
        case Amount():
            return "rotate" if goal.unit == "degree" else "scale"
        case Words():
            return "style"
        case Side():
            return "rotate" if goal.kind in ("clockwise", "counterclockwise", "around") else "put"
        case Located():
            if goal.kind in ("for", "with") and kind == "change":
                return "replace"
            return "style" if _tells_style(edit, kind, goal) else _BY_PLACE.get(goal.kind, "put")
        case _:
            return kind


def _tells_style(edit: Edit, kind: str, goal: Located) -> bool:
    """ "Change it to rustic wood", "make it in oak": what stands there is no thing of the scene but a look."""
    noun = goal.targets[0].noun
    if goal.kind in ("match", "like"):
        return True
    looks = {"colour", "material", "style"}
    styled = noun.group in ("", "aspect") or (noun.determiner == "a" and any(a.kind in looks for a in noun.attributes))
    return goal.kind in ("to", "in", "with") and (styled or kind in ("give",)) and not edit.finder.fits(goal.targets[0])


def _aspect(edit: Edit, kind: str, part: Part) -> str:
    """ "The colour of the sofa", "its width": the thing is the owner, the aspect tells what changes."""
    phrase = part.subject
    assert phrase is not None
    noun = phrase.noun
    of = next((one for one in phrase.limits if isinstance(one, Located) and one.kind in ("of", "on")), None)
    subject: Phrase | None = None
    if noun.owner is not None:
        subject = Phrase(noun=noun.owner)
    elif of is not None:
        subject = of.targets[0]
    elif noun.determiner != "its":
        edit.fail("of what, such as 'of the sofa'", reason=f"it is not said whose {noun.head}")
    owned = Part(subject=subject, goals=part.goals)
    if noun.head == "style":
        other.restyle(edit, owned)
        return "style"
    if noun.head == "turn":
        rotate(edit, owned)
        return "rotate"
    if noun.head in _DIMENSIONS:
        resize(edit, owned, kind, _DIMENSIONS[noun.head])
        return "scale"
    edit.fail("what to change, such as the style or the width", span=noun.span)
