"""What Edit-As-Act must show, as bars over the rows of its result file; fixed before any run of the agent."""

from __future__ import annotations

from bench.common.bars import Aggregate, Bar, Op
from bench.edit_as_act.hostile import CASES, MODELS
from bench.edit_as_act.planning import PROBLEMS
from bench.edit_as_act.speed import GROWTH, REPEATS, SYMBOLIC
from bench.edit_as_act.suite import HELD_OUT, TASKS

__all__ = ["BARS"]


def _edits(group: str, rows: int) -> tuple[Bar, ...]:
    def over_all(name: str, column: str, aggregate: Aggregate, op: Op, bound: float) -> Bar:
        return Bar(
            name=f"{group}: {name}",
            groups=(group,),
            column=column,
            aggregate=aggregate,
            op=op,
            bound=bound,
            rows=rows,
        )

    def confirmed(name: str, column: str) -> Bar:
        return Bar(
            name=f"{group}: confirmed edits: {name}",
            groups=(group,),
            column=column,
            aggregate="sum",
            op="==",
            bound=0,
            rows=1,
            exact_rows=False,
            where={"verdict": "confirmed"},
        )

    return (
        over_all("goals met", "goal_met", "share_true", ">=", 0.95),
        over_all("confirmed, and the goal is not met", "wrong_confirmed", "count_true", "==", 0),
        confirmed("untouched records that changed", "drift"),
        confirmed("new collisions", "collisions"),
        confirmed("unsupported objects", "unsupported"),
        confirmed("objects out of bounds", "out_of_bounds"),
    )


_SUITE = (*_edits("suite", len(TASKS)), *_edits("held_out", len(HELD_OUT)))

_HOSTILE = (
    *(
        Bar(
            name=f"hostile: {column}",
            groups=("hostile",),
            column=column,
            aggregate="count_true",
            op="==",
            bound=len(CASES),
            rows=len(CASES),
        )
        for column in ("withheld", "explained", "unchanged")
    ),
    *(
        Bar(
            name=f"models: {column}",
            groups=("models",),
            column=column,
            aggregate="count_true",
            op="==",
            bound=len(MODELS),
            rows=len(MODELS),
            note="safe: nothing written, or exactly what was asked for",
        )
        for column in ("safe", "explained", "unchanged")
    ),
)

_PLANNING = (
    Bar(
        name="planning: problems with a valid plan, or proven to have none",
        groups=("planning",),
        column="valid",
        aggregate="count_true",
        op="==",
        bound=PROBLEMS,
        rows=PROBLEMS,
    ),
    Bar(
        name="planning: plans longer than the other planner's, or missed",
        groups=("planning",),
        column="worse",
        aggregate="count_true",
        op="==",
        bound=0,
        rows=PROBLEMS,
    ),
    Bar(
        name="planning: problems that the other planner solved in time",
        groups=("planning",),
        column="comparable",
        aggregate="count_true",
        op=">=",
        bound=200,
        rows=PROBLEMS,
        note="each stopped after 60 s",
    ),
)

_SPEED = (
    *(
        Bar(
            name=f"speed: milliseconds of symbolic planning, {name}, the slowest goal",
            groups=("symbolic",),
            column="milliseconds",
            aggregate="max",
            op="<=",
            bound=bound,
            rows=SYMBOLIC,
            where={"scene": name},
            note="median of five; plans of one to six actions",
        )
        for name, bound in (("20 objects", 10), ("437-object flat", 100))
    ),
    Bar(
        name="speed: seconds from the file to the verified edit, largest flat, no pictures (median)",
        groups=("edit",),
        column="verified_seconds",
        aggregate="median",
        op="<=",
        bound=1.0,
        rows=REPEATS,
    ),
    Bar(
        name="speed: exponent of seconds over objects, 100 to 10,000",
        groups=("growth_slope",),
        column="slope",
        aggregate="max",
        op="<=",
        bound=1.25,
        rows=1,
        note=f"{GROWTH[0]:,} to {GROWTH[-1]:,} objects; close to linear",
    ),
)

BARS: tuple[Bar, ...] = (*_SUITE, *_HOSTILE, *_PLANNING, *_SPEED)
