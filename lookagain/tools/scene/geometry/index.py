"""Boxes by place: which could be near, without looking at all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import shapely

from lookagain.tools.scene.geometry import arrays
from lookagain.tools.scene.geometry.boxes import half_extent
from lookagain.tools.scene.values import Box, SceneObject

__all__ = ["Index"]

#: So many objects may differ from those that the tree was built of before it is built anew: they are all looked at.
_LOOSE = 128
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Index:
    """A tree over the footprints of objects, and the ids that changed since it was built."""

    ids: tuple[str, ...]
    tree: shapely.STRtree
    changed: frozenset[str] = frozenset()

    @classmethod
    def of(cls, objects: Mapping[str, SceneObject]) -> Index:
        """An index of these objects, in time near-linear in their number."""
        ids = tuple(objects)
        found = arrays.bounds(arrays.rows(one.box for one in objects.values()))
        return cls(ids, shapely.STRtree(shapely.box(*found.T)))

    def updated(self, objects: Mapping[str, SceneObject], changed: Collection[str]) -> Index:
        """The index of ``objects``, which differ from those of this index in ``changed`` alone."""
        loose = self.changed.union(changed)
        return Index.of(objects) if len(loose) > _LOOSE else Index(self.ids, self.tree, loose)

    def candidates(self, objects: Mapping[str, SceneObject], box: Box, reach: float) -> list[str]:
        """The ids of all objects whose footprint is within ``reach``, and of some others near by, in a fixed order."""
        x, y, _ = box.centre
        reach += _ROUNDING
        far_x, far_y = half_extent(box, (1.0, 0.0)) + reach, half_extent(box, (0.0, 1.0)) + reach
        window = shapely.box(x - far_x, y - far_y, x + far_x, y + far_y)
        found = [self.ids[k] for k in sorted(self.tree.query(window).tolist())]
        if not self.changed:
            return found
        return [id_ for id_ in found if id_ not in self.changed] + [
            id_ for id_ in sorted(self.changed) if id_ in objects
        ]
