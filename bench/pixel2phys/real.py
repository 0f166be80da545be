"""``real``: laboratory videos with hand-tracked points, judged against those points.

Four archives of Tracker: a steel ball rolling at constant speed, a ball toss, a jump from a table and a
spinning bicycle wheel with a sticker. The agent gets the calibration that a person would give (scale,
origin and frame rate of the archive, and for the wheel and the jump a pixel on the object). What is asked
of each law was fixed from the hand-tracked points alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from bench.common.pool import run_cases
from bench.common.shared import shared_folder
from bench.common.table import table
from bench.pixel2phys import api
from bench.pixel2phys.kinematics import Slope, acceleration, angular_velocity, camera_part, hand_spread
from bench.pixel2phys.trk import HandTrack, extract_video, picture_width, read_trz

__all__ = ["CASES", "RealCase", "case", "constant_acceleration", "constant_rotation", "run"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class RealCase:
    """``frames``: first and last frame shown to the agent (None: all). ``point``: told where the object is.

    ``offset_free``: the hand marked a part of the body (a hip), not the middle of what moves, so the median
    offset is taken off before comparing.
    """

    name: str
    frames: tuple[int, int] | None = None
    point: bool = False
    offset_free: bool = False


CASES = (
    RealCase(name="uniform-motion-ball-slow"),
    RealCase(name="BallToss"),
    # in the air from the table (19) to the floor (31), by the steps between hand-tracked points
    RealCase(name="landing-long", frames=(19, 31), point=True, offset_free=True),
    RealCase(name="bicycle-wheel", frames=(1, 67), point=True),
)


def run(*, quick: bool, workers: int) -> dict[str, list[dict[str, object]]]:
    """Rows of group ``real``; one row ``skipped`` where the shared data are absent."""
    folder = shared_folder("physics")
    if folder is None:
        print("real: shared data is absent")
        return {"real": [{"video": "none", "error": "shared data is absent"}]}
    chosen = CASES[:1] if quick else CASES
    rows = run_cases(case, [{"video": item.name} for item in chosen], label="real", workers=workers)
    columns = ("video", "frames", "median_px", "hand_px", "verdict", "law_holds", "law", "error")
    print(table(rows, columns))
    return {"real": rows}


def case(values: Mapping[str, object]) -> dict[str, object]:
    """One real video: tracked path against the hand, and what its law must say."""
    item = next(known for known in CASES if known.name == values["video"])
    folder = shared_folder("physics")
    if folder is None:
        raise FileNotFoundError("shared data is absent")
    archive = folder / "osp_tracker" / f"{item.name}.trz"
    hand = read_trz(archive)
    with TemporaryDirectory() as name:
        video = extract_video(archive, Path(name))
        width = picture_width(video)
        outcome = api.run_video(video, Path(name) / "run", **_told(item, hand))
    row = {**outcome.columns(), "hand_px": hand_spread(hand.frames, hand.points)}
    return {**row, **_path(item, hand, outcome), **_asked(item, hand, outcome, width)}


def _told(item: RealCase, hand: HandTrack) -> dict[str, object]:
    told: dict[str, object] = {
        "fps": 1.0 / hand.delta_t,
        "scale": 1.0 / hand.pixels_per_unit,
        "origin": hand.origin,
        "unit": "m",
    }
    if item.frames is not None:
        # half a frame off on both sides, so that rounding neither drops nor adds a frame
        first, last = item.frames
        told |= {"start_s": (first - 0.5) * hand.delta_t, "stop_s": (last + 0.5) * hand.delta_t}
    if item.point:
        shown = hand.frames >= (item.frames[0] if item.frames else 0)
        told["near"] = tuple(float(value) for value in hand.points[shown][0])
    return told


def _path(item: RealCase, hand: HandTrack, outcome: api.Outcome) -> dict[str, object]:
    """Median distance in pixels between the tracked path and the hand's, over the frames that both have."""
    empty: dict[str, object] = {"frames": 0, "median_px": None, "median_px_offset_free": None}
    if outcome.pixels is None:
        return empty
    frames = outcome.pixels[0]
    both = [(k, j) for k, frame in enumerate(hand.frames) for j in np.flatnonzero(frames == frame)]
    gaps = np.array([outcome.pixels[1][j] - hand.points[k] for k, j in both])
    gaps = gaps[np.isfinite(gaps).all(axis=1)] if len(gaps) else gaps
    if not len(gaps):
        return empty
    raw = float(np.median(np.hypot(*gaps.T)))
    free = float(np.median(np.hypot(*(gaps - np.median(gaps, axis=0)).T)))
    return {
        "frames": len(gaps),
        "median_px_raw": raw,
        "median_px_offset_free": free,
        "median_px": free if item.offset_free else raw,
    }


def _asked(item: RealCase, hand: HandTrack, outcome: api.Outcome, width: int) -> dict[str, object]:
    """``law_holds`` and the numbers behind it."""
    shown = slice(None)
    if item.frames is not None:
        inside = np.flatnonzero((hand.frames >= item.frames[0]) & (hand.frames <= item.frames[1]))
        shown = slice(int(inside[0]), int(inside[-1]) + 1)
    times = np.asarray(hand.frames[shown] * hand.delta_t, dtype=np.float64)
    if item.name == "bicycle-wheel":
        reference = angular_velocity(times, hand.points[shown])
        found = constant_rotation(outcome.law)
        return _near(found, reference, relative=0.01)
    world = hand.to_world(hand.points)[shown]
    if item.name == "uniform-motion-ball-slow":
        return _uniform(outcome, acceleration(times, _along(world)), hand, width / hand.pixels_per_unit)
    reference = acceleration(times, _unturned(hand, hand.points[shown])[:, 1])
    return _near(constant_acceleration(outcome.law), reference, relative=0.05)


def _uniform(outcome: api.Outcome, reference: Slope, hand: HandTrack, width: float) -> dict[str, object]:
    """The acceleration along the tracked path has a 95 % interval that contains 0, and the law has none.

    The interval allows for the noise and for the scale of an uncalibrated camera over the picture's ``width`` (world
    units); ``measured_ci_noise`` allows for the noise alone.
    """
    row: dict[str, object] = {"reference": reference.value, "reference_ci": list(reference.interval)}
    if outcome.pixels is None:
        return {**row, "law_holds": False, "measured": None}
    seen = np.isfinite(outcome.pixels[1]).all(axis=1)
    along = _along(_unturned(hand, outcome.pixels[1][seen]))
    times = np.asarray(outcome.pixels[0][seen] * hand.delta_t, dtype=np.float64)
    noise = acceleration(times, along)
    measured = acceleration(times, along, camera_part(times, along, width))
    low, high = measured.interval
    law = _no_acceleration(outcome.law)
    return {
        **row,
        "measured": measured.value,
        "measured_ci": [low, high],
        "measured_ci_noise": list(noise.interval),
        "interval_has_zero": low <= 0.0 <= high,
        "law_without_acceleration": law,
        "law_holds": low <= 0.0 <= high and law,
    }


def _near(found: float | None, reference: Slope, *, relative: float) -> dict[str, object]:
    """The law has the asked form, and its number lies within ``relative`` of the hand's or in its interval."""
    low, high = reference.interval
    margin = relative * abs(reference.value)
    holds = found is not None and min(low, reference.value - margin) <= found <= max(high, reference.value + margin)
    return {"measured": found, "reference": reference.value, "reference_ci": [low, high], "law_holds": holds}


def constant_acceleration(law: api.FoundLaw | None) -> float | None:
    """The vertical acceleration of a second-order law whose right sides are constants; else None."""
    if law is None or law.order != 2 or not all(set(e.terms) <= {"1"} for e in law.equations):
        return None
    vertical = law.equations[-1].terms
    return vertical["1"][0] if law.variables[-1] == "y" and "1" in vertical else None


def constant_rotation(law: api.FoundLaw | None) -> float | None:
    """|angular velocity| of a law theta' = constant, or of x' = -w y, y' = w x about a centre; else None."""
    if law is None:
        return None
    terms = [equation.terms for equation in law.equations]
    if len(terms) == 1 and law.order == 1 and set(terms[0]) == {"1"}:
        return abs(terms[0]["1"][0])
    if len(terms) == 1 and law.order == 2 and not terms[0]:
        return abs(float(law.initial_velocity[0])) if law.initial_velocity else None
    names = law.variables
    if len(terms) == 2 and law.order == 1 and set(terms[0]) == {names[1]} and set(terms[1]) == {names[0]}:
        first, second = terms[0][names[1]][0], terms[1][names[0]][0]
        return float(np.sqrt(-first * second)) if first * second < 0 else None
    return None


def _no_acceleration(law: api.FoundLaw | None) -> bool:
    """Constant velocity: first order with constants only, or second order with 0 inside every constant's interval."""
    if law is None or not all(set(e.terms) <= {"1"} for e in law.equations):
        return False
    return law.order == 1 or all(
        abs(value) <= 1.96 * sigma for equation in law.equations for value, sigma in equation.terms.values()
    )


def _unturned(hand: HandTrack, points: Floats) -> Floats:
    """Pixels to world units, y up, along the image's own axes (as the agent sees them)."""
    x = (points[:, 0] - hand.origin[0]) / hand.pixels_per_unit
    return np.stack([x, (hand.origin[1] - points[:, 1]) / hand.pixels_per_unit], axis=1)


def _along(world: Floats) -> Floats:
    """Position along the line of largest spread, increasing with time."""
    centred = world - world.mean(axis=0)
    direction = np.linalg.svd(centred, full_matrices=False)[2][0]
    along = centred @ direction
    return np.asarray(along if along[-1] >= along[0] else -along, dtype=np.float64)
