"""What latent variables must show, as bars over the rows of the result file; fixed before any run."""

from __future__ import annotations

from bench.common.bars import Bar

__all__ = ["BARS"]

_SEEDS, _LAWLESS = 5, 9

_ROLLOUT = tuple(
    Bar(
        name=f"latent: least R2 of the held-out roll-out, {words}",
        groups=("latent",),
        column=column,
        aggregate="min",
        op=">=",
        bound=0.99,
        rows=_SEEDS,
        where={"method": "joint"},
    )
    for column, words in (("r2", "latent coordinates"), ("r2_true", "hidden variables"))
)

_GAIN = tuple(
    bar
    for against, words in (
        ("alone", "the equation afterwards"),
        ("pysindy", "PySINDy afterwards, its threshold tuned on the held-out frames"),
    )
    for bar in (
        Bar(
            name=f"latent: seeds in which R2 is higher than with {words}",
            groups=("latent_gain",),
            column="wins",
            aggregate="min",
            op="==",
            bound=_SEEDS,
            rows=2,
            where={"against": against},
            note="in latent coordinates and in the hidden variables",
        ),
        Bar(
            name=f"latent: low end of the gain's 95 % interval over {words}",
            groups=("latent_gain",),
            column="log10_gain_low",
            aggregate="min",
            op=">",
            bound=0.0,
            rows=2,
            where={"against": against},
            note="log10 of the unexplained share, theirs over ours; paired, Student",
        ),
    )
)

_VERDICT = (
    Bar(
        name="latent: the law is confirmed",
        groups=("latent",),
        column="confirmed",
        aggregate="count_true",
        op="==",
        bound=_SEEDS,
        rows=_SEEDS,
        where={"method": "joint"},
    ),
    Bar(
        name="latent: nothing is confirmed where there is no law",
        groups=("latent_lawless",),
        column="withheld",
        aggregate="count_true",
        op="==",
        bound=_LAWLESS,
        rows=_LAWLESS,
    ),
)

BARS: tuple[Bar, ...] = (*_ROLLOUT, *_GAIN, *_VERDICT)
