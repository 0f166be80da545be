"""What a field run concludes: the best round's law, its evidence, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lookagain.agents.pixel2phys.answer import Coefficient, Equation, Frame, Grid, Law, Start
from lookagain.agents.pixel2phys.conclude import verdict_of
from lookagain.agents.pixel2phys.field.experiment import Outcome, load_outcome
from lookagain.agents.pixel2phys.field.plan import best_report
from lookagain.agents.pixel2phys.field.state import FieldReport, SampledField, reports_of, sampled_of
from lookagain.agents.pixel2phys.pictures import equation_lines
from lookagain.core.blobs import BlobRef
from lookagain.core.result import Evidence, Verdict
from lookagain.runtime.agent import Conclusion

if TYPE_CHECKING:
    from lookagain.runtime.services import Services

__all__ = ["conclude", "law_of"]

#: A first state of more numbers is kept beside the law, not in it.
_INLINE = 2048
_SHOWN = {"valid prediction steps": "error.png", "held-out R2": "frames.png"}


def conclude(state: Mapping[str, Any], services: Services) -> Conclusion[Law]:
    """The conclusion of any state, also of one that a limit cut short; see the object level."""
    sampled = sampled_of(state)
    if not sampled:
        return Conclusion(verdict=Verdict(reason="The field was not read yet."))
    read = tuple(_which(entry, index, sampled) for index, one in enumerate(sampled) for entry in one.evidence)
    pictures = {name: BlobRef.model_validate(ref) for name, ref in state.get("pictures", {}).items()}
    rounds = reports_of(state)
    best = best_report(rounds)
    if best is None:
        evidence = (*read, *(entry for report in rounds[-1:] for entry in report.evidence))
        reason = rounds[-1].failed if rounds else "No law was found."
        return Conclusion(verdict=Verdict(reason=reason), evidence=evidence, artifacts=pictures)
    evidence = (*read, *(_with_picture(entry, pictures) for entry in best.evidence))
    return Conclusion(
        answer=law_of([load_outcome(best, sampled, services, k) for k in range(len(sampled))], best, sampled),
        verdict=verdict_of(evidence, sound=all(one.sound for one in sampled) and best.accepted),
        evidence=evidence,
        artifacts=pictures,
    )


def _which(entry: Evidence, index: int, sampled: Sequence[SampledField]) -> Evidence:
    if len(sampled) == 1:
        return entry
    return entry.model_copy(update={"claim": f"{entry.claim} (recording {index + 1})"})


def law_of(outcomes: Sequence[Outcome], report: FieldReport, recordings: Sequence[SampledField]) -> Law:
    """The law of a round as a value that can be read, typeset and run; one outcome for each recording."""
    outcome, sampled = outcomes[0], recordings[0]
    system = outcome.system
    equations = []
    rows = zip(system.names, system.terms, system.coefficients, system.sigmas, strict=True)
    for (name, terms, values, sigmas), text, latex in zip(
        rows, system.equations(), equation_lines(system.latex()), strict=True
    ):
        coefficients = tuple(
            Coefficient(term=term.text(system.feature_names), value=value, sigma=sigma)
            for term, value, sigma in zip(terms, values, sigmas, strict=True)
        )
        equations.append(Equation(lhs=f"{name}'", text=text, latex=latex, terms=coefficients))
    small = outcome.start.size <= _INLINE
    alike = small and len({one.start.shape for one in outcomes}) == 1
    starts = tuple(
        Start(t0=one.start, state=tuple(float(value) for value in rolled.start.ravel()))
        for one, rolled in zip(recordings, outcomes, strict=True)
    )
    return Law(
        order=1,
        variables=system.names,
        units=("",) * len(system.names),
        equations=tuple(equations),
        initial_state=tuple(float(value) for value in outcome.start.ravel()) if small else (),
        t0=sampled.start,
        starts=starts if alike and len(starts) > 1 else (),
        frame=Frame(
            coordinates="grid",
            origin_px=(0.0, 0.0),
            units_per_pixel=sampled.spacing[-1] / sampled.coarsen,
            y_up=False,
            text=_words(sampled),
        ),
        grid=Grid(
            axes=sampled.axes,
            shape=sampled.shape[2:],
            spacing=sampled.spacing,
            periodic=sampled.periodic,
            unit=sampled.unit,
            start=None if small else report.rolled[0].start,
        ),
        system=system.to_json(),
    )


def _words(sampled: SampledField) -> str:
    """Where the quantities come from, in words."""
    borders = ", ".join(
        f"{axis} {'closed' if closed else 'open'}" for axis, closed in zip(sampled.axes, sampled.periodic, strict=True)
    )
    size = " x ".join(map(str, sampled.shape[2:]))
    down = "; y runs down the rows" if len(sampled.axes) == 2 else ""
    return f"{'; '.join(sampled.calibration)}; {size} cells, borders: {borders}{down}"


def _with_picture(entry: Evidence, pictures: Mapping[str, BlobRef]) -> Evidence:
    name = _SHOWN.get(entry.claim, "")
    return entry.model_copy(update={"artifact": pictures[name]}) if name in pictures else entry
