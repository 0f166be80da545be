"""What the training of latent variables answers: frozen values, JSON out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from lookagain.tools.physics.discovery import plain_json
from lookagain.tools.physics.latent.model import LatentModel
from lookagain.tools.physics.latent.settings import LatentSettings
from lookagain.tools.physics.system import SparseSystem
from lookagain.tools.physics.trajectory import Array, Trajectory

__all__ = ["Agreement", "HeldOutFrames", "LatentDiscovery", "Round"]


@dataclass(frozen=True, kw_only=True)
class Round:
    """Where the training stood after a block of epochs."""

    epochs: int
    reconstruction: float
    """Share of the variance of the fitted frames that is lost."""
    equation: float
    """Share of the latent velocity that the equation misses, refitted at the end of the block."""
    terms: int


@dataclass(frozen=True, kw_only=True)
class HeldOutFrames:
    """The law rolled out from the first held-out frame of each video, over the frames that nothing was fitted to."""

    frames: int
    r2: float
    """In the latent coordinates, against the encoded frames."""
    valid_steps: int
    """Frames before the latent error first exceeds half a standard deviation; the least of all videos."""
    picture_r2: float
    """Share of the pictures' variance that the decoded roll-out explains."""
    reconstruction_r2: float
    """The same of the decoded encodings: what no law can exceed by much."""
    persistence_r2: float
    """The same of the first held-out frame shown again and again."""
    spread: float
    """Standard deviation of the held-out latent states; that of the fitted ones is 1."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far a training from another seed found the same motion; coordinates may differ by a smooth map."""

    replica: int
    equations: tuple[str, ...]
    map_r2: float
    """R2 on held-out frames of the cubic map between both latents, fitted on the others; the worse direction."""
    rollout_r2: float
    """R2 of this law's held-out roll-out, mapped, against the other law's."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LatentDiscovery:
    """Latent variables of one or several videos of a system, their law, and what speaks for and against it."""

    settings: LatentSettings
    model: LatentModel
    system: SparseSystem
    """The law, in the latent coordinates."""
    trajectories: tuple[Trajectory, ...]
    """Every video's encoded frames, held-out ones included."""
    fitted: tuple[int, ...]
    """How many frames of each video, from the first on, the model and the law were fitted to."""
    rollouts: tuple[Array, ...]
    """The law from each video's first held-out frame on ``(n - fitted, d)``; NaN where it blows up."""
    held_out: HeldOutFrames
    rounds: tuple[Round, ...]
    smoothness: float
    """Largest noise of a latent variable over its standard deviation."""
    shares: tuple[float, ...]
    """Share of the pictures' variance that is lost when one latent variable is held at its mean."""
    inside: float
    """Share of the held-out frames whose latent state lies within the fitted ones, give or take half a deviation."""
    agreements: tuple[Agreement, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON values only (non-finite numbers become text); the model itself is stored by ``LatentModel.to_bytes``."""
        out = {
            "settings": asdict(self.settings),
            "system": self.system.to_json(),
            "equations": list(self.system.equations()),
            "fitted": list(self.fitted),
            "held_out": asdict(self.held_out),
            "rounds": [asdict(entry) for entry in self.rounds],
            "smoothness": self.smoothness,
            "shares": list(self.shares),
            "inside": self.inside,
            "agreements": [asdict(entry) for entry in self.agreements],
        }
        return {key: plain_json(value) for key, value in out.items()}
