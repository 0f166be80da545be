"""Ids, numbers and words as legal names of PDDL, and back.

PDDL knows no case and few characters. ``a`` to ``z`` and digits stay, ``_`` becomes ``__``, every other byte of UTF-8
becomes ``_`` and two hexadecimal digits; a first letter and ``-`` tell what it is and keep clear of PDDL's own words.
"""

from __future__ import annotations

import re
from typing import Final

from lookagain.core.errors import InputError
from lookagain.planners.editlang.domain import Domain, Parameter
from lookagain.planners.editlang.ground import relation_of
from lookagain.planners.editlang.values import Argument, Atom, GroundAction

__all__ = ["action_name", "argument_name", "atom_text", "escape", "read_action", "type_of", "unescape"]

_PLAIN: Final = re.compile(rb"[a-z0-9]")
_ESCAPED: Final = re.compile(r"__|_([0-9a-f]{2})|([a-z0-9])")


def escape(text: str) -> str:
    """The text as part of a PDDL name."""
    return "".join(
        chr(byte) if _PLAIN.match(bytes((byte,))) else "__" if byte == ord("_") else f"_{byte:02x}"
        for byte in text.encode("utf-8")
    )


def unescape(name: str) -> str:
    """The text that ``escape`` made the name of.

    Raises:
        InputError: it made none such.
    """
    found, at = bytearray(), 0
    while at < len(name):
        match = _ESCAPED.match(name, at)
        if match is None:
            raise InputError(f"expected an escaped name, came {name[:80]!r}.", hint="Use names as export wrote them.")
        found += b"_" if match[0] == "__" else bytes.fromhex(match[1]) if match[1] else match[0].encode()
        at = match.end()
    try:
        return found.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(
            f"expected an escaped name, came {name[:80]!r}.", hint="Use names as export wrote them."
        ) from None


def type_of(parameter: Parameter) -> str:
    """The PDDL type of an argument."""
    return "number" if parameter.kind == "number" else "thing" if parameter.kind in _THINGS else "word"


_THINGS: Final = frozenset({"object", "place", "support", "view"})


def argument_name(parameter: Parameter, arg: Argument) -> str:
    """An argument as a PDDL object."""
    return f"{type_of(parameter)[0]}-{_part(arg)}"


def _part(arg: Argument) -> str:
    return escape(arg if isinstance(arg, str) else repr(float(arg)))


def atom_text(domain: Domain, atom: Atom) -> str:
    """An atom as PDDL writes it, such as ``(p-on t-lamp t-desk)``."""
    parameters = domain.predicates[atom.predicate].parameters
    args = (argument_name(parameter, arg) for parameter, arg in zip(parameters, atom.args, strict=True))
    return f"({' '.join((f'p-{escape(atom.predicate)}', *args))})"


def action_name(action: GroundAction, variant: int = 0) -> str:
    """A ground action as the name of a PDDL action without parameters; ``variant`` tells apart what it may need."""
    return "-".join(("a", escape(action.name), *map(_part, action.args), f"-{variant}"))


def read_action(domain: Domain, name: str) -> GroundAction:
    """The ground action that the name stands for.

    Raises:
        InputError: it stands for none.
    """
    head, *parts = name.removesuffix(")").removeprefix("(").strip().rsplit("--", 1)[0].split("-")
    words = [unescape(part) for part in parts]
    if head != "a" or not words or words[0] not in domain.actions:
        raise InputError(f"expected the name of an action, came {name[:80]!r}.", hint="Use names as export wrote them.")
    relation = relation_of(domain, domain.actions[words[0]], words[1:])
    parameters = domain.arguments(words[0], relation)
    try:
        args = [float(word) if one.kind == "number" else word for one, word in zip(parameters, words[1:], strict=False)]
    except ValueError:
        raise InputError(f"expected a number in {name[:80]!r}.", hint="Use names as export wrote them.") from None
    return GroundAction(words[0], tuple(args))
