"""The domain file: what it promises, its meaning, and its faults."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from lookagain.core.errors import ConfigError, InputError
from lookagain.planners.editlang.domain import load_domain
from lookagain.planners.editlang.file import parse_domain
from lookagain.planners.editlang.ground import check_atom, ground
from lookagain.planners.editlang.source import Source
from lookagain.planners.editlang.transition import applicable, progress, regress
from lookagain.planners.editlang.values import ANY, Argument, Atom, Goal, GroundAction, NewObject

DOMAIN = load_domain()
TEXT = files("lookagain.planners.editlang").joinpath("domain.toml").read_text(encoding="utf-8")


def atom(predicate: str, *args: Argument) -> Atom:
    return Atom(predicate, args)


def act(name: str, *args: Argument) -> GroundAction:
    return GroundAction(name, args)


def test_it_has_the_papers_predicates_and_actions_and_marks_its_own() -> None:
    paper = [name for name, one in DOMAIN.predicates.items() if not one.extension]
    assert len(paper) == 24
    assert {"gap", "has_yaw", "inside"} <= set(DOMAIN.predicates) - set(paper)
    assert len(DOMAIN.actions) == 12


def test_the_description_names_every_predicate_action_argument_and_effect() -> None:
    text = DOMAIN.describe()
    for one in DOMAIN.predicates.values():
        assert f"- {one}: {one.doc}" in text
    for action in DOMAIN.actions.values():
        paragraph = text.split(f"- {action}: ")[1].split("\n- ")[0]
        assert action.doc in paragraph
        for effects in (action.effects, *(case.effects for case in action.cases)):
            assert all(str(one) in paragraph for one in effects.pre + effects.add + effects.delete)


@pytest.mark.parametrize("name", [name for name, one in DOMAIN.actions.items() if name != "stylize"])
def test_every_action_needs_its_objects_and_to_move_nothing_locked(name: str) -> None:
    schema = DOMAIN.actions[name]
    needs: dict[str, set[Argument]] = {one.predicate: set() for one in schema.effects.pre}
    for one in schema.effects.pre:
        needs[one.predicate].update(one.args)
    objects = {one.name for one in schema.parameters if one.kind in ("object", "place", "support")}
    if name == "add_object":
        assert needs["removed"] == {"obj"}
        assert objects - {"obj"} == needs["exists"]
    else:
        assert objects == needs["exists"]
        assert needs["movable"] == {schema.parameters[0].name}


def test_what_excludes_is_deleted_and_what_is_mutual_comes_both_ways() -> None:
    meaning = ground(DOMAIN, act("place_relative", "a", "b", "left_of", "ref"))
    assert meaning.effect(DOMAIN, atom("left_of", "a", "b", "ref")) is True
    assert meaning.effect(DOMAIN, atom("right_of", "a", "b", "ref")) is False
    assert meaning.effect(DOMAIN, atom("left_of", "a", "c", "ref")) is None
    assert meaning.effect(DOMAIN, atom("left_of", "c", "a", "ref")) is False
    meaning = ground(DOMAIN, act("place_relative", "a", "b", "gap", 0.5))
    assert meaning.effect(DOMAIN, atom("gap", "b", "a", 0.5)) is True
    assert meaning.effect(DOMAIN, atom("gap", "a", "b", 0.7)) is False
    assert meaning.effect(DOMAIN, atom("gap", "a", "wall:1:0", 0.7)) is None


def test_a_contrary_follows_and_clear_is_broken_by_what_is_put_there() -> None:
    meaning = ground(DOMAIN, act("place_on", "lamp", "desk"))
    assert meaning.effect(DOMAIN, atom("off", "lamp", "shelf")) is True
    assert meaning.effect(DOMAIN, atom("off", "lamp", "desk")) is False
    assert meaning.effect(DOMAIN, atom("clear", "desk")) is False
    assert meaning.effect(DOMAIN, atom("clear", "shelf")) is None


def test_an_action_that_removes_leaves_nothing_that_speaks_of_the_object() -> None:
    meaning = ground(DOMAIN, act("remove_object", "x"))
    kept = {"removed", "away", "off", "apart", "grouped_with", "clear"}
    for one in DOMAIN.predicates.values():
        if one.static or one.name in kept:
            continue
        args = tuple("x" if at == 0 else 1.0 if p.kind == "number" else "y" for at, p in enumerate(one.parameters))
        assert meaning.effect(DOMAIN, Atom(one.name, args)) is False, one


def test_the_step_forward_and_the_step_backward_agree() -> None:
    facts = frozenset({atom("exists", "lamp"), atom("exists", "desk"), atom("on", "lamp", "floor:1")})
    source = Source(DOMAIN, facts)
    action = act("place_on", "lamp", "desk")
    assert applicable(DOMAIN, action, source)
    after = progress(DOMAIN, facts, action)
    assert atom("on", "lamp", "desk") in after
    assert atom("on", "lamp", "floor:1") not in after
    goal = {atom("on", "lamp", "desk")}
    assert regress(DOMAIN, goal, action, source) == frozenset()
    assert all(source(one) for one in regress(DOMAIN, goal, action) or ())
    assert regress(DOMAIN, {atom("on", "lamp", "floor:1")}, action) is None
    assert regress(DOMAIN, {atom("exists", "rug")}, action, source) == frozenset({atom("exists", "rug")})


def test_an_object_that_carries_a_locked_one_is_not_movable() -> None:
    facts = [atom("exists", id_) for id_ in "abcd"]
    facts += [atom("on", "a", "b"), atom("on", "b", "c"), atom("on", "c", "floor:1"), atom("locked", "a")]
    source = Source(DOMAIN, facts)
    assert [source(atom("movable", id_)) for id_ in "abcd"] == [False, False, False, True]
    assert source(atom("clear", "a"))
    assert not source(atom("clear", "b"))
    assert source(atom("removed", "nobody"))
    assert source.supports("a") == ["b", "c", "floor:1"]


def test_what_is_not_listed_is_asked_for_once() -> None:
    asked: list[Atom] = []

    def holds(one: Atom) -> bool:
        asked.append(one)
        return True

    goal = Goal(atoms=(atom("exists", "vase"),), new=(NewObject(id="vase", category="vase"),))
    source = Source(DOMAIN, [atom("exists", "a")], holds, goal)
    assert [source(atom("near", "a", "b", 1.0)) for _ in range(3)] == [True] * 3
    assert asked == [atom("near", "a", "b", 1.0)]
    assert not source(atom("on", "a", "b"))
    assert source(atom("wanted", "vase", "vase"))
    assert not source(atom("away", "a"))
    assert asked == [atom("near", "a", "b", 1.0)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('args = "o: object"', 'args = "o: thing"', "expected an argument"),
        ('per = ["o"]', 'per = ["p"]', "not in list"),
        ('not = "exists"', 'not = "is_there"', "no predicate 'is_there'"),
        ("movable(obj)", "moveable(obj)", "no predicate 'moveable'"),
        ("off(surface, obj)", "off(surface)", "does not fit"),
        ("on(obj, surface)", "on(obj, sofa)", "does not fit"),
        ('also = ["shifted"]', 'also = ["swept"]', "no [effects.swept]"),
        ("static = true", "fixed = true", "unknown key 'fixed'"),
        ('relation = ["inside"]', 'relation = ["within"]', "cannot occur"),
        ("version = 1", "version = ", "TOML"),
    ],
)
def test_a_domain_file_with_a_fault_is_refused(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(ConfigError, match=re.escape(said)):
        parse_domain(TEXT.replace(old, new))


@pytest.mark.parametrize(
    "action",
    [
        act("fly_to", "a"),
        act("place_on", "a"),
        act("place_on", "a", "a"),
        act("place_on", "a", 3.0),
        act("place_on", "a", ANY),
        act("move_to", "a", 1.0, 2.0, float("nan")),
        act("place_relative", "a", "b", "beside"),
        act("place_relative", "a", "b", "near"),
        act("place_relative", "a", "b", "behind", 3.0),
        act("stylize", "a", "red", "b", "c"),
    ],
)
def test_an_action_that_does_not_fit_is_refused(action: GroundAction) -> None:
    with pytest.raises(InputError):
        ground(DOMAIN, action)


def test_an_atom_that_does_not_fit_is_refused() -> None:
    check_atom(DOMAIN, atom("near", "a", "b", 0.5))
    for wrong in (atom("nearby", "a", "b"), atom("near", "a", "b"), atom("near", "a", "b", "c"), atom("on", "a", "a")):
        with pytest.raises(InputError):
            check_atom(DOMAIN, wrong)
