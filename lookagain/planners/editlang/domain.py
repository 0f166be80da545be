"""The domain of EditLang as a value, read from its one file ``domain.toml``.

Grammar, arity, types, effects, documentation, prompt text and PDDL all follow from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from lookagain.planners.editlang.values import ANY, Atom

__all__ = ["ActionSchema", "Case", "Domain", "Effects", "Kind", "Parameter", "PredicateSchema", "load_domain"]

#: The type of an argument. ``object`` is a place too, and a place is something to look from (``view``); a ``support``
#: is a place that planning may choose itself where the goal names none.
Kind: TypeAlias = Literal["object", "place", "support", "view", "number", "word", "relation", "axis"]

#: Kinds whose values are ids of the scene, which an action wants to be all different.
IDS: Final = frozenset({"object", "place", "support", "view"})


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """An argument of a predicate or an action.

    ``rest``: stands for all that the chosen relation has beyond its first two arguments. ``optional``: may be left out.
    """

    name: str
    kind: Kind
    optional: bool = False
    rest: bool = False

    def __str__(self) -> str:
        if self.rest:
            return f"*{self.name}"
        return f"{self.name}{'?' if self.optional else ''}: {self.kind}"


@dataclass(frozen=True, kw_only=True)
class PredicateSchema:
    """A predicate: its arguments and what planning must know of it; the keys are those of the domain file."""

    name: str
    parameters: tuple[Parameter, ...]
    doc: str
    per: tuple[int, ...] | None = None
    """Positions of the arguments for whose values one atom at most holds (None: any number)."""
    opposite: str | None = None
    negates: str | None = None
    every: Atom | None = None
    mirrored: bool = False
    static: bool = False
    on_request: bool = False
    extension: bool = False

    @property
    def arity(self) -> int:
        """The number of arguments."""
        return len(self.parameters)

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.parameters))})"


@dataclass(frozen=True, kw_only=True)
class Effects:
    """Patterns of what is needed, comes to hold and ceases to hold; ``_`` stands for anything."""

    pre: tuple[Atom, ...] = ()
    add: tuple[Atom, ...] = ()
    delete: tuple[Atom, ...] = ()

    def joined(self, other: Effects) -> Effects:
        """Both together."""
        return Effects(pre=self.pre + other.pre, add=self.add + other.add, delete=self.delete + other.delete)


@dataclass(frozen=True, kw_only=True)
class Case:
    """More effects, when ``parameter`` has one of ``words``, or is given at all (``words`` empty)."""

    parameter: str
    words: frozenset[str]
    effects: Effects


@dataclass(frozen=True, kw_only=True)
class ActionSchema:
    """An action: its arguments, and its effects in terms of them."""

    name: str
    parameters: tuple[Parameter, ...]
    doc: str
    effects: Effects
    cases: tuple[Case, ...] = ()

    @cached_property
    def least(self) -> int:
        """How many arguments it has at least."""
        return sum(not one.optional and not one.rest for one in self.parameters)

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.parameters))})"


@dataclass(frozen=True, kw_only=True, eq=False)
class Domain:
    """All that may be said and done."""

    version: int
    words: Mapping[str, tuple[str, ...]]
    """The closed vocabularies: of ``relation`` and of ``axis``."""
    predicates: Mapping[str, PredicateSchema]
    actions: Mapping[str, ActionSchema]

    def __post_init__(self) -> None:
        for name in ("words", "predicates", "actions"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def arguments(self, action: str, relation: str | None = None) -> tuple[Parameter, ...]:
        """The parameters of an action, with those of the chosen relation in the place of ``*detail``."""
        own = self.actions[action].parameters
        if not own or not own[-1].rest:
            return own
        return own[:-1] + (self.predicates[relation].parameters[2:] if relation is not None else ())

    @cached_property
    def negated_by(self) -> Mapping[str, str]:
        """Of a predicate, the one that holds exactly when it does not."""
        return MappingProxyType({one.negates: one.name for one in self.predicates.values() if one.negates})

    @cached_property
    def achievable(self) -> frozenset[str]:
        """Predicates that some action brings about, in so far as the rest of the scene lets it."""
        direct: set[str] = set()
        for action in self.actions.values():
            for effects in (action.effects, *(case.effects for case in action.cases)):
                direct.update(atom.predicate for atom in effects.add)
                direct.update(
                    self.negated_by[one.predicate] for one in effects.delete if one.predicate in self.negated_by
                )
        if "relation" in direct:
            direct = direct - {"relation"} | set(self.words["relation"])
        every = {one.name for one in self.predicates.values() if one.every and one.every.predicate in direct}
        return frozenset(direct | every)

    def describe(self) -> str:
        """The domain in words: for a prompt, and for people."""
        from lookagain.planners.editlang.describe import describe

        return describe(self)


@cache
def load_domain() -> Domain:
    """The domain that comes with lookagain.

    Raises:
        ConfigError: the file was changed and says something that makes no sense.
    """
    from lookagain.planners.editlang.file import packaged_domain

    return packaged_domain()


def is_any(atom: Atom) -> bool:
    """Whether the atom is a pattern with an open place."""
    return ANY in atom.args
