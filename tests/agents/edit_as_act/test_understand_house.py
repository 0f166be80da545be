"""Instructions for a house that has much twice: what tells which one is meant, and what does not."""

from __future__ import annotations

import pytest

from lookagain.agents.edit_as_act.understand import Ambiguous, Understood, understand
from lookagain.tools.scene.values import Point
from tests.agents.edit_as_act.rooms import house
from tests.agents.edit_as_act.said import atoms

NAMED_BEFORE = [
    (
        "Remove the cup from the table in the kitchen and paint the table black",
        "removed(cup_k); has_style(table_k, black)",
    ),
    ("Paint the chair in the bedroom white", "has_style(chair_b, white)"),
    (
        "Turn the chair in the bedroom by 90 degrees and make the chair red",
        "has_yaw(chair_b, 180); has_style(chair_b, red)",
    ),
    (
        "Put the plate on the table in the living room, then move the table 20 cm to the left",
        "on(plate, table_l); at(table_l, 3.2, 2.2, 0.2)",
    ),
    (
        "Move the bin in the bathroom next to the toilet. The bin should be green.",
        "near(bin_a, toilet, 0.5); has_style(bin_a, green)",
    ),
    ("Remove the stool in the kitchen and turn the stool by 45 degrees", "removed(stool_k); has_yaw(stool_b, 45)"),
]
SAME_ROOM = [
    ("Make both chairs in the living room face the tv", "is_facing(chair_l1, tv_l); is_facing(chair_l2, tv_l)"),
    ("Put the bin in the bathroom beside the sink", "near(bin_a, sink_a, 0.5)"),
    ("Move the armchair next to the table", "near(armchair, table_l, 0.5)"),
    ("Move the stool next to the fridge in the kitchen", "near(stool_k, fridge, 0.5)"),
    ("Turn the chair towards the bed", "is_facing(chair_b, bed)"),
    ("Put the plate next to the cup", "near(plate, cup_k, 0.5)"),
    ("Swap the book and the lamp on the shelf", "at(book_s, 3.2, 8.3, 2.025); at(lamp_s, 3.2, 8.1, 2.2)"),
    ("Remove the cup and the candle on the table in the living room", "removed(cup_l); removed(candle_l)"),
    ("Move the book on the desk next to the lamp", "near(book_d, lamp_d, 0.5)"),
    ("Remove the bin next to the toilet", "removed(bin_a)"),
    ("Point the bed at the television", "is_facing(bed, tv_b)"),
    ("Remove the lamp on the desk and the book", "removed(lamp_d); removed(book_d)"),
]
FACING = [
    (
        "Move the armchair in front of the sofa, facing it",
        "in_front_of(armchair, sofa); near(armchair, sofa, 1); is_facing(armchair, sofa)",
    ),
    (
        "Put the stool in the bedroom beside the bed looking at the window",
        "near(stool_b, bed, 0.5); is_facing(stool_b, wb)",
    ),
    (
        "Place the armchair next to the table, looking at it",
        "near(armchair, table_l, 0.5); is_facing(armchair, table_l)",
    ),
    (
        "Set the chair in the kitchen to the left of the fridge facing the sink",
        "left_of(chair_k, fridge, ref); near(chair_k, fridge, 1); is_facing(chair_k, sink_k)",
    ),
    ("Move the bed against the wall and facing the wardrobe", "gap(bed, wall:b:2, 0); is_facing(bed, wardrobe)"),
]
VIEWS = [
    (
        "Put the armchair to the left of the sofa as you face the sofa",
        "left_of(armchair, sofa, ref); near(armchair, sofa, 1)",
    ),
    (
        "Put the armchair on the left of the sofa when you look at the front of it",
        "left_of(armchair, sofa, ref); near(armchair, sofa, 1)",
    ),
    (
        "Place the armchair to the right of the table in the living room, as seen from the sofa",
        "right_of(armchair, table_l, sofa); near(armchair, table_l, 1)",
    ),
    (
        "Move the stool in the kitchen to the left of the fridge, seen from the window",
        "left_of(stool_k, fridge, wk); near(stool_k, fridge, 1)",
    ),
    (
        "Put the stool in the bedroom to the right of the bed from the viewpoint of someone at the desk",
        "right_of(stool_b, bed, desk); near(stool_b, bed, 1)",
    ),
    (
        "Put a plant to the left of the tv stand from the perspective of someone sitting on the sofa",
        "exists(plant_1); left_of(plant_1, tv_stand, sofa); near(plant_1, tv_stand, 1); on(plant_1, floor:l)",
    ),
    (
        "Put the armchair to the left of the sofa as you sit on the sofa",
        "right_of(armchair, sofa, ref); near(armchair, sofa, 1)",
    ),
]
DISTANCES = [
    ("Move the armchair to within half a metre of the sofa", "near(armchair, sofa, 0.5)"),
    ("Bring the armchair to no more than 30 cm from the sofa", "near(armchair, sofa, 0.3)"),
    ("Pull the armchair back until it is one metre away from the sofa", "gap(armchair, sofa, 1)"),
    ("Move the wardrobe so that it is 30 cm from the bed", "gap(wardrobe, bed, 0.3)"),
    ("Shift the armchair so it stands at 1.2 m from the sofa", "gap(armchair, sofa, 1.2)"),
    ("Slide the armchair until it touches the sofa", "gap(armchair, sofa, 0)"),
    ("Move the wardrobe at least 1 m away from the bed", "gap(wardrobe, bed, 1)"),
    ("Put the armchair within 2 m of the tv stand", "near(armchair, tv_stand, 2)"),
    ("The wardrobe should be at most 20 cm away from the bed", "near(wardrobe, bed, 0.2)"),
]
STANDING = [
    ("Add a stool next to the bed", "exists(stool_1); near(stool_1, bed, 0.5); on(stool_1, floor:b)"),
    (
        "Add a plant to the left of the toilet",
        "exists(plant_1); left_of(plant_1, toilet, ref); near(plant_1, toilet, 1); on(plant_1, floor:a)",
    ),
    (
        "Put a floor lamp between the sofa and the armchair",
        "exists(floor_lamp_1); between(floor_lamp_1, sofa, armchair); on(floor_lamp_1, floor:l)",
    ),
    ("Add a candle next to the plate", "exists(candle_1); near(candle_1, plate, 0.5)"),
    ("Place a rug by the window in the kitchen", "exists(rug_1); near(rug_1, wk, 1); on(rug_1, floor:k)"),
]
HANGING = [
    (
        "Hang a painting between the two windows in the living room",
        "exists(painting_1); between(painting_1, wl1, wl2); on(painting_1, wall:l:3)",
    ),
    ("Add a mirror next to the wardrobe", "exists(mirror_1); near(mirror_1, wardrobe, 0.5); on(mirror_1, wall:b:1)"),
    ("Put up a poster in the bathroom", "exists(poster_1); inside(poster_1, room:a); on(poster_1, wall:a:1)"),
    (
        "Mount a television opposite the bed",
        "exists(television_1); in_front_of(television_1, bed); is_facing(television_1, bed); "
        "on(television_1, wall:b:0)",
    ),
    ("Move the painting next to the window in the bedroom", "near(painting, wb, 0.5); on(painting, wall:b:2)"),
    (
        "Hang a lamp over the table in the kitchen",
        "exists(lamp_1); aligned_with(lamp_1, table_k, x); aligned_with(lamp_1, table_k, y); on(lamp_1, ceiling:k)",
    ),
    (
        "Add a ceiling lamp to the bathroom",
        "exists(ceiling_lamp_1); inside(ceiling_lamp_1, room:a); on(ceiling_lamp_1, ceiling:a)",
    ),
    ("Put an alarm clock on the desk", "exists(alarm_clock_1); on(alarm_clock_1, desk)"),
]

AFTER_A_ROOM = [
    (
        "Put up a picture in the kitchen next to the window",
        "exists(painting_1); inside(painting_1, room:k); near(painting_1, wk, 0.5); on(painting_1, wall:k:1)",
    ),
    (
        "Put a candle on the table in the living room next to the cup",
        "exists(candle_1); near(candle_1, cup_l, 0.5); on(candle_1, table_l)",
    ),
    ("Place the stool in the kitchen at a distance of 40 cm from the sink", "gap(stool_k, sink_k, 0.4)"),
    ("Remove the book on the right as you face the shelf", "removed(book_s)"),
    ("Swap the lamp on the desk with the vase", "at(lamp_d, 3.2, 8.5, 2.2); at(vase, 3.6, 6.9, 0.9)"),
]


@pytest.mark.parametrize(
    ("text", "meant"), NAMED_BEFORE + SAME_ROOM + FACING + VIEWS + DISTANCES + STANDING + HANGING + AFTER_A_ROOM
)
def test_the_goal_is_what_is_meant(text: str, meant: str) -> None:
    found = understand(text, house())
    assert isinstance(found, Understood), str(found)
    assert atoms(found) == set(meant.split("; "))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Make the cup in the kitchen red and put the plate next to the cup", "'the cup'"),
        ("Put the bin in the bathroom beside the sink", "in the same room"),
        ("Move the stool next to the fridge", "'the stool' fits 2 things; took stool_k"),
        ("Swap the book and the lamp on the shelf", "what is said last"),
        ("Add a small table to the bedroom", "'small' is left to the choice"),
        ("Move the wardrobe at least 1 m away from the bed", "at least 1 m"),
        ("Add a painting to the kitchen", "no wall is said"),
    ],
)
def test_what_was_taken_for_granted_is_noted(text: str, says: str) -> None:
    found = understand(text, house())
    assert isinstance(found, Understood), str(found)
    assert says in " ".join(found.notes)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Bring the stool to the fridge", "the stool"),
        ("Put the stool in the kitchen next to the fridge and remove the chair", "the chair"),
        ("Remove the bin", "the bin"),
        ("Put the chair next to the sofa", "the chair"),
        ("Make the cup red and the plate blue", "the cup"),
        ("Move the bin next to the sink", "the bin"),
        ("The armchair ought to stand no more than 80 cm from the window", "the window"),
    ],
)
def test_what_stays_open_is_asked(text: str, phrase: str) -> None:
    found = understand(text, house())
    assert isinstance(found, Ambiguous), str(found)
    assert found.phrase == phrase


@pytest.mark.parametrize("known", ["floor lamp", "floor_lamp", "FloorLamp", "floorlamp"])
def test_sizes_are_asked_for_under_any_spelling(known: str) -> None:
    sizes = {known: Point(0.4, 0.4, 1.6)}
    found = understand("Add a floor lamp in the middle of the bedroom", house(), sizes=sizes.get)
    assert isinstance(found, Understood)
    assert "at(floor_lamp_1, 5.5, 7, 0.8)" in atoms(found)
