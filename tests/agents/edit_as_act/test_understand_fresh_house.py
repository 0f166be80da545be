"""More instructions for the house, of mixed kinds, written before they were tried."""

from __future__ import annotations

import pytest

from lookagain.agents.edit_as_act.understand import Understood, understand
from tests.agents.edit_as_act.rooms import house
from tests.agents.edit_as_act.said import atoms

ROWS = [
    (
        "Could you clear the desk in the bedroom and then move it against the wall?",
        "removed(lamp_d); removed(book_d); gap(desk, wall:b:3, 0)",
    ),
    ("The plate belongs in the sink in the kitchen", "inside(plate, sink_k)"),
    ("Turn the armchair so that it looks at the tv", "is_facing(armchair, tv_l)"),
    (
        "Place two candles on the tv stand, one on each side of the television",
        "exists(candle_1); exists(candle_2); on(candle_1, tv_stand); on(candle_2, tv_stand); "
        "left_of(candle_1, tv_l, ref); right_of(candle_2, tv_l, ref); near(candle_1, tv_l, 1); "
        "near(candle_2, tv_l, 1)",
    ),
    ("Take the vase down from the shelf and set it on the desk", "on(vase, desk)"),
    ("Both chairs in the living room should be wooden", "has_style(chair_l1, wooden); has_style(chair_l2, wooden)"),
    ("Move the toilet half a metre away from the sink", "gap(toilet, sink_a, 0.5)"),
    (
        "I want a nightstand on either side of the bed",
        "exists(side_table_1); exists(side_table_2); left_of(side_table_1, bed, ref); "
        "near(side_table_1, bed, 1); on(side_table_1, floor:b); right_of(side_table_2, bed, ref); "
        "near(side_table_2, bed, 1); on(side_table_2, floor:b)",
    ),
    (
        "Rotate the desk by a quarter turn clockwise and put its chair in front of it",
        "has_yaw(desk, 180); in_front_of(chair_b, desk); near(chair_b, desk, 1)",
    ),
    ("Exchange the fridge for a wine cabinet", "removed(fridge); exists(cabinet_1); at(cabinet_1, 9.5, 4.5, 0.25)"),
    ("Hang the mirror from the bathroom above the desk", "on(mirror, wall:b:3); aligned_with(mirror, desk, y)"),
    ("Let the sofa touch the wall behind it", "gap(sofa, wall:l:0, 0)"),
    ("Everything on the table in the kitchen should go", "removed(cup_k); removed(plate); removed(candle_k)"),
    ("Move the wardrobe to the left wall of the bedroom", "gap(wardrobe, wall:b:3, 0)"),
    ("Make the bed 30 cm wider and 10 cm lower", "has_scale(bed, 1.1875, 1, 0.8333)"),
    (
        "Paint the wardrobe and the shelf the same colour as the desk",
        "matches_style(wardrobe, desk); matches_style(shelf, desk)",
    ),
    ("Place the book from the desk next to the other book", "near(book_d, book_s, 0.5)"),
    (
        "Add a bench at the foot of the bed",
        "exists(bench_1); in_front_of(bench_1, bed); near(bench_1, bed, 1); on(bench_1, floor:b)",
    ),
    (
        "Put the three chairs closest to the sofa in a row",
        "aligned_with(chair_l1, armchair, y); aligned_with(chair_l2, armchair, y)",
    ),
    ("Swap the two cups", "at(cup_l, 7.7, 2.5, 0.85); at(cup_k, 2.8, 2.2, 0.45)"),
    (
        "Put the stool that is in the bedroom under the window",
        "gap(stool_b, wall:b:2, 0); aligned_with(stool_b, wb, x)",
    ),
    (
        "Bring me a chair from the living room into the bedroom and face it to the bed",
        "inside(chair_l1, room:b); is_facing(chair_l1, bed)",
    ),
    ("Scoot the table in the living room a bit closer to the sofa", "near(table_l, sofa, 0.855)"),
    ("Lay a round rug under the table in the kitchen", "exists(rug_1); at(rug_1, 8, 2.5, 0.25)"),
    ("Mount a shelf over the toilet", "exists(shelf_1); on(shelf_1, wall:a:2); aligned_with(shelf_1, toilet, x)"),
    ("Remove the chair on the left in the living room as seen from the sofa", "removed(chair_l1)"),
    ("Set the cup from the living room down beside the plate", "near(cup_l, plate, 0.5)"),
    (
        "Replace all bins with baskets",
        "removed(bin_l); removed(bin_k); removed(bin_a); exists(basket_1); exists(basket_2); "
        "exists(basket_3); at(basket_1, 5.7, 0.4, 0.25); at(basket_2, 9.7, 0.3, 0.25); "
        "at(basket_3, 2, 7.6, 0.25)",
    ),
    (
        "Push the bed into the corner and turn it 90 degrees to the left",
        "gap(bed, wall:b:2, 0); gap(bed, wall:b:3, 0); has_yaw(bed, 270)",
    ),
    (
        "Put up curtains at the window in the bedroom",
        "exists(curtain_1); exists(curtain_2); near(curtain_1, wb, 0.5); near(curtain_2, wb, 0.5); "
        "on(curtain_1, wall:b:2); on(curtain_2, wall:b:2)",
    ),
    (
        "Duplicate the stool in the kitchen and put the copy next to the fridge",
        "exists(stool_1); near(stool_1, fridge, 0.5); on(stool_1, floor:k)",
    ),
    ("Remove whatever is on the shelf except the vase", "removed(book_s); removed(lamp_s)"),
    ("Position the wardrobe with its back to the wall", "gap(wardrobe, wall:b:1, 0); has_yaw(wardrobe, 90)"),
    ("Align the sofa with the tv stand", "aligned_with(sofa, tv_stand, x)"),
    ("Change the lamp on the shelf to a brass one", "has_style(lamp_s, brass)"),
    ("Make the stool in the bedroom as tall as the desk", "has_scale(stool_b, 1, 1, 1.25)"),
]


@pytest.mark.parametrize(("text", "meant"), ROWS)
def test_the_goal_is_what_is_meant(text: str, meant: str) -> None:
    found = understand(text, house())
    assert isinstance(found, Understood), str(found)
    assert atoms(found) == set(meant.split("; "))
