"""Where an object goes when it only has to leave."""

from __future__ import annotations

from typing import Final

from lookagain.planners.editlang.achieve import Places
from lookagain.planners.editlang.source import Source, is_place
from lookagain.planners.editlang.values import Atom

__all__ = ["MOST_OTHERS", "usual_places"]

#: Of objects that bear nothing yet, so many are considered as a place to put another.
MOST_OTHERS: Final = 50


def usual_places(source: Source) -> Places:
    """What the object rests on now, and the floor (or wall, ceiling) under that; the floor first where it has to leave.

    An object that has none (a new one, or one that the scene does not place) may go where the objects stand that the
    goal relates it to, else on a floor. Where the floor itself is to be left, another one will do; if there is none,
    other objects, those that bear something already first.
    """
    goal = source.goal.atoms
    floors = sorted(surface for surface in source.resting if is_place(surface))
    emptied = {str(atom.args[0]) for atom in goal if atom.predicate == "clear"}
    spare = floors[:1]
    bearing = sorted(surface for surface in source.resting if surface in source.objects)

    def under(id_: str) -> list[str]:
        return [place for place in source.supports(id_) if is_place(place)]

    def others() -> list[str]:
        idle = sorted(source.objects.difference(bearing))[:MOST_OTHERS]
        return [*bearing, *idle, *source.categories]

    def around(id_: str, purpose: Atom) -> list[str]:
        own = source.surfaces.get(id_, [])
        found = under(id_) + own if purpose.predicate in ("off", "away") else own + under(id_)
        if found:
            return found
        asked = [str(atom.args[1]) for atom in goal if atom.predicate == "on" and atom.args[0] == id_]
        related = [str(arg) for atom in goal if id_ in atom.args for arg in atom.args if arg != id_]
        return asked or [place for other in related for place in under(other)]

    def places(id_: str, purpose: Atom) -> list[str]:
        left = emptied | ({str(purpose.args[1])} if purpose.predicate == "off" else set())
        for some in (around(id_, purpose), floors, others()):
            usable = [place for place in dict.fromkeys(some) if place not in left and place != id_]
            if usable:
                return usable if some is not floors else usable[:1]
        return spare

    return places
