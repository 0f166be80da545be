"""A sparse system of differential equations as a value: evaluate, simulate, print, store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from scipy.integrate import DOP853

from lookagain.core.errors import InputError
from lookagain.tools.physics.library import Basis, state_names
from lookagain.tools.physics.terms import CONSTANT, Term, latex_name, parse_term
from lookagain.tools.physics.trajectory import Array

__all__ = ["Order", "SparseSystem", "latex_number"]

Order = Literal[1, 2]

_BLOW_UP = 1e6
_MAX_STEPS = 20_000


@dataclass(frozen=True, kw_only=True)
class SparseSystem:
    """``d^order x_e / dt^order = sum_k coefficients[e][k] * terms[e][k]``.

    Terms are over the state: the variables ``names``, for order 2 followed by their first derivatives.
    ``covariance`` is of all coefficients, equation by equation; empty where it is unknown.
    """

    order: Order
    names: tuple[str, ...]
    terms: tuple[tuple[Term, ...], ...]
    coefficients: tuple[tuple[float, ...], ...]
    covariance: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        shapes = [len(row) for row in self.terms], [len(row) for row in self.coefficients]
        if len(self.terms) != len(self.names) or shapes[0] != shapes[1] or self.order not in (1, 2):
            raise InputError(f"expected one row of terms and coefficients a variable, order 1 or 2; got {shapes}.")
        if any(f.var >= len(self.state) for row in self.terms for term in row for f in term.factors):
            raise InputError(f"a term uses a variable beyond {self.state}.")
        if not np.isfinite([c for row in self.coefficients for c in row]).all():
            raise InputError("coefficients must be finite.")
        count = self.count
        if self.covariance and [len(row) for row in self.covariance] != [count] * count:
            raise InputError(f"expected a covariance of {count} x {count}.")

    @property
    def state(self) -> tuple[str, ...]:
        """Names of the state variables."""
        return state_names(self.names, self.order)

    @property
    def count(self) -> int:
        """Number of terms of all equations."""
        return sum(len(row) for row in self.terms)

    @property
    def sigmas(self) -> tuple[tuple[float, ...], ...]:
        """One standard deviation of each coefficient; NaN where it is unknown."""
        flat = [max(self.covariance[i][i], 0.0) ** 0.5 if self.covariance else float("nan") for i in range(self.count)]
        out, at = [], 0
        for row in self.terms:
            out.append(tuple(flat[at : at + len(row)]))
            at += len(row)
        return tuple(out)

    @property
    def support(self) -> tuple[frozenset[Term], ...]:
        """The set of terms of each equation."""
        return tuple(frozenset(row) for row in self.terms)

    @cached_property
    def _compiled(self) -> tuple[Basis, Array]:
        used = sorted({term for row in self.terms for term in row})
        xi = np.zeros((len(self.names), len(used)))
        for e, (row, values) in enumerate(zip(self.terms, self.coefficients, strict=True)):
            for term, value in zip(row, values, strict=True):
                xi[e, used.index(term)] += value
        return Basis(used, len(self.state)), xi

    def force(self, x: Array) -> Array:
        """The highest derivatives ``(n, d)`` at the states ``x (n, D)``."""
        basis, xi = self._compiled
        if x.ndim != 2 or x.shape[1] != len(self.state):
            raise InputError(f"expected states (n, {len(self.state)}); got {x.shape}.")
        with np.errstate(all="ignore"):
            return (xi @ basis.values(np.ascontiguousarray(x.T))).T

    def rhs(self, x: Array) -> Array:
        """Time derivative ``(n, D)`` of the states ``x (n, D)``; non-finite where the law is singular."""
        force = self.force(x)
        return force if self.order == 1 else np.hstack([x[:, len(self.names) :], force])

    def simulate(self, x0: Sequence[float] | Array, t: Array, *, rtol: float = 1e-9) -> Array:
        """States ``(n, D)`` at the rising times ``t (n,)`` from ``x0 (D,)`` at ``t[0]`` (DOP853, dense output).

        A solution that blows up or turns singular ends in NaN rows; it never warns or raises.
        """
        start = np.asarray(x0, dtype=np.float64)
        times = np.asarray(t, dtype=np.float64)
        if start.shape != (len(self.state),) or times.ndim != 1 or not np.isfinite(start).all():
            raise InputError(f"expected a finite start ({len(self.state)},) and times (n,); got {start.shape}.")
        if len(times) > 1 and not np.all(np.diff(times) > 0):
            raise InputError("times must rise strictly.")
        out = np.full((len(times), len(start)), np.nan)
        if len(times):
            out[0] = start
        with np.errstate(all="ignore"):
            self._integrate(start, times, out, rtol)
        return out

    def _integrate(self, start: Array, times: Array, out: Array, rtol: float) -> None:
        if len(times) < 2:
            return
        basis, xi = self._compiled
        d = len(self.names)

        def slope(_: float, z: Array) -> Array:
            force: Array = (xi @ basis.values(z[:, None]))[:, 0]
            return force if self.order == 1 else np.concatenate([z[d:], force])

        if not np.isfinite(slope(0.0, start)).all():
            return
        reach = max(float(np.abs(start).max()), 1.0)
        solver = DOP853(slope, times[0], start, times[-1], rtol=rtol, atol=1e-3 * rtol * reach)
        done = 1
        for _ in range(_MAX_STEPS):
            solver.step()
            if solver.status == "failed" or not np.abs(solver.y).max() < _BLOW_UP * reach:
                return
            upto = int(np.searchsorted(times, solver.t, side="right"))
            if upto > done:
                out[done:upto] = solver.dense_output()(times[done:upto]).T
                done = upto
            if solver.status == "finished":
                return

    def equations(self, digits: int = 4) -> tuple[str, ...]:
        """One line an equation, such as ``x'' = -0.2*x' - 4*x``."""
        out = []
        for name, row, values in zip(self.names, self.terms, self.coefficients, strict=True):
            text = ""
            for term, value in zip(row, values, strict=True):
                body = "" if term == CONSTANT else "*" + term.text(self.state)
                sign = "-" if value < 0 else "+"
                text += f" {sign} {abs(value):#.{digits}g}{body}" if text else f"{value:#.{digits}g}{body}"
            out.append(f"{name}{self.order * chr(39)} = {text or '0'}")
        return tuple(out)

    def latex(self, digits: int = 4) -> str:
        """The equations as one aligned LaTeX block."""
        lines = []
        for name, row, values in zip(self.names, self.terms, self.coefficients, strict=True):
            text = ""
            for term, value in zip(row, values, strict=True):
                body = "" if term == CONSTANT else r"\," + term.latex(self.state)
                sign = "-" if value < 0 else "+" if text else ""
                text += f" {sign} {latex_number(abs(value), digits)}{body}"
            dots = r"\dot" if self.order == 1 else r"\ddot"
            lines.append(rf"{dots}{{{latex_name(name)}}} &= {text.strip() or '0'}")
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    def to_json(self) -> dict[str, Any]:
        """JSON values only; ``from_json`` reads them back to an equal system."""
        return {
            "order": self.order,
            "names": list(self.names),
            "terms": [[term.text(self.state) for term in row] for row in self.terms],
            "coefficients": [list(row) for row in self.coefficients],
            "covariance": [list(row) for row in self.covariance],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any] | str) -> SparseSystem:
        """Reads ``to_json`` or its text; raises ``InputError`` for anything else."""
        try:
            data = json.loads(value) if isinstance(value, str) else value
            names = tuple(str(name) for name in data["names"])
            order: Order = 1 if data["order"] == 1 else 2
            if data["order"] != order:
                raise InputError(f"order must be 1 or 2; got {data['order']!r}.")
            state = state_names(names, order)
            return cls(
                order=order,
                names=names,
                terms=tuple(tuple(parse_term(text, state) for text in row) for row in data["terms"]),
                coefficients=tuple(tuple(float(c) for c in row) for row in data["coefficients"]),
                covariance=tuple(tuple(float(c) for c in row) for row in data["covariance"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(f"not a stored system: {error!r}.") from error


def latex_number(value: float, digits: int) -> str:
    """A positive number with ``digits`` significant digits in LaTeX."""
    text = f"{value:#.{digits}g}"
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    return rf"{mantissa}\times 10^{{{int(exponent)}}}"
