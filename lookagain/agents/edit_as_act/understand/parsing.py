"""The parser: words to clauses, with the exact place of what it does not understand."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Set
from copy import copy
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedToken
from lark.lexer import Lexer
from lark.parsers.lalr_interactive_parser import InteractiveParser

from lookagain.agents.edit_as_act.understand.lexicon import Sense, categories, lexicon
from lookagain.agents.edit_as_act.understand.lexing import Option, Vocabulary, Word, words_of
from lookagain.agents.edit_as_act.understand.syntax import Clause, Group
from lookagain.agents.edit_as_act.understand.trees import clause_of, group_of
from lookagain.agents.edit_as_act.understand.values import NotUnderstood

__all__ = ["MOST_CLAUSES", "MOST_LETTERS", "MOST_WORDS", "Parsed", "parse", "parse_reply"]

MOST_LETTERS: Final = 2000
MOST_WORDS: Final = 300
MOST_CLAUSES: Final = 20

_SAYS: Final[Mapping[str, str]] = {
    "VERB": "an action such as 'move'",
    "NOUN": "a thing",
    "WORD": "a thing",
    "DET": "a thing",
    "ID": "a thing",
    "PRONOUN": "a thing",
    "PREP": "a place such as 'next to'",
    "BETWEEN": "a place such as 'next to'",
    "SIDE": "a direction",
    "SHOULD": "'should'",
    "IS": "'is'",
    "SEP": "the end or another clause",
    "AND": "'and'",
    "UNIT": "a unit such as 'cm'",
}
#: What a noun phrase begins with.
_OPENS: Final = frozenset({"DET", "NOUN", "PRONOUN", "ID", "ADJ", "SIZE", "SUPER", "ORD", "NUM", "STATE", "WORD"})
_UNITS: Final = frozenset({"UNIT", "ANGLE", "PERCENT", "TIMES"})


class Parsed(NamedTuple):
    """The clauses of a text, or why it was not understood."""

    clauses: tuple[Clause, ...]
    problem: NotUnderstood | None = None


class _NoLexer(Lexer):
    """Lark reads no text here: ``_read`` feeds it."""

    def __init__(self, conf: object) -> None: ...

    def lex(self, state: object, parser: object) -> Iterator[Token]:
        """Nothing."""
        return iter(())


@cache
def _grammar() -> Lark:
    text = (files(__package__) / "grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", lexer=_NoLexer, start=["instruction", "answer"], maybe_placeholders=False)


def parse(text: str, vocabulary: Vocabulary) -> Parsed:
    """The clauses of an instruction."""
    read = _read(text, vocabulary, "instruction")
    if isinstance(read, NotUnderstood):
        return Parsed((), read)
    tree, senses = read
    trees = [one for one in tree.children if isinstance(one, Tree)]
    if len(trees) > MOST_CLAUSES:
        where = min((token.start_pos or 0) for token in trees[MOST_CLAUSES].scan_values(lambda one: True))
        return Parsed((), NotUnderstood(position=where, expected=f"at most {MOST_CLAUSES} clauses"))
    return Parsed(tuple(clause_of(one, text, senses) for one in trees))


def parse_reply(text: str, vocabulary: Vocabulary) -> tuple[Group, ...]:
    """The things that a reply to a question names; empty if it is no such phrase."""
    read = _read(text, vocabulary, "answer")
    if isinstance(read, NotUnderstood):
        return ()
    tree, senses = read
    return tuple(group_of(one, text, senses) for one in tree.children if isinstance(one, Tree))


def _read(
    text: str, vocabulary: Vocabulary, start: Literal["instruction", "answer"]
) -> tuple[Tree[Token], Mapping[int, Sense]] | NotUnderstood:
    if len(text) > MOST_LETTERS:
        return NotUnderstood(position=MOST_LETTERS, expected=f"at most {MOST_LETTERS} letters")
    words = words_of(text, vocabulary)
    if len(words) > MOST_WORDS:
        return NotUnderstood(position=words[MOST_WORDS].start, expected=f"at most {MOST_WORDS} words")
    parser = _grammar().parse_interactive(start=start)
    fed: list[tuple[Token, Sense]] = []
    index = 0
    while index < len(words):
        taken = _step(parser, words, index, vocabulary, fed[-1][0].type if fed else "SEP")
        if taken is None:
            return _problem(parser, words[index], vocabulary, fed)
        if taken.sense.terminal != "SKIP":
            fed.append((_token(words, index, taken), taken.sense))
            parser.feed_token(fed[-1][0])
        index += taken.length
    if "$END" not in _accepted(parser):
        return _problem(parser, Word("", len(text), len(text), "end"), vocabulary, fed)
    tree: Tree[Token] = parser.feed_eof()  # type: ignore[no-untyped-call]
    return tree, {token.start_pos or 0: sense for token, sense in fed}


def _token(words: tuple[Word, ...], index: int, option: Option) -> Token:
    last = words[index + option.length - 1]
    said = " ".join(word.text for word in words[index : index + option.length])
    return Token(option.sense.terminal, said, start_pos=words[index].start, end_pos=last.end)


def _step(
    parser: InteractiveParser, words: tuple[Word, ...], index: int, vocabulary: Vocabulary, last: str
) -> Option | None:
    """The longest phrase and its first sense that the grammar accepts here; ``last`` is the terminal before."""
    options = _preferred(list(vocabulary.options(words, index)), words, index, vocabulary, last)
    for option in options:
        if option.sense.terminal == "SKIP" or _accepts(parser, _token(words, index, option)):
            return option
    return None


def _accepted(parser: InteractiveParser) -> set[str]:
    return set(parser.accepts())  # type: ignore[no-untyped-call]


def _accepts(parser: InteractiveParser, token: Token) -> bool:
    trial = copy(parser)
    try:
        trial.feed_token(token)
    except UnexpectedToken:
        return False
    return True


def _preferred(
    options: list[Option], words: tuple[Word, ...], index: int, vocabulary: Vocabulary, last: str
) -> list[Option]:
    """The options in the order that the words around tell: whether "and" joins things or edits, whether a word that may
    be a noun or an adjective stands before a noun, whether "in" has a noun, whether "look" is one.
    """
    if not options:
        return options
    if options[0].sense.terminal in ("AND", "SEP"):
        return _joint(options[0], words, index, vocabulary)
    options = [one for one in options if not _misplaced(one, words, index, vocabulary, last)]
    length = options[0].length
    terminals = {one.sense.terminal for one in options if one.length == length}
    after = vocabulary.kinds(words, index + length)
    first = ""
    if {"NOUN", "ADJ"} <= terminals:
        first = "ADJ" if after & {"NOUN", "ADJ"} and not after & {"SIDE", "VERB"} else "NOUN"
    elif {"NOUN", "NUM"} <= terminals:
        counts = {"NOUN"} if last == "DET" else {"NOUN", "ADJ", "WORD", "UNIT", "ANGLE", "SIZE"}
        first = "NUM" if after & counts else "NOUN"
    elif "STATE" in terminals:
        first = "STATE" if last in ("THAT", "BE") and not after & _OPENS else "PREP"
    elif {"PREP", "SIDE"} <= terminals:
        first = "PREP" if after & _OPENS else "SIDE"
    elif {"BE", "PART"} <= terminals:
        first = "BE" if after - {"SEP", "AND", "SKIP"} else "PART"
    elif {"PREP", "SKIP"} <= terminals:
        first = "PREP" if after & _OPENS else "SKIP"
    elif {"NOUN", "PART"} <= terminals:
        first = "NOUN" if last in ("DET", "ADJ", "WORD", "POSS") else "PART"
    return sorted(options, key=lambda one: (-one.length, one.sense.terminal != first))


def _misplaced(option: Option, words: tuple[Word, ...], index: int, vocabulary: Vocabulary, last: str) -> bool:
    """Whether a phrase is none here: "on the left" before "nightstand", "chair 1" before "m", "size" after a verb."""
    after = vocabulary.kinds(words, index + option.length)
    match option.sense.terminal:
        case "SIDE":
            return option.length > 1 and words[index + option.length - 1].text in ("left", "right") and "NOUN" in after
        case "ID":
            number = words[index + option.length - 1].kind == "number"
            return number and bool(after & _UNITS or (option.length == 1 and last != "NOUN"))
        case "COMP":
            return last in ("VERB", "SEP")
        case "NUM":
            return last == "NOUN" and vocabulary.id_of(words[index].text) is not None and not after & _UNITS
        case _:
            return False


def _joint(option: Option, words: tuple[Word, ...], index: int, vocabulary: Vocabulary) -> list[Option]:
    after = index + option.length
    while after < len(words) and (kinds := vocabulary.kinds(words, after)) and kinds & {"SKIP", "AND", "SEP"}:
        if kinds & {"SEP", "AND"}:
            return [Option(Sense(terminal="SKIP", value=""), option.length)]
        after += next(iter(vocabulary.options(words, after))).length
    if after >= len(words):
        return [Option(Sense(terminal="SKIP", value=""), option.length)]
    if kinds & {"VERB"} or _states(words, after, vocabulary):
        return [Option(Sense(terminal="SEP", value="sep"), option.length)]
    if option.sense.terminal == "SEP" and not kinds & {"PREP", "SIDE"}:
        return [option]
    if kinds & {"PREP", "BETWEEN", "SIDE", "FACTOR", "COMP", "DEGREE", "THAT"} or _measures(words, after, vocabulary):
        return [Option(Sense(terminal="SKIP", value=""), option.length)]
    return [option]


def _measures(words: tuple[Word, ...], index: int, vocabulary: Vocabulary) -> bool:
    """Whether an amount stands here, as in "and 50 cm to the left"."""
    return "NUM" in vocabulary.kinds(words, index) and bool(vocabulary.kinds(words, index + 1) & _UNITS)


def _states(words: tuple[Word, ...], index: int, vocabulary: Vocabulary) -> bool:
    """Whether a clause such as "the sofa should face the window" begins here."""
    while index < len(words):
        kinds = vocabulary.kinds(words, index)
        if kinds & {"SHOULD", "IS"}:
            return True
        if kinds & {"AND", "SEP", "VERB"}:
            return False
        index += max(1, *(one.length for one in vocabulary.options(words, index)), 1)
    return False


def _problem(
    parser: InteractiveParser, word: Word, vocabulary: Vocabulary, fed: list[tuple[Token, Sense]]
) -> NotUnderstood:
    """What the grammar stops at: a misspelled action before, if there is one, else the word."""
    opens = True
    for token, _ in fed:
        if opens and token.type == "WORD" and (near := _near(str(token), {"VERB"}, vocabulary)):
            return NotUnderstood(position=token.start_pos or 0, found=str(token), expected=_SAYS["VERB"], near=near)
        opens = token.type == "SEP"
    accepted = _accepted(parser)
    return NotUnderstood(
        position=word.start,
        found=word.text,
        expected=_expected(accepted),
        near=_near(word.text, accepted, vocabulary) if word.text else (),
    )


def _near(word: str, terminals: Set[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    known = {phrase[0] for phrase, senses in lexicon().items() if any(one.terminal in terminals for one in senses)}
    if "NOUN" in terminals:
        known |= set(categories()) | vocabulary.categories
    near = difflib.get_close_matches(word, sorted(known), n=3, cutoff=0.7)
    return tuple(one for one in near if one != word)


def _expected(accepted: Iterable[Any]) -> str:
    said = sorted({_SAYS[str(one)] for one in accepted if str(one) in _SAYS})
    return " or ".join(said) if said else "the end"
