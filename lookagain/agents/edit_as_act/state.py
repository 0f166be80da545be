"""What an edit remembers between its nodes: JSON values and blobs only."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from lookagain.core.blobs import BlobRef
from lookagain.core.result import Evidence
from lookagain.core.values import Value, as_json
from lookagain.planners.editlang.values import Atom, Goal, GroundAction, NewObject
from lookagain.runtime.agent import BaseState

__all__ = ["Attempt", "EditState", "Intent", "SourceScene", "attempts_of", "stored"]


class SourceScene(Value):
    """The scene as it was read: the file's own bytes as a blob, and what is said of it."""

    data: BlobRef
    format: str
    objects: int
    rooms: int
    warnings: tuple[str, ...] = ()


class Intent(Value):
    """What the instruction was understood to mean. Atoms are lists of a name and its arguments."""

    atoms: tuple[tuple[str, tuple[str | float, ...]], ...] = ()
    new: tuple[dict[str, Any], ...] = ()
    by: str = ""
    notes: tuple[str, ...] = ()
    failed: str = ""

    @property
    def goal(self) -> Goal:
        """As EditLang has it."""
        return Goal(
            atoms=tuple(Atom(name, tuple(args)) for name, args in self.atoms),
            new=tuple(NewObject(**one) for one in self.new),
        )

    @classmethod
    def of(cls, goal: Goal, *, by: str, notes: tuple[str, ...] = ()) -> Intent:
        """From EditLang."""
        from dataclasses import asdict

        atoms = tuple((atom.predicate, atom.args) for atom in goal.atoms)
        return cls(atoms=atoms, new=tuple(asdict(one) for one in goal.new), by=by, notes=notes)


class Attempt(Value):
    """One round: the plan, what came of doing it, and what the next round must heed.

    ``needs``, by the action's text: alternatives, each a set of objects that have to leave before it can be done.
    """

    round: int
    actions: tuple[tuple[str, tuple[str | float, ...]], ...] = ()
    optimal: bool = False
    expanded: int = 0
    planned: bool = False
    done: bool = False
    changed: tuple[tuple[str, ...], ...] = ()
    edited: BlobRef | None = None
    shapes: dict[str, str] = Field(default_factory=dict)
    tried: int = 0
    outcome: Literal["", "impossible", "limit", "space", "check", "tries"] = ""
    reason: str = ""
    needs: dict[str, tuple[tuple[str, ...], ...]] = Field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    judged: tuple[Evidence, ...] = ()

    @property
    def plan(self) -> tuple[GroundAction, ...]:
        """The actions, in order."""
        return tuple(GroundAction(name, tuple(args)) for name, args in self.actions)


class EditState(BaseState, total=False):
    """Channels of the graph: JSON of the values above; ``attempts`` one a round, the last is the one under way."""

    source: dict[str, Any]
    intent: dict[str, Any]
    replies: list[str]
    attempts: list[dict[str, Any]]
    route: str
    pictures: dict[str, Any]


def stored(*attempts: Attempt) -> list[dict[str, Any]]:
    """Rounds as the state holds them."""
    return [as_json(one) for one in attempts]


def attempts_of(state: Any) -> tuple[Attempt, ...]:
    """The rounds so far, oldest first."""
    return tuple(Attempt.model_validate(entry) for entry in state.get("attempts", []))
