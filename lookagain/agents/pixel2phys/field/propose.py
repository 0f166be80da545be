"""What the Plan agent of the field level may choose, and who chooses: built-in rules, or a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import Field, create_model

from lookagain.agents.pixel2phys.field.state import FieldReport, FieldRound
from lookagain.agents.pixel2phys.options import FieldFamily
from lookagain.agents.pixel2phys.propose import describe_evidence
from lookagain.core.values import Value

if TYPE_CHECKING:
    from lookagain.runtime.services import Services
    from lookagain.tools.models import ImagePart

__all__ = ["FieldChoice", "FieldOffer", "FieldPlanner", "ModelFieldPlanner", "RuleFieldPlanner", "apply_choice"]

Form = Literal["auto", "strong", "weak"]
Differentiation = Literal["auto", "spectral", "kernel"]


class FieldOffer(Value):
    """What may be chosen this round; what is not offered is not possible or was tried."""

    actions: tuple[Literal["stop", "refine_equation"], ...]
    families: tuple[FieldFamily, ...] = ()
    degrees: tuple[int, ...] = ()
    forms: tuple[Form, ...] = ()
    differentiations: tuple[Differentiation, ...] = ()

    def describe(self) -> str:
        """The offer in words, for a prompt."""
        lines = [f"- actions: {', '.join(self.actions)}"]
        if "refine_equation" in self.actions:
            lines.append(f"- refine_equation may add term families ({', '.join(self.families) or 'none left'}),")
            lines.append(f"  set degree ({', '.join(map(str, self.degrees)) or 'no other'}),")
            lines.append(f"  form ({', '.join(self.forms) or 'no other'})")
            lines.append(f"  and differentiation ({', '.join(self.differentiations) or 'no other'})")
        return "\n".join(lines)


class FieldChoice(Value):
    """What the Plan agent decides. Fields left out keep their value; with ``stop`` they are without effect."""

    diagnosis: Annotated[str, Field(max_length=2000)]
    action: Literal["stop", "refine_equation"]
    reason: Annotated[str, Field(max_length=2000)]
    families: tuple[FieldFamily, ...] = ()
    degree: Annotated[int, Field(ge=0, le=5)] | None = None
    form: Form | None = None
    differentiation: Differentiation | None = None


class FieldPlanner(Protocol):
    """Reads a round's report and the rounds before it, and chooses one offered action."""

    def choose(self, report: FieldReport, history: Sequence[FieldReport], offer: FieldOffer) -> FieldChoice:
        """The choice. ``history`` holds the earlier rounds, oldest first."""
        ...


def apply_choice(settings: FieldRound, choice: FieldChoice) -> FieldRound:
    """The settings of the next round."""
    names = ("degree", "form", "differentiation")
    changes: dict[str, Any] = {name: getattr(choice, name) for name in names if getattr(choice, name) is not None}
    changes["families"] = tuple(dict.fromkeys((*settings.families, *choice.families)))
    return FieldRound.model_validate({**settings.model_dump(), **changes})


class RuleFieldPlanner:
    """The built-in planner: accepted, stop; else the terms that were not offered yet, then the other form of the
    equation, then stop.
    """

    def choose(self, report: FieldReport, history: Sequence[FieldReport], offer: FieldOffer) -> FieldChoice:
        """The first rule that applies."""
        if report.accepted or offer.actions == ("stop",):
            done = "Every criterion holds." if report.accepted else "Nothing is left to try."
            return FieldChoice(diagnosis=done, action="stop", reason=done)
        missed = ", ".join(entry.claim for entry in report.missed) or report.failed
        diagnosis = f"Not accepted: {missed}."
        if offer.families:
            return FieldChoice(
                diagnosis=diagnosis,
                action="refine_equation",
                reason="The library may lack a term.",
                families=offer.families,
            )
        if offer.forms:
            return FieldChoice(
                diagnosis=diagnosis,
                action="refine_equation",
                reason=f"The {offer.forms[0]} form was not tried.",
                form=offer.forms[0],
            )
        return FieldChoice(diagnosis=diagnosis, action="stop", reason="Nothing left is likely to help.")


class ModelFieldPlanner:
    """Asks the run's model with ``prompts/pixel2phys/field_plan.md`` and the round's pictures.

    The schema it must answer in holds only what is offered.
    """

    def __init__(self, services: Services, images: Sequence[ImagePart] = ()) -> None:
        self._services = services
        self._images = tuple(images)

    def choose(self, report: FieldReport, history: Sequence[FieldReport], offer: FieldOffer) -> FieldChoice:
        """The model's choice."""
        chosen = self._services.ask(
            "pixel2phys/field_plan",
            offered_schema(offer),
            images=self._images,
            actions=offer.describe(),
            history="\n\n".join(describe_round(past) for past in history) or "none",
            report=describe_round(report),
        )
        return FieldChoice.model_validate(chosen.model_dump())


def offered_schema(offer: FieldOffer) -> type[FieldChoice]:
    """``FieldChoice`` narrowed to what is offered."""

    def one_of(values: tuple[Any, ...]) -> Any:
        return Literal[values] | None if values else None

    fields: dict[str, Any] = {
        "action": (Literal[offer.actions], ...),
        "families": (tuple[Literal[offer.families], ...] if offer.families else tuple[()], ()),  # type: ignore[name-defined]
        "degree": (one_of(offer.degrees), None),
        "form": (one_of(offer.forms), None),
        "differentiation": (one_of(offer.differentiations), None),
    }
    narrowed: Any = create_model("FieldChoice", __base__=FieldChoice, **fields)
    kind: type[FieldChoice] = narrowed
    return kind


def describe_round(report: FieldReport) -> str:
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
