"""``guard``: moving pictures that hold no law of a field; to be confirmed is nothing.

Each is run with the level left to the planner, as users do, and told to be a field, which is the harder question.
``noise_array`` is white noise as an array of floats, for what no encoder has smoothed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from bench.common.pool import run_cases
from bench.common.table import table
from bench.common.verdicts import withheld, wrong_confirmed
from bench.common.video import Coding, write_video
from bench.pixel2phys_fields import api
from bench.pixel2phys_fields.scenes import FRAMES, SCENES, SIZE, Scene

__all__ = ["ARRAY", "KINDS", "LEVELS", "SEEDS", "run"]

SEEDS = tuple(range(200, 203))
LEVELS = ("field", "auto")
ARRAY = "noise_array"
KINDS: tuple[str, ...] = (*SCENES, ARRAY)
#: Noise is kept as it is; everything else comes from a camera's encoder.
_LOSSLESS = ("noise", "noise_smooth", "noise_coloured")


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of group ``guard``."""
    seeds = (1200,) if quick else SEEDS
    cases = [
        {"kind": kind, "level": level, "seed": seed}
        for kind in KINDS
        for level in (LEVELS[:1] if kind == ARRAY else LEVELS)
        for seed in seeds
    ]
    rows = run_cases(case, cases, label="guard", workers=workers)
    lines = [_count(kind, level, rows) for kind in KINDS for level in LEVELS]
    print(table([line for line in lines if line["runs"]], ("kind", "level", "runs", "withheld", "errors", "confirmed")))
    return {"guard": rows}


def case(values: Mapping[str, object]) -> dict[str, object]:
    """One moving picture."""
    kind, seed = str(values["kind"]), int(str(values["seed"]))
    rng = np.random.default_rng([74, KINDS.index(kind), seed])
    with TemporaryDirectory() as name:
        folder = Path(name)
        task: dict[str, object]
        if kind == ARRAY:
            np.save(folder / "noise.npy", rng.standard_normal((FRAMES, SIZE, SIZE)).astype(np.float32))
            task = {"array": folder / "noise.npy", "field": {"axes": "tyx"}}
        else:
            coding: Coding = "ffv1" if kind in _LOSSLESS else "h264"
            video = folder / ("scene.mkv" if coding == "ffv1" else "scene.mp4")
            task = {"video": write_video(video, _frames(kind, rng, seed), coding=coding), "level": values["level"]}
        outcome = api.run_file(task, folder / "run")
    return {**outcome.columns(), "withheld": withheld(outcome), "wrong_confirmed": wrong_confirmed(outcome)}


def _frames(kind: str, rng: np.random.Generator, seed: int) -> Iterator[NDArray[np.uint8]]:
    scene: Scene = next(scene for scene in SCENES if scene == kind)
    return islice(SCENES[scene](rng, seed), FRAMES)


def _count(kind: str, level: str, rows: list[dict[str, object]]) -> dict[str, object]:
    mine = [row for row in rows if row["kind"] == kind and row["level"] == level]
    return {
        "kind": kind,
        "level": level,
        "runs": len(mine),
        "withheld": sum(row.get("withheld") is True for row in mine),
        "errors": sum(bool(row.get("error")) for row in mine),
        "confirmed": sum(row.get("verdict") == "confirmed" for row in mine),
    }
