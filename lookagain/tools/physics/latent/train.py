"""From videos to latent variables and their law: the whole of the representation level."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lookagain.tools.physics.latent.discovery import LatentDiscovery
from lookagain.tools.physics.latent.model import Frames
from lookagain.tools.physics.latent.settings import LatentSettings
from lookagain.tools.physics.progress import Progress

__all__ = ["train_latent"]


def train_latent(
    videos: Sequence[Frames],
    dt: float,
    settings: LatentSettings,
    *,
    progress: Progress | None = None,
    state: bytes | None = None,
    save: Callable[[bytes], None] | None = None,
) -> LatentDiscovery:
    """Latent variables of ``videos`` (one or several of the same system and camera) and the law that they obey.

    ``dt`` is the time from one frame to the next in seconds. ``progress`` is told stage and share done; what it raises
    ends the training. ``save`` is handed the whole state after every block of epochs; ``state``, such a piece of
    bytes, goes on from there to the same result as if nothing had been interrupted.

    Raises ``InputError`` for unusable frames, ``ConfigError`` where torch is not installed, ``StateError`` where
    ``state`` is of other frames or settings.
    """
    raise NotImplementedError
