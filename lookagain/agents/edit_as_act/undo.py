"""The undo file: what an edit changed, so that it can be taken back from the edited scene."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from lookagain.agents.edit_as_act.task import ObjectChange
from lookagain.agents.edit_as_act.verify import same
from lookagain.core.errors import InputError
from lookagain.tools.scene.values import Box, Point, Scene, SceneObject

__all__ = ["UNDO_VERSION", "undo", "undo_json"]

UNDO_VERSION = 1


def undo_json(changes: Sequence[ObjectChange], edited_sha256: str) -> bytes:
    """What takes an edited scene, whose file has this hash, back."""
    told = [change.model_dump() for change in changes]
    said = {"version": UNDO_VERSION, "edited_sha256": edited_sha256, "changes": told}
    return json.dumps(said, indent=1, sort_keys=True).encode()


def undo(scene: Scene, data: bytes) -> Scene:
    """The scene before an edit. Raises ``InputError`` for an undo file of another scene, or no such file."""
    try:
        said = json.loads(data)
        changes = [(one["id"], _read(one["before"]), _read(one["after"])) for one in said["changes"]]
        version = said["version"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"expected an undo file of an edit, got something else ({error}).") from error
    if version != UNDO_VERSION:
        raise InputError(f"expected an undo file of version {UNDO_VERSION}, got {version!r}.")
    for id_, _, after in changes:
        here = scene.objects.get(id_)
        if (here is None) != (after is None) or (here is not None and after is not None and not same(here, after)):
            raise InputError(f"{id_} is not as the edit left it.", hint="Give the scene that the edit wrote.")
    gone = [id_ for id_, before, _ in changes if before is None]
    return scene.without(*gone).with_objects(*(before for _, before, _ in changes if before is not None))


def _read(value: Any) -> SceneObject | None:
    if value is None:
        return None
    box = value["box"]
    return SceneObject(
        **{
            **value,
            "box": Box(centre=Point(*box["centre"]), size=Point(*box["size"]), yaw=box["yaw"]),
            "states": tuple(value["states"]),
            "scale": Point(*value["scale"]),
        }
    )
