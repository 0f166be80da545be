"""More ways to say things, written before they were tried."""

from __future__ import annotations

import pytest

from lookagain.agents.edit_as_act.understand import Understood, understand
from tests.agents.edit_as_act.rooms import home, studio
from tests.agents.edit_as_act.said import atoms

STUDIO = [
    ("I don't need the plant anymore, please remove it", "removed(plant_1)"),
    ("Can you get rid of that vase on the coffee table?", "removed(vase_1)"),
    ("Let's have the armchair look out of the window", "is_facing(armchair_1, window_1)"),
    ("Scoot the sofa back by half a meter", "at(sofa_1, 3, 0, 0.4)"),
    (
        "We need a bookcase next to the desk",
        "exists(bookshelf_2); near(bookshelf_2, desk_1, 0.5); on(bookshelf_2, floor:living)",
    ),
    ("Drop a cushion onto the armchair", "exists(pillow_1); on(pillow_1, armchair_1)"),
    ("The rug is too big, make it 25% smaller", "has_scale(rug_1, 0.75, 0.75, 0.75)"),
    ("Turn the couch by ninety degrees to the right", "has_yaw(sofa_1, 270)"),
    ("Set the laptop on the coffee table, please", "on(laptop_1, coffee_table_1)"),
    ("Relocate the floor lamp so that it stands next to the desk", "near(floor_lamp_1, desk_1, 0.5)"),
    (
        "Swap the armchair for a rocking chair",
        "removed(armchair_1); exists(rocking_chair_1); at(rocking_chair_1, 0.8, 2, 0.25)",
    ),
    ("Make the tv a third larger", "has_scale(tv_1, 1.3333, 1.3333, 1.3333)"),
    ("I would like the desk to be painted black", "has_style(desk_1, black)"),
    ("Place the waste basket under the desk", "at(garbage_can_1, 5.5, 2.5, 0.2)"),
    ("Put a clock on the wall", "exists(clock_1); on(clock_1, wall:living:3)"),
    ("Bring the chair and the floor lamp to the window", "near(chair_1, window_1, 1); near(floor_lamp_1, window_1, 1)"),
    ("Take everything off the coffee table", "removed(vase_1); removed(book_1)"),
    ("Have the sofa face the television", "is_facing(sofa_1, tv_1)"),
    ("Move the armchair so that it is 1.5 m away from the sofa", "gap(armchair_1, sofa_1, 1.5)"),
    ("The desk lamp belongs on the coffee table", "on(desk_lamp_1, coffee_table_1)"),
    ("Turn the chair 180 degrees and push it to the desk", "has_yaw(chair_1, 90); near(chair_1, desk_1, 1)"),
    (
        "Add a small table beside the armchair and put the vase on it",
        "exists(table_1); near(table_1, armchair_1, 0.5); on(vase_1, table_1); on(table_1, floor:living)",
    ),
    ("Shift the coffee table 20 centimetres closer to the sofa", "gap(coffee_table_1, sofa_1, 0.55)"),
    ("Put the book next to the laptop", "near(book_1, laptop_1, 0.5)"),
    ("Rotate the armchair so it faces the coffee table", "is_facing(armchair_1, coffee_table_1)"),
    ("Change the colour of the armchair to navy blue", "has_style(armchair_1, navy blue)"),
    ("Let the plant be 1.2 metres high", "has_scale(plant_1, 1, 1, 1.2)"),
    ("Remove both lamps", "removed(floor_lamp_1); removed(desk_lamp_1)"),
    (
        "Position the armchair to the left of the sofa, facing the tv",
        "left_of(armchair_1, sofa_1, ref); near(armchair_1, sofa_1, 1); is_facing(armchair_1, tv_1)",
    ),
    ("Replace the floor lamp by a tall plant", "removed(floor_lamp_1); exists(plant_2); at(plant_2, 1, 0.4, 0.25)"),
    ("Centre the coffee table in the room", "at(coffee_table_1, 3, 2.5, 0.2)"),
    ("Pull the sofa 30cm away from the wall", "gap(sofa_1, wall:living:0, 0.3)"),
    (
        "Stack two books on the tv stand",
        "exists(book_2); exists(book_3); on(book_2, tv_stand_1); on(book_3, tv_stand_1)",
    ),
    ("Line the armchair up with the sofa", "aligned_with(armchair_1, sofa_1, y)"),
]
HOME = [
    ("Take all the plates off the table", "removed(16); removed(17)"),
    ("Every chair in the kitchen should face the fridge", "is_facing(12, 15); is_facing(13, 15); is_facing(14, 15)"),
    ("Put one more chair at the kitchen table", "exists(chair_1); near(chair_1, 11, 0.5); on(chair_1, floor:k)"),
    ("Throw out the apple", "removed(18)"),
    ("Move the bedside table on the left to the other side of the bed", "right_of(31, 30, ref); near(31, 30, 1)"),
    ("Get rid of the chair that is in the bedroom", "removed(38)"),
    ("Place a lamp on top of the fridge", "exists(lamp_1); on(lamp_1, 15)"),
    ("Bring the chair from the bedroom into the kitchen", "inside(38, room:k)"),
    ("Remove the lamp which stands on the right bedside table", "removed(34)"),
    ("Slide the bed half a metre towards the door", "gap(30, d1, 1.2393)"),
    ("Add a rug in front of the bed", "exists(rug_1); in_front_of(rug_1, 30); near(rug_1, 30, 1); on(rug_1, floor:b)"),
    ("Rotate all the chairs at the kitchen table by 45 degrees", "has_yaw(12, 45); has_yaw(13, 225)"),
    ("Delete the smallest chair in the kitchen that is red", "removed(14)"),
    ("Put the garbage can in the corner of the bedroom", "gap(19, wall:b:2, 0); gap(19, wall:b:3, 0)"),
    ("Move the red chair next to the bed and turn it towards the window", "near(14, 30, 0.5); is_facing(14, w3)"),
    ("The microwave should go on top of the refrigerator", "on(20, 15)"),
    ("I'd like both nightstands to be white", "has_style(31, white); has_style(32, white)"),
    (
        "Make every chair in the kitchen 10 percent bigger",
        "has_scale(12, 1.1, 1.1, 1.1); has_scale(13, 1.1, 1.1, 1.1); has_scale(14, 1.1, 1.1, 1.1)",
    ),
    ("Place the apple between the plates", "between(18, 16, 17)"),
    ("Swap the bed and the closet", "at(30, 8.6, 1, 0.3); at(37, 6.5, 3, 1)"),
    ("There's a chair in the corner of the kitchen; remove it", "removed(14)"),
    ("Add a plant to each nightstand", "exists(plant_1); exists(plant_2); on(plant_1, 31); on(plant_2, 32)"),
    ("Remove the pillow on the left and make the other one blue", "removed(35); has_style(36, blue)"),
    ("Put the wardrobe against the wall opposite the bed", "gap(37, wall:b:0, 0)"),
    ("Clear everything off the kitchen table except the apple", "removed(16); removed(17)"),
]

STUDIO += [
    ("Could you move the plant a little closer to the window?", "near(plant_1, window_1, 0.3019)"),
    (
        "Put a second sofa opposite the sofa",
        "exists(sofa_2); in_front_of(sofa_2, sofa_1); is_facing(sofa_2, sofa_1); on(sofa_2, floor:living)",
    ),
    ("Change the tv stand into a black one", "has_style(tv_stand_1, black)"),
    ("Push the armchair into the corner", "gap(armchair_1, wall:living:3, 0); gap(armchair_1, wall:living:0, 0)"),
    (
        "Place a lamp on either side of the sofa",
        "exists(lamp_1); exists(lamp_2); left_of(lamp_1, sofa_1, ref); near(lamp_1, sofa_1, 1); "
        "right_of(lamp_2, sofa_1, ref); near(lamp_2, sofa_1, 1); on(lamp_1, floor:living); on(lamp_2, floor:living)",
    ),
    ("delete the tv and its stand", "removed(tv_1); removed(tv_stand_1)"),
    (
        "Hang a mirror above the tv stand",
        "exists(mirror_1); on(mirror_1, wall:living:2); aligned_with(mirror_1, tv_stand_1, x)",
    ),
    ("Make the rug twice as large as it is now", "has_scale(rug_1, 2, 2, 2)"),
    ("Take the vase from the coffee table and put it on the desk", "on(vase_1, desk_1)"),
]
HOME += [
    ("Move the fridge to the opposite wall", "gap(15, wall:k:0, 0)"),
    ("Shift the bed 20 cm to the west", "at(30, 6.3, 3, 0.3)"),
    ("Take the red chair out of the kitchen and put it in the bedroom", "inside(14, room:b)"),
    ("Line up both nightstands with the bed", "aligned_with(31, 30, y); aligned_with(32, 30, y)"),
]


@pytest.mark.parametrize(("text", "meant"), STUDIO)
def test_the_studio(text: str, meant: str) -> None:
    found = understand(text, studio())
    assert isinstance(found, Understood), str(found)
    assert atoms(found) == set(meant.split("; "))


@pytest.mark.parametrize(("text", "meant"), HOME)
def test_the_home(text: str, meant: str) -> None:
    found = understand(text, home())
    assert isinstance(found, Understood), str(found)
    assert atoms(found) == set(meant.split("; "))


def test_what_is_not_there_is_no_place() -> None:
    found = understand("Put the two plates in the sink", home())
    assert not isinstance(found, Understood)
