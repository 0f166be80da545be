"""From phrases to the things of the scene that they mean.

A phrase that fits several things is a question, one that fits none is a question with what comes closest, or, where
nothing does, an end. "A", "any" and "one of" let the first that fits be taken; it is noted.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final, NoReturn

from lookagain.agents.edit_as_act.understand.ask import question
from lookagain.agents.edit_as_act.understand.attach import Located, Phrase
from lookagain.agents.edit_as_act.understand.lexicon import categories, is_a, kinds_of, spelled, squeezed, weak_kinds
from lookagain.agents.edit_as_act.understand.limits import (
    holds,
    in_corner,
    in_middle,
    looks,
    separation,
    states_of,
    walls,
)
from lookagain.agents.edit_as_act.understand.order import across, extreme, hanging_on, measure
from lookagain.agents.edit_as_act.understand.scope import Scope, Unclear
from lookagain.agents.edit_as_act.understand.settle import Context, settle
from lookagain.agents.edit_as_act.understand.syntax import Attribute, Noun, Side
from lookagain.agents.edit_as_act.understand.values import NotUnderstood, Reference

__all__ = ["Finder"]

_LOOKS: Final = frozenset({"colour", "material", "style", "WORD"})
#: "The wall above the bed" is the one that is nearest to the bed.
_BY_WALL: Final = frozenset({"above", "behind", "beside", "near", "at", "by", "opposite", "with"})
_TURNED: Final = {"left_of": "right_of", "right_of": "left_of"}


class Finder:
    """Finds what the phrases of one reading mean; keeps what it found and took for granted."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.references: list[Reference] = []
        self.notes: list[str] = []
        self.spoken: list[tuple[str, tuple[str, ...]]] = []
        #: What the clause is about: "the wall" is the one next to it.
        self.subject: tuple[str, ...] = ()
        #: What was named last: "one" is another of the kind.
        self.latest: tuple[str, ...] = ()
        #: What the places of the clause have named, the room where they put things, and what comes after a subject.
        self.aims: tuple[str, ...] = ()
        self.room: str | None = None
        self.ahead: tuple[str, ...] = ()
        self._named_at = -1

    def one(self, phrase: Phrase) -> str:
        """The single thing that a phrase means."""
        found = self.find(phrase)
        if len(found) == 1:
            return found[0]
        return self._ask(phrase, found, 1, "several")[0]

    def find(self, phrase: Phrase) -> tuple[str, ...]:
        """The ids that a phrase means, one at least. Raises Unclear."""
        noun = phrase.noun
        chosen = [choice.ids for choice in self.scope.choices if choice.span == noun.span]
        found = chosen[0] if chosen else self._counted(phrase, self._fitting(phrase))
        self.references.append(Reference(phrase=noun.text, ids=found))
        self.spoken.append((noun.head, found))
        self._name(noun, found)
        return found

    def _name(self, noun: Noun, found: tuple[str, ...]) -> None:
        if noun.span.start >= self._named_at:
            self._named_at, self.latest = noun.span.start, found

    def fits(self, phrase: Phrase, within: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """All that a phrase may mean (``within``: of these); empty if nothing does."""
        try:
            return self._fitting(phrase, within)
        except Unclear:
            return ()

    def none(self, phrase: Phrase, reason: str, near: Iterable[str] = ()) -> NoReturn:
        """Nothing fits: a question with what comes closest, or an end."""
        closest = tuple(near)
        if closest:
            ask = question(self.scope, phrase.noun, closest, wanted=_wanted(phrase.noun), reason=reason)
            raise Unclear(ask, 2)
        noun = phrase.noun
        raise Unclear(
            NotUnderstood(
                position=noun.span.start,
                found=noun.text,
                expected="a thing of the scene",
                near=self._spellings(noun),
                reason=reason,
            ),
            3,
        )

    def _fitting(self, phrase: Phrase, within: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """What all that is said of it leaves; where nothing is left of the noun's likeliest sense, of any."""
        pool = self._pool(phrase) if within is None else within
        try:
            return self._narrowing(phrase, pool, own=within is None)
        except Unclear:
            if within is None and phrase.noun.group in ("category", "place", ""):
                wide = self._things(phrase, wide=True)
                if set(wide) > set(pool):
                    with suppress(Unclear):
                        return self._narrowing(phrase, wide, own=True)
            raise

    def _narrowing(self, phrase: Phrase, pool: tuple[str, ...], *, own: bool) -> tuple[str, ...]:
        pool = tuple(id_ for id_ in pool if id_ not in self.scope.gone) or pool
        for attribute in phrase.noun.attributes:
            if attribute.kind not in ("SIZE", "SUPER"):
                pool = self._narrowed(phrase, pool, self._having(attribute), f"known to be {attribute.text}")
        if phrase.noun.owner is not None:
            owners = self.find(Phrase(noun=phrase.noun.owner))
            pool = self._narrowed(phrase, pool, lambda id_: holds(self.scope, "of", id_, owners), "of that")
        owned = self.subject or sum(self.scope.mentions[-1:], ())
        if phrase.noun.determiner == "its" and owned and own:
            others = tuple(id_ for id_ in pool if id_ not in owned)
            pool = self._narrowed(phrase, others or pool, lambda id_: holds(self.scope, "of", id_, owned), "near it")
        for limit in phrase.limits:
            pool = self._limited(phrase, pool, limit)
        return self._ordered(phrase, pool)

    def _narrowed(
        self, phrase: Phrase, pool: tuple[str, ...], test: Callable[[str], bool], said: str
    ) -> tuple[str, ...]:
        kept = tuple(id_ for id_ in pool if test(id_))
        if not kept:
            self.none(phrase, f"no {_bare(phrase.noun)} is {said}", pool)
        return kept

    # What a noun may name.

    def _pool(self, phrase: Phrase) -> tuple[str, ...]:
        noun = phrase.noun
        match noun.group:
            case "id":
                return (noun.head,)
            case "pronoun":
                return self._pronoun(phrase)
            case "room":
                return self._rooms(phrase)
            case "place" if noun.head in ("wall", "floor", "ceiling", "corner"):
                return self._parts(phrase)
            case _:
                return self._things(phrase)

    def _pronoun(self, phrase: Phrase) -> tuple[str, ...]:
        match phrase.noun.head:
            case "everything":
                return tuple(id_ for id_, one in self.scope.world.scene.objects.items() if not one.fixed)
            case "one":
                return self._alike(self.latest or (self.scope.mentions[-1] if self.scope.mentions else ()))
        if self.subject and (self.aims or not self.scope.mentions):
            return self.aims or self.subject
        if not self.scope.mentions:
            self.none(phrase, f"{phrase.noun.text!r} refers to nothing before it")
        last = self.scope.mentions[-1]
        if phrase.noun.head == "them" and len(last) == 1:
            return tuple(dict.fromkeys(id_ for ids in self.scope.mentions for id_ in ids))
        return last

    def _alike(self, ids: Iterable[str]) -> tuple[str, ...]:
        wanted = {self.scope.category(id_) for id_ in ids}
        return tuple(id_ for id_ in self._all() if self.scope.category(id_) in wanted)

    def _all(self) -> tuple[str, ...]:
        scene = self.scope.world.scene
        return (*scene.objects, *(one.id for one in scene.openings), *self.scope.new)

    def _rooms(self, phrase: Phrase) -> tuple[str, ...]:
        rooms = self.scope.world.scene.rooms
        wanted = phrase.noun.head
        if wanted:
            found = [id_ for id_, room in rooms.items() if squeezed(room.kind) == wanted]
            if not found:
                kinds = sorted({room.kind for room in rooms.values()})
                self.none(phrase, f"the scene has no {_bare(phrase.noun)}; it has {', '.join(kinds)}")
        else:
            near = {self.scope.room(id_) for id_ in (*self.subject, *sum(self.scope.mentions[-1:], ()))}
            found = [id_ for id_ in rooms if id_ in near] or list(rooms)
        return tuple(f"room:{id_}" for id_ in found)

    def _parts(self, phrase: Phrase) -> tuple[str, ...]:
        """Walls, floors or ceilings: of the room that is spoken of, else of the room of what the clause is about."""
        scope = self.scope
        limits = [one for one in phrase.limits if isinstance(one, Located) and one.kind in ("in", "of")]
        named = [id_ for one in limits for id_ in self.fits(one.targets[0]) if id_.startswith("room:")]
        rooms = [scope.room(id_) for id_ in named or self.subject]
        wanted = tuple(dict.fromkeys(room for room in rooms if room is not None)) or scope.rooms()
        if phrase.noun.head in ("wall", "corner"):
            return tuple(wall for room in wanted for wall in walls(scope, room))
        return tuple(f"{phrase.noun.head}:{room}" for room in wanted)

    def _things(self, phrase: Phrase, *, wide: bool = False) -> tuple[str, ...]:
        scope, noun = self.scope, phrase.noun
        named = {id_: scope.category(id_) for id_ in self._all()}
        head = noun.head if noun.group else spelled(noun.literal or noun.head)
        if noun.group == "place" and noun.determiner in ("the", "") and not noun.plural and not wide:
            near = self._of_the_room(head)
            named = {id_: named[id_] for id_ in near} if near else named
        exact = tuple(id_ for id_, category in named.items() if category == head)
        kinds = tuple(id_ for id_, category in named.items() if is_a(category, head))
        again = self._again(phrase, kinds)
        if again and not wide:
            return again
        if exact and noun.determiner in ("the", "") and not noun.plural and not wide:
            return exact
        kinds = kinds or tuple(id_ for id_, category in named.items() if category in weak_kinds(head))
        if kinds:
            return kinds
        last = spelled(head.split()[-1])
        loose = tuple(id_ for id_, category in named.items() if category == last)
        if loose and head != last:
            return self._by_first_word(head, loose)
        self.none(phrase, f"the scene has no {_bare(noun)}", self._related(head, named))

    def _again(self, phrase: Phrase, kinds: tuple[str, ...]) -> tuple[str, ...]:
        """A bare "the table" is the one that was called a table before."""
        noun = phrase.noun
        if noun.determiner != "the" or noun.plural or phrase.limits or noun.attributes or noun.ordinal or noun.owner:
            return ()
        before = {ids for head, ids in (*self.scope.spoken, *self.spoken) if head == noun.head}
        found = {id_ for ids in before for id_ in ids} - {*self.subject, *self.scope.gone}
        if len(found) != 1 or not found < set(kinds):
            return ()
        self.notes.append(f"{noun.text!r}: took {', '.join(found)}, named before.")
        return tuple(found)

    def _of_the_room(self, kind: str) -> tuple[str, ...]:
        """The windows or doors of the rooms of what the clause is about: "the window" is one of these."""
        rooms = {self.scope.room(id_) for id_ in self.subject}
        return tuple(
            one.id for one in self.scope.world.scene.openings if one.kind == kind and not rooms.isdisjoint(one.rooms)
        )

    def _by_first_word(self, head: str, pool: tuple[str, ...]) -> tuple[str, ...]:
        """Of plain chairs, those that "dining chairs" tells: at a dining table, or in a dining room."""
        first = squeezed(head.split(maxsplit=1)[0])
        rooms = self.scope.world.scene.rooms
        places = [id_ for id_ in self._all() if squeezed(self.scope.category(id_)).startswith(first)]
        kept = tuple(id_ for id_ in pool if holds(self.scope, "near", id_, tuple(places)))
        room = {id_ for id_, one in rooms.items() if squeezed(one.kind).startswith(first)}
        return kept or tuple(id_ for id_ in pool if self.scope.room(id_) in room) or pool

    def _related(self, head: str, named: dict[str, str]) -> tuple[str, ...]:
        """The things that come closest to a category that is not there: spelled alike, else of the same kind."""
        spellings = difflib.get_close_matches(head, sorted(set(named.values())), n=2, cutoff=0.75)
        listed = " " in head or squeezed(head) in categories()
        kinds = (kinds_of(head) if listed else {head}) - {"furniture", "piece of furniture", "device"}
        near = set(spellings) or {one for one in named.values() if kinds_of(one) & kinds}
        return tuple(id_ for id_, category in named.items() if category in near)

    def _spellings(self, noun: Noun) -> tuple[str, ...]:
        here = {self.scope.category(id_) for id_ in self._all()} - {""}
        close = difflib.get_close_matches(noun.head, sorted(here), n=3, cutoff=0.6)
        more = difflib.get_close_matches(noun.head, sorted(set(categories().values())), n=1, cutoff=0.8)
        return tuple(dict.fromkeys(one for one in (*close, *more) if one != noun.head))

    # What is said of it.

    def _having(self, attribute: Attribute) -> Callable[[str], bool]:
        scope = self.scope
        match attribute.kind:
            case "STATE":
                return lambda id_: attribute.value in states_of(scope, id_)
            case "room":
                return lambda id_: (
                    squeezed(scope.world.scene.rooms[room].kind) == attribute.value
                    if (room := scope.room(id_))
                    else False
                )
            case "category" | "place":
                near = tuple(id_ for id_ in self._all() if is_a(scope.category(id_), attribute.value))
                return lambda id_: holds(scope, "near", id_, near) or looks(scope, id_, attribute.text)
            case "direction":
                return lambda id_: True
            case _:
                return lambda id_: looks(scope, id_, attribute.text)

    def _limited(self, phrase: Phrase, pool: tuple[str, ...], limit: Located | Side) -> tuple[str, ...]:
        scope = self.scope
        if isinstance(limit, Side):
            tests = {"corner": in_corner, "centre": _in_middle}
            test = tests.get(limit.kind, lambda scope, id_: True)
            return self._narrowed(phrase, pool, lambda id_: test(scope, id_), "there")
        of_room = limit.kind in ("in", "of") and pool[0].startswith(("wall:", "floor:", "ceiling:"))
        if of_room or (limit.kind == "from" and phrase.noun.ordinal is not None):
            return pool
        if limit.kind == "except":
            self._named_at, self.latest = limit.place.span.start, pool
            before, self.subject = self.subject, pool
            gone = {id_ for target in limit.targets for id_ in self.find(target)}
            self.subject = before
            return self._narrowed(phrase, pool, lambda id_: id_ not in gone, "left")
        targets = tuple(dict.fromkeys(id_ for target in limit.targets for id_ in self._about(target, pool, limit.kind)))
        if pool[0].startswith("wall:") and limit.kind in _BY_WALL:
            sign = -1 if limit.kind == "opposite" else 1
            return (min(pool, key=lambda id_: sign * min(separation(scope, id_, one) for one in targets)),)
        if limit.kind in ("nearest", "farthest"):
            sign = 1 if limit.kind == "nearest" else -1
            return extreme(pool, lambda id_: sign * min(separation(scope, id_, one) for one in targets), phrase.noun)
        said = f"{limit.kind.replace('_', ' ')} {limit.targets[0].noun.text}"
        kind, view = self.seen(limit, targets)
        return self._narrowed(phrase, pool, lambda id_: holds(scope, kind, id_, targets, view), said)

    def seen(self, located: Located, targets: tuple[str, ...]) -> tuple[str, str]:
        """The side and the view that a place means: ``ref`` is that of one who looks at the target. One who looks past
        it at another thing sees it the other way round than from there.
        """
        told = located.place.view
        if told is None or located.kind not in _TURNED:
            if told is not None:
                self.notes.append("before and behind are told by a thing's own front, whatever the point of view.")
            return located.kind, "ref"
        noun = told.nouns[0]
        at = targets if noun.head == "it" else self.find(Phrase(noun=noun))
        looked = told.kind == "view_at"
        view = "ref" if at[0] in targets else at[0]
        return (located.kind if (view == "ref") == looked else _TURNED[located.kind]), view

    def _about(self, target: Phrase, pool: tuple[str, ...], kind: str) -> tuple[str, ...]:
        """What a limit is with regard to. Several fit: the one that something of the pool is at, if it is only one."""
        noun = target.noun
        if noun.group == "place" and noun.head == "wall" and not target.limits and noun.determiner in ("the", "a", ""):
            return tuple(wall for id_ in pool if (room := self.scope.room(id_)) for wall in walls(self.scope, room))
        if noun.determiner == "a":
            return self._fitting(target)
        if self.scope.settles and noun.determiner in ("the", "") and not noun.plural:
            having = tuple(
                id_ for id_ in self.fits(target) if any(holds(self.scope, kind, one, (id_,)) for one in pool)
            )
            if len(having) == 1:
                self._name(noun, having)
                return having
        return self.find(target)

    # Which of them.

    def _ordered(self, phrase: Phrase, pool: tuple[str, ...]) -> tuple[str, ...]:
        noun = phrase.noun
        for attribute in noun.attributes:
            if attribute.kind in ("SIZE", "SUPER"):
                key = measure(self.scope, attribute.value)
                if noun.ordinal is not None:
                    return self._nth(phrase, sorted(pool, key=key))
                if attribute.kind == "SUPER" or len(pool) > 1:
                    pool = extreme(pool, key, phrase.noun)
            elif attribute.kind == "direction" and len(pool) > 1:
                pool = self._toward(phrase, pool, attribute.text)
        told = next((one for one in phrase.limits if isinstance(one, Side) and one.kind[:3] == "on_"), None)
        side = told.kind if told is not None else ""
        if noun.ordinal is not None:
            return self._counted_from(phrase, pool, side)
        if told is not None and told.view is not None:
            view = self.find(Phrase(noun=told.view.nouns[0]))[0]
            key = across(self.scope, pool, view, at=told.view.kind == "view_at")
            return extreme(pool, (lambda id_: -key(id_)) if side == "on_right" else key, phrase.noun)
        if side:
            return extreme(pool, measure(self.scope, "right+" if side == "on_right" else "right-"), phrase.noun)
        return pool

    def _counted_from(self, phrase: Phrase, pool: tuple[str, ...], side: str) -> tuple[str, ...]:
        start = [one for one in phrase.limits if isinstance(one, Located) and one.kind == "from"]
        if start:
            origin = self.find(start[0].targets[0])
            return self._nth(phrase, sorted(pool, key=lambda id_: min(separation(self.scope, id_, o) for o in origin)))
        if not side:
            return self._ask(phrase, pool, 1, "several") if len(pool) > 1 else pool
        return self._nth(phrase, sorted(pool, key=measure(self.scope, "right+" if side == "on_right" else "right-")))

    def _nth(self, phrase: Phrase, row: Sequence[str]) -> tuple[str, ...]:
        place = phrase.noun.ordinal or 1
        if place > len(row):
            self.none(phrase, f"there are only {len(row)} of them", row)
        return (row[place - 1 if place > 0 else -1],)

    def _toward(self, phrase: Phrase, pool: tuple[str, ...], word: str) -> tuple[str, ...]:
        """The north wall, the nearest window, the opposite wall."""
        scope = self.scope
        anchors = [box for id_ in self.subject if (box := scope.box(id_)) is not None]
        if word in ("nearest", "closest", "opposite", "far", "farthest", "furthest"):
            if not anchors:
                return pool
            sign = 1 if word in ("nearest", "closest") else -1
            return extreme(pool, lambda id_: sign * min(_gap(scope, id_, one) for one in self.subject), phrase.noun)
        axis, sign = {"north": (1, -1), "south": (1, 1), "east": (0, -1), "west": (0, 1)}.get(word, (1, -1))
        return extreme(pool, lambda id_: sign * scope.world.box(id_).centre[axis], phrase.noun)

    # How many of them.

    def _counted(self, phrase: Phrase, pool: tuple[str, ...]) -> tuple[str, ...]:
        noun = phrase.noun
        mentioned = {id_ for ids in self.scope.mentions for id_ in ids}
        if noun.determiner in ("rest", "other"):
            pool = tuple(id_ for id_ in pool if id_ not in mentioned and id_ not in self.subject)
            if not pool:
                self.none(phrase, "there is no other")
        if noun.determiner in ("all", "rest") or noun.head in ("everything", "it", "them"):
            return pool
        if noun.group == "place" and noun.head in ("wall", "corner") and len(pool) > 1 and not noun.plural:
            return self._wall(phrase, pool)
        wanted = _wanted(noun)
        if wanted is None or wanted == len(pool):
            return pool
        if wanted > len(pool):
            self.none(phrase, f"there {'is' if len(pool) == 1 else 'are'} only {len(pool)}", pool)
        if noun.determiner in ("a", "any", "another") or (noun.number is not None and not noun.determiner):
            taken = pool[:wanted]
            self.notes.append(f"{noun.text!r}: any would do; took {', '.join(taken)}.")
            return taken
        exact = tuple(id_ for id_ in pool if self.scope.category(id_) == noun.head)
        if wanted > 1 and len(exact) == wanted:
            return exact
        before = tuple(id_ for id_ in pool if id_ in mentioned)
        if len(before) == wanted:
            self.notes.append(f"{noun.text!r} fits {len(pool)} things; took {', '.join(before)}: named before.")
        else:
            before = self._settled(phrase, pool, wanted) if self.scope.settles else ()
        return before or self._ask(phrase, pool, wanted, "several")

    def _settled(self, phrase: Phrase, pool: tuple[str, ...], wanted: int) -> tuple[str, ...]:
        """What the rest of the instruction makes likely, noted; empty if nothing does."""
        if phrase.shared:
            both = self.fits(replace(phrase, limits=(*phrase.limits, *phrase.shared), shared=()), pool)
            if len(both) == wanted:
                self.notes.append(f"{phrase.noun.text!r}: took {', '.join(both)}, as what is said last is true of it.")
                return both
        room = (f"room:{self.room}",) if self.room is not None else ()
        context = Context(
            taken=frozenset(self.subject),
            spoken=frozenset(id_ for _, ids in (*self.scope.spoken, *self.spoken) for id_ in ids),
            anchors=tuple(group for group in (self.ahead, self.aims, room, self.subject) if group),
        )
        found = settle(self.scope, pool, wanted, context)
        if found is None:
            return ()
        self.notes.append(f"{phrase.noun.text!r} fits {len(pool)} things; took {', '.join(found[0])}: {found[1]}.")
        return found[0]

    def _wall(self, phrase: Phrase, pool: tuple[str, ...]) -> tuple[str, ...]:
        """The wall that is next to what the clause is about."""
        placed = [id_ for id_ in self.subject if self.scope.box(id_) is not None]
        if not placed:
            if len({self.scope.room(wall) for wall in pool}) > 1:
                return self._ask(phrase, pool, 1, "several")
            free = max(pool, key=lambda wall: (-hanging_on(self.scope, wall), self.scope.world.box(wall).size.x))
            self.notes.append(f"{phrase.noun.text!r}: any would do; took {free}, on which least hangs.")
            return (free,)
        return (min(pool, key=lambda wall: min(separation(self.scope, id_, wall) for id_ in placed)),)

    def _ask(self, phrase: Phrase, pool: Sequence[str], wanted: int, reason: str) -> tuple[str, ...]:
        near = {self.scope.room(id_) for id_ in self.subject}
        row = sorted(pool, key=lambda id_: self.scope.room(id_) not in near)
        if self.scope.best:
            self.notes.append(f"{phrase.noun.text!r} fits {len(pool)} things; took {', '.join(row[:wanted])}.")
            return tuple(row[:wanted])
        raise Unclear(question(self.scope, phrase.noun, tuple(row), wanted=wanted, reason=""), 1)


def _gap(scope: Scope, one: str, other: str) -> float:
    return separation(scope, one, other)


def _in_middle(scope: Scope, one: str) -> bool:
    return in_middle(scope, one, scope.room(one))


def _wanted(noun: Noun) -> int | None:
    if noun.number is not None:
        return max(1, int(noun.number))
    if noun.determiner == "both":
        return 2
    if noun.determiner in ("a", "any", "another"):
        return 1
    return None if noun.plural or noun.determiner in ("all", "rest") else 1


def _bare(noun: Noun) -> str:
    return noun.literal or noun.head
