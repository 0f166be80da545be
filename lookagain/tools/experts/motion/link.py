"""Which blob of a frame is which object: Hungarian assignment to predicted places.

Objects that meet share one blob for a while; then neither gets it (its centroid is neither's), and each is
looked for with its own picture, or waited for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from lookagain.tools.experts.motion.detect import Detection
from lookagain.tools.experts.motion.predict import predictions
from lookagain.tools.experts.motion.values import Floats

__all__ = ["Linker", "Trail"]

_FAR = 1e6
_HISTORY = 5
_MOST_DONE = 400


@dataclass(kw_only=True)
class Trail:
    """A track in the making: frame numbers, times, first guesses of the centroid, blobs' sizes and colours."""

    id: int
    frames: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    areas: list[float] = field(default_factory=list)
    boxes: list[tuple[int, int, int, int]] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    colour: Floats = field(default_factory=lambda: np.zeros(3))
    found_again: dict[int, tuple[float, float]] = field(default_factory=dict)
    error: float = 0.0
    missed: int = 0

    @property
    def area(self) -> float:
        """Usual area of the recent blobs."""
        return float(np.median(self.areas[-9:]))

    @property
    def size(self) -> float:
        """Usual width of the recent blobs."""
        return float(np.median([max(b[2] - b[0], b[3] - b[1]) for b in self.boxes[-9:]]))

    @property
    def extent(self) -> float:
        """Diagonal of the box around all sightings."""
        return float(np.hypot(*np.ptp(np.asarray(self.points), axis=0)))

    def candidates(self, when: float) -> Floats:
        """Where it may be at ``when``."""
        points = np.asarray(self.points[-_HISTORY:])
        return predictions(np.asarray(self.times[-_HISTORY:]), points, when)

    def reach(self, when: float, diagonal: float) -> float:
        """How far from the predictions it may be."""
        gap = max(1.0, (when - self.times[-1]) / self._step())
        if len(self.points) < 2:
            return 0.12 * diagonal * min(gap, 2.0)
        steps = np.diff(np.asarray(self.points[-_HISTORY:]), axis=0)
        speed = float(np.hypot(*steps.T).max())
        loose = 0.35 if len(self.points) < 6 else 0.15
        sure = 1.0 if len(self.points) > 3 else 2.0
        reach = (3.0 + loose * speed + 0.3 * self.size + 3 * self.error) * (1.0 + 0.3 * (gap - 1.0))
        return min(sure * reach, 0.3 * diagonal)

    def add(self, frame: int, when: float, blob: Detection) -> None:
        """Accept a blob as this object's next sighting."""
        if len(self.points) >= 3:
            miss = np.hypot(*(self.candidates(when) - blob.xy).T).min()
            self.error = 0.7 * self.error + 0.3 * float(miss)
        share = 1.0 if not self.frames else 0.2
        self.colour = (1 - share) * self.colour + share * blob.colour
        self.whole.append(not (blob.at_border and (not self.areas or blob.area < 0.85 * self.area)))
        self.frames.append(frame)
        self.times.append(when)
        self.points.append(blob.xy)
        self.areas.append(blob.area)
        self.boxes.append(blob.box)
        self.missed = 0

    def add_match(self, frame: int, when: float, xy: tuple[float, float]) -> None:
        """Accept a place found by the object's picture, where no blob was its own."""
        self.found_again[frame] = xy
        self.whole.append(False)
        self.frames.append(frame)
        self.times.append(when)
        self.points.append(xy)
        self.areas.append(self.areas[-1])
        self.boxes.append(self.boxes[-1])
        self.missed = 0

    def _step(self) -> float:
        if len(self.times) < 2:
            return 1e9
        return float(np.median(np.diff(self.times[-_HISTORY:])))


class Linker:
    """Grows trails frame by frame. ``active`` may still go on, ``done`` have ended."""

    def __init__(self, *, diagonal: float, max_gap: int) -> None:
        self.active: list[Trail] = []
        self.done: list[Trail] = []
        self.crowded = 0
        self.diagonal = diagonal
        self._max_gap = max_gap
        self._next = 0

    def step(self, frame: int, when: float, blobs: Sequence[Detection]) -> list[tuple[Trail, Detection]]:
        """Assign this frame's blobs; returns who got which, new trails included."""
        taken: dict[int, Trail] = {}
        guesses = [trail.candidates(when) for trail in self.active]
        merged = self._merged(guesses, blobs)
        if self.active and blobs:
            cost = self._costs(guesses, when, blobs)
            cost[:, sorted(merged)] = _FAR
            rows, columns = linear_sum_assignment(cost)
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
                if cost[row, column] < _FAR:
                    taken[column] = self.active[row]
        winners = {trail.id for trail in taken.values()}
        for trail in self.active:
            trail.missed += trail.id not in winners
        pairs = []
        for j, blob in enumerate(blobs):
            if j in merged:
                continue
            trail = taken.get(j) or self._born()
            trail.add(frame, when, blob)
            pairs.append((trail, blob))
        return pairs

    def finish(self) -> list[Trail]:
        """End all trails and return them."""
        self.done.extend(self.active)
        self.active = []
        return self.done

    def _born(self) -> Trail:
        trail = Trail(id=self._next)
        self._next += 1
        self.active.append(trail)
        return trail

    def retire(self) -> list[Trail]:
        """End the trails that were missed for too long, forget the shortest, and return those that ended."""
        keep: list[Trail] = []
        ended: list[Trail] = []
        for trail in self.active:
            # A trail of one or two sightings is probably noise and gets less patience.
            patience = self._max_gap if len(trail.frames) > 4 else min(1, self._max_gap)
            (keep if trail.missed <= patience else ended).append(trail)
        self.active = keep
        self.done.extend(trail for trail in ended if len(trail.frames) >= 3)
        if len(self.done) > _MOST_DONE:
            self.done = sorted(self.done, key=lambda trail: -len(trail.frames))[: _MOST_DONE // 2]
        return ended

    def _costs(self, guesses: Sequence[Floats], when: float, blobs: Sequence[Detection]) -> Floats:
        """Cost (trails, blobs) of taking a blob for a trail's object; ``_FAR`` where it cannot be."""
        places = np.array([blob.xy for blob in blobs])
        sizes = np.log([max(blob.area, 1.0) for blob in blobs])
        shades = np.array([blob.colour for blob in blobs])
        cost = np.empty((len(self.active), len(blobs)))
        for row, (trail, guess) in enumerate(zip(self.active, guesses, strict=True)):
            away = places[:, None, :] - guess[None, :, :]
            miss = np.hypot(away[..., 0], away[..., 1]).min(axis=1)
            reach = trail.reach(when, self.diagonal)
            ratio = np.abs(sizes - np.log(max(trail.area, 1.0)))
            shade = np.abs(shades - trail.colour).max(axis=1) / 60.0
            row_cost = (miss / reach) ** 2 + 0.6 * ratio**2 + 0.8 * shade**2 + 0.02 * trail.missed
            cost[row] = np.where((miss > reach) | (ratio > 2.2) | (shade > 2.5), _FAR, row_cost)
        return cost

    def _merged(self, guesses: Sequence[Floats], blobs: Sequence[Detection]) -> set[int]:
        """Blobs that at least two known objects should be in, and that are larger than either alone."""
        merged = set()
        known = [(t, g[0]) for t, g in zip(self.active, guesses, strict=True) if len(t.frames) >= 4]
        for j, blob in enumerate(blobs):
            left, top, right, bottom = blob.box
            inside = [t for t, g in known if left - 2 <= g[0] <= right + 1 and top - 2 <= g[1] <= bottom + 1]
            if len(inside) >= 2 and blob.area > 1.3 * max(t.area for t in inside):
                merged.add(j)
        return merged
