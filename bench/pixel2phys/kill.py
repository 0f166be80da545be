"""``kill``: SIGKILL before and after every write of a run, resumed, compared, and no paid call repeated.

Scenarios: Pixel2Phys on a video with the built-in planner, Pixel2Phys on a measured table with a scripted model
that plans two rounds, and an agent with parallel branches, a model and an expert. The writes (journal rows,
checkpoints, pending writes, files) are found by instrumenting them in a run that nobody kills.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bench.common.pool import run_cases
from bench.common.video import write_video
from bench.pixel2phys.render import frames, make_look
from lookagain.core.result import Result
from lookagain.core.values import digest
from lookagain.tools.models import Capability, ModelReply, ModelRequest, TokenUsage
from tests.support.calls import CallLog, LoggedLength, LoggedModel
from tests.support.kill import Scenario, When, kill_at, reference_run

__all__ = ["run"]

_SCENARIOS = ("video", "planned", "parallel")


@dataclass(frozen=True, kw_only=True)
class _Planning:
    """A model that asks for one more family of terms in the first round and stops in the second."""

    log: CallLog
    name: str = "planning"
    fingerprint: str = "planning:1"
    capabilities: frozenset[Capability] = frozenset({"vision"})

    def complete(self, request: ModelRequest) -> ModelReply:
        """A choice that depends on the request alone; the first reply of a round is broken, to need a repair."""
        self.log.add(digest({"model": self.fingerprint, "request": request.to_json()}))
        first = 'Rounds so far:\n\n<data name="history">\nnone' in request.messages[1].text
        choice: dict[str, Any] = {"diagnosis": "by rule", "bottleneck": "none", "action": "stop", "reason": "rule"}
        if first:
            choice |= {"bottleneck": "equation", "action": "refine_equation", "penalty": 1.5}
        broken = len(request.messages) == 2
        text = "I would say: go on" if broken else json.dumps(choice)
        return ModelReply(text=text, usage=TokenUsage(input_tokens=100, output_tokens=20), model=self.name)

    async def acomplete(self, request: ModelRequest) -> ModelReply:
        """As ``complete``."""
        return self.complete(request)


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """One row a scenario, write and side."""
    rows: list[dict[str, object]] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        _write_inputs(folder)
        for scenario in _SCENARIOS[-1:] if quick else _SCENARIOS:
            home = folder / scenario
            home.mkdir()
            log = CallLog(path=home / "reference.log")
            reference = reference_run(_scenario(scenario, folder, log), home, log.made)
            (home / "stored.json").write_text(json.dumps(reference))
            cases = [
                {"scenario": scenario, "folder": str(folder), "at": at, "when": when}
                for at in range(len(reference["writes"]))
                for when in ("before", "after")
            ]
            rows += run_cases(case, cases, label=f"kill {scenario}", workers=workers)
    for row in rows:
        row.pop("folder", None)
    return {"kill": rows}


def case(values: Mapping[str, object]) -> dict[str, object]:
    """Kill at one write, resume, compare."""
    folder, name, at = Path(str(values["folder"])), str(values["scenario"]), int(str(values["at"]))
    when: When = "before" if values["when"] == "before" else "after"
    home = folder / name
    log = CallLog(path=home / f"{at}-{when}.log")
    reference = json.loads((home / "stored.json").read_text())
    report = kill_at(_scenario(name, folder, log), home, reference, at=at, when=when, made=log.made)
    return {
        "write": report.write,
        "killed": report.killed,
        "identical": report.killed and report.same_result,
        "repeated_calls": report.repeated_calls,
    }


def _scenario(name: str, folder: Path, log: CallLog) -> Scenario:
    import lookagain as la
    from tests.support.toy import Toy

    def video(run_dir: Path) -> Result[Any]:
        return la.run(la.Pixel2Phys(video=folder / "video.mp4", max_rounds=2), run_dir=run_dir)

    def planned(run_dir: Path) -> Result[Any]:
        return la.run(la.Pixel2Phys(track=folder / "table.csv"), model=_Planning(log=log), run_dir=run_dir)

    def parallel(run_dir: Path) -> Result[Any]:
        experts = {"length": LoggedLength(log=log)}
        task = Toy(words=("look", "again", "look"), rounds=2)
        return la.run(task, model=LoggedModel(log=log), experts=experts, run_dir=run_dir)

    scenarios: dict[str, Callable[[Path], Result[Any]]] = {"video": video, "planned": planned, "parallel": parallel}
    return scenarios[name]


def _write_inputs(folder: Path) -> None:
    t = np.arange(80) / 30
    circle = np.column_stack([64 + 40 * np.cos(3 * t), 64 + 40 * np.sin(3 * t)])
    write_video(folder / "video.mp4", frames(make_look(3000, size=128), [circle], np.random.default_rng(3000)), rate=30)
    noisy = circle + np.random.default_rng(3001).normal(0, 0.05, circle.shape)
    lines = [f"{float(a)!r},{float(x)!r},{float(y)!r}" for a, (x, y) in zip(t, noisy - 64, strict=True)]
    (folder / "table.csv").write_text("\n".join(["t [s],x [px],y [px]", *lines]) + "\n")
