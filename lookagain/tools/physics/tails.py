"""Tail probabilities of the tests, from ``scipy.special``: importing ``scipy.stats`` costs as long as a search."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

__all__ = ["chi2_tail", "f_tail", "fisher", "normal_quantile", "normal_tail", "t_quantile"]


def chi2_tail(x: float, free: int) -> float:
    """P(X > x) of chi-squared with ``free`` degrees of freedom."""
    return float(special.chdtrc(free, x))


def f_tail(x: float, extra: int, free: int) -> float:
    """P(X > x) of Fisher's F with ``extra`` and ``free`` degrees of freedom."""
    return float(special.fdtrc(extra, free, x))


def normal_tail(x: float) -> float:
    """P(X > x) of the standard normal distribution."""
    return float(special.ndtr(-x))


def normal_quantile(p: float) -> float:
    """The x with P(X <= x) = p of the standard normal distribution."""
    return float(special.ndtri(p))


def t_quantile(p: float, free: int) -> float:
    """The x with P(X <= x) = p of Student's t with ``free`` degrees of freedom."""
    return float(special.stdtrit(free, p))


def fisher(p_values: Sequence[float]) -> float:
    """One p-value of several independent tests (Fisher 1925); values below 1e-300 count as that."""
    logs = np.log(np.maximum(p_values, 1e-300))
    return chi2_tail(-2 * float(logs.sum()), 2 * len(p_values))
