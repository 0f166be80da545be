"""Numbers as people read them."""

from __future__ import annotations

import math
import re

__all__ = ["duration", "number", "size", "unit_text", "with_uncertainty"]

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

_SCIENTIFIC_ABOVE = 6
_SCIENTIFIC_BELOW = -4


def number(value: float | None, digits: int = 6) -> str:
    """``value`` with ``digits`` significant digits, a true minus sign and no exponent where one can do without."""
    if value is None:
        return "–"
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{digits}g}".replace("-", "−")


def with_uncertainty(value: float, sigma: float | None) -> str:
    """``value ± sigma``, both rounded to two significant digits of ``sigma``."""
    if sigma is None or not math.isfinite(sigma) or sigma <= 0 or not math.isfinite(value):
        return number(value)
    digits = 1 - math.floor(math.log10(sigma))
    exponent = math.floor(math.log10(max(abs(value), sigma)))
    if _SCIENTIFIC_BELOW < exponent < _SCIENTIFIC_ABOVE and digits <= 9:
        places = max(digits, 0)
        shown = f"{round(value, digits):.{places}f} ± {round(sigma, digits):.{places}f}"
    else:
        scale = 10.0**exponent
        places = max(digits + exponent, 0)
        shown = f"({value / scale:.{places}f} ± {sigma / scale:.{places}f})×10^{exponent}"
    return shown.replace("-", "−")


def duration(seconds: float) -> str:
    """Seconds in the unit a person would choose."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def size(count: int) -> str:
    """Bytes in the unit a person would choose."""
    value = float(count)
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} GB"


def unit_text(unit: str) -> str:
    """A unit with raised exponents: ``m/s^2`` becomes ``m/s²``."""
    return re.sub(r"\^(-?\d+)", lambda match: match[1].translate(_RAISED), unit)
