"""Reads the scene once, and keeps the file's own bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lookagain.agents.edit_as_act.loading import load_world, task_of
from lookagain.agents.edit_as_act.state import EditState, SourceScene
from lookagain.core.values import as_json

if TYPE_CHECKING:
    from lookagain.runtime.services import Services

__all__ = ["read"]


def read(state: EditState, services: Services) -> dict[str, Any]:
    """The scene as a blob, and what is said of it. Raises ``InputError`` for a file that is no scene."""
    task = task_of(state)
    services.progress("reading the scene")
    data = services.media.content(task.scene)
    ref = services.blobs.put(data, media_type="application/octet-stream", name=task.scene.name)
    scene = load_world(ref, task, services).scene
    source = SourceScene(
        data=ref,
        format=scene.format,
        objects=len(scene.objects),
        rooms=len(scene.rooms),
        warnings=scene.warnings,
    )
    return {"source": as_json(source), "attempts": [], "replies": []}
