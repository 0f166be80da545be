"""What a latent run concludes: the law in the learned variables, its evidence, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lookagain.agents.pixel2phys.answer import Coefficient, Equation, Frame, Law
from lookagain.agents.pixel2phys.conclude import verdict_of
from lookagain.agents.pixel2phys.field.state import sampled_of
from lookagain.agents.pixel2phys.latent.experiment import Outcome, load_outcome
from lookagain.agents.pixel2phys.latent.state import report_of
from lookagain.agents.pixel2phys.pictures import equation_lines
from lookagain.core.blobs import BlobRef
from lookagain.core.result import Evidence, Verdict
from lookagain.runtime.agent import Conclusion

if TYPE_CHECKING:
    from lookagain.runtime.services import Services

__all__ = ["conclude"]

_SHOWN = {"valid prediction steps": "states.png"}
_NOTE = (
    "Learned variables are arbitrary up to a smooth map, and so are the terms of a law in them. What is judged is that "
    "so few variables obey one closed law that forecasts frames nothing was fitted to."
)


def conclude(state: Mapping[str, Any], services: Services) -> Conclusion[Law]:
    """The conclusion of any state, also of one that a limit cut short; see the object level."""
    report = report_of(state)
    if report is None:
        return Conclusion(verdict=Verdict(reason="The training did not end."))
    sampled = sampled_of(state)[0]
    pictures = {name: BlobRef.model_validate(ref) for name, ref in state.get("pictures", {}).items()}
    evidence = (*sampled.evidence, *(_with_picture(entry, pictures) for entry in report.evidence))
    if report.trained is None:
        return Conclusion(verdict=Verdict(reason=report.failed), evidence=evidence, artifacts=pictures)
    return Conclusion(
        answer=_law(load_outcome(report, services)),
        verdict=verdict_of(evidence, sound=sampled.sound and report.accepted),
        evidence=evidence,
        artifacts=pictures,
        note=_NOTE,
    )


def _law(outcome: Outcome) -> Law:
    system, trajectory = outcome.system, outcome.trajectory
    equations = []
    rows = zip(system.names, system.terms, system.coefficients, system.sigmas, strict=True)
    lines = zip(rows, system.equations(), equation_lines(system.latex()), strict=True)
    for (name, terms, values, sigmas), text, latex in lines:
        coefficients = tuple(
            Coefficient(term=term.text(system.state), value=value, sigma=sigma)
            for term, value, sigma in zip(terms, values, sigmas, strict=True)
        )
        equations.append(Equation(lhs=f"{name}'", text=text, latex=latex, terms=coefficients))
    return Law(
        order=system.order,
        variables=system.names,
        units=("",) * len(system.names),
        equations=tuple(equations),
        initial_state=tuple(float(value) for value in trajectory.x[0]),
        t0=float(trajectory.t[0]),
        frame=Frame(
            coordinates="latent",
            origin_px=(0.0, 0.0),
            units_per_pixel=1.0,
            y_up=False,
            text="learned by an auto-encoder (artifact model.safetensors), mean 0 and standard deviation 1",
        ),
        system=system.to_json(),
    )


def _with_picture(entry: Evidence, pictures: Mapping[str, BlobRef]) -> Evidence:
    name = _SHOWN.get(entry.claim, "")
    return entry.model_copy(update={"artifact": pictures[name]}) if name in pictures else entry
