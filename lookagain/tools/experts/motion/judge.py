"""How far a motion report can be trusted, and why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lookagain.tools.experts.motion.settings import MotionSettings
from lookagain.tools.experts.motion.survey import Survey
from lookagain.tools.experts.motion.values import Camera, Quality, Reason, Track

__all__ = ["judge", "judge_camera"]

_CROWD = 25


def judge_camera(seen: Survey, settings: MotionSettings) -> Camera:
    """The camera's own motion, from the shifts measured in the first pass."""
    shift = np.asarray(seen.scene.shifts, dtype=float)
    length = np.hypot(*shift.T)
    known = np.isfinite(length)
    if known.sum() < 0.5 * len(length):
        return Camera(
            still=True,
            max_shift=float("nan"),
            shift=shift,
            points=0,
            evidence=f"the background offers {seen.scene.corners} corners, too few to tell; assumed still",
        )
    largest = float(np.percentile(length[known], 95))
    still = largest <= settings.camera_shift
    return Camera(
        still=still,
        max_shift=largest,
        shift=shift,
        points=seen.scene.corners,
        evidence=(
            f"most of {seen.scene.corners} corners shift by {largest:.2f} px (95th percentile over "
            f"{int(known.sum())} frames); {settings.camera_shift:g} px are allowed"
        ),
    )


def judge(
    tracks: Sequence[Track], camera: Camera, seen: Survey, blobs: Sequence[int], truncated: str
) -> tuple[Quality, tuple[Reason, ...]]:
    """Quality of the report and the reasons for it, worst first."""
    reasons: list[Reason] = []
    fatal = False
    if len(seen.cuts) > max(3, 0.1 * seen.frame_count):
        fatal = True
        reasons.append(
            Reason(
                code="noise",
                text=f"{len(seen.cuts)} of {seen.frame_count} frames show another picture than the one before.",
            )
        )
    elif seen.cuts:
        where = ", ".join(str(i) for i in seen.cuts[:5])
        reasons.append(Reason(code="cut", text=f"The scene changes at frame {where}; the longest part was tracked."))
    if not camera.still:
        reasons.append(Reason(code="camera_moves", text=f"The camera moves: {camera.evidence}."))
    elif not camera.points:
        reasons.append(Reason(code="camera_unknown", text=f"Camera: {camera.evidence}."))
    if blobs and float(np.median(blobs)) > _CROWD:
        fatal = True
        reasons.append(
            Reason(
                code="noise",
                text=f"{int(np.median(blobs))} regions change in a usual frame: noise, not objects.",
            )
        )
    if not tracks:
        fatal = True
        if not any(blobs):
            reasons.append(Reason(code="still", text="Nothing moves: no region differs from the background."))
        else:
            reasons.append(Reason(code="no_object", text="Something changes, but no object can be followed."))
    else:
        best = tracks[0]
        share = best.seen_count / len(best.seen)
        if share < 0.8:
            reasons.append(Reason(code="gaps", text=f"The best object is seen in {share:.0%} of its frames."))
        if best.seen_count < 10:
            reasons.append(Reason(code="short", text=f"The best object is seen in {best.seen_count} frames only."))
    if truncated:
        reasons.append(Reason(code="truncated", text=truncated))
    doubtful = any(reason.code != "camera_unknown" for reason in reasons)
    return ("unusable" if fatal else "doubtful" if doubtful else "good"), tuple(reasons)
