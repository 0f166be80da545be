"""Sampled trajectories: the border value between tracking and law search."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lookagain.core.errors import InputError

__all__ = ["Array", "Trajectory"]

Array = NDArray[np.float64]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,31}\Z")
_HEADER = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]{0,31})(?: \[(?P<unit>[^\[\]]*)\])?\Z")
_RESERVED = frozenset({"sin", "cos", "exp"})
_MAX_SAMPLES = 1_000_000
_MAX_VARIABLES = 12
_STEP = (1e-9, 1e9)
"""Seconds between two samples."""
_SIZE = (1e-30, 1e30)
"""Largest magnitude of a variable that is not 0 throughout: its fifth power, squared, is still a number."""
_EXAMPLE = "'t [s],x [m],y [m]' or 't,x,y'"


def _frozen(values: ArrayLike) -> Array:
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, kw_only=True, eq=False)
class Trajectory:
    """``x (n, d)`` seen at times ``t (n,)`` in seconds; NaN marks a missing sample.

    ``sigma (n, d)`` is the standard deviation of each sample, where the tracker knows it. Times rise
    strictly, by 1e-9 to 1e9 s; the largest magnitude of a variable is 0 or lies between 1e-30 and 1e30.
    Arrays are copied and read-only. Raises ``InputError`` when shapes, names or times do not fit.
    """

    t: Array
    x: Array
    names: tuple[str, ...]
    units: tuple[str, ...] = ()
    sigma: Array | None = None

    def __post_init__(self) -> None:
        t, x = _frozen(self.t), _frozen(self.x)
        if x.ndim == 1:
            x = _frozen(x[:, None])
        names = tuple(self.names)
        units = tuple(self.units) or ("",) * len(names)
        _check_shape(t, x, names, units)
        object.__setattr__(self, "t", t)
        object.__setattr__(self, "x", x)
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "units", units)
        if self.sigma is not None:
            sigma = _frozen(self.sigma)
            if sigma.ndim == 1 and sigma.shape == t.shape:
                sigma = _frozen(np.repeat(sigma[:, None], x.shape[1], axis=1))
            if sigma.shape != x.shape:
                raise InputError(f"sigma must have the shape of x, {x.shape}; got {sigma.shape}.")
            if not np.all((sigma > 0) | np.isnan(sigma)) or np.any(np.isinf(sigma)):
                raise InputError("sigma must be positive and finite, or NaN where it is unknown.")
            _check_size(sigma, "sigma")
            object.__setattr__(self, "sigma", sigma)

    @property
    def n(self) -> int:
        """Number of samples, missing ones included."""
        return len(self.t)

    @property
    def d(self) -> int:
        """Number of variables."""
        return int(self.x.shape[1])

    def take(self, start: int, stop: int) -> Trajectory:
        """The samples ``start <= i < stop``."""
        sigma = None if self.sigma is None else self.sigma[start:stop]
        return replace(self, t=self.t[start:stop], x=self.x[start:stop], sigma=sigma)

    def every(self, k: int) -> Trajectory:
        """The first sample and every ``k``-th after it."""
        sigma = None if self.sigma is None else self.sigma[::k]
        return replace(self, t=self.t[::k], x=self.x[::k], sigma=sigma)

    def split(self, fraction: float) -> tuple[Trajectory, Trajectory]:
        """The fitting part and the held-out tail, which holds about ``fraction`` of the samples."""
        if not 0 < fraction < 1:
            raise InputError(f"the held-out fraction must lie between 0 and 1; got {fraction:g}.")
        cut = min(max(1, round(self.n * (1 - fraction))), self.n - 1)
        if self.n < 2:
            raise InputError(f"a trajectory of {self.n} samples cannot be split.")
        return self.take(0, cut), self.take(cut, self.n)

    def finite(self) -> Trajectory:
        """Only the samples in which every variable was seen."""
        keep = np.isfinite(self.x).all(axis=1)
        sigma = None if self.sigma is None else self.sigma[keep]
        return replace(self, t=self.t[keep], x=self.x[keep], sigma=sigma)

    def to_csv(self, path: Path | None = None) -> str:
        """A table with one row a sample, written to ``path`` if given; floats round-trip exactly."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        heads = [f"{n} [{u}]" for n, u in zip(self.names, self.units, strict=True)]
        sigma_heads = [] if self.sigma is None else [f"sigma {head}" for head in heads]
        writer.writerow(["t [s]", *heads, *sigma_heads])
        columns = self.x if self.sigma is None else np.hstack([self.x, self.sigma])
        for time, row in zip(self.t, columns, strict=True):
            writer.writerow([repr(float(time)), *("" if np.isnan(v) else repr(float(v)) for v in row)])
        text = out.getvalue()
        if path is not None:
            path.write_text(text, encoding="utf-8", newline="")
        return text

    @classmethod
    def from_csv(cls, source: Path | str) -> Trajectory:
        """Reads a table with a header: a path, or the text itself. Raises ``InputError`` with the line at fault.

        The header is what ``to_csv`` writes, such as ``t [s],x [m],y [m]``, and after all variables, where known, their
        standard deviations ``sigma x [m],sigma y [m]``; or without units, ``t,x,y``. Times are in seconds. An empty
        cell is a missing sample.
        """
        path = source if isinstance(source, Path) else None
        if isinstance(source, Path):
            try:
                text = source.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise InputError(f"not a readable text file ({error}).", path=source) from error
        else:
            text = source
        try:
            rows = [row for row in csv.reader(io.StringIO(text)) if row]
        except csv.Error as error:
            raise InputError(f"not a CSV table ({error}).", path=path) from error
        if not rows:
            raise InputError(f"the table is empty; expected a header such as {_EXAMPLE}.", path=path)
        names, units, with_sigma = _parse_header(rows[0], path)
        width = 1 + len(names) * (2 if with_sigma else 1)
        table = np.array([_parse_row(row, width, line, path) for line, row in enumerate(rows[1:], start=2)])
        table = table.reshape(len(rows) - 1, width)
        d = len(names)
        sigma = table[:, 1 + d :] if with_sigma else None
        return cls(t=table[:, 0], x=table[:, 1 : 1 + d], names=names, units=units, sigma=sigma)


def _check_shape(t: Array, x: Array, names: tuple[str, ...], units: tuple[str, ...]) -> None:
    if t.ndim != 1 or x.ndim != 2 or len(t) != len(x) or not len(t):
        raise InputError(f"expected t (n,) and x (n, d) with n > 0; got t {t.shape} and x {x.shape}.")
    if len(t) > _MAX_SAMPLES or x.shape[1] > _MAX_VARIABLES:
        raise InputError(
            f"at most {_MAX_SAMPLES} samples of {_MAX_VARIABLES} variables; got {x.shape}.", limit="samples"
        )
    with np.errstate(over="ignore", invalid="ignore"):
        rising = np.isfinite(t).all() and np.all(np.diff(t) > 0)
    if not rising:
        raise InputError("times must be finite and rise strictly.", hint="Sort the samples, drop repeats.")
    steps = np.diff(t)
    if len(steps) and not (steps.min() >= _STEP[0] and steps.max() <= _STEP[1]):
        raise InputError(
            f"time steps must lie between {_STEP[0]:g} and {_STEP[1]:g} s; they go from {steps.min():.3g} to "
            f"{steps.max():.3g} s.",
            limit="time step",
            hint="Use another unit of time, and give it as seconds.",
        )
    if np.isinf(x).any():
        raise InputError("x holds infinite values.", hint="Mark missing samples by NaN.")
    _check_size(x, "x")
    if len(names) != x.shape[1] or len(units) != x.shape[1] or len(set(names)) != len(names):
        raise InputError(f"expected {x.shape[1]} different names and units; got {names} and {units}.")
    for name in names:
        if not _NAME.match(name) or name in _RESERVED:
            raise InputError(f"{name!r} is not a variable name.", hint="Use a letter, then letters, digits, _.")
    for unit in units:
        if re.search(r"[\[\]\r\n]", unit) or len(unit) > 32:
            raise InputError(f"{unit!r} is not a unit.", hint="At most 32 characters without brackets.")


def _check_size(values: Array, what: str) -> None:
    if not values.size:
        return
    largest = np.where(np.isfinite(values), np.abs(values), 0.0).max(axis=0)
    wrong = (largest > 0) & ~((largest >= _SIZE[0]) & (largest <= _SIZE[1]))
    if wrong.any():
        raise InputError(
            f"the largest magnitude in {what} must be 0 or lie between {_SIZE[0]:g} and {_SIZE[1]:g}; it is "
            f"{largest[wrong][0]:.3g}.",
            limit="magnitude",
            hint="Use another unit.",
        )


def _parse_header(row: Sequence[str], path: Path | None) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    row = [cell.strip() for cell in row]
    heads = row[1:]
    with_sigma = any(head.startswith("sigma ") for head in heads)
    plain = heads[: len(heads) // 2] if with_sigma else heads
    fits = (
        row[0] in ("t [s]", "t") and plain and (not with_sigma or heads[len(plain) :] == [f"sigma {h}" for h in plain])
    )
    found = [_HEADER.match(head) for head in plain]
    if not fits or not all(found):
        raise InputError(
            f"line 1: expected a header such as {_EXAMPLE}; got {','.join(row)[:80]!r}.",
            path=path,
            hint="The first column holds times in seconds; standard deviations follow as 'sigma x [m]'.",
        )
    return (
        tuple(m["name"] for m in found if m),
        tuple(m["unit"] or "" for m in found if m),
        with_sigma,
    )


def _parse_row(row: Sequence[str], width: int, line: int, path: Path | None) -> list[float]:
    if len(row) != width:
        raise InputError(f"line {line}: expected {width} cells; got {len(row)}.", path=path)
    try:
        return [float(cell) if cell else float("nan") for cell in row]
    except ValueError as error:
        raise InputError(f"line {line}: expected numbers; got {','.join(row)[:80]!r}.", path=path) from error
