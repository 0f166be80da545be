"""The paper's four field systems: constants, grids, time steps, starts and true terms, fixed before any run.

Periodic squares of ``CELLS`` x ``CELLS`` cells. A start is ``base + amplitude * tanh(noise)`` in every channel, the
noise smooth and drawn from a generator seeded by (system, seed). The constants were chosen on seeds from 1000 on so
that the pattern changes visibly over all frames and a disturbance of 1e-5 grows less than tenfold over them:
spirals (Lambda-Omega), pulses (Brusselator), relaxation waves (FitzHugh-Nagumo), spots and stripes that sort
themselves (Swift-Hohenberg).

The product sees the first ``seen`` frames only; its law is rolled out from its first frame over all ``horizon`` steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.pixel2phys_fields.simulate import Reaction, Symbol, evolve, smooth_noise

__all__ = ["BY_NAME", "CELLS", "SYSTEMS", "FieldSystem", "Name", "initial", "simulate"]

Floats = NDArray[np.float64]
Name: TypeAlias = Literal["lambda_omega", "brusselator", "fitzhugh_nagumo", "swift_hohenberg"]
Coefficients: TypeAlias = Mapping[str, Mapping[str, float]]

CELLS = 128


@dataclass(frozen=True, kw_only=True)
class FieldSystem:
    """One law on a periodic square, how it starts, and how it is shown.

    ``symbol`` and ``reaction`` are what the simulator solves; ``truth`` says the same as coefficients of terms.
    ``low`` and ``high`` are the quantities shown as bytes 0 and 255, the same range for all seeds. ``bound`` is the
    paper's RMSE of the roll-out.
    """

    name: Name
    index: int
    channels: tuple[str, ...]
    truth: Coefficients
    symbol: Symbol
    reaction: Reaction
    length: float
    dt: float
    substeps: int
    seen: int
    horizon: int
    base: tuple[float, ...]
    amplitude: tuple[float, ...]
    modes: float
    low: tuple[float, ...]
    high: tuple[float, ...]
    bound: float


def initial(system: FieldSystem, seed: int, cells: int = CELLS, tiles: int = 1) -> Floats:
    """The start of ``seed`` (channels x cells x cells); ``tiles`` times the side with as much detail a length."""
    rng = np.random.default_rng([71, system.index, seed])
    noise = [smooth_noise(rng, size=cells, modes=system.modes * tiles) for _ in system.channels]
    parts = zip(system.base, system.amplitude, noise, strict=True)
    return np.stack([base + amplitude * np.tanh(field) for base, amplitude, field in parts])


def simulate(system: FieldSystem, seed: int, *, frames: int = 0, cells: int = CELLS, refined: int = 1) -> Floats:
    """The noise-free states (frames x channels x cells x cells), by default of all ``horizon`` steps.

    ``refined`` divides the simulator's step; ``cells`` refines the grid of the same square.
    """
    return evolve(
        initial(system, seed, cells),
        symbol=system.symbol,
        reaction=system.reaction,
        length=system.length,
        dt=system.dt,
        frames=frames or system.horizon + 1,
        substeps=system.substeps * refined,
    )


def _diffusion(*constants: float) -> Symbol:
    return lambda k2: np.stack([-constant * k2 for constant in constants])


def _lambda_omega(w: Floats) -> Floats:
    u, v = w
    a2 = u * u + v * v
    return np.stack([(1 - a2) * u + a2 * v, (1 - a2) * v - a2 * u])


def _brusselator(w: Floats) -> Floats:
    u, v = w
    return np.stack([1 - 3.5 * u + u * u * v, 2.5 * u - u * u * v])


def _fitzhugh_nagumo(w: Floats) -> Floats:
    u, v = w
    return np.stack([u - u**3 - v, 0.2 * u - 0.1 * v - 0.02])


def _swift_hohenberg(w: Floats) -> Floats:
    return np.asarray(w * w - w**3, dtype=np.float64)


#: D = .1, beta = 1.
_LAMBDA_OMEGA = FieldSystem(
    name="lambda_omega",
    index=1,
    channels=("u", "v"),
    truth={
        "u": {"lap_u": 0.1, "u": 1.0, "u^3": -1.0, "u v^2": -1.0, "u^2 v": 1.0, "v^3": 1.0},
        "v": {"lap_v": 0.1, "v": 1.0, "v^3": -1.0, "u^2 v": -1.0, "u v^2": -1.0, "u^3": -1.0},
    },
    symbol=_diffusion(0.1, 0.1),
    reaction=_lambda_omega,
    length=20.0,
    dt=0.05,
    substeps=1,
    seen=250,
    horizon=1000,
    base=(0.0, 0.0),
    amplitude=(1.0, 1.0),
    modes=2.0,
    low=(-1.2, -1.2),
    high=(1.2, 1.2),
    bound=0.03,
)
#: Du = 1, Dv = .5, a = 1, b = 2.5.
_BRUSSELATOR = FieldSystem(
    name="brusselator",
    index=2,
    channels=("u", "v"),
    truth={
        "u": {"lap_u": 1.0, "1": 1.0, "u": -3.5, "u^2 v": 1.0},
        "v": {"lap_v": 0.5, "u": 2.5, "u^2 v": -1.0},
    },
    symbol=_diffusion(1.0, 0.5),
    reaction=_brusselator,
    length=64.0,
    dt=0.05,
    substeps=1,
    seen=250,
    horizon=1000,
    base=(1.0, 2.5),
    amplitude=(0.8, 0.8),
    modes=2.0,
    low=(0.0, 0.5),
    high=(4.0, 4.5),
    bound=0.12,
)
#: Du = 1, Dv = .2, k = 0, eps = .2, a1 = .5, a0 = .1.
_FITZHUGH_NAGUMO = FieldSystem(
    name="fitzhugh_nagumo",
    index=3,
    channels=("u", "v"),
    truth={
        "u": {"lap_u": 1.0, "u": 1.0, "u^3": -1.0, "v": -1.0},
        "v": {"lap_v": 0.2, "u": 0.2, "v": -0.1, "1": -0.02},
    },
    symbol=_diffusion(1.0, 0.2),
    reaction=_fitzhugh_nagumo,
    length=64.0,
    dt=0.1,
    substeps=1,
    seen=250,
    horizon=1000,
    base=(0.0, 0.0),
    amplitude=(1.0, 1.0),
    modes=2.0,
    low=(-1.4, -1.2),
    high=(1.4, 1.2),
    bound=0.16,
)
#: r = .3, g = 1.
_SWIFT_HOHENBERG = FieldSystem(
    name="swift_hohenberg",
    index=4,
    channels=("u",),
    truth={"u": {"u": -0.7, "lap_u": -2.0, "bih_u": -1.0, "u^2": 1.0, "u^3": -1.0}},
    symbol=lambda k2: (0.3 - (1 - k2) ** 2)[None],
    reaction=_swift_hohenberg,
    length=60.0,
    dt=0.25,
    substeps=4,
    seen=100,
    horizon=200,
    base=(0.0,),
    amplitude=(0.5,),
    modes=8.0,
    low=(-1.0,),
    high=(1.6,),
    bound=0.18,
)

SYSTEMS: tuple[FieldSystem, ...] = (_LAMBDA_OMEGA, _BRUSSELATOR, _FITZHUGH_NAGUMO, _SWIFT_HOHENBERG)
BY_NAME: Mapping[str, FieldSystem] = {system.name: system for system in SYSTEMS}
