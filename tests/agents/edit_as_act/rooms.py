"""Small scenes made by hand, with numbers that can be reckoned in the head."""

from __future__ import annotations

import math

from lookagain.tools.scene.values import Box, Holding, Opening, Point, Room, Scene, SceneObject
from lookagain.tools.scene.world import World

NORTH, WEST, SOUTH, EAST = 0.0, math.pi / 2, math.pi, -math.pi / 2


def thing(
    id_: str,
    category: str,
    at: tuple[float, float],
    size: tuple[float, float, float],
    *,
    faces: float = NORTH,
    bottom: float = 0.0,
    parent: str | None = None,
    room: str = "living",
    holding: Holding = "on",
    style: str = "",
    states: tuple[str, ...] = (),
) -> SceneObject:
    """An object by the middle of its footprint, its size, and where it looks."""
    centre = Point(at[0], at[1], bottom + size[2] / 2)
    box = Box(centre=centre, size=Point(*size), yaw=faces)
    return SceneObject(
        id=id_,
        category=category,
        box=box,
        room=room,
        parent=parent,
        holding=holding,
        style=style,
        states=states,
    )


def opening(id_: str, kind: str, at: tuple[float, float], faces: float, rooms: tuple[str, ...]) -> Opening:
    """A door of 0.9 x 2 m or a window of 1.2 x 1 m in a wall."""
    size = Point(0.9, 0.1, 2.0) if kind == "door" else Point(1.2, 0.1, 1.0)
    box = Box(centre=Point(*at, 1.0 if kind == "door" else 1.5), size=size, yaw=faces)
    return Opening(id=id_, kind="door" if kind == "door" else "window", box=box, rooms=rooms)


def studio() -> World:
    """One living room of 6 x 5 m. Walls: 0 south, 1 east, 2 north, 3 west."""
    room = Room(id="living", kind="LivingRoom", polygon=((0, 0), (6, 0), (6, 5), (0, 5)))
    things = (
        thing("sofa_1", "Sofa", (3.0, 0.5), (2.0, 0.9, 0.8), style="grey fabric"),
        thing("tv_stand_1", "TVStand", (3.0, 4.7), (1.6, 0.4, 0.5), faces=SOUTH),
        thing("tv_1", "Television", (3.0, 4.7), (1.0, 0.1, 0.6), faces=SOUTH, bottom=0.5, parent="tv_stand_1"),
        thing("coffee_table_1", "CoffeeTable", (3.0, 2.0), (1.0, 0.6, 0.4), style="oak"),
        thing("vase_1", "Vase", (3.2, 2.0), (0.2, 0.2, 0.3), bottom=0.4, parent="coffee_table_1", style="blue ceramic"),
        thing("book_1", "Book", (2.7, 2.0), (0.2, 0.15, 0.05), bottom=0.4, parent="coffee_table_1"),
        thing("floor_lamp_1", "FloorLamp", (1.0, 0.4), (0.4, 0.4, 1.6)),
        thing("armchair_1", "ArmChair", (0.8, 2.0), (0.8, 0.8, 0.9), faces=EAST),
        thing("desk_1", "Desk", (5.5, 2.5), (1.4, 0.7, 0.75), faces=WEST),
        thing("chair_1", "Chair", (4.7, 2.5), (0.5, 0.5, 0.9), faces=EAST),
        thing("desk_lamp_1", "DeskLamp", (5.6, 3.0), (0.2, 0.2, 0.4), bottom=0.75, parent="desk_1", states=("on",)),
        thing("laptop_1", "Laptop", (5.4, 2.4), (0.3, 0.2, 0.02), bottom=0.75, parent="desk_1", faces=WEST),
        thing("rug_1", "Rug", (3.0, 2.0), (3.0, 2.0, 0.01)),
        thing("plant_1", "HousePlant", (0.4, 4.6), (0.4, 0.4, 1.0)),
        thing("garbage_can_1", "GarbageCan", (5.7, 0.4), (0.3, 0.3, 0.4)),
        thing("painting_1", "Painting", (3.0, 0.03), (0.8, 0.04, 0.6), bottom=1.3, holding="wall"),
        thing("bookshelf_1", "ShelvingUnit", (0.2, 3.3), (0.9, 0.3, 2.0), faces=EAST),
    )
    openings = (
        opening("window_1", "window", (1.5, 5.0), SOUTH, ("living",)),
        opening("door_1", "door", (6.0, 4.3), WEST, ("living",)),
    )
    return World(Scene(objects={one.id: one for one in things}, rooms={"living": room}, openings=openings))


def home() -> World:
    """A kitchen of 4 x 4 m and a bedroom of 5 x 4 m east of it, with the ids and categories of VirtualHome."""
    rooms = {
        "k": Room(id="k", kind="kitchen", polygon=((0, 0), (4, 0), (4, 4), (0, 4))),
        "b": Room(id="b", kind="bedroom", polygon=((4, 0), (9, 0), (9, 4), (4, 4))),
    }
    things = (
        thing("11", "kitchentable", (2.0, 2.0), (1.6, 0.9, 0.8), room="k"),
        thing("12", "chair", (2.0, 1.2), (0.4, 0.4, 0.9), room="k"),
        thing("13", "chair", (2.0, 2.8), (0.4, 0.4, 0.9), room="k", faces=SOUTH),
        thing("14", "chair", (0.4, 0.4), (0.4, 0.4, 0.9), room="k", style="red"),
        thing("15", "fridge", (3.6, 3.6), (0.7, 0.7, 1.8), room="k", faces=SOUTH),
        thing("16", "plate", (1.6, 2.0), (0.2, 0.2, 0.02), room="k", bottom=0.8, parent="11"),
        thing("17", "plate", (2.4, 2.0), (0.2, 0.2, 0.02), room="k", bottom=0.8, parent="11"),
        thing("18", "apple", (2.0, 2.2), (0.08, 0.08, 0.08), room="k", bottom=0.8, parent="11"),
        thing("19", "garbagecan", (0.3, 3.7), (0.3, 0.3, 0.5), room="k"),
        thing("21", "kitchencounter", (0.3, 2.0), (1.0, 0.6, 0.9), room="k", faces=EAST),
        thing("20", "microwave", (0.3, 2.0), (0.5, 0.4, 0.3), room="k", faces=EAST, bottom=0.9, parent="21"),
        thing("30", "bed", (6.5, 3.0), (1.6, 2.0, 0.6), room="b", faces=SOUTH),
        thing("31", "nightstand", (5.4, 3.7), (0.5, 0.4, 0.5), room="b", faces=SOUTH),
        thing("32", "nightstand", (7.6, 3.7), (0.5, 0.4, 0.5), room="b", faces=SOUTH),
        thing("33", "tablelamp", (5.4, 3.7), (0.2, 0.2, 0.4), room="b", bottom=0.5, parent="31", states=("ON",)),
        thing("34", "tablelamp", (7.6, 3.7), (0.2, 0.2, 0.6), room="b", bottom=0.5, parent="32", states=("OFF",)),
        thing("35", "pillow", (6.2, 3.8), (0.5, 0.3, 0.1), room="b", bottom=0.6, parent="30"),
        thing("36", "pillow", (6.8, 3.8), (0.5, 0.3, 0.1), room="b", bottom=0.6, parent="30"),
        thing("37", "closet", (8.6, 1.0), (1.2, 0.6, 2.0), room="b", faces=WEST),
        thing("38", "chair", (4.6, 0.6), (0.5, 0.5, 1.0), room="b"),
    )
    openings = (
        opening("w1", "window", (1.0, 4.0), SOUTH, ("k",)),
        opening("w2", "window", (3.0, 4.0), SOUTH, ("k",)),
        opening("w3", "window", (9.0, 3.0), WEST, ("b",)),
        opening("d1", "door", (4.0, 1.0), WEST, ("b", "k")),
    )
    return World(Scene(objects={one.id: one for one in things}, rooms=rooms, openings=openings))


def house() -> World:
    """Four rooms that have much twice: living room (l), kitchen (k) east of it, bathroom (a) and bedroom (b) north."""
    rooms = {
        "l": Room(id="l", kind="living room", polygon=((0, 0), (6, 0), (6, 5), (0, 5))),
        "k": Room(id="k", kind="kitchen", polygon=((6, 0), (10, 0), (10, 5), (6, 5))),
        "a": Room(id="a", kind="bathroom", polygon=((0, 5), (3, 5), (3, 8), (0, 8))),
        "b": Room(id="b", kind="bedroom", polygon=((3, 5), (8, 5), (8, 9), (3, 9))),
    }
    openings = (
        opening("wl1", "window", (0.0, 1.5), EAST, ("l",)),
        opening("wl2", "window", (0.0, 3.5), EAST, ("l",)),
        opening("wk", "window", (10.0, 2.5), WEST, ("k",)),
        opening("wb", "window", (5.5, 9.0), SOUTH, ("b",)),
        opening("dk", "door", (6.0, 4.0), WEST, ("l", "k")),
        opening("da", "door", (1.5, 5.0), SOUTH, ("l", "a")),
        opening("db", "door", (4.5, 5.0), SOUTH, ("l", "b")),
    )
    things = (*_lived_in(), *_slept_in())
    return World(Scene(objects={one.id: one for one in things}, rooms=rooms, openings=openings))


def _lived_in() -> tuple[SceneObject, ...]:
    return (
        thing("sofa", "Sofa", (3.0, 0.5), (2.0, 0.9, 0.8), room="l"),
        thing("tv_stand", "TVStand", (3.0, 4.7), (1.6, 0.4, 0.5), faces=SOUTH, room="l"),
        thing("tv_l", "Television", (3.0, 4.7), (1.0, 0.1, 0.6), faces=SOUTH, bottom=0.5, parent="tv_stand", room="l"),
        thing("table_l", "Table", (3.0, 2.2), (1.0, 0.6, 0.4), room="l"),
        thing("cup_l", "Cup", (2.8, 2.2), (0.1, 0.1, 0.1), bottom=0.4, parent="table_l", room="l"),
        thing("candle_l", "Candle", (3.2, 2.2), (0.1, 0.1, 0.2), bottom=0.4, parent="table_l", room="l"),
        thing("chair_l1", "Chair", (1.0, 2.5), (0.5, 0.5, 0.9), faces=EAST, room="l"),
        thing("chair_l2", "Chair", (5.0, 2.5), (0.5, 0.5, 0.9), faces=WEST, room="l"),
        thing("bin_l", "GarbageCan", (5.7, 0.4), (0.3, 0.3, 0.4), room="l"),
        thing("armchair", "ArmChair", (0.7, 0.7), (0.8, 0.8, 0.9), room="l"),
        thing("painting", "Painting", (1.2, 0.03), (0.8, 0.04, 0.6), bottom=1.3, holding="wall", room="l"),
        thing("table_k", "DiningTable", (8.0, 2.5), (1.6, 0.9, 0.8), room="k"),
        thing("cup_k", "Cup", (7.7, 2.5), (0.1, 0.1, 0.1), bottom=0.8, parent="table_k", room="k"),
        thing("plate", "Plate", (8.3, 2.5), (0.2, 0.2, 0.02), bottom=0.8, parent="table_k", room="k"),
        thing("candle_k", "Candle", (8.0, 2.6), (0.1, 0.1, 0.2), bottom=0.8, parent="table_k", room="k"),
        thing("chair_k", "Chair", (8.0, 1.7), (0.5, 0.5, 0.9), room="k"),
        thing("stool_k", "Stool", (6.5, 0.5), (0.4, 0.4, 0.6), room="k"),
        thing("fridge", "Fridge", (9.5, 4.5), (0.7, 0.7, 1.8), faces=SOUTH, room="k"),
        thing("sink_k", "Sink", (8.0, 0.3), (0.8, 0.6, 0.9), room="k"),
        thing("bin_k", "GarbageCan", (9.7, 0.3), (0.3, 0.3, 0.4), room="k"),
    )


def _slept_in() -> tuple[SceneObject, ...]:
    return (
        thing("sink_a", "Sink", (0.5, 7.5), (0.6, 0.5, 0.9), faces=SOUTH, room="a"),
        thing("toilet", "Toilet", (2.6, 7.5), (0.4, 0.7, 0.8), faces=SOUTH, room="a"),
        thing("mirror", "Mirror", (0.5, 7.97), (0.6, 0.04, 0.8), faces=SOUTH, bottom=1.2, holding="wall", room="a"),
        thing("bin_a", "GarbageCan", (2.0, 7.6), (0.3, 0.3, 0.4), room="a"),
        thing("bed", "Bed", (5.5, 7.8), (1.6, 2.0, 0.6), faces=SOUTH, room="b"),
        thing("desk", "Desk", (3.6, 6.5), (1.2, 0.6, 0.75), faces=EAST, room="b"),
        thing("lamp_d", "DeskLamp", (3.6, 6.9), (0.2, 0.2, 0.4), bottom=0.75, parent="desk", room="b"),
        thing("book_d", "Book", (3.6, 6.3), (0.2, 0.15, 0.05), bottom=0.75, parent="desk", room="b"),
        thing("chair_b", "Chair", (4.3, 6.5), (0.5, 0.5, 0.9), faces=WEST, room="b"),
        thing("stool_b", "Stool", (7.5, 5.5), (0.4, 0.4, 0.6), room="b"),
        thing("tv_b", "Television", (7.9, 7.8), (0.8, 0.1, 0.5), faces=WEST, bottom=1.2, holding="wall", room="b"),
        thing("shelf", "ShelvingUnit", (3.2, 8.3), (0.9, 0.3, 2.0), faces=EAST, room="b"),
        thing("book_s", "Book", (3.2, 8.1), (0.2, 0.15, 0.05), bottom=2.0, parent="shelf", room="b"),
        thing("vase", "Vase", (3.2, 8.5), (0.2, 0.2, 0.3), bottom=2.0, parent="shelf", room="b"),
        thing("lamp_s", "TableLamp", (3.2, 8.3), (0.2, 0.2, 0.4), bottom=2.0, parent="shelf", room="b"),
        thing("wardrobe", "Wardrobe", (7.6, 6.5), (1.2, 0.6, 2.0), faces=WEST, room="b"),
    )
