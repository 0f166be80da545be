"""``patterns``: four systems, from arrays and videos of the first frames to the law and its roll-out over all steps.

The roll-out starts from the first state that the product itself fitted, so what a video lost counts too;
``rmse_true_start`` starts from the true first state, so that only the law counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.common.pool import run_cases
from bench.common.table import table
from bench.common.verdicts import wrong_confirmed
from bench.pixel2phys_fields import api
from bench.pixel2phys_fields.judge import Floats, judge_terms, rollout
from bench.pixel2phys_fields.sources import SOURCES, Shown, Source, show
from bench.pixel2phys_fields.systems import BY_NAME, CELLS, SYSTEMS, FieldSystem, simulate

__all__ = ["PAPER", "SEEDS", "run", "shown_as", "summary"]

SEEDS = tuple(range(3))
#: RMSE and steps before the error passes .5, as the paper reports them; stored beside our rows.
PAPER = {
    "lambda_omega": (0.03, 1000),
    "brusselator": (0.12, 1000),
    "fitzhugh_nagumo": (0.16, 1000),
    "swift_hohenberg": (0.18, 200),
}


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of group ``patterns``, and the paper's figures as group ``paper``."""
    seeds = (1000,) if quick else SEEDS
    with TemporaryDirectory() as folder:
        starts = [{"system": system.name, "seed": seed, "folder": folder} for system in SYSTEMS for seed in seeds]
        made = run_cases(make, starts, label="simulate", workers=workers)
        cases = [{**start, "source": source} for source in SOURCES for start in starts]
        rows = run_cases(case, cases, label="patterns", workers=workers)
    for row in (*made, *rows):
        del row["folder"]
    print(summary(rows))
    paper: list[dict[str, object]] = [
        {"system": name, "rmse": rmse, "valid_steps": steps, "source": "reported by the paper, not measured here"}
        for name, (rmse, steps) in PAPER.items()
    ]
    return {"patterns": rows, "simulated": made, "paper": paper}


def make(values: Mapping[str, object]) -> dict[str, object]:
    """Simulate one start for all sources, and again with half the step: their largest difference."""
    system, seed = BY_NAME[str(values["system"])], int(str(values["seed"]))
    states = simulate(system, seed)
    fine = simulate(system, seed, refined=2)
    np.save(_truth(values), states)
    return {
        "half_step_difference": float(np.abs(states - fine).max()),
        "spread": [float(value) for value in states.std(axis=(0, 2, 3))],
        "change_a_frame_at_the_end": float(np.sqrt(np.mean((states[-1] - states[-2]) ** 2))),
    }


def case(values: Mapping[str, object]) -> dict[str, object]:
    """One source of one start: shown, run, judged."""
    system, source = BY_NAME[str(values["system"])], _source(str(values["source"]))
    truth: Floats = np.load(_truth(values), mmap_mode="r")
    with TemporaryDirectory() as name:
        folder = Path(name)
        shown = show(truth[: system.seen], shown_as(system, source, folder))
        outcome = api.run_shown(shown, folder / "run")
        judged = judge_terms(outcome.law.coefficients if outcome.law else None, system.truth)
        row = {**judged, **_rolled(outcome.law, truth, system)}
    return {**row, **outcome.columns(), "wrong_confirmed": wrong_confirmed(outcome, judged)}


def shown_as(system: FieldSystem, source: Source, folder: Path) -> Shown:
    """What is told beside the file: seconds a frame, cells, borders, and for videos the meaning of the bytes."""
    return Shown(
        path=folder / ("field.npy" if source == "npy" else "field.mkv" if source == "ffv1" else "field.mp4"),
        source=source,
        names=system.channels,
        dt=system.dt,
        spacing=system.length / CELLS,
        periodic=True,
        low=system.low,
        high=system.high,
    )


def summary(rows: list[dict[str, object]]) -> str:
    """One line a system and source."""
    lines: list[dict[str, object]] = []
    for source in SOURCES:
        for system in SYSTEMS:
            mine = [row for row in rows if row["system"] == system.name and row["source"] == source]
            lines.append(
                {
                    "source": source,
                    "system": system.name,
                    "runs": len(mine),
                    "exact": sum(row.get("exact") is True for row in mine),
                    "confirmed": sum(row.get("verdict") == "confirmed" for row in mine),
                    "errors": sum(bool(row.get("error")) for row in mine),
                    "rmse": [row.get("rmse") for row in mine],
                    "true start": [row.get("rmse_true_start") for row in mine],
                    "valid": [row.get("valid_steps") for row in mine],
                    "coefficients": [row.get("coefficient_error") for row in mine],
                }
            )
    return table(lines, tuple(lines[0]))


def _rolled(law: api.FieldLaw | None, truth: Floats, system: FieldSystem) -> dict[str, object]:
    """Columns of both roll-outs; None in each where the law cannot be simulated."""
    row: dict[str, object] = {"rmse": None, "valid_steps": None, "error_last": None, "rmse_true_start": None}
    if law is None:
        return row
    try:
        row |= rollout(law.simulate(system.horizon + 1, system.dt), truth)
        given = rollout(law.simulate(system.horizon + 1, system.dt, np.array(truth[0])), truth)
    except api.SimulationError as error:
        return {**row, "simulation": str(error)}
    return {**row, "rmse_true_start": given["rmse"]}


def _truth(values: Mapping[str, object]) -> Path:
    return Path(str(values["folder"])) / f"{values['system']}-{values['seed']}.npy"


def _source(text: str) -> Source:
    return next(source for source in SOURCES if source == text)
