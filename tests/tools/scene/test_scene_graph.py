"""The scene as a graph, over a geometry that is made up."""

from __future__ import annotations

import pytest

from lookagain.tools.scene.graph import relate, scene_graph
from lookagain.tools.scene.values import Box, Opening, Point, Room, Scene, SceneObject


class Told:
    """A world that touches what it is told, and counts what it is asked."""

    def __init__(self, scene: Scene, holds: set[tuple[str, str, str]]) -> None:
        self.scene = scene
        self.holds = holds
        self.asked: list[tuple[str, ...]] = []

    def near(self, box: Box, reach: float) -> list[str]:
        return [one.id for one in self.scene.objects.values() if abs(one.box.centre.x - box.centre.x) <= reach]

    def check(self, predicate: str, args: tuple[str | float, ...]) -> bool:
        a, b = map(str, args)
        self.asked.append((predicate, a, b))
        return (predicate, a, b) in self.holds


def thing(id_: str, x: float, parent: str | None = None, **more: str) -> SceneObject:
    box = Box(centre=Point(x, 0, 0), size=Point(1, 1, 1))
    return SceneObject(id=id_, category=id_, box=box, parent=parent, room="r", **more)  # type: ignore[arg-type]


@pytest.fixture
def world() -> Told:
    room = Room(id="r", kind="kitchen", polygon=((0, 0), (9, 0), (9, 9)))
    door = Opening(id="door", kind="door", box=Box(centre=Point(0, 0, 1), size=Point(1, 0.1, 2)), rooms=("r", "gone"))
    things = [thing("desk", 0), thing("pen", 0, "desk"), thing("note", 0, "desk", holding="in"), thing("sofa", 3)]
    scene = Scene(objects={one.id: one for one in things}, rooms={"r": room}, openings=(door,))
    return Told(scene, {("contact", "pen", "desk"), ("left_of", "sofa", "desk"), ("left_of", "pen", "note")})


def test_objects_rooms_and_openings_are_joined_by_what_holds(world: Told) -> None:
    graph = scene_graph(world)
    assert {node: graph.nodes[node]["kind"] for node in graph} == {
        **dict.fromkeys(("desk", "pen", "note", "sofa"), "object"),
        "room:r": "room",
        "door": "opening",
    }
    assert graph.edges["pen", "desk"]["relations"] == ("contact", "on")
    assert graph.edges["note", "desk"]["relations"] == ("in",)
    assert graph.edges["door", "room:r"]["relations"] == ("joins",)
    assert graph.edges["sofa", "room:r"]["relations"] == ("in",)
    assert not graph.has_edge("desk", "sofa")


def test_other_relations_are_asked_of_what_is_near_alone(world: Told) -> None:
    graph = scene_graph(world)
    world.asked.clear()
    relate(graph, world, ("left_of",), of=("pen", "sofa"), reach=1.0)
    assert graph.edges["pen", "note"]["relations"] == ("left_of",)
    assert not graph.has_edge("sofa", "desk")
    assert {(a, b) for _, a, b in world.asked} == {("pen", "desk"), ("pen", "note")}
    relate(graph, world, ("left_of",), of=("sofa",), reach=5.0)
    assert graph.edges["sofa", "desk"]["relations"] == ("left_of",)
