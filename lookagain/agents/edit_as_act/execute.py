"""Execute: do the plan in a simulated scene, write it, or say which action found no place and what is in its way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lookagain.agents.edit_as_act.loading import assets_of, load_world, shape_for, source_of, task_of
from lookagain.agents.edit_as_act.state import Attempt, EditState, Intent, attempts_of, stored
from lookagain.planners.editlang.domain import load_domain
from lookagain.planners.editlang.grounding import Stuck
from lookagain.planners.editlang.grounding import execute as simulate
from lookagain.planners.editlang.values import Goal, NewObject

if TYPE_CHECKING:
    from lookagain.runtime.services import Services
    from lookagain.tools.scene.assets import Assets
    from lookagain.tools.scene.values import SceneObject
    from lookagain.tools.scene.world import World

__all__ = ["execute"]


def execute(state: EditState, services: Services) -> dict[str, Any]:
    """The edited scene as a blob; or the next round, with what is in the way."""
    from lookagain.tools.scene.formats import write_scene

    task, source = task_of(state), source_of(state)
    world = load_world(source.data, task, services)
    goal = Intent.model_validate(state["intent"]).goal
    *past, attempt = attempts_of(state)
    services.progress(f"round {attempt.round}: looking for places")
    shapes = _Shapes(world, goal, assets_of(task, services))
    found = simulate(
        load_domain(),
        world,
        goal,
        attempt.plan,
        shape=shapes.of,
        rng=services.rng("places", attempt.round),
        tick=lambda: services.progress(f"round {attempt.round}: trying a position"),
    )
    if isinstance(found, Stuck):
        heeded = _ways(found, past, world, goal)
        more = bool(heeded) and attempt.round < task.max_rounds
        return {"attempts": stored(*past, _failed(attempt, found, heeded)), "route": "plan" if more else "conclude"}
    data = write_scene(found.world.scene)
    done = {
        "done": True,
        "changed": tuple(step.changed for step in found.steps),
        "tried": found.tried,
        "shapes": shapes.sources,
        "edited": services.blobs.put(data, media_type="application/octet-stream", name=task.scene.name),
    }
    return {"attempts": stored(*past, attempt.model_copy(update=done)), "route": "verify"}


def _ways(stuck: Stuck, past: Sequence[Attempt], world: World, goal: Goal) -> tuple[tuple[str, ...], ...]:
    """What may make room and no earlier round knew of: movable things that the goal does not speak of."""
    named = {arg for atom in goal.atoms for arg in atom.args}
    known = {id_ for one in past for way in one.needs.get(str(stuck.action), ()) for id_ in way}
    return tuple(
        way
        for way in stuck.ways
        if not named & set(way)
        and not set(way) <= known
        and all(id_ in world.scene.objects and not world.check("locked", (id_,)) for id_ in way)
    )


def _failed(attempt: Attempt, stuck: Stuck, ways: tuple[tuple[str, ...], ...]) -> Attempt:
    missing = f" Not met: {', '.join(map(str, stuck.missing))}." if stuck.missing else ""
    return attempt.model_copy(
        update={
            "outcome": stuck.reason,
            "reason": f"{stuck.action}: {stuck.text}{missing}",
            "tried": stuck.tried,
            "needs": {str(stuck.action): ways} if ways else {},
        }
    )


class _Shapes:
    """What new objects look like, and where that is from."""

    def __init__(self, world: World, goal: Goal, assets: Assets) -> None:
        self._world, self._assets = world, assets
        self._new = {one.id: one for one in goal.new}
        self.sources: dict[str, str] = {}

    def of(self, id_: str) -> SceneObject:
        """The object, standing at the origin."""
        from lookagain.tools.scene.values import Box, Point, SceneObject

        wanted = self._new[id_]
        size, asset, source = self._shape(wanted)
        self.sources[id_] = source
        box = Box(centre=Point(0.0, 0.0, size[2] / 2), size=Point(*size))
        return SceneObject(id=id_, category=wanted.category, box=box, asset=asset, style=wanted.style)

    def _shape(self, wanted: NewObject) -> tuple[Sequence[float], str, str]:
        scene = self._world.scene
        if wanted.like is not None and wanted.like in scene.objects:
            model = scene[wanted.like]
            return model.box.size, model.asset, f"as {model.id}"
        found = shape_for(self._assets, wanted.category, wanted.asset)
        return found.size, found.id, found.source
