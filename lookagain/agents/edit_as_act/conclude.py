"""What an edit concludes: the written scene with its evidence, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lookagain.agents.edit_as_act.loading import load_world, source_of, task_of
from lookagain.agents.edit_as_act.say import in_words
from lookagain.agents.edit_as_act.state import Attempt, Intent, attempts_of
from lookagain.agents.edit_as_act.task import EditAsAct, PlannedStep, SceneEdit
from lookagain.agents.edit_as_act.verify import changes_between
from lookagain.core.blobs import BlobRef
from lookagain.core.result import Evidence, Verdict
from lookagain.runtime.agent import Conclusion

if TYPE_CHECKING:
    from lookagain.runtime.services import Services
    from lookagain.tools.scene.values import Scene

__all__ = ["conclude"]


def conclude(state: Mapping[str, Any], services: Services) -> Conclusion[SceneEdit]:
    """The conclusion of any state, also of one that a limit or a question cut short."""
    if "source" not in state:
        return Conclusion(verdict=Verdict(reason="The scene was not read yet."))
    read = _of_source(state)
    if "intent" not in state:
        return Conclusion(verdict=Verdict(reason="The instruction was not understood yet."), evidence=read)
    intent = Intent.model_validate(state["intent"])
    if intent.failed:
        return Conclusion(verdict=Verdict(reason=intent.failed), evidence=read)
    understood = Evidence(
        claim="what the instruction asks",
        method=intent.by,
        text="; ".join((*map(str, intent.goal.atoms), *intent.notes)),
    )
    evidence = (*read, understood)
    attempts = attempts_of(state)
    last = attempts[-1] if attempts else None
    if last is None or not (last.planned or last.outcome):
        return Conclusion(verdict=Verdict(reason="No plan was made yet."), evidence=evidence)
    if not last.done:
        return _without_edit(state, intent, last, evidence, services)
    return _with_edit(state, intent, last, evidence, services)


def _of_source(state: Mapping[str, Any]) -> tuple[Evidence, ...]:
    source = source_of(state)
    text = f"{source.format}: {source.objects} objects, {source.rooms} rooms."
    said = " ".join((text, *source.warnings))
    return (Evidence(claim="the scene was read", method="reader of the format", text=said),)


def _without_edit(
    state: Mapping[str, Any], intent: Intent, last: Attempt, evidence: tuple[Evidence, ...], services: Services
) -> Conclusion[SceneEdit]:
    task = task_of(state)
    if last.planned and not last.outcome:
        reason = "Dry run: planned, not done." if task.dry_run else "The plan was not done yet."
        answer = _answer(task, intent, last, _scene(state, services))
        return Conclusion(answer=answer, verdict=Verdict(reason=reason), evidence=evidence)
    why = Evidence(claim="a plan that can be done was found", method="goal regression and free space",
                   text=last.reason, holds=False)  # fmt: skip
    # That no plan exists is proven; that no place was found is not.
    value: Any = "refuted" if last.outcome == "impossible" else "undecided"
    return Conclusion(verdict=Verdict(value=value, reason=last.reason), evidence=(*evidence, why))


def _with_edit(
    state: Mapping[str, Any], intent: Intent, last: Attempt, evidence: tuple[Evidence, ...], services: Services
) -> Conclusion[SceneEdit]:
    task = task_of(state)
    pictures = {name: BlobRef.model_validate(ref) for name, ref in state.get("pictures", {}).items()}
    before = _scene(state, services)
    answer = _answer(task, intent, last, before)
    if last.edited is not None:
        changes = changes_between(before, load_world(last.edited, task, services).scene)
        answer = answer.model_copy(
            update={
                "changes": changes,
                "unchanged": len(before.objects) - sum(one.before is not None for one in changes),
                "artifact": last.edited.name,
            }
        )
        pictures = {last.edited.name: last.edited, **pictures}
    missed = [entry.claim for entry in last.evidence if entry.holds is False]
    if not last.evidence:
        verdict = Verdict(reason="The written scene was not verified yet.")
    elif missed:
        verdict = Verdict(reason=f"Not as it should be: {'; '.join(missed)}.")
    else:
        verdict = Verdict(value="confirmed", reason=f"All {len(last.evidence)} checks of the written scene hold.")
    return Conclusion(
        answer=answer, verdict=verdict, evidence=(*evidence, *last.evidence, *last.judged), artifacts=pictures
    )


def _scene(state: Mapping[str, Any], services: Services) -> Scene:
    return load_world(source_of(state).data, task_of(state), services).scene


def _answer(task: EditAsAct, intent: Intent, last: Attempt, scene: Scene) -> SceneEdit:
    changed = last.changed or ((),) * len(last.actions)
    steps = tuple(
        PlannedStep(action=str(action), words=in_words(action, scene), changes=ids)
        for action, ids in zip(last.plan, changed, strict=True)
    )
    return SceneEdit(
        instruction=task.instruction,
        goal=tuple(map(str, intent.goal.atoms)),
        plan=steps,
        optimal=last.optimal,
        shapes=last.shapes,
    )
