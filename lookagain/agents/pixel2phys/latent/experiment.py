"""The Experiment agent of the latent level: every number of the training's judgement becomes evidence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lookagain.agents.pixel2phys.criteria import evidence_of
from lookagain.agents.pixel2phys.field.equation import load_array
from lookagain.agents.pixel2phys.latent.state import LatentReport
from lookagain.core.result import Evidence
from lookagain.core.values import as_json

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.state import Pixel2PhysState
    from lookagain.runtime.services import Services
    from lookagain.tools.physics import SparseSystem, Trajectory
    from lookagain.tools.physics.latent import LatentModel
    from lookagain.tools.physics.trajectory import Array

__all__ = ["Outcome", "experiment", "load_outcome"]

#: How a criterion of acceptance is checked, for people.
_METHODS = {
    "samples": "fitted numbers for each term",
    "smooth": "noise of a latent variable over its standard deviation, the largest",
    "collapse": "share of the pictures' variance that is lost without a variable, the smallest",
    "reconstruction": "R2 of the decoded encodings of held-out frames",
    "inside": "share of the held-out states near fitted ones",
    "spread": "standard deviation of the held-out states, of the fitted ones 1",
    "latent roll-out": "R2 from the first held-out frame on, in latent variables",
    "picture roll-out": "R2 from the first held-out frame on, decoded",
    "skill": "error of the decoded roll-out over that of 'nothing changes'",
    "same state": "R2 of a smooth map between the variables of two trainings, the worse way",
    "same motion": "R2 of the roll-outs of two trainings, mapped",
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A stored training, read back: what pictures, evidence and answer are made of."""

    system: SparseSystem
    model: LatentModel
    trajectory: Trajectory
    """All encoded frames."""
    rollout: Array
    """The law from the first held-out frame on ``(n - fitted, d)``."""
    fitted: int
    found: dict[str, Any]
    criteria: list[dict[str, Any]]


def load_outcome(report: LatentReport, services: Services) -> Outcome:
    """The outcome of a training that found a law."""
    from lookagain.tools.physics import SparseSystem, Trajectory
    from lookagain.tools.physics.latent import LatentModel

    if report.trained is None:
        raise ValueError("the training found no law")
    blobs = services.blobs
    stored = json.loads(blobs.read(report.trained.discovery))
    found = stored["discovery"]
    return Outcome(
        system=SparseSystem.from_json(found["system"]),
        model=LatentModel.from_bytes(blobs.read(report.trained.model)),
        trajectory=Trajectory.from_csv(blobs.read(report.trained.trajectory).decode("utf-8")),
        rollout=load_array(report.trained.rollout, services),
        fitted=int(found["fitted"][0]),
        found=found,
        criteria=stored["criteria"],
    )


def experiment(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """Evidence of the training: what was measured of the law, each number against its bound."""
    report = LatentReport.model_validate(state["report"])
    if report.trained is None:
        failed = Evidence(claim="a law was found", method="training", text=report.failed, holds=False)
        return {"report": as_json(report.model_copy(update={"evidence": (failed,)}))}
    outcome = load_outcome(report, services)
    held, last = outcome.found["held_out"], outcome.found["rounds"][-1]
    evidence = (
        Evidence(
            claim="valid prediction steps",
            method="held-out frames until the latent roll-out is off by half a standard deviation",
            measured=float(held["valid_steps"]),
            text=f"{held['valid_steps']} of {held['frames']} frames.",
        ),
        Evidence(claim="number of terms", method="count", measured=float(outcome.system.count)),
        Evidence(
            claim="share of the pictures' variance that is lost",
            method="reconstruction of the fitted frames at the end of the training",
            measured=float(last["reconstruction"]),
        ),
        Evidence(
            claim="share of the latent velocity that the equation misses",
            method="central differences of the fitted frames' states",
            measured=float(last["equation"]),
        ),
        *(evidence_of(criterion, _METHODS) for criterion in outcome.criteria),
    )
    accepted = all(criterion["holds"] for criterion in outcome.criteria)
    return {"report": as_json(report.model_copy(update={"evidence": evidence, "accepted": accepted}))}
