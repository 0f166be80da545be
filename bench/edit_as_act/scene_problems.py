"""Random planning problems from real scenes: the facts of a few objects of a room, and a goal of one to six atoms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.edit_as_act.scenes import DATABASE, scene_bytes, scenes_folder

__all__ = ["Problem", "load_world", "problem", "some_objects"]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """``facts`` and ``goal`` as the planner takes them; ``holds`` asks the geometry of the scene."""

    facts: frozenset[Any]
    goal: Any
    holds: Callable[[Any], bool]
    objects: int


def load_world(scene: str) -> Any:
    """The world of a scene of the suite, as the agent sees it."""
    from lookagain.tools.scene.assets import Chain, ProcthorAssets, TypicalSizes
    from lookagain.tools.scene.formats import read_scene
    from lookagain.tools.scene.world import World

    assets = Chain(ProcthorAssets((scenes_folder() / DATABASE).read_bytes()), TypicalSizes())
    return World(read_scene(scene_bytes(scene), assets=assets))


def some_objects(world: Any, rng: np.random.Generator, count: int) -> list[str]:
    """Movable objects of one room, with all that carries them or that they carry: about ``count``."""
    scene = world.scene
    rooms = [room for room in scene.rooms if len(_movable(scene, room)) >= 4]
    ids = _movable(scene, rooms[rng.integers(len(rooms))])
    found: dict[str, None] = {}
    for at in rng.permutation(len(ids)):
        family = {ids[at], *scene.carried(ids[at]), *_carriers(scene, ids[at])}
        if len(found) >= count:
            break
        if len(found | dict.fromkeys(family)) <= count + 3:
            found |= dict.fromkeys(sorted(family))
    return list(found)


def _movable(scene: Any, room: str) -> list[str]:
    return [one.id for one in scene.objects.values() if one.room == room and not one.fixed]


def _carriers(scene: Any, id_: str) -> list[str]:
    found: list[str] = []
    at = scene.objects[id_].parent
    while at is not None and at not in found:
        found.append(at)
        at = scene.objects[at].parent
    return found


def problem(world: Any, rng: np.random.Generator, atoms: int, ids: Sequence[str], *, whole: bool = False) -> Problem:
    """A goal about ``ids``. ``whole``: all facts of the scene are given, not only those about ``ids``."""
    from lookagain.planners.editlang.values import Atom, Goal

    listed = [Atom(name, args) for name, args in (world.facts() if whole else world.facts(ids))]
    known, objects = set(ids), set(world.scene.objects)
    facts = frozenset(
        fact for fact in listed if whole or not any(arg in objects and arg not in known for arg in fact.args)
    )
    goal, new = _goal(world, rng, atoms, list(ids))
    return Problem(
        facts=facts,
        goal=Goal(atoms=tuple(dict.fromkeys(Atom(*one) for one in goal)), new=new),
        holds=lambda atom: bool(world.check(atom.predicate, atom.args)),
        objects=len(objects if whole else known),
    )


def _goal(
    world: Any, rng: np.random.Generator, atoms: int, ids: list[str]
) -> tuple[list[tuple[str, tuple[Any, ...]]], Any]:
    from lookagain.planners.editlang.values import NewObject

    found: list[tuple[str, tuple[Any, ...]]] = []
    new: tuple[Any, ...] = ()
    floor = f"floor:{world.room_of(ids[0])}"
    while len(found) < atoms:
        a, b, c = (ids[at] for at in rng.permutation(len(ids))[:3])
        kind = int(rng.integers(12))
        choices: tuple[tuple[str, tuple[Any, ...]], ...] = (
            ("removed", (a,)),
            ("on", (a, b)),
            ("on", (a, floor)),
            ("near", (a, b, 0.5)),
            ("is_facing", (a, b)),
            ("has_style", (a, "red")),
            ("left_of", (a, b, "ref")),
            ("behind", (a, b)),
            ("between", (a, b, c)),
            ("clear", (b,)),
            ("has_yaw", (a, 90.0)),
        )
        if kind < len(choices):
            found.append(choices[kind])
        elif not new:
            new = (NewObject(id="vase_new", category="vase"),)
            found.append(("on", ("vase_new", b)))
    return found, new
