"""Instruction and world to goal: each clause in its likeliest reading that the scene bears out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar

from lookagain.agents.edit_as_act.understand import syntax
from lookagain.agents.edit_as_act.understand.attach import Phrase, readings
from lookagain.agents.edit_as_act.understand.edit import LAST_COUNTS, Edit
from lookagain.agents.edit_as_act.understand.find import Finder
from lookagain.agents.edit_as_act.understand.frames import carry_out
from lookagain.agents.edit_as_act.understand.lexing import Vocabulary
from lookagain.agents.edit_as_act.understand.parsing import parse, parse_reply
from lookagain.agents.edit_as_act.understand.scope import Scope, Sizes, Unclear
from lookagain.agents.edit_as_act.understand.values import Ambiguous, Choice, Clause, NotUnderstood, Understood
from lookagain.planners.editlang.values import Atom, Goal
from lookagain.tools.scene.values import Point
from lookagain.tools.scene.world import World

__all__ = ["Outcome", "answered", "understand"]

#: Goals that say where a thing is: they take the place of where a copy stands by default.
_PLACES: Final = frozenset(
    {"near", "gap", "on", "inside", "at", "left_of", "right_of", "in_front_of", "behind", "between"}
)

Outcome: TypeAlias = Understood | Ambiguous | NotUnderstood


def _unknown(category: str) -> Point | None:
    return None


def understand(
    text: str,
    world: World,
    *,
    best: bool = False,
    sizes: Sizes = _unknown,
    choices: tuple[Choice, ...] = (),
) -> Outcome:
    """The goal that an English instruction sets in a world, a question about it, or where it is not understood.

    ``best``: where several things fit, take the one that comes first in a question's list, and note it. ``sizes``: the
    size in metres of a new thing of a category, for positions that depend on it (half a metre each way where it is not
    known). ``choices``: answers to questions asked before. Never raises, whatever the text.
    """
    vocabulary = Vocabulary.of(world.scene)
    parsed = parse(text, vocabulary)
    if parsed.problem is not None:
        return parsed.problem
    scope = Scope(world=world, text=text, sizes=sizes, best=best, choices=choices)
    clauses: list[Clause] = []
    notes: list[str] = []
    for said in parsed.clauses:
        try:
            edit, action = _worked_out(scope, said)
        except Unclear as unclear:
            return unclear.outcome
        clauses.append(
            Clause(
                text=text[said.span.start : said.span.end],
                action=action,
                references=tuple(dict.fromkeys(edit.finder.references)),
                atoms=tuple(edit.atoms),
            )
        )
        notes += edit.finder.notes
        scope = _after(scope, edit)
    if not any(clause.atoms for clause in clauses):
        return NotUnderstood(position=len(text), expected="an edit, such as 'remove it'")
    goal = Goal(atoms=_together(clauses), new=tuple(scope.new.values()))
    return Understood(goal=goal, clauses=tuple(clauses), notes=tuple(dict.fromkeys(notes)))


def _worked_out(scope: Scope, said: syntax.Clause) -> tuple[Edit, str]:
    """The first reading that holds; else the trouble of the one that comes closest."""
    closest: Unclear | None = None
    certain = replace(scope, best=False)
    likely = replace(certain, settles=True)
    for allowed in (certain, likely, *([replace(likely, best=True)] if scope.best else [])):
        for parts in readings(said):
            edit = Edit(allowed, said.span)
            try:
                return edit, carry_out(edit, said, parts)
            except Unclear as unclear:
                if closest is None or unclear.weight < closest.weight:
                    closest = unclear
    if closest is None:
        raise Unclear(NotUnderstood(position=said.span.start, expected="an edit"), 5)
    raise closest


def _after(scope: Scope, edit: Edit) -> Scope:
    return replace(
        scope,
        spoken=(*scope.spoken, *edit.finder.spoken, ("", tuple(edit.main))),
        gone=scope.gone | {str(atom.args[0]) for atom in edit.atoms if atom.predicate == "removed"},
        mentions=(*scope.mentions, tuple(dict.fromkeys(edit.main))) if edit.main else scope.mentions,
        new=_merged(scope.new, edit.new),
        boxes=_merged(scope.boxes, edit.boxes),
        places=_merged(scope.places, edit.places),
        yaws=_merged(scope.yaws, edit.yaws),
        scales=_merged(scope.scales, edit.scales),
    )


_Value = TypeVar("_Value")


def _merged(before: Mapping[str, _Value], more: Mapping[str, _Value]) -> Mapping[str, _Value]:
    return MappingProxyType({**before, **more})


def _together(clauses: list[Clause]) -> tuple[Atom, ...]:
    """All atoms, each once; the last word on a thing's position, turn, size and style. What is taken from somewhere and
    then put elsewhere stays.
    """
    found: dict[object, Atom] = {}
    for index, clause in enumerate(clauses):
        after = [atom for next_ in clauses[index + 1 :] for atom in next_.atoms]
        later = {atom.args[0] for atom in after if clause.action == "take" or atom.predicate in _PLACES}
        for atom in clause.atoms:
            default = clause.action == "copy" and atom.predicate in ("near", "on")
            if (clause.action == "take" or default) and atom.args[0] in later:
                continue
            key = (atom.predicate, atom.args[0]) if atom.predicate in LAST_COUNTS else atom
            found.pop(key, None)
            found[key] = atom
    return tuple(found.values())


def answered(question: Ambiguous, reply: str, world: World, *, best: bool = False, sizes: Sizes = _unknown) -> Outcome:
    """Goes on from a question with a person's reply: a number of its list, an id, "both", "all", or a phrase such as
    "the one in the kitchen". A reply that tells no candidate gives the same question again.
    """
    ids = _chosen(question, reply, world, sizes)
    if not ids or (question.wanted is not None and len(ids) != question.wanted):
        asked = re.sub(r"^\[.*?\] ", "", question.question)
        return replace(question, question=f"[{reply[:80]!r} does not tell which.] {asked}")
    choice = Choice(span=question.span, ids=ids)
    return understand(question.text, world, best=best, sizes=sizes, choices=(*question.choices, choice))


def _chosen(question: Ambiguous, reply: str, world: World, sizes: Sizes) -> tuple[str, ...]:
    listed = [one.id for one in question.candidates]
    said = reply.strip().strip(".!")
    if said in listed and not said.isdigit():
        return (said,)
    if said.lower() in ("all", "all of them", "both", "both of them", "each", "every one"):
        return tuple(listed)
    if said.lower() in ("any", "any of them", "either", "the best", "whichever", "no matter"):
        return tuple(listed[: question.wanted or 1])
    if numbers := _numbers(said, listed):
        return numbers
    return _phrased(question, said, world, sizes)


def _numbers(said: str, listed: list[str]) -> tuple[str, ...]:
    """Numbers of the list or ids, separated by commas or "and". A number that could be either is the list's."""
    found = []
    for piece in re.split(r"\s*(?:,|\band\b|&)\s*", said):
        if not piece:
            continue
        name = re.sub(r"^(?:#|no\.? |nr\.? |number |the )\s*", "", piece, flags=re.IGNORECASE)
        ordinals = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": len(listed)}
        first = name.lower().removesuffix(" one")
        place = int(name) if name.isascii() and name.isdigit() and len(name) < 6 else ordinals.get(first, 0)
        if piece.lower().startswith("id ") and piece[3:].strip() in listed:
            found.append(piece[3:].strip())
        elif 1 <= place <= len(listed):
            found.append(listed[place - 1])
        elif piece in listed:
            found.append(piece)
        else:
            return ()
    return tuple(dict.fromkeys(found))


def _phrased(question: Ambiguous, said: str, world: World, sizes: Sizes) -> tuple[str, ...]:
    listed = tuple(one.id for one in question.candidates)
    kinds = {one.category for one in question.candidates}
    head = kinds.pop() if len(kinds) == 1 else question.phrase.split()[-1]
    vocabulary = Vocabulary.of(world.scene)
    scope = Scope(world=world, text=said, sizes=sizes)
    for form in (re.sub(r"\bones?\b", head, said), f"the {head} {said}"):
        for group in parse_reply(form, vocabulary)[:1]:
            if group.noun is None:
                continue
            clause = syntax.Clause(
                span=group.span,
                verb=syntax.Verb(span=group.span, kind="remove", text=""),
                groups=(group,),
            )
            for parts in readings(clause):
                phrase = parts[0].subject or Phrase(noun=group.noun)
                named = phrase.noun.head if phrase.noun.group == "id" else ""
                found = (named,) if named in listed else Finder(scope).fits(phrase, listed)
                if found and (len(found) < len(listed) or len(listed) == 1):
                    return found
    return ()
