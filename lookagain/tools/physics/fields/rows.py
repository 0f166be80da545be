"""The weak form: averages of both sides of the equation over test functions in time and space (Messenger & Bortz 2021).

A test function is a product of bumps. The time derivative moves onto it, so frames are never differenced; a spatial
derivative of a product of channels acts on the average. Averages of single cells (radius 0) are the strong form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lookagain.tools.physics.fields.discovery import FieldForm
from lookagain.tools.physics.fields.features import Feature, features
from lookagain.tools.physics.fields.field import Field
from lookagain.tools.physics.fields.operators import Grid, Spectrum, bump
from lookagain.tools.physics.terms import Factor, Term
from lookagain.tools.physics.trajectory import Array

__all__ = ["Rows", "gather", "grid_of", "is_outer", "time_weights", "unbiased_power"]

_POWER = 6
_PARTS = 2
"""Parts along each space axis, whose rows scatter independently."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """One row for each test function: ``theta (n, K)`` the terms, ``target (n, d)`` the rates of change."""

    theta: Array
    target: Array
    time: Array
    """Where the test function ends within the frames of its field, from 0 to 1 ``(n,)``."""
    part: NDArray[np.intp]
    """The part of space of each row, counted along the axes ``(n,)``."""
    group: NDArray[np.intp]
    """Field, window and part of each row: rows of one group are alike ``(n,)``."""
    independent: float
    """Number of test functions that overlap little."""

    def take(self, keep: NDArray[np.bool_]) -> Rows:
        """The rows chosen by a mask."""
        return replace(
            self,
            theta=self.theta[keep],
            target=self.target[keep],
            time=self.time[keep],
            part=self.part[keep],
            group=self.group[keep],
            independent=self.independent * float(keep.mean()),
        )


class _Plan(NamedTuple):
    """How a term is averaged: ``operator`` of the average of a product, divided by ``over``."""

    inner: Term
    outer: Feature | None
    over: float


def grid_of(field: Field, form: FieldForm) -> Grid:
    """The grid of a field with the scheme of ``form``."""
    return Grid(space=field.space, spacing=field.spacing, periodic=field.periodic, scheme=form.scheme)


def time_weights(half: int, dt: float) -> tuple[Array, Array]:
    """Weights of the average over a bump of ``2 * half + 1`` frames, and of the average rate of change.

    The rate's are those of the bump's derivative but for a factor, linear in s^2, with which the two agree for
    polynomials up to the fourth degree: the sums over few frames are no integrals.
    """
    weights = bump(half, _POWER)
    s = np.arange(-half, half + 1) / (half + 1)
    shape = weights * s / (1 - s**2)
    moments = [[float(shape @ s ** (i + j)) for j in (0, 2)] for i in (1, 3)]
    wanted = [1.0, 3 * float(weights @ s**2)]
    a, b = np.linalg.solve(moments, wanted)
    return weights, shape * (a + b * s**2) / ((half + 1) * dt)


def gather(
    fields: Sequence[Field],
    terms: Sequence[Term],
    form: FieldForm,
    rng: np.random.Generator,
    *,
    rows: int,
    frames: int,
    noise: Array | None = None,
    tick: Callable[[], None] | None = None,
) -> Rows:
    """Rows of random cells of windows spread evenly over the frames; at most ``frames`` frames are read in all.

    ``noise (channels,)``, the standard deviation of white noise, is taken into account in powers of a channel.
    """
    parts: list[tuple[NDArray[Any], ...]] = []
    share = max(1, frames // len(fields))
    count = sum(len(_middles(field.frames, form.half, share)) for field in fields)
    for field in fields:
        sampler = _Sampler(field, terms, form, np.zeros(field.channels) if noise is None else noise)
        for middle in _middles(field.frames, form.half, share):
            if tick is not None:
                tick()
            theta, target, part = sampler.window(middle, max(1, rows // count), rng)
            end = np.full(len(theta), (middle + form.half) / (field.frames - 1))
            parts.append((theta, target, end, part, part + _PARTS**2 * len(parts)))
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    wide = (form.radius + 1.0) ** len(fields[0].space)
    independent = min(float(len(joined[0])), count * float(np.prod(fields[0].space)) / wide)
    return Rows(
        theta=joined[0], target=joined[1], time=joined[2], part=joined[3], group=joined[4], independent=independent
    )


def _middles(frames: int, half: int, most: int) -> list[int]:
    """Middle frames of windows that overlap by half."""
    last = frames - 1 - half
    count = max(1, min((last - half) // max(half, 1) + 1, most // (2 * half + 1)))
    return sorted({round(m) for m in np.linspace(half, last, count)})


def unbiased_power(values: Array, power: int, noise: float) -> Array:
    """What has the mean x^power where ``values`` are x plus normal noise: the polynomials of Hermite."""
    before, now = np.ones_like(values), values
    for n in range(1, power):
        before, now = now, values * now - n * noise**2 * before
    return now


class _Sampler:
    """Windows of one field."""

    def __init__(self, field: Field, terms: Sequence[Term], form: FieldForm, noise: Array) -> None:
        self.noise = noise
        self.field, self.form, self.grid = field, form, grid_of(field, form)
        self.features = features(field.channels, len(field.space))
        self.plans = [_plan(term, self.features, field.channels) for term in terms]
        degree = max((self.features[f.var].degree for term in terms for f in term.factors), default=0)
        self.inside = self.grid.interior(form.radius + self.grid.reach(degree))
        self.smoother = self.grid.smoother(form.radius)
        self.inner_smoother = self.grid.smoother(form.radius // 2)
        self.weights, self.rate = time_weights(form.half, field.dt)

    def window(self, middle: int, rows: int, rng: np.random.Generator) -> tuple[Array, Array, NDArray[np.intp]]:
        """``theta``, ``target`` and part of space of random cells around one frame."""
        values = self.field.quantity(slice(middle - self.form.half, middle + self.form.half + 1))
        shape = [len(range(*s.indices(n))) for s, n in zip(self.inside, self.grid.space, strict=True)]
        cells = rng.choice(int(np.prod(shape)), min(rows, int(np.prod(shape))), replace=False)
        part = np.zeros(len(cells), dtype=np.intp)
        for place, n in zip(np.unravel_index(cells, shape), shape, strict=True):
            part = part * _PARTS + place * _PARTS // n
        averages: dict[Term, Spectrum] = {}
        slopes: dict[int, Array] = {}
        theta = np.empty((len(cells), len(self.plans)))
        for k, plan in enumerate(self.plans):
            if plan.inner not in averages:
                averages[plan.inner] = self._average(plan.inner, values, slopes)
            spectrum = averages[plan.inner]
            if plan.outer is not None:
                spectrum = spectrum * self.grid.multiplier(plan.outer.operator)
            theta[:, k] = self._cells(spectrum, cells) / plan.over
        target = np.empty((len(cells), self.field.channels))
        for c in range(self.field.channels):
            change = np.tensordot(self.rate, values[:, c], 1)
            target[:, c] = self._cells(self.grid.forward(change) * self.smoother, cells)
        return theta, target, part

    def _cells(self, spectrum: Spectrum, cells: NDArray[np.intp]) -> Array:
        return self.grid.backward(spectrum)[self.inside].reshape(-1)[cells]

    def _average(self, term: Term, values: Array, slopes: dict[int, Array]) -> Spectrum:
        """Fourier coefficients of the average of a product over the window."""
        product: Array | None = None
        for factor in term.factors:
            if factor.var < self.field.channels:
                power = unbiased_power(values[:, factor.var], factor.power, float(self.noise[factor.var]))
            else:
                if factor.var not in slopes:
                    slopes[factor.var] = self._slope(self.features[factor.var], values)
                power = slopes[factor.var] ** factor.power
            product = power if product is None else product * power
        if product is None:
            product = np.ones((len(values), *self.grid.space))
        return self.grid.forward(np.tensordot(self.weights, product, 1)) * self.smoother

    def _slope(self, feature: Feature, values: Array) -> Array:
        """A derivative frame by frame, lightly averaged in space against noise."""
        multiplier = self.grid.multiplier(feature.operator) * self.inner_smoother
        return self.grid.backward(self.grid.forward(values[:, feature.channel]) * multiplier)


def is_outer(term: Term, known: Sequence[Feature], channels: int) -> bool:
    """Whether a term needs no derivative of single frames: a product of channels, or an operator of one."""
    plan = _plan(term, known, channels)
    return all(f.var < channels for f in plan.inner.factors)


def _plan(term: Term, known: Sequence[Feature], channels: int) -> _Plan:
    """Moves the derivative D of ``u^p * D u`` outside where that is exact: if p = 0, or D is a first derivative."""
    derived = [f for f in term.factors if f.var >= channels]
    if len(derived) == 1 and derived[0].power == 1:
        feature = known[derived[0].var]
        others = [f for f in term.factors if f.var < channels]
        if not others:
            return _Plan(Term.of(Factor(feature.channel, "power", 1)), feature, 1.0)
        if feature.degree == 1 and len(others) == 1 and others[0].var == feature.channel:
            power = others[0].power + 1
            return _Plan(Term.of(Factor(feature.channel, "power", power)), feature, float(power))
    return _Plan(term, None, 1.0)
