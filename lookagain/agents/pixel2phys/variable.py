"""The Variable agent: from tracks in pixels to the variables of a round."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lookagain.agents.pixel2phys.look import load_motion, task_of
from lookagain.agents.pixel2phys.plan import first_settings
from lookagain.agents.pixel2phys.state import CoordinateKind, Pixel2PhysState, RoundReport, RoundSettings, Seen
from lookagain.core.errors import InputError
from lookagain.core.values import Json, as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lookagain.agents.pixel2phys.task import Pixel2Phys
    from lookagain.runtime.services import Services
    from lookagain.tools.experts.motion import MotionReport, Track
    from lookagain.tools.physics import Trajectory
    from lookagain.tools.physics.coordinates import Coordinates
    from lookagain.tools.physics.trajectory import Array

__all__ = ["pixels_of", "variable"]

_KINDS: dict[str, CoordinateKind] = {"plain": "xy", "angle": "angle", "line": "arc_length", "relative": "relative"}


@dataclass(frozen=True, kw_only=True)
class _Paths:
    """The tracked objects of a video on the frames that all of them span: ``xy`` (objects, n, 2) in pixels."""

    frames: list[int]
    t: Array
    xy: list[Array]
    sigma: list[Array]


def variable(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """The round's trajectories in the coordinates that its settings name; a round without them says why."""
    task = task_of(state)
    if task.tables:
        return _measured(task, state, services)
    motions = _motions(state, services)
    given = state.get("report")
    first = state["object"] if given is None else RoundReport.model_validate(given).settings.track
    paths, found, why = _look_at(task, motions, first)
    suggested = [kind for kind, coordinates in found.items() if coordinates.suggested and kind != "xy"]
    if given is None:
        report = RoundReport(round=1, settings=first_settings(task, suggested, first))
    else:
        report = RoundReport.model_validate(given)
    settings = report.settings
    if settings.coordinates not in found:
        why = why or f"the path of object {settings.track} has no {settings.coordinates} coordinates."
        return {"report": as_json(report.model_copy(update={"failed": why}))}
    chosen = found[settings.coordinates]
    parts = chosen.parts([len(path.t) for path in paths])
    trajectories = [
        _trajectory(task, motion, settings, path, part)
        for motion, path, part in zip(motions, paths, parts, strict=True)
    ]
    made = {
        "possible": [kind for kind, coordinates in found.items() if coordinates.suggested or kind == "xy"],
        "suggested": suggested,
        "text": _words(chosen, task),
        "origin_px": list(_origin(task, motions[0])),
        "frames": [path.frames for path in paths],
        "shape": _shape(chosen),
    }
    return {"report": _stored(report, trajectories, made, services)}


def pixels_of(state: Pixel2PhysState, report: RoundReport, values: Array, index: int, services: Services) -> Array:
    """Values of a round's variables (n, d) as pixels (n, 2) of its first object in a video."""
    task = task_of(state)
    motions = _motions(state, services)
    scale = task.units_per_pixel
    flip = np.array([1.0, -1.0 if task.y_up else 1.0]) / scale
    kind = report.settings.coordinates
    if kind == "xy":
        pixels: Array = np.asarray(_origin(task, motions[index])) + flip * values[:, :2]
        return pixels
    paths = [_paths(task, motion, report.settings.track) for motion in motions]
    chosen = _choices(paths)[kind].parts([len(path.t) for path in paths])[index]
    in_pixels = values if kind == "angle" else values / scale if kind == "arc_length" else values * flip
    return chosen.to_pixels(in_pixels)


def _motions(state: Pixel2PhysState, services: Services) -> list[MotionReport]:
    return [load_motion(ref, services) for ref in Seen.model_validate(state["seen"]).motions]


def _origin(task: Pixel2Phys, motion: MotionReport) -> tuple[float, float]:
    """The person's origin, else the centre of the picture."""
    return task.origin or ((motion.width - 1) / 2, (motion.height - 1) / 2)


def _paths(task: Pixel2Phys, motion: MotionReport, first: int) -> _Paths:
    """The chosen object first, then the next best ones."""
    order = (first, *(i for i in range(len(motion.tracks)) if i != first))
    tracks: Sequence[Track] = [motion.tracks[index] for index in order[: task.objects]]
    if len(tracks) < task.objects:
        raise InputError(f"{task.objects} moving objects were asked for, {len(tracks)} found.", hint="Ask for fewer.")
    start = max(int(track.frames[0]) for track in tracks)
    stop = min(int(track.frames[-1]) for track in tracks)
    rows = [(track.frames >= start) & (track.frames <= stop) for track in tracks]
    frames = tracks[0].frames[rows[0]]
    if any(len(frames) != row.sum() for row in rows) or len(frames) < 2:
        raise InputError(f"the {len(tracks)} objects are not seen at the same time.", hint="Track fewer objects.")
    return _Paths(
        frames=[int(frame) for frame in frames],
        t=frames / task.fps if task.fps else tracks[0].times[rows[0]],
        xy=[track.xy[row] for track, row in zip(tracks, rows, strict=True)],
        sigma=[track.sigma[row] for track, row in zip(tracks, rows, strict=True)],
    )


def _look_at(
    task: Pixel2Phys, motions: Sequence[MotionReport], first: int
) -> tuple[list[_Paths], dict[CoordinateKind, Coordinates], str]:
    """Paths and coordinates, or why there are none: a path that is too short is a finding, not a failure."""
    try:
        paths = [_paths(task, motion, first) for motion in motions]
        return paths, _choices(paths), ""
    except InputError as error:
        return [], {}, error.message


def _choices(paths: Sequence[_Paths]) -> dict[CoordinateKind, Coordinates]:
    """Coordinates of the first object by kind, those that the data favour first; one shape for all videos.

    Their values are those of the videos laid end to end.
    """
    from lookagain.tools.physics.coordinates import suggest

    found: dict[CoordinateKind, Coordinates] = {}
    joined = [np.vstack(objects) for objects in zip(*(path.xy for path in paths), strict=True)]
    for coordinates in suggest(joined[0], joined[1:]):
        found.setdefault(_KINDS[coordinates.kind], coordinates)
    return found


def _trajectory(
    task: Pixel2Phys,
    motion: MotionReport,
    settings: RoundSettings,
    paths: _Paths,
    chosen: Coordinates,
) -> Trajectory:
    """The variables of a video in the person's units."""
    from lookagain.tools.physics import Trajectory

    scale, unit = task.units_per_pixel, task.length_unit
    flip = np.array([scale, -scale if task.y_up else scale])
    if settings.coordinates == "xy":
        count = len(paths.xy)
        numbers = [""] if count == 1 else [str(i + 1) for i in range(count)]
        return Trajectory(
            t=paths.t,
            x=np.hstack([(xy - _origin(task, motion)) * flip for xy in paths.xy]),
            sigma=np.hstack([sigma * scale for sigma in paths.sigma]),
            names=tuple(f"{axis}{number}" for number in numbers for axis in ("x", "y")),
            units=(unit,) * (2 * count),
        )
    if settings.coordinates == "angle":
        return chosen.trajectory(paths.t)
    values = chosen.values * (scale if settings.coordinates == "arc_length" else flip)
    return Trajectory(t=paths.t, x=values, names=chosen.names, units=(unit,) * len(chosen.names))


def _shape(chosen: Coordinates) -> dict[str, Json]:
    """How well the path keeps to the line or circle that its coordinate stands for; empty for other coordinates."""
    if chosen.kind not in ("line", "angle"):
        return {}
    return {
        "claim": "the path is a line" if chosen.kind == "line" else "the path is a circle",
        "residual_px": chosen.residual if math.isfinite(chosen.residual) else None,
        "limit_px": _residual_limit(chosen),
        "holds": chosen.suggested,
        "reason": chosen.reason,
    }


def _residual_limit(chosen: Coordinates) -> float | None:
    """The limit that ``coordinates`` holds the residual against, in pixels; None without a noise level."""
    size = 0.01 * chosen.circle.radius if chosen.circle else 0.005 * float(np.ptp(_seen(chosen.values)))
    limit = max(3 * chosen.noise, size)
    return limit if math.isfinite(limit) else None


def _seen(values: Array) -> Array:
    finite: Array = values[np.isfinite(values)]
    return finite


def _words(chosen: Coordinates, task: Pixel2Phys) -> str:
    if chosen.circle is not None:
        x, y = chosen.circle.centre
        radius = chosen.circle.radius * task.units_per_pixel
        about = f"angle about the pivot at pixel ({x:.2f}, {y:.2f}), radius {radius:.4g} {task.length_unit}"
        return f"{about}, 0 straight below it, positive to the right"
    if chosen.line is not None:
        (x, y), (dx, dy) = chosen.line.point, chosen.line.direction
        return f"distance along the line through pixel ({x:.2f}, {y:.2f}) in direction ({dx:.4f}, {dy:.4f})"
    return "position relative to the second object" if chosen.kind == "relative" else "x and y of the object"


def _measured(task: Pixel2Phys, state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """Trajectories that the person measured are taken as they are."""
    from lookagain.tools.physics import Trajectory

    trajectories = [Trajectory.from_csv(services.media.text(path)) for path in task.tables]
    given = state.get("report")
    settings = first_settings(task, (), 0)
    report = RoundReport(round=1, settings=settings) if given is None else RoundReport.model_validate(given)
    made = {"possible": ["xy"], "suggested": [], "text": "the columns of the table"}
    return {"report": _stored(report, trajectories, made, services)}


def _stored(
    report: RoundReport, trajectories: Sequence[Trajectory], made: dict[str, Any], services: Services
) -> dict[str, Any]:
    tables = [trajectory.to_csv().encode() for trajectory in trajectories]
    name = f"trajectory-{report.round}.csv"
    refs = tuple(services.blobs.put(data, media_type="text/csv", name=name) for data in tables)
    update = {"trajectories": refs, "variables": trajectories[0].names, "coordinates": made}
    return as_json(report.model_copy(update=update))
