"""EditLang as text: what is printed is read back, and what is wrong is told with its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookagain.core.errors import InputError
from lookagain.planners.editlang.domain import Domain, Parameter, load_domain
from lookagain.planners.editlang.syntax import (
    MOST_CHARACTERS,
    MOST_ITEMS,
    EditLangError,
    parse_action,
    parse_atom,
    parse_goal,
    parse_plan,
    print_action,
    print_atom,
    print_goal,
    print_plan,
)
from lookagain.planners.editlang.values import ANY, Argument, Atom, Goal, GroundAction, NewObject, Plan

DOMAIN = load_domain()
NAMES = st.one_of(
    st.sampled_from(
        ["floor:1", "Chair|2|0", "wall:3:2", "and", "new", "5", "1e3", "tv stand", 'say "hi"', "a\nb", "-"]
    ),
    st.text(min_size=1, max_size=8).filter(lambda text: text != ANY),
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def arguments(draw: st.DrawFn, parameters: Sequence[Parameter]) -> tuple[Argument, ...]:
    args: list[Argument] = []
    for parameter in parameters:
        if parameter.optional and draw(st.booleans()):
            break
        if parameter.kind == "number":
            args.append(draw(NUMBERS))
        elif parameter.kind in DOMAIN.words:
            args.append(draw(st.sampled_from(DOMAIN.words[parameter.kind])))
        else:
            args.append(draw(NAMES.filter(lambda name: name not in args)))
    return tuple(args)


@st.composite
def atoms(draw: st.DrawFn) -> Atom:
    name = draw(st.sampled_from(sorted(DOMAIN.predicates)))
    return Atom(name, arguments(draw, DOMAIN.predicates[name].parameters))


@st.composite
def actions(draw: st.DrawFn) -> GroundAction:
    name = draw(st.sampled_from(sorted(DOMAIN.actions)))
    schema = DOMAIN.actions[name]
    if not schema.parameters[-1].rest:
        return GroundAction(name, arguments(draw, schema.parameters))
    relation = draw(st.sampled_from(DOMAIN.words["relation"]))
    first, second, *rest = arguments(draw, DOMAIN.predicates[relation].parameters)
    return GroundAction(name, (first, second, relation, *rest))


NEW = st.builds(NewObject, id=NAMES, category=NAMES, asset=NAMES | st.just(""), style=NAMES, like=st.none() | NAMES)


@given(atoms())
def test_an_atom_is_read_back(atom: Atom) -> None:
    assert parse_atom(DOMAIN, print_atom(atom)) == atom


@given(actions())
def test_an_action_is_read_back(action: GroundAction) -> None:
    assert parse_action(DOMAIN, print_action(action)) == action


@given(st.builds(Goal, atoms=st.lists(atoms(), max_size=4).map(tuple), new=st.lists(NEW, max_size=3).map(tuple)))
def test_a_goal_is_read_back(goal: Goal) -> None:
    assert parse_goal(DOMAIN, print_goal(goal)) == goal


@given(st.lists(actions(), max_size=4).map(tuple))
def test_a_plan_is_read_back(done: tuple[GroundAction, ...]) -> None:
    assert parse_plan(DOMAIN, print_plan(Plan(actions=done, optimal=False))).actions == done


def fault_of(parse: Callable[[Domain, str], object], text: str) -> EditLangError | None:
    try:
        parse(DOMAIN, text)
    except EditLangError as error:
        return error
    return None


@given(st.text(max_size=60) | st.text(alphabet='on(lamp, "1.5\n;_|:#)', max_size=60))
def test_any_other_text_is_refused_with_a_place_in_it(text: str) -> None:
    for parse in (parse_atom, parse_action, parse_goal, parse_plan):
        fault = fault_of(parse, text)
        if fault is not None:
            assert 1 <= fault.line <= text.count("\n") + 1
            assert 1 <= fault.column <= len(text.split("\n")[fault.line - 1]) + 1


def test_a_goal_may_be_written_in_several_ways() -> None:
    goal = Goal(
        atoms=(Atom("on", ("vase_1", "table 3")), Atom("left_of", ("vase_1", "tv", "ref"))),
        new=(NewObject(id="vase_1", category="vase", style="blue glass"),),
    )
    for text in (
        'new vase_1: vase, style "blue glass"\non(vase_1, "table 3") and left_of(vase_1, tv, ref)',
        'new vase_1 : vase,style "blue glass"; on(vase_1,"table 3")\n\n and\nleft_of(vase_1, tv, ref) # that is all\n',
    ):
        assert parse_goal(DOMAIN, text) == goal


def test_a_pattern_has_open_places_and_an_atom_has_not() -> None:
    assert parse_atom(DOMAIN, "near(_, sofa, _)", pattern=True) == Atom("near", (ANY, "sofa", ANY))
    with pytest.raises(EditLangError, match="line 1, column 6: expected an object for 'o', came '_'"):
        parse_atom(DOMAIN, "near(_, sofa, 1)")


@pytest.mark.parametrize(
    ("text", "line", "column", "expected", "came"),
    [
        ("onn(a, b)", 1, 1, "a predicate", "'onn'"),
        ("on(a, b) or on(b, c)", 1, 10, "'and', ';' or the end of the line", "'or'"),
        ("on(a b)", 1, 6, "','", "'b'"),
        ("on(a, b, c)", 1, 8, "')'", "','"),
        ("on(a, b)\nnear(a, b)", 2, 10, "','", "')'"),
        ("on(a, b) and\nnear(a, b, c)", 2, 12, "a number for 'tau'", "'c'"),
        ("on(a, 3)", 1, 7, "a place for 'surface'", "'3'"),
        ("aligned_with(a, b, w)", 1, 20, "one of x, y, z, yaw, left, right, front, back for 'axis'", "'w'"),
        ("near(a, b, 1e999)", 1, 12, "a finite number for 'tau'", "'1e999'"),
        ("on(a, a)", 1, 7, "another object", "'a'"),
        ("on(a, b) and", 1, 13, "another item after 'and'", "the end of the text"),
        ("on(a,\nb)", 1, 6, "a place for 'surface'", "the end of the line"),
        ("on(a, ?b)", 1, 7, "a name, a number or a sign of EditLang", "'?'"),
        ('on(a, "")', 1, 7, "a name that is not empty", "'\"\"'"),
        ("new vase vase", 1, 10, "':'", "'vase'"),
        ("new v: vase, colour red", 1, 14, "one of asset, style, like, each once", "'colour'"),
    ],
)
def test_a_fault_is_told_with_its_place_and_what_was_expected(
    text: str, line: int, column: int, expected: str, came: str
) -> None:
    with pytest.raises(EditLangError) as caught:
        parse_goal(DOMAIN, text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert (caught.value.expected, caught.value.came) == (expected, came)


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    with pytest.raises(EditLangError, match=r"Did you mean place_on\?"):
        parse_action(DOMAIN, "place_onn(a, b)")


def test_a_relation_brings_its_own_arguments() -> None:
    assert parse_action(DOMAIN, "place_relative(a, b, gap, 0.5)").args == ("a", "b", "gap", 0.5)
    with pytest.raises(EditLangError, match="column 28: expected '\\)'"):
        parse_action(DOMAIN, "place_relative(a, b, behind, 0.5)")


def test_too_much_is_refused_before_it_is_read() -> None:
    with pytest.raises(InputError, match="characters"):
        parse_goal(DOMAIN, "#" * (MOST_CHARACTERS + 1))
    with pytest.raises(InputError, match="items"):
        parse_goal(DOMAIN, "exists(a)\n" * (MOST_ITEMS + 1))
