"""What a Pixel2Phys run concludes: the best round's law, its evidence, and the verdict.

``confirmed`` requires all of: the camera stands still, the video is one scene, the object is tracked, and every
criterion of acceptance of the best round holds. A law that misses one is ``undecided`` and says which.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lookagain.agents.pixel2phys.answer import Coefficient, Equation, Frame, Law, Start
from lookagain.agents.pixel2phys.experiment import ROLLED_OUT, Outcome, camera_uncertainty, load_outcome
from lookagain.agents.pixel2phys.look import task_of
from lookagain.agents.pixel2phys.pictures import equation_lines
from lookagain.agents.pixel2phys.plan import best_round, rounds_of
from lookagain.agents.pixel2phys.state import Pixel2PhysState, RoundReport, Seen
from lookagain.agents.pixel2phys.units import term_unit
from lookagain.core.blobs import BlobRef
from lookagain.core.result import Evidence, Verdict
from lookagain.runtime.agent import Conclusion

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.task import Pixel2Phys
    from lookagain.runtime.services import Services

__all__ = ["conclude", "decisive_first", "law_of", "verdict_of"]

_NAMED = 3


def conclude(state: Mapping[str, Any], services: Services) -> Conclusion[Law]:
    """The conclusion of any state, also of one that a limit cut short.

    The verdict is that of the best finished round: it may be ``confirmed`` when a limit came after that round, for
    none of its checks depends on what would have followed. The evidence holds first what decides: required checks
    that fail, required checks that hold, then what only informs.
    """
    known = Pixel2PhysState(**state)  # type: ignore[typeddict-item]
    pictures = {name: BlobRef.model_validate(ref) for name, ref in known.get("pictures", {}).items()}
    if "seen" not in known:
        return Conclusion(verdict=Verdict(reason="Nothing was looked at yet."))
    seen = Seen.model_validate(known["seen"])
    best = best_round(rounds_of(known))
    if best is None:
        reasons = " ".join(seen.reasons) or "No law was found."
        evidence = (*seen.evidence, *(entry for report in rounds_of(known)[-1:] for entry in report.evidence))
        return Conclusion(verdict=Verdict(reason=reasons), evidence=decisive_first(evidence), artifacts=pictures)
    outcome = load_outcome(best, services)
    evidence = (*seen.evidence, *(_with_picture(entry, pictures) for entry in best.evidence))
    return Conclusion(
        answer=law_of(outcome, best, task_of(known), camera_uncertainty(outcome, best, seen.width)),
        verdict=verdict_of(evidence, sound=seen.sound and best.accepted),
        evidence=decisive_first(evidence),
        artifacts=pictures,
        note=" ".join(seen.reasons),
    )


def law_of(outcome: Outcome, report: RoundReport, task: Pixel2Phys, camera: Sequence[float]) -> Law:
    """The law of a round as a value that can be read, typeset and run.

    ``camera`` is added in quadrature to the standard errors of each equation (see ``camera_uncertainty``).
    """
    system = outcome.system
    unit_of = dict(zip(outcome.names, outcome.units, strict=True))
    starts = tuple(
        Start(t0=float(seen.t[0]), state=tuple(float(value) for value in state))
        for seen, state in zip(outcome.trajectories, outcome.initial_states, strict=True)
    )
    scaled = not outcome.affine.is_identity and outcome.affine.scale != 1.0
    equations = []
    lines = zip(system.names, system.terms, system.coefficients, system.sigmas, camera, strict=True)
    for (name, terms, values, sigmas, shared), text, latex in zip(
        lines, system.equations(), equation_lines(system.latex()), strict=True
    ):
        coefficients = tuple(
            Coefficient(
                term=term.text(system.state),
                value=value,
                sigma=math.hypot(sigma, shared),
                unit="" if scaled else term_unit(term, system.order, name, system.names, unit_of),
            )
            for term, value, sigma in zip(terms, values, sigmas, strict=True)
        )
        equations.append(Equation(lhs=name + "'" * system.order, text=text, latex=latex, terms=coefficients))
    made = report.coordinates
    return Law(
        order=system.order,
        variables=system.names,
        units=outcome.units,
        equations=tuple(equations),
        initial_state=starts[0].state,
        t0=starts[0].t0,
        starts=starts if len(starts) > 1 else (),
        frame=Frame(
            coordinates=report.settings.coordinates,
            origin_px=(float(made.get("origin_px", (0.0, 0.0))[0]), float(made.get("origin_px", (0.0, 0.0))[1])),
            units_per_pixel=task.units_per_pixel,
            y_up=task.y_up,
            shift=outcome.affine.offset,
            stretch=outcome.affine.scale,
            text=str(made.get("text", "")),
        ),
        system=system.to_json(),
    )


def verdict_of(evidence: Sequence[Evidence], *, sound: bool) -> Verdict:
    """``confirmed`` where every required check holds and the input is ``sound``, else ``undecided`` and why."""
    required = [entry for entry in evidence if entry.holds is not None]
    missed = [entry for entry in required if not entry.holds]
    if required and not missed and sound:
        return Verdict(value="confirmed", reason=f"All {len(required)} required checks hold.")
    named = "; ".join(f"not shown that {entry.claim}" for entry in missed[:_NAMED])
    more = f" and {len(missed) - _NAMED} more" if len(missed) > _NAMED else ""
    return Verdict(value="undecided", reason=f"{named}{more}." if missed else "The video is not sound enough.")


def decisive_first(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Required checks that fail, required checks that hold, then what only informs; in order within each."""
    place = {False: 0, True: 1, None: 2}
    return tuple(sorted(evidence, key=lambda entry: place[entry.holds]))


def _with_picture(entry: Evidence, pictures: Mapping[str, BlobRef]) -> Evidence:
    """Points the roll-out's evidence at the picture that shows it."""
    shown = {ROLLED_OUT: "overlay.mp4", "residuals are uncorrelated": "residuals.png"}
    shown |= {f"video {i}: {ROLLED_OUT}": f"overlay-{i}.mp4" for i in range(1, len(pictures) + 1)}
    name = shown.get(entry.claim, "")
    return entry.model_copy(update={"artifact": pictures[name]}) if name in pictures else entry
