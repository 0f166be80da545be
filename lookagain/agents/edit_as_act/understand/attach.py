"""What each place in a clause belongs to: the thing before it, or the edit.

"Put the lamp on the desk next to the window" says where the lamp goes, or which desk. The readings come in the order
in which people mean them; understanding takes the first that holds against the scene.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from lookagain.agents.edit_as_act.understand.syntax import Amount, Clause, Group, Noun, Place, Side, Tail, Verb, Words

__all__ = ["VIEWS", "Located", "Part", "Phrase", "Piece", "readings"]

_MOST: Final = 48
#: Verbs that ask for a place.
_PLACING: Final = frozenset({"put", "move", "add", "want", "take", "copy"})
#: Prepositions that never tell which thing is meant.
_GOALS: Final = frozenset(
    {
        "to",
        "toward",
        "facing_away",
        "closer",
        "away",
        "further",
        "in_line",
        "parallel",
        "match",
        "as",
        "back_to",
        "across",
    }
    | {"centre_of", "together", "along", "width_of", "height_of", "depth_of", "length_of", "for"}
)
#: Points of view: of one who looks at a thing, of one who stands there.
VIEWS: Final = frozenset({"view_at", "view_from"})
_SIDED: Final = frozenset({"left_of", "right_of", "front_of", "behind", "on_left", "on_right"})
#: Prepositions that always do.
_LIMITS: Final = frozenset({"of", "nearest", "farthest", "except"})
#: What is a goal for verbs that do not place.
_OTHERS: Final[dict[str, frozenset[str]]] = {
    "rotate": frozenset({"facing"}),
    "face": frozenset({"facing", "at"}),
    "centre": frozenset({"in", "on"}),
    "align": frozenset({"with", "facing"}),
    "swap": frozenset({"with", "for"}),
    "replace": frozenset({"with", "for", "by"}),
    "style": frozenset({"in", "with", "like"}),
    "make": frozenset({"facing", "like", "with", "in", "on", "near", "beside", "against", "between", "opposite"}),
    "give": frozenset({"in", "with"}),
    "change": frozenset({"in", "for", "with", "on", "near"}),
    "group": frozenset({"with"}),
}


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A noun with all that tells which one is meant."""

    noun: Noun
    limits: tuple[Located | Side, ...] = ()
    shared: tuple[Located | Side, ...] = ()
    """What is said after a later noun and may be said of this one too: "the cup and the plate on the desk"."""


@dataclass(frozen=True, kw_only=True)
class Located:
    """A preposition and what it stands before."""

    place: Place
    targets: tuple[Phrase, ...]

    @property
    def kind(self) -> str:
        """The lexicon's key of the preposition."""
        return self.place.kind

    @property
    def amount(self) -> Amount | None:
        """The distance that stands with it."""
        return self.place.amount


Piece: TypeAlias = Located | Side | Amount | Words | Verb


@dataclass(frozen=True, kw_only=True)
class Part:
    """A thing and what shall become of it."""

    subject: Phrase | None
    goals: tuple[Piece, ...]


def readings(clause: Clause) -> Iterator[tuple[Part, ...]]:
    """The readings of a clause, the likeliest first."""
    kind = _kind(clause)
    sides = [list(_of_group(group, kind)) for group in clause.groups]
    ways: list[tuple[int, tuple[Part, ...]]] = [(0, ())]
    for options in sides:
        ways = [(cost + more, (*parts, part)) for cost, parts in ways for more, part in options]
        ways = sorted(ways, key=lambda one: one[0])[:_MOST]
    for _, parts in ways:
        yield _shared(parts, kind)


def _kind(clause: Clause) -> str:
    """The verb that decides: that of a participle ("I want the lamp removed") goes before the clause's own."""
    inner = [tail.kind for group in clause.groups for tail in group.tails if isinstance(tail, Verb)]
    return inner[-1] if inner else clause.verb.kind


def _shared(parts: tuple[Part, ...], kind: str) -> tuple[Part, ...]:
    """The parts where things share what stands once: "move the table and the chairs to the window" (both go there),
    "put it next to the sofa and the lamp" (next to both).
    """
    found: list[Part] = []
    for index, part in enumerate(parts):
        before = found[-1] if found else None
        last = before.goals[-1] if before and before.goals else None
        alone = not part.goals and kind in _PLACING and index == len(parts) - 1
        fresh = part.subject is not None and part.subject.noun.determiner in ("a", "another", "its")
        if before and alone and part.subject and not fresh and isinstance(last, Located) and last.kind != "in":
            more = replace(last, targets=(*last.targets, part.subject))
            found[-1] = replace(before, goals=(*before.goals[:-1], more))
        else:
            found.append(part)
    trailing = _trailing(found[-1]) if found else ()
    for index in range(len(found) - 2, -1, -1):
        subject = found[index].subject
        if trailing and subject is not None and not subject.limits:
            found[index] = replace(found[index], subject=replace(subject, shared=trailing))
        if not found[index].goals and kind not in ("remove", "clear", "swap"):
            found[index] = replace(found[index], goals=found[index + 1].goals)
    return tuple(found)


def _trailing(part: Part) -> tuple[Located | Side, ...]:
    """The limits at a part's end."""
    return part.subject.limits if part.subject is not None and part.subject.noun.determiner != "its" else ()


def _of_group(group: Group, kind: str) -> Iterator[tuple[int, Part]]:
    tails = _measured(_viewed(group.tails))
    places = [index for index, tail in enumerate(tails) if isinstance(tail, Place | Side)]
    ways = sorted(_roles(tails, places, kind, group.noun is not None), key=lambda one: one[0])
    for cost, roles in ways[:_MOST]:
        yield cost, _built(group.noun, tails, dict(zip(places, roles, strict=True)))


def _viewed(tails: tuple[Tail, ...]) -> tuple[Tail, ...]:
    """The tails with each point of view at the place whose side it tells, the last such one before it."""
    found: list[Tail] = []
    for tail in tails:
        if isinstance(tail, Place) and tail.kind in VIEWS:
            told = [at for at, one in enumerate(found) if isinstance(one, Place | Side) and one.kind in _SIDED]
            if told and isinstance(sided := found[told[-1]], Place | Side):
                found[told[-1]] = replace(sided, view=tail)
                continue
        found.append(tail)
    return tuple(found)


def _measured(tails: tuple[Tail, ...]) -> tuple[Tail, ...]:
    """The tails with each distance at the place or direction that it belongs to, before or after it."""
    found: list[Tail] = []
    waiting: Amount | None = None
    for tail, after in zip(tails, (*tails[1:], None), strict=False):
        bound = isinstance(tail, Amount) and tail.preposition in ("most", "least")
        bound = bound or (isinstance(after, Place) and after.kind in ("from", "away"))
        if isinstance(tail, Amount) and tail.unit in ("m", "extent") and not tail.dimension:
            last = found[-1] if found else None
            free = isinstance(last, Side | Place) and last.amount is None and waiting is None
            if free and isinstance(last, Side | Place) and tail.preposition and not bound:
                found[-1] = replace(last, amount=tail)
            else:
                found += [waiting] if waiting else []
                waiting = tail
        elif isinstance(tail, Place | Side) and waiting is not None:
            within = isinstance(tail, Place) and tail.kind == "of" and waiting.preposition in ("most", "least")
            found.append(replace(tail, amount=waiting, kind="from" if within else tail.kind))
            waiting = None
        else:
            found.append(tail)
    if waiting is not None:
        last = found[-1] if found else None
        fits = isinstance(last, Side | Place) and last.amount is None
        if fits and isinstance(last, Side | Place):
            found[-1] = replace(last, amount=waiting)
        else:
            found.append(waiting)
    return tuple(found)


def _roles(
    tails: tuple[Tail, ...], places: list[int], kind: str, subject: bool
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The ways to give each place a role: ``goal``, ``subject`` (tells the thing), ``last`` (tells the noun before)."""
    ways: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    for number, index in enumerate(places):
        tail = tails[index]
        after = number > 0 and _closed(tails[places[number - 1]])
        later = any(isinstance(one := tails[next_], Place) and one.kind in _GOALS for next_ in places[number + 1 :])
        grown: list[tuple[int, tuple[str, ...]]] = []
        for cost, roles in ways:
            place = _Placing(kind=kind, roles=roles, subject=subject, later=later, after_side=after)
            grown += [(cost + more, (*roles, role)) for more, role in _options(tail, place)]
        ways = sorted(grown, key=lambda one: one[0])[: _MOST * 2]
    yield from ways


def _closed(tail: Tail) -> bool:
    """Whether nothing after a place can tell which one is meant: a side, a room."""
    return isinstance(tail, Side) or (isinstance(tail, Place) and tail.nouns[-1].group == "room")


@dataclass(frozen=True, kw_only=True)
class _Placing:
    """Where a place stands: under which verb, after which roles, whether there is a thing, whether a surer goal comes
    later, whether a side ("in the corner") or a room comes right before, of which no place is said.
    """

    kind: str
    roles: tuple[str, ...]
    subject: bool
    later: bool
    after_side: bool


def _options(tail: Tail, at: _Placing) -> Iterator[tuple[int, str]]:
    """The roles that a place may have, with what each costs."""
    placed = "goal" in at.roles
    if isinstance(tail, Side):
        sure = tail.kind not in ("on_left", "on_right", "corner", "centre") or tail.amount is not None
        goal = 0 if sure else 2 * at.later if at.kind in _PLACING else None
    else:
        assert isinstance(tail, Place)
        sure = tail.kind in _GOALS or tail.amount is not None or _comes_along(tail)
        goal = 0 if sure else _as_goal(tail, at)
    if goal is not None:
        yield goal, "goal"
    if sure:
        return
    if at.roles and (not at.after_side or (isinstance(tail, Place) and tail.kind in _LIMITS)):
        yield 0 if placed or at.roles[-1] == "goal" else 1, "last"
    if at.subject and (not placed or tail.kind == "from"):
        yield (1 if at.kind in _PLACING and not at.later else 0), "subject"


def _as_goal(place: Place, at: _Placing) -> int | None:
    """What it costs to read a place as where the thing shall be; None if it cannot be read so."""
    if place.bound or place.kind in _LIMITS:
        return None
    if (at.kind in _PLACING and place.kind != "from") or place.kind in _OTHERS.get(at.kind, ()):
        placed = "goal" in at.roles and place.kind not in ("facing", "with")
        return 1 if placed else 2 * at.later
    return 3 if place.kind == "facing" else None


def _comes_along(place: Place) -> bool:
    """ "With its chairs", "with everything on it"."""
    noun = place.nouns[0]
    return place.kind == "with" and (noun.determiner in ("its", "all") or noun.head == "everything")


def _built(noun: Noun | None, tails: tuple[Tail, ...], roles: dict[int, str]) -> Part:
    """The part that a choice of roles makes."""
    chain: list[list[Located | Side]] = [[]]
    goals: list[Piece] = []
    built: dict[int, Located | Side] = {}
    for index in sorted(roles, reverse=True):
        tail = tails[index]
        below = _below(index, roles, built)
        built[index] = _located(tail, below) if isinstance(tail, Place) else tail  # type: ignore[assignment]
    for index, tail in enumerate(tails):
        role = roles.get(index)
        if role == "subject":
            chain[0].append(built[index])
        elif role == "goal":
            goals.append(built[index])
        elif role is None and not isinstance(tail, Place):
            goals.append(tail)
    subject = Phrase(noun=noun, limits=tuple(chain[0])) if noun else None
    return Part(subject=subject, goals=tuple(goals))


def _below(index: int, roles: dict[int, str], built: dict[int, Located | Side]) -> tuple[Located | Side, ...]:
    """The limits of the last noun of the place at ``index``: the next place, if it is said of it."""
    later = [one for one in sorted(roles) if one > index]
    return (built[later[0]],) if later and roles[later[0]] == "last" else ()


def _located(place: Place, limits: tuple[Located | Side, ...]) -> Located:
    *first, last = place.nouns
    return Located(
        place=place, targets=(*(Phrase(noun=one, shared=limits) for one in first), Phrase(noun=last, limits=limits))
    )
