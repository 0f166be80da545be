"""``planning``: random problems of real scenes, through our planner and through an optimal one for PDDL.

Every plan is run forward by the validator, which shares no code with the search. The others are pyperplan's A* (even
numbers) and Fast Downward (odd ones); where one does not end in time, the other one is asked.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping

import numpy as np

from bench.common.pool import run_cases
from bench.common.table import table
from bench.edit_as_act.scene_problems import load_world, problem, some_objects
from bench.edit_as_act.suite import TASKS

__all__ = ["PROBLEMS", "SECONDS", "run"]

_EACH = 24
_SCENES = tuple(dict.fromkeys(str(task["scene"]) for task in TASKS.values()))
PROBLEMS = _EACH * len(_SCENES)
#: After which the other planner is stopped.
SECONDS = 60.0
_OBJECTS = 6
_ENGINES = (("pyperplan", "hmax"), ("fast-downward-opt", ""))


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of group ``planning``."""
    numbers = range(1000, 1002) if quick else range(_EACH)
    cases = [{"scene": scene, "number": number, "atoms": 1 + number % 4} for scene in _SCENES for number in numbers]
    rows = run_cases(case, cases, label="planning", workers=workers)
    counts = Counter((row["ours"], row.get("theirs"), row.get("engine")) for row in rows)
    lines = [{"ours": a, "theirs": b, "engine": c, "problems": n} for (a, b, c), n in counts.items()]
    print(table(lines, ("ours", "theirs", "engine", "problems")))
    return {"planning": rows}


def case(values: Mapping[str, object]) -> dict[str, object]:
    """One problem: our plan, its validity, and the other planner's."""
    from lookagain.planners.editlang.domain import load_domain
    from lookagain.planners.editlang.plan import plan
    from lookagain.planners.editlang.source import Source
    from lookagain.planners.editlang.validate import validate_plan
    from lookagain.planners.editlang.values import Plan
    from lookagain.planners.pddl import export, solve

    domain = load_domain()
    world = load_world(str(values["scene"]))
    rng = np.random.default_rng([16, _SCENES.index(str(values["scene"])), int(str(values["number"]))])
    ids = some_objects(world, rng, _OBJECTS)
    given = problem(world, rng, int(str(values["atoms"])), ids)
    start = time.perf_counter()
    found = plan(domain, given.facts, given.goal, holds=given.holds)
    seconds = time.perf_counter() - start
    ours = len(found.actions) if isinstance(found, Plan) else None
    valid = (
        validate_plan(domain, given.facts, given.goal, found.actions, holds=given.holds).valid
        if isinstance(found, Plan)
        else None
    )
    exported = export(Source(domain, given.facts, given.holds, given.goal), objects=ids)
    theirs, engine, judged = "timeout", "", None
    for name, heuristic in _ENGINES if int(str(values["number"])) % 2 == 0 else _ENGINES[::-1]:
        answer = solve(domain, exported, engine=name, heuristic=heuristic, seconds=SECONDS)
        theirs, engine = answer.status, name
        if answer.status == "solved":
            judged = validate_plan(domain, given.facts, given.goal, answer.actions, holds=given.holds).valid
        if answer.status in ("solved", "unsolvable"):
            break
    length = len(answer.actions) if answer.status == "solved" else None
    # What PDDL cannot say, nothing on what it carries, may let an invalid plan of theirs be shorter.
    comparable = theirs == "unsolvable" or judged is True
    return {
        "goal": [str(atom) for atom in given.goal.atoms],
        "objects": given.objects,
        "pddl_atoms": exported.atoms,
        "pddl_actions": exported.actions,
        "ours": "plan" if isinstance(found, Plan) else found.reason,
        "length": ours,
        "optimal": isinstance(found, Plan) and found.optimal,
        "milliseconds": 1e3 * seconds,
        "theirs": theirs,
        "engine": engine,
        "their_length": length,
        "their_plan_valid": judged,
        "comparable": comparable,
        "valid": valid if valid is not None else not isinstance(found, Plan) and found.reason == "impossible",
        "worse": comparable and length is not None and (ours is None or ours > length),
    }
