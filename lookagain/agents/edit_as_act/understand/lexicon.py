"""The words that instructions are made of, from ``lexicon.toml`` and ``categories.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

__all__ = [
    "Phrase",
    "Sense",
    "categories",
    "hangs_by_kind",
    "is_a",
    "kinds_of",
    "lexicon",
    "plural",
    "spelled",
    "split",
    "squeezed",
    "weak_kinds",
]

#: Words in lower case, in order.
Phrase: TypeAlias = tuple[str, ...]

#: The terminal of the grammar that each section of the lexicon gives.
_TERMINALS: Final = {
    "separators": "SEP",
    "ands": "AND",
    "verbs": "VERB",
    "participles": "PART",
    "should": "SHOULD",
    "is": "IS",
    "be": "BE",
    "numbers": "NUM",
    "units": "UNIT",
    "angles": "ANGLE",
    "turns": "TURN",
    "percents": "PERCENT",
    "byfactor": "BYFACTOR",
    "factors": "FACTOR",
    "times": "TIMES",
    "degrees": "DEGREE",
    "sides": "SIDE",
    "comparatives": "COMP",
    "prepositions": "PREP",
    "relatives": "THAT",
    "determiners": "DET",
    "pronouns": "PRONOUN",
    "ordinals": "ORD",
    "superlatives": "SUPER",
    "ones": "NOUN",
    "aspects": "NOUN",
    "rooms": "NOUN",
    "places": "NOUN",
    "adjectives": "ADJ",
    "states": "STATE",
    "sizes": "SIZE",
    "skip": "SKIP",
}
_IRREGULAR: Final = {
    "knife": "knives",
    "shelf": "shelves",
    "bookshelf": "bookshelves",
    "mouse": "mice",
    "loaf": "loaves",
    "person": "people",
}
_SAME: Final = frozenset({"furniture", "electronics", "cutlery", "crockery", "clothes", "food", "fruit", "seating"})
_EMPHASIS: Final = ("right", "directly", "immediately", "just", "straight", "close", "somewhere", "back", "over")


@dataclass(frozen=True, kw_only=True)
class Sense:
    """What a phrase may be: a terminal of the grammar, and what it stands for there.

    ``group`` is "category", "room", "place" or "aspect" for a noun, the kind of an adjective, else empty.
    """

    terminal: str
    value: str
    group: str = ""
    plural: bool = False


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))


def plural(word: str) -> str:
    """The plural of an English noun (or of a phrase: of its last word)."""
    head, _, last = word.rpartition(" ")
    if last in _IRREGULAR:
        last = _IRREGULAR[last]
    elif last in _SAME or (last.endswith("s") and not last.endswith("ss")):
        pass
    elif re.search(r"(s|x|z|ch|sh|tomato|potato)$", last):
        last += "es"
    elif re.search(r"[^aeiou]y$", last):
        last = last[:-1] + "ies"
    else:
        last += "s"
    return f"{head} {last}" if head else last


def split(name: str) -> str:
    """A category's name as words: "GarbageCan", "garbage_can" and "TVStand" are "garbage can" and "tv stand"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return " ".join(re.findall(r"[^\W_]+", spaced.lower()))


def squeezed(name: str) -> str:
    """A name without case, spaces, underscores and hyphens."""
    return re.sub(r"[\W_]+", "", name.lower())


@cache
def categories() -> Mapping[str, str]:
    """The category that each name stands for, names squeezed."""
    found: dict[str, str] = {}
    tables = _read("categories.toml")
    for category, names in tables["synonyms"].items():
        for name in (category, *names):
            found.setdefault(squeezed(name), category)
    for kind, members in tables["kinds"].items():
        for name in (kind, *members):
            found.setdefault(squeezed(name), name)
    return found


@cache
def _parents() -> Mapping[str, frozenset[str]]:
    parents: dict[str, set[str]] = {}
    for kind, members in _read("categories.toml")["kinds"].items():
        for member in members:
            parents.setdefault(member, set()).add(kind)
    return {member: frozenset(kinds) for member, kinds in parents.items()}


@cache
def spelled(name: str) -> str:
    """The category that a name of a scene or of a person stands for: the lexicon's, else its own words."""
    known = categories()
    # "Television_14" and "Wall_Decor_Photo_1V" number the models of a catalogue.
    words = re.sub(r"(?: \d+(?: [a-z])?| \d+[a-z])$", "", split(name))
    for form in (words, re.sub(r"s$", "", words), re.sub(r"es$", "", words)):
        if squeezed(form) in known:
            return known[squeezed(form)]
    return words


@cache
def kinds_of(category: str) -> frozenset[str]:
    """All that a category is: itself, its kinds, theirs, and what its last word names."""
    found: set[str] = set()
    open_ = [category]
    while open_:
        one = open_.pop()
        if one in found:
            continue
        found.add(one)
        open_ += _parents().get(one, ())
        if squeezed(one) not in categories():
            open_ += _last_word(one)
    return frozenset(found)


def _last_word(name: str) -> list[str]:
    """What the end of an unlisted name says that it is ("kitchentable": a table), the longest such word; else its last
    word that is listed ("countertop ix").
    """
    known, whole = categories(), squeezed(name)
    for start in range(1, len(whole) - 2):
        if whole[start:] in known:
            return [known[whole[start:]]]
    return [known[word] for word in reversed(name.split()) if word in known][:1]


@cache
def hangs_by_kind(category: str) -> str:
    """Where things of a category hang: "wall", "ceiling", or "" for what stands or lies."""
    hanging = _read("categories.toml")["hanging"]
    own = kinds_of(category)
    if own & set(hanging["nowhere"]):
        return ""
    return next((where for where in ("wall", "ceiling") if own & set(hanging[where])), "")


@cache
def weak_kinds(kind: str) -> frozenset[str]:
    """Categories that are called by the name of a kind only where nothing is of that kind."""
    return frozenset(_read("categories.toml")["weak"].get(kind, ()))


def is_a(category: str, kind: str) -> bool:
    """Whether things of a category are of a kind, both as ``spelled`` gives them."""
    return kind in kinds_of(category)


@cache
def lexicon() -> Mapping[Phrase, tuple[Sense, ...]]:
    """The senses of every phrase, the preferred one first. Categories come after words of grammar."""
    found: dict[Phrase, list[Sense]] = {}

    def put(phrase: str, sense: Sense) -> None:
        senses = found.setdefault(tuple(phrase.split()), [])
        if sense not in senses:
            senses.append(sense)

    sections = _read("lexicon.toml")
    for section, terminal in _TERMINALS.items():
        for value, phrases in sections[section].items():
            for phrase, sense in _senses(section, terminal, value, phrases):
                put(phrase, sense)
    for name, category in _names():
        put(name, Sense(terminal="NOUN", value=category, group="category"))
        if plural(name) != name:
            put(plural(name), Sense(terminal="NOUN", value=category, group="category", plural=True))
    return {phrase: tuple(senses) for phrase, senses in found.items()}


def _names() -> Iterator[tuple[str, str]]:
    tables = _read("categories.toml")
    for category, names in tables["synonyms"].items():
        yield from ((name, category) for name in (category, *names))
    for kind, members in tables["kinds"].items():
        yield from ((name, spelled(name)) for name in (kind, *members))


def _senses(section: str, terminal: str, value: str, phrases: Iterable[str]) -> Iterator[tuple[str, Sense]]:
    group = (
        ("pronoun" if section == "ones" else section.rstrip("s"))
        if terminal == "NOUN"
        else value
        if section == "adjectives"
        else ""
    )
    for phrase in phrases:
        if section == "prepositions":
            term = "BETWEEN" if value == "between" else "PREP"
            yield phrase, Sense(terminal=term, value=value)
            if value != "by":
                yield from ((f"{word} {phrase}", Sense(terminal=term, value=value)) for word in _EMPHASIS)
            continue
        yield phrase, Sense(terminal=terminal, value=value, group=group)
        if section in ("rooms", "places", "aspects"):
            yield plural(phrase), Sense(terminal=terminal, value=value, group=group, plural=True)
