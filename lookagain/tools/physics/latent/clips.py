"""Videos made ready for training: checked, averaged to a working size, split, and projected on principal components."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lookagain.core.errors import InputError
from lookagain.tools.physics.latent.model import Frames, block_means
from lookagain.tools.physics.trajectory import Array

__all__ = ["Basis", "Clips", "basis_of", "prepare_clips"]

_LARGEST = 64
"""Cells along the longer side of a working picture: latent variables are about what moves, not about detail."""
_LEAST_FITTED, _LEAST_HELD_OUT, _MOST_FRAMES = 30, 10, 4000


@dataclass(frozen=True, kw_only=True, eq=False)
class Clips:
    """Videos of one system in working resolution: ``pictures (n, pixels)`` each, the first ``fitted`` to be fitted."""

    shape: tuple[int, ...]
    """Of one picture as given."""
    block: int
    dt: float
    pictures: tuple[Array, ...]
    fitted: tuple[int, ...]
    fingerprint: str
    """SHA-256 of the frames as given and the time step."""

    @property
    def heads(self) -> list[Array]:
        """The fitted pictures of each video."""
        return [pictures[:n] for pictures, n in zip(self.pictures, self.fitted, strict=True)]

    @property
    def tails(self) -> list[Array]:
        """The held-out pictures of each video."""
        return [pictures[n:] for pictures, n in zip(self.pictures, self.fitted, strict=True)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Basis:
    """Principal components ``(K, pixels)`` of the fitted pictures, unit length, about their ``mean (pixels,)``."""

    mean: Array
    components: Array
    scale: float
    """Standard deviation of the pictures along the first component."""
    total: float
    """Variance of the fitted pictures, all pixels together, in units of ``scale`` squared."""

    def project(self, pictures: Array) -> Array:
        """Coordinates ``(n, K)``."""
        return np.asarray((pictures - self.mean) @ self.components.T / self.scale)


def prepare_clips(videos: Sequence[Frames], dt: float, held_out: float) -> Clips:
    """Raises ``InputError`` unless there are enough finite pictures of one shape, and not too many."""
    if not videos:
        raise InputError("no video was given.")
    if not (np.isfinite(dt) and 1e-9 <= dt <= 1e9):
        raise InputError(f"dt must lie between 1e-9 and 1e9 s; got {dt}.")
    shape = videos[0].shape[1:]
    digest = hashlib.sha256(repr(float(dt)).encode())
    fitted = []
    for i, video in enumerate(videos):
        _check(video, shape, i)
        fitted.append(len(video) - max(round(held_out * len(video)), _LEAST_HELD_OUT))
        if fitted[-1] < _LEAST_FITTED:
            raise InputError(
                f"video {i} has {len(video)} frames; at least {_LEAST_FITTED + _LEAST_HELD_OUT} are needed, "
                f"{_LEAST_FITTED} of them to fit.",
                hint="Take a longer video.",
            )
        digest.update(f"{video.dtype} {video.shape}".encode())
        digest.update(np.ascontiguousarray(video).data)
    total = sum(len(video) for video in videos)
    if total > _MOST_FRAMES:
        raise InputError(
            f"at most {_MOST_FRAMES} frames of all videos can be trained on; got {total}.",
            limit="frames",
            hint="Take every second frame, or a part.",
        )
    block = -(-max(shape[:2]) // _LARGEST)
    reduced = [block_means(video, block) for video in videos]
    return Clips(
        shape=shape,
        block=block,
        dt=float(dt),
        pictures=tuple(pictures.reshape(len(pictures), -1) for pictures in reduced),
        fitted=tuple(fitted),
        fingerprint=digest.hexdigest(),
    )


def _check(video: Frames, shape: tuple[int, ...], number: int) -> None:
    if video.dtype not in (np.uint8, np.float32, np.float64):
        raise InputError(f"frames are uint8, float32 or float64; video {number} is {video.dtype}.")
    if video.ndim not in (3, 4) or video.shape[1:] != shape or min(shape) < 1 or min(shape[:2]) < 8:
        raise InputError(
            f"expected frames (n, height, width[, channels]) of at least 8 x 8 pixels, the same in every video; "
            f"video {number} is {video.shape}, the first {('n', *shape)}."
        )
    if not np.isfinite(video).all():
        raise InputError(f"video {number} holds values that are not finite.")


def basis_of(clips: Clips, modes: int) -> Basis:
    """The ``modes`` strongest components, those without any variance left out; ``InputError`` if nothing moves."""
    pictures = np.concatenate(clips.heads)
    mean = pictures.mean(axis=0)
    centred = pictures - mean
    # Few frames of many pixels: the small Gram matrix has the same spectrum as the covariance.
    values, vectors = np.linalg.eigh(centred @ centred.T / len(pictures))
    values, vectors = values[::-1], vectors[:, ::-1]
    keep = min(modes, int((values > 1e-10 * max(values[0], 0.0)).sum()))
    if keep == 0 or values[0] <= 1e-18 * max(float((mean**2).sum()), 1e-300):
        raise InputError("the pictures never change.", hint="Take a part of the video in which something moves.")
    components = vectors[:, :keep].T @ centred
    components /= np.linalg.norm(components, axis=1, keepdims=True)
    return Basis(
        mean=mean,
        components=components,
        scale=float(np.sqrt(values[0])),
        total=float((centred**2).sum() / len(pictures) / values[0]),
    )
