"""Draws the best round's pictures, tables and overlays, once, at the end of a run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lookagain.agents.pixel2phys.clip import clip_of, numbered, videos_of
from lookagain.agents.pixel2phys.experiment import Outcome, load_outcome
from lookagain.agents.pixel2phys.look import task_of
from lookagain.agents.pixel2phys.pictures import equation_png, phase_png, residuals_png
from lookagain.agents.pixel2phys.plan import best_round, rounds_of
from lookagain.agents.pixel2phys.state import Pixel2PhysState, RoundReport, Seen
from lookagain.agents.pixel2phys.variable import pixels_of
from lookagain.core.blobs import BlobRef
from lookagain.core.values import as_json

if TYPE_CHECKING:
    from lookagain.runtime.services import Services
    from lookagain.tools.media import Frame, Video
    from lookagain.tools.media.values import Pixels
    from lookagain.tools.physics.trajectory import Array

__all__ = ["draw", "variables_csv"]

_SEEN, _LAW, _TRAIL = (255, 255, 255), (209, 73, 91), (255, 176, 59)
#: The overlay is for people: a few hundred frames of moderate size, whatever the video's length.
_MAX_FRAMES, _MAX_SIDE, _MIN_SIDE = 400, 720, 384


def draw(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """Equation, phase portrait, residuals; of each recording the table of variables, and the overlay on its video."""
    best = best_round(rounds_of(state))
    if best is None:
        return {"pictures": {}}
    services.progress("drawing")
    outcome = load_outcome(best, services)
    blobs = services.blobs
    made: dict[str, BlobRef] = {}
    for name, data in (
        ("equation.png", equation_png(outcome.system.latex())),
        ("phase.png", phase_png(outcome)),
        ("residuals.png", residuals_png(outcome)),
    ):
        made[name] = blobs.put(data, media_type="image/png", name=name)
    count = len(outcome.trajectories)
    for index in range(count):
        name = numbered("variables.csv", index, count)
        made[name] = blobs.put(variables_csv(outcome, index).encode(), media_type="text/csv", name=name)
    for index, video in enumerate(videos_of(task_of(state), services)):
        name = numbered("overlay.mp4", index, count)
        made[name] = _overlay(state, best, outcome, services, index=index, video=video, name=name)
    return {"pictures": {name: as_json(ref) for name, ref in made.items()}}


def variables_csv(outcome: Outcome, index: int) -> str:
    """Time, each variable as seen in a recording, and as the law predicts it from its start; empty if not seen."""
    trajectory = outcome.trajectories[index]
    predicted = outcome.predicted(index)
    units = [f" [{unit}]" if unit else "" for unit in trajectory.units]
    names = [f"{name}{unit}" for name, unit in zip(trajectory.names, units, strict=True)]
    lines = [",".join(["t [s]", *names, *(f"law {name}" for name in names)])]
    for t, row in zip(trajectory.t, np.hstack([trajectory.x, predicted]), strict=True):
        lines.append(",".join([repr(float(t)), *("" if np.isnan(v) else repr(float(v)) for v in row)]))
    return "\n".join(lines) + "\n"


def _overlay(
    state: Pixel2PhysState,
    report: RoundReport,
    outcome: Outcome,
    services: Services,
    *,
    index: int,
    video: Video,
    name: str,
) -> BlobRef:
    """A video with the seen point (white), the law's point (red) and the law's path so far (amber)."""
    from lookagain.tools.media import write_video

    seen = pixels_of(state, report, outcome.trajectories[index].x, index, services)
    law = pixels_of(state, report, outcome.predicted(index), index, services)
    indices = {int(frame): row for row, frame in enumerate(report.coordinates["frames"][index])}
    count = Seen.model_validate(state["seen"]).frames[index]
    step = max(1, -(-count // _MAX_FRAMES))
    clip = clip_of(task_of(state), video, services)
    drawn = _frames(clip.frames(), indices, seen, law, step=step)
    fps = max(1.0, min(float(video.info.fps), 60.0) / step)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_video(path, drawn, fps=fps, preset="veryfast")
        return services.blobs.put_file(path, media_type="video/mp4", name=name)


def _frames(frames: Iterator[Frame], row_of: dict[int, int], seen: Array, law: Array, *, step: int) -> Iterator[Pixels]:
    import cv2

    for frame in frames:
        if frame.index % step:
            continue
        side = max(frame.pixels.shape[:2])
        zoom = min(1.0, _MAX_SIDE / side) if side > _MIN_SIDE else _MIN_SIDE / side
        how = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
        picture: Any = cv2.resize(frame.pixels, None, fx=zoom, fy=zoom, interpolation=how)
        row = row_of.get(frame.index)
        if row is not None:
            path = _points(law[: row + 1], zoom)
            if len(path) > 1:
                cv2.polylines(picture, [path], False, _TRAIL, 2, cv2.LINE_AA, 3)
            for points, colour, radius in ((law[row : row + 1], _LAW, 7), (seen[row : row + 1], _SEEN, 4)):
                for point in _points(points, zoom):
                    cv2.circle(picture, point.tolist(), radius * 8, colour, 2, cv2.LINE_AA, 3)
        yield picture


def _points(xy: Array, zoom: float) -> Any:
    """Pixel coordinates for OpenCV, in eighths of a pixel, points that are far off left out."""
    scaled = (xy + 0.5) * zoom - 0.5
    good = np.isfinite(scaled).all(axis=1) & (np.abs(scaled) < 1e5).all(axis=1)
    return np.round(scaled[good] * 8).astype(np.int32)
