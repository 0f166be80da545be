"""Names of categories as files spell them."""

from __future__ import annotations

import pytest

from lookagain.agents.edit_as_act.understand.lexicon import is_a, plural, spelled


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("GarbageCan", "garbage can"),
        ("garbagecan", "garbage can"),
        ("trash_can", "garbage can"),
        ("couch", "sofa"),
        ("TVStand", "tv stand"),
        ("TV", "television"),
        ("Television_14", "television"),
        ("nightstand", "side table"),
        ("Houseplant_6", "house plant"),
        ("Wall_Decor_Photo_1V", "picture frame"),
        ("Chairs", "chair"),
        ("gramophone", "gramophone"),
    ],
)
def test_one_category_has_one_name(name: str, category: str) -> None:
    assert spelled(name) == category


@pytest.mark.parametrize(
    ("name", "kind", "holds"),
    [
        ("kitchentable", "table", True),
        ("tablelamp", "light", True),
        ("ArmChair", "seat", True),
        ("wall_decor_painting_7", "picture", True),
        ("countertop_ix", "counter top", True),
        ("dogbed", "bed", False),
        ("nightstand", "table", False),
        ("sofa", "chair", False),
    ],
)
def test_what_is_a_kind_of_what(name: str, kind: str, holds: bool) -> None:
    assert is_a(spelled(name), spelled(kind)) is holds


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("chair", "chairs"),
        ("bookshelf", "bookshelves"),
        ("box", "boxes"),
        ("knife", "knives"),
        ("side table", "side tables"),
    ],
)
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many
