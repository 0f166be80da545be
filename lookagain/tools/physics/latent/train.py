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
from lookagain.tools.physics.latent.unfold import Guide, unfold
from lookagain.tools.physics.library import Library
from lookagain.tools.physics.progress import Progress, Teller

if TYPE_CHECKING:
    from lookagain.tools.physics.latent.network import Training

__all__ = ["library_of", "train_latent"]

_GAIN, _LITTLE = 0.5, 0.01
"""A further latent variable must leave at most this share of the lost variance, while more than so much is lost."""

_COMPARABLE = 2.0
"""A warm-up that loses more than so many times what the best one loses is no choice, whatever its equation."""


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
        while len(losses) < MOST_DIMENSIONS and _wanted(losses) is None:
            self._teller.tell(f"{len(losses) + 1} latent variables", 0.02 * len(losses))
            training = self._begun(len(losses) + 1, replica=0)
            losses.append(training.rounds[-1].reconstruction)
            self._keep(replace(self.saved, losses=tuple(losses)))
        return _wanted(losses) or len(losses)

    def train(self, dimension: int) -> None:
        """The next training, from its beginning or from where it stood."""
        replica = len(self.saved.finished)
        whole = 1 + self._settings.replicas
        self._teller.tell(f"training {replica + 1}, warm-up", 0.1 + 0.85 * replica / whole)
        training = self._restored(dimension, replica) or self._begun(dimension, replica)
        self._keep_under_way(training)
        blocks = _blocks(self._settings)
        for i in range(len(training.rounds) - 1, len(blocks)):
            share = (replica + (1 + i) / (1 + len(blocks))) / whole
            self._teller.tell(f"training {replica + 1}, round {i + 1}", 0.1 + 0.85 * share)
            training.advance(blocks[i], self._teller.tick)
            self._keep_under_way(training)
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

    def _begun(self, dimension: int, replica: int) -> Training:
        """The best of several warm-ups: every second one is pulled towards the unfolded pictures at first.

        Neither start is always the better one: a projection may fold, and a noisy picture may link distant states.
        """
        tried = []
        for start in range(self._settings.starts):
            guide = None if start % 2 else unfold(self._coordinates, dimension)
            tried.append(self._training(dimension, (replica, start), guide))
            tried[-1].advance(self._settings.warmup, self._teller.tick)
        least = min(one.rounds[-1].reconstruction for one in tried)
        good = [one for one in tried if one.rounds[-1].reconstruction <= _COMPARABLE * least]
        return min(good, key=lambda one: one.rounds[-1].equation)

    def _restored(self, dimension: int, replica: int) -> Training | None:
        now = self.saved.now
        if now is None:
            return None
        training = self._training(dimension, (replica, 0), None)
        try:
            training.restore(dict(now.arrays), now.epoch, now.rounds)
        except (KeyError, TypeError, ValueError) as error:
            raise StateError(f"not a stored training: {error}.", hint="Begin it anew.") from error
        return training

    def _training(self, dimension: int, seed: tuple[int, int], guide: Guide | None) -> Training:
        from lookagain.tools.physics.latent.network import Training

        return Training(
            self._coordinates,
            total=self._basis.total,
            dt=self._clips.dt,
            library=library_of(dimension, self._settings),
            guide=guide,
            settings=self._settings,
            seed=(self._settings.seed, *seed),
        )

    def _keep_under_way(self, training: Training) -> None:
        now = Unfinished(arrays=training.arrays(), epoch=training.epoch, rounds=tuple(training.rounds))
        self._keep(replace(self.saved, now=now))

    def _keep(self, saved: Saved) -> None:
        self.saved = saved
        if self._save is not None:
            self._save(saved.to_bytes())


def _wanted(losses: Sequence[float]) -> int | None:
    """The dimension that the variance lost by 1, 2, ... latent variables speaks for; None if more must be tried."""
    if losses and losses[-1] <= _LITTLE:
        return len(losses)
    return len(losses) - 1 if len(losses) > 1 and losses[-1] > _GAIN * losses[-2] else None


def _blocks(settings: LatentSettings) -> list[int]:
    """Epochs of each round."""
    each, more = divmod(settings.epochs, settings.rounds)
    return [n for n in (each + (i < more) for i in range(settings.rounds)) if n]
