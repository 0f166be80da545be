"""The Experiment agent of the field level: rolls the stored law out from its first state and holds it against all that
was seen, frame by frame.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lookagain.agents.pixel2phys.clip import numbered
from lookagain.agents.pixel2phys.criteria import evidence_of
from lookagain.agents.pixel2phys.field.equation import load_array, store_array
from lookagain.agents.pixel2phys.field.state import FieldReport, Rolled, SampledField, load_field, sampled_of
from lookagain.core.result import Evidence
from lookagain.core.values import as_json

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.state import Pixel2PhysState
    from lookagain.runtime.services import Services
    from lookagain.tools.physics import fields
    from lookagain.tools.physics.trajectory import Array

__all__ = ["Outcome", "experiment", "kept", "load_outcome", "spread_of"]

#: Frames simulated at once: a roll-out of any length takes the memory of so many.
_AT_ONCE = 32
#: What is kept of a roll-out for pictures: the difference, on so many frames and cells.
_KEPT_FRAMES, _KEPT_SIDE = 200, 256
#: The error from which on a prediction is not valid any more, in standard deviations of the field.
_VALID = 0.5


#: How a criterion of acceptance is checked, for people.
_METHODS = {
    "independent": "count of averages that overlap little",
    "change": "rms change over noise",
    "fit R2": "R2 of the equation over averages in space and time, the smallest",
    "significance": "smallest coefficient over its standard error",
    "weight": "smallest share of a term in its equation",
    "missing term": "largest share of the residual that a further term explains",
    "margin": "description length of the nearest rival, nats above",
    "larger law": "description length of the nearest law with more terms, nats above",
    "held-out R2": "roll-outs of the law fitted without the last frames",
    "skill": "error of the held-out roll-outs over that of 'nothing changes'",
    "same terms": "search repeated without the last frames",
    "halves in time": "largest difference of a coefficient over what is allowed",
    "halves in space": "largest difference of a coefficient over what is allowed",
    "transport": "share of the changes that no shift explains",
    "coupling": "share of terms with derivatives in space, shifts apart",
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A stored discovery, read back: what pictures, evidence and answer are made of."""

    system: fields.FieldSystem
    start: Array
    field: fields.Field
    found: dict[str, Any]
    criteria: list[dict[str, Any]]

    def rolled_out(self, tick: Any = None) -> Iterator[tuple[int, Array]]:
        """Index of the first frame and frames (n, channels, *space), a part of the roll-out at a time."""
        t, state = self.field.t, self.start
        for first in range(0, len(t), _AT_ONCE):
            # Each part begins with the last frame of the part before it.
            begin = max(first - 1, 0)
            part = self.system.simulate(
                state,
                t[begin : first + _AT_ONCE],
                spacing=self.field.spacing,
                periodic=self.field.periodic,
                tick=tick,
            )[first - begin :]
            yield first, part
            state = part[-1]
            if not np.isfinite(state).all():
                return


def load_outcome(report: FieldReport, sampled: Sequence[SampledField], services: Services, index: int = 0) -> Outcome:
    """The outcome of a round that found a law, for one of its recordings."""
    from lookagain.tools.physics import fields

    if report.discovery is None:
        raise ValueError(f"round {report.round} found no law")
    stored = json.loads(services.blobs.read(report.discovery))
    return Outcome(
        system=fields.FieldSystem.from_json(stored["discovery"]["system"]),
        start=load_array(report.rolled[index].start, services),
        field=load_field(sampled[index], services),
        found=stored["discovery"],
        criteria=stored["criteria"],
    )


def experiment(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """Evidence of the round: what was measured of the law, each number against its bound."""
    report = FieldReport.model_validate(state["report"])
    if report.discovery is None:
        failed = Evidence(claim="a law was found", method="search", text=report.failed, holds=False)
        return {"report": as_json(report.model_copy(update={"evidence": (failed,)}))}
    sampled = sampled_of(state)
    rolled: list[Rolled] = []
    entries: list[Evidence] = []
    for index, one in enumerate(report.rolled):
        outcome = load_outcome(report, sampled, services, index)
        errors, difference = _held_against_seen(outcome, report, services)
        which = f" (recording {index + 1})" if len(sampled) > 1 else ""
        entries += _rolled_out(outcome, errors, which)
        update = {
            "errors": store_array(errors, numbered("errors.npy", index, len(sampled)), services),
            "difference": store_array(difference, numbered("difference.npy", index, len(sampled)), services),
        }
        rolled.append(one.model_copy(update=update))
    entries += _of_the_law(outcome)
    evidence = (*entries, *(evidence_of(criterion, _METHODS) for criterion in outcome.criteria))
    return {"report": as_json(report.model_copy(update={"evidence": evidence, "rolled": tuple(rolled)}))}


def _held_against_seen(outcome: Outcome, report: FieldReport, services: Services) -> tuple[Array, Any]:
    """rms error of each channel in each frame ``(n, channels)``, NaN where the law blew up, and the difference of
    roll-out and field in half precision on the kept frames and cells.
    """
    field = outcome.field
    every, cells = kept(field)
    errors = np.full((field.frames, field.channels), np.nan)
    rows = -(-field.frames // every)
    difference = np.full((rows, field.channels, *field.values[0, 0][cells].shape), np.nan, dtype=np.float16)
    spread = spread_of(field)

    def tick() -> None:
        services.progress(f"round {report.round}: rolling out")

    for first, part in outcome.rolled_out(tick):
        off = part - field.quantity(slice(first, first + len(part)))
        errors[first : first + len(part)] = np.sqrt((off**2).mean(axis=tuple(range(2, off.ndim))))
        for row in range(-(-first // every), -(-(first + len(part)) // every)):
            with np.errstate(over="ignore"):
                difference[row] = (off[row * every - first] / spread)[(slice(None), *cells)]
    return errors, difference


def kept(field: fields.Field) -> tuple[int, tuple[slice, ...]]:
    """Of a roll-out is kept for pictures: every so many frames, and these cells."""
    every = max(1, -(-field.frames // _KEPT_FRAMES))
    stride = max(1, -(-max(field.space) // _KEPT_SIDE))
    return every, (slice(None, None, stride),) * len(field.space)


def spread_of(field: fields.Field) -> Array:
    """Standard deviation of each channel ``(channels, 1, ..)``, at most a few hundred frames looked at; 1 where 0."""
    every, _ = kept(field)
    values = field.quantity(slice(None, None, every * 4))
    spread = values.std(axis=(0, *range(2, values.ndim))).reshape(-1, *(1,) * len(field.space))
    return np.asarray(np.where(spread > 0, spread, 1.0))


def _rolled_out(outcome: Outcome, errors: Array, which: str) -> tuple[Evidence, ...]:
    """How far the stored law alone carries from a recording's first state."""
    field = outcome.field
    spread = spread_of(field).reshape(-1)
    relative = np.sqrt(((errors / spread) ** 2).mean(axis=1))
    off = ~(relative <= _VALID)
    steps = int(np.argmax(off)) if off.any() else field.frames
    entries = [
        Evidence(
            claim=f"roll-out RMSE of {name}{which}",
            method="simulation of the whole sequence from the first fitted state",
            measured=float(np.sqrt(np.mean(errors[:, channel] ** 2))),
            text=f"The field's own standard deviation is {spread[channel]:.4g}.",
        )
        for channel, name in enumerate(field.names)
    ]
    return (
        *entries,
        Evidence(
            claim=f"valid prediction steps{which}",
            method="frames until the roll-out is off by half a standard deviation",
            measured=float(steps),
            text=f"{steps} of {field.frames} frames.",
        ),
    )


def _of_the_law(outcome: Outcome) -> tuple[Evidence, ...]:
    """What was measured over all recordings together."""
    tests, held = outcome.found["tests"], outcome.found["held_out"]
    return (
        Evidence(claim="number of terms", method="count", measured=float(outcome.found["terms"])),
        Evidence(
            claim="equation R2",
            method=f"{outcome.found['form']['scheme']} derivatives, smallest over the equations",
            measured=min(float(value) for value in tests["r2"]),
        ),
        Evidence(
            claim="held-out R2", method="roll-outs of the law fitted without the last frames",
            measured=float(held["r2"]), text=f"{held['frames']} frames in windows of {held['horizon']}.",
        ),
    )  # fmt: skip
