"""Understand: the instruction as a goal, by the built-in grammar or by a model; a question where it is not clear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lookagain.agents.edit_as_act.loading import assets_of, load_world, shape_for, source_of, task_of
from lookagain.agents.edit_as_act.propose import GrammarProposer, ModelProposer, Proposer
from lookagain.agents.edit_as_act.state import EditState
from lookagain.core.result import Question
from lookagain.core.values import as_json

if TYPE_CHECKING:
    from lookagain.runtime.services import Services

__all__ = ["heard", "understand"]


def understand(state: EditState, services: Services) -> dict[str, Any]:
    """The goal, or the question that has to be answered first."""
    task = task_of(state)
    world = load_world(source_of(state).data, task, services)
    assets = assets_of(task, services)
    grammar = GrammarProposer(lambda category: shape_for(assets, category).size)
    proposer: Proposer = grammar if services.model is None else ModelProposer(services)
    services.progress("understanding the instruction")
    found = proposer.intend(task.instruction, world, state.get("replies", []), best=task.best)
    if isinstance(found, Question):
        return {"question": as_json(found)}
    return {"intent": as_json(found)}


def heard(state: EditState, services: Services) -> dict[str, Any]:
    """Keep what was answered; the instruction is read again with it."""
    del services
    return {"replies": [*state.get("replies", []), str(state["reply"])]}
