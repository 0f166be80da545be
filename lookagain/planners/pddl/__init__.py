"""The same planning problems as PDDL, solved by others: a second opinion on every plan."""

from lookagain.planners.pddl.check import CrossCheck, cross_check
from lookagain.planners.pddl.export import Exported, export
from lookagain.planners.pddl.solve import Answer, solve

__all__ = ["Answer", "CrossCheck", "Exported", "cross_check", "export", "solve"]
