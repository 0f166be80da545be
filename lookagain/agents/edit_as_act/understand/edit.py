"""One clause as it is worked out: what shall hold, what comes in, what is spoken of."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, NoReturn

from lookagain.agents.edit_as_act.understand.attach import Phrase
from lookagain.agents.edit_as_act.understand.find import Finder
from lookagain.agents.edit_as_act.understand.lexicon import spelled
from lookagain.agents.edit_as_act.understand.scope import Scope, Unclear
from lookagain.agents.edit_as_act.understand.syntax import Noun, Span
from lookagain.agents.edit_as_act.understand.values import NotUnderstood
from lookagain.planners.editlang.values import Argument, Atom, NewObject
from lookagain.tools.scene.values import Box, Point

__all__ = ["LAST_COUNTS", "MOST_NEW", "Edit"]

MOST_NEW: Final = 50
#: Of these, what is said later of a thing takes the place of what was said before.
LAST_COUNTS: Final = frozenset({"at", "has_yaw", "has_scale", "has_style"})
_DIGITS: Final = 4


class Edit:
    """What one reading of a clause comes to. Frames (place.py, turn.py, ...) fill it."""

    def __init__(self, scope: Scope, span: Span) -> None:
        self.scope = scope
        self.span = span
        self.finder = Finder(scope)
        self.atoms: list[Atom] = []
        self.new: dict[str, NewObject] = {}
        self.boxes: dict[str, Box] = {}
        self.places: dict[str, str] = {}
        self.yaws: dict[str, float] = {}
        self.scales: dict[str, Point] = {}
        #: What the clause is about; "it" in the next one.
        self.main: list[str] = []
        #: What the places of the part that is being worked out surely mean, and whether its verb hangs things.
        self.ahead: tuple[str, ...] = ()
        self.hung = False

    def say(self, predicate: str, *args: Argument) -> None:
        """Something shall hold."""
        rounded = tuple(round(arg, _DIGITS) + 0.0 if isinstance(arg, float) else arg for arg in args)
        atom = Atom(predicate, rounded)
        if predicate in LAST_COUNTS:
            self.atoms = [one for one in self.atoms if (one.predicate, one.args[0]) != (predicate, args[0])]
        if atom not in self.atoms:
            self.atoms.append(atom)

    def fail(self, expected: str, *, span: Span | None = None, reason: str = "", weight: int = 4) -> NoReturn:
        """The clause lacks something: it was expected at ``span`` (default: at the clause's end)."""
        where = self.span.end if span is None else span.start
        found = "" if span is None else self.scope.text[span.start : span.end]
        raise Unclear(NotUnderstood(position=where, found=found, expected=expected, reason=reason), weight)

    def subject(self, phrase: Phrase | None) -> tuple[str, ...]:
        """The things that a part of the clause is about: what its phrase means, or those of the clause before."""
        if phrase is None:
            if not self.scope.mentions:
                self.fail("a thing", reason="it is not said what")
            found = self.scope.mentions[-1]
        else:
            self.finder.ahead = self.ahead
            found = self.finder.find(phrase)
        self.finder.ahead, self.finder.aims, self.finder.room = (), (), None
        self.main += [id_ for id_ in found if id_ not in self.main]
        self.finder.subject = found
        return found

    def targets(self, phrases: Iterable[Phrase], subject: tuple[str, ...]) -> tuple[str, ...]:
        """What a place is with regard to; never the subject itself."""
        self.finder.subject = subject
        named: list[str] = []
        for phrase in phrases:
            named += self.finder.find(phrase)
            self.finder.aims = tuple(dict.fromkeys(named))
        found = tuple(dict.fromkeys(named))
        if set(found) & set(subject):
            noun = next(iter(phrases)).noun
            reason = "a thing cannot be placed by itself"
            raise Unclear(NotUnderstood(position=noun.span.start, found=noun.text, reason=reason), 1)
        return found

    def box(self, id_: str) -> Box:
        """The box of a thing as the clauses so far leave it; of a new one, its size at the origin's floor."""
        found = self.boxes.get(id_) or self.scope.box(id_)
        if found is not None:
            return found
        size = self._size(id_) or Point(0.5, 0.5, 0.5)
        return Box(centre=Point(0.0, 0.0, size.z / 2), size=size)

    def _size(self, id_: str) -> Point | None:
        """The size of a new thing under any spelling of its category: "floor lamp", "floor_lamp", "FloorLamp"."""
        own = self.category(id_)
        given = self.new[id_].category if id_ in self.new else own
        names = (own, given, own.replace(" ", "_"), own.replace(" ", ""), "".join(map(str.capitalize, own.split())))
        return next((size for name in dict.fromkeys(names) if (size := self.scope.sizes(name)) is not None), None)

    def category(self, id_: str) -> str:
        """The category of a thing, new ones too, as the lexicon spells it."""
        return spelled(self.new[id_].category) if id_ in self.new else self.scope.category(id_)

    def known(self, id_: str) -> bool:
        """Whether it is known where a thing is."""
        return id_ in self.boxes or self.scope.box(id_) is not None

    def put_at(self, id_: str, x: float, y: float, z: float) -> None:
        """The centre of a thing shall be there."""
        self.boxes[id_] = replace(self.box(id_), centre=Point(x, y, z))
        self.say("at", id_, float(x), float(y), float(z))

    def turn_to(self, id_: str, degrees: float) -> None:
        """A thing shall be turned so, counter-clockwise from +y seen from above."""
        yaw = round(degrees % 360.0, _DIGITS) % 360.0
        self.yaws[id_] = yaw
        if self.known(id_):
            self.boxes[id_] = replace(self.box(id_), yaw=math.radians(yaw))
        self.say("has_yaw", id_, yaw)

    def bring_in(self, noun: Noun, *, like: str | None = None) -> str:
        """A new thing of the noun's category, with a fresh id."""
        scope = self.scope
        category, style = _category(scope, noun), _style(noun)
        if like is not None:
            category = self._category_of(like)
        sized = [one.text for one in noun.attributes if one.kind == "SIZE"]
        if sized:
            self.finder.notes.append(f"{noun.text!r}: {sized[0]!r} is left to the choice of the asset.")
        if noun.group == "":
            self.finder.notes.append(
                f"{category!r} is not a known category; its size is a guess of the asset provider."
            )
        return self.add_new(category, style, like)

    def add_new(self, category: str, style: str = "", like: str | None = None) -> str:
        """A new thing."""
        taken = {id_.lower() for id_ in (*self.scope.world.scene.objects, *self.scope.new, *self.new)}
        stem = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", category)
        stem = re.sub(r"\W+", "_", stem).strip("_").lower() or "thing"
        number = 1
        while (id_ := f"{stem}_{number}") in taken:
            number += 1
        if len(self.new) >= MOST_NEW:
            self.fail(f"at most {MOST_NEW} new things")
        self.new[id_] = NewObject(id=id_, category=category, style=style, like=like)
        self.say("exists", id_)
        return id_

    def _category_of(self, id_: str) -> str:
        one = self.scope.world.scene.objects.get(id_)
        return one.category if one is not None else self.scope.category(id_)


def _category(scope: Scope, noun: Noun) -> str:
    """The scene's own spelling of a category, else the lexicon's, else the words."""
    own = {scope.category(id_): one.category for id_, one in scope.world.scene.objects.items()}
    head = noun.head if noun.group else noun.literal
    return own.get(head, head)


def _style(noun: Noun) -> str:
    kept = ("colour", "material", "style", "WORD", "category")
    return " ".join(one.text for one in noun.attributes if one.kind in kept) if noun.group else ""
