"""What understanding an instruction comes to: a goal, a question, or the place where it stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lookagain.agents.edit_as_act.understand.syntax import Span
from lookagain.planners.editlang.values import Atom, Goal

__all__ = ["Ambiguous", "Candidate", "Choice", "Clause", "NotUnderstood", "Reference", "Understood"]


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A phrase of the instruction and the ids that it stands for."""

    phrase: str
    ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One edit, understood: its words, what is done, what it speaks of, and what shall hold after it."""

    text: str
    action: str
    references: tuple[Reference, ...]
    atoms: tuple[Atom, ...]


@dataclass(frozen=True, kw_only=True)
class Understood:
    """The goal of an instruction. ``notes`` say what was taken where the words left it open."""

    goal: Goal
    clauses: tuple[Clause, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A thing that a phrase may mean, and what tells it from the others."""

    id: str
    category: str
    room: str
    position: str
    size: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An answer given: the phrase at ``span`` means ``ids``."""

    span: Span
    ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Ambiguous:
    """A question: which of ``candidates`` does ``phrase`` mean?

    ``reason``: "several" things fit it, or "none" does and the candidates come closest. ``wanted``: how many are
    asked for (None: any number). ``answered`` goes on from here.
    """

    text: str
    question: str
    phrase: str
    span: Span
    candidates: tuple[Candidate, ...]
    reason: Literal["several", "none"] = "several"
    wanted: int | None = 1
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NotUnderstood:
    """Where the text stops making sense: at ``position`` stands ``found``, ``expected`` is what could, ``near`` what it
    resembles, ``reason`` why if it is not a matter of words.
    """

    position: int
    expected: str = ""
    found: str = ""
    near: tuple[str, ...] = ()
    reason: str = ""

    def __str__(self) -> str:
        where = f"At letter {self.position + 1}"
        said = f" ({self.found!r})" if self.found else ""
        parts = [f"{where}{said}: {self.reason or 'expected ' + self.expected}."]
        if self.reason and self.expected:
            parts.append(f"Expected {self.expected}.")
        if self.near:
            parts.append(f"Did you mean {' or '.join(map(repr, self.near))}?")
        return " ".join(parts)
