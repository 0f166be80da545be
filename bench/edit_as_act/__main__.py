"""``python -m bench.edit_as_act``: what Edit-As-Act must show; options in bench/common/command.py."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from bench.common.command import Bench, bench, main
from bench.edit_as_act.bars import BARS

__all__ = ["BENCHES"]

#: In the order of a whole run.
BENCHES: Mapping[str, Bench] = {
    "suite": bench("bench.edit_as_act.suite"),
    "held_out": bench("bench.edit_as_act.suite", "run_held_out"),
    "hostile": bench("bench.edit_as_act.hostile"),
    "planning": bench("bench.edit_as_act.planning"),
    "speed": bench("bench.edit_as_act.speed"),
}

if __name__ == "__main__":
    sys.exit(main("edit_as_act", BENCHES, BARS, sys.argv[1:]))
