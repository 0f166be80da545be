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
    """The tracked objects on the frames that all of them span: ``xy`` (objects, n, 2) in pixels."""

    frames: list[int]
    t: Array
    xy: list[Array]
    sigma: list[Array]


def variable(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """The round's trajectory in the coordinates that its settings name; a round without one says why."""
    task = task_of(state)
    if task.track is not None:
        return _measured(task, state, services)
    motion = _motion(state, services)
    given = state.get("report")
    first = state["object"] if given is None else RoundReport.model_validate(given).settings.track
    paths, found, why = _look_at(task, motion, first)
    suggested = [kind for kind, coordinates in found.items() if coordinates.suggested and kind != "xy"]
    if given is None:
        report = RoundReport(round=1, settings=first_settings(task, suggested, first))
    else:
        report = RoundReport.model_validate(given)
    settings = report.settings
    if paths is None or settings.coordinates not in found:
        why = why or f"the path of object {settings.track} has no {settings.coordinates} coordinates."
        return {"report": as_json(report.model_copy(update={"failed": why}))}
    trajectory = _trajectory(task, motion, settings, paths, found)
    chosen = found[settings.coordinates]
    made = {
        "possible": [kind for kind, coordinates in found.items() if coordinates.suggested or kind == "xy"],
        "suggested": suggested,
        "text": _words(chosen, task),
        "origin_px": list(_origin(task, motion)),
        "frames": paths.frames,
        "shape": _shape(chosen),
        **_extents(chosen, task, paths.xy[0]),
    }
    return {"report": _stored(report, trajectory, made, services)}


def pixels_of(state: Pixel2PhysState, report: RoundReport, values: Array, services: Services) -> Array | None:
    """Values of a round's variables (n, d) as pixels (n, 2) of its first object; None for a measured table."""
    task = task_of(state)
    if task.track is not None:
        return None
    motion = _motion(state, services)
    scale = task.units_per_pixel
    flip = np.array([1.0, -1.0 if task.y_up else 1.0]) / scale
    kind = report.settings.coordinates
    if kind == "xy":
        pixels: Array = np.asarray(_origin(task, motion)) + flip * values[:, :2]
        return pixels
    chosen = _choices(_paths(task, motion, report.settings.track))[kind]
    in_pixels = values if kind == "angle" else values / scale if kind == "arc_length" else values * flip
    return chosen.to_pixels(in_pixels)


def _motion(state: Pixel2PhysState, services: Services) -> MotionReport:
    seen = Seen.model_validate(state["seen"])
    if seen.motion is None:
        raise InputError("there is no motion to choose variables from.")
    return load_motion(seen.motion, services)


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
    task: Pixel2Phys, motion: MotionReport, first: int
) -> tuple[_Paths | None, dict[CoordinateKind, Coordinates], str]:
    """Paths and coordinates, or why there are none: a path that is too short is a finding, not a failure."""
    try:
        paths = _paths(task, motion, first)
        return paths, _choices(paths), ""
    except InputError as error:
        return None, {}, error.message


def _choices(paths: _Paths) -> dict[CoordinateKind, Coordinates]:
    """Coordinates of the first object by kind, those that the data favour first."""
    from lookagain.tools.physics.coordinates import suggest

    found: dict[CoordinateKind, Coordinates] = {}
    for coordinates in suggest(paths.xy[0], paths.xy[1:]):
        found.setdefault(_KINDS[coordinates.kind], coordinates)
    return found


def _trajectory(
    task: Pixel2Phys,
    motion: MotionReport,
    settings: RoundSettings,
    paths: _Paths,
    found: dict[CoordinateKind, Coordinates],
) -> Trajectory:
    """The variables in the person's units."""
    from lookagain.tools.physics import Trajectory

    scale, unit = task.units_per_pixel, task.length_unit
    flip = np.array([scale, -scale if task.y_up else scale])
    chosen = found[settings.coordinates]
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


def _extents(chosen: Coordinates, task: Pixel2Phys, path: Array) -> dict[str, Json]:
    """The largest extent of the path (n, 2) in any direction: in pixels, and in units of the variables."""
    seen = path[np.isfinite(path).all(axis=1)]
    angles = np.linspace(0, np.pi, 16, endpoint=False)
    extent = float(np.ptp(seen @ np.stack([np.cos(angles), np.sin(angles)]), axis=0).max())
    unit = task.units_per_pixel if chosen.circle is None else 1 / chosen.circle.radius
    return {"extent_px": extent, "extent": extent * unit}


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
    """A trajectory that the person measured is taken as it is."""
    from lookagain.tools.physics import Trajectory

    if task.track is None:
        raise InputError("there is no table to read.")
    trajectory = Trajectory.from_csv(services.media.text(task.track))
    given = state.get("report")
    settings = first_settings(task, (), 0)
    report = RoundReport(round=1, settings=settings) if given is None else RoundReport.model_validate(given)
    made = {"possible": ["xy"], "suggested": [], "text": "the columns of the table"}
    return {"report": _stored(report, trajectory, made, services)}


def _stored(report: RoundReport, trajectory: Trajectory, made: dict[str, Any], services: Services) -> dict[str, Any]:
    data = trajectory.to_csv().encode()
    ref = services.blobs.put(data, media_type="text/csv", name=f"trajectory-{report.round}.csv")
    update = {"trajectory": ref, "variables": trajectory.names, "coordinates": made}
    return as_json(report.model_copy(update=update))
