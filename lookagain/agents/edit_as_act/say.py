"""Plans in plain English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lookagain.planners.editlang.values import Argument, GroundAction

if TYPE_CHECKING:
    from lookagain.tools.scene.values import Scene

__all__ = ["in_words"]

_RELATIONS = {
    "near": "within {2:g} m of {1}", "gap": "{2:g} m from {1}", "left_of": "to the left of {1}",
    "right_of": "to the right of {1}", "in_front_of": "in front of {1}", "behind": "behind {1}",
    "inside": "inside {1}", "visible": "where it is seen from {1}",
}  # fmt: skip
_ACTIONS: Mapping[str, str] = {
    "move_to": "Move {0} to ({1:.2f}, {2:.2f}, {3:.2f}).",
    "move_group": "Move {0} and its group to ({1:.2f}, {2:.2f}, {3:.2f}).",
    "place_on": "Put {0} on {1}.",
    "place_between": "Put {0} between {1} and {2}.",
    "rotate_towards": "Turn {0} to face {1}.",
    "rotate_by": "Turn {0} to {1:g} degrees.",
    "scale": "Scale {0} to {1:g} x {2:g} x {3:g}.",
    "add_object": "Add {0} on {2}.",
    "remove_object": "Remove {0}.",
}


def in_words(action: GroundAction, scene: Scene) -> str:
    """What an action does, with the objects by category and id."""
    named = [_named(arg, scene) for arg in action.args]
    match action.name:
        case "place_relative":
            target, relation = named[1], str(action.args[2])
            where = _RELATIONS[relation].format(named[0], target, *action.args[3:])
            return f"Put {named[0]} {where}."
        case "align_with":
            return f"Align {named[0]} with {named[1]} ({action.args[2]})."
        case "stylize":
            return f"Restyle {named[0]}: {action.args[1]}."
        case _:
            return _ACTIONS[action.name].format(*named)


def _named(arg: Argument, scene: Scene) -> Argument:
    if not isinstance(arg, str):
        return arg
    kind, colon, rest = arg.partition(":")
    if colon and arg not in scene.objects:
        room = scene.rooms.get(rest.partition(":")[0])
        of = f" of the {room.kind.lower()}" if room is not None else ""
        return f"the {kind}{of}" if kind != "room" else f"the {room.kind.lower()}" if room is not None else arg
    one = scene.objects.get(arg)
    return f"{one.category} ({arg})" if one is not None and one.category != arg else arg
