"""The real files, an edit of four kinds, and what of raw JSON two files differ in."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lookagain.tools.scene.assets import ProcthorAssets
from lookagain.tools.scene.formats import read_scene
from lookagain.tools.scene.values import Box, Point, Scene, SceneObject

_DATA = Path(os.environ.get("LOOKAGAIN_DATA", Path(__file__).parents[3] / "shared" / "data"))
SCENES = _DATA / "scenes"
KINDS = {"procthor": "procthor/houses", "virtualhome": "virtualhome", "sceneeval": "sceneeval"}


def files(kind: str) -> list[Any]:
    """The files of one source as parameters of a test; one that is skipped where there are none."""
    found = sorted((SCENES / KINDS[kind]).glob("*.json"))
    if not found:
        return [pytest.param(None, marks=pytest.mark.skip(reason="shared data is absent"))]
    return [pytest.param(path, id=path.stem) for path in found]


def opened(path: Path) -> Scene:
    """The scene, with the sizes of ProcTHOR's assets."""
    return read_scene(path.read_bytes(), assets=catalogue())


@cache
def catalogue() -> ProcthorAssets:
    """ProcTHOR's asset database."""
    return ProcthorAssets((SCENES / "procthor" / "databases" / "asset-database.json").read_bytes())


def edited(scene: Scene) -> tuple[Scene, set[str]]:
    """One object moved and turned (with what it carries), one added on it, one removed, one restyled, one resized.

    Returns the scene and the ids of all that the edit is about.
    """
    free = [one for one in scene.objects.values() if not one.fixed]
    touched: set[str] = set()
    changed: list[SceneObject] = []
    if free:
        first = max(free, key=lambda one: len(scene.carried(one.id)))
        carried = scene.carried(first.id)
        touched |= {first.id, *carried}
        for id_ in (first.id, *carried):
            one = scene[id_]
            changed.append(replace(one, box=replace(one.box.moved(0.25, -0.125, 0.0), yaw=one.box.yaw + 0.3)))
    others = [one for one in free if one.id not in touched and not scene.children(one.id)]
    if len(others) >= 3:
        gone, styled, sized = others[0], others[-1], others[len(others) // 2]
        touched |= {gone.id, styled.id, sized.id}
        changed.append(replace(styled, style="painted blue", states=("open", "odd"), locked=True, group="set"))
        size = Point(*(side * 1.5 for side in sized.box.size))
        changed.append(replace(sized, box=replace(sized.box, size=size), scale=Point(1.5, 1.5, 1.5)))
        scene = scene.without(gone.id)
    room = next(iter(scene.rooms), None)
    box = Box(centre=Point(1.0, 1.0, 0.9), size=Point(0.2, 0.3, 0.4), yaw=math.pi / 6)
    parent = changed[0].id if changed else None
    new = SceneObject(id="table_lamp_new", category="table_lamp", box=box, room=room, parent=parent, style="brass")
    return scene.with_objects(*changed, new), {*touched, new.id}


def assert_same(read: Scene, wanted: Scene) -> None:
    """Every field of every object, numbers within 1e-9."""
    assert read.objects.keys() == wanted.objects.keys()
    for id_, one in wanted.objects.items():
        got = read[id_]
        assert got.box.centre == pytest.approx(one.box.centre, abs=1e-9), id_
        assert got.box.size == pytest.approx(one.box.size, abs=1e-9), id_
        assert got.scale == pytest.approx(one.scale, abs=1e-9), id_
        assert math.remainder(got.box.yaw - one.box.yaw, 2 * math.pi) == pytest.approx(0, abs=1e-9), id_
        assert replace(got, box=one.box, scale=one.scale) == one
