"""The Experiment agent: turns what the search found into evidence, by simulating the stored law anew."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lookagain.agents.pixel2phys.criteria import evidence_of
from lookagain.agents.pixel2phys.equation import load_trajectory
from lookagain.agents.pixel2phys.look import of_video
from lookagain.agents.pixel2phys.state import Pixel2PhysState, RoundReport, Seen
from lookagain.core.result import Bound, Evidence
from lookagain.core.values import as_json

if TYPE_CHECKING:
    from lookagain.runtime.services import Services
    from lookagain.tools.physics import Affine, SparseSystem, Trajectory
    from lookagain.tools.physics.trajectory import Array

__all__ = ["ROLLED_OUT", "Outcome", "camera_uncertainty", "experiment", "load_outcome"]

ROLLED_OUT = "roll-out R2 over all frames"

#: How a criterion of acceptance is checked, for people.
_METHODS = {
    "samples": "count",
    "motion": "standard deviation over noise",
    "chi2": "reduced chi-square of the fitted trajectory",
    "chi2 floor": "reduced chi-square of the fitted trajectory",
    "ljung-box": "Ljung-Box test of the residuals, p-value",
    "runs": "Wald-Wolfowitz runs test, p-value",
    "outliers": "largest residual in robust standard deviations",
    "disturbance": "test for a smooth unknown input, p-value",
    "missing term": "score test of every term left out, corrected p-value",
    "significance": "smallest coefficient over its standard error",
    "independent": "least spread of a combination of the variables over its noise",
    "weight": "smallest share of a term in its equation",
    "other order": "description length of the nearest law of the other order, nats above",
    "margin": "description length of the nearest rival, nats above",
    "larger law": "description length of the nearest law with more terms, nats above",
    "power": "largest share of the motion that a term could have unnoticed",
    "forecast": "forecast test on held-out frames, p-value",
    "held-out R2": "roll-out of the law fitted without the last quarter",
    "same terms": "search repeated without the last quarter",
    "halves agree": "coefficients of the two halves compared, p-value",
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A stored discovery, read back: everything that pictures, evidence and answer are made of."""

    system: SparseSystem
    affine: Affine
    initial_states: tuple[Array, ...]
    """The fitted first state of each recording."""
    trajectories: tuple[Trajectory, ...]
    """What was seen in each recording."""
    found: dict[str, Any]
    criteria: list[dict[str, Any]]

    @property
    def names(self) -> tuple[str, ...]:
        """The variables."""
        return self.trajectories[0].names

    @property
    def units(self) -> tuple[str, ...]:
        """Their units."""
        return self.trajectories[0].units

    def predicted(self, index: int, t: Array | None = None) -> Array:
        """The law's variables as they would be seen in a recording, ``(n, d)``, rolled out from its first fitted state.

        At the recording's own times, or at ``t (n,)``, which begins with the first of them.
        """
        return self._rolled_out[index] if t is None else self._at(index, t)

    @cached_property
    def _rolled_out(self) -> tuple[Array, ...]:
        return tuple(self._at(index, one.t) for index, one in enumerate(self.trajectories))

    def _at(self, index: int, t: Array) -> Array:
        states = self.system.simulate(self.initial_states[index], t)
        return self.affine.to_seen(states[:, : len(self.system.names)])


def load_outcome(report: RoundReport, services: Services) -> Outcome:
    """The outcome of a round that found a law."""
    import numpy as np

    from lookagain.tools.physics import Affine, SparseSystem

    if report.discovery is None or not report.trajectories:
        raise ValueError(f"round {report.round} found no law")
    stored = json.loads(services.blobs.read(report.discovery))
    found = stored["discovery"]
    return Outcome(
        system=SparseSystem.from_json(found["system"]),
        affine=Affine(offset=tuple(found["affine"]["offset"]), scale=found["affine"]["scale"]),
        initial_states=tuple(np.asarray(state, dtype=float) for state in found["initial_states"]),
        trajectories=tuple(load_trajectory(ref, services) for ref in report.trajectories),
        found=found,
        criteria=stored["criteria"],
    )


def experiment(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """Evidence of the round: what was measured of the law, each number against its bound."""
    report = RoundReport.model_validate(state["report"])
    if report.discovery is None:
        evidence: tuple[Evidence, ...] = (
            Evidence(claim="a law was found", method="search", text=report.failed, holds=False),
        )
    else:
        outcome = load_outcome(report, services)
        criteria = (evidence_of(c, _METHODS) for c in outcome.criteria)
        evidence = (
            *_shape(report),
            *_accelerations(outcome, report, Seen.model_validate(state["seen"]).width),
            *_rolled_out(outcome),
            *criteria,
        )
    # A law in a coordinate that the path does not have is no law of the path, however well it fits.
    accepted = report.accepted and all(entry.holds is not False for entry in evidence)
    done = report.model_copy(update={"evidence": evidence, "accepted": accepted})
    return {"report": as_json(done)}


def _shape(report: RoundReport) -> tuple[Evidence, ...]:
    """Whether the path is the line or circle that its coordinate stands for; nothing for other coordinates."""
    shape = report.coordinates.get("shape")
    if not shape:
        return ()
    limit = shape["limit_px"]
    return (
        Evidence(
            claim=shape["claim"],
            method="distance of the points from the fitted shape, rms",
            measured=shape["residual_px"],
            unit="px",
            expected=None if limit is None else Bound(op="<=", value=limit),
            text=f"{shape['reason']}.",
            holds=shape["holds"],
        ),
    )


def _rolled_out(outcome: Outcome) -> tuple[Evidence, ...]:
    """The whole paths, each from one initial state: how far the stored law alone carries."""
    import numpy as np

    from lookagain.tools.physics.checks import r2, rmse, valid_prediction_steps

    rolled = [(one.x, outcome.predicted(i)) for i, one in enumerate(outcome.trajectories)]
    seen, predicted = (np.vstack(parts) for parts in zip(*rolled, strict=True))
    held = outcome.found["held_out"]
    unit = outcome.units[0] if len(set(outcome.units)) == 1 else ""
    # Each recording starts anew: the count is that of the one that is lost first.
    steps, of = min((valid_prediction_steps(*pair), len(pair[0])) for pair in rolled)
    return (
        Evidence(
            claim="derivative R2",
            method="law against the smoothed derivative",
            measured=_float(outcome.found["tests"]["derivative_r2"]),
        ),
        Evidence(claim="number of terms", method="count", measured=float(outcome.found["terms"])),
        Evidence(
            claim=ROLLED_OUT,
            method="simulation from the first fitted state",
            measured=r2(seen, predicted),
        ),
        Evidence(
            claim="roll-out RMSE over all frames",
            method="simulation from the first fitted state",
            measured=rmse(seen, predicted),
            unit=unit,
        ),
        Evidence(
            claim="held-out RMSE",
            method="roll-out of the law fitted without the last quarter",
            measured=_float(held["rmse"]),
            unit=unit,
        ),
        Evidence(
            claim="valid prediction steps",
            method="frames until the roll-out is off by half a standard deviation",
            measured=float(steps),
            text=f"{steps} of {of} frames.",
        ),
        *_each(rolled),
    )


def _each(rolled: list[tuple[Array, Array]]) -> tuple[Evidence, ...]:
    """How far the one law carries in each of several recordings."""
    from lookagain.tools.physics.checks import r2

    if len(rolled) == 1:
        return ()
    return tuple(
        of_video(
            Evidence(
                claim=ROLLED_OUT,
                method="simulation from its own first fitted state",
                measured=r2(seen, predicted),
            ),
            number,
        )
        for number, (seen, predicted) in enumerate(rolled, 1)
    )


def camera_uncertainty(outcome: Outcome, report: RoundReport, width: int) -> tuple[float, ...]:
    """The camera's part of the standard errors of a second-order law of constants alone; zeros for other laws.

    Several recordings by one camera do not average it out: that of the worst one counts.
    """
    if outcome.system.order != 2 or not _constant(outcome):
        return (0.0,) * len(outcome.system.names)
    each = [_camera(seen, report, width) for seen in outcome.trajectories]
    return tuple(max(values) / outcome.affine.scale for values in zip(*each, strict=True))


def _camera(seen: Trajectory, report: RoundReport, width: int) -> tuple[float, ...]:
    """What the camera adds to the standard errors of mean accelerations; zeros for a table, measured by no camera."""
    from lookagain.tools.physics.checks import camera_acceleration

    extent = report.coordinates.get("extent_px")
    if not width or extent is None:
        return (0.0,) * len(seen.names)
    return tuple(float(value) for value in camera_acceleration(seen.t, seen.x, extent / width))


def _constant(outcome: Outcome) -> bool:
    from lookagain.tools.physics.terms import CONSTANT

    return all(term == CONSTANT for row in outcome.system.terms for term in row)


def _accelerations(outcome: Outcome, report: RoundReport, width: int) -> tuple[Evidence, ...]:
    """For a law of constants alone, the mean accelerations with their intervals, from the paths without the law."""
    if not _constant(outcome):
        return ()
    each = [_mean_accelerations(outcome, seen, _camera(seen, report, width)) for seen in outcome.trajectories]
    if len(each) == 1:
        return each[0]
    return tuple(of_video(entry, number) for number, entries in enumerate(each, 1) for entry in entries)


def _mean_accelerations(outcome: Outcome, seen: Trajectory, camera: tuple[float, ...]) -> tuple[Evidence, ...]:
    """The mean acceleration of each variable of a recording.

    A constant of the law whose interval contains 0 is one that the camera alone could have put there.
    """
    from lookagain.tools.physics.checks import constant_term

    system = outcome.system
    found = []
    for index, (name, unit) in enumerate(zip(seen.names, seen.units, strict=True)):
        mean = constant_term(seen.t, seen.x[:, index], 2, camera[index])
        zero = "contains 0: no acceleration is shown" if mean.contains_zero else "does not contain 0"
        found.append(
            Evidence(
                claim=f"mean acceleration of {name}",
                method="least-squares parabola",
                measured=mean.value,
                unit=f"{unit}/s^2",
                text=f"The 95 % interval [{mean.low:.4g}, {mean.high:.4g}] {zero}. Of the standard error "
                f"{mean.sigma:.2g}, {camera[index]:.2g} is for the scale of an uncalibrated camera.",
            )
        )
        if system.order == 2 and system.terms[index]:
            found.append(
                Evidence(
                    claim=f"the acceleration of {name} is more than noise and camera feign",
                    method="size of the mean acceleration against half its 95 % interval",
                    measured=abs(mean.value),
                    unit=f"{unit}/s^2",
                    expected=Bound(op=">", value=(mean.high - mean.low) / 2),
                    holds=not mean.contains_zero,
                )
            )
    return tuple(found)


def _float(value: Any) -> float:
    return float(value)
