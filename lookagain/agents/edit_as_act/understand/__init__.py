"""Understanding: an English edit instruction and a scene to a goal, or to a question."""

from lookagain.agents.edit_as_act.understand.understanding import Outcome, answered, understand
from lookagain.agents.edit_as_act.understand.values import (
    Ambiguous,
    Candidate,
    Choice,
    Clause,
    NotUnderstood,
    Reference,
    Understood,
)

__all__ = [
    "Ambiguous",
    "Candidate",
    "Choice",
    "Clause",
    "NotUnderstood",
    "Outcome",
    "Reference",
    "Understood",
    "answered",
    "understand",
]
