"""Coefficients from short roll-outs: Gauss-Newton on what the law foretells from one frame to the next.

Averages over test functions are sums over frames, no integrals: where the field changes much from frame to frame they
are a little off, whatever the data. Roll-outs are not. But they start from single frames, whose noise biases them: they
are for fields that change far more from frame to frame than their noise, and a step is taken only if other and longer
windows are foretold better with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lookagain.tools.physics.fields.discovery import FieldForm
from lookagain.tools.physics.fields.field import Field
from lookagain.tools.physics.fields.operators import Grid
from lookagain.tools.physics.fields.rows import grid_of
from lookagain.tools.physics.fields.system import FieldSystem
from lookagain.tools.physics.trajectory import Array

__all__ = ["refine"]

_CELLS = 4_000_000
"""Values of all simulated frames of one round: bounds the time on large fields."""
_MOST_WINDOWS = 8
_ROUNDS = 3
_STEP = 0.01
"""Relative change of a coefficient for its derivative: large against the errors of the integrator."""
_BETTER = 0.9
_LONGER = 5
"""Frames of the windows that judge a step."""
_QUIET = 0.02
"""Most noise, as a share of the change from frame to frame, at which single frames are starts good enough."""
_EXACT = 1e-4
"""Error of a prediction, as a share of the change from frame to frame, that the integrator itself may make."""
_PARTS = 4


class _Window(NamedTuple):
    """A frame of a field and some that follow."""

    field: Field
    grid: Grid
    radius: int
    first: int
    frames: int = 1


def refine(
    system: FieldSystem,
    fields: Sequence[Field],
    form: FieldForm,
    rng: np.random.Generator,
    *,
    noise: Array,
    tick: Callable[[], None] | None = None,
) -> FieldSystem:
    """The law with better coefficients, or as it is where roll-outs know none."""
    count = system.count
    cells = max(field.values[0].size * 2 ** field.periodic.count(False) for field in fields)
    most = _CELLS // (cells * (count + 1))
    if not count or most < 2:
        return system
    windows = _windows(fields, form, min(2 * _MOST_WINDOWS, 2 * most), rng)
    fitted, others = windows[::2], windows[1::2]
    change = _change(windows)
    if float(np.sqrt(np.mean(noise**2))) > _QUIET * change:
        return system
    others = [window._replace(frames=_LONGER) for window in others[: len(others) // 2 + 1]]
    error = _error(system, others, tick)
    if error <= _EXACT * change:
        return system
    for _ in range(_ROUNDS):
        step = _gauss_newton(system, fitted, tick)
        if step is None:
            break
        changed = _error(step, others, tick)
        if not changed < _BETTER * error:
            break
        system, error = step, changed
    return system


def _windows(fields: Sequence[Field], form: FieldForm, count: int, rng: np.random.Generator) -> list[_Window]:
    """Random frames, spread over all fields and times."""
    out = []
    for i in range(max(count, 2)):
        field = fields[i // 2 % len(fields)]
        first = int((i + rng.random()) / count * (field.frames - 1))
        out.append(_Window(field, grid_of(field, form), form.radius, min(first, field.frames - 1 - _LONGER)))
    return out


def _residual(system: FieldSystem, window: _Window, tick: Callable[[], None] | None) -> tuple[Array, Array]:
    """Averaged prediction and what it misses of the last frame, both ``(channels, *inside)``."""
    field, grid = window.field, window.grid
    last = window.first + window.frames
    seen = field.quantity([window.first, last])
    times = field.t[window.first : last + 1]
    path = system.simulate(seen[0], times, spacing=field.spacing, periodic=field.periodic, tick=tick)
    inside = (slice(None), *grid.interior(min(field.space) // 6))
    smoother = grid.smoother(window.radius)
    told = grid.backward(grid.forward(path[-1]) * smoother)[inside]
    return told, grid.backward(grid.forward(seen[1]) * smoother)[inside] - told


def _error(system: FieldSystem, windows: Sequence[_Window], tick: Callable[[], None] | None) -> float:
    """rms of what the windows' predictions miss; infinite where the law cannot be integrated."""
    missed = [float(np.mean(_residual(system, window, tick)[1] ** 2)) for window in windows]
    return float(np.sqrt(np.mean(missed))) if np.isfinite(missed).all() else np.inf


def _change(windows: Sequence[_Window]) -> float:
    """rms of what changes from a window's frame to the next."""
    steps = [np.diff(w.field.quantity(slice(w.first, w.first + 2)), axis=0) for w in windows]
    return float(np.sqrt(np.mean([np.mean(step**2) for step in steps])))


def _gauss_newton(
    system: FieldSystem, windows: Sequence[_Window], tick: Callable[[], None] | None
) -> FieldSystem | None:
    """One step on all coefficients, its covariance from the scatter between windows and parts of space."""
    values = np.concatenate([np.array(row) for row in system.coefficients if row])
    steps = _STEP * np.abs(values)
    gram, scores = np.zeros((len(values), len(values))), []
    for window in windows:
        told, rest = _residual(system, window, tick)
        slopes = []
        for k, step in enumerate(steps):
            moved = values.copy()
            moved[k] += step
            slopes.append((_residual(_with(system, moved), window, tick)[0] - told) / step)
        jacobian = np.stack(slopes).reshape(len(values), -1)
        flat = rest.reshape(-1)
        if not (np.isfinite(jacobian).all() and np.isfinite(flat).all()):
            return None
        gram += jacobian @ jacobian.T
        for part in np.array_split(np.arange(len(flat)), _PARTS * len(rest)):
            scores.append(jacobian[:, part] @ flat[part])
    scale = np.sqrt(np.maximum(np.diag(gram), 1e-300))
    bread = np.linalg.pinv(gram / np.outer(scale, scale), hermitian=True) / np.outer(scale, scale)
    joint = np.array(scores)
    shift = bread @ joint.sum(axis=0)
    # At the new coefficients the scores sum to zero; their scatter about the mean is what remains of them.
    spread = joint - joint.mean(axis=0)
    covariance = bread @ (spread.T @ spread) @ bread
    stepped = _with(system, values + shift)
    return replace(stepped, covariance=tuple(tuple(float(v) for v in row) for row in covariance))


def _with(system: FieldSystem, values: Array) -> FieldSystem:
    """The same terms with other coefficients, equation by equation."""
    ends = np.cumsum([len(row) for row in system.coefficients])[:-1]
    rows = tuple(tuple(float(v) for v in part) for part in np.split(values, ends))
    return replace(system, coefficients=rows)
