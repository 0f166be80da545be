"""A system of partial differential equations as a value: print, store, simulate."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from lookagain.core.errors import InputError
from lookagain.tools.physics.fields.features import Feature, feature_names, features, latex_feature
from lookagain.tools.physics.system import latex_number
from lookagain.tools.physics.terms import CONSTANT, Term, parse_term
from lookagain.tools.physics.trajectory import Array

__all__ = ["FieldSystem", "Scheme"]

Scheme: TypeAlias = Literal["spectral", "kernel"]
"""How spatial derivatives are taken: exactly for resolved waves, or by the smallest central differences."""

_MAX_ROWS = 60


@dataclass(frozen=True, kw_only=True)
class FieldSystem:
    """``d names[e] / dt = sum_k coefficients[e][k] * terms[e][k]``.

    Terms are products over ``features``: the channels and their spatial derivatives along ``axes``, ("x",) or
    ("y", "x"). ``covariance`` is of all coefficients, equation by equation; empty where it is unknown. ``scheme`` says
    which spatial derivatives the coefficients belong to.
    """

    names: tuple[str, ...]
    axes: tuple[str, ...]
    terms: tuple[tuple[Term, ...], ...]
    coefficients: tuple[tuple[float, ...], ...]
    covariance: tuple[tuple[float, ...], ...] = ()
    scheme: Scheme = "spectral"

    def __post_init__(self) -> None:
        if self.axes not in (("x",), ("y", "x")) or self.scheme not in ("spectral", "kernel"):
            raise InputError(f"expected axes (x,) or (y, x), spectral or kernel; got {self.axes}, {self.scheme!r}.")
        shapes = [len(row) for row in self.terms], [len(row) for row in self.coefficients]
        if not self.names or len(self.terms) != len(self.names) or shapes[0] != shapes[1]:
            raise InputError(f"expected one row of terms and coefficients a channel; got {shapes}.")
        if max(shapes[0]) > _MAX_ROWS or any(len(set(row)) != len(row) for row in self.terms):
            raise InputError(f"an equation holds at most {_MAX_ROWS} terms, each once.")
        known = len(self.feature_names)
        if any(f.var >= known for row in self.terms for term in row for f in term.factors):
            raise InputError(f"a term uses a feature beyond {self.feature_names}.")
        if not np.isfinite([c for row in self.coefficients for c in row]).all():
            raise InputError("coefficients must be finite.")
        if self.covariance and [len(row) for row in self.covariance] != [self.count] * self.count:
            raise InputError(f"expected a covariance of {self.count} x {self.count}.")

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features that terms are over."""
        return features(len(self.names), len(self.axes))

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Their names, such as ``u``, ``u_x``, ``lap_u``."""
        return feature_names(self.names, len(self.axes))

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

    def simulate(
        self,
        start: Array,
        t: Array,
        *,
        spacing: tuple[float, ...],
        periodic: tuple[bool, ...],
        tick: Callable[[], None] | None = None,
    ) -> Array:
        """Frames ``(n, channels, *space)`` at the rising times ``t (n,)`` from ``start (channels, *space)`` on.

        Nothing flows through a border that is not periodic. A solution that blows up, or would need too small steps to
        stay stable, ends in NaN frames; it never warns. ``tick`` is called often; what it raises ends the work.
        Raises ``InputError`` for a start or times of another shape.
        """
        out = np.empty((len(t), *np.shape(start)))
        for i, frame in enumerate(self.frames(start, t, spacing=spacing, periodic=periodic, tick=tick)):
            out[i] = frame
        return out

    def frames(
        self,
        start: Array,
        t: Array,
        *,
        spacing: tuple[float, ...],
        periodic: tuple[bool, ...],
        tick: Callable[[], None] | None = None,
    ) -> Iterator[Array]:
        """As ``simulate``, frame after frame ``(channels, *space)``: long runs of large fields need no memory."""
        from lookagain.tools.physics.fields.simulate import frames

        return frames(self, start, t, spacing=spacing, periodic=periodic, tick=tick)

    def equations(self, digits: int = 4) -> tuple[str, ...]:
        """One line an equation, such as ``u' = 0.1000*lap_u + 1.000*u - 1.000*u^3``."""
        out = []
        for name, row, values in zip(self.names, self.terms, self.coefficients, strict=True):
            text = ""
            for term, value in zip(row, values, strict=True):
                body = "" if term == CONSTANT else "*" + term.text(self.feature_names)
                sign = "-" if value < 0 else "+"
                text += f" {sign} {abs(value):#.{digits}g}{body}" if text else f"{value:#.{digits}g}{body}"
            out.append(f"{name}' = {text or '0'}")
        return tuple(out)

    def latex(self, digits: int = 4) -> str:
        """The equations as one aligned LaTeX block."""
        lines = []
        for name, row, values in zip(self.names, self.terms, self.coefficients, strict=True):
            text = ""
            for term, value in zip(row, values, strict=True):
                body = "" if term == CONSTANT else r"\," + self._latex_term(term)
                sign = "-" if value < 0 else "+" if text else ""
                text += f" {sign} {latex_number(abs(value), digits)}{body}"
            lines.append(rf"\partial_t {name} &= {text.strip() or '0'}")
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    def _latex_term(self, term: Term) -> str:
        """Factors such as ``u^{2}``, ``u_{x}``, ``|u|``."""
        out = []
        for factor in term.factors:
            feature = self.features[factor.var]
            body = latex_feature(feature, self.names)
            if factor.kind != "power":
                return term.latex(self.feature_names)
            if factor.power == 1:
                out.append(body)
            else:
                out.append((f"({body})" if feature.operator else body) + f"^{{{factor.power}}}")
        return r"\,".join(out)

    def to_json(self) -> dict[str, Any]:
        """JSON values only; ``from_json`` reads them back to an equal system."""
        return {
            "names": list(self.names),
            "axes": list(self.axes),
            "terms": [[term.text(self.feature_names) for term in row] for row in self.terms],
            "coefficients": [list(row) for row in self.coefficients],
            "covariance": [list(row) for row in self.covariance],
            "scheme": self.scheme,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any] | str) -> FieldSystem:
        """Reads ``to_json`` or its text; raises ``InputError`` for anything else."""
        try:
            data = json.loads(value) if isinstance(value, str) else value
            names = tuple(str(name) for name in data["names"])
            axes = tuple(str(axis) for axis in data["axes"])
            known = feature_names(names, len(axes))
            return cls(
                names=names,
                axes=axes,
                terms=tuple(tuple(parse_term(text, known) for text in row) for row in data["terms"]),
                coefficients=tuple(tuple(float(c) for c in row) for row in data["coefficients"]),
                covariance=tuple(tuple(float(c) for c in row) for row in data["covariance"]),
                scheme=data["scheme"],
            )
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise InputError(f"not a stored system of fields: {error!r}.") from error
