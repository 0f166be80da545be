"""The command of a benchmark: ``[--only NAME ...] [--quick] [--workers N]``: run, print, write the result file.

A whole or partial run writes ``bench/results/NAME.json``; only whole groups of rows are replaced. ``--quick``
takes one development seed a case and writes to ``build/bench/`` instead: its rows never reach the committed file.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import shlex
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.common.bars import Bar
from bench.common.check import differences
from bench.common.machine import ROOT, commit, machine
from bench.common.pool import limit_threads
from bench.common.results import Run, load, merge, save
from bench.common.table import bars_table

__all__ = ["Bench", "Groups", "bench", "main"]

Groups = dict[str, list[dict[str, object]]]
Bench = Callable[..., Groups]


def bench(module: str, function: str = "run", *, optional: bool = False) -> Bench:
    """``function(quick=..., workers=...)`` of a module that is imported only when it runs.

    An optional module that is absent gives no rows: its groups stay out of the file, and their bars do not hold.
    """

    def call(*, quick: bool, workers: int) -> Groups:
        if optional and importlib.util.find_spec(module) is None:
            print(f"{module} is not there yet: no rows")
            return {}
        groups: Groups = getattr(importlib.import_module(module), function)(quick=quick, workers=workers)
        return groups

    return call


def main(
    name: str, benches: Mapping[str, Bench], bars: Sequence[Bar], arguments: Sequence[str], *, root: Path = ROOT
) -> int:
    """Run the chosen benches of benchmark ``name``, in the order of ``benches``.

    0 where every bar of what ran holds (with ``--quick``: where nothing raised).
    """
    options = _parse(name, benches, arguments)
    limit_threads()
    run = Run(
        identity=uuid.uuid4().hex[:12],
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit(),
        command=shlex.join(["python", "-m", f"bench.{name}", *arguments]),
        machine=machine(),
    )
    target = root / ("build/bench" if options.quick else "bench/results") / f"{name}.json"
    fresh: set[str] = set()
    content: Mapping[str, object] = {}
    for chosen in options.only or list(benches):
        print(f"== {chosen}", flush=True)
        groups = benches[chosen](quick=options.quick, workers=options.workers)
        fresh |= set(groups)
        # After every bench, so that an interrupted run keeps what it measured.
        content = merge(load(target), name=name, run=run, groups=groups, bars=bars)
        save(target, content)
    return _report(content, bars, fresh, target, quick=options.quick)


def _report(
    content: Mapping[str, object], declared: Sequence[Bar], fresh: set[str], target: Path, *, quick: bool
) -> int:
    bars = content.get("bars")
    records = [record for record in bars if set(record["groups"]) & fresh] if isinstance(bars, list) else []
    print(bars_table(records))
    print(f"written: {target}")
    wrong = differences(content, declared)
    for line in wrong:
        print(line)
    failed = [record for record in records if not record["holds"]]
    return int(bool(wrong) or (bool(failed) and not quick))


def _parse(name: str, benches: Mapping[str, Bench], arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m bench.{name}", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(benches), help="run this bench only; may be repeated")
    parser.add_argument("--quick", action="store_true", help="one development seed a case, result outside bench/")
    parser.add_argument("--workers", type=int, default=2, help="processes at a time (timed benches use one)")
    return parser.parse_args(arguments)
