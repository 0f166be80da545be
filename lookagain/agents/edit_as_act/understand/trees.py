"""Lark's trees to the values of ``syntax``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from lark import Token, Tree

from lookagain.agents.edit_as_act.understand.lexicon import Sense
from lookagain.agents.edit_as_act.understand.syntax import (
    Amount,
    Attribute,
    Clause,
    Group,
    Noun,
    Place,
    Side,
    Span,
    Tail,
    Verb,
    Words,
)

__all__ = ["clause_of", "group_of"]

_Senses: TypeAlias = Mapping[int, Sense]
_Node: TypeAlias = Tree[Token]

_UNITS = {"UNIT": "m", "ANGLE": "degree", "PERCENT": "share", "TIMES": "factor"}


def clause_of(tree: _Node, text: str, senses: _Senses) -> Clause:
    """A clause."""
    span = _span(tree)
    groups = [group_of(one, text, senses) for one in _subtrees(tree, "group")]
    tails = tuple(_tail(one, text, senses) for one in _rest(tree, "group"))
    if tree.data == "mention":
        token = next(one for one in tree.children if isinstance(one, Token) and one.type == "IS")
        return Clause(span=span, verb=_verb(token, "there"), groups=tuple(groups))
    if tree.data == "statement":
        last = groups[-1]
        said = tuple(replace(one, bound=True) if isinstance(one, Place) else one for one in last.tails)
        groups[-1] = Group(span=Span(last.span.start, span.end), noun=last.noun, tails=said + tails)
        token = next(one for one in tree.children if isinstance(one, Token) and one.type == "SHOULD")
        return Clause(span=span, verb=_verb(token, "want"), groups=tuple(groups))
    token = next(one for one in tree.children if isinstance(one, Token) and one.type == "VERB")
    if not groups:
        groups = [Group(span=span, noun=None, tails=tails)]
    return Clause(span=span, verb=_verb(token, senses[_start(token)].value), groups=tuple(groups))


def group_of(tree: _Node, text: str, senses: _Senses) -> Group:
    """A noun and its tails; "that is red" is an attribute of the noun."""
    first, *rest = [one for one in tree.children if isinstance(one, Tree)]
    noun = _noun(first, text, senses)
    tails = []
    for one in rest:
        tokens = [token for token in one.children if isinstance(token, Token)]
        if one.data == "words" and tokens[0].type == "THAT":
            more = tuple(_attribute(token, senses) for token in tokens[1:])
            noun = replace(noun, attributes=noun.attributes + more)
        else:
            tails.append(_tail(one, text, senses))
    return Group(span=_span(tree), noun=noun, tails=tuple(tails))


def _attribute(token: Token, senses: _Senses) -> Attribute:
    sense = senses[_start(token)]
    return Attribute(sense.group or token.type, sense.value, str(token))


def _verb(token: Token, kind: str) -> Verb:
    return Verb(span=_token_span(token), kind=kind, text=str(token))


def _tail(tree: _Node, text: str, senses: _Senses) -> Tail:
    tokens = [one for one in tree.children if isinstance(one, Token)]
    span = _span(tree)
    match tree.data:
        case "place":
            kind = next(one for one in tokens if one.type in ("PREP", "BETWEEN"))
            nouns = tuple(_noun(one, text, senses) for one in tree.children if isinstance(one, Tree))
            bound = any(one.type == "THAT" for one in tokens)
            return Place(span=span, kind=senses[_start(kind)].value, nouns=nouns, bound=bound)
        case "side":
            kind = next(one for one in tokens if one.type == "SIDE")
            return Side(span=span, kind=senses[_start(kind)].value)
        case "measure":
            return _amount(tokens, span, senses)
        case "participle":
            return _verb(tokens[0], senses[_start(tokens[0])].value)
        case _:
            kept = [one for one in tokens if one.type != "DET" and senses[_start(one)].group != "aspect"]
            return Words(span=span, text=_literal(kept or tokens, text))


def _amount(tokens: list[Token], span: Span, senses: _Senses) -> Amount:
    by = {one.type: senses[_start(one)].value for one in tokens}
    dimension, more = "", False
    for one in tokens:
        if one.type == "COMP":
            dimension, more = by["COMP"], str(one).split()[0].endswith("er")
    preposition = "by" if "BYFACTOR" in by else by.get("PREP", "")
    if preposition in ("near", "at"):
        preposition = "by"
    elif preposition == "in":
        preposition = "most"
    rest = {"span": span, "dimension": dimension, "more": more, "preposition": preposition}
    number = float(by["NUM"]) if "NUM" in by else 1.0
    for terminal, unit in _UNITS.items():
        if terminal in by:
            each = 1.0 if terminal == "TIMES" else float(by[terminal])
            return Amount(value=number * each, unit=unit, **rest)  # type: ignore[arg-type]
    if "BYFACTOR" in by:
        return Amount(value=number, unit="factor", **rest)  # type: ignore[arg-type]
    if "TURN" in by:
        return Amount(value=float(by["TURN"]), unit="degree", **rest)  # type: ignore[arg-type]
    if "FACTOR" in by:
        return Amount(value=float(by["FACTOR"]), unit="factor", **rest)  # type: ignore[arg-type]
    if "DEGREE" in by:
        return Amount(value=float(by["DEGREE"]), unit="extent", **rest)  # type: ignore[arg-type]
    return Amount(**rest)  # type: ignore[arg-type]


def _noun(tree: _Node, text: str, senses: _Senses) -> Noun:
    if tree.data == "owned":
        owner, core = [_noun(one, text, senses) for one in tree.children if isinstance(one, Tree)]
        return replace(core, owner=owner, span=_span(tree), text=_piece(text, _span(tree)))
    tokens = [one for one in tree.children if isinstance(one, Token)]
    span = _span(tree)
    said = _piece(text, span)
    rest = [one for one in tokens if one.type != "DET"]
    determiners = [senses[_start(one)].value for one in tokens if one.type == "DET"]
    determiner = _determiner(determiners)
    first = rest[0]
    if rest[-1].type in ("PRONOUN", "ID"):
        head = senses[_start(rest[-1])].value
        if first.type == "PRONOUN":
            return Noun(span=span, text=said, head=head, group="pronoun", determiner=determiner)
        return Noun(span=span, text=said, head=head, group="id", determiner=determiner)
    last = rest[-1]
    sense = senses[_start(last)]
    known = last.type == "NOUN"
    number = ordinal = None
    attributes = []
    for one in rest[:-1] if known or len(rest) > 1 or first.type not in ("NUM", "ORD", "SUPER", "SIZE") else rest:
        if one.type == "NUM":
            number = float(senses[_start(one)].value)
        elif one.type == "ORD":
            ordinal = int(senses[_start(one)].value)
        else:
            attributes.append(_attribute(one, senses))
    return Noun(
        span=span,
        text=said,
        head=sense.value if known else str(last),
        group=sense.group if known else "",  # type: ignore[arg-type]
        plural=sense.plural if known else False,
        determiner=determiner,
        number=number,
        ordinal=ordinal,
        attributes=tuple(attributes),
        literal=_literal([one for one in rest if senses[_start(one)].group != "aspect"] or rest, text),
    )


def _determiner(said: Iterable[str]) -> str:
    """The one that decides how many are meant: "all the" is all, "another" is more than "the other"."""
    found = list(said)
    for kind in ("rest", "all", "both", "any", "another", "other", "its", "a", "the"):
        if kind in found:
            return kind
    return ""


def _subtrees(tree: _Node, name: str) -> list[_Node]:
    return [one for one in tree.children if isinstance(one, Tree) and one.data == name]


def _rest(tree: _Node, name: str) -> list[_Node]:
    return [one for one in tree.children if isinstance(one, Tree) and one.data != name]


def _start(token: Token) -> int:
    return token.start_pos or 0


def _token_span(token: Token) -> Span:
    return Span(_start(token), token.end_pos or 0)


def _span(tree: _Node) -> Span:
    spans = [_token_span(one) for one in tree.scan_values(lambda one: isinstance(one, Token))]
    return Span(min(one.start for one in spans), max(one.end for one in spans))


def _piece(text: str, span: Span) -> str:
    return text[span.start : span.end]


def _literal(tokens: list[Token], text: str) -> str:
    return " ".join(_piece(text, _token_span(one)) for one in tokens).lower()
