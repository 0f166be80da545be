"""From videos to latent variables and their law: the whole of the representation level."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from lookagain.core.errors import ConfigError, StateError
from lookagain.tools.physics.latent.clips import Basis, Clips, basis_of, prepare_clips
from lookagain.tools.physics.latent.discovery import LatentDiscovery
from lookagain.tools.physics.latent.judge import judge
from lookagain.tools.physics.latent.model import Frames, LatentModel
from lookagain.tools.physics.latent.saved import Finished, Saved, Unfinished
from lookagain.tools.physics.latent.settings import MOST_DIMENSIONS, LatentSettings
from lookagain.tools.physics.library import Library
from lookagain.tools.physics.progress import Progress, Teller

if TYPE_CHECKING:
    from lookagain.tools.physics.latent.network import Training

__all__ = ["library_of", "train_latent"]

_GAIN = 0.5
"""A further latent variable must leave at most this share of the lost variance."""


def train_latent(
    videos: Sequence[Frames],
    dt: float,
    settings: LatentSettings,
    *,
    progress: Progress | None = None,
    state: bytes | None = None,
    save: Callable[[bytes], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> LatentDiscovery:
    """Latent variables of ``videos`` (one or several of the same system and camera) and the law that they obey.

    ``dt`` is the time from one frame to the next in seconds. ``progress`` is told stage and share done, by ``clock``
    in seconds about every half second; what it raises ends the training. ``save`` is handed the whole state after
    every block of epochs; ``state``, such a piece of bytes, goes on from there to the same result as if nothing had
    been interrupted.

    Raises ``InputError`` for unusable frames, ``ConfigError`` where torch is not installed, ``StateError`` where
    ``state`` is of other frames or settings.
    """
    clips = prepare_clips(videos, dt, settings.held_out)
    saved = Saved(fingerprint=clips.fingerprint, settings=settings).resume(state)
    teller = Teller(progress, clock)
    with _torch():
        desk = _Desk(clips, settings, saved, teller, save)
        dimension = settings.dimension or desk.dimension()
        while len(desk.saved.finished) <= settings.replicas:
            desk.train(dimension)
    teller.tell("held-out roll-out", 0.95)
    found = judge(clips, settings, desk.saved.finished, library_of(dimension, settings))
    teller.tell("done", 1.0)
    return found


def library_of(dimension: int, settings: LatentSettings) -> Library:
    """All monomials of z1, z2, ... up to the degree that the settings name."""
    return Library.polynomial([f"z{i + 1}" for i in range(dimension)], settings.degree)


@contextmanager
def _torch() -> Iterator[None]:
    try:
        from lookagain.tools.physics.latent.network import deterministic
    except ImportError as error:
        raise ConfigError("torch is not installed.", hint="Install lookagain[models].") from error
    with deterministic():
        yield


class _Desk:
    """The trainings of one call, in order, with what is saved of them."""

    def __init__(
        self,
        clips: Clips,
        settings: LatentSettings,
        saved: Saved,
        teller: Teller,
        save: Callable[[bytes], None] | None,
    ) -> None:
        self._clips, self._settings, self._teller, self._save = clips, settings, teller, save
        self.saved = saved
        self._basis: Basis = basis_of(clips, settings.modes)
        self._coordinates = [self._basis.project(head) for head in clips.heads]

    def dimension(self) -> int:
        """The fewest latent variables beyond which the warm-up's reconstruction gains little."""
        losses = list(self.saved.losses)
        while len(losses) < MOST_DIMENSIONS and not _enough(losses):
            self._teller.tell(f"{len(losses) + 1} latent variables", 0.02 * len(losses))
            training = self._training(len(losses) + 1, replica=0)
            training.advance(self._settings.warmup, self._teller.tick)
            losses.append(training.rounds[-1].reconstruction)
            self._keep(replace(self.saved, losses=tuple(losses)))
        return len(losses) - 1 if _enough(losses) else len(losses)

    def train(self, dimension: int) -> None:
        """The next training, from its beginning or from where it stood."""
        replica = len(self.saved.finished)
        training = self._training(dimension, replica)
        now = self.saved.now
        if now is not None:
            try:
                training.restore(dict(now.arrays), now.epoch, now.rounds)
            except (KeyError, ValueError) as error:
                raise StateError(f"not a stored training: {error}.", hint="Begin it anew.") from error
        blocks = _blocks(self._settings)
        for i in range(len(training.rounds), len(blocks)):
            share = (replica + i / len(blocks)) / (1 + self._settings.replicas)
            self._teller.tell(f"training {replica + 1}, {'round ' + str(i) if i else 'warm-up'}", 0.1 + 0.85 * share)
            training.advance(blocks[i], self._teller.tick)
            under_way = Unfinished(arrays=training.arrays(), epoch=training.epoch, rounds=tuple(training.rounds))
            self._keep(replace(self.saved, now=under_way))
        encoder, decoder = training.layers()
        model = LatentModel(
            shape=self._clips.shape,
            block=self._clips.block,
            mean=self._basis.mean,
            components=self._basis.components,
            scale=self._basis.scale,
            encoder=encoder,
            decoder=decoder,
        )
        done = Finished(model=model, rounds=tuple(training.rounds))
        self._keep(replace(self.saved, finished=(*self.saved.finished, done), now=None))

    def _training(self, dimension: int, replica: int) -> Training:
        from lookagain.tools.physics.latent.network import Training

        return Training(
            self._coordinates,
            total=self._basis.total,
            dt=self._clips.dt,
            library=library_of(dimension, self._settings),
            settings=self._settings,
            seed=(self._settings.seed, replica),
        )

    def _keep(self, saved: Saved) -> None:
        self.saved = saved
        if self._save is not None:
            self._save(saved.to_bytes())


def _enough(losses: Sequence[float]) -> bool:
    return len(losses) > 1 and losses[-1] > _GAIN * losses[-2]


def _blocks(settings: LatentSettings) -> list[int]:
    """Epochs of the warm-up and of each round."""
    each, more = divmod(settings.epochs, settings.rounds)
    return [settings.warmup, *(n for n in (each + (i < more) for i in range(settings.rounds)) if n)]
