"""What to follow when somebody named a point: the object there, a part of it, or the point by its own looks."""

from __future__ import annotations

from dataclasses import replace

from lookagain.tools.experts.motion.mark import follow_mark, is_off_middle
from lookagain.tools.experts.motion.point import track_point
from lookagain.tools.experts.motion.settings import MotionSettings
from lookagain.tools.experts.motion.source import FrameSource
from lookagain.tools.experts.motion.values import MotionReport, Track

__all__ = ["follow_named"]

#: An object that is seen in fewer frames than this is hardly tracked.
_SHARE_SEEN = 0.7
#: A named point is told from its surroundings by a square of this part of the picture's side.
_POINT_PART = 12


def follow_named(source: FrameSource, report: MotionReport, settings: MotionSettings) -> MotionReport:
    """``report`` with the path of the point ``settings.near`` first, where that is not the best object's middle.

    - An object that its motion tells only now and then, or one too large to keep its shape (a person): the point is
      followed by its looks.
    - A small object of which a part away from the middle was named: that part is followed as the object turns.
    - Else the object's middle is what was meant, and the report stays as it is; so too without a point or with cuts.
    """
    near = settings.near
    if near is None or report.cuts:
        return report
    best = report.tracks[0] if report.tracks else None
    share = 0.0 if best is None else best.seen_count / max(report.frame_count, 1)
    named_part = best is not None and is_off_middle(near, best, report.span[0])
    if best is not None and share >= _SHARE_SEEN:
        if not named_part:
            return report
        if best.diameter <= settings.max_patch:
            part = follow_mark(source, near, best, settings)
            return report if part is None else _first(report, part, report.tracks[1:])
    side = min(report.width, report.height) // _POINT_PART
    point = track_point(source, near, settings, size=max(21, side | 1))
    if point.seen_count > _SHARE_SEEN * report.frame_count or best is None:
        return _first(report, point, report.tracks)
    return report


def _first(report: MotionReport, best: Track, others: tuple[Track, ...]) -> MotionReport:
    quality = "doubtful" if report.quality == "unusable" else report.quality
    return replace(report, tracks=(best, *others), quality=quality)
