"""Draws the best round of a field once, at the end: equation, frames, error, and the roll-out beside the seen video."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lookagain.agents.pixel2phys.clip import numbered
from lookagain.agents.pixel2phys.field.equation import load_array
from lookagain.agents.pixel2phys.field.experiment import Outcome, load_outcome
from lookagain.agents.pixel2phys.field.pictures import (
    Kept,
    error_png,
    frames_png,
    kept_frames,
    rollout_frames,
)
from lookagain.agents.pixel2phys.field.plan import best_report
from lookagain.agents.pixel2phys.field.state import Rolled, reports_of, sampled_of
from lookagain.agents.pixel2phys.pictures import equation_png
from lookagain.core.values import as_json

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.state import Pixel2PhysState
    from lookagain.core.blobs import BlobRef
    from lookagain.runtime.services import Services

__all__ = ["draw"]

_SECONDS = 8.0


def draw(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """The equation, and of each recording pictures, the roll-out video (for fields on a plane) and the first state."""
    best = best_report(reports_of(state))
    if best is None or not best.rolled:
        return {"pictures": {}}
    services.progress("drawing")
    sampled = sampled_of(state)
    made: dict[str, BlobRef] = {}
    for index, rolled in enumerate(best.rolled):
        outcome = load_outcome(best, sampled, services, index)
        if not made:
            equation = equation_png(outcome.system.latex())
            made["equation.png"] = services.blobs.put(equation, media_type="image/png", name="equation.png")
        drawn = _of_recording(outcome, rolled, services)
        made |= {numbered(name, index, len(sampled)): ref for name, ref in drawn.items()}
    return {"pictures": {name: as_json(ref) for name, ref in made.items()}}


def _of_recording(outcome: Outcome, rolled: Rolled, services: Services) -> dict[str, BlobRef]:
    if rolled.errors is None:
        return {}
    shown = kept_frames(rolled, outcome, services)
    made: dict[str, BlobRef] = {"start.npy": rolled.start}
    for name, data in (
        ("frames.png", frames_png(shown)),
        ("error.png", error_png(outcome, load_array(rolled.errors, services))),
    ):
        made[name] = services.blobs.put(data, media_type="image/png", name=name)
    if len(outcome.field.space) == 2:
        made["rollout.mp4"] = _video(shown, services)
    return made


def _video(shown: Kept, services: Services) -> BlobRef:
    from lookagain.tools.media import write_video

    fps = min(30.0, max(1.0, len(shown) / _SECONDS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rollout.mp4"
        write_video(path, rollout_frames(shown), fps=fps)
        return services.blobs.put_file(path, media_type="video/mp4", name="rollout.mp4")
