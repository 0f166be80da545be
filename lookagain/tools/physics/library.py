"""Libraries of candidate terms and their fast evaluation with exact derivatives."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lookagain.core.errors import ConfigError, InputError
from lookagain.tools.physics.terms import Factor, Term, derivative_name, parse_term
from lookagain.tools.physics.trajectory import Array

__all__ = ["Basis", "Library", "state_names"]

_MAX_TERMS = 400


def state_names(names: Sequence[str], order: int) -> tuple[str, ...]:
    """The state of a system of ``order`` 1 or 2: the variables, then their first derivatives."""
    return tuple(names) if order == 1 else (*names, *(derivative_name(name) for name in names))


class Basis:
    """A list of terms compiled for evaluation at many points at once, variables first: ``z (D, N)``."""

    def __init__(self, terms: Sequence[Term], variables: int) -> None:
        self.terms, self.variables = tuple(terms), variables
        factors = sorted({f for term in terms for f in term.factors})
        index = {factor: i for i, factor in enumerate(factors)}
        slots = max([1, *(len(term.factors) for term in terms)])
        one = len(factors)
        self._factors = factors
        self._slots = np.full((slots, len(terms)), one)
        self._vars = np.zeros((slots, len(terms)), dtype=np.intp)
        for k, term in enumerate(terms):
            for s, factor in enumerate(term.factors):
                self._slots[s, k] = index[factor]
                self._vars[s, k] = factor.var

    def values(self, z: Array) -> Array:
        """The terms at the points: ``(K, N)``."""
        table = self._table(z, slope=False)[0]
        out: Array = table[self._slots[0]]
        for slot in self._slots[1:]:
            out = out * table[slot]
        return out

    def values_and_slopes(self, z: Array) -> tuple[Array, Array]:
        """The terms ``(K, N)`` and, slot by slot, their partial derivatives ``(slots, K, N)``.

        The derivative of slot ``s`` of term ``k`` is with respect to the variable ``self._vars[s, k]``.
        """
        table, slope = self._table(z, slope=True)
        gathered = [table[slot] for slot in self._slots]
        parts = np.empty((len(gathered), *gathered[0].shape))
        for s, slot in enumerate(self._slots):
            part = slope[slot]
            for other, values in enumerate(gathered):
                if other != s:
                    part = part * values
            parts[s] = part
        out = gathered[0]
        for values in gathered[1:]:
            out = out * values
        return out, parts

    def contraction(self, xi: Array) -> Array:
        """Weights ``(E * D, slots * K)`` that turn slopes into the jacobian of ``xi (E, K) @ terms``."""
        slots, count = self._slots.shape
        weights = np.zeros((xi.shape[0], self.variables, slots, count))
        for s in range(slots):
            weights[:, self._vars[s], s, np.arange(count)] = xi
        return weights.reshape(xi.shape[0] * self.variables, slots * count)

    def jacobian(self, z: Array) -> Array:
        """Exact derivatives of the terms: ``(K, D, N)``."""
        _, parts = self.values_and_slopes(z)
        out = np.zeros((len(self.terms), self.variables, z.shape[1]))
        for s in range(len(parts)):
            out[np.arange(len(self.terms)), self._vars[s]] += parts[s]
        return out

    def _table(self, z: Array, *, slope: bool) -> tuple[Array, Array]:
        """Values, and if asked slopes, of each distinct factor ``(F + 1, N)``; the last row is the constant."""
        table = np.empty((len(self._factors) + 1, z.shape[1]))
        table[-1] = 1.0
        slopes = np.zeros_like(table) if slope else table
        for i, factor in enumerate(self._factors):
            x = z[factor.var]
            if factor.kind == "power" and factor.power == 1:  # most factors: no copies
                table[i] = x
                if slope:
                    slopes[i] = 1.0
                continue
            value, derivative = _factor(factor, x, slope)
            table[i] = value
            if slope:
                slopes[i] = derivative
        return table, slopes


def _factor(f: Factor, x: Array, slope: bool) -> tuple[Array, Array]:
    """A factor and its derivative at ``x``."""
    p = f.power
    if f.kind == "power":
        if p > 1:
            lower = x if p == 2 else x * x if p == 3 else x ** (p - 1)
            return lower * x, p * lower if slope else lower
        value = x ** float(p)
        return value, p * value / x
    if f.kind == "abs":
        base, inner = np.abs(x), np.sign(x)
    elif f.kind == "exp":
        base = np.exp(f.scale * x + f.shift)
        inner = f.scale * base
    else:
        angle = x if f.scale == 1 and f.shift == 0 else f.scale * x + f.shift
        sin, cos = np.sin(angle), np.cos(angle) if slope or f.kind == "cos" else x
        base, inner = (sin, f.scale * cos) if f.kind == "sin" else (cos, -f.scale * sin)
    if p == 1:
        return base, inner
    return base ** float(p), p * base ** float(p - 1) * inner


@dataclass(frozen=True)
class Library:
    """An ordered set of distinct terms over state variables ``names``."""

    names: tuple[str, ...]
    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        if len(set(self.terms)) != len(self.terms):
            raise ConfigError("a library holds each term once.", hint="Join libraries with '+'.")
        if len(self.terms) > _MAX_TERMS:
            raise ConfigError(f"a library has at most {_MAX_TERMS} terms; got {len(self.terms)}.")
        if any(f.var >= len(self.names) for term in self.terms for f in term.factors):
            raise ConfigError(f"a term uses a variable beyond {self.names}.")

    def __len__(self) -> int:
        return len(self.terms)

    def __add__(self, other: Library) -> Library:
        if other.names != self.names:
            raise ConfigError(f"libraries over {self.names} and {other.names} cannot be joined.")
        return Library(self.names, tuple(dict.fromkeys(self.terms + other.terms)))

    @cached_property
    def basis(self) -> Basis:
        """The compiled terms."""
        return Basis(self.terms, len(self.names))

    def __call__(self, x: Array) -> Array:
        """Theta: the terms ``(n, K)`` at the states ``x (n, D)``."""
        return self.basis.values(self._states(x)).T

    def jacobian(self, x: Array) -> Array:
        """Exact derivatives ``(n, K, D)`` of the terms at the states ``x (n, D)``."""
        return np.ascontiguousarray(self.basis.jacobian(self._states(x)).transpose(2, 0, 1))

    def _states(self, x: Array) -> Array:
        if x.ndim != 2 or x.shape[1] != len(self.names):
            raise InputError(f"expected states (n, {len(self.names)}); got {x.shape}.")
        return np.ascontiguousarray(x.T)

    def texts(self) -> tuple[str, ...]:
        """Canonical text of each term."""
        return tuple(term.text(self.names) for term in self.terms)

    @classmethod
    def of(cls, names: Sequence[str], texts: Iterable[str]) -> Library:
        """A library of terms given as text."""
        return cls(tuple(names), tuple(dict.fromkeys(parse_term(text, names) for text in texts)))

    @classmethod
    def polynomial(cls, names: Sequence[str], degree: int) -> Library:
        """All monomials up to ``degree``, the constant included."""
        if not 0 <= degree <= 9:
            raise ConfigError(f"the degree must lie between 0 and 9; got {degree}.")
        terms = [
            Term.of(*(Factor(v, "power", 1) for v in chosen))
            for total in range(degree + 1)
            for chosen in itertools.combinations_with_replacement(range(len(names)), total)
        ]
        return cls(tuple(names), tuple(terms))

    @classmethod
    def trigonometric(cls, names: Sequence[str], of: Iterable[str] | None = None, harmonics: int = 1) -> Library:
        """sin and cos of ``of`` (all variables if not given), of each harmonic 1 .. ``harmonics``."""
        chosen = [_position(name, names) for name in (names if of is None else of)]
        scales = range(1, harmonics + 1)
        terms = [Term.of(Factor(v, kind, 1, float(s))) for v in chosen for s in scales for kind in ("sin", "cos")]
        return cls(tuple(names), tuple(terms))

    @classmethod
    def rational(cls, names: Sequence[str], tops: Iterable[str] = ("1",), of: Iterable[str] | None = None) -> Library:
        """Each term of ``tops`` (text) divided by each variable of ``of``, quotients that cancel left out."""
        chosen = [_position(name, names) for name in (names if of is None else of)]
        above = [parse_term(top, names) for top in tops]
        terms = [
            Term.of(*top.factors, Factor(v, "power", -1))
            for top in above
            for v in chosen
            if all(f.var != v for f in top.factors)
        ]
        return cls(tuple(names), tuple(dict.fromkeys(terms)))

    @classmethod
    def drag(cls, names: Sequence[str], of: Iterable[str] | None = None) -> Library:
        """``v*|v|`` of each variable of ``of``."""
        chosen = [_position(name, names) for name in (names if of is None else of)]
        return cls(tuple(names), tuple(Term.of(Factor(v, "power", 1), Factor(v, "abs", 1)) for v in chosen))


def _position(name: str, names: Sequence[str]) -> int:
    if name not in names:
        raise ConfigError(f"unknown variable {name!r}; the library is over {', '.join(names)}.")
    return list(names).index(name)
