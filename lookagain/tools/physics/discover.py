"""From trajectories to the law that generated them, with rivals and evidence."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lookagain.core.errors import InputError
from lookagain.tools.physics import checks, evidence
from lookagain.tools.physics.affine import Affine
from lookagain.tools.physics.differentiate import Smooth
from lookagain.tools.physics.discovery import Candidate, Discovery, HeldOut, Rival, SearchSettings, Tests
from lookagain.tools.physics.library import Library, state_names
from lookagain.tools.physics.origin import affine_candidates
from lookagain.tools.physics.prepare import (
    check_trajectories,
    check_work,
    default_library,
    noise_of,
    prepare,
    regular_terms,
    seen_states,
    thinned,
    wider_library,
)
from lookagain.tools.physics.progress import Progress, Teller
from lookagain.tools.physics.search import Searcher
from lookagain.tools.physics.shooting import Data, Fit, fit_support, linearise
from lookagain.tools.physics.starts import WeakData, weak_starts
from lookagain.tools.physics.system import Order, SparseSystem
from lookagain.tools.physics.tails import f_tail
from lookagain.tools.physics.terms import CONSTANT, Term
from lookagain.tools.physics.trajectory import Array, Trajectory

__all__ = ["Progress", "discover"]

#: How far the origin may be off, in standard deviations of one sample, before it counts as another origin.
_ORIGIN_TOLERANCE = 2.0

_NEAR = 20.0
"""Nats below which a rival is looked at more closely."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Seen:
    """The data of a search: trajectories, their smoothed states, the noise of each variable."""

    trajectories: Sequence[Trajectory]
    smooths: Sequence[Smooth]
    noise: Array
    tick: Callable[[], None]

    @classmethod
    def of(
        cls, trajectories: Sequence[Trajectory], noise: Array, settings: SearchSettings, tick: Callable[[], None]
    ) -> _Seen:
        smooths = [_smooth(trajectory, settings, tick) for trajectory in trajectories]
        return cls(trajectories=trajectories, smooths=smooths, noise=noise, tick=tick)


def _smooth(trajectory: Trajectory, settings: SearchSettings, tick: Callable[[], None]) -> Smooth:
    """Variable by variable: a spline of thousands of samples takes a second."""
    columns = []
    for j in range(trajectory.d):
        tick()
        columns.append(settings.differentiation(trajectory.t, trajectory.x[:, j : j + 1]))
    return Smooth(*(np.hstack(parts) for parts in zip(*columns, strict=True)))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Found:
    """The outcome of one search at one order."""

    order: Order
    searcher: Searcher
    best: Fit

    @property
    def length(self) -> float:
        """Description length in nats."""
        return self.length_of(self.best)

    def length_of(self, fit: Fit) -> float:
        """A law of second order speaks of velocities, which nobody saw: each costs half a parameter more.

        Without that price, one of the many second-order forms of a first-order law wins by chance. A law of first
        order in which a variable that only counts time drives another speaks of this one trajectory, not of the
        system: a throw is y'' = -g, not y' = a - b*x. It costs as much as four parameters more.
        """
        data = self.searcher.data
        extra = 0.5 * data.d if self.order == 2 else 2.0 * _has_clock(data, fit)
        return 0.5 * self.searcher.score(fit) + (0.5 * data.nuisance + extra) * float(np.log(data.count))


def discover(
    trajectories: Sequence[Trajectory],
    settings: SearchSettings,
    rng: np.random.Generator,
    progress: Progress | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Discovery:
    """The most economical law of ``trajectories`` (all of the same variables and the same law).

    Supports are compared by description length: likelihood of the fitted trajectories, a price a term and an initial
    state. Raises ``InputError`` for unusable data; a law that is merely doubtful comes back with the evidence against
    it, for ``acceptance`` to judge.

    At most 6 variables; of more than ``settings.samples`` samples in all, one for k is used (``Discovery.best.fitted``
    then has only those). ``progress`` is called at each stage and, by ``clock`` in seconds, about every half second
    within one; what it raises ends the search.
    """
    check_trajectories(trajectories)
    trajectories = thinned(trajectories, settings.samples, settings.thinning)
    teller = Teller(progress, clock)
    tell = teller.tell
    tell("smoothing", 0.0)
    seen = _Seen.of(trajectories, noise_of(trajectories), settings, teller.tick)
    orders: tuple[Order, ...] = (1, 2) if settings.order == "auto" else (settings.order,)
    found = []
    for i, order in enumerate(orders):
        tell(f"search order {order}", 0.6 * i / len(orders))
        one = _search(seen, order, settings, rng)
        if one is not None:
            found.append(one)
    if not found:
        raise InputError("no law of the library can be integrated along the data.", hint="Use another library.")
    found = _by_tracking(_with_correlation(found, settings), seen.noise, settings)
    best = _with_tracking(found[0], seen.noise, settings)
    tell("rivals", 0.6)
    rivals = _rivals(best, found[1:], settings)
    tell("held-out roll-out", 0.8)
    held_out = _held_out(seen, best, settings, rng)
    tests = _tests(seen, best)
    tell("done", 1.0)
    return Discovery(
        best=_candidate(best, seen),
        rivals=rivals,
        held_out=held_out,
        tests=tests,
        samples=best.searcher.data.count,
        fitted_supports=sum(len(f.searcher.fits) for f in found),
    )


def _library(first: Trajectory, order: Order, settings: SearchSettings) -> Library:
    given = settings.library if order == 1 else settings.second_order_library
    if given is None:
        return default_library(first.names, first.units, order)
    state = state_names(first.names, order)
    if given.names != state:
        raise InputError(f"the library of order {order} must be over {state}; it is over {given.names}.")
    return given


def _prices(terms: Sequence[Term], count: int, settings: SearchSettings) -> Array:
    base = settings.penalty * float(np.log(max(count, 3)))
    return np.array([base * (1 + settings.complexity * complexity(term)) for term in terms])


def complexity(term: Term) -> int:
    """Factors, powers counted, plus functions: 0 for the constant, 1 for x, 2 for x*y and sin(x)."""
    return sum(abs(f.power) + (f.kind not in ("power", "abs")) for f in term.factors)


def _search(seen: _Seen, order: Order, settings: SearchSettings, rng: np.random.Generator) -> _Found | None:
    """Starts from the weak form, climbs from the best of them."""
    library = _library(seen.trajectories[0], order, settings)
    check_work(seen.trajectories, len(library), order)
    functions = any(f.kind in ("sin", "cos", "exp") for term in library.terms for f in term.factors)
    data = prepare(
        seen.trajectories,
        order,
        library.terms,
        seen.noise,
        seen.smooths,
        free_offset=settings.origin == "unknown",
        free_scale=settings.scale == "unknown" and functions,
    )
    maps = [Affine.identity(data.d)]
    if data.free_offset or data.free_scale:
        maps = affine_candidates(data, settings.weak_form, tick=seen.tick)
    regular = [set(regular_terms(library.terms, seen_states(data, [affine]))) for affine in maps]
    data = replace(data, terms=tuple(term for term in library.terms if any(term in one for one in regular)))
    prices = _prices(data.terms, data.count, settings)
    searcher = Searcher(data=data, prices=prices, max_terms=settings.max_terms, tick=seen.tick)
    each = settings.starts if len(maps) <= 5 else 2
    weak = WeakData.of(data, settings.weak_form)
    begun = [b for affine in maps for b in weak_starts(data, weak, affine, each, rng)]
    fits = sorted((searcher.fit(start) for start in begun), key=searcher.score)
    for fit in fits[: 2 if len(maps) == 1 else 4]:
        if np.isfinite(fit.chi2):
            searcher.climb(fit, width=settings.width)
    best = searcher.best()
    return None if best is None else _Found(order=order, searcher=searcher, best=best)


def _has_clock(data: Data, fit: Fit) -> bool:
    """Whether a variable of constant rate appears in the equation of another one."""
    varying = {e for e, k in fit.support if data.terms[k] != CONSTANT}
    clocks = {e for e, _ in fit.support} - varying
    return any(factor.var in clocks and factor.var != e for e, k in fit.support for factor in data.terms[k].factors)


def _with_correlation(found: Sequence[_Found], settings: SearchSettings) -> list[_Found]:
    """The searches gone on with the correlation of the errors in the likelihood; the shortest law first."""
    ranked = sorted(found, key=lambda f: f.length)
    inflation = evidence.inflation(ranked[0].searcher.data, ranked[0].best)
    if inflation > 1:
        again = []
        for one in ranked:
            one.searcher.inflation = inflation
            best = one.searcher.climb(one.searcher.best() or one.best, width=settings.width)
            again.append(replace(one, best=one.searcher.best() or best))
        ranked = sorted(again, key=lambda f: f.length)
    return ranked


def _by_tracking(found: list[_Found], noise: Array, settings: SearchSettings) -> list[_Found]:
    """The orders ranked with the origin known no better than one sample is (see ``_with_tracking``).

    A second-order law of velocities alone has no origin; over a long path it wins against the law about an origin for
    the small part of a pixel by which the tracker is off. There the law about the origin, moved to where it fits best
    at the price of a parameter a variable, stands for itself.
    """
    data = found[-1].searcher.data
    if len(found) < 2 or found[-1].order != 1 or data.free_offset or not _of_velocities(found[0]):
        return found
    second, first = found[0], _with_tracking(found[1], noise, settings)
    tick = first.searcher.tick
    moved = fit_support(replace(data, free_offset=True), replace(first.best, chi2=np.inf), tick=tick)
    if not np.isfinite(moved.chi2):
        return found
    near = np.clip(moved.offset, -_ORIGIN_TOLERANCE * noise, _ORIGIN_TOLERANCE * noise)
    shifted = fit_support(data, replace(first.best, offset=near, chi2=np.inf), tick=tick)
    length = first.length_of(shifted) + 0.5 * data.d * float(np.log(data.count))
    return [first, second] if length < second.length else found


def _of_velocities(found: _Found) -> bool:
    """Whether a second-order law speaks of velocities and of no position."""
    data = found.searcher.data
    acting = {factor.var for _, k in found.best.support for factor in data.terms[k].factors}
    return bool(acting) and min(acting) >= data.d


def _with_tracking(found: _Found, noise: Array, settings: SearchSettings) -> _Found:
    """The law that is shorter once the origin is known no better than one sample is.

    A tracker is off by a small part of a pixel, always the same way; to a law about a given origin that is a small
    constant, or a bend. So the search goes on with the origin free; a shorter law that it finds counts if, with the
    origin within twice the noise of a sample, it describes the data better. It is then fitted about the given origin.
    """
    data = found.searcher.data
    if data.free_offset:
        return found
    free = replace(found.searcher, data=replace(data, free_offset=True), fits={})
    ranked = sorted((f for f in found.searcher.fits.values() if np.isfinite(f.chi2)), key=found.searcher.score)
    begun = min((free.fit(fit) for fit in ranked[: settings.rivals]), key=free.score)
    if not np.isfinite(begun.chi2):
        return found
    free.climb(begun, width=settings.width)
    best = free.best()
    prices = found.searcher.prices
    if best is None or sum(prices[k] for _, k in best.support) >= sum(prices[k] for _, k in found.best.support):
        return found
    near = np.clip(best.offset, -_ORIGIN_TOLERANCE * noise, _ORIGIN_TOLERANCE * noise)
    # The data may hardly tell one of the offsets; it then goes far for little, and the others decide.
    offsets = [near, *(np.where(np.arange(data.d) == j, near, 0.0) for j in range(data.d))]
    shifted = [fit_support(data, replace(best, offset=o, chi2=np.inf), tick=found.searcher.tick) for o in offsets]
    if min(found.searcher.score(fit) for fit in shifted) >= found.searcher.score(found.best):
        return found
    fixed = found.searcher.fit(replace(best, offset=np.zeros(data.d), chi2=np.inf))
    return replace(found, best=fixed) if np.isfinite(fixed.chi2) else found


def _rivals(best: _Found, others: Sequence[_Found], settings: SearchSettings) -> tuple[Rival, ...]:
    searcher = best.searcher
    quadratic = linearise(searcher.data, best.best)
    for lacking in (True, False):
        for begun in searcher.promising(quadratic, best.best, settings.rivals, lacking=lacking):
            searcher.fit(begun)
    ranked = sorted((f for f in searcher.fits.values() if np.isfinite(f.chi2)), key=searcher.score)
    every = [_rival(best, best, f) for f in ranked if f.support != best.best.support]
    out = [r for r in every if r.contains][: settings.rivals] + [r for r in every if not r.contains][: settings.rivals]
    out += [_rival(best, other, other.best) for other in others]
    out += _wider_rivals(best, settings)
    return tuple(sorted(out, key=lambda r: r.margin))


def _wider_rivals(best: _Found, settings: SearchSettings) -> list[Rival]:
    """Laws with a term of a wider library in place of one: an approximation has near equals there."""
    data = best.searcher.data
    affine = Affine(offset=tuple(float(o) for o in best.best.offset), scale=float(best.best.scale))
    states = seen_states(data, [affine])
    more = [t for t in wider_library(data.terms, data.d, best.order) if t not in data.terms]
    wide = replace(data, terms=data.terms + regular_terms(more, states))
    prices = _prices(wide.terms, wide.count, settings)
    searcher = Searcher(
        data=wide,
        prices=prices,
        max_terms=settings.max_terms,
        inflation=best.searcher.inflation,
        tick=best.searcher.tick,
    )
    searcher.fits.update(best.searcher.fits)
    begun = searcher.promising(linearise(wide, best.best), best.best, 4, lacking=True)
    fits = [searcher.fit(b) for b in begun]
    found = replace(best, searcher=searcher)
    return [_rival(best, found, f) for f in fits if np.isfinite(f.chi2)]


def _rival(best: _Found, found: _Found, fit: Fit) -> Rival:
    system = _system(found.searcher.data, fit)
    other = found.order != best.order
    margin = found.length_of(fit) - best.length
    mine = {(e, best.searcher.data.terms[k]) for e, k in best.best.support}
    theirs = {(e, found.searcher.data.terms[k]) for e, k in fit.support}
    move = "other order" if other else f"-{len(mine - theirs)} +{len(theirs - mine)}"
    contains = not other and mine < theirs
    return Rival(
        equations=system.equations(),
        order=found.order,
        terms=len(fit.support),
        margin=margin,
        move=move,
        contains=contains,
        implied=not contains and margin < _NEAR and _same_motion(best, found, fit),
    )


def _same_motion(best: _Found, found: _Found, fit: Fit) -> bool:
    """Whether another law has the very same path, far closer than the noise, also as far again beyond the data.

    So do x' = c and x'' = 0, or a law and the same with a quantity that it conserves: the briefer one says it all.
    """
    data = best.searcher.data
    both = ((_system(data, best.best), best.best), (_system(found.searcher.data, fit), fit))
    for i, segment in enumerate(data.segments):
        noise = 1 / segment.w.max(axis=0)
        inside = [one.offset + one.scale * one.nodes[i][: data.d].T for _, one in both]
        if not (np.abs(inside[0] - inside[1]) / noise).max() < 0.01:
            return False
        t = np.linspace(segment.t[-1], 2 * segment.t[-1] - segment.t[0], 30)
        beyond = [one.offset + one.scale * system.simulate(one.nodes[i][:, -1], t)[:, : data.d] for system, one in both]
        if not (np.abs(beyond[0] - beyond[1]) / noise).max() < 0.1:
            return False
    return True


def _system(data: Data, fit: Fit, noise: float = 0.0) -> SparseSystem:
    rows = [[i for i, (e, _) in enumerate(fit.support) if e == eq] for eq in range(data.d)]
    flat = [i for row in rows for i in row]
    covariance: tuple[tuple[float, ...], ...] = ()
    if noise and fit.covariance is not None:
        covariance = tuple(tuple(float(v) * noise for v in fit.covariance[i, flat]) for i in flat)
    return SparseSystem(
        order=1 if data.order == 1 else 2,
        names=data.names,
        terms=tuple(tuple(data.terms[fit.support[i][1]] for i in row) for row in rows),
        coefficients=tuple(tuple(float(fit.coefficients[i]) for i in row) for row in rows),
        covariance=covariance,
    )


def _candidate(found: _Found, seen: _Seen) -> Candidate:
    data, fit = found.searcher.data, found.best
    affine = Affine(offset=tuple(float(o) for o in fit.offset), scale=float(fit.scale))
    fitted = tuple(affine.to_seen(z[: data.d].T) for z in fit.nodes)
    errors = np.concatenate([tr.x - path for tr, path in zip(seen.trajectories, fitted, strict=True)])
    return Candidate(
        system=_system(data, fit, evidence.variance(data, fit)),
        affine=affine,
        initial_states=tuple(z[:, 0].copy() for z in fit.nodes),
        fitted=fitted,
        description_length=found.length,
        rms=tuple(float(v) for v in np.sqrt(np.nanmean(errors**2, axis=0))),
        noise=tuple(float(v) for v in seen.noise),
        chi2=evidence.variance(data, fit),
    )


def _part(found: _Found, parts: Sequence[tuple[int, int]]) -> tuple[Data, Fit]:
    """The samples ``start:stop`` of each trajectory, with the fitted nodes there."""
    data, best = found.searcher.data, found.best
    segments = tuple(
        replace(s, t=s.t[a:b], x=s.x[a:b], w=s.w[a:b], guess=s.guess[:, a:b])
        for s, (a, b) in zip(data.segments, parts, strict=True)
    )
    nodes = tuple(z[:, a:b].copy() for z, (a, b) in zip(best.nodes, parts, strict=True))
    return replace(data, segments=segments), replace(best, nodes=nodes)


def _held_out(seen: _Seen, best: _Found, settings: SearchSettings, rng: np.random.Generator) -> HeldOut:
    heads = [trajectory.split(settings.held_out)[0] for trajectory in seen.trajectories]
    data, begun = _part(best, [(0, head.n) for head in heads])
    fit = fit_support(data, begun, tick=seen.tick)
    again = _search(_Seen.of(heads, seen.noise, settings, seen.tick), best.order, settings, rng)
    again = again and _with_tracking(_with_correlation([again], settings)[0], seen.noise, settings)
    full = best.searcher.data
    mine = {(e, full.terms[k]) for e, k in best.best.support}
    same = again is not None and mine == {(e, again.searcher.data.terms[k]) for e, k in again.best.support}
    system = _system(data, fit) if np.isfinite(fit.chi2) else None
    true, predicted = [], []
    for i, (trajectory, head) in enumerate(zip(seen.trajectories, heads, strict=True)):
        true.append(trajectory.x[head.n :])
        if system is None:
            predicted.append(np.full_like(true[-1], np.nan))
            continue
        path = system.simulate(fit.nodes[i][:, -1], trajectory.t[head.n - 1 :])[1:, : trajectory.d]
        predicted.append(fit.offset + fit.scale * path)
    tail, rolled = np.concatenate(true), np.concatenate(predicted)
    steps = [checks.valid_prediction_steps(a, b) for a, b in zip(true, predicted, strict=True)]
    return HeldOut(
        samples=len(tail),
        r2=checks.r2(tail, rolled),
        rmse=checks.rmse(tail, rolled),
        valid_steps=min(steps),
        p_value=_chow(full, best.best, data, fit),
        same_support=same,
        starts=tuple(float(tr.t[head.n]) for tr, head in zip(seen.trajectories, heads, strict=True)),
    )


def _chow(full: Data, fit: Fit, head: Data, head_fit: Fit) -> float:
    """p-value of the forecast test: extra misfit of the tail against the noise of the head (Chow 1960)."""
    extra, free = full.count - head.count, head.count - head.nuisance - len(fit.support)
    if not np.isfinite(head_fit.chi2) or extra < 1 or free < 5:
        return 0.0
    floor = head.noise_free**2
    f = (max(fit.chi2 - head_fit.chi2, 0.0) / extra + floor) / (head_fit.chi2 / free + floor)
    return f_tail(f, extra, free)


def _tests(seen: _Seen, best: _Found) -> Tests:
    data, fit = best.searcher.data, best.best
    system = _system(data, fit)
    slopes, laws = [], []
    for smooth, segment in zip(seen.smooths, data.segments, strict=True):
        slopes.append((smooth.dx if best.order == 1 else smooth.ddx) / fit.scale)
        states = segment.guess.T / fit.scale
        states[:, : data.d] -= fit.offset / fit.scale
        laws.append(system.force(states))
    halves = [
        _part(best, [(0, tr.n // 2) for tr in seen.trajectories]),
        _part(best, [(tr.n // 2, tr.n) for tr in seen.trajectories]),
    ]
    lacking = evidence.missing_term(data, fit)
    spread = np.nanstd(np.concatenate([tr.x for tr in seen.trajectories]), axis=0)
    return Tests(
        derivative_r2=checks.derivative_r2(np.concatenate(slopes), np.concatenate(laws)),
        whiteness=tuple(checks.whiteness(series) for series in evidence.residuals(data, fit)),
        significance=evidence.significance(data, fit),
        missing_term=lacking.p_value,
        power=lacking.power,
        disturbance=evidence.disturbance(data, fit),
        motion=tuple(float(v) for v in spread / seen.noise),
        weight=evidence.weight(data, fit),
        independence=evidence.independence(seen.trajectories, seen.smooths, seen.noise),
        halves_agree=evidence.halves_agree(data, fit, halves),
    )
