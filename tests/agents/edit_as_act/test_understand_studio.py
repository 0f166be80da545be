"""Instructions for a living room, with what a person means by each."""

from __future__ import annotations

import pytest

from lookagain.agents.edit_as_act.understand import Understood, understand
from tests.agents.edit_as_act.rooms import studio
from tests.agents.edit_as_act.said import atoms

ADD = [
    ("Add a lamp on the desk", "exists(lamp_1); on(lamp_1, desk_1)"),
    ("Add a plant next to the sofa.", "exists(plant_2); near(plant_2, sofa_1, 0.5); on(plant_2, floor:living)"),
    ("Put a vase on the shelf", "exists(vase_2); on(vase_2, bookshelf_1)"),
    (
        "place two cushions on the sofa",
        "exists(pillow_1); exists(pillow_2); on(pillow_1, sofa_1); on(pillow_2, sofa_1)",
    ),
    (
        "bring in a chair and put it at the desk",
        "exists(chair_2); near(chair_2, desk_1, 0.5); on(chair_2, floor:living)",
    ),
    (
        "I'd like a floor lamp in the corner",
        "exists(floor_lamp_2); gap(floor_lamp_2, wall:living:3, 0); gap(floor_lamp_2, wall:living:0, 0); "
        "on(floor_lamp_2, floor:living)",
    ),
    ("There should be a rug under the desk", "exists(rug_2); at(rug_2, 5.5, 2.5, 0.25)"),
    (
        "Add another floor lamp behind the armchair",
        "exists(floor_lamp_2); behind(floor_lamp_2, armchair_1); near(floor_lamp_2, armchair_1, 1); "
        "on(floor_lamp_2, floor:living)",
    ),
    (
        "Add three books to the shelf",
        "exists(book_2); exists(book_3); exists(book_4); on(book_2, bookshelf_1); on(book_3, bookshelf_1); "
        "on(book_4, bookshelf_1)",
    ),
    ("Add a chair to the desk", "exists(chair_2); near(chair_2, desk_1, 1); on(chair_2, floor:living)"),
    (
        "add a red armchair facing the tv",
        "exists(arm_chair_1); is_facing(arm_chair_1, tv_1); on(arm_chair_1, floor:living)",
    ),
    (
        "Could you please add a side table between the sofa and the armchair?",
        "exists(side_table_1); between(side_table_1, sofa_1, armchair_1); on(side_table_1, floor:living)",
    ),
    (
        "Put a picture on the wall above the sofa",
        "exists(painting_2); on(painting_2, wall:living:0); aligned_with(painting_2, sofa_1, x)",
    ),
    ("Place a second chair at the desk", "exists(chair_2); near(chair_2, desk_1, 0.5); on(chair_2, floor:living)"),
    (
        "duplicate the floor lamp",
        "exists(floor_lamp_2); near(floor_lamp_2, floor_lamp_1, 0.5); on(floor_lamp_2, floor:living)",
    ),
    (
        "add a lamp on the table to the left of the vase",
        "exists(lamp_1); on(lamp_1, coffee_table_1); left_of(lamp_1, vase_1, ref); near(lamp_1, vase_1, 1)",
    ),
]
REMOVE = [
    ("Remove the vase", "removed(vase_1)"),
    ("get rid of the garbage can", "removed(garbage_can_1)"),
    ("Throw away the bin!", "removed(garbage_can_1)"),
    ("Delete all lamps", "removed(floor_lamp_1); removed(desk_lamp_1)"),
    ("take the laptop away", "removed(laptop_1)"),
    ("Clear the coffee table", "removed(vase_1); removed(book_1)"),
    ("remove everything on the desk", "removed(desk_lamp_1); removed(laptop_1)"),
    ("remove the lamp on the desk", "removed(desk_lamp_1)"),
    ("take the book off the coffee table", "removed(book_1)"),
    ("I want the armchair removed", "removed(armchair_1)"),
    ("the plant should be removed", "removed(plant_1)"),
    ("remove the plant and the rug", "removed(plant_1); removed(rug_1)"),
    ("Please delete the book, the vase and the laptop.", "removed(book_1); removed(vase_1); removed(laptop_1)"),
    ("remove the blue vase", "removed(vase_1)"),
    ("remove the seat nearest to the window", "removed(armchair_1)"),
    ("remove GarbageCan", "removed(garbage_can_1)"),
    ("delete garbage_can_1", "removed(garbage_can_1)"),
    ("remove the couch", "removed(sofa_1)"),
    ("get rid of the television", "removed(tv_1)"),
]
MOVE = [
    ("Move the armchair to the window", "near(armchair_1, window_1, 1)"),
    ("move the chair next to the shelf", "near(chair_1, bookshelf_1, 0.5)"),
    ("Move the sofa half a metre to the left", "at(sofa_1, 3.5, 0.5, 0.4)"),
    ("push the chair 30 cm forward", "at(chair_1, 5, 2.5, 0.45)"),
    ("slide the desk 20cm back", "at(desk_1, 5.7, 2.5, 0.375)"),
    ("Move the armchair against the wall", "gap(armchair_1, wall:living:3, 0)"),
    ("put the plant in the corner", "gap(plant_1, wall:living:2, 0); gap(plant_1, wall:living:3, 0)"),
    ("move the rug to the middle of the room", "at(rug_1, 3, 2.5, 0.005)"),
    ("put the book on the desk", "on(book_1, desk_1)"),
    ("move the lamp on the desk to the shelf", "on(desk_lamp_1, bookshelf_1)"),
    ("place the floor lamp between the sofa and the armchair", "between(floor_lamp_1, sofa_1, armchair_1)"),
    ("move the chair closer to the desk by 10 cm", "gap(chair_1, desk_1, 0.1)"),
    ("move the chair 1 m away from the desk", "gap(chair_1, desk_1, 1)"),
    ("move the armchair away from the wall by 20 cm", "gap(armchair_1, wall:living:3, 0.6)"),
    ("The garbage can should be 50 cm from the wall", "gap(garbage_can_1, wall:living:1, 0.5)"),
    ("Move the sofa 1 metre in front of the tv", "in_front_of(sofa_1, tv_1); gap(sofa_1, tv_1, 1)"),
    (
        "put the floor lamp to the right of the sofa",
        "right_of(floor_lamp_1, sofa_1, ref); near(floor_lamp_1, sofa_1, 1)",
    ),
    ("Put the plant on the left side of the desk", "left_of(plant_1, desk_1, ref); near(plant_1, desk_1, 1)"),
    ("place the armchair opposite the tv", "in_front_of(armchair_1, tv_1); is_facing(armchair_1, tv_1)"),
    ("move the vase onto the tv stand", "on(vase_1, tv_stand_1)"),
    ("put the laptop in the garbage can", "inside(laptop_1, garbage_can_1)"),
    ("move the chair 2 ft to the right", "at(chair_1, 4.7, 3.1096, 0.45)"),
    (
        "move the coffee table with everything on it to the window",
        "near(coffee_table_1, window_1, 1); grouped_with(vase_1, coffee_table_1); near(vase_1, coffee_table_1, 0.5); "
        "grouped_with(book_1, coffee_table_1); near(book_1, coffee_table_1, 0.5)",
    ),
    ("I'd like the armchair to be next to the sofa", "near(armchair_1, sofa_1, 0.5)"),
    ("bring the floor lamp over to the armchair", "near(floor_lamp_1, armchair_1, 1)"),
    ("Place the rug under the coffee table", "at(rug_1, 3, 2, 0.005)"),
    ("hang the painting on the wall behind the desk", "on(painting_1, wall:living:1)"),
    ("put the sofa with its back to the wall", "gap(sofa_1, wall:living:0, 0); has_yaw(sofa_1, 0)"),
    ("put the chair at the desk", "near(chair_1, desk_1, 0.5)"),
    ("move the plant one metre towards the sofa", "gap(plant_1, sofa_1, 2.7232)"),
    ("raise the painting by 20 cm", "at(painting_1, 3, 0.03, 1.8)"),
    ("Put the vase and the book on the desk", "on(vase_1, desk_1); on(book_1, desk_1)"),
    ("move the armchair to the left", "at(armchair_1, 0.8, 1.5, 0.45)"),
    (
        "put the floor lamp in the corner near the door",
        "gap(floor_lamp_1, wall:living:1, 0); gap(floor_lamp_1, wall:living:2, 0); near(floor_lamp_1, door_1, 1)",
    ),
    ("take the vase to the shelf", "on(vase_1, bookshelf_1)"),
    ("Move the sofa 1 m forward and 50 cm to the left", "at(sofa_1, 3.5, 1.5, 0.4)"),
    (
        "shift everything on the desk to the coffee table",
        "on(desk_lamp_1, coffee_table_1); on(laptop_1, coffee_table_1)",
    ),
    ("move chair_1 next to sofa_1", "near(chair_1, sofa_1, 0.5)"),
    ("put the chair near the sofa", "near(chair_1, sofa_1, 1)"),
    ("the floor lamp should stand behind the sofa", "behind(floor_lamp_1, sofa_1); near(floor_lamp_1, sofa_1, 1)"),
    (
        "move the armchair 50 cm to the left of the sofa",
        "left_of(armchair_1, sofa_1, ref); gap(armchair_1, sofa_1, 0.5)",
    ),
]
TURN = [
    ("Rotate the chair by 90 degrees", "has_yaw(chair_1, 0)"),
    ("rotate the sofa 45° clockwise", "has_yaw(sofa_1, 315)"),
    ("turn the desk a quarter turn", "has_yaw(desk_1, 180)"),
    ("spin the armchair half a turn", "has_yaw(armchair_1, 90)"),
    ("turn the chair around", "has_yaw(chair_1, 90)"),
    ("face the armchair towards the tv", "is_facing(armchair_1, tv_1)"),
    ("Turn the sofa to face the window", "is_facing(sofa_1, window_1)"),
    ("the chair should face the window", "is_facing(chair_1, window_1)"),
    ("point the armchair at the door", "is_facing(armchair_1, door_1)"),
    ("make the armchair face the sofa", "is_facing(armchair_1, sofa_1)"),
    ("rotate the plant to 30 degrees", "has_yaw(plant_1, 30)"),
    (
        "make the sofa and the armchair face each other",
        "is_facing(sofa_1, armchair_1); is_facing(armchair_1, sofa_1)",
    ),
    ("Turn the chair away from the desk", "has_yaw(chair_1, 90)"),
    ("I want the chair to look at the tv", "is_facing(chair_1, tv_1)"),
    (
        "rotate the chair a quarter turn counterclockwise then move it to the window",
        "has_yaw(chair_1, 0); near(chair_1, window_1, 1)",
    ),
    ("Swivel the office chair 180 degrees", "has_yaw(chair_1, 90)"),
    ("align the coffee table with the sofa", "aligned_with(coffee_table_1, sofa_1, x)"),
    ("line up the armchair with the coffee table", "aligned_with(armchair_1, coffee_table_1, y)"),
    ("make the desk parallel to the wall", "aligned_with(desk_1, wall:living:1, yaw)"),
]
SIZE = [
    ("make the table 20% larger", "has_scale(coffee_table_1, 1.2, 1.2, 1.2)"),
    ("Make the vase twice as big", "has_scale(vase_1, 2, 2, 2)"),
    ("shrink the plant by 30%", "has_scale(plant_1, 0.7, 0.7, 0.7)"),
    ("scale the sofa to 1.5 m wide", "has_scale(sofa_1, 0.75, 1, 1)"),
    ("resize the desk to 90 cm high", "has_scale(desk_1, 1, 1, 1.2)"),
    ("make the shelf 50 cm taller", "has_scale(bookshelf_1, 1, 1, 1.25)"),
    ("enlarge the rug", "has_scale(rug_1, 1.25, 1.25, 1.25)"),
    ("make the armchair a bit smaller", "has_scale(armchair_1, 0.9, 0.9, 0.9)"),
    ("double the size of the plant", "has_scale(plant_1, 2, 2, 2)"),
    ("halve the height of the floor lamp", "has_scale(floor_lamp_1, 1, 1, 0.5)"),
    ("reduce the size of the tv by half", "has_scale(tv_1, 0.5, 0.5, 0.5)"),
    ("make the coffee table as wide as the sofa", "has_scale(coffee_table_1, 2, 1, 1)"),
    ("make the desk narrower by 35 cm", "has_scale(desk_1, 0.75, 1, 1)"),
    ("the plant should be 1.5 m tall", "has_scale(plant_1, 1, 1, 1.5)"),
    ("scale the vase by a factor of 1.5", "has_scale(vase_1, 1.5, 1.5, 1.5)"),
    ("increase the height of the floor lamp by 20 percent", "has_scale(floor_lamp_1, 1, 1, 1.2)"),
    ("scale the armchair to 80%", "has_scale(armchair_1, 0.8, 0.8, 0.8)"),
]
STYLE = [
    ("make the sofa red", "has_style(sofa_1, red)"),
    ("Paint the shelf white", "has_style(bookshelf_1, white)"),
    ("change the style of the coffee table to rustic wood", "has_style(coffee_table_1, rustic wood)"),
    ("give the armchair a modern look", "has_style(armchair_1, modern)"),
    ("restyle the desk in dark oak", "has_style(desk_1, dark oak)"),
    ("change the sofa's colour to dark green", "has_style(sofa_1, dark green)"),
    ("make the rug look vintage", "has_style(rug_1, vintage)"),
    ("the armchair should be blue leather", "has_style(armchair_1, blue leather)"),
    ("cover the sofa in black velvet", "has_style(sofa_1, black velvet)"),
    ("make the armchair match the sofa", "matches_style(armchair_1, sofa_1)"),
    ("change the sofa to rustic wood", "has_style(sofa_1, rustic wood)"),
]
EXCHANGE = [
    ("swap the plant and the floor lamp", "at(plant_1, 1, 0.4, 0.5); at(floor_lamp_1, 0.4, 4.6, 0.8)"),
    ("exchange the armchair with the chair", "at(armchair_1, 4.7, 2.5, 0.45); at(chair_1, 0.8, 2, 0.45)"),
    ("Swap the positions of the vase and the book", "at(vase_1, 2.7, 2, 0.55); at(book_1, 3.2, 2, 0.425)"),
    (
        "replace the armchair with a bean bag",
        "removed(armchair_1); exists(bean_bag_1); at(bean_bag_1, 0.8, 2, 0.25)",
    ),
    (
        "replace the vase with a candle",
        "removed(vase_1); exists(candle_1); on(candle_1, coffee_table_1); at(candle_1, 3.2, 2, 0.65)",
    ),
    (
        "replace the coffee table with a round wooden table",
        "removed(coffee_table_1); exists(table_1); at(table_1, 3, 2, 0.25); on(vase_1, table_1); on(book_1, table_1)",
    ),
    (
        "swap out the floor lamp for a plant",
        "removed(floor_lamp_1); exists(plant_2); at(plant_2, 1, 0.4, 0.25)",
    ),
]
SEVERAL = [
    (
        "move the armchair to the window and rotate it by 90 degrees",
        "near(armchair_1, window_1, 1); has_yaw(armchair_1, 0)",
    ),
    (
        "add a lamp to the desk, then make the lamp red",
        "exists(lamp_1); on(lamp_1, desk_1); has_style(lamp_1, red)",
    ),
    ("remove the book; put the vase on the desk", "removed(book_1); on(vase_1, desk_1)"),
    (
        "Put the chair next to the sofa and face the window",
        "near(chair_1, sofa_1, 0.5); is_facing(chair_1, window_1)",
    ),
    (
        "Move the floor lamp next to the armchair and the plant next to the sofa",
        "near(floor_lamp_1, armchair_1, 0.5); near(plant_1, sofa_1, 0.5)",
    ),
    (
        "move the desk lamp and the laptop to the coffee table",
        "on(desk_lamp_1, coffee_table_1); on(laptop_1, coffee_table_1)",
    ),
    ("Group the armchair with the sofa", "grouped_with(armchair_1, sofa_1)"),
    (
        "remove the rug and the sofa should face the window",
        "removed(rug_1); is_facing(sofa_1, window_1)",
    ),
    ("rotate the chair by 90 degrees and then by 90 degrees", "has_yaw(chair_1, 90)"),
    (
        "Please move the plant to the sofa, make it 10% smaller and turn it by 45 degrees.",
        "near(plant_1, sofa_1, 1); has_scale(plant_1, 0.9, 0.9, 0.9); has_yaw(plant_1, 45)",
    ),
]


@pytest.mark.parametrize(("text", "meant"), ADD + REMOVE + MOVE + TURN + SIZE + STYLE + EXCHANGE + SEVERAL)
def test_the_goal_is_what_is_meant(text: str, meant: str) -> None:
    found = understand(text, studio())
    assert isinstance(found, Understood), str(found)
    assert atoms(found) == set(meant.split("; "))


def test_new_things_carry_category_style_and_model() -> None:
    found = understand("add a small red velvet armchair and another floor lamp", studio())
    assert isinstance(found, Understood)
    chair, lamp = found.goal.new
    assert (chair.category, chair.style, chair.like) == ("ArmChair", "red velvet", None)
    assert (lamp.category, lamp.style, lamp.like) == ("FloorLamp", "", "floor_lamp_1")
