"""How a found law of fields is judged: the exact set of terms, its coefficients, and the error of its roll-out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from bench.common.terms import Comparison, TermError, canonical, compare

__all__ = ["coefficient_error", "expanded", "judge_terms", "rollout", "step_errors", "supports"]

Floats = NDArray[np.float64]
#: Variable to term text to coefficient.
Coefficients = Mapping[str, Mapping[str, float]]

_FLAT = re.compile(r"(lap|bih)_(\w+)\Z")
_LAPLACIAN = {"xx": 1.0, "yy": 1.0}
_BIHARMONIC = {"xxxx": 1.0, "xxyy": 2.0, "yyyy": 1.0}
_VALID = 0.5


def expanded(terms: Mapping[str, float], *, axes: str = "xy") -> dict[str, float]:
    """Canonical terms to coefficients, ``lap_u`` and ``bih_u`` written out (``u_xx + u_yy``; ``u_xx`` in one axis).

    So a law that finds the two second derivatives apart, alike or not, has the terms of a Laplacian. Products of
    them with other factors stay as they are. Raises TermError.
    """
    out: dict[str, float] = {}
    for text, coefficient in terms.items():
        name = canonical(text)
        match = _FLAT.match(name)
        parts = {"": 1.0} if match is None else _LAPLACIAN if match[1] == "lap" else _BIHARMONIC
        for suffix, factor in parts.items():
            key = name if match is None else f"{match[2]}_{suffix}"
            if not suffix or set(suffix) <= set(axes):
                out[key] = out.get(key, 0.0) + factor * coefficient
    return out


def supports(law: Coefficients, *, axes: str = "xy") -> dict[str, frozenset[str]]:
    """The terms of every equation, as ``expanded`` writes them."""
    return {variable: frozenset(expanded(terms, axes=axes)) for variable, terms in law.items()}


def judge_terms(law: Coefficients | None, truth: Coefficients, *, axes: str = "xy") -> dict[str, object]:
    """Columns ``exact``, ``missing``, ``extra`` and ``coefficient_error`` (None unless exact)."""
    try:
        found = compare(supports(law or {}, axes=axes), supports(truth, axes=axes))
    except TermError as error:
        found = Comparison(missing=(), extra=(f"unreadable: {error}",))
    return {
        "exact": found.exact,
        "missing": list(found.missing),
        "extra": list(found.extra),
        "coefficient_error": coefficient_error(law, truth, axes=axes) if law and found.exact else None,
    }


def coefficient_error(law: Coefficients, truth: Coefficients, *, axes: str = "xy") -> float:
    """The largest relative error of a coefficient; both have the same terms."""
    errors = []
    for variable, terms in truth.items():
        have, want = expanded(law[variable], axes=axes), expanded(terms, axes=axes)
        errors += [abs(have[term] / value - 1.0) for term, value in want.items()]
    return max(errors)


def rollout(predicted: Floats, truth: Floats) -> dict[str, object]:
    """Columns of a roll-out (frames x channels x space, the start first) against the noise-free states.

    ``rmse``: root of the mean square over all steps, channels and cells, in units of the quantity; None where it is
    not finite. ``valid_steps``: steps before the error of one frame first exceeds .5, in units of the quantity or in
    standard deviations of the truth, whichever comes first.
    """
    errors = step_errors(predicted, truth)
    spread = float(np.sqrt(np.mean(np.var(np.asarray(truth, dtype=np.float64), axis=(0, *range(2, truth.ndim))))))
    with np.errstate(invalid="ignore"):
        wrong = ~(errors * max(1.0, 1.0 / spread) <= _VALID)
    rmse = float(np.sqrt(np.mean(errors**2)))
    return {
        "rmse": rmse if np.isfinite(rmse) else None,
        "valid_steps": int(np.argmax(wrong)) if wrong.any() else len(errors),
        "error_last": float(errors[-1]) if np.isfinite(errors[-1]) else None,
    }


def step_errors(predicted: Floats, truth: Floats) -> Floats:
    """Root mean square over channels and cells, one number a step after the start."""
    if predicted.shape != truth.shape:
        raise ValueError(f"expected equal shapes, got {predicted.shape} and {truth.shape}")
    with np.errstate(all="ignore"):
        pairs: Iterable[tuple[Floats, Floats]] = zip(predicted[1:], truth[1:], strict=True)
        return np.array([np.sqrt(np.mean((np.asarray(p) - t) ** 2)) for p, t in pairs])
