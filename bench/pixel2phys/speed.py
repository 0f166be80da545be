"""``speed``: seconds from video to law, and peak memory against the number of frames.

Each run is a child process of its own, so that neither warm caches nor an earlier peak is counted. Memory
is the child's ``VmHWM`` (its own high-water mark, which a parent's size does not touch).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.common.child import measured_child, peak_megabytes
from bench.common.table import table
from bench.pixel2phys.scenes import SIZE, system_video
from bench.pixel2phys.systems import BY_NAME, fps

__all__ = ["child", "run"]

FRAMES = (200, 800, 3200)
REPEATS = 5
SPEED_SYSTEM = "vanderpol"
MEMORY_SYSTEM = "circular"


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of groups ``speed`` (five runs of one video) and ``memory`` (one run a length)."""
    del workers  # timed runs never share the machine with each other
    with TemporaryDirectory() as name:
        folder = Path(name)
        speed = [
            _measure(SPEED_SYSTEM, 1001 if quick else 0, 200, folder) | {"repeat": k}
            for k in range(1 if quick else REPEATS)
        ]
        memory = [
            _measure(MEMORY_SYSTEM, 1001 if quick else 0, count, folder) for count in (FRAMES[:2] if quick else FRAMES)
        ]
    for row in memory:
        row["growth"] = _growth(memory[0], row)
    print(table(speed, ("system", "frames", "repeat", "whole_seconds", "run_seconds", "peak_mb", "error")))
    print(table(memory, ("system", "frames", "run_seconds", "peak_mb", "growth", "error")))
    return {"speed": speed, "memory": memory}


def child(video: Path, system_name: str) -> dict[str, object]:
    """Run the agent on a video in this process; seconds of the run and this process's peak memory."""
    from bench.pixel2phys import api

    system = BY_NAME[system_name]
    with TemporaryDirectory() as folder:
        outcome = api.run_video(
            video, Path(folder) / "run", fps=fps(system), scale=system.scale, origin=system.origin(SIZE)
        )
    return {
        "run_seconds": outcome.seconds,
        "peak_mb": peak_megabytes(),
        "status": outcome.status,
        "verdict": outcome.verdict,
        "error": outcome.error,
        "law_found": outcome.law is not None and outcome.status == "complete",
    }


def _growth(first: Mapping[str, object], row: Mapping[str, object]) -> float | None:
    """Share by which the peak is above the first one; None unless both runs came to a law."""
    before, after = first.get("peak_mb"), row.get("peak_mb")
    if first.get("law_found") is not True or row.get("law_found") is not True:
        return None
    return after / before - 1.0 if isinstance(before, float) and isinstance(after, float) else None


def _measure(system: str, seed: int, count: int, folder: Path) -> dict[str, object]:
    video = folder / f"{system}-{seed}-{count}.mp4"
    if not video.exists():
        system_video(BY_NAME[system], seed, video, count)
    measured = measured_child("bench.pixel2phys.speed", [str(video), system])
    print(f"[speed] {system} {count} frames: {measured}", flush=True)
    return {"system": system, "seed": seed, "frames": count, **measured}


if __name__ == "__main__":
    print(json.dumps(child(Path(sys.argv[1]), sys.argv[2])))
