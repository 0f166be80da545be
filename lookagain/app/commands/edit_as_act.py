"""``lookagain edit-as-act``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lookagain.app import options as given
from lookagain.app.commands.items import run_items
from lookagain.app.items import SCENES, Asked

if TYPE_CHECKING:
    from lookagain.agents.edit_as_act.task import EditAsAct

__all__ = ["edit_as_act", "instructions_of"]

_LABEL_CHARS = 40

Scenes = Annotated[Path, typer.Argument(help="A scene file, or a folder of them.", show_default=False)]
Instruction = Annotated[str | None, typer.Argument(help="What to change, in English.", show_default=False)]
Instructions = Annotated[
    Path | None,
    typer.Option(help='JSON with {"edit_instructions": [{"command": NAME, "instruction": TEXT}]}, each one a run.'),
]
Assets = Annotated[Path | None, typer.Option(help="ProcTHOR asset database, or a folder of GLB models.")]
Best = Annotated[bool, typer.Option("--yes", help="Take the best candidate instead of asking which is meant.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the plan; write no scene.")]
Judge = Annotated[bool, typer.Option("--judge", help="Let the model score the edit as well.")]
MaxRounds = Annotated[int, typer.Option(min=1, max=20, help="How often to plan again with what failed.")]


def edit_as_act(
    scene: Scenes,
    instruction: Instruction = None,
    *,
    instructions: Instructions = None,
    assets: Assets = None,
    yes: Best = False,
    dry_run: DryRun = False,
    judge: Judge = False,
    max_rounds: MaxRounds = 6,
    model: given.Model = None,
    seed: given.Seed = 0,
    limit_seconds: given.LimitSeconds = None,
    limit_model_calls: given.LimitModelCalls = None,
    out: given.Out = Path("lookagain-out"),
    force: given.Force = False,
    jobs: given.Jobs = 1,
) -> None:
    """Edit 3-D scenes as a sentence asks: that edit and nothing else, with the plan and the proof of each claim.

    Scenes: ProcTHOR, VirtualHome, SceneEval, glTF/GLB, lookagain's own JSON. The input is never changed: each run
    folder holds the edited scene under its own name, and undo.json, which takes the edit back.
    """
    from lookagain.agents.edit_as_act.task import EditAsAct
    from lookagain.app.batch import Options
    from lookagain.core.limits import Limits

    asked = _asked(instruction, instructions)
    shared: dict[str, Any] = {
        "assets": assets,
        "best": yes,
        "dry_run": dry_run,
        "judge": judge,
        "max_rounds": max_rounds,
    }

    def task(one: Asked) -> EditAsAct:
        return EditAsAct(scene=one.path, instruction=one.text, **shared)

    limits = Limits(seconds=limit_seconds, model_calls=limit_model_calls)
    run_items(
        [scene],
        suffixes=SCENES,
        factory=task,
        asked=lambda path: [Asked(path, text, label) for label, text in asked],
        out=out,
        options=Options(model=model, seed=seed, limits=limits, force=force, jobs=jobs),
    )


def _asked(instruction: str | None, instructions: Path | None) -> list[tuple[str, str]]:
    """Short names and texts."""
    if (instruction is None) == (instructions is None):
        raise typer.BadParameter("expected an instruction, or --instructions FILE, and not both.")
    if instruction is not None:
        return [(_label(instruction), instruction)]
    return instructions_of(instructions or Path())


def instructions_of(path: Path) -> list[tuple[str, str]]:
    """Short names and texts of a file of instructions. Raises ``typer.BadParameter`` for another file."""
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
        entries = listed["edit_instructions"] if isinstance(listed, dict) else listed
        found = [(str(one.get("command", "")), one["instruction"]) for one in entries]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        shape = '{"edit_instructions": [{"command": NAME, "instruction": TEXT}]}'
        raise typer.BadParameter(f"{path}: expected {shape} ({error}).") from error
    if not found or not all(isinstance(text, str) and text.strip() for _, text in found):
        raise typer.BadParameter(f"{path}: expected instructions that are text, at least one.")
    return [(f"{number}-{_label(name or text)}", text) for number, (name, text) in enumerate(found, 1)]


def _label(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower()[:_LABEL_CHARS].strip("-") or "edit"
