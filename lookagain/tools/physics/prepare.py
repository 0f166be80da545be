"""From trajectories to fitting data: noise, weights, smoothed states, the library that fits the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from lookagain.core.errors import InputError
from lookagain.tools.physics.affine import Affine
from lookagain.tools.physics.differentiate import SavitzkyGolay, Smooth, noise_level
from lookagain.tools.physics.library import Library, state_names
from lookagain.tools.physics.shooting import Data, Segment
from lookagain.tools.physics.system import Order
from lookagain.tools.physics.terms import Factor, Term
from lookagain.tools.physics.trajectory import Array, Trajectory

__all__ = [
    "RESOLUTION",
    "averaged",
    "check_trajectories",
    "check_work",
    "default_library",
    "noise_of",
    "prepare",
    "regular_terms",
    "seen_states",
    "thinned",
    "wider_library",
]

RESOLUTION = 2e-6
"""Residuals below this share of the range are not resolved: the fit counts as exact."""

_LEAST_SAMPLES = 8
_MOST_VARIABLES = 6
_MOST_SAMPLES = 4000
_BLOCKS = SavitzkyGolay()
"""Slope and curvature of a path of means."""
_BLUR = 1e-3
"""Share of the range that may look like noise where the samples are the most that can be searched."""
_MOST_WORK = 6_000_000
_ABOUT, _COARSER = 1.25, 3.0
"""Growth of what counts as noise: by chance, and by which a thinned trajectory no longer resolves the motion."""
_TINY = 1e-40
_ANGLES = ("rad",)


def default_library(names: Sequence[str], units: Sequence[str], order: Order) -> Library:
    """Polynomials (degree 3; 2 for order 2 of several variables), drag, and sin and cos of variables in rad."""
    state = state_names(names, order)
    degree = 3 if len(state) <= 2 else 2
    angles = [name for name, unit in zip(names, units, strict=True) if unit in _ANGLES]
    library = Library.polynomial(state, degree) + Library.trigonometric(state, angles)
    return library + Library.drag(state, state[len(names) :]) if order == 2 else library


def wider_library(terms: Sequence[Term], d: int, order: Order) -> tuple[Term, ...]:
    """Terms beyond a library, to look for near equals of a law: higher degrees, drag, dry friction, quotients."""
    state = tuple(f"v{i}" for i in range(d * order))
    degree = 5 if len(state) <= 2 else 3 if len(state) <= 4 else 2
    angles = {f.var for term in terms for f in term.factors if f.kind in ("sin", "cos")}
    wider = Library.polynomial(state, degree) + Library.drag(state) + Library.rational(state)
    wider += Library.of(state, [f"{v}/|{v}|" for v in state])
    wider += Library.trigonometric(state, [state[v] for v in sorted(angles)], 2)
    return wider.terms


def check_trajectories(trajectories: Sequence[Trajectory]) -> None:
    """Raises ``InputError`` unless there are enough samples of the same variables, and not too many variables."""
    if not trajectories:
        raise InputError("no trajectory was given.")
    first = trajectories[0]
    if first.d > _MOST_VARIABLES:
        raise InputError(
            f"a law of at most {_MOST_VARIABLES} variables can be searched for; got {first.d}.",
            limit="variables",
            hint="Leave out the variables that do not act on the others.",
        )
    for i, trajectory in enumerate(trajectories):
        if trajectory.names != first.names:
            raise InputError(f"trajectory {i} has variables {trajectory.names}; the first has {first.names}.")
        if trajectory.units != first.units:
            raise InputError(f"trajectory {i} is in the units {trajectory.units}; the first in {first.units}.")
        seen = int(np.isfinite(trajectory.x).sum(axis=0).min())
        if seen < _LEAST_SAMPLES:
            raise InputError(
                f"trajectory {i} has {seen} samples of a variable; at least {_LEAST_SAMPLES} are needed.",
                hint="Track for longer or at a higher frame rate.",
            )


def thinned(
    trajectories: Sequence[Trajectory], samples: int = 1200, how: Literal["mean", "every"] = "mean"
) -> Sequence[Trajectory]:
    """The trajectories with one sample for k: the mean of the k (``averaged``), or every k-th.

    k grows, as long as the motion is resolved, until about ``samples`` are left in all; about 4,000 are the most.
    Raises ``InputError`` where what is left then is too few or does not resolve the motion.
    """
    total = sum(trajectory.n for trajectory in trajectories)
    most = -(-total // min(samples, _MOST_SAMPLES))
    k = -(-total // _MOST_SAMPLES)
    if most == 1:
        return trajectories
    few = trajectories
    if k > 1:
        few = _thinned(trajectories, k, how)
        if not few:
            raise InputError(
                f"{len(trajectories)} trajectories are too many to search: one sample for {k} leaves fewer than "
                f"{_BLOCKS.window} of one.",
                limit="samples",
                hint=f"Leave out trajectories until at most {_MOST_SAMPLES} samples are left.",
            )
        if not _resolved(few, trajectories, strictly=False):
            raise InputError(
                f"{total} samples are too many to search, and one for {k} of them does not resolve the motion.",
                limit="samples",
                hint=f"Cut out a part of at most {_MOST_SAMPLES} samples.",
            )
    # From few to many: samples a whole period apart look smooth again.
    while k < most:
        k = min(most, max(k + 1, k * 5 // 4))
        fewer = _thinned(trajectories, k, how)
        if not fewer or not _resolved(fewer, trajectories, strictly=True):
            break
        few = fewer
    return few


def _thinned(trajectories: Sequence[Trajectory], k: int, how: Literal["mean", "every"]) -> list[Trajectory]:
    """One sample for ``k``; empty where that leaves too few of a trajectory."""
    few = [averaged(one, k) if how == "mean" else one.every(k) for one in trajectories if one.n >= k]
    seen = [int(np.isfinite(one.x).sum(axis=0).min()) for one in few]
    return few if len(few) == len(trajectories) and min(seen) >= _BLOCKS.window else []


def averaged(trajectory: Trajectory, k: int) -> Trajectory:
    """Means of ``k`` samples each, moved to the mean of their times along the path's own slope and curvature.

    Unlike every k-th sample they keep what all of them tell, and errors that were independent stay so, for no sample
    is in two means. What the curvature adds to a mean is taken away up to the fourth power of the block's length.
    Blocks of which less than half was seen are missing, and nothing is moved where too few are left; up to k - 1
    samples at the end are left out. The first time is kept, without a sample of its own, so that initial states are
    still those of the first time.
    """
    n = trajectory.n // k
    t = trajectory.t[: n * k].reshape(n, k)
    x = trajectory.x[: n * k].reshape(n, k, -1)
    middle, seen = t.mean(axis=1), np.isfinite(x)
    count = seen.sum(axis=1)
    enough = 2 * count >= k
    away = np.where(seen, (t - middle[:, None])[:, :, None], 0.0)
    least = np.maximum(count, 1)
    means = np.where(enough, np.where(seen, x, 0.0).sum(axis=1) / least, np.nan)
    if (np.isfinite(means).sum(axis=0) >= _BLOCKS.window).all():
        moved = means
        for _ in range(2):
            shape = _BLOCKS(middle, moved)
            moved = means - (shape.dx * away.sum(axis=1) + shape.ddx / 2 * (away**2).sum(axis=1)) / least
        means = moved
    sigma = None
    if trajectory.sigma is not None:
        given = np.where(seen, trajectory.sigma[: n * k].reshape(n, k, -1), 0.0)
        sigma = np.where(enough, np.sqrt((given**2).sum(axis=1)) / least, np.nan)
        sigma = np.vstack([np.full(trajectory.d, np.nan), sigma])
    return replace(
        trajectory,
        t=np.concatenate([trajectory.t[:1], middle]),
        x=np.vstack([np.full(trajectory.d, np.nan), means]),
        sigma=sigma,
    )


def _resolved(few: Sequence[Trajectory], whole: Sequence[Trajectory], *, strictly: bool) -> bool:
    """Whether what looks like noise in the few samples is noise; if not ``strictly``, up to a thousandth of the range.

    The motion between samples that are too far apart looks like noise too.
    """
    for one, fine in zip(few, whole, strict=True):
        begin = fine.take(0, _MOST_SAMPLES)
        level, coarse = noise_level(begin.t, begin.x), noise_level(one.t, one.x)
        most = _ABOUT * level if strictly else np.maximum(_COARSER * level, _BLUR * _span([one]))
        if not (coarse <= most).all():
            return False
    return True


def check_work(trajectories: Sequence[Trajectory], terms: int, order: Order) -> None:
    """Raises ``InputError`` where samples times states times unknowns (terms and initial states) are too many."""
    d = trajectories[0].d
    states = d * order
    work = sum(trajectory.n for trajectory in trajectories) * states * (d * terms + states * len(trajectories))
    if work > _MOST_WORK:
        raise InputError(
            f"samples x states x unknowns (terms of all equations, initial states) are {work}; "
            f"at most {_MOST_WORK} can be searched.",
            limit="work",
            hint="Use fewer samples, variables or trajectories, or a smaller library.",
        )


def noise_of(trajectories: Sequence[Trajectory]) -> Array:
    """Noise of each variable ``(d,)``, floored at the resolution of the range and of the numbers; never 0."""
    levels = np.array([noise_level(tr.t, tr.x) for tr in trajectories])
    counts = np.array([np.isfinite(tr.x).sum(axis=0) for tr in trajectories])
    span = max(_span(trajectories).max(), 1e-300)
    level = np.sqrt(np.nansum(levels**2 * counts, axis=0) / np.sum(counts, axis=0))
    largest = np.array([np.nanmax(np.abs(tr.x), axis=0) for tr in trajectories]).max(axis=0)
    floor: Array = RESOLUTION * np.maximum(_span(trajectories), 1e-3 * span)
    floor = np.maximum(floor, np.maximum(np.finfo(np.float64).eps * largest, _TINY))
    return np.maximum(np.asarray(level, dtype=np.float64), floor)


def _span(trajectories: Sequence[Trajectory]) -> Array:
    both = np.concatenate([tr.x for tr in trajectories])
    return np.asarray(np.nanmax(both, axis=0) - np.nanmin(both, axis=0))


def prepare(
    trajectories: Sequence[Trajectory],
    order: Order,
    terms: Sequence[Term],
    noise: Array,
    smooths: Sequence[Smooth],
    *,
    free_offset: bool = False,
    free_scale: bool = False,
) -> Data:
    """Fitting data with weights 1 / noise (relative to ``sigma`` where a trajectory has it)."""
    segments = []
    for trajectory, smooth in zip(trajectories, smooths, strict=True):
        guess = smooth.x if order == 1 else np.hstack([smooth.x, smooth.dx])
        level = np.broadcast_to(noise, trajectory.x.shape)
        if trajectory.sigma is not None:
            middle = np.nanmedian(trajectory.sigma, axis=0)
            relative = trajectory.sigma / np.where(np.isfinite(middle), middle, 1.0)
            level = level * np.where(np.isfinite(relative), np.clip(relative, 0.1, 1e3), 1.0)
        seen = np.isfinite(trajectory.x)
        segments.append(
            Segment(
                t=trajectory.t,
                x=np.where(seen, trajectory.x, 0.0),
                w=np.where(seen, 1.0 / level, 0.0),
                guess=np.ascontiguousarray(guess.T),
            )
        )
    return Data(
        segments=tuple(segments),
        order=order,
        terms=tuple(terms),
        names=trajectories[0].names,
        free_offset=free_offset,
        free_scale=free_scale,
        noise_free=0.05,
    )


def seen_states(data: Data, maps: Sequence[Affine]) -> Array:
    """All smoothed states ``(D, n)`` in the variables of each map, side by side."""
    out = []
    for affine in maps:
        for segment in data.segments:
            states = segment.guess / affine.scale
            states[: data.d] -= np.array(affine.offset)[:, None] / affine.scale
            out.append(states)
    return np.concatenate(out, axis=1)


def regular_terms(terms: Sequence[Term], states: Array, margin: float = 0.03) -> tuple[Term, ...]:
    """The terms that make sense on the seen states ``(D, n)``.

    No denominator comes near zero, and absolute values are of variables that change sign (elsewhere they repeat
    powers).
    """
    kept = []
    for term in terms:
        if _is_sign(term):
            good = _changes_sign(states[term.factors[0].var], margin)
        else:
            good = all(_regular(f, states, margin) for f in term.factors)
        if good:
            kept.append(term)
    return tuple(kept)


def _is_sign(term: Term) -> bool:
    """Whether the term is v / |v|."""
    kinds = sorted((f.var, f.kind, f.power) for f in term.factors)
    return len(kinds) == 2 and kinds[0][0] == kinds[1][0] and {k[1:] for k in kinds} == {("abs", -1), ("power", 1)}


def _changes_sign(base: Array, margin: float) -> bool:
    low, high = float(base.min()), float(base.max())
    return low < -margin * (high - low) and high > margin * (high - low)


def _regular(factor: Factor, states: Array, margin: float) -> bool:
    base = states[factor.var]
    if factor.kind == "abs":
        return factor.power > 0 and _changes_sign(base, margin)
    if factor.power > 0:
        return True
    if factor.kind in ("sin", "cos"):
        base = getattr(np, factor.kind)(factor.scale * base + factor.shift)
    if factor.kind == "exp":
        return True
    low, high = float(base.min()), float(base.max())
    return low * high > 0 and min(abs(low), abs(high)) > margin * (high - low)
