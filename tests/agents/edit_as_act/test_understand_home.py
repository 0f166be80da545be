"""Instructions for a kitchen and a bedroom: counts, rooms, sides, sizes, groups."""

from __future__ import annotations

import pytest

from lookagain.agents.edit_as_act.understand import Understood, understand
from tests.agents.edit_as_act.rooms import home
from tests.agents.edit_as_act.said import atoms

MEANT = [
    ("Remove every chair but the one in the corner", "removed(12); removed(13); removed(38)"),
    ("remove all chairs in the kitchen except the red one", "removed(12); removed(13)"),
    ("Move the red chair to the table", "near(14, 11, 1)"),
    ("Remove the chair in the bedroom", "removed(38)"),
    ("put both pillows in the closet", "inside(35, 37); inside(36, 37)"),
    (
        "put a pillow on each chair in the kitchen",
        "exists(pillow_1); exists(pillow_2); exists(pillow_3); on(pillow_1, 12); on(pillow_2, 13); on(pillow_3, 14)",
    ),
    ("Move the apple to the bedroom", "inside(18, room:b)"),
    ("turn all chairs in the kitchen to face the table", "is_facing(12, 11); is_facing(13, 11); is_facing(14, 11)"),
    ("remove the taller lamp", "removed(34)"),
    ("remove the unlit lamp", "removed(34)"),
    ("swap the two nightstands", "at(31, 7.6, 3.7, 0.25); at(32, 5.4, 3.7, 0.25)"),
    ("remove the lamp on the left nightstand", "removed(33)"),
    ("Place a rug next to the bed", "exists(rug_1); near(rug_1, 30, 0.5); on(rug_1, floor:b)"),
    ("put the microwave on the kitchen table", "on(20, 11)"),
    ("move the bin next to the fridge", "near(19, 15, 0.5)"),
    ("Put a vase between the two plates", "exists(vase_1); between(vase_1, 16, 17)"),
    ("remove the first chair from the left in the kitchen", "removed(14)"),
    (
        "move the kitchen table and its chairs 1 metre to the right",
        "at(11, 1, 2, 0.4); grouped_with(12, 11); near(12, 11, 0.5); grouped_with(13, 11); near(13, 11, 0.5)",
    ),
    ("put the plate nearest to the fridge on the counter", "on(17, 21)"),
    ("Move the fridge between the two windows in the kitchen", "between(15, w1, w2)"),
    ("remove the pillows", "removed(35); removed(36)"),
    ("remove a chair from the kitchen", "removed(12)"),
    ("move the chair nearest to the door to the bed", "near(38, 30, 1)"),
    ("rotate the bed 90 degrees to the left", "has_yaw(30, 270)"),
    ("make the wardrobe 10% smaller", "has_scale(37, 0.9, 0.9, 0.9)"),
    ("add a desk in the bedroom", "exists(desk_1); inside(desk_1, room:b)"),
    ("add a chair in the middle of the bedroom", "exists(chair_1); at(chair_1, 6.5, 2, 0.25)"),
    ("Remove the nightstand to the right of the bed", "removed(32)"),
    ("take the plates from the table to the counter", "on(16, 21); on(17, 21)"),
    ("put the plates on the nightstands", "on(16, 31); on(17, 32)"),
    ("remove chair 38", "removed(38)"),
    ("move object 14 to the fridge", "near(14, 15, 1)"),
    ("delete #19", "removed(19)"),
    (
        "hang a mirror on the wall above the bed",
        "exists(mirror_1); on(mirror_1, wall:b:2); aligned_with(mirror_1, 30, x)",
    ),
    ("Two chairs should be removed from the kitchen", "removed(12); removed(13)"),
    ("move the tall lamp to the kitchen counter", "on(34, 21)"),
    (
        "paint all chairs white",
        "has_style(12, white); has_style(13, white); has_style(14, white); has_style(38, white)",
    ),
    ("the bed should be against the wall", "gap(30, wall:b:2, 0)"),
    ("place the garbage can 30 cm from the fridge", "gap(19, 15, 0.3)"),
    ("put the apple next to the microwave", "near(18, 20, 0.5)"),
    ("clear the kitchen table", "removed(16); removed(17); removed(18)"),
    ("make the closet face the bed", "is_facing(37, 30)"),
    (
        "replace both table lamps with candles",
        "removed(33); exists(candle_1); on(candle_1, 31); at(candle_1, 5.4, 3.7, 0.75); "
        "removed(34); exists(candle_2); on(candle_2, 32); at(candle_2, 7.6, 3.7, 0.75)",
    ),
    ("exchange the tall lamp and the short lamp", "at(34, 5.4, 3.7, 0.8); at(33, 7.6, 3.7, 0.7)"),
    ("Remove the largest chair", "removed(38)"),
    ("line up the chairs in the kitchen", "aligned_with(13, 12, x); aligned_with(14, 12, x)"),
    ("turn the chair in the corner towards the table", "is_facing(14, 11)"),
    ("Move the chair in the corner to the bed", "near(14, 30, 1)"),
    ("the chairs at the table should be red", "has_style(12, red); has_style(13, red)"),
    ("bring the apple from the kitchen to the bed", "on(18, 30)"),
    ("Empty the bed", "removed(35); removed(36)"),
    ("move the lamp from the left nightstand to the right one", "on(33, 32)"),
    (
        "remove the fridge and the microwave, then put the bin in the bedroom",
        "removed(15); removed(20); inside(19, room:b)",
    ),
    ("Remove the bedroom chair", "removed(38)"),
    ("remove every seat in the kitchen", "removed(12); removed(13); removed(14)"),
    ("move the bed away from the window", "gap(30, w3, 2.15)"),
    ("move the chair in the bedroom in front of the closet", "in_front_of(38, 37); near(38, 37, 1)"),
]


@pytest.mark.parametrize(("text", "meant"), MEANT)
def test_the_goal_is_what_is_meant(text: str, meant: str) -> None:
    found = understand(text, home())
    assert isinstance(found, Understood), str(found)
    assert atoms(found) == set(meant.split("; "))
