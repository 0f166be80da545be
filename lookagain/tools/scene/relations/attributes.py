"""What the scene says of things beyond their boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lookagain.tools.scene.world import World

__all__ = ["exists", "grouped_with", "has_scale", "has_style", "locked", "matches_style", "removed", "style_words"]

#: Scales are equal up to this factor.
_SCALE = 0.01


def exists(world: World, o: str) -> bool:
    """Is in the scene: an object, an opening, or a part of a room."""
    return world.find(o) is not None


def removed(world: World, o: str) -> bool:
    """Is not in the scene."""
    return world.find(o) is None


def locked(world: World, o: str) -> bool:
    """May not be changed: the scene's author forbids it, or it belongs to the building (fixed objects, openings, parts
    of rooms).
    """
    one = world.scene.objects.get(o)
    return world.find(o) is not None if one is None else one.locked or one.fixed


def grouped_with(world: World, child: str, parent: str) -> bool:
    """Moves with: the scene has both in one group, or the child in the group named by the parent's id, or the parent
    carries the child.
    """
    objects = world.scene.objects
    one, other = objects.get(child), objects.get(parent)
    if one is None or other is None or child == parent:
        return False
    same = one.group is not None and one.group in (parent, other.group)
    return same or child in world.scene.carried(parent)


def has_style(world: World, o: str, desc: str) -> bool:
    """Its style has every word of the description (case does not matter), and the description has a word."""
    one = world.scene.objects.get(o)
    wanted = style_words(desc)
    return one is not None and bool(wanted) and wanted <= style_words(one.style)


def matches_style(world: World, o1: str, o2: str) -> bool:
    """Both have the same words as style, at least one."""
    one, other = world.scene.objects.get(o1), world.scene.objects.get(o2)
    return one is not None and other is not None and style_words(one.style) == style_words(other.style) != frozenset()


def style_words(text: str) -> frozenset[str]:
    """The words of a style, without case, commas and full stops."""
    return frozenset(text.casefold().replace(",", " ").replace(".", " ").split())


def has_scale(world: World, o: str, sx: float, sy: float, sz: float) -> bool:
    """Was resized against its asset by these factors, each within 1 %."""
    one = world.scene.objects.get(o)
    wanted = (sx, sy, sz)
    return one is not None and all(
        abs(is_ - ask) <= _SCALE * abs(ask) + 1e-9 for is_, ask in zip(one.scale, wanted, strict=True)
    )
