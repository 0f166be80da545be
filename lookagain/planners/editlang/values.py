"""What EditLang speaks of: atoms, goals, actions, plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

__all__ = ["ANY", "Argument", "Atom", "Goal", "GroundAction", "NewObject", "Plan", "Unsolved"]

#: An object's id, a word (a relation, an axis, a style), or a number in metres or degrees.
Argument: TypeAlias = str | float
#: Stands for every value in a pattern of atoms to delete.
ANY: Final = "_"


@dataclass(frozen=True, order=True)
class Atom:
    """A statement about the scene, such as ``on(lamp_1, desk_2)``."""

    predicate: str
    args: tuple[Argument, ...]

    def __str__(self) -> str:
        words = (format(arg, ".6g") if isinstance(arg, float) else arg for arg in self.args)
        return f"{self.predicate}({', '.join(words)})"

    def matches(self, pattern: Atom) -> bool:
        """Whether this atom is one of those that ``pattern`` (with ``_`` for anything) stands for."""
        return (
            self.predicate == pattern.predicate
            and len(self.args) == len(pattern.args)
            and all(wanted in (ANY, mine) for mine, wanted in zip(self.args, pattern.args, strict=True))
        )


@dataclass(frozen=True, kw_only=True)
class NewObject:
    """An object that a goal wants and the scene lacks: its id to be, what it is, and where its shape comes from."""

    id: str
    category: str
    asset: str = ""
    style: str = ""
    like: str | None = None
    """An object of the scene whose size and asset it copies."""


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A conjunction of atoms that shall hold, and the objects that it brings in."""

    atoms: tuple[Atom, ...]
    new: tuple[NewObject, ...] = ()


@dataclass(frozen=True, order=True)
class GroundAction:
    """An action of the domain with its arguments; what it needs and does follows from the domain alone."""

    name: str
    args: tuple[Argument, ...]

    def __str__(self) -> str:
        words = (format(arg, ".6g") if isinstance(arg, float) else arg for arg in self.args)
        return f"{self.name}({', '.join(words)})"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Actions in the order of their execution. ``optimal``: no plan with fewer actions exists (proven)."""

    actions: tuple[GroundAction, ...]
    optimal: bool
    expanded: int = 0


@dataclass(frozen=True, kw_only=True)
class Unsolved:
    """Why there is no plan. ``impossible`` is proven over the actions considered; ``limit`` is not."""

    reason: Literal["impossible", "limit"]
    goal: Atom | None = None
    """The goal that cannot be reached, if it is one alone."""
    missing: tuple[Atom, ...] = ()
    """Preconditions that no action can bring about."""
    blockers: tuple[str, ...] = ()
    """Objects that stand in the way."""
    text: str = ""
    expanded: int = 0
