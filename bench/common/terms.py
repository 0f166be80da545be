"""Own comparison of terms: text to a canonical product of powers, independent of the library under test.

Canonical form: factors ``atom^power`` in alphabetical order, joined by one blank; power 1 is not written;
the constant term is ``1``. An atom is a variable or a function of a canonical argument: ``x^2 y``,
``cos(y) x^-1``, ``sin(2*y)``. Accepted on input: ``*``, ``·``, blanks or juxtaposed parentheses as product,
``/``, ``^``, ``**`` and superscripts as powers, parentheses, numeric factors (dropped: they belong to the
coefficient). With ``shifts=True`` a bracket ``(x - 3.2)`` counts as the variable itself, and the scale and
shift inside a function are dropped: terms up to an affine map of each axis.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

__all__ = ["TermError", "canonical", "compare", "support"]

_TOKEN = re.compile(r"\s*(\*\*|[-+*/^()]|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+|[^\W\d]\w*'*)")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_MAX_LENGTH = 400


class TermError(ValueError):
    """The text is not a product of powers of known atoms."""


class Comparison(NamedTuple):
    """True terms that are not there, and terms that are not true, each as ``variable: term``."""

    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether the two sets are one."""
        return not self.missing and not self.extra


def canonical(text: str, *, shifts: bool = False) -> str:
    """The canonical form of one term; raises TermError where the text is not a term."""
    if len(text) > _MAX_LENGTH:
        raise TermError(f"expected a term of at most {_MAX_LENGTH} characters, got {len(text)}")
    parser = _Parser(_tokens(text), shifts)
    powers = parser.product()
    if parser.rest():
        raise TermError(f"{text!r}: cannot read from {' '.join(parser.rest())!r}")
    return _written(powers)


def support(terms: Iterable[str], *, shifts: bool = False) -> frozenset[str]:
    """The canonical terms of one right side."""
    return frozenset(canonical(term, shifts=shifts) for term in terms)


def compare(found: Mapping[str, Iterable[str]], truth: Mapping[str, Iterable[str]]) -> Comparison:
    """Compare canonical supports per variable; a variable on one side only counts all its terms."""
    missing, extra = [], []
    for variable in sorted({*found, *truth}):
        have, want = frozenset(found.get(variable, ())), frozenset(truth.get(variable, ()))
        missing += [f"{variable}: {term}" for term in sorted(want - have)]
        extra += [f"{variable}: {term}" for term in sorted(have - want)]
        if (variable in found) != (variable in truth):
            (extra if variable in found else missing).append(f"{variable}: equation")
    return Comparison(tuple(missing), tuple(extra))


def _tokens(text: str) -> list[str]:
    text = re.sub(r"([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: "^" + m.group(1).translate(_SUPERSCRIPTS), text)
    text = text.replace("·", "*").replace("×", "*").replace("−", "-").strip()
    tokens, position = [], 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise TermError(f"{text!r}: unexpected character at {position}")
        tokens.append(match.group(1))
        position = match.end()
    if not tokens:
        raise TermError("expected a term, got nothing")
    return tokens


def _written(powers: Mapping[str, int]) -> str:
    factors = [name if power == 1 else f"{name}^{power}" for name, power in sorted(powers.items()) if power]
    return " ".join(factors) or "1"


def _is_name(token: str) -> bool:
    return token[0].isalpha() or token[0] == "_"


def _is_number(token: str) -> bool:
    return token[0].isdigit() or token[0] == "."


class _Parser:
    """Recursive descent over tokens; every method consumes what it returns."""

    def __init__(self, tokens: list[str], shifts: bool) -> None:
        self._tokens, self._at, self._shifts = tokens, 0, shifts

    def rest(self) -> list[str]:
        return self._tokens[self._at :]

    def product(self) -> Counter[str]:
        powers: Counter[str] = Counter()
        sign = -1 if self._take("-") else 1
        del sign  # a sign belongs to the coefficient
        _add(powers, self._power(), 1)
        while self.rest():
            if self._take("*"):
                _add(powers, self._power(), 1)
            elif self._take("/"):
                _add(powers, self._power(), -1)
            elif self._peek() == "(" or _is_name(self._peek()) or _is_number(self._peek()):
                _add(powers, self._power(), 1)
            else:
                break
        return powers

    def _power(self) -> Counter[str]:
        base = self._base()
        if not (self._take("^") or self._take("**")):
            return base
        closing = self._take("(")
        sign = -1 if self._take("-") else 1
        token = self._next()
        if not token.isdigit():
            raise TermError(f"expected a whole power, got {token!r}")
        if closing:
            self._expect(")")
        return Counter({name: sign * int(token) * power for name, power in base.items()})

    def _base(self) -> Counter[str]:
        token = self._next()
        if token == "(":
            return self._bracket()
        if _is_number(token):
            return Counter()
        if not _is_name(token):
            raise TermError(f"expected a variable, function or number, got {token!r}")
        if self._peek() == "(" and not self._looks_like_product(token):
            return Counter({f"{token}({self._argument()})": 1})
        return Counter({token: 1})

    def _bracket(self) -> Counter[str]:
        """A product in parentheses, or, with shifts, a variable plus or minus a number."""
        inside = self.product()
        while self._shifts and self._peek() in ("+", "-"):
            self._next()
            if not _is_number(self._next()):
                raise TermError("expected a number after + or - inside a shift")
        self._expect(")")
        return inside

    def _argument(self) -> str:
        """A function's argument: its text with blanks dropped, or only its variable with shifts."""
        self._expect("(")
        depth, inside = 1, []
        while depth:
            token = self._next()
            depth += (token == "(") - (token == ")")
            inside.append(token)
        inside.pop()
        if not self._shifts:
            return "".join(inside)
        names = {token for token in inside if _is_name(token)}
        if len(names) != 1:
            raise TermError(f"expected one variable inside a function, got {sorted(names)}")
        return names.pop()

    @staticmethod
    def _looks_like_product(name: str) -> bool:
        return name.rstrip("'") not in ("sin", "cos", "tan", "exp", "log", "sqrt", "abs", "sign", "tanh")

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else "end"

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise TermError("unexpected end of the term")
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, token: str) -> bool:
        if self._peek() != token or self._at >= len(self._tokens):
            return False
        self._at += 1
        return True

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise TermError(f"expected {token!r}")


def _add(powers: Counter[str], more: Mapping[str, int], sign: int) -> None:
    for name, power in more.items():
        powers[name] += sign * power
