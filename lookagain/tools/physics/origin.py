"""Where the origin of a law may lie, and its scale, when the data come in pixels: maps to start the search from.

A polynomial field keeps its degree under a shift, so its fixed points can be found before the sparse form is known;
a sparse law is simplest around one of them. The fit then refines origin (and scale) with everything else.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.optimize import fmin

from lookagain.core.errors import InputError
from lookagain.tools.physics.affine import Affine
from lookagain.tools.physics.differentiate import WeakForm
from lookagain.tools.physics.library import Library
from lookagain.tools.physics.prepare import regular_terms, seen_states
from lookagain.tools.physics.regression import best_subsets
from lookagain.tools.physics.shooting import Data
from lookagain.tools.physics.starts import weak_system
from lookagain.tools.physics.terms import Term
from lookagain.tools.physics.trajectory import Array

__all__ = ["affine_candidates"]

_SPANS = tuple(0.8 * 1.25**i for i in range(11))
"""Ranges of the data, in units of the arguments of sin and cos, at which a search for the scale starts."""

_BEYOND = (0.05, 0.12, 0.25, 0.45, 0.8)
"""Distances of a zero of a denominator from the seen values, as shares of their range."""

_PHASES = 8

_MOST_MAPS = 5000


def affine_candidates(
    data: Data, weak: WeakForm, *, scale: bool, most: int = 5, tick: Callable[[], None] | None = None
) -> list[Affine]:
    """Origins: fixed points of a fitted cubic field, the middle of the range, the mean.

    With denominators or an unknown ``scale`` instead the best maps of a grid by the weak form: zeros of denominators
    outside the seen values, phases of sin and cos, scales. All maps share the terms that are regular on the first.
    ``tick`` is called for each map tried. Raises ``InputError`` where the grid would be too large.
    """
    seen = np.concatenate([s.guess[: data.d] for s in data.segments], axis=1)
    low, high = seen.min(axis=1), seen.max(axis=1)
    middle, size = (low + high) / 2, float((high - low).max()) / 2 or 1.0
    divided = {f.var for term in data.terms for f in term.factors if f.power < 0 and f.kind == "power"}
    if scale or divided:
        return _best_of_grid(data, weak, _grid(data, low, high, divided, scale=scale), most, tick)
    points = [middle, seen.mean(axis=1), *_fixed_points(data, weak, middle, size)]
    origins: list[Array] = []
    for point in points:
        if all(np.abs(point - other).max() > 0.05 * size for other in origins):
            origins.append(point)
    return [Affine(offset=tuple(float(v) for v in origin)) for origin in origins[:most]]


def _grid(data: Data, low: Array, high: Array, divided: set[int], *, scale: bool) -> list[Affine]:
    """Scales times offsets of each variable."""
    turned = {f.var for term in data.terms for f in term.factors if f.kind in ("sin", "cos")}
    span = high - low
    scales = [float(span.max()) / s for s in _SPANS] if scale else [1.0]
    wide = {v: 2 * len(_BEYOND) if v in divided else _PHASES for v in divided | turned}
    maps = len(scales) * math.prod(wide.values())
    if maps > _MOST_MAPS:
        raise InputError(
            f"an unknown origin of {len(wide)} variables with sin, cos or quotients has {maps} places to start from; "
            f"at most {_MOST_MAPS} are tried.",
            limit="origins",
            hint="Give the origin, or use a library with fewer such terms.",
        )
    out = []
    for s in scales:
        axes: list[list[float]] = []
        for v in range(data.d):
            middle = float(low[v] + high[v]) / 2
            if v in divided:
                sides = [[low[v] - b * span[v], high[v] + b * span[v]] for b in _BEYOND]
                axes.append([float(p) for pair in sides for p in pair])
            elif v in turned:
                axes.append([middle - s * np.pi * k / _PHASES for k in range(_PHASES)])
            else:
                axes.append([middle])
        out += [Affine(offset=offset, scale=s) for offset in itertools.product(*axes)]
    return out


def _best_of_grid(
    data: Data, weak: WeakForm, grid: list[Affine], most: int, tick: Callable[[], None] | None
) -> list[Affine]:
    """The maps under which two terms an equation leave the least, refined; all have the terms of the first."""

    def rest(affine: Affine) -> float:
        if tick is not None:
            tick()
        return _rest(data, weak, affine)

    ranked = sorted(((rest(affine), i) for i, affine in enumerate(grid)))
    refined = [_refined(data, rest, grid[i]) for _, i in ranked[:most]]
    refined.sort(key=rest)
    first = _regular(data, refined[0])
    out: list[Affine] = []
    for affine in refined:
        known = any(np.allclose(affine.offset, o.offset, atol=1e-2 * affine.scale) for o in out)
        if not known and _regular(data, affine) == first:
            out.append(affine)
    return out


def _regular(data: Data, affine: Affine) -> tuple[Term, ...]:
    return regular_terms(data.terms, seen_states(data, [affine]))


def _rest(data: Data, weak: WeakForm, affine: Affine) -> float:
    """Log share of the weak form's target that the best two terms of each equation leave."""
    theta, target = weak_system(replace(data, terms=_regular(data, affine)), weak, affine)
    theta = np.where(np.isfinite(theta), theta, 0.0)
    ladders = [best_subsets(theta, target[:, e], 2, keep=1) for e in range(data.d)]
    return sum(float(np.log((ladder[-1][0][0] + 1e-300) / (ladder[0][0][0] + 1e-300))) for ladder in ladders)


def _refined(data: Data, rest: Callable[[Affine], float], affine: Affine) -> Affine:
    """The nearest map that leaves the least (Nelder-Mead over log scale and offsets)."""

    def at(p: Array) -> Affine:
        scale = affine.scale * float(np.exp(p[0])) if data.free_scale else affine.scale
        moved = np.array(affine.offset) + affine.scale * p[1:]
        return Affine(offset=tuple(float(v) for v in moved), scale=scale)

    simplex = np.vstack([np.zeros(data.d + 1), 0.08 * np.eye(data.d + 1)])

    def cost(p: Array) -> float:
        return rest(at(p))

    best = fmin(cost, simplex[0], (), 1e-5, 1e-3, None, 160, False, False, False, None, simplex)
    return at(np.asarray(best, dtype=np.float64))


def _fixed_points(data: Data, weak: WeakForm, middle: Array, size: float) -> list[Array]:
    """Zeros of a cubic field fitted in normalised variables, inside one and a half times the seen box."""
    d = data.d
    degree = 3 if d * data.order <= 2 else 2
    names = tuple(f"v{i}" for i in range(d))
    library = Library.polynomial(names, degree)
    thetas, targets = [], []
    for segment in data.segments:
        v0, v1 = weak.integrals(segment.t, data.order)
        u = (segment.guess[:d] - middle[:, None]) / size
        thetas.append(v0 @ library.basis.values(u).T)
        targets.append(v1 @ np.where(segment.w > 0, (segment.x - middle) / size, u.T))
    theta, target = np.concatenate(thetas), np.concatenate(targets)
    norm = np.sqrt((theta**2).sum(axis=0))
    scaled = theta / np.where(norm > 0, norm, 1)
    gram = scaled.T @ scaled + 1e-6 * np.eye(len(library))
    xi = (np.linalg.solve(gram, scaled.T @ target) / np.where(norm > 0, norm, 1)[:, None]).T
    grid = np.array(list(itertools.product(np.linspace(-0.8, 0.8, 4), repeat=d))).T
    with np.errstate(all="ignore"):
        for _ in range(30):
            value = (xi @ library.basis.values(grid)).T[:, :, None]
            jac = np.einsum("ek,kdn->ned", xi, library.basis.jacobian(grid))
            normal = jac.transpose(0, 2, 1) @ jac + 1e-9 * np.eye(d)
            step = np.linalg.solve(normal, jac.transpose(0, 2, 1) @ value)[:, :, 0].T
            grid = np.clip(grid - np.clip(step, -0.3, 0.3), -5, 5)
        rest = np.abs(xi @ library.basis.values(grid)).max(axis=0)
    typical = float(np.abs(target).max()) or 1.0
    inside = (np.abs(grid).max(axis=0) < 1.5) & (rest < 1e-3 * typical)
    found = grid[:, inside].T
    counts = [int((np.abs(found - p).max(axis=1) < 0.05).sum()) for p in found]
    order = sorted(range(len(found)), key=lambda i: (-counts[i], float(np.abs(found[i]).max())))
    return [middle + size * found[i] for i in order]
