"""``five``: five systems x 20 seeds, from the pixels of an H.264 video to the law in world units."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.common.pool import run_cases
from bench.common.table import table
from bench.common.verdicts import wrong_confirmed
from bench.pixel2phys import api
from bench.pixel2phys.judge import judge_law
from bench.pixel2phys.scenes import SIZE, system_video
from bench.pixel2phys.systems import BY_NAME, FIT_FRAMES, SYSTEMS, fps, trajectory

__all__ = ["PAPER_R2", "SEEDS", "run", "summary"]

SEEDS = tuple(range(20))
#: Means over five seeds as the paper reports them, over 1,000 steps; stored beside our rows.
PAPER_R2 = {"linear": 0.9913, "cubic": 0.9886, "circular": 1.0000, "vanderpol": 0.9954, "glider": 0.9995}


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of group ``five``, and the paper's means as group ``paper``."""
    seeds = (1000,) if quick else SEEDS
    cases = [{"system": system.name, "seed": seed} for system in SYSTEMS for seed in seeds]
    rows = run_cases(case, cases, label="five", workers=workers)
    print(summary(rows))
    paper: list[dict[str, object]] = [
        {"system": name, "r2": value, "seeds": 5, "source": "reported by the paper, not measured here"}
        for name, value in PAPER_R2.items()
    ]
    return {"five": rows, "paper": paper}


def case(values: Mapping[str, object]) -> dict[str, object]:
    """One video: rendered, run, judged."""
    system, seed = BY_NAME[str(values["system"])], int(str(values["seed"]))
    states = trajectory(system, seed).states
    with TemporaryDirectory() as folder:
        video = system_video(system, seed, Path(folder) / "video.mp4", FIT_FRAMES)
        # The method's variables are the centroid's x and y; a circle alone would be told by its angle.
        told = {"fps": fps(system), "scale": system.scale, "origin": system.origin(SIZE), "coordinates": "xy"}
        outcome = api.run_video(video, Path(folder) / "run", **told)
        judged = judge_law(outcome.law, system.truth, states, system.dt)
        return {**judged, **outcome.columns(), "wrong_confirmed": wrong_confirmed(outcome, judged)}


def summary(rows: list[dict[str, object]]) -> str:
    """One line a system: exact runs, minimum R2, verdicts."""
    lines: list[dict[str, object]] = []
    for system in SYSTEMS:
        mine = [row for row in rows if row["system"] == system.name]
        lines.append(
            {
                "system": system.name,
                "runs": len(mine),
                "exact": sum(row.get("exact") is True for row in mine),
                "min r2": _least(mine, "r2"),
                "min r2 tail": _least(mine, "r2_tail"),
                "confirmed": sum(row.get("verdict") == "confirmed" for row in mine),
                "undecided": sum(row.get("verdict") == "undecided" for row in mine),
                "errors": sum(bool(row.get("error")) for row in mine),
            }
        )
    return table(lines, tuple(lines[0]))


def _least(rows: list[dict[str, object]], column: str) -> float | None:
    numbers = [value for row in rows if isinstance(value := row.get(column), float)]
    return min(numbers) if len(numbers) == len(rows) and rows else None
