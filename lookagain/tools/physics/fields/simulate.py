"""Simulation of a field's law: exponential time differencing with a step that is checked for stability and accuracy.

What is linear in a channel and drives that channel is integrated exactly, mode by mode; the rest by the fourth-order
Runge-Kutta scheme ETDRK4 (Cox & Matthews 2002, coefficients by contour integrals after Kassam & Trefethen 2005). An
equation without such terms is integrated by the classical Runge-Kutta scheme, to which ETDRK4 then reduces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from lookagain.core.errors import InputError
from lookagain.tools.physics.fields.operators import Grid, Spectrum
from lookagain.tools.physics.fields.system import FieldSystem
from lookagain.tools.physics.library import Basis
from lookagain.tools.physics.terms import Term
from lookagain.tools.physics.trajectory import Array

__all__ = ["frames"]

_TOLERANCE = 5e-5
"""Error of one frame, as a share of the largest spread of the field so far, that halving the step may show."""
_STABLE = 2.0
"""Largest product of step and fastest explicit rate to begin with (ETDRK4 is stable up to about 2.7)."""
_MOST_STEPS = 256
"""Steps a frame beyond which a law counts as blown up."""
_CHECK_EVERY = 64
_BLOW_UP = 1e6
_ROOTS = 16


def frames(
    system: FieldSystem,
    start: Array,
    t: Array,
    *,
    spacing: tuple[float, ...],
    periodic: tuple[bool, ...],
    tick: Callable[[], None] | None = None,
) -> Iterator[Array]:
    """See ``FieldSystem.frames``."""
    first, times = np.asarray(start, dtype=np.float64), np.asarray(t, dtype=np.float64)
    axes = len(system.axes)
    if first.ndim != axes + 1 or len(first) != len(system.names) or not np.isfinite(first).all():
        raise InputError(f"expected a finite start ({len(system.names)}, {', '.join(system.axes)}); got {first.shape}.")
    if len(spacing) != axes or len(periodic) != axes or min(first.shape[1:]) < 4:
        raise InputError(f"expected spacing and periodic for {axes} axes of at least 4 cells; got {spacing}.")
    if times.ndim != 1 or not np.isfinite(times).all() or not np.all(np.diff(times) > 0):
        raise InputError("times must be finite and rise strictly.")
    return _frames(_Flow(system, first, spacing, periodic), first, times, tick)


def _frames(flow: _Flow, first: Array, times: Array, tick: Callable[[], None] | None) -> Iterator[Array]:
    """Frame after frame; NaN from where the solution blows up."""
    bound = _BLOW_UP * max(float(np.abs(first).max()), 1.0)
    state, steps, frame = flow.begin(first), 0, first
    for i in range(len(times)):
        if i and np.isfinite(frame[(0,) * frame.ndim]):
            dt = float(times[i] - times[i - 1])
            with np.errstate(all="ignore"):
                if steps == 0 or i % _CHECK_EVERY == 0:
                    state, steps = flow.tried(state, dt, max(steps, flow.least_steps(state, dt)), tick)
                else:
                    state = flow.advance(state, dt, steps, tick)
                frame = flow.end(state)
                if not np.abs(frame).max() < bound:
                    frame = np.full_like(first, np.nan)
                # Parts of a spectrum that no real frame has are unseen by the explicit terms: they would grow.
                state = flow.begin(frame)
        yield frame


class _Step(NamedTuple):
    """Coefficients of ETDRK4 for one step length, all of the shape of a state."""

    whole: Spectrum
    half: Spectrum
    q: Spectrum
    a: Spectrum
    b: Spectrum
    c: Spectrum


class _Flow:
    """A law on a grid, open borders closed by mirror images so that nothing flows through them."""

    def __init__(
        self, system: FieldSystem, start: Array, spacing: tuple[float, ...], periodic: tuple[bool, ...]
    ) -> None:
        space = start.shape[1:]
        self.space = space
        self.mirrored = tuple(i + 1 for i, closed in enumerate(periodic) if not closed)
        doubled = tuple(n if closed else 2 * n for n, closed in zip(space, periodic, strict=True))
        self.grid = Grid(space=doubled, spacing=spacing, periodic=(True,) * len(space), scheme=system.scheme)
        self.channels = len(system.names)
        features = system.features
        shape = (self.channels, *doubled[:-1], doubled[-1] // 2 + 1)
        self.linear = np.zeros(shape, dtype=np.complex128)
        rest: list[tuple[int, Term, float]] = []
        for e, (row, values) in enumerate(zip(system.terms, system.coefficients, strict=True)):
            for term, value in zip(row, values, strict=True):
                feature = features[term.factors[0].var] if _is_linear(term) else None
                even = feature is not None and not (feature.degree % 2 and self.mirrored)
                if feature is not None and feature.channel == e and even:
                    self.linear[e] += value * self.grid.multiplier(feature.operator)
                else:
                    rest.append((e, term, value))
        self.rest = bool(rest)
        used = sorted({f.var for _, term, _ in rest for f in term.factors})
        self.used = [features[v] for v in used]
        terms = list(dict.fromkeys(term for _, term, _ in rest))
        place = {v: i for i, v in enumerate(used)}
        compact = [Term.of(*(f._replace(var=place[f.var]) for f in term.factors)) for term in terms]
        self.basis = Basis(compact, max(len(used), 1))
        self.xi = np.zeros((self.channels, len(terms)))
        for e, term, value in rest:
            self.xi[e, terms.index(term)] += value
        self.sizes = np.array([np.abs(self.grid.multiplier(f.operator)).max() for f in self.used] or [0.0])
        self.spread = 0.0
        self._steps: dict[float, _Step] = {}

    def begin(self, frame: Array) -> Spectrum:
        """The state of a frame."""
        for axis in self.mirrored:
            frame = np.concatenate([frame, np.flip(frame, axis)], axis=axis)
        return self.grid.forward(frame)

    def end(self, state: Spectrum) -> Array:
        """The frame of a state."""
        values = self.grid.backward(state)
        return values[(slice(None), *(slice(n) for n in self.space))]

    def _features(self, state: Spectrum) -> Array:
        """Values of the features that the explicit terms use ``(features, cells)``."""
        parts = [state[f.channel] * self.grid.multiplier(f.operator) for f in self.used]
        if not parts:
            return np.zeros((1, int(np.prod(self.grid.space))))
        return self.grid.backward(np.stack(parts)).reshape(len(parts), -1)

    def explicit(self, state: Spectrum) -> Spectrum:
        """What the explicit terms add to the rate of change."""
        if not self.rest:
            return np.zeros_like(state)
        rate = (self.xi @ self.basis.values(self._features(state))).reshape(self.channels, *self.grid.space)
        if self.mirrored:
            return self.begin(rate[(slice(None), *(slice(n) for n in self.space))])
        return self.grid.forward(rate)

    def least_steps(self, state: Spectrum, dt: float) -> int:
        """Steps of a frame below which the explicit terms would be unstable: a bound on their fastest rate."""
        if not self.rest:
            return 1
        slopes = np.abs(self.basis.jacobian(self._features(state))).max(axis=2)
        rate = float((np.abs(self.xi) @ (slopes @ self.sizes)).max())
        growth = float(self.linear.real.max())
        needed = dt * max(rate, growth, 0.0) / _STABLE
        return int(np.ceil(min(needed, 2.0 * _MOST_STEPS))) if np.isfinite(needed) else 2 * _MOST_STEPS

    def tried(self, state: Spectrum, dt: float, steps: int, tick: Callable[[], None] | None) -> tuple[Spectrum, int]:
        """The state ``dt`` later, and steps, at least ``steps``, of which twice as many give the same."""
        steps = max(steps, 1)
        if not self.rest:
            return self.advance(state, dt, 1, tick), 1
        frame = self.end(state)
        spread = float(np.std(frame, axis=tuple(range(1, frame.ndim))).max())
        self.spread = max(self.spread, spread, 1e-3 * float(np.sqrt(np.mean(frame**2))))
        coarse = self.advance(state, dt, steps, tick) if steps <= _MOST_STEPS else state
        while steps <= _MOST_STEPS:
            fine = self.advance(state, dt, 2 * steps, tick)
            if float(np.sqrt(np.mean((self.end(fine) - self.end(coarse)) ** 2))) <= _TOLERANCE * self.spread:
                return fine, steps
            steps, coarse = 2 * steps, fine
        return state * np.nan, steps

    def advance(self, state: Spectrum, dt: float, steps: int, tick: Callable[[], None] | None) -> Spectrum:
        """The state ``dt`` later."""
        h = dt / steps
        s = self._coefficients(h)
        for _ in range(steps):
            if tick is not None:
                tick()
            if not self.rest:
                state = s.whole * state
                continue
            n0 = self.explicit(state)
            a = s.half * state + s.q * n0
            n1 = self.explicit(a)
            n2 = self.explicit(s.half * state + s.q * n1)
            n3 = self.explicit(s.half * a + s.q * (2 * n2 - n0))
            state = s.whole * state + s.a * n0 + s.b * (n1 + n2) + s.c * n3
        return state

    def _coefficients(self, h: float) -> _Step:
        key = float(f"{h:.12g}")
        if key not in self._steps:
            if len(self._steps) > 4:
                self._steps.clear()
            self._steps[key] = _coefficients(np.asarray(self.linear * h), h)
        return self._steps[key]


def _is_linear(term: Term) -> bool:
    return len(term.factors) == 1 and term.factors[0].kind == "power" and term.factors[0].power == 1


def _coefficients(z: Spectrum, h: float) -> _Step:
    """ETDRK4 at ``z = h * L``: means over a circle about each z, where the formulas do not cancel.

    Real z need only the upper half of the circle: the lower gives the complex conjugate.
    """
    real = not z.imag.any()
    angles = (np.arange(_ROOTS // 2 if real else _ROOTS) + 0.5) / _ROOTS
    q, a, b, c = (np.zeros_like(z) for _ in range(4))
    for root in np.exp(2j * np.pi * angles):
        r = z + root
        e, half, cube = np.exp(r), np.exp(r / 2), r**3
        q += (half - 1) / r
        a += (-4 - r + e * (4 - 3 * r + r**2)) / cube
        b += 2 * (2 + r + e * (r - 2)) / cube
        c += (-4 - 3 * r - r**2 + e * (4 - r)) / cube
    f = h / len(angles)
    if real:
        q, a, b, c = (np.asarray(part.real + 0j) for part in (q, a, b, c))
    return _Step(np.exp(z), np.exp(z / 2), f * q, f * a, f * b, f * c)
