"""A fitted support: coefficients of all equations, and their covariance from how the parts of the data scatter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lookagain.tools.physics.fields.rows import Rows
from lookagain.tools.physics.fields.search import Columns
from lookagain.tools.physics.fields.system import FieldSystem, Scheme
from lookagain.tools.physics.terms import Term
from lookagain.tools.physics.trajectory import Array

__all__ = ["Fit", "design_effect", "fit_rows", "system_of"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """Least-squares coefficients of the terms ``columns[e]`` of each equation."""

    columns: tuple[Columns, ...]
    coefficients: tuple[Array, ...]
    covariance: Array
    """Of all coefficients, equation by equation."""
    residual: Array
    """What is left of the rows ``(n, d)``."""
    gains: tuple[Array, ...]
    """How much each term takes from what would be left without it, over what is left of its equation."""

    @property
    def sigmas(self) -> tuple[Array, ...]:
        """One standard deviation of each coefficient."""
        flat = np.sqrt(np.maximum(np.diag(self.covariance), 0.0))
        ends = np.cumsum([len(c) for c in self.columns])[:-1]
        return tuple(np.split(flat, ends))

    def weights(self, rows: Rows) -> tuple[Array, ...]:
        """rms of each term over that of the largest term of its equation."""
        out = []
        for columns, values in zip(self.columns, self.coefficients, strict=True):
            sizes = np.abs(values) * np.sqrt((rows.theta[:, list(columns)] ** 2).mean(axis=0))
            out.append(sizes / max(float(sizes.max(initial=0.0)), 1e-300))
        return tuple(out)


def fit_rows(rows: Rows, columns: Sequence[Columns]) -> Fit:
    """The fit of one support. Rows of one group may err alike, so the groups' sums give the covariance (Liang & Zeger
    1986): it holds whatever the correlation within a window and part of space."""
    coefficients, influence, gains = [], [], []
    residual = rows.target.copy()
    for e, chosen in enumerate(columns):
        theta = rows.theta[:, list(chosen)]
        scale = np.sqrt((theta**2).mean(axis=0))
        scale[scale == 0] = 1.0
        values = np.linalg.lstsq(theta / scale, rows.target[:, e], rcond=1e-12)[0]
        residual[:, e] -= theta @ (values / scale)
        bread = np.linalg.pinv((theta / scale).T @ (theta / scale), hermitian=True)
        influence.append(_sums(theta / scale * residual[:, e : e + 1], rows.group) @ bread / scale)
        coefficients.append(values / scale)
        left = max(float(residual[:, e] @ residual[:, e]), 1e-300)
        gains.append(values**2 / np.maximum(np.diag(bread), 1e-300) / left)
    joint = np.hstack(influence)
    groups = len(joint)
    covariance = joint.T @ joint * (groups / max(groups - 1, 1))
    return Fit(
        columns=tuple(columns),
        coefficients=tuple(coefficients),
        covariance=covariance,
        residual=residual,
        gains=tuple(gains),
    )


def design_effect(rows: Rows, theta: Array, residual: Array) -> float:
    """Rows for each independent one: variance of the groups' sums of ``theta * residual`` over that of single rows."""
    scores = theta * residual[:, None]
    single = (scores**2).sum(axis=0)
    joint = (_sums(scores, rows.group) ** 2).sum(axis=0)
    good = single > 0
    return max(1.0, float(np.median(joint[good] / single[good]))) if good.any() else 1.0


def _sums(values: Array, group: Array | np.ndarray[tuple[int], np.dtype[np.intp]]) -> Array:
    """Sum of the rows of each group ``(groups, k)``."""
    _, place = np.unique(group, return_inverse=True)
    out = np.zeros((int(place.max()) + 1, values.shape[1]))
    np.add.at(out, place, values)
    return out


def system_of(
    fit: Fit, terms: Sequence[Term], names: tuple[str, ...], axes: tuple[str, ...], scheme: Scheme
) -> FieldSystem:
    """The fit as a law."""
    return FieldSystem(
        names=names,
        axes=axes,
        terms=tuple(tuple(terms[k] for k in columns) for columns in fit.columns),
        coefficients=tuple(tuple(float(v) for v in values) for values in fit.coefficients),
        covariance=tuple(tuple(float(v) for v in row) for row in fit.covariance),
        scheme=scheme,
    )
