"""What pixel2phys must show, as bars over the rows of its result file; fixed before any run."""

from __future__ import annotations

from bench.common.bars import Bar

__all__ = ["BARS"]

_SYSTEMS = ("linear", "cubic", "circular", "vanderpol", "glider")


def _five(group: str, words: str) -> tuple[Bar, ...]:
    exact = tuple(
        Bar(
            name=f"{group}: {system}: exact terms of 20 seeds{words}",
            groups=(group,),
            column="exact",
            aggregate="count_true",
            op="==",
            bound=20,
            rows=20,
            where={"system": system},
        )
        for system in _SYSTEMS
    )
    rollout = tuple(
        Bar(
            name=f"{group}: {system}: minimum R2 over 1,000 steps",
            groups=(group,),
            column="r2",
            aggregate="min",
            op=">=",
            bound=0.9999,
            rows=20,
            where={"system": system},
        )
        for system in _SYSTEMS
    )
    return exact + rollout


_REAL = (
    *(
        Bar(
            name=f"real: {video}: the law",
            groups=("real",),
            column="law_holds",
            aggregate="count_true",
            op="==",
            bound=1,
            rows=1,
            where={"video": video},
            note=note,
        )
        for video, note in (
            ("uniform-motion-ball-slow", "95 % interval of the acceleration contains 0; the law has none"),
            ("BallToss", "constant acceleration, within 5 % or the interval of the hand-tracked points"),
            ("landing-long", "constant acceleration in the air, within 5 % or the interval of the hand"),
            ("bicycle-wheel", "constant angular velocity, within 1 % or the interval of the hand"),
        )
    ),
    *(
        Bar(
            name=f"real: {video}: median distance from the hand-tracked points",
            groups=("real",),
            column="median_px",
            aggregate="max",
            op="<=",
            bound=bound,
            rows=1,
            where={"video": video},
            note="pixels; the hand's own spread is the column hand_px",
        )
        for video, bound in (
            ("uniform-motion-ball-slow", 2.0),
            ("BallToss", 2.0),
            ("landing-long", 10.0),
            ("bicycle-wheel", 3.0),
        )
    ),
)

_NOISE = (
    Bar(
        name="noise 0.5 %: exact terms of 100 runs",
        groups=("noise_0.5",),
        column="exact",
        aggregate="count_true",
        op=">=",
        bound=95,
        rows=100,
    ),
    Bar(
        name="noise 0.5 %: minimum R2 where the terms are exact",
        groups=("noise_0.5",),
        column="r2",
        aggregate="min",
        op=">=",
        bound=0.999,
        rows=95,
        exact_rows=False,
        where={"exact": True},
    ),
    Bar(
        name="a wrong law is never confirmed (noise and lawless)",
        groups=("noise_0.5", "noise_2", "lawless"),
        column="wrong_confirmed",
        aggregate="count_true",
        op="==",
        bound=0,
        rows=270,
    ),
    Bar(
        name="a wrong law is never confirmed (five and affine)",
        groups=("five", "affine"),
        column="wrong_confirmed",
        aggregate="count_true",
        op="==",
        bound=0,
        rows=200,
    ),
    *(
        Bar(
            name=f"lawless: {kind}: undecided or an error",
            groups=("lawless",),
            column="withheld",
            aggregate="count_true",
            op="==",
            bound=count,
            rows=count,
            where={"kind": kind},
        )
        for kind, count in (
            ("random_walk", 10),
            ("ornstein_uhlenbeck", 10),
            ("still", 5),
            ("cut", 10),
            ("shaking", 10),
        )
    ),
)

_COST = (
    Bar(
        name="pysindy: support the same or better in every source and system",
        groups=("peer_support",),
        column="not_worse",
        aggregate="count_true",
        op="==",
        bound=15,
        rows=15,
    ),
    *(
        Bar(
            name=f"core: {system}: speed ratio to PySINDy (median of five)",
            groups=("core",),
            column="ratio",
            aggregate="median",
            op=">=",
            bound=10,
            rows=5,
            where={"system": system, "same_support": True},
        )
        for system in ("vanderpol", "lorenz")
    ),
    Bar(
        name="speed: seconds from a 200-frame video to its law (median of five)",
        groups=("speed",),
        column="whole_seconds",
        aggregate="median",
        op="<=",
        bound=10,
        rows=5,
        where={"law_found": True},
        note="whole process, interpreter start included",
    ),
    Bar(
        name="memory: growth of the peak from 200 to 3,200 frames",
        groups=("memory",),
        column="growth",
        aggregate="max",
        op="<",
        bound=0.10,
        rows=3,
    ),
    Bar(
        name="startup: seconds of import lookagain (median of five)",
        groups=("import",),
        column="import_seconds",
        aggregate="median",
        op="<",
        bound=0.150,
        rows=5,
    ),
    Bar(
        name="startup: neither torch nor langgraph imported",
        groups=("import",),
        column="heavy_free",
        aggregate="count_true",
        op="==",
        bound=5,
        rows=5,
    ),
    Bar(
        name="startup: seconds of lookagain --help (median of five)",
        groups=("help",),
        column="help_seconds",
        aggregate="median",
        op="<",
        bound=0.300,
        rows=5,
    ),
    Bar(
        name="step: milliseconds of a state-machine step beyond bare LangGraph (median of five)",
        groups=("step",),
        column="extra_ms",
        aggregate="median",
        op="<=",
        bound=1.0,
        rows=5,
    ),
    Bar(
        name="kill: every killed run resumed to the identical result",
        groups=("kill",),
        column="identical",
        aggregate="share_true",
        op="==",
        bound=1.0,
        rows=1,
        exact_rows=False,
    ),
    Bar(
        name="kill: journaled calls repeated",
        groups=("kill",),
        column="repeated_calls",
        aggregate="sum",
        op="==",
        bound=0,
        rows=1,
        exact_rows=False,
    ),
)

BARS: tuple[Bar, ...] = (*_five("five", ""), *_five("affine", " up to the affine map"), *_REAL, *_NOISE, *_COST)
