"""How latent roll-outs are judged, and what one method gains over another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = ["gain", "mapped", "monomials", "r2", "rmse"]

Floats = NDArray[np.float64]

_MAP_DEGREE = 5


def r2(true: Floats, predicted: Floats) -> float:
    """1 - residual / total sum of squares of all columns ``(n, d)``; -inf where the prediction is not finite."""
    if not np.isfinite(predicted).all():
        return float("-inf")
    total = float(((true - true.mean(axis=0)) ** 2).sum())
    return 1.0 - float(((true - predicted) ** 2).sum()) / total


def rmse(true: Floats, predicted: Floats) -> float:
    """Root mean squared error; infinite where the prediction is not finite."""
    return float(np.sqrt(np.mean((true - predicted) ** 2))) if np.isfinite(predicted).all() else float("inf")


def mapped(latent: Floats, hidden: Floats, states: Floats) -> Floats:
    """``states (m, d)`` in the hidden variables, by the polynomial map of degree 5 from ``latent`` to ``hidden``."""
    weights = np.linalg.lstsq(monomials(latent, _MAP_DEGREE), hidden, rcond=None)[0]
    with np.errstate(all="ignore"):
        return np.asarray(monomials(states, _MAP_DEGREE) @ weights)


def monomials(x: Floats, most: int) -> Floats:
    """All products of up to ``most`` columns of ``x (n, d)``, by degree, the constant first: ``(n, K)``."""
    columns = [np.ones(len(x))]
    for degree in range(1, most + 1):
        for chosen in combinations_with_replacement(range(x.shape[1]), degree):
            columns.append(np.prod(x[:, list(chosen)], axis=1))
    return np.stack(columns, axis=1)


def gain(ours: Sequence[object], theirs: Sequence[object]) -> Mapping[str, object]:
    """Paired differences of R2 with their mean and 95 % interval (Student), and of log10 of the unexplained share.

    R2 below 0 counts as 0: a roll-out that blows up is no worse than the mean. ``wins`` counts the pairs in which ours
    is higher. The logarithm is the fairer scale where both are near 1: 0.5 is a third of the error.
    """
    pairs = np.array([[_floored(a), _floored(b)] for a, b in zip(ours, theirs, strict=True)])
    difference = pairs[:, 0] - pairs[:, 1]
    logarithm = np.log10((1 - pairs[:, 1]) / (1 - pairs[:, 0]))
    out: dict[str, object] = {"n": len(pairs), "wins": int((difference > 0).sum())}
    for name, values in (("r2_gain", difference), ("log10_gain", logarithm)):
        low, high = _interval(values)
        out |= {name: float(values.mean()), f"{name}_low": low, f"{name}_high": high}
    return out


def _floored(value: object) -> float:
    if not isinstance(value, int | float):
        raise ValueError(f"expected a number, got {value!r}")
    return min(max(float(value), 0.0), 1 - 1e-9)


def _interval(values: Floats) -> tuple[float | None, float | None]:
    if len(values) < 2:
        return None, None
    reach = float(stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    return float(values.mean()) - reach, float(values.mean()) + reach
