"""A scene as a graph: objects, rooms and openings, what supports and touches what, and more relations on demand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from lookagain.tools.scene.values import Box, Scene

if TYPE_CHECKING:
    import networkx as nx

    Graph: TypeAlias = nx.DiGraph[str]

__all__ = ["Asked", "relate", "scene_graph"]

#: How near two boxes must be, in metres, to be asked whether they touch.
_TOUCH = 0.05


class Asked(Protocol):
    """What the graph needs to know about a scene's geometry; ``World`` is one."""

    @property
    def scene(self) -> Scene:
        """The scene."""

    def near(self, box: Box, reach: float) -> Iterable[str]:
        """The objects whose boxes are within ``reach`` metres."""

    def check(self, predicate: str, args: tuple[str | float, ...]) -> bool:
        """Whether a predicate holds."""


def scene_graph(world: Asked) -> Graph:
    """A directed graph; an edge's ``relations`` are the sorted names of what holds from its start to its end.

    Nodes are the ids of objects (``kind="object"``, ``value`` the ``SceneObject``), of openings (``kind="opening"``),
    and ``room:<id>`` (``kind="room"``). Edges: ``on``, ``in`` (also of an object and its room), ``contact``, and
    ``joins`` (of an opening and its rooms).
    """
    import networkx as nx

    scene = world.scene
    graph: Graph = nx.DiGraph()
    for room in scene.rooms.values():
        graph.add_node(f"room:{room.id}", kind="room", value=room)
    for opening in scene.openings:
        graph.add_node(opening.id, kind="opening", value=opening)
        for room_id in opening.rooms:
            if room_id in scene.rooms:
                _add(graph, opening.id, f"room:{room_id}", "joins")
    for one in scene.objects.values():
        graph.add_node(one.id, kind="object", value=one)
    for one in scene.objects.values():
        if one.room in scene.rooms:
            _add(graph, one.id, f"room:{one.room}", "in")
        if one.parent in scene.objects:
            _add(graph, one.id, str(one.parent), "in" if one.holding == "in" else "on")
    relate(graph, world, ("contact",), reach=_TOUCH)
    return graph


def relate(
    graph: Graph, world: Asked, predicates: Iterable[str], *, of: Collection[str] | None = None, reach: float = 2.0
) -> None:
    """Adds to the graph which of these predicates of two objects hold, from each object of ``of`` (all, if None).

    Only objects within ``reach`` metres of each other are asked about, so that the work grows with the scene and not
    with its square.
    """
    names = tuple(predicates)
    objects = world.scene.objects
    for id_ in objects if of is None else of:
        for other in world.near(objects[id_].box, reach):
            if other != id_:
                for name in names:
                    if world.check(name, (id_, other)):
                        _add(graph, id_, other, name)


def _add(graph: Graph, start: str, end: str, relation: str) -> None:
    known: Any = graph.edges[start, end]["relations"] if graph.has_edge(start, end) else ()
    graph.add_edge(start, end, relations=tuple(sorted({*known, relation})))
