"""``python -m bench.pixel2phys``: what Pixel2Phys must show on moving objects; options in bench/common/command.py."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from bench.common.command import Bench, bench, main
from bench.pixel2phys.bars import BARS

__all__ = ["BENCHES"]

#: In the order of a whole run.
BENCHES: Mapping[str, Bench] = {
    "five": bench("bench.pixel2phys.five"),
    "affine": bench("bench.pixel2phys.affine"),
    "real": bench("bench.pixel2phys.real"),
    "noise": bench("bench.pixel2phys.noise"),
    "lawless": bench("bench.pixel2phys.noise", "run_lawless"),
    "pysindy": bench("bench.pixel2phys.peer"),
    "core": bench("bench.pixel2phys.core_speed"),
    "speed": bench("bench.pixel2phys.speed"),
    "startup": bench("bench.pixel2phys.startup"),
    "step": bench("bench.runtime_step"),
    "kill": bench("bench.pixel2phys.kill"),
}

if __name__ == "__main__":
    sys.exit(main("pixel2phys", BENCHES, BARS, sys.argv[1:]))
