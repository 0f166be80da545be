"""Runs a plan in a simulated scene: every action gets a pose, and every atom is measured again after it.

Depth first over the poses of each action, the best first. An action stands only if what it adds holds by geometry,
what the goal has reached stays reached, and nothing collides, floats or sticks out that did not before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from lookagain.planners.editlang.domain import Domain
from lookagain.planners.editlang.ground import ground
from lookagain.planners.editlang.grounding.motions import added, moved, removed, rescaled, restyled
from lookagain.planners.editlang.grounding.poses import Asked, bears, in_the_way, poses, surface_of
from lookagain.planners.editlang.values import Atom, Goal, GroundAction
from lookagain.tools.scene.values import Box, Point, SceneObject
from lookagain.tools.scene.world import World

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Executed", "Faults", "Shape", "Step", "Stuck", "execute", "faults"]

#: Poses of one action that are tried, and of a whole plan.
_POSES, _TRIES = 24, 200
#: An atom that needs the planner's bookkeeping, not geometry.
_SYMBOLIC = frozenset({"away", "off", "apart", "unlocked", "movable", "leads", "wanted", "unwanted"})
#: What an action brings about only if it is asked for.
_ON_REQUEST = frozenset({"accessible", "visible", "stable", "contact", "supported"})

#: The object that a new one's pose is found for: its size and asset, standing at the origin.
Shape = Callable[[str], SceneObject]


@dataclass(frozen=True, kw_only=True)
class Step:
    """An action as it was done: what it changed, and what was measured after it."""

    action: GroundAction
    changed: tuple[str, ...]
    checked: tuple[Atom, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Executed:
    """The scene after the plan."""

    world: World
    steps: tuple[Step, ...]
    tried: int


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """The action that found no pose: ``space`` (none is free) or ``check`` (free ones do not do what they should).

    ``ways``: alternatives, each a set of objects without which there is room. ``missing``: atoms that did not hold.
    """

    index: int
    action: GroundAction
    reason: Literal["space", "check", "tries"]
    missing: tuple[Atom, ...] = ()
    ways: tuple[tuple[str, ...], ...] = ()
    text: str = ""
    tried: int = 0


@dataclass(frozen=True, kw_only=True)
class Faults:
    """What is physically wrong with some objects."""

    colliding: frozenset[tuple[str, str]] = frozenset()
    unsupported: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()

    def __sub__(self, other: Faults) -> Faults:
        """The faults that the other lacks."""
        return Faults(
            colliding=self.colliding - other.colliding,
            unsupported=self.unsupported - other.unsupported,
            outside=self.outside - other.outside,
        )

    def __bool__(self) -> bool:
        return bool(self.colliding or self.unsupported or self.outside)


def faults(world: World, ids: Sequence[str]) -> Faults:
    """Collisions, floating and sticking out of the objects ``ids`` that are in the scene."""
    here = [id_ for id_ in ids if id_ in world.scene.objects]
    pairs = {(min(id_, other), max(id_, other)) for id_ in here for other in world.collisions(id_)}
    return Faults(
        colliding=frozenset(pairs),
        unsupported=frozenset(id_ for id_ in here if world.unsupported(id_) or _floats(world, id_)),
        outside=frozenset(id_ for id_ in here if world.out_of_bounds(id_)),
    )


def _floats(world: World, id_: str) -> bool:
    """Whether a thing that stands on its parent or the floor is off it by more than the tolerance of ``supported``."""
    one = world.scene[id_]
    below = one.parent if one.parent is not None else f"floor:{world.room_of(id_)}"
    return one.holding == "on" and not one.fixed and not world.check("supported", (id_, below))


@dataclass(kw_only=True)
class _Run:
    domain: Domain
    source: World
    goal: Goal
    actions: Sequence[GroundAction]
    shape: Shape
    rng: np.random.Generator
    tick: Callable[[], None]
    tried: int = 0
    stuck: Stuck | None = None
    adds: list[frozenset[Atom]] = field(default_factory=list)

    def go(self, world: World, index: int) -> tuple[World, tuple[Step, ...]] | None:
        """The rest of the plan from ``index`` on, or None."""
        if index == len(self.actions):
            missing = tuple(atom for atom in self.goal.atoms if not holds(world, atom))
            if missing:
                self._note(index - 1, "check", missing=missing, text="The goal does not hold at the end.")
                return None
            moved = {str(action.args[0]) for action in self.actions}
            ids = (*moved, *_all_carried(world, [id_ for id_ in moved if id_ in world.scene.objects]))
            left = faults(world, ids) - faults(self.source, ids)
            if left:
                self._note(index - 1, "space", text=_words(left))
            return None if left else (world, ())
        action = self.actions[index]
        wanted = self._wanted(world, index)
        found = False
        for after, changed in self._outcomes(world, action, wanted):
            found = True
            self.tried += 1
            self.tick()
            if self.tried > _TRIES:
                self._note(index, "tries", text=f"{_TRIES} positions were tried.")
                return None
            if not self._stands(index, world, after, changed, wanted):
                continue
            rest = self.go(after, index + 1)
            if rest is not None:
                checked = tuple(sorted(wanted, key=str))
                return rest[0], (Step(action=action, changed=changed, checked=checked), *rest[1])
            if self.tried > _TRIES:
                return None
        if not found:
            self._note_no_space(world, index, wanted)
        return None

    def _note_no_space(self, world: World, index: int, wanted: Sequence[Atom]) -> None:
        action = self.actions[index]
        box, surface = self._boxed(world, action), surface_of(world, action)
        if surface is not None and surface in world.scene.objects and not bears(world.box(surface), box):
            self._note(index, "space", text=f"{action.args[0]} is too large for {surface}.")
            return
        ways = in_the_way(world, action, box, wanted, self.rng)
        self._note(index, "space", ways=ways, text="No free position was found.")

    def _boxed(self, world: World, action: GroundAction) -> Box:
        id_ = str(action.args[0])
        return self.shape(id_).box if action.name == "add_object" else world.scene[id_].box

    def _wanted(self, world: World, index: int) -> tuple[Atom, ...]:
        """The atoms that shall hold after an action: what it adds of them, and the goals that hold and stay."""
        action = self.actions[index]
        id_ = str(action.args[0])
        later: set[Atom] = set().union(*self.adds[index + 1 :])
        own = [atom for atom in self.adds[index] if atom.predicate not in _SYMBOLIC | _ON_REQUEST]
        kept = [
            atom
            for atom in self.goal.atoms
            if id_ in atom.args and atom not in later and atom not in own and (
                atom in self.adds[index] or holds(world, atom)
            )
        ]  # fmt: skip
        return tuple(dict.fromkeys((*own, *kept)))

    def _outcomes(
        self, world: World, action: GroundAction, wanted: Sequence[Atom]
    ) -> Iterator[tuple[World, tuple[str, ...]]]:
        """The scene after an action, for one pose after the other, and what changed."""
        id_ = str(action.args[0])
        match action.name:
            case "remove_object":
                yield removed(world, id_), (id_,)
            case "stylize":
                yield restyled(world, id_, str(action.args[1])), (id_,)
            case "scale":
                scale = Point(*(float(value) for value in action.args[1:4]))
                larger = rescaled(world, id_, scale)
                yield larger, (id_, *world.scene.carried(id_))
                # What does not fit where it is may be shifted.
                yield from self._posed(larger, action, wanted)
            case _:
                yield from self._posed(world, action, wanted)

    def _posed(
        self, world: World, action: GroundAction, wanted: Sequence[Atom]
    ) -> Iterator[tuple[World, tuple[str, ...]]]:
        id_ = str(action.args[0])
        new = action.name == "add_object"
        one = self.shape(id_) if new else world.scene[id_]
        along = _group(world, id_) if action.name == "move_group" else ()
        carried = () if new else tuple(dict.fromkeys((*world.scene.carried(id_), *_all_carried(world, along))))
        placed = [atom for atom in wanted if atom.predicate in _PLACED]
        # A place that also does what later actions are for spares them a search; if there is none, later is later.
        ahead = [atom for atom in self.goal.atoms if atom.predicate in _PLACED and atom.args[0] == id_]
        ahead = [atom for atom in ahead if atom not in placed and all(map(world.find, _ids_of(atom, id_)))]
        for atoms in ([*placed, *ahead], placed) if ahead else (placed,):
            asked = Asked(atoms=atoms, ignore=carried)
            for pose in poses(world, action, one.box, asked, self.rng, most=_POSES):
                if new:
                    yield added(world, replace(one, box=pose.box), pose.surface), (id_,)
                else:
                    yield moved(world, id_, pose.box, pose.surface, along), (id_, *carried)

    def _stands(
        self, index: int, before: World, after: World, changed: tuple[str, ...], wanted: Sequence[Atom]
    ) -> bool:
        missing = tuple(atom for atom in wanted if not holds(after, atom))
        if missing:
            self._note(index, "check", missing=missing, text="What the action is for does not hold after it.")
            return False
        new = faults(after, changed) - faults(before, changed) - faults(self.source, changed)
        # Two things that change places meet on the way; what is still to be moved is judged at the end.
        later = {str(action.args[0]) for action in self.actions[index + 1 :]} - set(changed)
        new = replace(new, colliding=frozenset(pair for pair in new.colliding if not later & set(pair)))
        if new:
            met = {id_ for pair in new.colliding for id_ in pair} - set(changed)
            self._note(index, "space", ways=(tuple(sorted(met)),) if met else (), text=_words(new))
            return False
        return True

    def _note(
        self,
        index: int,
        reason: Literal["space", "check", "tries"],
        *,
        missing: tuple[Atom, ...] = (),
        ways: tuple[tuple[str, ...], ...] = (),
        text: str = "",
    ) -> None:
        """Keep the failure that got furthest; of one action the first that says what is in the way."""
        last = self.stuck
        if last is None or index > last.index or (index == last.index and ways and not last.ways):
            self.stuck = Stuck(
                index=index, action=self.actions[index], reason=reason, missing=missing, ways=ways, text=text
            )


#: Atoms that a pose decides.
_PLACED = frozenset(
    {"at", "on", "near", "gap", "between", "aligned_with", "is_facing", "left_of", "right_of", "in_front_of", "behind",
     "has_yaw", "inside", "accessible", "visible"}
)  # fmt: skip


def execute(
    domain: Domain,
    world: World,
    goal: Goal,
    actions: Sequence[GroundAction],
    *,
    shape: Shape,
    rng: np.random.Generator,
    tick: Callable[[], None] = lambda: None,
) -> Executed | Stuck:
    """Do ``actions`` in ``world``, or say which of them found no pose.

    ``shape`` gives the object that a new id stands for. ``tick`` is called at each pose; what it raises ends the
    search.
    """
    adds = [ground(domain, action).add for action in actions]
    run = _Run(
        domain=domain, source=world, goal=goal, actions=actions, shape=shape, rng=rng, tick=tick, adds=adds
    )  # fmt: skip
    done = run.go(world, 0)
    if done is not None:
        return Executed(world=done[0], steps=done[1], tried=run.tried)
    if run.stuck is None:
        raise AssertionError("a plan that failed says where")
    return replace(run.stuck, tried=run.tried)


def holds(world: World, atom: Atom) -> bool:
    """Whether an atom holds by geometry and attributes."""
    return world.check(atom.predicate, atom.args)


def _group(world: World, id_: str) -> tuple[str, ...]:
    one = world.scene[id_]
    return tuple(
        other.id for other in world.scene.objects.values()
        if other.id != id_ and (other.group == id_ or (one.group is not None and other.group == one.group))
    )  # fmt: skip


def _all_carried(world: World, ids: Sequence[str]) -> Iterator[str]:
    for id_ in ids:
        yield id_
        yield from world.scene.carried(id_)


def _words(new: Faults) -> str:
    parts = [f"{a} and {b} would collide" for a, b in sorted(new.colliding)[:3]]
    parts += [f"{id_} would float" for id_ in sorted(new.unsupported)[:3]]
    parts += [f"{id_} would stick out of its room" for id_ in sorted(new.outside)[:3]]
    return "; ".join(parts) + "."


def _ids_of(atom: Atom, id_: str) -> list[str]:
    """The other things that an atom speaks of, as far as words like ``left`` or ``ref`` are not meant."""
    return [arg for arg in atom.args[1:] if isinstance(arg, str) and arg not in _WORDS and arg != id_]


#: Arguments of placing atoms that name nothing in the scene.
_WORDS = frozenset({"ref", "x", "y", "z", "yaw", "left", "right", "front", "back"})
