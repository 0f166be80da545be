"""When the law of latent variables counts as confirmed.

Latent coordinates are arbitrary up to a smooth map, and so are the terms of a law in them. What can be confirmed is
what no choice of coordinates changes: that a closed law of so few variables forecasts pictures that nothing was
fitted to, and that a training from another seed finds the same motion, seen through a smooth map. The terms are one
way to write it, never the only one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookagain.tools.physics.acceptance import Criterion
from lookagain.tools.physics.latent.discovery import LatentDiscovery

__all__ = ["LatentBounds", "latent_acceptance"]


@dataclass(frozen=True, kw_only=True)
class LatentBounds:
    """Limits of acceptance. They are strict: a doubtful law stays undecided."""

    samples_per_term: float = 10.0
    """Least fitted numbers (frames x latent variables) for each term of the law."""
    smoothness: float = 0.05
    """Largest noise of a latent variable over its standard deviation."""
    share: float = 0.02
    """Least share of the pictures' variance that hangs on each latent variable."""
    reconstruction: float = 0.9
    """Least share of the held-out pictures' variance that the decoder gives back."""
    inside: float = 0.9
    """Least share of the held-out frames whose state lies where states were fitted."""
    spread: float = 0.3
    """Least standard deviation of the held-out states; that of the fitted ones is 1."""
    r2: float = 0.9
    """Least R2 of the held-out roll-out, in latent coordinates and in pictures."""
    skill: float = 0.5
    """Largest error of the rolled-out pictures over that of the last picture shown again and again."""
    map_r2: float = 0.98
    agreement: float = 0.9


def latent_acceptance(discovery: LatentDiscovery, bounds: LatentBounds | None = None) -> list[Criterion]:
    """All criteria; the law is accepted if every one holds. None looks at a true law or a true state.

    What each guards against:

    - samples: more terms than so few frames can decide.
    - smooth: frames that do not follow each other, such as noise or shuffled ones.
    - collapse: a latent variable that carries nothing, and would obey any law.
    - reconstruction: variables that do not tell the held-out pictures, such as a camera that pans on.
    - inside: a forecast about states that were never seen.
    - spread: a forecast about pictures that hardly change.
    - latent roll-out: a law that holds only where it was fitted.
    - picture roll-out: the same by the pictures, which no choice of coordinates flatters.
    - skill: a forecast that is no better than none.
    - same state: variables that another training does not find, up to a smooth map.
    - same motion: a law that another training's law contradicts.
    """
    b = bounds or LatentBounds()
    held = discovery.held_out

    def least(name: str, value: float, bound: float, reason: str) -> Criterion:
        return Criterion(name=name, value=float(value), op=">=", bound=bound, reason=reason)

    def most(name: str, value: float, bound: float, reason: str) -> Criterion:
        return Criterion(name=name, value=float(value), op="<=", bound=bound, reason=reason)

    numbers = sum(discovery.fitted) * discovery.model.dimension / max(discovery.system.count, 1)
    lost = (1 - held.picture_r2) / (1 - held.persistence_r2) if held.persistence_r2 < 1 else np.inf
    agreements = discovery.agreements
    same_map = min((a.map_r2 for a in agreements), default=np.nan)
    same_motion = min((a.rollout_r2 for a in agreements), default=np.nan)
    return [
        least("samples", numbers, b.samples_per_term, "enough fitted frames for the terms of the law"),
        most("smooth", discovery.smoothness, b.smoothness, "the latent state moves smoothly"),
        least("collapse", min(discovery.shares), b.share, "every latent variable shows in the pictures"),
        least("reconstruction", held.reconstruction_r2, b.reconstruction, "the state tells the held-out pictures"),
        least("inside", discovery.inside, b.inside, "the held-out states lie among the fitted ones"),
        least("spread", held.spread, b.spread, "the held-out state moves far enough to be forecast"),
        least("latent roll-out", held.r2, b.r2, "the roll-out follows the held-out states"),
        least("picture roll-out", held.picture_r2, b.r2, "the decoded roll-out follows the held-out pictures"),
        most("skill", np.sqrt(max(lost, 0.0)), b.skill, "the forecast beats the last picture shown again"),
        least("same state", same_map, b.map_r2, "another training finds the same state up to a smooth map"),
        least("same motion", same_motion, b.agreement, "the law of another training forecasts the same"),
    ]
