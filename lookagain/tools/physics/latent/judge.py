"""What the finished trainings say: the law, its roll-out over held-out frames, and whether they agree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial import KDTree

from lookagain.tools.physics import checks
from lookagain.tools.physics.differentiate import noise_level
from lookagain.tools.physics.latent.clips import Clips
from lookagain.tools.physics.latent.discovery import Agreement, HeldOutFrames, LatentDiscovery
from lookagain.tools.physics.latent.equation import find_law
from lookagain.tools.physics.latent.model import LatentModel, forward
from lookagain.tools.physics.latent.saved import Finished
from lookagain.tools.physics.latent.settings import LatentSettings
from lookagain.tools.physics.library import Library
from lookagain.tools.physics.system import SparseSystem
from lookagain.tools.physics.trajectory import Array, Trajectory

__all__ = ["judge"]

_NEAR = 0.5
"""Distance to a fitted state, in standard deviations, within which a held-out one counts as among them."""
_MAP_DEGREE = 3


class _View:
    """One training's states and law."""

    def __init__(self, clips: Clips, model: LatentModel, library: Library) -> None:
        self.model = model
        self.names = library.names
        states = [forward(model.encoder, model.project(pictures)) for pictures in clips.pictures]
        times = [clips.dt * np.arange(len(z), dtype=np.float64) for z in states]
        self.trajectories = tuple(Trajectory(t=t, x=z, names=library.names) for t, z in zip(times, states, strict=True))
        both = [(one.take(0, n), one.take(n, one.n)) for one, n in zip(self.trajectories, clips.fitted, strict=True)]
        self.heads, self.tails = [head for head, _ in both], [tail for _, tail in both]
        self.system: SparseSystem = find_law(self.heads, library)
        self.rollouts = tuple(self.system.simulate(tail.x[0], tail.t) for tail in self.tails)

    @property
    def fitted(self) -> Array:
        """All fitted states ``(n, d)``."""
        return np.concatenate([head.x for head in self.heads])

    @property
    def held_out(self) -> Array:
        """All held-out states ``(n, d)``."""
        return np.concatenate([tail.x for tail in self.tails])

    @property
    def rolled(self) -> Array:
        """The roll-outs ``(n, d)`` over them."""
        return np.concatenate(self.rollouts)


def judge(clips: Clips, settings: LatentSettings, done: Sequence[Finished], library: Library) -> LatentDiscovery:
    """The first training's law; the others are what it must agree with."""
    first, *others = (_View(clips, one.model, library) for one in done)
    distances = KDTree(first.fitted).query(first.held_out)[0]
    noise = np.array([noise_level(head.t, head.x) for head in first.heads]).max(axis=0)
    return LatentDiscovery(
        settings=settings,
        model=first.model,
        system=first.system,
        trajectories=first.trajectories,
        fitted=clips.fitted,
        rollouts=first.rollouts,
        held_out=_held_out(clips, first),
        rounds=done[0].rounds,
        smoothness=float((noise / first.fitted.std(axis=0)).max()),
        shares=_shares(clips, first),
        inside=float(np.mean(np.asarray(distances) <= _NEAR)),
        agreements=tuple(_agreement(first, other, replica + 1) for replica, other in enumerate(others)),
    )


def _held_out(clips: Clips, view: _View) -> HeldOutFrames:
    pictures = np.concatenate(clips.tails)
    decoded = view.model.decode(view.rolled).reshape(pictures.shape)
    given_back = view.model.decode(view.held_out).reshape(pictures.shape)
    still = np.concatenate([np.repeat(tail[:1], len(tail), axis=0) for tail in clips.tails])
    steps = [
        checks.valid_prediction_steps(tail.x, rolled) for tail, rolled in zip(view.tails, view.rollouts, strict=True)
    ]
    return HeldOutFrames(
        frames=len(pictures),
        r2=checks.r2(view.held_out, view.rolled),
        valid_steps=min(steps),
        picture_r2=checks.r2(pictures, decoded),
        reconstruction_r2=checks.r2(pictures, given_back),
        persistence_r2=checks.r2(pictures, still),
        spread=float(np.sqrt(view.held_out.var(axis=0).mean())),
    )


def _shares(clips: Clips, view: _View) -> tuple[float, ...]:
    """Variance lost beyond the reconstruction's when a variable is held at 0, its mean, over all variance."""
    pictures = np.concatenate(clips.heads)
    total = float(((pictures - pictures.mean(axis=0)) ** 2).sum())

    def lost(states: Array) -> float:
        return float(((view.model.decode(states).reshape(pictures.shape) - pictures) ** 2).sum()) / total

    whole = lost(view.fitted)
    kept = 1.0 - np.eye(view.fitted.shape[1])
    return tuple(lost(view.fitted * row) - whole for row in kept)


def _agreement(first: _View, other: _View, replica: int) -> Agreement:
    forth, back = _smooth_map(first, other), _smooth_map(other, first)
    library = Library.polynomial(first.names, _MAP_DEGREE)
    with np.errstate(invalid="ignore", over="ignore"):
        mapped = library(first.rolled) @ forth
    return Agreement(
        replica=replica,
        equations=other.system.equations(),
        map_r2=min(
            checks.r2(other.held_out, library(first.held_out) @ forth),
            checks.r2(first.held_out, library(other.held_out) @ back),
        ),
        rollout_r2=checks.r2(other.rolled, mapped),
    )


def _smooth_map(source: _View, target: _View) -> Array:
    """Coefficients of the cubic map between two trainings' states, fitted where both were."""
    library = Library.polynomial(source.names, _MAP_DEGREE)
    return np.asarray(np.linalg.lstsq(library(source.fitted), target.fitted, rcond=None)[0])
