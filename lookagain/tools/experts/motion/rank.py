"""Which tracks matter: what moves far, is seen long, and moves like one body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lookagain.tools.experts.motion.settings import MotionSettings
from lookagain.tools.experts.motion.survey import Survey
from lookagain.tools.experts.motion.values import Track

__all__ = ["number", "rank", "smoothness"]


def smoothness(track: Track) -> float:
    """How predictable the path is, 0 to 1: one minus (second difference over first difference) squared.

    A path that goes on as it went has small second differences; random jumps have larger ones than steps.
    """
    xy, seen = track.xy, track.seen
    run = seen[2:] & seen[1:-1] & seen[:-2] if len(seen) > 2 else np.zeros(0, dtype=bool)
    if run.sum() < 3:
        return 0.0
    second = np.hypot(*np.diff(xy, 2, axis=0)[run].T)
    first = np.hypot(*(np.diff(xy, axis=0)[1:][run]).T)
    ratio = float(np.median(second)) / max(float(np.median(first)), 1e-9)
    return float(1.0 / (1.0 + ratio**2))


def rank(tracks: Sequence[Track], seen: Survey, settings: MotionSettings) -> tuple[Track, ...]:
    """Tracks that move, best first, at most ``settings.max_objects``.

    The score is (share of the scene's frames in which it was seen) x (extent over extent + 5 % of the
    picture's diagonal) x smoothness. With ``near``, closeness to that point in its first frames multiplies it.
    """
    total = seen.scene.last - seen.scene.first + 1
    soft = 0.05 * float(np.hypot(seen.width, seen.height))
    least = max(5, min(10, round(0.03 * total)))
    scored = []
    for track in tracks:
        extent = track.extent
        spread = float(np.nanmedian(track.sigma)) if track.seen_count else np.inf
        if track.seen_count < least or extent < max(settings.min_extent, 4 * spread):
            continue
        score = track.seen_count / total * extent / (extent + soft) * smoothness(track)
        if settings.near is not None:
            start = track.xy[track.seen][:5]
            miss = float(np.hypot(*(start - settings.near).T).min())
            score *= float(np.exp(-((miss / (0.5 * soft)) ** 2)))
        scored.append(replace(track, score=float(score)))
    scored.sort(key=lambda track: -track.score)
    kept: list[Track] = []
    for track in scored:
        if len(kept) < settings.max_objects and not any(_same(track, better) for better in kept):
            kept.append(track)
    return tuple(kept)


def _same(track: Track, better: Track) -> bool:
    """Whether two tracks lie on each other: parts of one object, found twice."""
    _, i, j = np.intersect1d(track.frames[track.seen], better.frames[better.seen], return_indices=True)
    if len(i) < 5:
        return False
    away = np.hypot(*(track.xy[track.seen][i] - better.xy[better.seen][j]).T)
    return float(np.median(away)) < 0.3 * float(np.sqrt(np.nanmedian(better.area)))


def number(tracks: Sequence[Track]) -> tuple[Track, ...]:
    """The same tracks with ids 0, 1, ... in their order."""
    return tuple(replace(track, id=i) for i, track in enumerate(tracks))
