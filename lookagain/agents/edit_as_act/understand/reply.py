"""The goal that a model proposes, at the border: a strict schema for one scene, with errors that say how to mend it."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import Field, create_model, model_validator

from lookagain.core.values import Value
from lookagain.planners.editlang.values import Atom, Goal, NewObject

__all__ = ["GoalReply", "Kind", "ReplyAtom", "ReplyObject", "goal_schema"]

#: What an argument is: the id of an object, of an object or place, a view (an id or ``ref``), a word, or a number.
Kind: TypeAlias = Literal["object", "place", "view", "word", "number"]

_MOST: Final = 64
#: Metres, degrees and factors beyond this are no edit of a flat.
_FAR: Final = 10_000.0
_TOLD: Final = 8

_Text = Annotated[str, Field(min_length=1, max_length=200)]


class ReplyAtom(Value):
    """A statement that shall hold, such as ``{"pred": "on", "args": ["lamp_1", "desk_2"]}``."""

    pred: _Text
    args: Annotated[tuple[_Text | float, ...], Field(min_length=1, max_length=6)]


class ReplyObject(Value):
    """A thing to bring in: its id to be, its category, its style, and an object of the scene that it is a copy of."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    category: _Text
    style: Annotated[str, Field(max_length=200)] = ""
    like: str | None = None


class GoalReply(Value):
    """A model's reading of an instruction. Use ``goal_schema`` for one that knows the scene."""

    goals: Annotated[tuple[ReplyAtom, ...], Field(min_length=1, max_length=_MOST)]
    new: Annotated[tuple[ReplyObject, ...], Field(max_length=_MOST)] = ()

    def to_goal(self) -> Goal:
        """The same as a goal of EditLang; each atom once, and ``exists`` for every new object."""
        named = [Atom("exists", (one.id,)) for one in self.new]
        atoms = [Atom(one.pred, one.args) for one in self.goals]
        new = tuple(NewObject(id=one.id, category=one.category, style=one.style, like=one.like) for one in self.new)
        return Goal(atoms=tuple(dict.fromkeys((*named, *atoms))), new=new)


def goal_schema(
    signatures: Mapping[str, Sequence[Kind]],
    objects: Collection[str],
    places: Collection[str] = (),
    words: Mapping[str, Collection[str]] | None = None,
) -> type[GoalReply]:
    """The schema of a goal in a scene.

    ``signatures``: the predicates that a goal may use and the kinds of their arguments. ``objects``: ids of the
    scene's objects; ``places``: of its openings and parts of rooms. ``words``: for some predicates, the words that
    they take ("aligned_with": the axes). What does not fit is refused with all its faults at once, each with what
    was expected and what comes closest, so that a model can mend them.
    """
    known = frozenset(objects)
    anywhere = known | frozenset(places)

    def checked(reply: GoalReply) -> GoalReply:
        fresh = [one.id for one in reply.new]
        checker = _Checker(signatures, known | {*fresh}, anywhere | {*fresh}, words or {})
        faults = [*_new_faults(reply, known, anywhere)]
        for index, atom in enumerate(reply.goals):
            faults += [f"goals[{index}] {atom.pred}: {fault}" for fault in checker.faults(atom)]
        if faults:
            more = f" ... and {len(faults) - _TOLD} more" if len(faults) > _TOLD else ""
            raise ValueError("; ".join(faults[:_TOLD]) + more)
        return reply

    def _of_the_scene(self: Any) -> Self:  # type: ignore[misc]
        return checked(self)

    validators: dict[str, Any] = {"of_the_scene": model_validator(mode="after")(_of_the_scene)}
    return create_model("GoalReply", __base__=GoalReply, __validators__=validators)


def _new_faults(reply: GoalReply, known: Collection[str], anywhere: Collection[str]) -> list[str]:
    faults = []
    for index, one in enumerate(reply.new):
        if one.id in anywhere:
            faults.append(f"new[{index}]: {one.id!r} is in the scene already; choose another id")
        if one.id in {other.id for other in reply.new[:index]}:
            faults.append(f"new[{index}]: {one.id!r} is brought in twice")
        if one.like is not None and one.like not in known:
            faults.append(f"new[{index}].like: {_unknown(one.like, known)}")
    gone = {atom.args[0] for atom in reply.goals if atom.pred == "removed"}
    wanted = {atom.args[0] for atom in reply.goals if atom.pred != "removed"} | {one.id for one in reply.new}
    faults += [f"{id_!r} is removed and used by another goal; leave one out" for id_ in sorted(map(str, gone & wanted))]
    return faults


class _Checker:
    def __init__(
        self,
        signatures: Mapping[str, Sequence[Kind]],
        objects: Collection[str],
        anywhere: Collection[str],
        words: Mapping[str, Collection[str]],
    ) -> None:
        self.signatures, self.objects, self.anywhere, self.words = signatures, objects, anywhere, words

    def faults(self, atom: ReplyAtom) -> list[str]:
        """What is wrong with an atom."""
        kinds = self.signatures.get(atom.pred)
        if kinds is None:
            return [f"no such predicate; {_closest(atom.pred, self.signatures)}"]
        if len(kinds) != len(atom.args):
            return [f"takes {len(kinds)} arguments ({', '.join(kinds)}), not {len(atom.args)}"]
        found = [self._fault(atom.pred, kind, arg) for kind, arg in zip(kinds, atom.args, strict=True)]
        faults = [f"args[{index}]: {fault}" for index, fault in enumerate(found) if fault]
        ids = [arg for kind, arg in zip(kinds, atom.args, strict=True) if kind in ("object", "place")]
        if not faults and len(set(ids)) < len(ids):
            faults.append("its objects must be different")
        return faults

    def _fault(self, predicate: str, kind: Kind, arg: str | float) -> str:
        if kind == "number":
            fits = isinstance(arg, float) and math.isfinite(arg) and abs(arg) <= _FAR
            return "" if fits else f"expected a number within {_FAR:g}, got {arg!r}"
        if not isinstance(arg, str):
            return f"expected the id of a thing or a word, got the number {arg:g}"
        if kind == "word":
            allowed = self.words.get(predicate)
            return "" if allowed is None or arg in allowed else f"expected one of {', '.join(allowed)}, got {arg!r}"
        ids = self.objects if kind == "object" else self.anywhere
        if arg in ids or (kind == "view" and arg == "ref"):
            return ""
        return _unknown(arg, ids)


def _unknown(id_: str, ids: Collection[str]) -> str:
    return f"nothing here has the id {id_!r}; {_closest(id_, ids)}"


def _closest(word: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(word, sorted(known), n=3, cutoff=0.5)
    return f"use {' or '.join(map(repr, near))}" if near else "use a name from the list that was given"
