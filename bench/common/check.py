"""``python -m bench.common.check FILE...``: recompute every stored bar; exit 1 where one differs.

A stored bar must also be one that the benchmark's code declares (``bench/NAME/bars.py``, tuple ``BARS``),
and every declared bar must be stored: a bound cannot be moved, nor a bar dropped, in the file alone.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.common.bars import Bar
from bench.common.results import bar_records, load

__all__ = ["declared_bars", "differences", "main"]


def declared_bars(name: str) -> tuple[Bar, ...]:
    """The bars in the code of benchmark ``name``; raises ValueError where it declares none."""
    if not name.isidentifier() or importlib.util.find_spec(f"bench.{name}") is None:
        raise ValueError(f"no benchmark package bench/{name}")
    module = importlib.import_module(f"bench.{name}.bars")
    return tuple(module.BARS)


def differences(content: Mapping[str, object], bars: Sequence[Bar]) -> list[str]:
    """One line for each stored bar that the rows and the declared bars do not give; empty means sound."""
    groups, stored = content.get("groups"), content.get("bars")
    if not isinstance(groups, Mapping) or not isinstance(stored, list):
        return ["expected the keys 'groups' (object) and 'bars' (list)"]
    expected = {str(record["name"]): record for record in bar_records(bars, groups)}
    found = {str(record.get("name")): record for record in stored if isinstance(record, Mapping)}
    lines = [f"bar {name!r} is not stored" for name in expected if name not in found]
    lines += [f"bar {name!r} is not declared" for name in found if name not in expected]
    for name in expected.keys() & found.keys():
        for key, value in expected[name].items():
            if not _same(found[name].get(key), value):
                lines.append(f"bar {name!r}: {key} is {found[name].get(key)!r}, rows and code give {value!r}")
    return sorted(lines)


def main(arguments: Sequence[str]) -> int:
    """Check result files; 0 only where every bar of every file is as recomputed (failed bars included)."""
    failed = not arguments
    if failed:
        print("usage: python -m bench.common.check FILE...")
    for argument in arguments:
        path = Path(argument)
        content = load(path)
        lines = ["there is no such file"] if content is None else _check(content, path)
        for line in lines:
            print(f"{path}: {line}")
        if not lines:
            print(f"{path}: every bar is what its rows give")
        failed |= bool(lines)
    return int(failed)


def _check(content: Mapping[str, object], path: Path) -> list[str]:
    return differences(content, declared_bars(str(content.get("name", path.stem))))


def _same(stored: object, computed: object) -> bool:
    if isinstance(stored, bool) or isinstance(computed, bool):
        return stored is computed
    if isinstance(stored, int | float) and isinstance(computed, int | float):
        return abs(stored - computed) <= 1e-8 * max(1.0, abs(computed))
    if isinstance(stored, list) and isinstance(computed, list):
        return len(stored) == len(computed) and all(map(_same, stored, computed))
    if isinstance(stored, Mapping) and isinstance(computed, Mapping):
        return stored.keys() == computed.keys() and all(_same(stored[key], computed[key]) for key in stored)
    return stored == computed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
