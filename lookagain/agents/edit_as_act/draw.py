"""Draws the edit: the scene from above and in perspective, before and after, changed objects marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lookagain.agents.edit_as_act.loading import load_world, source_of, task_of
from lookagain.agents.edit_as_act.state import EditState, attempts_of
from lookagain.agents.edit_as_act.verify import changes_between
from lookagain.core.values import as_json

if TYPE_CHECKING:
    from lookagain.core.blobs import BlobRef
    from lookagain.runtime.services import Services

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
    changes = changes_between(before, after)
    told = (one for change in changes for one in (change.before, change.after) if one is not None)
    # The close view shows the rooms in which something changed alone.
    rooms = {one["room"] for one in told if one["room"] is not None} or None
    made: dict[str, BlobRef] = {}
    for name, media_type, data in (
        ("top.png", "image/png", top_view(after, before=before)),
        ("perspective.png", "image/png", perspective_view(after, before=before, rooms=rooms)),
        ("view.html", "text/html", interactive_page(after, before=before, title=task.instruction).encode()),
        ("undo.json", "application/json", undo_json(changes, attempt.edited.sha256)),
    ):
        made[name] = services.blobs.put(data, media_type=media_type, name=name)
    return {"pictures": {name: as_json(ref) for name, ref in made.items()}}
