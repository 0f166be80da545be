"""Draws the edit: the scene from above and in perspective, before and after, changed objects marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lookagain.agents.edit_as_act.loading import load_world, source_of, task_of
from lookagain.agents.edit_as_act.state import EditState, attempts_of
from lookagain.agents.edit_as_act.verify import changed_ids
from lookagain.core.values import as_json

if TYPE_CHECKING:
    from lookagain.core.blobs import BlobRef
    from lookagain.runtime.services import Services
    from lookagain.tools.scene.values import Scene

__all__ = ["draw"]


def draw(state: EditState, services: Services) -> dict[str, Any]:
    """Pictures, the interactive view, and the file that takes the edit back."""
    from lookagain.agents.edit_as_act.undo import undo_json
    from lookagain.tools.scene.draw import interactive_page, perspective_view, top_view

    attempt = attempts_of(state)[-1]
    if attempt.edited is None:
        return {"pictures": {}}
    services.progress("drawing")
    task = task_of(state)
    before = load_world(source_of(state).data, task, services).scene
    after = load_world(attempt.edited, task, services).scene
    rooms = _rooms(before, after) or None
    made: dict[str, BlobRef] = {}
    for name, media_type, data in (
        ("top.png", "image/png", top_view(after, before=before)),
        ("perspective.png", "image/png", perspective_view(after, before=before, rooms=rooms)),
        ("view.html", "text/html", interactive_page(after, before=before, title=task.instruction).encode()),
        ("undo.json", "application/json", undo_json(before, after, attempt.edited.sha256)),
    ):
        made[name] = services.blobs.put(data, media_type=media_type, name=name)
    return {"pictures": {name: as_json(ref) for name, ref in made.items()}}


def _rooms(before: Scene, after: Scene) -> frozenset[str]:
    """The rooms in which something changed: the close view shows them alone."""
    changed = changed_ids(before, after)
    found = {scene.objects[id_].room for scene in (before, after) for id_ in changed if id_ in scene.objects}
    return frozenset(room for room in found if room is not None)
