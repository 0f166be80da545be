"""``python -m bench.pixel2phys_fields``: what Pixel2Phys must show on fields; options in bench/common/command.py."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from bench.common.command import Bench, bench, main
from bench.pixel2phys_fields.bars import BARS

__all__ = ["BENCHES"]

#: In the order of a whole run.
BENCHES: Mapping[str, Bench] = {
    "patterns": bench("bench.pixel2phys_fields.patterns"),
    "tables": bench("bench.pixel2phys_fields.tables"),
    "guard": bench("bench.pixel2phys_fields.guard"),
    "cost": bench("bench.pixel2phys_fields.cost"),
    "latent": bench("bench.pixel2phys_fields.latent", optional=True),
}

if __name__ == "__main__":
    sys.exit(main("pixel2phys_fields", BENCHES, BARS, sys.argv[1:]))
