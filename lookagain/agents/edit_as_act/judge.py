"""A model's judgement of an edit (paper, section 4: IF, SC, PP): it informs, the checks decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from lookagain.agents.edit_as_act.loading import load_world, source_of, task_of
from lookagain.agents.edit_as_act.state import EditState, attempts_of, stored
from lookagain.core.result import Evidence
from lookagain.core.values import Value

if TYPE_CHECKING:
    from lookagain.runtime.services import Services

__all__ = ["METRICS", "Score", "judge"]

#: What each metric asks, by its name.
METRICS = {
    "instruction fidelity": "Was all done that the instruction asks for, and nothing else?",
    "semantic consistency": "Do room and objects keep their function, is the layout coherent and of use?",
    "physical plausibility": "Does nothing collide or float, can people get by, are sizes plausible?",
}


class Score(Value):
    """A model's score of one metric, 0 to 100, and why."""

    score: Annotated[int, Field(ge=0, le=100)]
    explanation: Annotated[str, Field(max_length=2000)]


def judge(state: EditState, services: Services) -> dict[str, Any]:
    """Scores of the edit by the run's model, where the task asks for them; evidence without a verdict."""
    task = task_of(state)
    *past, attempt = attempts_of(state)
    if not task.judge or services.model is None or attempt.edited is None:
        return {}
    from lookagain.tools.models import ImagePart
    from lookagain.tools.scene.draw import perspective_view

    scenes = [load_world(ref, task, services).scene for ref in (source_of(state).data, attempt.edited)]
    images = [ImagePart.from_bytes(perspective_view(scene), media_type="image/png") for scene in scenes]
    scored = []
    for name, question in METRICS.items():
        services.progress(f"judging {name}")
        said = services.ask(
            "edit_as_act/judge", Score, images=images, metric=name, question=question, instruction=task.instruction
        )
        scored.append(
            Evidence(claim=f"{name}, judged by a model", method="before and after, seen in perspective",
                     measured=float(said.score), text=said.explanation)
        )  # fmt: skip
    return {"attempts": stored(*past, attempt.model_copy(update={"judged": tuple(scored)}))}
