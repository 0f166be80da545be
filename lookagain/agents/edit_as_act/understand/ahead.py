"""What the places of a clause tell of its subject: "move the stool next to the fridge" means the stool of the kitchen.

Not where the verb or a place says that the thing comes from elsewhere ("bring it here", "into the kitchen").
"""

from __future__ import annotations

from typing import Final

from lookagain.agents.edit_as_act.understand.attach import Located, Part
from lookagain.agents.edit_as_act.understand.edit import Edit
from lookagain.agents.edit_as_act.understand.limits import holds
from lookagain.agents.edit_as_act.understand.syntax import Verb

__all__ = ["ahead"]

_FROM_ELSEWHERE: Final = ("bring", "bring over", "carry", "transfer", "relocate", "take", "fetch", "get")
_WITHIN_ROOM: Final = frozenset(
    {"beside", "near", "at", "front_of", "behind", "left_of", "right_of", "opposite", "against", "under", "between"}
    | {"facing", "toward", "to", "on", "closer", "away", "further", "from", "with", "for", "in_line", "round"}
)
_TURNS: Final = frozenset({"facing", "toward"})


def ahead(edit: Edit, part: Part, verb: str) -> tuple[str, ...]:
    """The targets of a part's places, if they are sure and speak for the place where the subject is now."""
    if verb in _FROM_ELSEWHERE or part.subject is None:
        return ()
    found: list[str] = []
    for goal in part.goals:
        if isinstance(goal, Verb) and goal.text in ("brought", "taken"):
            return ()
        if not isinstance(goal, Located):
            continue
        if goal.kind not in _WITHIN_ROOM:
            return ()
        for phrase in goal.targets:
            fits = edit.finder.fits(phrase)
            if len(fits) != 1 or edit.scope.world.place(fits[0]) is not None:
                return ()
            if goal.kind not in _TURNS and _done(edit, part, goal.kind, fits):
                return ()
            found += fits
    return tuple(dict.fromkeys(found))


def _done(edit: Edit, part: Part, kind: str, targets: tuple[str, ...]) -> bool:
    """Whether one that fits is there already: then another one may be meant."""
    return part.subject is not None and any(
        holds(edit.scope, kind, one, targets) for one in edit.finder.fits(part.subject)
    )
