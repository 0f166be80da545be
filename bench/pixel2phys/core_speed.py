"""``core``: seconds of the regression core, ours and PySINDy's in turns: 5,000 samples, degree 3.

Both get the same samples and the same exact derivatives, and both build the library and run STLSQ. Ours is
timed in the units and with the threshold rule that PySINDy uses (no column normalisation), and the supports
must be the same. ``solver_ratio`` (reported) compares STLSQ alone on one library matrix.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from bench.common.table import table
from bench.pixel2phys.api import regression_core, solver_core
from bench.pixel2phys.systems import BY_NAME, integrate

__all__ = ["run"]

Floats = NDArray[np.float64]

SAMPLES = 5000
THRESHOLD = 0.05
REPEATS = 5
CALLS = 20


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of group ``core``: the ratio of seconds a call, five repeats a system."""
    del workers
    rows = []
    for name, states, slopes in (("vanderpol", *_vanderpol()), ("lorenz", *_lorenz())):
        theta = _theta(states)
        solvers = _pysindy_solver(theta, slopes), solver_core(theta, slopes, THRESHOLD)
        theirs, ours = _pysindy(states, slopes), regression_core(states, slopes, THRESHOLD)
        same = bool(np.array_equal(theirs() != 0, ours() != 0))
        for repeat in range(1 if quick else REPEATS):
            slow, fast = _seconds(theirs), _seconds(ours)
            slow_solver, fast_solver = (_seconds(solver) for solver in solvers)
            rows.append(
                {
                    "system": name,
                    "repeat": repeat,
                    "pysindy_ms": 1e3 * slow,
                    "ours_ms": 1e3 * fast,
                    "ratio": slow / fast,
                    "solver_ratio": slow_solver / fast_solver,
                    "same_support": same,
                }
            )
    print(table(rows, tuple(rows[0])))
    return {"core": rows}


def _seconds(call: Callable[[], Floats]) -> float:
    """Median of ``CALLS`` calls."""
    spent = []
    for _ in range(CALLS):
        start = time.perf_counter()
        call()
        spent.append(time.perf_counter() - start)
    return float(np.median(spent))


def _pysindy(states: Floats, slopes: Floats) -> Callable[[], Floats]:
    import pysindy as ps

    def fit() -> Floats:
        model = ps.SINDy(optimizer=ps.STLSQ(threshold=THRESHOLD), feature_library=ps.PolynomialLibrary(degree=3))
        model.fit(states, t=1.0, x_dot=slopes)
        return np.asarray(model.coefficients(), dtype=np.float64)

    return fit


def _theta(states: Floats) -> Floats:
    """All monomials up to degree 3, built here."""
    columns = [np.ones(len(states))]
    for degree in (1, 2, 3):
        chosen = combinations_with_replacement(range(states.shape[1]), degree)
        columns += [np.prod(states[:, list(index)], axis=1) for index in chosen]
    return np.stack(columns, axis=1)


def _pysindy_solver(theta: Floats, slopes: Floats) -> Callable[[], Floats]:
    import pysindy as ps

    def fit() -> Floats:
        return np.asarray(ps.STLSQ(threshold=THRESHOLD).fit(theta, slopes).coef_, dtype=np.float64)

    return fit


def _vanderpol() -> tuple[Floats, Floats]:
    system = BY_NAME["vanderpol"]
    states = integrate(system.rhs, np.array([1.5, 0.5]), 0.01, SAMPLES - 1)
    return states, np.array([system.rhs(float(x), float(y)) for x, y in states])


def _lorenz() -> tuple[Floats, Floats]:
    """Lorenz 1963, sigma 10, rho 28, beta 8/3: 20 terms an equation at degree 3."""
    from scipy.integrate import solve_ivp

    def rhs(_t: float, z: Floats) -> Floats:
        x, y, w = z
        return np.array([10 * (y - x), x * (28 - w) - y, x * y - 8 / 3 * w])

    times = np.arange(SAMPLES) * 0.002
    states = solve_ivp(rhs, (0.0, times[-1]), [-8.0, 8.0, 27.0], "DOP853", times, rtol=1e-10).y.T
    return np.asarray(states, dtype=np.float64), np.array([rhs(0.0, z) for z in states])
