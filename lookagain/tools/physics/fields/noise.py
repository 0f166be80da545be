"""How noisy a field is, from the field alone."""

from __future__ import annotations

from math import comb

import numpy as np

from lookagain.tools.physics.fields.field import Field
from lookagain.tools.physics.trajectory import Array

__all__ = ["change_of", "noise_of"]

_ORDERS = (3, 5, 7)
_PLACES = 4
_MEDIAN = 0.6745
"""Of the absolute value of a standard normal number."""


def noise_of(field: Field) -> Array:
    """Standard deviation of each channel's noise ``(channels,)``, as if white; the smallest of several estimates.

    Differences of high order, in time or along an axis, of anything smooth vanish and leave the noise; their
    medians pass over sharp fronts. Rounding to
    ``resolution`` is noise that differences may not show, where a field hardly changes.
    """
    found = []
    length = max(_ORDERS) + 5
    for first in np.linspace(0, max(field.frames - length, 0), _PLACES).astype(int):
        values = field.quantity(slice(int(first), int(first) + length))
        for axis in (0, *range(2, values.ndim)):
            for order in _ORDERS:
                if values.shape[axis] > order:
                    rest = np.abs(np.diff(values, order, axis=axis)) / np.sqrt(comb(2 * order, order))
                    found.append(np.median(rest, axis=tuple(i for i in range(rest.ndim) if i != 1)) / _MEDIAN)
    smallest = np.reshape(found, (_PLACES, -1, field.channels)).mean(axis=0).min(axis=0)
    return np.asarray(np.maximum(smallest, np.array(field.resolution) / np.sqrt(12)))


def change_of(field: Field) -> Array:
    """rms difference of each channel between frames far apart ``(channels,)``."""
    chosen = field.quantity([int(i) for i in np.linspace(0, field.frames - 1, 2 * _PLACES)])
    far = chosen[_PLACES:] - chosen[:_PLACES]
    return np.asarray(np.sqrt((far**2).mean(axis=tuple(i for i in range(far.ndim) if i != 1))))
