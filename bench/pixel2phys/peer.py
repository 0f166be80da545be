"""``pysindy``: the same trajectories through PySINDy and through our search, and the two regression cores.

PySINDy gets what it is best with: its threshold is tuned on the truth over a stated grid, separately for
every system, source and differentiation, and only its best setting is compared. For the Glider its library
is given the true functions. Ours gets its defaults, the same for all.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.common.pool import run_cases
from bench.common.table import table
from bench.common.terms import compare, support
from bench.pixel2phys import api
from bench.pixel2phys.judge import judge_law
from bench.pixel2phys.noise import noisy_track
from bench.pixel2phys.scenes import SIZE, system_video
from bench.pixel2phys.systems import BY_NAME, FIT_FRAMES, SYSTEMS, System, fps, trajectory

__all__ = ["SEEDS", "SOURCES", "THRESHOLDS", "best_setting", "run", "sindy_exact"]

Floats = NDArray[np.float64]

SEEDS = tuple(range(5))
#: ``video``: positions our tracker read from the H.264 video; ``clean``: the simulator's; ``noise_0.5``: with noise.
SOURCES = ("clean", "noise_0.5", "video")
THRESHOLDS = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5)
DIFFERENTIATIONS = ("finite_difference", "smoothed_finite_difference")


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of groups ``peer`` (a run each of ours) and ``peer_support`` (a system and source each)."""
    seeds = (1000,) if quick else SEEDS
    cases = [
        {"source": source, "system": s.name, "seed": seed} for source in SOURCES for s in SYSTEMS for seed in seeds
    ]
    rows = run_cases(case, cases, label="pysindy", workers=workers)
    compared = [_compared(source, system.name, rows) for source in SOURCES for system in SYSTEMS]
    print(table(compared, tuple(compared[0])))
    return {"peer": rows, "peer_support": compared}


def case(values: Mapping[str, object]) -> dict[str, object]:
    """One trajectory: ours exact or not, and PySINDy's settings that were exact."""
    system, seed, source = BY_NAME[str(values["system"])], int(str(values["seed"])), str(values["source"])
    with TemporaryDirectory() as name:
        folder = Path(name)
        t, states = _positions(system, seed, source, folder)
        outcome = api.run_table(api.write_table(folder / "track.csv", t, states), folder / "run")
        ours = judge_law(outcome.law, system.truth, trajectory(system, seed).states, system.dt)
    tried = {
        f"{differentiation} {threshold}": sindy_exact(system, t, states, differentiation, threshold)
        for differentiation in DIFFERENTIATIONS
        for threshold in THRESHOLDS
    }
    exact = [setting for setting, found in tried.items() if found]
    return {**ours, **outcome.columns(), "pysindy_exact_settings": exact}


def sindy_exact(system: System, t: Floats, states: Floats, differentiation: str, threshold: float) -> bool:
    """Whether PySINDy finds exactly the true terms with this setting (a fit that fails is not exact)."""
    import pysindy as ps

    derivative = ps.FiniteDifference() if differentiation == "finite_difference" else ps.SmoothedFiniteDifference()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = ps.SINDy(
            optimizer=ps.STLSQ(threshold=threshold),
            feature_library=_library(ps, system),
            differentiation_method=derivative,
        )
        model.fit(states, t=t, feature_names=["x", "y"])
        names: Sequence[str] = model.get_feature_names()
        coefficients = np.asarray(model.coefficients())
    found = {
        variable: support(name for name, value in zip(names, row, strict=True) if value != 0.0)
        for variable, row in zip(("x", "y"), coefficients, strict=True)
    }
    return compare(found, system.truth).exact


def best_setting(rows: Sequence[Mapping[str, object]]) -> tuple[str, int]:
    """The setting that is exact on the most of the rows, and on how many."""
    counts: dict[str, int] = {}
    for row in rows:
        settings = row.get("pysindy_exact_settings")
        for setting in settings if isinstance(settings, list) else []:
            counts[str(setting)] = counts.get(str(setting), 0) + 1
    return max(counts.items(), key=lambda item: item[1], default=("none", 0))


def _compared(source: str, system: str, rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    mine = [row for row in rows if row["source"] == source and row["system"] == system]
    setting, theirs = best_setting(mine)
    ours = sum(row.get("exact") is True for row in mine)
    return {
        "source": source,
        "system": system,
        "runs": len(mine),
        "ours_exact": ours,
        "pysindy_exact": theirs,
        "pysindy_setting": setting,
        "not_worse": ours >= theirs,
    }


def _library(ps: Any, system: System) -> Any:
    polynomials = ps.PolynomialLibrary(degree=3)
    if system.name != "glider":
        return polynomials
    functions = [  # PySINDy counts the arguments of each function, which NumPy's own do not tell
        lambda a: np.sin(a),  # noqa: PLW0108
        lambda a: np.cos(a),  # noqa: PLW0108
        lambda a, b: np.cos(b) / a,
        lambda a, b: np.sin(b) / a,
    ]
    names = [
        lambda a: f"sin({a})",
        lambda a: f"cos({a})",
        lambda a, b: f"cos({b})/{a}",
        lambda a, b: f"sin({b})/{a}",
    ]
    return polynomials + ps.CustomLibrary(library_functions=functions, function_names=names)


def _positions(system: System, seed: int, source: str, folder: Path) -> tuple[Floats, Floats]:
    if source == "clean":
        true = trajectory(system, seed)
        return true.t[:FIT_FRAMES], true.states[:FIT_FRAMES]
    if source == "noise_0.5":
        return noisy_track(system, seed, 0.005)
    video = system_video(system, seed, folder / "video.mp4")
    tracked = api.run_video(
        video, folder / "tracked", fps=fps(system), scale=system.scale, origin=system.origin(SIZE), max_rounds=1
    ).pixels
    if tracked is None:
        raise RuntimeError("the run kept no tracked path")
    origin = np.asarray(system.origin(SIZE))
    seen = np.isfinite(tracked[1]).all(axis=1)
    times = np.asarray(tracked[0][seen] * system.dt, dtype=np.float64)
    return times, np.asarray((tracked[1][seen] - origin) * [system.scale, -system.scale], dtype=np.float64)
