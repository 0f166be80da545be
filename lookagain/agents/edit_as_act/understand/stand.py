"""What a thing that is put somewhere stands on or hangs at, where only its relation to other things is said.

Without it a new chair "next to the bed" might come to stand behind the wall, and a mirror in the air.
"""

from __future__ import annotations

from typing import Final

from lookagain.agents.edit_as_act.understand.edit import Edit
from lookagain.agents.edit_as_act.understand.lexicon import hangs_by_kind
from lookagain.agents.edit_as_act.understand.limits import separation, walls
from lookagain.agents.edit_as_act.understand.order import hanging_on
from lookagain.agents.edit_as_act.understand.scope import Scope
from lookagain.agents.edit_as_act.understand.where import small
from lookagain.planners.editlang.values import Atom
from lookagain.tools.scene.geometry.boxes import point_gap

__all__ = ["HANGING", "hanging", "stand"]

#: Verbs that say that a thing is to hang.
HANGING: Final = frozenset({"hang", "hang up", "mount", "put up", "hung", "mounted"})
#: Up to this height in metres a thing's underside is on the floor.
_FLOOR: Final = 0.1
_STEP: Final = 0.1
_FAR: Final = 200
_SUPPORTS: Final = frozenset({"on", "at"})
_FACED: Final = frozenset({"in_front_of"})


def hanging(edit: Edit, one: str) -> str:
    """ "wall" or "ceiling" for a thing that is to hang there, by the verb, by how it hangs now, or by its category."""
    own = edit.scope.world.scene.objects.get(one)
    kind = hangs_by_kind(edit.category(one))
    if own is not None:
        held = own.holding if own.holding in ("wall", "ceiling") else ""
        return held or ((kind or "wall") if edit.hung else "")
    return kind or ("wall" if edit.hung else "")


def stand(edit: Edit, things: tuple[str, ...]) -> None:
    """Adds what the things stand on or hang at, if the clause does not say it."""
    for one in things:
        said = [atom for atom in edit.atoms if atom.args[0] == one]
        if any(atom.predicate in _SUPPORTS for atom in said):
            continue
        related = _related(edit, said)
        kind = hanging(edit, one)
        if kind == "ceiling":
            room = _room(edit, one, related)
            if room is not None:
                edit.say("on", one, f"ceiling:{room}")
        elif kind == "wall":
            wall = _wall(edit, one, said, related)
            if wall is not None:
                edit.say("on", one, wall)
        elif one in edit.new or one in edit.scope.new:
            floor = _floor(edit, one, related)
            if floor is not None:
                edit.say("on", one, floor)


def _related(edit: Edit, said: list[Atom]) -> list[str]:
    """The things, openings and walls of which a goal speaks; not the points of view."""
    ends = {"between": 3}
    found = [arg for atom in said for arg in atom.args[1 : ends.get(atom.predicate, 2)] if isinstance(arg, str)]
    return [id_ for id_ in dict.fromkeys(found) if edit.scope.box(id_) is not None]


def _floor(edit: Edit, one: str, related: list[str]) -> str | None:
    """The floor that what it is related to stands on; for what only stands on floors, that of the room."""
    for id_ in related:
        own = edit.scope.world.scene.objects.get(id_)
        box = edit.scope.box(id_)
        room = edit.scope.room(id_)
        opening = edit.scope.world.opening(id_)
        if room is None or box is None or id_.startswith("room:") or (opening is not None and len(opening.rooms) > 1):
            continue
        place = edit.scope.world.place(id_) is not None
        grounded = own is not None and own.parent is None and box.bottom <= _FLOOR
        if grounded or place or opening is not None or not small(edit, one):
            return f"floor:{room}"
    return None


def _room(edit: Edit, one: str, related: list[str]) -> str | None:
    scope = edit.scope
    found = [room for id_ in (*related, one) if (room := scope.room(id_)) is not None]
    rooms = scope.rooms()
    return found[0] if found else rooms[0] if len(rooms) == 1 else None


def _wall(edit: Edit, one: str, said: list[Atom], related: list[str]) -> str | None:
    """The wall that the things are in or next to, or that one of them looks at; without any, where least hangs."""
    scope = edit.scope
    room = _room(edit, one, related)
    if room is None:
        return None
    sides = walls(scope, room)
    if named := [id_ for id_ in related if id_ in sides]:
        return named[0]
    near = [id_ for id_ in related if not id_.startswith(("room:", "floor:", "ceiling:"))]
    faced = [str(atom.args[1]) for atom in said if atom.predicate in _FACED]
    if faced:
        return _looked_at(scope, faced[0], sides, room)
    if near:
        return min(sides, key=lambda wall: max(separation(scope, id_, wall) for id_ in near))
    wall = min(sides, key=lambda wall: (hanging_on(scope, wall), -scope.world.box(wall).size.x))
    edit.finder.notes.append(f"no wall is said; took {wall}, on which least hangs.")
    return wall


def _looked_at(scope: Scope, id_: str, sides: tuple[str, ...], room: str) -> str:
    """The wall that a thing's front looks at."""
    box = scope.world.box(id_)
    (fx, fy), (x, y, _) = box.forward, box.centre
    for _ in range(_FAR):
        if scope.world.room_at(x + fx * _STEP, y + fy * _STEP) != room:
            break
        x, y = x + fx * _STEP, y + fy * _STEP
    return min(sides, key=lambda wall: point_gap(scope.world.box(wall), x, y))
