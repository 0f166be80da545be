"""Files of scenes: read into one frame, and written back with the edit alone.

=============  ==============================================================================
format         what
=============  ==============================================================================
``lookagain``  lookagain's own versioned JSON (docs/scene_format.md), which says all of it
``gltf``        glTF 2.0, as text or as GLB
``procthor``   ProcTHOR house JSON
``sceneeval``   SceneEval sceneState JSON
``virtualhome`` VirtualHome graph JSON
=============  ==============================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from lookagain.core.errors import InputError
from lookagain.tools.media import MediaDoor
from lookagain.tools.scene.assets import Assets, TypicalSizes
from lookagain.tools.scene.formats.checked import parse
from lookagain.tools.scene.formats.document import Format, from_json, to_json
from lookagain.tools.scene.formats.glb import is_glb
from lookagain.tools.scene.formats.gltf import GLTF, from_gltf, sniff_gltf, to_gltf
from lookagain.tools.scene.formats.own import OWN, as_own, sniff_own
from lookagain.tools.scene.formats.procthor import PROCTHOR, sniff_procthor
from lookagain.tools.scene.formats.sceneeval import SCENEEVAL, sniff_sceneeval
from lookagain.tools.scene.formats.virtualhome import VIRTUALHOME, sniff_virtualhome
from lookagain.tools.scene.values import Scene

__all__ = [
    "as_own",
    "from_gltf",
    "from_own",
    "from_procthor",
    "from_sceneeval",
    "from_virtualhome",
    "read_scene",
    "write_scene",
]

_JSON: Final[Mapping[str, Format]] = {form.name: form for form in (OWN, PROCTHOR, SCENEEVAL, VIRTUALHOME)}
_SNIFF: Final[tuple[tuple[Callable[[Any], bool], Format], ...]] = (
    (sniff_own, OWN),
    (sniff_gltf, GLTF),
    (sniff_virtualhome, VIRTUALHOME),
    (sniff_sceneeval, SCENEEVAL),
    (sniff_procthor, PROCTHOR),
)


def read_scene(source: bytes | str | Path, *, assets: Assets | None = None, door: MediaDoor | None = None) -> Scene:
    """The scene in a file, or in the bytes of one, of any format that is known; the content decides, not the name.

    A path is read through ``door`` (by default one without a jail). ``assets`` gives the sizes that the format leaves
    to its catalogue; without it, typical sizes stand in, and a warning of the scene says so. Raises ``InputError``.
    """
    if isinstance(source, bytes):
        return _scene(source, assets or TypicalSizes())
    data = (door or MediaDoor()).content(source)
    try:
        return _scene(data, assets or TypicalSizes())
    except InputError as error:
        raise InputError(error.message, path=source, limit=error.limit, hint=error.hint) from error


def _scene(data: bytes, assets: Assets) -> Scene:
    if is_glb(data):
        return from_gltf(data)
    tree = parse(data)
    for sniff, form in _SNIFF:
        if sniff(tree):
            return from_json(form, data, assets, tree=tree)
    raise InputError(
        "expected a scene of ProcTHOR, VirtualHome, SceneEval, glTF or lookagain, got other JSON.",
        hint="See docs/scene_format.md for what a scene can be.",
    )


def write_scene(scene: Scene) -> bytes:
    """The scene in the format that it was read from: unedited byte for byte, else with the edits and nothing else.

    A scene that was read from no file is written in lookagain's own format, as is ``as_own(scene)`` of any scene.
    Raises ``InputError`` for an edit that the format cannot hold.
    """
    if scene.source is None:
        return to_json(OWN, as_own(scene))
    if scene.format == GLTF.name:
        return to_gltf(scene)
    return to_json(_JSON[scene.format], scene)


def from_own(data: bytes, *, assets: Assets | None = None) -> Scene:
    """A scene in lookagain's own format. Raises ``InputError``."""
    return from_json(OWN, data, assets or TypicalSizes())


def from_procthor(data: bytes, *, assets: Assets | None = None) -> Scene:
    """A house of ProcTHOR; ``assets`` is its asset database. Raises ``InputError``."""
    return from_json(PROCTHOR, data, assets or TypicalSizes())


def from_sceneeval(data: bytes, *, assets: Assets | None = None) -> Scene:
    """A sceneState of SceneEval; ``assets`` may know its models. Raises ``InputError``."""
    return from_json(SCENEEVAL, data, assets or TypicalSizes())


def from_virtualhome(data: bytes) -> Scene:
    """A graph of VirtualHome. Raises ``InputError``."""
    return from_json(VIRTUALHOME, data, TypicalSizes())
