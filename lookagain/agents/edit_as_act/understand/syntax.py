"""What an instruction says before it is held against a scene: clauses, noun phrases, places, amounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

__all__ = ["Amount", "Attribute", "Clause", "Group", "Noun", "Place", "Side", "Span", "Tail", "Verb", "Words"]


class Span(NamedTuple):
    """A piece of the text: from ``start`` up to ``end``."""

    start: int
    end: int


class Attribute(NamedTuple):
    """A word before a noun: ``kind`` is the terminal or the kind of adjective, ``value`` what it stands for."""

    kind: str
    value: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Noun:
    """A noun phrase without what follows it. ``head`` is a category, room, place or aspect, as ``group`` says; group
    "" is an unknown word. ``determiner`` is a key of the lexicon's determiners, "" if there is none.
    """

    span: Span
    text: str
    head: str = ""
    group: Literal["category", "room", "place", "aspect", "pronoun", "id", ""] = ""
    plural: bool = False
    determiner: str = ""
    number: float | None = None
    ordinal: int | None = None
    attributes: tuple[Attribute, ...] = ()
    owner: Noun | None = None
    literal: str = ""
    """The words without determiner, as written; what a style is taken from."""


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How much: ``value`` of ``unit`` (metres, degrees, a share, a factor; "" where only a comparative stands).

    ``dimension`` is the comparative's key ("z+"), ``more`` whether it compares ("wider", not "wide"), ``preposition``
    the word before ("by", "to").
    """

    span: Span
    value: float = 1.0
    unit: Literal["m", "degree", "share", "factor", "extent", ""] = ""
    dimension: str = ""
    more: bool = False
    preposition: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A preposition and its nouns. ``bound``: it surely belongs to the noun before ("that is on ...")."""

    span: Span
    kind: str
    nouns: tuple[Noun, ...]
    bound: bool = False
    amount: Amount | None = None
    view: Place | None = None
    """From where its sides are told: "as you face the desk", "seen from the door"."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """A direction or place without a noun: left, forward, clockwise, in the corner."""

    span: Span
    kind: str
    amount: Amount | None = None
    view: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Words:
    """A description after the noun: "dark blue", "a modern look"."""

    span: Span
    text: str


@dataclass(frozen=True, kw_only=True)
class Verb:
    """What is to be done, a key of the lexicon's verbs."""

    span: Span
    kind: str
    text: str


Tail: TypeAlias = Place | Side | Amount | Words | Verb


@dataclass(frozen=True, kw_only=True)
class Group:
    """A noun and what follows it; no noun where it is left out ("and rotate by 90 degrees")."""

    span: Span
    noun: Noun | None
    tails: tuple[Tail, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One edit as it is said."""

    span: Span
    verb: Verb
    groups: tuple[Group, ...]
