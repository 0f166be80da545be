"""From text to the terminals of the grammar.

One phrase may be several things ("light" is a lamp or a shade of colour, "face" is a command or a direction). The
longest phrase comes first, and of its senses the first that the grammar accepts where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Final, NamedTuple

from lookagain.agents.edit_as_act.understand.lexicon import Phrase, Sense, lexicon, plural, spelled, split
from lookagain.tools.scene.values import Scene

__all__ = ["Option", "Vocabulary", "Word", "words_of"]

_LONGEST: Final = 9
#: Words that are never the unknown name of a thing.
_CLOSED: Final = frozenset(
    {"PREP", "BETWEEN", "DET", "BE", "IS", "SHOULD", "SKIP", "SEP", "AND", "PRONOUN", "THAT", "UNIT", "PERCENT"}
)
_TOKEN: Final = re.compile(
    r"""(?P<quoted>"[^"\n]{1,200}"|'[^'\n]{1,200}'(?!\w)|“[^”\n]{1,200}”)
      | (?P<number>\d+(?:[.,]\d+)?)
      | (?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)
      | (?P<other>\S)""",
    re.VERBOSE,
)
_ID: Final = re.compile(r"\S+")
_NUMERIC_ID: Final = re.compile(r"(?:#|no\.? |nr\.? |object |item |id )\s*(\d+)", re.IGNORECASE)


class Word(NamedTuple):
    """A word or sign with its place in the text. ``kind``: word, number, quoted, id, poss or other."""

    text: str
    start: int
    end: int
    kind: str


class Option(NamedTuple):
    """A sense of the ``length`` words from here on."""

    sense: Sense
    length: int


@dataclass(frozen=True)
class Vocabulary:
    """The words that a scene adds to the lexicon: its categories and ids."""

    ids: Set[str]
    categories: frozenset[str]
    nouns: Mapping[Phrase, tuple[Sense, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, scene: Scene) -> Vocabulary:
        """The vocabulary of a scene."""
        names = {one.category for one in scene.objects.values()}
        nouns: dict[Phrase, tuple[Sense, ...]] = {}
        for name in sorted(names):
            for form in {split(name), name.lower(), spelled(name)}:
                one, many = tuple(form.split()), tuple(plural(form).split())
                nouns[many] = (Sense(terminal="NOUN", value=spelled(name), group="category", plural=many != one),)
                nouns[one] = (Sense(terminal="NOUN", value=spelled(name), group="category"),)
        ids = set(scene.objects) | {one.id for one in scene.openings}
        return cls(ids, frozenset(spelled(name) for name in names), nouns)

    @cached_property
    def by_case(self) -> Mapping[str, str]:
        """Ids by their lower case."""
        return {id_.lower(): id_ for id_ in self.ids}

    def id_of(self, text: str) -> str | None:
        """The id that a text is, whatever its case."""
        return text if text in self.ids else self.by_case.get(text.lower())

    def options(self, words: tuple[Word, ...], index: int) -> Iterator[Option]:
        """All that the words from ``index`` on may be, the longest first."""
        word = words[index]
        if word.kind == "id":
            yield Option(Sense(terminal="ID", value=word.text), 1)
            return
        if word.kind == "poss":
            yield Option(Sense(terminal="POSS", value="'s"), 1)
            return
        terminals: set[str] = set()
        for length in range(min(_LONGEST, len(words) - index), 0, -1):
            phrase = tuple(one.text for one in words[index : index + length])
            senses = [*lexicon().get(phrase, ()), *self.nouns.get(phrase, ())]
            named = self.id_of("_".join(phrase)) if length > 1 or not senses else None
            if named is not None:
                yield Option(Sense(terminal="ID", value=named), length)
            for sense in senses:
                terminals.add(sense.terminal)
                yield Option(sense, length)
        if word.kind == "number":
            if word.text in self.ids:
                yield Option(Sense(terminal="ID", value=word.text), 1)
            yield Option(Sense(terminal="NUM", value=word.text.replace(",", ".")), 1)
        elif word.kind == "quoted" or (word.kind == "word" and not terminals & _CLOSED):
            yield Option(Sense(terminal="WORD", value=word.text), 1)

    def kinds(self, words: tuple[Word, ...], index: int) -> set[str]:
        """The terminals of the longest phrase from ``index`` on."""
        found = list(self.options(words, index)) if index < len(words) else []
        return {one.sense.terminal for one in found if one.length == found[0].length}


def words_of(text: str, vocabulary: Vocabulary) -> tuple[Word, ...]:
    """The words of a text in lower case; ids of the scene as they are spelled there."""
    found: list[Word] = []
    place = 0
    while match := _TOKEN.search(text, place):
        place = match.end()
        if (named := _named(text, match, vocabulary)) is not None:
            found.append(named)
            place = named.end
        elif match["word"]:
            found += _parts(match)
        elif match["number"] or match["quoted"]:
            kind = "number" if match["number"] else "quoted"
            found.append(Word(match[0].strip("\"'“”").lower(), match.start(), match.end(), kind))
        elif match[0] in "!?.;:":
            found.append(Word("then", match.start(), match.end(), "word"))
        elif match[0] not in "-_()—–'’\"":
            found.append(Word(match[0], match.start(), match.end(), "word" if match[0] in ",&%°" else "other"))
    return tuple(found)


def _named(text: str, match: re.Match[str], vocabulary: Vocabulary) -> Word | None:
    """An id of the scene that begins here: one that no plain word could be."""
    start = match.start()
    if (numeric := _NUMERIC_ID.match(text, start)) and numeric[1] in vocabulary.ids:
        return Word(numeric[1], start, numeric.end(), "id")
    if match["quoted"]:
        id_ = vocabulary.id_of(match[0][1:-1])
        return None if id_ is None else Word(id_, start, match.end(), "id")
    chunk = _ID.match(text, start)
    raw = chunk[0] if chunk else ""
    for name in (raw, raw.rstrip(".,;:!?)"), re.sub(r"['’]s?\W*$", "", raw)):
        if not name.isalpha() and not re.fullmatch(r"[\d.,]+\W*", name) and (id_ := vocabulary.id_of(name)) is not None:
            return Word(id_, start, start + len(name), "id")
    return None


def _parts(match: re.Match[str]) -> Iterator[Word]:
    """A word; CamelCase in its words; a possessive ending apart."""
    raw = match[0].replace("’", "'")
    owned = raw.lower().endswith("'s") and raw.lower() not in _contracted()
    body = raw[:-2] if owned else raw
    plain = body[1:].islower() or body[:-1].isupper() or not body.isascii() or "'" in body
    for piece in re.finditer(r".+" if plain else r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", body):
        yield Word(piece[0].lower(), match.start() + piece.start(), match.start() + piece.end(), "word")
    if owned:
        yield Word("'s", match.end() - 2, match.end(), "poss")


@cache
def _contracted() -> frozenset[str]:
    return frozenset(word for phrase in lexicon() for word in phrase if "'" in word)
