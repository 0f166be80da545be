"""Small pictures of known motions, and trainings of some seconds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from lookagain.tools.physics.latent import LatentDiscovery, LatentSettings, train_latent

Array = NDArray[np.float64]

OMEGA, DT = 1.5, 0.1


def pictures(states: Array, seed: int = 3) -> Array:
    """Pictures ``(n, 9, 10)`` of every state ``(n, d)``: each pixel is its own bent function of all of it."""
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=(states.shape[1], 90))
    flat = np.tanh(0.6 * states @ weights + 0.5 * rng.normal(size=90))
    return np.asarray(100 + 80 * flat.reshape(-1, 9, 10))


def circle(n: int = 120, phase: float = 0.0) -> Array:
    """States of x'' = -OMEGA^2 x."""
    angle = OMEGA * DT * np.arange(n) + phase
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


TINY = LatentSettings(
    dimension=2, degree=1, modes=8, width=12, warmup=60, epochs=120, rounds=2, replicas=0, device="cpu"
)


@pytest.fixture(scope="session")
def tiny() -> LatentSettings:
    return TINY


@pytest.fixture(scope="session")
def render() -> Callable[[Array], Array]:
    return pictures


@pytest.fixture(scope="session")
def oscillator() -> Array:
    return pictures(circle())


@pytest.fixture(scope="session")
def found(oscillator: Array) -> LatentDiscovery:
    """The oscillator, trained long enough to be accepted, with one replica."""
    pytest.importorskip("torch", reason="torch is absent")
    settings = LatentSettings(
        dimension=2, degree=1, modes=12, width=24, warmup=150, epochs=250, rounds=2, replicas=1, device="cpu"
    )
    return train_latent([oscillator], DT, settings)
