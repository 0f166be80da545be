"""At which height things come to rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lookagain.core.errors import InputError
from lookagain.tools.scene.space import rest_height, settle
from lookagain.tools.scene.values import SceneObject
from tests.tools.scene.made_scenes import KITCHEN, box, thing, world

BED = thing("bed_1", box(2, 2, 0, 1.4, 2.0, 1.1))
CUP = box(2, 2, 5, 0.1, 0.1, 0.1)


def on(parent: str, height: float, id_: str = "x") -> SceneObject:
    return thing(id_, box(2, 2, height, 0.1, 0.1, 0.1), parent=parent)


@pytest.mark.parametrize(
    ("things", "expected"),
    [
        ([], 1.1),
        ([on("bed_1", 0.55)], 0.55),
        ([on("bed_1", 0.55), on("bed_1", 0.6, "y"), on("bed_1", 0.3, "z")], 0.55),
        ([on("bed_1", 0.55), on("bed_1", 1.1, "y")], 1.1),
        ([on("bed_1", 2.0)], 1.1),
        ([thing("bed_2", box(6, 2, 0, 1.4, 2.0, 1.1)), thing("p", box(6, 2, 0.5, 0.2, 0.2, 0.2), parent="bed_2")], 0.5),
        ([thing("bed_2", box(6, 2, 0, 1.4, 2.0, 0.7)), thing("p", box(6, 2, 0.5, 0.2, 0.2, 0.2), parent="bed_2")], 1.1),
    ],
)
def test_a_thing_lies_where_other_things_lie_or_on_the_top(things: list[SceneObject], expected: float) -> None:
    there = world(BED, *things)
    assert rest_height(there, "bed_1") == pytest.approx(expected)
    assert settle(there, CUP, "bed_1").bottom == pytest.approx(expected)


def test_inside_a_thing_lies_where_its_contents_lie_or_at_the_bottom() -> None:
    assert rest_height(world(BED), "bed_1", inside=True) == pytest.approx(0.02)
    assert rest_height(world(BED, on("bed_1", 0.4), on("bed_1", 1.1, "y")), "bed_1", inside=True) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("surface", "bottom"), [("floor:k", 0.3), ("room:k", 0.3), ("ceiling:k", 2.7), ("wall:k:0", 5.0), ("door", 5.0)]
)
def test_settle_on_parts_of_the_building(surface: str, bottom: float) -> None:
    there = world(BED)
    raised = replace(there.scene, rooms={"k": replace(KITCHEN, floor=0.3)})
    settled = settle(type(there)(raised), CUP, surface)
    assert settled.bottom == pytest.approx(bottom)
    assert (settled.centre[:2], settled.size, settled.yaw) == (CUP.centre[:2], CUP.size, CUP.yaw)


def test_an_unknown_surface_says_so() -> None:
    with pytest.raises(InputError, match="attic"):
        settle(world(BED), CUP, "attic")
