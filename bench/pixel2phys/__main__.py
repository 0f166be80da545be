"""``python -m bench.pixel2phys [--only NAME ...] [--quick]``: run, print, and write the result file.

A whole or partial run writes ``bench/results/pixel2phys.json``; only whole groups of rows are replaced.
``--quick`` takes one development seed a case and writes to ``build/bench/`` instead: its rows never reach
the committed file.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.common.check import differences
from bench.common.machine import ROOT, commit, machine
from bench.common.pool import limit_threads
from bench.common.results import Run, load, merge, save
from bench.common.table import bars_table
from bench.pixel2phys.bars import BARS

__all__ = ["BENCHES", "main"]

Groups = dict[str, list[dict[str, object]]]


def _bench(module: str, function: str = "run") -> Callable[..., Groups]:
    def call(*, quick: bool, workers: int) -> Groups:
        import importlib

        groups: Groups = getattr(importlib.import_module(module), function)(quick=quick, workers=workers)
        return groups

    return call


#: In the order of a whole run; each is imported only when it runs.
BENCHES: Mapping[str, Callable[..., Groups]] = {
    "five": _bench("bench.pixel2phys.five"),
    "affine": _bench("bench.pixel2phys.affine"),
    "real": _bench("bench.pixel2phys.real"),
    "noise": _bench("bench.pixel2phys.noise"),
    "lawless": _bench("bench.pixel2phys.noise", "run_lawless"),
    "pysindy": _bench("bench.pixel2phys.peer"),
    "core": _bench("bench.pixel2phys.core_speed"),
    "speed": _bench("bench.pixel2phys.speed"),
    "startup": _bench("bench.pixel2phys.startup"),
    "step": _bench("bench.pixel2phys.hooks", "run_step"),
    "kill": _bench("bench.pixel2phys.hooks", "run_kill"),
}


def main(arguments: Sequence[str]) -> int:
    """Run the chosen benches; 0 where every bar of what ran holds (with ``--quick``: where nothing raised)."""
    options = _parse(arguments)
    limit_threads()
    run = Run(
        identity=uuid.uuid4().hex[:12],
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit(),
        command=shlex.join(["python", "-m", "bench.pixel2phys", *arguments]),
        machine=machine(),
    )
    target = ROOT / ("build/bench" if options.quick else "bench/results") / "pixel2phys.json"
    fresh: set[str] = set()
    content: Mapping[str, object] = {}
    for name in options.only or list(BENCHES):
        print(f"== {name}", flush=True)
        groups = BENCHES[name](quick=options.quick, workers=options.workers)
        fresh |= set(groups)
        content = _write(target, run, groups)
    return _report(content, fresh, target, quick=options.quick)


def _write(target: Path, run: Run, groups: Groups) -> Mapping[str, object]:
    """Merge and save after every bench, so that an interrupted run keeps what it measured."""
    content = merge(load(target), name="pixel2phys", run=run, groups=groups, bars=BARS)
    save(target, content)
    return content


def _report(content: Mapping[str, object], fresh: set[str], target: Path, *, quick: bool) -> int:
    bars = content.get("bars")
    records = [record for record in bars if set(record["groups"]) & fresh] if isinstance(bars, list) else []
    print(bars_table(records))
    print(f"written: {target}")
    wrong = differences(content, BARS)
    for line in wrong:
        print(line)
    failed = [record for record in records if not record["holds"]]
    return int(bool(wrong) or (bool(failed) and not quick))


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.pixel2phys", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(BENCHES), help="run this bench only; may be repeated")
    parser.add_argument("--quick", action="store_true", help="one development seed a case, result outside bench/")
    parser.add_argument("--workers", type=int, default=2, help="processes at a time (timed benches use one)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
