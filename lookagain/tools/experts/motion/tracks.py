"""From a trail and its sub-pixel fits to a track with honest uncertainties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from lookagain.tools.experts.motion.clean import outliers
from lookagain.tools.experts.motion.link import Trail
from lookagain.tools.experts.motion.refine import Refined
from lookagain.tools.experts.motion.values import Floats, Track

__all__ = ["jitter", "to_track"]

_MATCH_SIGMA = 0.5


def to_track(trail: Trail, refined: Sequence[Refined], times: Mapping[int, float]) -> Track:
    """The track of ``trail``; fitted centroids replace blob centroids where at least 60 % were fitted.

    Formal uncertainties are scaled so that their median equals the path's own frame-to-frame jitter where
    that can be told (see ``jitter``); blob centroids get the jitter itself, and
    places found by the object's picture at least half a pixel.
    """
    first, last = trail.frames[0], trail.frames[-1]
    frames = np.array([f for f in range(first, last + 1) if f in times], dtype=np.int64)
    row = {int(f): i for i, f in enumerate(frames)}
    n = len(frames)
    xy, sigma = np.full((n, 2), np.nan), np.full((n, 2), np.nan)
    area, seen = np.full(n, np.nan), np.zeros(n, dtype=bool)
    whole = [f for f, ok in zip(trail.frames, trail.whole, strict=True) if ok]
    fitted = len(refined) >= max(5, 0.6 * len(whole))
    if fitted:
        for item in refined:
            i = row[item.frame]
            xy[i], sigma[i], area[i], seen[i] = item.xy, item.sigma, item.area, True
    else:
        for f, point, size, ok in zip(trail.frames, trail.points, trail.areas, trail.whole, strict=True):
            if ok:
                i = row[f]
                xy[i], area[i], seen[i] = point, size, True
    when = np.array([times[int(f)] for f in frames])
    matched = np.zeros(n, dtype=bool)
    for f, place in trail.found_again.items():
        i = row[f]
        if not seen[i]:
            xy[i], seen[i], matched[i] = place, True, True
    wrong = outliers(when, xy, seen)
    xy[wrong], sigma[wrong], area[wrong], seen[wrong] = np.nan, np.nan, np.nan, False
    matched &= seen
    noise = jitter(xy, seen)
    if fitted:
        formal = np.nanmedian(sigma[seen & ~matched], axis=0)
        known = np.isfinite(noise)
        scale = np.where(known, np.clip(np.nan_to_num(noise, nan=1.0) / formal, 0.5, 50.0), 3.0)
        sigma = sigma * scale
    else:
        sigma[seen] = np.where(np.isfinite(noise), np.maximum(noise, 0.05), 0.5)
    sigma[matched] = np.maximum(_MATCH_SIGMA, np.nan_to_num(noise, nan=_MATCH_SIGMA))
    red, green, blue = (float(c) for c in trail.colour)
    return Track(
        id=trail.id,
        frames=frames,
        times=when,
        xy=xy,
        sigma=sigma,
        seen=seen,
        area=area,
        colour=(red, green, blue),
        method="template" if fitted else "weighted",
    )


def jitter(xy: Floats, seen: npt.NDArray[np.bool_]) -> Floats:
    """Frame-to-frame noise (x, y) in pixels from third differences of runs of sightings; NaN if too few.

    Third differences remove any smooth motion up to a parabola; for white noise their variance is 20 times
    that of one point. The median absolute value keeps bounces out.
    """
    run = seen[3:] & seen[2:-1] & seen[1:-2] & seen[:-3] if len(seen) > 3 else np.zeros(0, dtype=bool)
    if run.sum() < 6:
        return np.full(2, np.nan)
    third = np.diff(xy, 3, axis=0)[run]
    spread: Floats = 1.4826 * np.median(np.abs(third), axis=0) / np.sqrt(20.0)
    return spread
