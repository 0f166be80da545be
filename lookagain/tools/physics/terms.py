"""Library terms: a closed grammar of products of powers, sin, cos, exp and absolute values.

::

    term     = ["1"] factor { ("*" | "/") factor }
    factor   = base [ "^" integer ]
    base     = name | "|" name "|" | ("sin" | "cos" | "exp") "(" argument ")"
    argument = [ number "*" ] name [ ("+" | "-") number ]

Names may end in ``'`` (first derivative). Text is parsed to a typed value; nothing is ever evaluated as code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, cast

from lookagain.core.errors import InputError

__all__ = ["CONSTANT", "Factor", "Kind", "Term", "derivative_name", "parse_term"]

Kind = Literal["power", "abs", "sin", "cos", "exp"]

_MAX_TEXT = 400
_MAX_FACTORS = 6
_MAX_POWER = 9
_FUNCTIONS = ("sin", "cos", "exp")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]{0,31}'?)|(?P<op>[-+*/^()|]))"
)


def derivative_name(name: str) -> str:
    """``x`` -> ``x'``."""
    return f"{name}'"


class Factor(NamedTuple):
    """One factor of a term: ``kind`` of variable ``var`` to the integer ``power``.

    sin, cos and exp act on ``scale * variable + shift``; for the others scale is 1 and shift 0.
    """

    var: int
    kind: Kind
    power: int
    scale: float = 1.0
    shift: float = 0.0

    def text(self, names: Sequence[str]) -> str:
        """The factor with a positive power, such as ``x^2`` or ``sin(2*a+0.5)``."""
        name = names[self.var]
        if self.kind == "abs":
            base = f"|{name}|"
        elif self.kind == "power":
            base = name
        else:
            inner = name if self.scale == 1 else f"{self.scale!r}*{name}"
            shift = "" if self.shift == 0 else f"{self.shift:+}" if abs(self.shift) < 1e16 else f"+{self.shift!r}"
            base = f"{self.kind}({inner}{shift})"
        power = abs(self.power)
        return base if power == 1 else f"{base}^{power}"

    def latex(self, names: Sequence[str]) -> str:
        """As ``text``, in LaTeX."""
        name = latex_name(names[self.var])
        power = "" if abs(self.power) == 1 else f"^{{{abs(self.power)}}}"
        if self.kind == "abs":
            return rf"\left|{name}\right|{power}"
        if self.kind == "power":
            return f"{name}{power}"
        inner = (name if self.scale == 1 else f"{self.scale:g}\\,{name}") + (f"{self.shift:+g}" if self.shift else "")
        return rf"\{self.kind}{power}\left({inner}\right)"


_GREEK = frozenset(
    {"alpha", "beta", "gamma", "delta", "theta", "phi", "psi", "omega", "rho", "tau", "mu", "lambda", "sigma"}
)


def latex_name(name: str) -> str:
    """A variable name in LaTeX: ``theta'`` -> ``\\dot{\\theta}``, ``x1`` -> ``x_{1}``."""
    bare = name.rstrip("'")
    match = re.fullmatch(r"([A-Za-z]+?)_?(\d*)", bare)
    if match is None:
        text = "\\mathrm{" + bare.replace("_", "\\_") + "}"
    else:
        stem, digits = match[1], match[2]
        text = f"\\{stem}" if stem in _GREEK else stem if len(stem) == 1 else f"\\mathrm{{{stem}}}"
        text += f"_{{{digits}}}" if digits else ""
    return f"\\dot{{{text}}}" if name.endswith("'") else text


class Term(NamedTuple):
    """A product of factors in canonical order; no factor at all is the constant 1."""

    factors: tuple[Factor, ...] = ()

    @classmethod
    def of(cls, *factors: Factor) -> Term:
        """The canonical product: equal bases merge, power 0 vanishes, factors are sorted."""
        powers: dict[tuple[int, Kind, float, float], int] = {}
        for f in factors:
            key = (f.var, f.kind, float(f.scale), float(f.shift) + 0.0)
            powers[key] = powers.get(key, 0) + f.power
        merged = [Factor(v, k, p, a, b) for (v, k, a, b), p in powers.items() if p]
        if len(merged) > _MAX_FACTORS or any(abs(f.power) > _MAX_POWER for f in merged):
            raise InputError(f"a term has at most {_MAX_FACTORS} factors of power at most {_MAX_POWER}.")
        return cls(tuple(sorted(merged, key=lambda f: (_ORDER[f.kind], f.var, f.scale, f.shift))))

    def text(self, names: Sequence[str]) -> str:
        """Canonical text that ``parse_term`` reads back to the same term."""
        above = "*".join(f.text(names) for f in self.factors if f.power > 0) or "1"
        return above + "".join(f"/{f.text(names)}" for f in self.factors if f.power < 0)

    def latex(self, names: Sequence[str]) -> str:
        """The term in LaTeX."""
        above = r"\,".join(f.latex(names) for f in self.factors if f.power > 0) or "1"
        below = r"\,".join(f.latex(names) for f in self.factors if f.power < 0)
        return rf"\frac{{{above}}}{{{below}}}" if below else above


CONSTANT = Term()
_ORDER: dict[Kind, int] = {"sin": 0, "cos": 1, "exp": 2, "power": 3, "abs": 4}


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


class _Reader:
    """Recursive descent over the tokens of one term."""

    def __init__(self, text: str, names: Sequence[str]) -> None:
        if len(text) > _MAX_TEXT:
            raise InputError(f"a term has at most {_MAX_TEXT} characters; got {len(text)}.", limit="term length")
        self.text, self.names, self.at = text, tuple(names), 0
        self.tokens = self._tokens()

    def _tokens(self) -> list[_Token]:
        tokens, at = [], 0
        end = len(self.text.rstrip())
        while at < end:
            match = _TOKEN.match(self.text, at)
            if match is None:
                start = at + len(self.text[at:]) - len(self.text[at:].lstrip())
                raise self.error(start, "a name, a number or an operator")
            kind = match.lastgroup or ""
            tokens.append(_Token(kind, match[kind], match.start(kind)))
            at = match.end()
        return [*tokens, _Token("end", "", len(self.text))]

    def error(self, at: int, expected: str) -> InputError:
        found = self.text[at : at + 12] or "the end"
        return InputError(f"term {self.text!r}, column {at + 1}: expected {expected}; found {found!r}.")

    def peek(self, *texts: str) -> bool:
        token = self.tokens[self.at]
        return token.kind == "op" and token.text in texts

    def take(self, kind: str, expected: str, text: str = "") -> _Token:
        token = self.tokens[self.at]
        if token.kind != kind or (text and token.text != text):
            raise self.error(token.at, expected)
        self.at += 1
        return token

    def term(self) -> Term:
        factors: list[Factor] = []
        first = self.tokens[0]
        if first.kind == "number":
            if first.text != "1":
                raise self.error(first.at, "a term without a coefficient (only '1' may stand for the constant)")
            self.at += 1
        else:
            factors.append(self.factor(1))
        while self.peek("*", "/"):
            sign = 1 if self.take("op", "an operator").text == "*" else -1
            factors.append(self.factor(sign))
            if len(factors) > _MAX_FACTORS:
                raise self.error(self.tokens[self.at].at, f"at most {_MAX_FACTORS} factors")
        self.take("end", "'*', '/', '^' or the end")
        return Term.of(*factors)

    def factor(self, sign: int) -> Factor:
        if self.peek("|"):
            self.at += 1
            base = Factor(self.variable(), "abs", 1)
            self.take("op", "'|'", "|")
        else:
            token = self.take("name", "a variable, '|' or one of sin, cos, exp")
            if token.text in _FUNCTIONS:
                base = self.function(cast(Kind, token.text))
            else:
                base = Factor(self.index(token), "power", 1)
        power = 1
        if self.peek("^"):
            self.at += 1
            negative = self.peek("-")
            self.at += negative
            token = self.take("number", "an integer power")
            if not token.text.isdigit() or not 0 < int(token.text[:9]) <= _MAX_POWER:
                raise self.error(token.at, f"an integer power from 1 to {_MAX_POWER}")
            power = -int(token.text) if negative else int(token.text)
        return base._replace(power=sign * power)

    def function(self, kind: Kind) -> Factor:
        self.take("op", "'('", "(")
        scale = 1.0
        if self.peek("-") or self.tokens[self.at].kind == "number":
            scale = self.number()
            self.take("op", "'*'", "*")
        var = self.variable()
        shift = self.number() if self.peek("+", "-") else 0.0
        self.take("op", "')'", ")")
        if scale == 0:
            raise self.error(self.tokens[self.at - 1].at, "a scale other than 0")
        return Factor(var, kind, 1, scale, shift)

    def number(self) -> float:
        sign = 1.0
        if self.peek("+", "-"):
            sign = -1.0 if self.take("op", "a sign").text == "-" else 1.0
        token = self.take("number", "a number")
        value = float(token.text)
        if value > 1e300:
            raise self.error(token.at, "a finite number")
        return sign * value

    def variable(self) -> int:
        return self.index(self.take("name", "a variable"))

    def index(self, token: _Token) -> int:
        if token.text not in self.names:
            raise self.error(token.at, f"one of {', '.join(self.names)}")
        return self.names.index(token.text)


def parse_term(text: str, names: Sequence[str]) -> Term:
    """Reads a term such as ``x^2*y``, ``cos(theta)/v`` or ``v*|v|`` over the variables ``names``.

    Raises ``InputError`` with the column at fault.
    """
    return _Reader(text, names).term()
