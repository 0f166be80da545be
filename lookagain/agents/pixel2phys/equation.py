"""The Equation agent: from a round's trajectories and settings to the most economical law of its library."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from lookagain.agents.pixel2phys.look import task_of
from lookagain.agents.pixel2phys.state import Pixel2PhysState, RoundReport, RoundSettings
from lookagain.core.blobs import BlobRef
from lookagain.core.errors import InputError
from lookagain.core.values import as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lookagain.agents.pixel2phys.task import Pixel2Phys
    from lookagain.runtime.services import Services
    from lookagain.tools.physics import Library, SearchSettings, Trajectory

__all__ = ["equation", "load_trajectory", "search_settings"]

#: Fewer samples than this for each candidate term, and chance picks among them.
_SAMPLES_PER_TERM = 6
#: A tracker is off by the same small part of a pixel each time the object comes by: more frames add no certainty.
_MOST_FRAMES = 600
_ORDERS: dict[str, Literal[1, 2, "auto"]] = {"auto": "auto", "first": 1, "second": 2}


def load_trajectory(ref: BlobRef, services: Services) -> Trajectory:
    """The trajectory of a blob."""
    from lookagain.tools.physics import Trajectory

    return Trajectory.from_csv(services.blobs.read(ref).decode("utf-8"))


def equation(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """Search the round's library; what comes of it, evidence included, is stored as a blob."""
    from lookagain.tools.physics import acceptance, discover

    report = RoundReport.model_validate(state["report"])
    if report.failed or not report.trajectories:
        return {}
    trajectories = [load_trajectory(ref, services) for ref in report.trajectories]
    settings = search_settings(report, trajectories, task_of(state))

    def tell(stage: str, share: float) -> None:
        services.progress(f"round {report.round}: {stage}", share)

    try:
        discovery = discover(trajectories, settings, services.rng("equation", report.round), tell)
    except InputError as error:
        return {"report": as_json(report.model_copy(update={"failed": error.message}))}
    criteria = [criterion.to_json() for criterion in acceptance(discovery)]
    stored = json.dumps({"discovery": discovery.to_json(), "criteria": criteria}, sort_keys=True).encode()
    ref = services.blobs.put(stored, media_type="application/json", name=f"discovery-{report.round}.json")
    found = report.model_copy(
        update={
            "discovery": ref,
            "equations": discovery.best.system.equations(),
            "terms": discovery.best.count,
            "description_length": discovery.best.description_length,
            "accepted": all(criterion["holds"] for criterion in criteria),
        }
    )
    return {"report": as_json(found)}


def search_settings(report: RoundReport, trajectories: Sequence[Trajectory], task: Pixel2Phys) -> SearchSettings:
    """The search that a round asks for."""
    from lookagain.tools.physics import SavitzkyGolay, SearchSettings, Spline

    chosen = report.settings
    defaults = SearchSettings()
    measured = bool(task.tables)
    plain = chosen.coordinates == "xy" and not measured
    return SearchSettings(
        order=_ORDERS[chosen.order],
        library=_library(chosen, trajectories, 1),
        second_order_library=_library(chosen, trajectories, 2),
        differentiation=Spline() if chosen.differentiation == "spline" else SavitzkyGolay(),
        penalty=defaults.penalty * chosen.penalty,
        samples=defaults.samples if measured else _MOST_FRAMES,
        thinning="mean" if measured else "every",
        origin="unknown" if plain and task.origin is None else "given",
        scale="unknown" if plain and not task.calibrated else "given",
    )


def _library(chosen: RoundSettings, trajectories: Sequence[Trajectory], order: Literal[1, 2]) -> Library:
    """Polynomials of the round's degree, the families that were added, sin and cos of angles always.

    A short path cannot tell many terms apart: the degree is lowered, and families are left out, until the library
    has at most one term for every ``_SAMPLES_PER_TERM`` samples.
    """
    from lookagain.tools.physics import Library
    from lookagain.tools.physics.library import state_names

    names, units = trajectories[0].names, trajectories[0].units
    state = state_names(names, order)
    most = max(1, sum(trajectory.finite().n for trajectory in trajectories) // _SAMPLES_PER_TERM)
    degrees = range(chosen.degree if len(state) <= 2 else min(chosen.degree, 2), 0, -1)
    fitting = (Library.polynomial(state, degree) for degree in degrees)
    library = next((found for found in fitting if len(found) <= most), Library.polynomial(state, 0))
    angles = [name for name, unit in zip(names, units, strict=True) if unit == "rad"]
    wanted: list[Library] = []
    if angles or "trigonometric" in chosen.families:
        wanted.append(Library.trigonometric(state, names if "trigonometric" in chosen.families else angles))
    if order == 2 or "drag" in chosen.families:
        wanted.append(Library.drag(state, state[len(names) :] if order == 2 else state))
    if "rational" in chosen.families:
        tops = ("1", *(f"{function}({name})" for name in names for function in ("cos", "sin")))
        wanted.append(Library.rational(state, tops, names))
    for family in wanted:
        joined = library + family
        library = joined if len(joined) <= most else library
    return library
