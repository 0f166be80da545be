"""What is asked of a scene edit, and what comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field

from lookagain.core.task import Answer, Media, Task
from lookagain.core.values import Value

__all__ = ["EditAsAct", "ObjectChange", "PlannedStep", "SceneEdit", "ScenePath"]

ScenePath = Annotated[Path, Media("scene")]


class PlannedStep(Value):
    """One action of the plan: as EditLang says it, in words, and the objects that it changes."""

    action: str
    words: str
    changes: tuple[str, ...] = ()


class ObjectChange(Value):
    """An object before and after the edit, as plain values; ``before`` is None for a new one, ``after`` for one that
    was removed.
    """

    id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class SceneEdit(Answer):
    """The edited scene, as a plan and as what it changed.

    ``goal`` is what shall hold afterwards, in EditLang. ``optimal``: no shorter plan exists (proven). ``artifact``
    names the file of the edited scene among the result's artifacts; empty for a dry run. ``shapes`` say where the
    shape of each new object is from.
    """

    instruction: str
    goal: tuple[str, ...]
    plan: tuple[PlannedStep, ...]
    optimal: bool
    changes: tuple[ObjectChange, ...] = ()
    unchanged: int = 0
    artifact: str = ""
    shapes: dict[str, str] = Field(default_factory=dict)

    @property
    def text(self) -> str:
        """The plan in words, one step a line."""
        return "\n".join(f"{number}. {step.words}" for number, step in enumerate(self.plan, 1)) or "Nothing to do."

    def __str__(self) -> str:
        return self.text


class EditAsAct(Task[SceneEdit]):
    """Edit a 3-D indoor scene as a sentence asks: nothing else is changed.

    ``scene`` is a file of ProcTHOR, VirtualHome, SceneEval, glTF/GLB or lookagain's own format. ``assets`` is a
    catalogue for sizes and new objects: the ProcTHOR asset database, or a folder of GLB models.
    """

    agent: ClassVar[str] = "edit_as_act"

    scene: ScenePath
    instruction: Annotated[str, Field(min_length=1, max_length=2000, description="What to change, in English.")]
    assets: Annotated[
        Path | None, Media("scene"), Field(description="ProcTHOR asset database, or a folder of GLB models: shapes.")
    ] = None
    best: Annotated[bool, Field(description="Take the best candidate instead of asking which object is meant.")] = False
    dry_run: Annotated[bool, Field(description="Plan only; the scene is not written.")] = False
    judge: Annotated[bool, Field(description="Let the model score the edit as well (three calls).")] = False
    max_rounds: Annotated[int, Field(ge=1, le=20, description="How often to plan again with what failed.")] = 6
