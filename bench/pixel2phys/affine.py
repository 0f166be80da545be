"""``affine``: the videos of ``five`` again, without origin and scale: the law in pixels.

Terms are compared up to an affine map of each axis: a bracket ``(x - 127.5)`` counts as ``x``, scale and
shift inside a function are dropped. So the agent's own shift is believed for the terms; the roll-out,
judged in pixels against the noise-free path, believes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.common.pool import run_cases
from bench.common.verdicts import wrong_confirmed
from bench.pixel2phys import api
from bench.pixel2phys.five import SEEDS, summary
from bench.pixel2phys.judge import judge_law
from bench.pixel2phys.scenes import SIZE, system_path, system_video
from bench.pixel2phys.systems import BY_NAME, HORIZON, SYSTEMS, System, fps

__all__ = ["run"]


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of group ``affine``."""
    seeds = (1000,) if quick else SEEDS
    cases = [{"system": system.name, "seed": seed} for system in SYSTEMS for seed in seeds]
    rows = run_cases(case, cases, label="affine", workers=workers)
    print(summary(rows))
    return {"affine": rows}


def case(values: Mapping[str, object]) -> dict[str, object]:
    """One video, told only its frame rate."""
    system, seed = BY_NAME[str(values["system"])], int(str(values["seed"]))
    with TemporaryDirectory() as folder:
        video = system_video(system, seed, Path(folder) / "video.mp4")
        # The method's variables are the centroid's x and y; a circle alone would be told by its angle.
        outcome = api.run_video(video, Path(folder) / "run", fps=fps(system), coordinates="xy")
        pixels = system_path(system, seed, HORIZON + 1)
        truth = outcome.law.from_pixels(pixels) if outcome.law else None
        judged = judge_law(outcome.law, system.truth, pixels if truth is None else truth, system.dt, shifts=True)
        if truth is None:
            judged |= {"exact": False, "r2": None, "r2_tail": None, "simulation": "no law in plane coordinates"}
        wrong = wrong_confirmed(outcome, judged)
        return {**judged, **outcome.columns(), "wrong_confirmed": wrong, **_shift(outcome.law, system)}


def _shift(law: api.FoundLaw | None, system: System) -> dict[str, object]:
    """How far the law's own origin lies from the true one, in pixels (reported, not judged)."""
    at_zero = law.to_pixels(np.zeros((1, 2))) if law else None
    if at_zero is None:
        return {"origin_error_px": None}
    return {"origin_error_px": float(np.hypot(*(at_zero[0] - system.origin(SIZE))))}
