"""Where the origin of a law may lie, and its scale, when the data come in pixels: maps to start the search from.

A polynomial field keeps its degree under a shift, so its fixed points can be found before the sparse form is known;
a sparse law is simplest around one of them. The fit then refines origin (and scale) with everything else.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter
from scipy.optimize import fmin

from lookagain.core.errors import InputError
from lookagain.tools.physics.affine import Affine
from lookagain.tools.physics.differentiate import WeakForm
from lookagain.tools.physics.library import Library
from lookagain.tools.physics.prepare import regular_terms, seen_states
from lookagain.tools.physics.regression import Index, best_pairs
from lookagain.tools.physics.shooting import Data
from lookagain.tools.physics.starts import WeakData
from lookagain.tools.physics.terms import Kind, Term
from lookagain.tools.physics.trajectory import Array

__all__ = ["affine_candidates"]

_SPANS = tuple(0.5 * 1.25**i for i in range(13))
"""Ranges of the data, in units of the arguments of sin and cos, at which a search for the scale starts."""

_BEYOND = (0.05, 0.12, 0.25, 0.5, 1.0, 2.0)
"""Distances of a zero of a denominator from the seen values, as shares of their range."""

_MOST_MAPS = 5000

_REFINED = 12
"""Places of the grid from which a map is refined with the phases of sin and cos left open."""


def affine_candidates(
    data: Data, weak: WeakForm, *, most: int = 5, tick: Callable[[], None] | None = None
) -> list[Affine]:
    """Origins: fixed points of a fitted cubic field, the middle of the range, the mean.

    With denominators or an unknown scale instead the best maps of a grid by the weak form: scales, and zeros of
    denominators outside the seen values. All maps share the terms that are regular on the first. ``tick`` is called
    for each map tried. Raises ``InputError`` where the grid would be too large.
    """
    seen = np.concatenate([s.guess[: data.d] for s in data.segments], axis=1)
    low, high = seen.min(axis=1), seen.max(axis=1)
    divided = {f.var for term in data.terms for f in term.factors if f.power < 0 and f.kind == "power"}
    if data.free_scale or divided:
        return _best_of_grid(_Judge(data, weak, tick), _grid(data, low, high, divided), most)
    middle, size = (low + high) / 2, float((high - low).max()) / 2 or 1.0
    points = [middle, seen.mean(axis=1), *_fixed_points(data, weak, middle, size)]
    origins: list[Array] = []
    for point in points:
        if all(np.abs(point - other).max() > 0.05 * size for other in origins):
            origins.append(point)
    return [Affine(offset=tuple(float(v) for v in origin)) for origin in origins[:most]]


class _Judge:
    """What the maps of a search are compared by: how little two terms an equation leave of the weak form."""

    def __init__(self, data: Data, weak: WeakForm, tick: Callable[[], None] | None) -> None:
        self.data, self.weak, self.tick = data, WeakData.of(data, weak), tick
        self.turning = frozenset(f.var for term in data.terms for f in term.factors if f.kind in ("sin", "cos"))
        self._blocks: dict[frozenset[int], Index] = {}

    def rest(self, affine: Affine, free: frozenset[int] = frozenset()) -> float:
        """Log share of the target that is left, summed over the equations.

        The sines and cosines of ``free`` variables count as one term: together they are a sine of any phase, so that
        phases, to which the rest is sharp, need not be searched together with the scale and the other origins.
        """
        if self.tick is not None:
            self.tick()
        theta, target = self.weak.system(affine)
        return float(np.log(best_pairs(theta, target, self._columns(free)).rest).sum())

    def _columns(self, free: frozenset[int]) -> Index:
        if free not in self._blocks:
            self._blocks[free] = _blocks(self.data.terms, free)
        return self._blocks[free]

    def refined(self, affine: Affine, evaluations: int, free: frozenset[int] = frozenset()) -> Affine:
        """The nearest map that leaves the least (Nelder-Mead over what is not given of log scale and offsets)."""
        moved = np.array([self.data.free_scale, *[self.data.free_offset] * self.data.d])

        def at(p: Array) -> Affine:
            step = np.zeros(len(moved))
            step[moved] = p
            offset = np.array(affine.offset) + affine.scale * step[1:]
            return Affine(
                offset=tuple(float(v) for v in offset), scale=affine.scale * float(np.exp(np.clip(step[0], -1, 1)))
            )

        simplex = np.vstack([np.zeros(moved.sum()), 0.08 * np.eye(moved.sum())])

        def cost(p: Array) -> float:
            return self.rest(at(p), free)

        best = fmin(cost, simplex[0], (), 1e-5, 1e-3, None, evaluations, False, False, False, None, simplex)
        return at(np.asarray(best, dtype=np.float64))

    def in_phase(self, affine: Affine) -> Affine:
        """The map with the phases that make one term of a sine and a cosine, variable by variable."""
        if not self.data.free_offset:
            return affine
        free = self.turning
        for v in sorted(self.turning):
            turns = [_turned(affine, v, angle) for angle in (0.0, *self._phases(affine, v, free))]
            free -= {v}
            affine = turns[int(np.argmin([self.rest(turn, free) for turn in turns]))]
        return affine

    def _phases(self, affine: Affine, v: int, free: frozenset[int]) -> list[float]:
        """Angles by which to turn variable ``v`` so that a sin + b cos of the best pairs is one sine or cosine.

        Of all quarter turns, the one that leaves the origin nearest to the middle of the seen values.
        """
        theta, target = self.weak.system(affine)
        seen = seen_states(self.data, [affine])[v]
        middle, blocks, angles = -float(seen.min() + seen.max()) / 2, self._columns(free), []
        for e, pair in enumerate(best_pairs(theta, target, blocks).blocks):
            columns = list(dict.fromkeys(blocks[pair].ravel()))
            values = np.linalg.lstsq(theta[:, columns], target[:, e], rcond=None)[0]
            size = dict(zip(columns, values, strict=True))
            for block in blocks[pair]:
                parts = {f.kind: (size[k], f.scale) for k in block for f in self.data.terms[k].factors if f.var == v}
                if "sin" in parts and "cos" in parts:
                    angle = float(np.arctan2(parts["cos"][0], parts["sin"][0])) / parts["sin"][1]
                    quarter = np.pi / 2 / parts["sin"][1]
                    angles.append(angle + quarter * round((middle - angle) / quarter))
        return angles


def _turned(affine: Affine, v: int, angle: float) -> Affine:
    offset = tuple(o - affine.scale * angle * (i == v) for i, o in enumerate(affine.offset))
    return Affine(offset=offset, scale=affine.scale)


def _blocks(terms: Sequence[Term], free: frozenset[int]) -> Index:
    """Columns that count as one ``(B, 2)``: a term alone, or with sin and cos of a free variable exchanged."""
    at = {term: k for k, term in enumerate(terms)}
    pairs = {(k, at.get(_quarter_turn(term, free), k)) for term, k in at.items()}
    return np.array(sorted({(min(pair), max(pair)) for pair in pairs}), dtype=np.intp).reshape(-1, 2)


def _quarter_turn(term: Term, free: frozenset[int]) -> Term:
    other: dict[Kind, Kind] = {"sin": "cos", "cos": "sin"}
    return Term.of(*(f._replace(kind=other.get(f.kind, f.kind)) if f.var in free else f for f in term.factors))


def _grid(data: Data, low: Array, high: Array, divided: set[int]) -> NDArray[np.object_]:
    """Scales times offsets of each variable, one axis each: the middle, and for denominators beyond the values."""
    span = high - low
    scales = [float(span.max()) / s for s in _SPANS] if data.free_scale else [1.0]
    beyond = 2 * len(_BEYOND) + 1 if data.free_offset else 1
    shape = (len(scales), *(beyond if v in divided else 1 for v in range(data.d)))
    if math.prod(shape) > _MOST_MAPS:
        raise InputError(
            f"an unknown origin of {len(divided)} variables in denominators has {math.prod(shape)} places to start "
            f"from; at most {_MOST_MAPS} are tried.",
            limit="origins",
            hint="Give the origin, or use a library with fewer such terms.",
        )
    axes = []
    for v in range(data.d):
        middle = float(low[v] + high[v]) / 2 if data.free_offset else 0.0
        away = [(0.5 + b) * float(span[v]) for b in _BEYOND] if data.free_offset and v in divided else []
        axes.append([*(middle - a for a in reversed(away)), middle, *(middle + a for a in away)])
    grid = np.empty(shape, dtype=np.object_)
    grid.ravel()[:] = [Affine(offset=tuple(o), scale=s) for s, *o in itertools.product(scales, *axes)]
    return grid


def _best_of_grid(judge: _Judge, grid: NDArray[np.object_], most: int) -> list[Affine]:
    """The maps under which two terms an equation leave the least; all have the terms of the first."""
    rests = np.array([judge.rest(affine, judge.turning) for affine in grid.ravel()]).reshape(grid.shape)
    lowest = np.flatnonzero((rests <= minimum_filter(rests, size=3)).ravel())
    places = {round(float(rests.ravel()[i]), 6): grid.ravel()[i] for i in reversed(lowest)}
    begun = [places[rest] for rest in sorted(places)[:_REFINED]]
    rough = [judge.in_phase(judge.refined(affine, 80, judge.turning)) for affine in begun]
    rough.sort(key=judge.rest)
    refined = [judge.refined(affine, 160) for affine in rough[:most]]
    refined.sort(key=judge.rest)

    def regular(affine: Affine) -> tuple[Term, ...]:
        return regular_terms(judge.data.terms, seen_states(judge.data, [affine]))

    out: list[Affine] = []
    for affine in refined:
        known = any(np.allclose(affine.offset, o.offset, atol=1e-2 * affine.scale) for o in out)
        if not known and regular(affine) == regular(refined[0]):
            out.append(affine)
    return out


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
