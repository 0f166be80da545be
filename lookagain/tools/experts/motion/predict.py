"""Where an object may be next, from where it was."""

from __future__ import annotations

import numpy as np

from lookagain.tools.experts.motion.values import Floats

__all__ = ["predictions"]


def predictions(times: Floats, points: Floats, when: float) -> Floats:
    """Candidate positions (k, 2) at ``when``, from the last few sightings ``points`` (n, 2) at ``times``.

    Constant velocity; constant acceleration through the last three; constant turn and speed (for wheels and
    orbits); the last place where only one sighting is known. The first row is the most trusted.
    """
    last, now = points[-1], float(when - times[-1])
    if len(points) < 2:
        return np.asarray(points[-1:], dtype=float)
    step = float(times[-1] - times[-2])
    velocity = (last - points[-2]) / step
    candidates = [last + velocity * now]
    if len(points) >= 3:
        before = float(times[-2] - times[-3])
        earlier = (points[-2] - points[-3]) / before
        acceleration = 2 * (velocity - earlier) / (step + before)
        candidates.append(last + velocity * now + acceleration * now * (now + step) / 2)
        speeds = float(np.hypot(*velocity)), float(np.hypot(*earlier))
        if min(speeds) > 0:
            cross = float(earlier[0] * velocity[1] - earlier[1] * velocity[0])
            turn = np.arctan2(cross, float(earlier @ velocity)) / ((step + before) / 2) * (now + step) / 2
            cos, sin = np.cos(turn), np.sin(turn)
            candidates.append(last + np.array([[cos, -sin], [sin, cos]]) @ velocity * now)
    return np.asarray(np.stack(candidates), dtype=float)
