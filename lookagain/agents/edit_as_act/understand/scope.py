"""What an instruction can speak of: the scene, the things named before, the things it brings in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lookagain.agents.edit_as_act.understand.lexicon import spelled
from lookagain.agents.edit_as_act.understand.values import Ambiguous, Choice, NotUnderstood
from lookagain.planners.editlang.values import NewObject
from lookagain.tools.scene.values import Box, Point
from lookagain.tools.scene.world import World

__all__ = ["Scope", "Sizes", "Unclear"]

#: The size of a new thing of a category, where it is known.
Sizes = Callable[[str], Point | None]


class Unclear(Exception):  # noqa: N818 - it carries an outcome; it is no failure
    """A reading comes to a question or to nothing. ``weight``: how far it is from being understood."""

    def __init__(self, outcome: Ambiguous | NotUnderstood, weight: int) -> None:
        super().__init__(weight)
        self.outcome = outcome
        self.weight = weight


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The world and what earlier clauses said.

    ``mentions``: the things of earlier clauses, latest last; ``spoken``: nouns and what they meant; ``gone``: what they
    remove. ``settles``: whether what is likely may settle what fits several (``settle``). ``boxes``, ``places``,
    ``yaws``, ``scales``: where and how they put things, as far as that is known (``places``: in which rooms).
    ``choices``: answers to questions.
    """

    world: World
    text: str
    sizes: Sizes
    best: bool = False
    settles: bool = False
    choices: tuple[Choice, ...] = ()
    mentions: tuple[tuple[str, ...], ...] = ()
    spoken: tuple[tuple[str, tuple[str, ...]], ...] = ()
    gone: frozenset[str] = frozenset()
    new: Mapping[str, NewObject] = field(default_factory=lambda: MappingProxyType({}))
    boxes: Mapping[str, Box] = field(default_factory=lambda: MappingProxyType({}))
    yaws: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    places: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    scales: Mapping[str, Point] = field(default_factory=lambda: MappingProxyType({}))

    def category(self, id_: str) -> str:
        """The category of an object or opening, as the lexicon spells it; "" for parts of rooms."""
        if id_ in self.new:
            return spelled(self.new[id_].category)
        one = self.world.scene.objects.get(id_)
        if one is not None:
            return spelled(one.category)
        opening = self.world.opening(id_)
        return opening.kind if opening is not None else ""

    def box(self, id_: str) -> Box | None:
        """The box of a thing, where the clauses so far put it; None if it is new and nowhere yet."""
        return self.boxes.get(id_) or (None if id_ in self.new else self.world.find(id_))

    def room(self, id_: str) -> str | None:
        """The room of a thing, where the clauses so far put it; a part of a room is in it."""
        if id_ in self.places:
            return self.places[id_]
        place = self.world.place(id_)
        if place is not None:
            return place.room.id
        return None if id_ in self.new else self.world.room_of(id_)

    def rooms(self) -> tuple[str, ...]:
        """The ids of all rooms."""
        return tuple(self.world.scene.rooms)

    def style(self, id_: str) -> str:
        """All words that may say what a thing looks like."""
        if id_ in self.new:
            return self.new[id_].style
        one = self.world.scene.objects.get(id_)
        return f"{one.style} {one.asset} {one.category}" if one is not None else ""
