"""The scene of a run as a world that can be asked."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lookagain.agents.edit_as_act.state import SourceScene
from lookagain.agents.edit_as_act.task import EditAsAct

if TYPE_CHECKING:
    from lookagain.core.blobs import BlobRef
    from lookagain.runtime.services import Services
    from lookagain.tools.scene.assets import Asset, Assets
    from lookagain.tools.scene.world import World

__all__ = ["assets_of", "load_world", "shape_for", "source_of", "task_of"]


def task_of(state: Any) -> EditAsAct:
    """The task as a value."""
    return EditAsAct.model_validate(state["task"])


def source_of(state: Any) -> SourceScene:
    """What was read."""
    return SourceScene.model_validate(state["source"])


def load_world(ref: BlobRef, task: EditAsAct, services: Services) -> World:
    """The world of a stored scene file. Raises ``InputError`` for what is no scene."""
    data = services.blobs.read(ref)
    if task.assets is not None and services.media.is_folder(task.assets):
        return _parsed(data, assets_of(task, services))
    return _world(data, _catalogue(task, services))


def assets_of(task: EditAsAct, services: Services) -> Assets:
    """The user's catalogue first, then what is typical of a category."""
    from lookagain.tools.scene.assets import Chain, GlbFolder, TypicalSizes

    if task.assets is not None and services.media.is_folder(task.assets):
        return Chain(GlbFolder(services.media.folder(task.assets), services.media.budget), TypicalSizes())
    return _assets(_catalogue(task, services))


def shape_for(assets: Assets, category: str, asset: str = "") -> Asset:
    """What a new object looks like: the asset asked for, else the catalogue's first of the category, else a box."""
    from lookagain.tools.scene.assets import shape_of
    from lookagain.tools.scene.formats.names import category_name

    category = category_name(category)
    listed = () if asset else assets.of(category)
    return listed[0] if listed else shape_of(assets, asset, category)


def _catalogue(task: EditAsAct, services: Services) -> bytes:
    return b"" if task.assets is None else services.media.content(task.assets)


# Every node reads the scene anew from its bytes; the same bytes need no second parsing.
@lru_cache(maxsize=2)
def _world(data: bytes, catalogue: bytes) -> World:
    return _parsed(data, _assets(catalogue))


def _parsed(data: bytes, assets: Assets) -> World:
    from lookagain.tools.scene.formats import read_scene
    from lookagain.tools.scene.world import World

    return World(read_scene(data, assets=assets))


@lru_cache(maxsize=1)
def _assets(catalogue: bytes) -> Assets:
    from lookagain.tools.scene.assets import Chain, ProcthorAssets, TypicalSizes

    return Chain(ProcthorAssets(catalogue), TypicalSizes()) if catalogue else TypicalSizes()
