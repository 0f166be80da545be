"""All predicates by name: what they take and how each is decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from lookagain.core.errors import InputError
from lookagain.tools.scene.geometry import tolerance
from lookagain.tools.scene.relations import attributes, placement, reach, sides, sight, support

if TYPE_CHECKING:
    from lookagain.tools.scene.world import Fact, World

__all__ = ["RELATIONS", "Kind", "Relation", "facts_of", "holds"]

#: What an argument is: the id of anything, a view (an id or ``ref``), a word, or a number.
Kind: TypeAlias = Literal["id", "view", "word", "number"]


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A predicate. ``holds(world, *args)`` decides it, its docstring defines it. ``extension``: not the paper's.
    ``spatial``: whether it depends on where things are.
    """

    name: str
    takes: tuple[Kind, ...]
    holds: Callable[..., bool]
    extension: bool = False
    spatial: bool = True

    @property
    def definition(self) -> str:
        """The geometric definition with its tolerance."""
        return " ".join((self.holds.__doc__ or "").split())


_N: Kind = "number"

RELATIONS: Mapping[str, Relation] = {
    one.name: one
    for one in (
        Relation(name="exists", takes=("id",), holds=attributes.exists, spatial=False),
        Relation(name="removed", takes=("id",), holds=attributes.removed, spatial=False),
        Relation(name="at", takes=("id", _N, _N, _N), holds=placement.at),
        Relation(name="on", takes=("id", "id"), holds=support.on),
        Relation(name="between", takes=("id", "id", "id"), holds=placement.between),
        Relation(name="near", takes=("id", "id", _N), holds=placement.near),
        Relation(name="aligned_with", takes=("id", "id", "word"), holds=placement.aligned_with),
        Relation(name="is_facing", takes=("id", "id"), holds=placement.is_facing),
        Relation(name="left_of", takes=("id", "id", "view"), holds=sides.left_of),
        Relation(name="right_of", takes=("id", "id", "view"), holds=sides.right_of),
        Relation(name="in_front_of", takes=("id", "id"), holds=sides.in_front_of),
        Relation(name="behind", takes=("id", "id"), holds=sides.behind),
        Relation(name="grouped_with", takes=("id", "id"), holds=attributes.grouped_with, spatial=False),
        Relation(name="locked", takes=("id",), holds=attributes.locked, spatial=False),
        Relation(name="supported", takes=("id", "id"), holds=support.supported),
        Relation(name="contact", takes=("id", "id"), holds=support.contact),
        Relation(name="clear", takes=("id",), holds=support.clear),
        Relation(name="stable", takes=("id",), holds=support.stable),
        Relation(name="colliding", takes=("id", "id"), holds=placement.colliding),
        Relation(name="visible", takes=("id", "view"), holds=sight.visible),
        Relation(name="accessible", takes=("id",), holds=reach.accessible),
        Relation(name="has_style", takes=("id", "word"), holds=attributes.has_style, spatial=False),
        Relation(name="matches_style", takes=("id", "id"), holds=attributes.matches_style, spatial=False),
        Relation(name="has_scale", takes=("id", _N, _N, _N), holds=attributes.has_scale, spatial=False),
        Relation(name="gap", takes=("id", "id", _N), holds=placement.gap, extension=True),
        Relation(name="has_yaw", takes=("id", _N), holds=placement.has_yaw, extension=True),
        Relation(name="inside", takes=("id", "id"), holds=placement.inside, extension=True),
    )
}


def holds(world: World, predicate: str, args: tuple[str | float, ...]) -> bool:
    """Whether a predicate holds; see ``World.check``."""
    relation = RELATIONS.get(predicate)
    if relation is None:
        raise InputError(f"no predicate {predicate!r}.", hint=f"Use one of: {', '.join(sorted(RELATIONS))}.")
    number = [kind == "number" for kind in relation.takes]
    if [not isinstance(arg, str) for arg in args] != number:
        raise InputError(
            f"{predicate} takes ({', '.join(relation.takes)}), not {args!r}.",
            hint="Give these arguments in this order.",
        )
    return relation.holds(world, *args)


def facts_of(world: World, id_: str) -> Iterator[Fact]:
    """The unary facts of an object and those of its support; see ``World.facts``. None for what is no object."""
    one = world.scene.objects.get(id_)
    if one is None:
        return
    yield "exists", (id_,)
    yield "has_scale", (id_, *map(float, one.scale))
    if one.style:
        yield "has_style", (id_, one.style)
    if attributes.locked(world, id_):
        yield "locked", (id_,)
    for other in (one.group, one.parent):
        if other is not None and attributes.grouped_with(world, id_, other):
            yield "grouped_with", (id_, other)
    carriers = support.supporters(world, id_, tolerance.REST)
    if one.fixed or any(support.bears(world, id_, surface) for surface in carriers):
        yield "stable", (id_,)
    for surface in support.rested_on(world, id_, carriers):
        yield "on", (id_, surface)
    for surface in carriers:
        for name in ("supported", "contact"):
            if RELATIONS[name].holds(world, id_, surface):
                yield name, (id_, surface)
