"""First latent states: the pictures' manifold unfolded by geodesic distances (Isomap, Tenenbaum et al. 2000).

An auto-encoder that starts from arbitrary weights projects the pictures before it bends them. Where their manifold
curls, the projection folds, two states share one latent point, and no later epoch can part them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import shortest_path
from scipy.spatial.distance import cdist

from lookagain.tools.physics.trajectory import Array

__all__ = ["Guide", "unfold"]

_MOST = 1000
_NEIGHBOURS = 10


class Guide(NamedTuple):
    """Some frames, as indices into all of them, with unfolded states ``(m, d)`` of mean 0 and unit covariance."""

    frames: NDArray[np.intp]
    states: Array


def unfold(coordinates: Sequence[Array], dimension: int) -> Guide:
    """Classical scaling of the shortest paths through neighbouring pictures; frames that follow each other are such.

    ``coordinates (n, K)`` of each video; of more than 1,000 frames in all, every k-th is used.
    """
    step = -(-sum(len(one) for one in coordinates) // _MOST)
    starts = np.cumsum([0, *(len(one) for one in coordinates[:-1])])
    chosen = [start + np.arange(0, len(one), step) for start, one in zip(starts, coordinates, strict=True)]
    frames = np.concatenate(chosen)
    points = np.concatenate(coordinates)[frames]
    apart = cdist(points, points)
    follows = np.concatenate([np.append(np.ones(len(one) - 1, dtype=np.bool_), False) for one in chosen])
    paths = _geodesics(apart, np.flatnonzero(follows))
    centred = paths**2 - (paths**2).mean(axis=0)
    gram = -0.5 * (centred - centred.mean(axis=1, keepdims=True))
    vectors = np.linalg.eigh(gram)[1][:, ::-1][:, :dimension]
    return Guide(frames=frames, states=vectors * np.sqrt(len(frames)))


def _geodesics(apart: Array, follows: NDArray[np.intp]) -> Array:
    """Shortest paths over each picture's nearest neighbours, as many as it takes for all to be connected."""
    n, near = len(apart), _NEIGHBOURS
    order = np.argsort(apart, axis=1, kind="stable")
    linked = np.maximum(apart, 1e-12 * max(float(apart.max()), 1e-300))
    while True:
        near = min(near, n - 1)
        graph = np.zeros((n, n))
        rows, columns = np.arange(n)[:, None], order[:, : near + 1]
        graph[rows, columns] = linked[rows, columns]
        graph[follows, follows + 1] = linked[follows, follows + 1]
        np.fill_diagonal(graph, 0.0)
        paths = np.asarray(shortest_path(graph, directed=False), dtype=np.float64)
        if np.isfinite(paths).all():
            return paths
        near *= 2
