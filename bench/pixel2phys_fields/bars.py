"""What Pixel2Phys must show on fields, as bars over the rows of its result file; fixed before any run."""

from __future__ import annotations

from bench.common.bars import Bar
from bench.pixel2phys_fields.guard import ARRAY, KINDS, LEVELS
from bench.pixel2phys_fields.guard import SEEDS as GUARD_SEEDS
from bench.pixel2phys_fields.latent_bars import BARS as LATENT
from bench.pixel2phys_fields.patterns import SEEDS
from bench.pixel2phys_fields.sources import SOURCES
from bench.pixel2phys_fields.systems import SYSTEMS
from bench.pixel2phys_fields.tables import TRUTH

__all__ = ["BARS"]

_RUNS = len(SEEDS)

_PATTERNS = (
    *(
        Bar(
            name=f"patterns: {system.name}: all true terms and no other, from arrays",
            groups=("patterns",),
            column="exact",
            aggregate="count_true",
            op="==",
            bound=_RUNS,
            rows=_RUNS,
            where={"system": system.name, "source": "npy"},
        )
        for system in SYSTEMS
    ),
    *(
        Bar(
            name=f"patterns: {system.name}: largest RMSE of the roll-out over {system.horizon:,} steps, from arrays",
            groups=("patterns",),
            column="rmse",
            aggregate="max",
            op="<=",
            bound=system.bound,
            rows=_RUNS,
            where={"system": system.name, "source": "npy"},
            note=f"fitted on the first {system.seen} frames; the bound is the paper's RMSE",
        )
        for system in SYSTEMS
    ),
    *(
        Bar(
            name=f"patterns: {system.name}: steps before the error passes .5, from arrays",
            groups=("patterns",),
            column="valid_steps",
            aggregate="min",
            op="==",
            bound=system.horizon,
            rows=_RUNS,
            where={"system": system.name, "source": "npy"},
            note="in units of the quantity and in its standard deviations, whichever comes first",
        )
        for system in SYSTEMS
    ),
    Bar(
        name="patterns: a wrong law is never confirmed, from arrays and videos",
        groups=("patterns",),
        column="wrong_confirmed",
        aggregate="count_true",
        op="==",
        bound=0,
        rows=_RUNS * len(SYSTEMS) * len(SOURCES),
    ),
)

_TABLES = tuple(
    bar
    for name in TRUTH
    for bar in (
        Bar(
            name=f"tables: {name}: the textbook's terms and no other",
            groups=("tables",),
            column="exact",
            aggregate="count_true",
            op="==",
            bound=1,
            rows=1,
            where={"field": name, "tool": "lookagain"},
        ),
        Bar(
            name=f"tables: {name}: largest relative error of a coefficient",
            groups=("tables",),
            column="coefficient_error",
            aggregate="max",
            op="<=",
            bound=0.05,
            rows=1,
            where={"field": name, "tool": "lookagain"},
        ),
    )
)

_COST = (
    Bar(
        name="cost: seconds of 256 x 256 x 1,000 frames of two channels (median of three)",
        groups=("cost",),
        column="whole_seconds",
        aggregate="median",
        op="<=",
        bound=180,
        rows=3,
        where={"side": 256, "law_found": True},
        note="whole process, interpreter start included",
    ),
    Bar(
        name="cost: peak memory of 256 x 256 x 1,000 frames of two channels, megabytes",
        groups=("cost",),
        column="peak_mb",
        aggregate="max",
        op="<=",
        bound=2048,
        rows=3,
        where={"side": 256, "law_found": True},
        note="mapped files included",
    ),
    Bar(
        name="cost: exponent of the seconds in the number of cells, 64 to 256 a side",
        groups=("cost_slope",),
        column="slope",
        aggregate="max",
        op="<=",
        bound=1.1,
        rows=1,
        note="1 is linear; fixed costs make it smaller",
    ),
)

_GUARD = (
    *(
        Bar(
            name=f"guard: {kind}: undecided or refused",
            groups=("guard",),
            column="withheld",
            aggregate="count_true",
            op="==",
            bound=runs,
            rows=runs,
            where={"kind": kind},
        )
        for kind in KINDS
        for runs in (len(GUARD_SEEDS) * (1 if kind == ARRAY else len(LEVELS)),)
    ),
    Bar(
        name="guard: nothing is confirmed where there is no law of a field",
        groups=("guard",),
        column="wrong_confirmed",
        aggregate="count_true",
        op="==",
        bound=0,
        rows=len(GUARD_SEEDS) * (1 + (len(KINDS) - 1) * len(LEVELS)),
    ),
)


BARS: tuple[Bar, ...] = (*_PATTERNS, *_TABLES, *_COST, *_GUARD, *LATENT)
