"""Formulas as text, typeset: ``d2x/dt2 = -9.81 + 0.2*sin(theta)/v`` becomes MathML.

A closed grammar read by recursive descent; nothing is evaluated::

    formula  = sum [("=" | "≈") sum]
    sum      = ["+" | "-"] product {("+" | "-") product}
    product  = power {["*" | "·" | "/"] power}          (side by side is a product)
    power    = atom [("^" | "**") ["-"] atom]
    atom     = number | name {"'"} ["(" sum {"," sum} ")"] | "(" sum ")"

``dx/dt`` and ``d2x/dt2`` are derivatives, ``lap_u`` and ``bih_u`` the Laplacian and bi-harmonic of a field. A text
that does not fit raises ``FormulaError``; the caller shows it as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lookagain.app.report.html import Html, el, join

__all__ = ["FormulaError", "formula"]

_MAX_CHARS = 4000
_MAX_DEPTH = 30
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)"
    r"|(?P<diff>d(?P<order>[2-9]?)(?P<of>[A-Za-zα-ωΑ-Ω_]\w*'*)/d(?P<by>[A-Za-z])(?P=order)(?!\w))"
    r"|(?P<name>[A-Za-zα-ωΑ-Ω]\w*'*)"
    r"|(?P<op>\*\*|[-+*/^=≈(),·×−]))"
)
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "pi": "π",
}  # fmt: skip
_FUNCTIONS = frozenset({"sin", "cos", "tan", "exp", "log", "ln", "sqrt", "abs", "sign", "tanh", "sinh", "cosh"})


#: Laplacian and bi-harmonic of what stands behind the underscore, as in ``lap_u``.
_OPERATORS = {"lap": "2", "bih": "4"}


class FormulaError(ValueError):
    """The text is not a formula of the grammar."""


@dataclass(frozen=True, kw_only=True)
class _Token:
    kind: str
    text: str
    parts: tuple[str, ...] = ()


def formula(source: str) -> tuple[Html, ...]:
    """``source`` as MathML, in pieces between which a line may be broken: sides, then their summands.

    Raises ``FormulaError`` where it is not a formula.
    """
    if len(source) > _MAX_CHARS:
        raise FormulaError(f"longer than {_MAX_CHARS} characters")
    parser = _Parser(_tokens(source))
    pieces = parser.summands()
    while (token := parser.take("=", "≈")) is not None:
        pieces[-1] = join([pieces[-1], el("mo", token.text, form="infix")])
        pieces += parser.summands()
    parser.end()
    return tuple(el("math", el("mrow", piece), displaystyle="true") for piece in pieces)


def _tokens(source: str) -> list[_Token]:
    tokens, position, stripped = [], 0, source.rstrip()
    while position < len(stripped):
        match = _TOKEN.match(stripped, position)
        if match is None:
            raise FormulaError(f"unexpected character at {position}")
        position = match.end()
        if match["diff"]:
            parts = (match["order"], match["of"], match["by"])
            tokens.append(_Token(kind="diff", text=match["diff"], parts=parts))
        else:
            kind = match.lastgroup or ""
            tokens.append(_Token(kind=kind, text=match[kind].replace("−", "-").replace("**", "^")))
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def take(self, *operators: str) -> _Token | None:
        token = self._peek()
        if token is not None and token.kind == "op" and token.text in operators:
            self._at += 1
            return token
        return None

    def end(self) -> None:
        if (token := self._peek()) is not None:
            raise FormulaError(f"unexpected {token.text!r}")

    def sum(self) -> Html:
        return join(self.summands())

    def summands(self) -> list[Html]:
        """The summands of a sum, each with the sign before it."""
        sign = self.take("+", "-")
        parts = [join([_operator(sign.text, form="prefix") if sign else None, self.product()])]
        while (operator := self.take("+", "-")) is not None:
            sign = self.take("+", "-")
            inner = _operator(sign.text, form="prefix") if sign else None
            parts.append(join([_operator(operator.text, form="infix"), inner, self.product()]))
        return parts

    def product(self) -> Html:
        done: list[Html] = [self.power()]
        while (token := self._peek()) is not None:
            if self.take("/"):
                above = done.pop()
                done.append(el("mfrac", el("mrow", above), el("mrow", self.power())))
            elif self.take("*", "·", "×") or token.kind != "op" or token.text == "(":
                done += [el("mspace", width="0.17em"), self.power()]
            else:
                break
        return join(done)

    def power(self) -> Html:
        base = self.atom()
        if self.take("^") is None:
            return base
        sign = self.take("-")
        exponent = self.atom()
        return el("msup", el("mrow", base), el("mrow", el("mo", "−") if sign else None, exponent))

    def atom(self) -> Html:
        token = self._peek()
        if token is None:
            raise FormulaError("ends too early")
        self._at += 1
        match token.kind:
            case "number":
                return _number(token.text)
            case "diff":
                return _derivative(*token.parts)
            case "name":
                arguments = self._arguments() if token.text in _FUNCTIONS and self.take("(") else None
                return join([_name(token.text), arguments])
            case "op" if token.text == "(":
                return self._arguments()
            case _:
                raise FormulaError(f"unexpected {token.text!r}")

    def _arguments(self) -> Html:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise FormulaError(f"nested deeper than {_MAX_DEPTH}")
        parts = [el("mo", "(", stretchy="false"), self.sum()]
        while self.take(","):
            parts += [el("mo", ","), self.sum()]
        if self.take(")") is None:
            raise FormulaError("a parenthesis is not closed")
        self._depth -= 1
        return el("mrow", *parts, el("mo", ")", stretchy="false"))


def _operator(sign: str, *, form: str) -> Html:
    return el("mo", "−" if sign == "-" else sign, form=form)


def _number(literal: str) -> Html:
    mantissa, _, exponent = literal.lower().partition("e")
    if not exponent:
        return el("mn", mantissa)
    power = el("msup", el("mn", "10"), el("mn", str(int(exponent)).replace("-", "−")))
    return el("mrow", el("mn", mantissa), el("mo", "×"), power)


def _name(word: str) -> Html:
    stem = word.rstrip("'")
    primes = len(word) - len(stem)
    head, _, index = stem.partition("_")
    if head in _OPERATORS and index and "_" not in index:
        nabla = el("msup", el("mi", "∇", mathvariant="normal"), el("mn", _OPERATORS[head]))
        return el("mrow", nabla, _name(index))
    letter = _GREEK.get(head, head)
    upright = "normal" if len(letter) > 1 else None
    shown = el("mi", letter, mathvariant=upright)
    if index:
        shown = el("msub", shown, el("mi", _GREEK.get(index, index)))
    return el("mrow", shown, el("mo", "′" * primes, lspace="0", rspace="0")) if primes else shown


def _derivative(order: str, of: str, by: str) -> Html:
    d = el("mi", "d", mathvariant="normal")
    above = [el("msup", d, el("mn", order)) if order else d, _name(of)]
    below = [d, el("msup", _name(by), el("mn", order)) if order else _name(by)]
    return el("mfrac", el("mrow", *above), el("mrow", *below))
