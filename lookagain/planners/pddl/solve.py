"""Let another planner solve a problem: pyperplan, or any engine that unified-planning knows.

Each runs in a process of its own with a time limit; pyperplan (GPL-3) is never imported here. Nothing that they write
is run: a plan is read as a list of names, each of which must be the name of an action of ours.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from lookagain.core.errors import ConfigError
from lookagain.planners.editlang.domain import Domain
from lookagain.planners.editlang.values import GroundAction
from lookagain.planners.pddl.export import Exported
from lookagain.planners.pddl.names import read_action

__all__ = ["Answer", "solve"]

_ROOT: Final = str(Path(__file__).parents[3])
_INSTALL: Final = "Install the extra: pip install 'lookagain[planning]'."


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the other planner said. ``failed``: it ended without a plan and without saying that there is none."""

    status: Literal["solved", "unsolvable", "timeout", "failed"]
    actions: tuple[GroundAction, ...] = ()
    text: str = ""


def solve(
    domain: Domain, exported: Exported, *, engine: str = "pyperplan", heuristic: str = "hmax", seconds: float = 60.0
) -> Answer:
    """A plan with the fewest actions, if the engine is an optimal one.

    Args:
        domain: the domain that the problem was exported from.
        exported: the problem.
        engine: ``pyperplan`` (A*), or the name of an engine of unified-planning such as ``fast-downward-opt``.
        heuristic: of pyperplan: ``blind``, ``hmax`` and ``lmcut`` make its plans optimal.
        seconds: after which it is stopped.

    Raises:
        ConfigError: the planner is not installed, or unified-planning knows no such engine.
    """
    module = "pyperplan" if engine == "pyperplan" else "unified_planning"
    if importlib.util.find_spec(module) is None:
        raise ConfigError(f"solving PDDL with {engine} needs {module}, which is not installed.", hint=_INSTALL)
    with tempfile.TemporaryDirectory(prefix="lookagain-pddl-") as folder:
        domain_file, problem_file = Path(folder, "domain.pddl"), Path(folder, "problem.pddl")
        domain_file.write_text(exported.domain, encoding="utf-8")
        problem_file.write_text(exported.problem, encoding="utf-8")
        files = [str(domain_file), str(problem_file)]
        if engine == "pyperplan":
            output = _run(["pyperplan", "-s", "astar", "-H", heuristic, *files], folder, seconds)
            return _pyperplan(domain, Path(folder, "problem.pddl.soln"), output)
        out = Path(folder, "answer.json")
        output = _run(["lookagain.planners.pddl.engine", engine, *files, str(out)], folder, seconds)
        return _unified(domain, engine, out, output)


def _run(command: list[str], folder: str, seconds: float) -> str | None:
    """Run a Python module in a process group of its own; its output, or None where the time was up."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH"))))},
        start_new_session=True,
    )
    with process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            return None
    return output


def _pyperplan(domain: Domain, solution: Path, output: str | None) -> Answer:
    if output is None:
        return Answer(status="timeout")
    if solution.exists():
        lines = solution.read_text(encoding="utf-8").splitlines()
        return Answer(status="solved", actions=tuple(read_action(domain, line) for line in lines if line.strip()))
    if "No solution could be found" in output or "No operator" in output:
        return Answer(status="unsolvable")
    return Answer(status="failed", text=output[-2000:])


def _unified(domain: Domain, engine: str, out: Path, output: str | None) -> Answer:
    if output is None:
        return Answer(status="timeout")
    if not out.exists():
        return Answer(status="failed", text=output[-2000:])
    answer = json.loads(out.read_text(encoding="utf-8"))
    if "error" in answer:
        raise ConfigError(f"unified-planning cannot use {engine!r}: {answer['error']}.", hint=_INSTALL)
    actions = tuple(read_action(domain, name) for name in answer["actions"])
    return Answer(status=answer["status"], actions=actions, text=output[-2000:])
