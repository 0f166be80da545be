"""``speed``: milliseconds of symbolic planning, seconds of a whole edit, and how they grow with the scene.

A whole edit is timed from the start of the run to the end of its node ``verify``: the file is read, the sentence
understood, planned, done, written, read again and checked; every step is journalled. Pictures come after it. The first
run of a process, with its imports, is not counted.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bench.common.machine import ROOT
from bench.common.table import table
from bench.edit_as_act import api
from bench.edit_as_act.scene_problems import load_world, problem, some_objects
from bench.edit_as_act.scenes import scene_bytes

__all__ = ["GROWTH", "REPEATS", "SYMBOLIC", "run", "slope", "tiled"]

FLAT = "virtualhome/TestScene1_graph.json"
#: Goals a scene, repeats of a whole edit, objects of the growing scenes.
SYMBOLIC, REPEATS = 24, 5
GROWTH = (100, 300, 1_000, 3_000, 10_000)
_SENTENCE = "Put the radio on the desk in the bedroom."
_TILED = "Put the trophy on the piano."
#: The objects of the flat that the sentence for tiled flats is about, as they are called there.
_RENAMED = {172: "trophy", 104: "piano"}
_LONGEST = 6


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of groups ``symbolic``, ``edit``, ``growth`` and ``growth_slope``."""
    del workers  # timed runs never share the machine with each other
    symbolic = [*_symbolic("20 objects", quick), *_symbolic("437-object flat", quick)]
    edit = _edits(scene_bytes(FLAT), _SENTENCE, 1 if quick else REPEATS)
    sizes = GROWTH[:3] if quick else GROWTH
    growth = [
        {"objects": size, **row}
        for size in sizes
        for row in _edits(tiled(size), _TILED, 1 if quick or size > 5_000 else 3)
    ]
    found = slope(growth)
    folder = ROOT / ("build/bench" if quick else "bench/results")
    _plot(growth, found, folder / "edit_as_act_growth.png")
    print(table(symbolic, ("scene", "atoms", "length", "optimal", "milliseconds", "load_before")))
    print(table([*edit, *growth], ("objects", "repeat", "verified_seconds", "run_seconds", "verdict", "reason")))
    return {"symbolic": symbolic, "edit": edit, "growth": growth, "growth_slope": [{"slope": found}]}


def _symbolic(name: str, quick: bool) -> list[dict[str, object]]:
    """Random goals whose plans have one to six actions: the median of five searches each."""
    from lookagain.planners.editlang.domain import load_domain
    from lookagain.planners.editlang.plan import plan
    from lookagain.planners.editlang.values import Plan

    domain, world = load_domain(), load_world(FLAT)
    whole = name != "20 objects"
    rows: list[dict[str, object]] = []
    number = 1000 if quick else 0
    while len(rows) < (4 if quick else SYMBOLIC):
        rng = np.random.default_rng([17, int(whole), number])
        number += 1
        ids = some_objects(world, rng, 8 if whole else 20)
        given = problem(world, rng, 1 + len(rows) % _LONGEST, ids, whole=whole)
        times = []
        load = os.getloadavg()[0]
        for _ in range(5):
            start = time.perf_counter()
            found = plan(domain, given.facts, given.goal, holds=given.holds)
            times.append(time.perf_counter() - start)
        if isinstance(found, Plan) and 1 <= len(found.actions) <= _LONGEST:
            rows.append(
                {
                    "scene": name,
                    "objects": given.objects,
                    "atoms": len(given.goal.atoms),
                    "goal": [str(atom) for atom in given.goal.atoms],
                    "length": len(found.actions),
                    "optimal": found.optimal,
                    "expanded": found.expanded,
                    "milliseconds": 1e3 * median(times),
                    "slowest": 1e3 * max(times),
                    "load_before": load,
                }
            )
    return rows


def _edits(scene: bytes, sentence: str, repeats: int) -> list[dict[str, object]]:
    """A row a run; one run before them warms the process up."""
    rows: list[dict[str, object]] = []
    for repeat in range(-1, repeats):
        with TemporaryDirectory() as name:
            path = Path(name) / "scene.json"
            # Other bytes each time: a scene that the process has read before is kept.
            path.write_bytes(scene + b"\n" * (2 + repeat))
            load = os.getloadavg()[0]
            outcome = api.run_edit(path, sentence, Path(name) / "run")
        nodes = {f"until_{node}": at for node, at in outcome.nodes}
        if repeat >= 0:
            rows.append({"repeat": repeat, **outcome.columns(), **nodes, "load_before": load})
            print(f"[edit] {rows[-1]}", flush=True)
    return rows


def tiled(objects: int) -> bytes:
    """The largest flat again and again, side by side, cut off after so many objects.

    The bedroom comes first, so that the smallest scenes have what the sentence is about; only the first flat has a
    trophy and a piano.
    """
    flat = json.loads(scene_bytes(FLAT))
    inside = {edge["from_id"] for edge in flat["edges"] if edge["to_id"] == 67 and edge["relation_type"] == "INSIDE"}
    order = sorted(
        (node for node in flat["nodes"] if node["category"] != "Rooms"),
        key=lambda node: (node["id"] not in _RENAMED, node["category"] != "Floor", node["id"] not in inside),
    )
    rooms = [node for node in flat["nodes"] if node["category"] == "Rooms"]
    nodes: list[Any] = []
    edges: list[Any] = []
    left, tile = objects, 0
    while left > 0:
        kept = [*rooms, *order[:left]]
        left -= len(order)
        nodes += [_shifted(node, tile) for node in kept]
        ids = {node["id"] for node in kept}
        edges += [
            {**edge, "from_id": edge["from_id"] + 1000 * tile, "to_id": edge["to_id"] + 1000 * tile}
            for edge in flat["edges"]
            if edge["from_id"] in ids and edge["to_id"] in ids
        ]
        tile += 1
    return json.dumps({"nodes": nodes, "edges": edges}).encode()


def _shifted(node: Any, tile: int) -> dict[str, Any]:
    named = {"class_name": _RENAMED[node["id"]]} if tile == 0 and node["id"] in _RENAMED else {}
    bounds = node["bounding_box"]
    if bounds is not None:
        x, y, z = bounds["center"]
        bounds = {**bounds, "center": [x + 30.0 * (tile % 5), y, z + 30.0 * (tile // 5)]}
    return {**node, **named, "id": node["id"] + 1000 * tile, "bounding_box": bounds}


def slope(rows: Sequence[dict[str, object]]) -> float | None:
    """The slope of log seconds over log objects, medians of the repeats; None where an edit was not verified."""
    seconds: dict[int, list[float]] = {}
    for row in rows:
        if not isinstance(row["verified_seconds"], float):
            return None
        seconds.setdefault(int(str(row["objects"])), []).append(row["verified_seconds"])
    sizes = sorted(seconds)
    return float(np.polyfit(np.log(sizes), np.log([median(seconds[size]) for size in sizes]), 1)[0])


def _plot(rows: Sequence[dict[str, object]], found: float | None, path: Path) -> None:
    import matplotlib.figure

    figure = matplotlib.figure.Figure(figsize=(5, 4))
    axes = figure.subplots()
    points = [row for row in rows if row["verified_seconds"] is not None]
    axes.loglog([row["objects"] for row in points], [row["verified_seconds"] for row in points], "o", label="edits")
    if found is not None and points:
        ends = np.array([GROWTH[0], max(int(str(row["objects"])) for row in points)], dtype=float)
        last = float(str(points[-1]["verified_seconds"]))
        axes.loglog(ends, last * (ends / ends[-1]), "--", color="grey", label="linear")
    axes.set_xlabel("objects in the scene")
    axes.set_ylabel("seconds from file to verified edit")
    axes.set_title("" if found is None else f"slope {found:.2f}")
    axes.legend()
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
