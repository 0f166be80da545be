"""``cost``: seconds and peak memory from an array of 1,000 frames to its law, against the number of cells.

Lambda-Omega in two channels of float32 on 64, 128 and 256 cells a side, the cells alike. Each run is a process of
its own, one at a time; all of its frames are seen, none is rolled out by the benchmark.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.common.child import measured_child, peak_megabytes
from bench.common.table import table
from bench.pixel2phys_fields.simulate import evolve
from bench.pixel2phys_fields.sources import Shown
from bench.pixel2phys_fields.systems import BY_NAME, CELLS, initial

__all__ = ["SIDES", "child", "run", "slope"]

SYSTEM = "lambda_omega"
SIDES = (64, 128, 256)
FRAMES, REPEATS = 1000, 3


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of groups ``cost`` (a run each) and ``cost_slope`` (one)."""
    del workers  # timed runs never share the machine with each other
    sides, repeats, frames = ((32, 64), 1, 200) if quick else (SIDES, REPEATS, FRAMES)
    rows: list[dict[str, object]] = []
    with TemporaryDirectory() as folder:
        for side in sides:
            shown = make(side, 1000 if quick else 0, frames, Path(folder))
            for repeat in range(repeats):
                said = json.dumps({**asdict(shown), "path": str(shown.path)})
                load = os.getloadavg()[0]
                measured = measured_child("bench.pixel2phys_fields.cost", [said])
                rows.append({"side": side, "frames": frames, "repeat": repeat, "load_before": load, **measured})
                print(f"[cost] {rows[-1]}", flush=True)
            shown.path.unlink()
    print(table(rows, ("side", "repeat", "whole_seconds", "run_seconds", "peak_mb", "verdict", "load_before", "error")))
    return {"cost": rows, "cost_slope": [{"system": SYSTEM, "sides": list(sides), "slope": slope(rows)}]}


def make(side: int, seed: int, frames: int, folder: Path) -> Shown:
    """The array of one size: the same cells, so that a larger one holds more of the pattern."""
    system = BY_NAME[SYSTEM]
    tiles = side / CELLS
    start = initial(replace(system, modes=system.modes * tiles), seed, side)
    path = folder / f"{side}.npy"
    values = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(frames, *start.shape))
    block = 50
    for first in range(0, frames, block):
        # One frame more than is kept: it starts the next block.
        states = evolve(
            start,
            symbol=system.symbol,
            reaction=system.reaction,
            length=system.length * tiles,
            dt=system.dt,
            frames=block + 1,
            substeps=system.substeps,
        )
        values[first : first + block] = states[: min(block, frames - first)]
        start = states[-1]
    values.flush()
    return Shown(
        path=path,
        source="npy",
        names=system.channels,
        dt=system.dt,
        spacing=system.length / CELLS,
        periodic=True,
        low=system.low,
        high=system.high,
    )


def child(shown: Shown) -> dict[str, object]:
    """Run the agent on an array in this process; seconds of the run and this process's peak memory."""
    from bench.pixel2phys_fields import api

    with TemporaryDirectory() as folder:
        outcome = api.run_shown(shown, Path(folder) / "run")
    return {
        "run_seconds": outcome.seconds,
        "peak_mb": peak_megabytes(),
        "status": outcome.status,
        "verdict": outcome.verdict,
        "error": outcome.error,
        "law_found": outcome.law is not None and outcome.status == "complete",
    }


def slope(rows: Sequence[Mapping[str, object]]) -> float | None:
    """Slope of log seconds (the least of the repeats) over log cells; None unless every run came to a law."""
    least: dict[int, float] = {}
    for row in rows:
        side, seconds = row["side"], row.get("whole_seconds")
        if row.get("law_found") is not True or not isinstance(side, int) or not isinstance(seconds, float):
            return None
        least[side] = min(seconds, least.get(side, seconds))
    if len(least) < 2:
        return None
    cells = [float(side) ** 2 for side in least]
    return float(np.polyfit(np.log(cells), np.log(list(least.values())), 1)[0])


def _shown(text: str) -> Shown:
    said = json.loads(text)
    lists = {name: tuple(value) for name, value in said.items() if isinstance(value, list)}
    return Shown(**{**said, **lists, "path": Path(said["path"])})


if __name__ == "__main__":
    print(json.dumps(child(_shown(sys.argv[1]))))
