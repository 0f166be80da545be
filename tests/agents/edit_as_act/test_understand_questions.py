"""What is not clear becomes a question; what makes no sense is shown where it stops."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookagain.agents.edit_as_act.understand import Ambiguous, NotUnderstood, Understood, answered, understand
from tests.agents.edit_as_act.rooms import home, studio
from tests.agents.edit_as_act.said import atoms

HOME, STUDIO = home(), studio()


def asked(text: str) -> Ambiguous:
    found = understand(text, HOME)
    assert isinstance(found, Ambiguous), str(found)
    return found


def test_a_question_lists_what_fits_and_how_it_differs() -> None:
    question = asked("Remove the chair")
    assert [one.id for one in question.candidates] == ["12", "13", "14", "38"]
    assert (question.phrase, question.reason, question.wanted) == ("the chair", "several", 1)
    first, *_, last = question.candidates
    assert (first.room, last.room) == ("k", "b")
    assert "in kitchen [k]" in question.question
    assert "in bedroom [b]" in question.question
    assert "at (2.0, 1.2)" in question.question
    assert "0.50 x 0.50 x 1.00 m" in question.question


def test_what_all_have_in_common_is_not_told() -> None:
    question = asked("Remove the nightstand")
    assert "bedroom" not in question.question
    assert "0.50 x" not in question.question


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        ("2", "13"),
        ("#3", "14"),
        ("number 4", "38"),
        ("the first one", "12"),
        ("the last", "38"),
        ("id 14", "14"),
        ("38", "38"),
        ("the red one", "14"),
        ("the one in the bedroom", "38"),
        ("in the bedroom", "38"),
        ("the largest one", "38"),
        ("the one in the corner", "14"),
        ("the chair nearest to the fridge", "13"),
    ],
)
def test_a_question_is_answered_by_number_id_or_phrase(reply: str, chosen: str) -> None:
    found = answered(asked("Remove the chair"), reply, HOME)
    assert isinstance(found, Understood), str(found)
    assert atoms(found) == {f"removed({chosen})"}


@pytest.mark.parametrize("reply", ["", "7", "the green one", "2 and 3", "the fridge", "what?", "\x00", "9" * 500])
def test_a_reply_that_does_not_tell_is_asked_again(reply: str) -> None:
    question = asked("Remove the chair")
    again = answered(question, reply, HOME)
    assert isinstance(again, Ambiguous)
    assert again.candidates == question.candidates
    third = answered(again, reply, HOME)
    assert isinstance(third, Ambiguous)
    assert len(third.question) <= len(again.question)


def test_several_can_be_asked_for() -> None:
    question = asked("Remove the two chairs")
    assert question.wanted == 2
    found = answered(question, "1 and 3", HOME)
    assert isinstance(found, Understood)
    assert atoms(found) == {"removed(12)", "removed(14)"}
    assert isinstance(answered(question, "1", HOME), Ambiguous)


def test_questions_come_one_after_the_other() -> None:
    first = asked("Move the chair to the nightstand")
    second = answered(first, "4", HOME)
    assert isinstance(second, Ambiguous)
    assert second.phrase == "the nightstand"
    last = answered(second, "the left one", HOME)
    assert isinstance(last, Understood)
    assert atoms(last) == {"near(38, 31, 1)"}


def test_the_best_is_taken_on_request_and_noted() -> None:
    found = understand("Remove the chair", HOME, best=True)
    assert isinstance(found, Understood)
    assert atoms(found) == {"removed(12)"}
    assert any("'the chair' fits 4 things; took 12" in note for note in found.notes)


def test_any_is_no_question() -> None:
    found = understand("Remove a chair", HOME)
    assert isinstance(found, Understood)
    assert atoms(found) == {"removed(12)"}
    assert any("any would do" in note for note in found.notes)


@pytest.mark.parametrize(
    ("text", "phrase", "closest"),
    [
        ("Remove the bookshelf", "the bookshelf", {"bookshelf_1"}),
        ("Move the stool to the window", "the stool", {"armchair_1", "chair_1", "sofa_1"}),
        ("Remove the red vase", "the red vase", {"vase_1"}),
        ("Remove the lamp under the rug", "the lamp", {"floor_lamp_1", "desk_lamp_1"}),
        ("Remove the three chairs", "the three chairs", {"armchair_1", "chair_1"}),
        ("Remove the laptopp", "the laptopp", {"laptop_1"}),
    ],
)
def test_what_is_not_there_is_asked_for_and_never_guessed(text: str, phrase: str, closest: set[str]) -> None:
    found = understand(text, STUDIO, best=True)
    assert isinstance(found, Ambiguous), str(found)
    assert (found.phrase, found.reason) == (phrase, "none")
    assert {one.id for one in found.candidates} == closest


def test_a_question_for_what_is_not_there_can_be_answered() -> None:
    question = understand("Remove the bookshelf", STUDIO)
    assert isinstance(question, Ambiguous)
    found = answered(question, "yes", STUDIO)
    assert isinstance(found, Understood)
    assert atoms(found) == {"removed(bookshelf_1)"}


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("", 0, "a thing or an action"),
        ("mvoe the chair", 0, "move"),
        ("Move the chair", 14, "where to"),
        ("Rotate the chair", 16, "an angle"),
        ("Remove the", 10, "a thing"),
        ("Remove the gramophone", 7, "no gramophone"),
        ("Move it to the window", 5, "refers to nothing"),
        ("Make the vase", 13, "what shall become of it"),
        ("Put the vase on the vase", 16, "by itself"),
        ("Put the chair between the sofa", 30, "two things"),
        ("Remove the vase and sing a song", 20, "no sing"),
        ("Move the vase to the kitchen", 17, "no kitchen"),
        ("Scale the desk by 20%", 21, "grows or shrinks"),
        ("Scale the desk by 20 cm", 23, "which side"),
        ("Make the desk 2 m narrower", 14, "nothing would be left"),
        ("The rug is too big.", 19, "an edit"),
        ("Paint the sofa", 14, "a style"),
        ("Swap the sofa", 13, "two things"),
        ("Replace the sofa", 16, "instead"),
    ],
)
def test_the_place_where_it_stops_is_told(text: str, position: int, says: str) -> None:
    found = understand(text, STUDIO)
    assert isinstance(found, NotUnderstood), str(found)
    assert found.position == position
    assert says in str(found)


def test_long_texts_are_refused() -> None:
    for text in ("remove the vase. " * 25, "very " * 301 + "much", "x" * 3000):
        assert isinstance(understand(text, STUDIO), NotUnderstood)


PIECES = [
    *[
        "move",
        "add",
        "put",
        "remove",
        "rotate",
        "turn",
        "face",
        "align",
        "make",
        "want",
        "swap",
        "replace",
        "paint",
        "and",
        "then",
        ",",
        ".",
        "with",
        "to",
        "on",
        "in",
        "of",
        "by",
    ],
    *[
        "the",
        "a",
        "all",
        "every",
        "both",
        "two",
        "second",
        "its",
        "it",
        "them",
        "one",
        "left",
        "right",
        "middle",
        "corner",
        "between",
        "nearest",
        "but",
        "50",
        "cm",
        "%",
        "90",
    ],
    *[
        "degrees",
        "red",
        "larger",
        "twice",
        "wall",
        "room",
        "sofa",
        "chair",
        "lamp",
        "vase",
        "desk",
        "window",
        "chair_1",
        "12",
        "kitchen",
        "should",
        "be",
        "is",
        "that",
    ],
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_no_row_of_known_words_breaks_it(text: str) -> None:
    for world in (STUDIO, HOME):
        found = understand(text, world, best=True)
        if isinstance(found, NotUnderstood):
            assert 0 <= found.position <= len(text)
            assert found.expected or found.reason
        elif isinstance(found, Understood):
            assert found.goal.atoms


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_it(text: str) -> None:
    found = understand(text, STUDIO)
    if isinstance(found, NotUnderstood):
        assert 0 <= found.position <= len(text)
    answered(asked("Remove the chair"), text, HOME)
