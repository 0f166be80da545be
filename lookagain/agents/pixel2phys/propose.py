"""The Plan agent's seam: who reads a round's report and decides what the next round changes.

Two implementations: ``RulePlanner`` is built in, ``ModelPlanner`` asks a vision-language model. Both see the same
report and choose among the same offered actions; neither decides whether the law is confirmed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol, Self

from pydantic import ConfigDict, Field, create_model, model_validator

from lookagain.agents.pixel2phys.state import CoordinateKind, RoundReport, RoundSettings
from lookagain.agents.pixel2phys.task import TermFamily
from lookagain.core.result import Evidence
from lookagain.core.values import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lookagain.runtime.services import Services
    from lookagain.tools.models import ImagePart

__all__ = [
    "ModelPlanner",
    "Offer",
    "PlanChoice",
    "Planner",
    "RulePlanner",
    "apply_choice",
    "describe_evidence",
    "offered_schema",
]

Action = Literal["stop", "refine_variable", "refine_equation"]
#: What each action may change; the other fields belong to the other action.
_FIELDS: dict[Action, tuple[str, ...]] = {
    "stop": (),
    "refine_variable": ("coordinates", "track"),
    "refine_equation": ("families", "degree", "order", "differentiation", "penalty"),
}


class Offer(Value):
    """What may be chosen this round; what is not offered is not possible or was tried."""

    actions: tuple[Action, ...]
    coordinates: tuple[CoordinateKind, ...] = ()
    tracks: tuple[int, ...] = ()
    families: tuple[TermFamily, ...] = ()
    degrees: tuple[int, ...] = ()
    orders: tuple[Literal["auto", "first", "second"], ...] = ()
    suggested: tuple[CoordinateKind, ...] = ()

    def describe(self) -> str:
        """The offer in words, for a prompt."""
        lines = [f"- actions: {', '.join(self.actions)}"]
        if "refine_variable" in self.actions:
            lines.append(f"- refine_variable may set coordinates ({', '.join(self.coordinates) or 'none left'})")
            lines.append(f"  and track ({', '.join(map(str, self.tracks)) or 'no other'})")
            if self.suggested:
                lines.append(f"  the shape of the path suggests: {', '.join(self.suggested)}")
        if "refine_equation" in self.actions:
            lines.append(f"- refine_equation may add term families ({', '.join(self.families) or 'none left'}),")
            lines.append(f"  set degree ({', '.join(map(str, self.degrees))}), order ({', '.join(self.orders)}),")
            lines.append("  differentiation (spline, savitzky_golay) and penalty (0.5 to 4, price of a term)")
        return "\n".join(lines)


class PlanChoice(Value):
    """What the Plan agent decides. Fields left out keep their value.

    One action changes one thing: the variables (``coordinates``, ``track``) or the equation (the other fields). A
    field of the other action is refused; with ``stop`` all of them are without effect.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    diagnosis: Annotated[str, Field(max_length=2000)]
    bottleneck: Literal["variable", "equation", "none"]
    action: Action
    reason: Annotated[str, Field(max_length=2000)]
    coordinates: CoordinateKind | None = None
    track: Annotated[int, Field(ge=0)] | None = None
    families: tuple[TermFamily, ...] = ()
    degree: Annotated[int, Field(ge=0, le=5)] | None = None
    order: Literal["auto", "first", "second"] | None = None
    differentiation: Literal["spline", "savitzky_golay"] | None = None
    penalty: Annotated[float, Field(ge=0.5, le=4.0)] | None = None

    @model_validator(mode="after")
    def _of_one_action(self) -> Self:
        if self.action == "stop":
            return self
        other: Action = "refine_equation" if self.action == "refine_variable" else "refine_variable"
        stray = [name for name in _FIELDS[other] if getattr(self, name) not in (None, ())]
        if stray:
            named = ", ".join(stray)
            raise ValueError(
                f"{named} cannot be set by {self.action}, which sets only {', '.join(_FIELDS[self.action])}: "
                f"leave out {named}, or choose {other}"
            )
        return self


class Planner(Protocol):
    """Reads a round's report and the rounds before it, and chooses one offered action."""

    def choose(self, report: RoundReport, history: Sequence[RoundReport], offer: Offer) -> PlanChoice:
        """The choice. ``history`` holds the earlier rounds, oldest first."""
        ...


def apply_choice(settings: RoundSettings, choice: PlanChoice) -> RoundSettings:
    """The settings of the next round: only what the chosen action may change."""
    changes: dict[str, Any] = {
        name: getattr(choice, name) for name in _FIELDS[choice.action] if getattr(choice, name) not in (None, ())
    }
    if "families" in changes:
        changes["families"] = tuple(dict.fromkeys((*settings.families, *choice.families)))
    return RoundSettings.model_validate({**settings.model_dump(), **changes})


class RulePlanner:
    """The built-in planner: what is cheap and likely first, and no round that was tried before.

    Accepted: stop. Otherwise the coordinates that the shape of the path suggests, then more term families, then
    a lower penalty when the residuals still hold structure or a higher one when terms are not significant,
    then stop.
    """

    def choose(self, report: RoundReport, history: Sequence[RoundReport], offer: Offer) -> PlanChoice:
        """The first rule that applies."""
        if report.accepted or offer.actions == ("stop",):
            done = "Every criterion holds." if report.accepted else "Nothing is left to try."
            return PlanChoice(diagnosis=done, bottleneck="none", action="stop", reason=done)
        missed = ", ".join(entry.claim for entry in report.missed) or report.failed
        diagnosis = f"Not accepted: {missed}."
        waiting = [kind for kind in offer.suggested if kind in offer.coordinates]
        if waiting:
            return PlanChoice(
                diagnosis=diagnosis,
                bottleneck="variable",
                action="refine_variable",
                reason=f"The shape of the path suggests {waiting[0]} coordinates.",
                coordinates=waiting[0],
            )
        if offer.families:
            return PlanChoice(
                diagnosis=diagnosis,
                bottleneck="equation",
                action="refine_equation",
                reason="The library may lack an operator.",
                families=offer.families,
            )
        if "refine_variable" in offer.actions and "xy" in offer.coordinates:
            return PlanChoice(
                diagnosis=diagnosis,
                bottleneck="variable",
                action="refine_variable",
                reason="The plain coordinates were not tried with this library.",
                coordinates="xy",
            )
        return PlanChoice(
            diagnosis=diagnosis, bottleneck="none", action="stop", reason="Nothing left is likely to help."
        )


class ModelPlanner:
    """Asks the run's model with ``prompts/pixel2phys/plan.md`` and the round's pictures.

    The schema it must answer in holds only what is offered, so that a choice outside the offer is repaired or
    ends in ``OutputError``.
    """

    def __init__(self, services: Services, images: Sequence[ImagePart] = ()) -> None:
        self._services = services
        self._images = tuple(images)

    def choose(self, report: RoundReport, history: Sequence[RoundReport], offer: Offer) -> PlanChoice:
        """The model's choice."""
        chosen = self._services.ask(
            "pixel2phys/plan",
            offered_schema(offer),
            images=self._images,
            actions=offer.describe(),
            history="\n\n".join(describe_round(past) for past in history) or "none",
            report=describe_round(report),
        )
        return PlanChoice.model_validate(chosen.model_dump())


def offered_schema(offer: Offer) -> type[PlanChoice]:
    """``PlanChoice`` narrowed to what is offered."""

    def one_of(values: tuple[Any, ...]) -> Any:
        return Literal[values] | None if values else None

    fields: dict[str, Any] = {
        "action": (Literal[offer.actions], ...),
        "families": (tuple[Literal[offer.families], ...] if offer.families else tuple[()], ()),  # type: ignore[name-defined]
    }
    for name, values in (
        ("coordinates", offer.coordinates),
        ("track", offer.tracks),
        ("degree", offer.degrees),
        ("order", offer.orders),
    ):
        fields[name] = (one_of(values), None)
    narrowed: Any = create_model("PlanChoice", __base__=PlanChoice, **fields)
    kind: type[PlanChoice] = narrowed
    return kind


def describe_evidence(entry: Evidence) -> str:
    """A check in words: measured against expected, and whether it holds."""
    measured = "" if entry.measured is None else f"{entry.measured:.6g}{entry.unit and ' ' + entry.unit}"
    expected = "" if entry.expected is None else f" (expected {entry.expected})"
    state = {True: "holds", False: "does not hold", None: "for information"}[entry.holds]
    return f"- {entry.claim}: {measured}{expected}, {state}. {entry.text}".rstrip()


def describe_round(report: RoundReport) -> str:
    """A round in words: settings, equations, every check with measured against expected."""
    settings = ", ".join(f"{name}={value}" for name, value in report.settings.model_dump().items())
    lines = [f"round {report.round} with {settings}"]
    if report.failed:
        lines.append(f"failed: {report.failed}")
    lines += [f"equation: {equation}" for equation in report.equations]
    lines += [describe_evidence(entry) for entry in report.evidence]
    lines.append("accepted" if report.accepted else "not accepted")
    if report.action:
        lines.append(f"then: {report.action}")
    return "\n".join(lines)
