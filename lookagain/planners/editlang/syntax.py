"""EditLang as text: a parser that says where and what it expected, and the printer that it reads back.

::

    new vase_1: vase, style "blue glass"      # an object that the goal brings in
    on(vase_1, table_3) and left_of(vase_1, "tv stand", ref)

    place_on(vase_1, table_3)                  # a plan: one action a line

Names are plain (``floor:1``, ``Chair|2|0``) or quoted as in JSON; numbers are metres or degrees; ``_`` stands for
anything in a pattern. Items are separated by a line's end, ``;`` or ``and``.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from lookagain.core.errors import InputError
from lookagain.planners.editlang.domain import IDS, Domain, Parameter
from lookagain.planners.editlang.ground import argument_fault, relation_of
from lookagain.planners.editlang.values import ANY, Argument, Atom, Goal, GroundAction, NewObject, Plan

__all__ = [
    "MOST_CHARACTERS",
    "MOST_ITEMS",
    "EditLangError",
    "parse_action",
    "parse_atom",
    "parse_goal",
    "parse_plan",
    "print_action",
    "print_atom",
    "print_goal",
    "print_plan",
]

#: Longer texts and lists are refused before they are read.
MOST_CHARACTERS: Final = 200_000
MOST_ITEMS: Final = 2_000

_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r]+|\#[^\n]*)
      | (?P<end>\n|;)
      | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w:|.\-]))
      | (?P<quoted>"(?:[^"\\\n]|\\.)*")
      | (?P<name>[^\W\d][\w|.\-]*(?::[\w|.\-]+)*)
      | (?P<sign>[(),:])""",
    re.X,
)
_PLAIN: Final = re.compile(r"[^\W\d][\w|.\-]*(?::[\w|.\-]+)*")
_FIELDS: Final = ("asset", "style", "like")
_WORDS: Final = frozenset({"and", "new", ANY})


class EditLangError(InputError):
    """Text that is no EditLang: at ``line`` and ``column`` (from 1) stands ``came`` where ``expected`` should be."""

    def __init__(self, line: int, column: int, expected: str, came: str, *, hint: str = "") -> None:
        super().__init__(f"line {line}, column {column}: expected {expected}, came {came}.", hint=hint)
        self.line = line
        self.column = column
        self.expected = expected
        self.came = came


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int

    @property
    def shown(self) -> str:
        return {"end": "the end of the line", "stop": "the end of the text"}.get(self.kind, repr(self.text[:60]))


class _Reader:
    """Walks over the tokens of a text."""

    def __init__(self, domain: Domain, text: str) -> None:
        if len(text) > MOST_CHARACTERS:
            raise InputError(
                f"expected at most {MOST_CHARACTERS} characters of EditLang, came {len(text)}.",
                limit="characters",
                hint="Split it.",
            )
        self.domain = domain
        self.text = text
        self.tokens = list(self._split(text))
        self.next = 0

    def _split(self, text: str) -> Iterable[_Token]:
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                self.fail(_Token("strange", text[at], at), "a name, a number or a sign of EditLang")
            if match.lastgroup != "space":
                yield _Token(str(match.lastgroup), match[0], at)
            at = match.end()
        yield _Token("stop", "", len(text))

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def take(self) -> _Token:
        token = self.token
        self.next += token.kind != "stop"
        return token

    def fail(self, token: _Token, expected: str, hint: str = "") -> NoReturn:
        before = self.text[: token.at]
        raise EditLangError(
            before.count("\n") + 1, token.at - (before.rfind("\n") + 1) + 1, expected, token.shown, hint=hint
        )

    def sign(self, sign: str) -> None:
        if self.token.text != sign or self.token.kind != "sign":
            self.fail(self.token, repr(sign))
        self.take()

    def has(self, text: str) -> bool:
        """Take the token if it is this sign or word."""
        found = self.token.text == text and self.token.kind in ("sign", "name")
        self.next += found
        return found

    def word(self, expected: str) -> str:
        token = self.take()
        if token.kind == "name" and token.text not in _WORDS:
            return token.text
        if token.kind == "quoted":
            return self.unquoted(token)
        self.fail(token, expected)

    def unquoted(self, token: _Token) -> str:
        try:
            text = json.loads(token.text)
        except ValueError:
            self.fail(token, "a name quoted as in JSON")
        if not text or text == ANY:
            self.fail(token, "a name that is not empty")
        return str(text)

    def end(self) -> None:
        """Skip the separators between two items, of which there must be one."""
        if self.token.kind == "stop":
            return
        if not (self.token.kind == "end" or self.token.text == "and"):
            self.fail(self.token, "'and', ';' or the end of the line")
        self.blank()
        if self.has("and"):
            self.blank()
            if self.token.kind == "stop":
                self.fail(self.token, "another item after 'and'")

    def blank(self) -> None:
        while self.token.kind == "end":
            self.take()


def parse_atom(domain: Domain, text: str, *, pattern: bool = False) -> Atom:
    """An atom such as ``near(lamp_1, sofa, 0.5)``; with ``pattern`` also one with ``_``.

    Raises:
        EditLangError: what stands there is none, at which line and column.
    """
    reader = _Reader(domain, text)
    reader.blank()
    atom = _atom(reader, pattern)
    _finish(reader)
    return atom


def parse_action(domain: Domain, text: str) -> GroundAction:
    """An action such as ``place_on(lamp_1, desk)``. Raises EditLangError."""
    reader = _Reader(domain, text)
    reader.blank()
    action = _action(reader)
    _finish(reader)
    return action


def parse_goal(domain: Domain, text: str) -> Goal:
    """A goal: atoms, and the objects that they bring in. Raises EditLangError."""
    reader = _Reader(domain, text)
    atoms: list[Atom] = []
    new: list[NewObject] = []
    reader.blank()
    while reader.token.kind != "stop":
        if reader.has("new"):
            new.append(_new(reader))
        else:
            atoms.append(_atom(reader, pattern=False))
        _count(len(atoms) + len(new))
        reader.end()
    return Goal(atoms=tuple(atoms), new=tuple(new))


def parse_plan(domain: Domain, text: str) -> Plan:
    """The actions of a plan, in order; nothing is claimed of how short it is. Raises EditLangError."""
    reader = _Reader(domain, text)
    actions: list[GroundAction] = []
    reader.blank()
    while reader.token.kind != "stop":
        actions.append(_action(reader))
        _count(len(actions))
        reader.end()
    return Plan(actions=tuple(actions), optimal=False)


def _count(items: int) -> None:
    if items > MOST_ITEMS:
        raise InputError(f"expected at most {MOST_ITEMS} items, came more.", limit="items", hint="Split the text.")


def _finish(reader: _Reader) -> None:
    reader.blank()
    if reader.token.kind != "stop":
        reader.fail(reader.token, "the end of the text")


def _atom(reader: _Reader, pattern: bool) -> Atom:
    name = _known(reader, reader.domain.predicates, "a predicate")
    return Atom(name, _arguments(reader, reader.domain.predicates[name].parameters, pattern))


def _action(reader: _Reader) -> GroundAction:
    name = _known(reader, reader.domain.actions, "an action")
    start = reader.next
    schema = reader.domain.actions[name]
    relation = None
    if schema.parameters[-1].rest:
        words = [token.text for token in reader.tokens[start + 1 : start + 2 * len(schema.parameters) : 2]]
        relation = relation_of(reader.domain, schema, words)
    return GroundAction(name, _arguments(reader, reader.domain.arguments(name, relation), pattern=False))


def _known(reader: _Reader, known: Iterable[str], what: str) -> str:
    token = reader.take()
    if token.kind != "name" or token.text not in known:
        close = difflib.get_close_matches(token.text[:100], known, n=1)
        reader.fail(token, what, hint=f"Did you mean {close[0]}?" if close else f"One of {', '.join(known)}.")
    return token.text


def _arguments(reader: _Reader, parameters: Sequence[Parameter], pattern: bool) -> tuple[Argument, ...]:
    reader.sign("(")
    args: list[Argument] = []
    seen: set[Argument] = set()
    for parameter in parameters:
        if parameter.optional and reader.token.text == ")":
            break
        if args:
            reader.sign(",")
        token = reader.token
        arg = _argument(reader, parameter, pattern)
        if parameter.kind in IDS and arg in seen and arg != ANY:
            reader.fail(token, "another object", hint="An object cannot stand in a relation to itself.")
        seen |= {arg} if parameter.kind in IDS else set()
        args.append(arg)
    reader.sign(")")
    return tuple(args)


def _argument(reader: _Reader, parameter: Parameter, pattern: bool) -> Argument:
    token = reader.token
    if pattern and token.text == ANY and token.kind == "name":
        reader.take()
        return ANY
    if parameter.kind == "number":
        if token.kind != "number":
            reader.fail(token, f"a number for {parameter.name!r}")
        arg: Argument = float(reader.take().text)
    else:
        article = "an" if parameter.kind[0] in "aeiou" else "a"
        arg = reader.word(f"{article} {parameter.kind} for {parameter.name!r}")
    fault = argument_fault(reader.domain, parameter, arg)
    if fault:
        reader.fail(token, f"{fault.removeprefix('expected ')} for {parameter.name!r}")
    return arg


def _new(reader: _Reader) -> NewObject:
    id_ = reader.word("the id of the new object")
    reader.sign(":")
    category = reader.word("its category")
    fields: dict[str, str] = {}
    while reader.has(","):
        token = reader.take()
        if token.text not in _FIELDS or token.text in fields:
            reader.fail(token, f"one of {', '.join(_FIELDS)}, each once")
        fields[token.text] = reader.word(f"the {token.text}")
    return NewObject(id=id_, category=category, **fields)


def print_atom(atom: Atom) -> str:
    """Text that ``parse_atom`` reads back as the same atom."""
    return f"{atom.predicate}({', '.join(map(_printed, atom.args))})"


def print_action(action: GroundAction) -> str:
    """Text that ``parse_action`` reads back as the same action."""
    return f"{action.name}({', '.join(map(_printed, action.args))})"


def print_goal(goal: Goal) -> str:
    """Text that ``parse_goal`` reads back as the same goal, one item a line."""
    lines = []
    for one in goal.new:
        fields = [f"{name} {_name(str(getattr(one, name)))}" for name in _FIELDS if getattr(one, name)]
        lines.append(", ".join([f"new {_name(one.id)}: {_name(one.category)}", *fields]))
    return "".join(f"{line}\n" for line in lines + [print_atom(atom) for atom in goal.atoms])


def print_plan(plan: Plan) -> str:
    """Text that ``parse_plan`` reads back as the same actions, one a line."""
    return "".join(f"{print_action(action)}\n" for action in plan.actions)


def _printed(arg: Argument) -> str:
    if isinstance(arg, str):
        return ANY if arg == ANY else _name(arg)
    return repr(float(arg))


def _name(text: str) -> str:
    plain = _PLAIN.fullmatch(text) is not None and text not in _WORDS
    return text if plain else json.dumps(text, ensure_ascii=False)
