"""Solve PDDL with an engine of unified-planning, in a process of its own: ``python -m ... ENGINE DOMAIN PROBLEM OUT``.

Writes JSON: ``{"status": ..., "actions": [names]}``, or ``{"error": ...}`` where the engine cannot be had.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

__all__ = ["main"]


def main(engine: str, domain: str, problem: str, out: str) -> None:
    """Solve and write the answer."""
    from unified_planning.engines import PlanGenerationResultStatus as Status
    from unified_planning.exceptions import UPException
    from unified_planning.io import PDDLReader
    from unified_planning.shortcuts import OneshotPlanner, get_environment

    get_environment().credits_stream = None
    answer: dict[str, object]
    try:
        task = PDDLReader().parse_problem(domain, problem)
        with OneshotPlanner(name=engine) as planner:
            result = planner.solve(task)
        unsolvable = (Status.UNSOLVABLE_PROVEN, Status.UNSOLVABLE_INCOMPLETELY)
        status = "solved" if result.plan is not None else "unsolvable" if result.status in unsolvable else "failed"
        actions = [] if result.plan is None else [one.action.name for one in result.plan.actions]
        answer = {"status": status, "actions": actions}
    except UPException as error:
        answer = {"error": str(error)}
    Path(out).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
