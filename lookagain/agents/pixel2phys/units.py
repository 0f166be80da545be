"""Units of coefficients: the unit of the left-hand side over that of the term."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lookagain.tools.physics import Term

__all__ = ["term_unit"]


def term_unit(
    term: Term, order: Literal[1, 2], variable: str, names: tuple[str, ...], unit_of: Mapping[str, str]
) -> str:
    """The unit of a coefficient, such as ``m/s^2``; "" where it is a pure number or units are unknown.

    Functions such as sin take their argument as a number and give one.
    """
    powers: Counter[str] = Counter({unit_of[variable]: 1, "s": -order})
    for factor in term.factors:
        if factor.kind not in ("power", "abs"):
            continue
        derivative, index = divmod(factor.var, len(names))
        powers[unit_of[names[index]]] -= factor.power
        powers["s"] += factor.power * derivative
    # Angles are numbers: "rad" is kept only where it stands alone on the left.
    above = [_power(unit, power) for unit, power in powers.items() if unit and power > 0]
    below = [_power(unit, -power) for unit, power in powers.items() if unit and power < 0]
    if not above and not below:
        return ""
    top = " ".join(above) or "1"
    return f"{top}/{' '.join(below)}" if below else top


def _power(unit: str, power: int) -> str:
    return unit if power == 1 else f"{unit}^{power}"
