"""Where the shape of a thing comes from: a catalogue that the user gave, or what is typical of its category.

``Assets`` is the seam. ``TypicalSizes`` always works; ``ProcthorAssets`` and ``GlbFolder`` are a user's
catalogue; ``Chain`` asks one after the other. Every answer says by its ``source`` who gave it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from lookagain.core.errors import InputError
from lookagain.tools.media import Budget, MediaDoor
from lookagain.tools.scene.typical import typical_size
from lookagain.tools.scene.values import Point

__all__ = ["Asset", "Assets", "Chain", "GlbFolder", "ProcthorAssets", "TypicalSizes", "shape_of"]

_MAX_MODELS: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A shape: ``size`` is width, depth and height in metres; ``source`` names the catalogue it is from.

    ``id`` is empty for a plain box.
    """

    id: str
    category: str
    size: Point
    source: str


class Assets(Protocol):
    """A catalogue of shapes."""

    def get(self, id_: str) -> Asset | None:
        """The asset of that id, if it is there."""

    def of(self, category: str) -> Sequence[Asset]:
        """All assets of a category, in the catalogue's order."""


class TypicalSizes:
    """A plain box for each category of a household, of its typical size."""

    def get(self, id_: str) -> Asset | None:
        """None: boxes have no ids."""

    def of(self, category: str) -> Sequence[Asset]:
        """One box, or nothing for a category that the table does not know."""
        size = typical_size(category)
        return () if size is None else (Asset(id="", category=category, size=size, source="typical size"),)


class _Listed:
    """A catalogue that is a list in memory."""

    def __init__(self, assets: Iterable[Asset]) -> None:
        self._by_id: dict[str, Asset] = {}
        self._by_category: dict[str, list[Asset]] = {}
        for one in assets:
            if one.id not in self._by_id:
                self._by_id[one.id] = one
                self._by_category.setdefault(one.category, []).append(one)

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, id_: str) -> Asset | None:
        """The asset of that id, if it is there."""
        return self._by_id.get(id_)

    def of(self, category: str) -> Sequence[Asset]:
        """All assets of a category, in the catalogue's order."""
        return tuple(self._by_category.get(category, ()))


class ProcthorAssets(_Listed):
    """ProcTHOR's asset database: ``{objectType: [{assetId, boundingBox: {x, y, z}}]}``, y up.

    ``data`` are the bytes of the JSON file. Raises ``InputError``.
    """

    def __init__(self, data: bytes) -> None:
        # The formats import this module for the sizes of what they read.
        from lookagain.tools.scene.formats.checked import listed, measured, parse, record, text
        from lookagain.tools.scene.formats.names import category_name
        from lookagain.tools.scene.formats.unity import spot

        found = []
        for kind, entries in record(parse(data), "asset database").items():
            for at, entry in enumerate(listed(entries, kind)):
                where = f"{kind}[{at}]"
                raw = record(entry, where)
                if raw.get("boundingBox") is not None:
                    size = measured(spot(raw["boundingBox"], f"{where}.boundingBox"), where)
                    id_ = text(raw.get("assetId"), f"{where}.assetId")
                    found.append(Asset(id=id_, category=category_name(kind), size=size, source="ProcTHOR assets"))
        super().__init__(found)


class GlbFolder:
    """A folder of ``.glb`` and ``.gltf`` models, those of its subfolders included.

    An asset's id is its path in the folder without the suffix. Its category is what the file's name says
    (``Armchair_01.glb`` is an armchair), else what its subfolder's does. A file is opened when its size is first asked
    for, through a door that is locked to the folder; one that is no model raises ``InputError``, which names it.
    """

    def __init__(self, folder: Path, budget: Budget | None = None) -> None:
        if not folder.is_dir():
            raise InputError("expected a folder of models.", path=folder, hint="Check the path.")
        self._door = MediaDoor(folder, budget)
        self._paths: dict[str, Path] = {}
        self._ids: dict[str, list[str]] = {}
        self._categories: dict[str, str] = {}
        self._known: dict[str, Asset] = {}
        # The formats import this module for the sizes of what they read.
        from lookagain.tools.scene.formats.names import category_name

        for path in sorted(one for one in folder.rglob("*") if one.suffix.lower() in (".glb", ".gltf")):
            if len(self._paths) >= _MAX_MODELS:
                raise InputError(f"the folder holds more than {_MAX_MODELS} models.", path=folder, limit="models")
            inside = path.relative_to(folder)
            id_ = inside.with_suffix("").as_posix()
            stems = (re.sub(r"[\W_]*\d+$", "", name) for name in (path.stem, inside.parent.name))
            names = [category_name(stem) for stem in stems if stem]
            category = next((name for name in names if typical_size(name) is not None), names[0] if names else id_)
            self._paths[id_] = inside
            self._categories[id_] = category
            self._ids.setdefault(category, []).append(id_)

    def get(self, id_: str) -> Asset | None:
        """The model of that path, if it is there. Raises ``InputError``."""
        if id_ not in self._paths:
            return None
        if id_ not in self._known:
            from lookagain.tools.scene.formats.gltf import model_size

            try:
                size = model_size(self._door.content(self._paths[id_]))
            except InputError as error:
                raise InputError(error.message, path=self._paths[id_], hint="Take it out of the folder.") from error
            self._known[id_] = Asset(id=id_, category=self._categories[id_], size=size, source=str(self._paths[id_]))
        return self._known[id_]

    def of(self, category: str) -> Sequence[Asset]:
        """All models of a category, by path. Raises ``InputError``."""
        return tuple(one for id_ in self._ids.get(category, ()) if (one := self.get(id_)) is not None)


class Chain:
    """Catalogues in order of preference."""

    def __init__(self, *assets: Assets) -> None:
        self._assets = assets

    def get(self, id_: str) -> Asset | None:
        """The asset of that id in the first catalogue that has it."""
        return next((one for assets in self._assets if (one := assets.get(id_)) is not None), None)

    def of(self, category: str) -> Sequence[Asset]:
        """The category's assets in the first catalogue that has any."""
        return next((found for assets in self._assets if (found := assets.of(category))), ())


def shape_of(assets: Assets, id_: str, category: str) -> Asset:
    """An object's own asset, else a box typical of its category, else one of half a metre each way."""
    own = assets.get(id_) if id_ else None
    if own is not None:
        return own
    size = typical_size(category)
    if size is not None:
        return Asset(id=id_, category=category, size=size, source="typical size")
    return Asset(id=id_, category=category, size=Point(0.5, 0.5, 0.5), source="guess")
