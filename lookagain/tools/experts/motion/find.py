"""Finding what moves: two passes over the frames, constant memory apart from the tracks themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from lookagain.tools.experts.motion.background import Background, build_background
from lookagain.tools.experts.motion.detect import Difference, detect, difference
from lookagain.tools.experts.motion.judge import judge, judge_camera
from lookagain.tools.experts.motion.link import Linker, Trail
from lookagain.tools.experts.motion.rank import number, rank
from lookagain.tools.experts.motion.recover import Finder
from lookagain.tools.experts.motion.refine import Patch, Refined, Refiner, cut
from lookagain.tools.experts.motion.settings import MotionSettings
from lookagain.tools.experts.motion.source import FrameSource
from lookagain.tools.experts.motion.survey import Survey, survey
from lookagain.tools.experts.motion.tracks import to_track
from lookagain.tools.experts.motion.values import MotionReport, Track
from lookagain.tools.media import Frame, ReadOutcome

__all__ = ["find_motion"]

Progress = Callable[[int, int], None]
_BATCH = 96
_WORTH = 0.1
_SHORT = 5


@dataclass(kw_only=True)
class _Polish:
    """Sub-pixel fitting of one trail: patches waiting, and what came of those before."""

    half: int
    refiner: Refiner
    waiting: list[Patch] = field(default_factory=list)
    found: list[Refined] = field(default_factory=list)
    given_up: bool = False

    def add(self, patch: Patch) -> None:
        """Queue a patch; a full batch is fitted at once, so that no more than a batch waits."""
        self.waiting.append(patch)
        if len(self.waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Fit what waits."""
        if self.waiting and not self.given_up:
            found = self.refiner.refine(self.waiting)
            self.given_up = not found and not self.found
            self.found.extend(found)
        self.waiting = []


def find_motion(
    source: FrameSource, settings: MotionSettings | None = None, progress: Progress | None = None
) -> MotionReport:
    """Find and track what moves in ``source`` (a ``Video``, or anything whose ``frames()`` can be read twice).

    First pass: background sample, cuts, camera. Second pass, over the longest scene: differences to the
    background, linking, sub-pixel fits. ``progress(done, total)`` is called once a frame and pass. Never
    raises for a video without motion: the report's ``quality`` and ``reasons`` say so. ``InputError`` for a
    source with fewer than two frames or with no pixels.
    """
    settings = settings or MotionSettings()
    seen = survey(source, settings, None if progress is None else lambda done: progress(done, 0))
    outcome = getattr(source, "outcome", None)
    note = outcome.note if isinstance(outcome, ReadOutcome) else ""
    background = build_background(seen.scene.samples)
    seen.scene.samples.clear()
    linker = Linker(diagonal=float(np.hypot(seen.width, seen.height)), max_gap=settings.max_gap)
    finder = Finder(diagonal=linker.diagonal, max_side=settings.max_patch)
    polish: dict[int, _Polish] = {}
    blobs_per_frame: list[int] = []
    times: dict[int, float] = {}
    for frame in source.frames():
        if frame.index < seen.scene.first:
            continue
        if frame.index > seen.scene.last:
            break
        change = difference(frame, background, settings)
        blobs = detect(frame, change, settings)
        blobs_per_frame.append(len(blobs))
        times[frame.index] = frame.time_s
        pairs = linker.step(frame.index, frame.time_s, blobs)
        finder.learn(frame, change, pairs)
        finder.recover(frame, change, linker.active, pairs)
        for trail in linker.retire():
            job = polish.get(trail.id)
            if job is not None and len(trail.frames) >= _SHORT and trail.extent >= settings.min_extent:
                job.flush()
            else:
                polish.pop(trail.id, None)
        for trail, blob in pairs:
            _queue(polish, trail, box=blob.box, frame=frame, change=change, background=background, settings=settings)
        if progress is not None:
            progress(seen.frame_count + frame.index + 1, 2 * seen.frame_count)
    trails = linker.finish()
    rough = rank([to_track(trail, [], times) for trail in trails], seen, settings)
    by_id = {trail.id: trail for trail in trails}
    tracks = []
    for draft in rough:
        job = polish.get(draft.id) if draft.score >= _WORTH * rough[0].score else None
        if job is not None:
            job.flush()
        tracks.append(to_track(by_id[draft.id], job.found if job is not None else [], times))
    ranked = number(rank(tracks, seen, settings))
    return _report(ranked, seen, settings, blobs_per_frame, note)


def _queue(
    polish: dict[int, _Polish],
    trail: Trail,
    *,
    box: tuple[int, int, int, int],
    frame: Frame,
    change: Difference,
    background: Background,
    settings: MotionSettings,
) -> None:
    """Keep the square around a blob for the sub-pixel fit, if the object is small enough."""
    side = max(box[2] - box[0], box[3] - box[1])
    if side > settings.max_patch or not trail.whole[-1]:
        return
    job = polish.get(trail.id)
    if job is None:
        half = int(np.ceil(0.5 * side)) + 4
        job = polish[trail.id] = _Polish(half=half, refiner=Refiner(background.colour))
    square = cut(frame.pixels, trail.points[-1], job.half)
    if square is None or job.given_up:
        return
    left, top, pixels = square
    job.add(Patch(frame.index, left, top, pixels, change.light, trail.points[-1]))


def _report(
    tracks: tuple[Track, ...],
    seen: Survey,
    settings: MotionSettings,
    blobs: list[int],
    note: str,
) -> MotionReport:
    camera = judge_camera(seen, settings)
    quality, reasons = judge(tracks, camera, seen, blobs, note)
    return MotionReport(
        tracks=tracks,
        camera=camera,
        cuts=seen.cuts,
        span=(seen.scene.first, seen.scene.last + 1),
        frame_count=seen.frame_count,
        width=seen.width,
        height=seen.height,
        quality=quality,
        reasons=reasons,
    )
