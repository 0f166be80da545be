"""``noise`` and ``lawless``: tracks with added noise, and videos that hold no law to confirm."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import numpy as np
from numpy.typing import NDArray

from bench.common.pool import run_cases
from bench.common.table import table
from bench.common.verdicts import withheld, wrong_confirmed
from bench.pixel2phys import api
from bench.pixel2phys.five import summary
from bench.pixel2phys.judge import judge_law
from bench.pixel2phys.scenes import LAWLESS, Lawless, lawless_video
from bench.pixel2phys.systems import BY_NAME, FIT_FRAMES, SYSTEMS, System, trajectory

__all__ = ["LAWLESS_RUNS", "LEVELS", "SEEDS", "noisy_track", "run", "run_lawless"]

Floats = NDArray[np.float64]

SEEDS = tuple(range(100, 120))
#: Standard deviation of the added noise as a share of each coordinate's range over the 200 frames.
LEVELS = {"noise_0.5": 0.005, "noise_2": 0.02}
#: Videos a kind, seeds 200 on.
LAWLESS_RUNS: Mapping[Lawless, int] = {
    "random_walk": 10,
    "ornstein_uhlenbeck": 10,
    "still": 5,
    "cut": 10,
    "shaking": 10,
    "forced": 10,
    "hidden": 10,
    "switching": 5,
}


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of groups ``noise_0.5`` and ``noise_2``."""
    seeds = (1100,) if quick else SEEDS
    groups: dict[str, list[dict[str, object]]] = {}
    for name, level in LEVELS.items():
        cases = [{"system": system.name, "seed": seed, "level": level} for system in SYSTEMS for seed in seeds]
        groups[name] = run_cases(case, cases, label=name, workers=workers)
        print(summary(groups[name]))
    return groups


def run_lawless(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of group ``lawless``."""
    cases = [
        {"kind": kind, "seed": (1200 if quick else 200) + k}
        for kind, count in LAWLESS_RUNS.items()
        for k in range(1 if quick else count)
    ]
    rows = run_cases(lawless_case, cases, label="lawless", workers=workers)
    print(
        table(
            [_count(kind, rows) for kind in LAWLESS_RUNS],
            ("kind", "runs", "undecided", "refuted", "error", "confirmed"),
        )
    )
    return {"lawless": rows}


def noisy_track(system: System, seed: int, level: float) -> tuple[Floats, Floats]:
    """Times and states of the 200 frames with white Gaussian noise of ``level`` times the range."""
    true = trajectory(system, seed)
    states = true.states[:FIT_FRAMES]
    rng = np.random.default_rng([31, system.index, seed, round(level * 1e6)])
    sigma = level * np.ptp(states, axis=0)
    return true.t[:FIT_FRAMES], states + sigma * rng.standard_normal(states.shape)


def case(values: Mapping[str, object]) -> dict[str, object]:
    """One noisy track, entering as a table; judged against the noise-free trajectory."""
    system, seed = BY_NAME[str(values["system"])], int(str(values["seed"]))
    t, states = noisy_track(system, seed, float(str(values["level"])))
    with TemporaryDirectory() as folder:
        outcome = api.run_table(api.write_table(Path(folder) / "track.csv", t, states), Path(folder) / "run")
        judged = judge_law(outcome.law, system.truth, trajectory(system, seed).states, system.dt)
    return {**judged, **outcome.columns(), "wrong_confirmed": wrong_confirmed(outcome, judged)}


def lawless_case(values: Mapping[str, object]) -> dict[str, object]:
    """One video without a law to confirm.

    ``withheld``: undecided, or refused with an ``InputError``. Any other error is a defect: the run shows
    nothing, ``wrong_confirmed`` is None and no bar over it holds.
    """
    kind = cast(Lawless, str(values["kind"]))
    if kind not in LAWLESS:
        raise ValueError(f"expected one of {sorted(LAWLESS)}, got {kind!r}")
    with TemporaryDirectory() as folder:
        video = lawless_video(kind, int(str(values["seed"])), Path(folder) / "video.mp4")
        outcome = api.run_video(video, Path(folder) / "run", fps=30.0)
    return {**outcome.columns(), "withheld": withheld(outcome), "wrong_confirmed": wrong_confirmed(outcome)}


def _count(kind: str, rows: list[dict[str, object]]) -> dict[str, object]:
    mine = [row for row in rows if row["kind"] == kind]
    verdicts = {
        name: sum(row.get("verdict") == name and not row.get("error") for row in mine)
        for name in ("undecided", "refuted", "confirmed")
    }
    return {"kind": kind, "runs": len(mine), **verdicts, "error": sum(bool(row.get("error")) for row in mine)}
