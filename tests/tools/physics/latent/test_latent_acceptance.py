"""Criteria of a latent law: each can fail alone, and pictures without a law are not accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lookagain.tools.physics import accepted
from lookagain.tools.physics.latent import LatentDiscovery, LatentSettings, latent_acceptance, train_latent

Array = NDArray[np.float64]


def test_the_oscillator_is_accepted(found: LatentDiscovery) -> None:
    failed = [criterion.name for criterion in latent_acceptance(found) if not criterion.holds]
    assert failed == []


def _changed(found: LatentDiscovery, part: str, change: dict[str, Any]) -> LatentDiscovery:
    if part == "held_out":
        return replace(found, held_out=replace(found.held_out, **change))
    if part == "agreements":
        return replace(found, agreements=(*found.agreements, replace(found.agreements[0], **change)))
    return replace(found, **change)


@pytest.mark.parametrize(
    ("part", "change", "failing"),
    [
        ("", {"fitted": (4,)}, ["samples"]),
        ("", {"smoothness": 0.2}, ["smooth"]),
        ("", {"shares": (0.9, 0.001)}, ["collapse"]),
        ("held_out", {"reconstruction_r2": 0.5}, ["reconstruction"]),
        ("", {"inside": 0.5}, ["inside"]),
        ("held_out", {"spread": 0.1}, ["spread"]),
        ("held_out", {"r2": 0.7}, ["latent roll-out"]),
        ("held_out", {"r2": float("nan")}, ["latent roll-out"]),
        ("held_out", {"picture_r2": float("-inf")}, ["picture roll-out", "skill"]),
        ("held_out", {"persistence_r2": 0.99, "picture_r2": 0.98}, ["skill"]),
        ("agreements", {"map_r2": 0.5}, ["same state"]),
        ("agreements", {"rollout_r2": float("-inf")}, ["same motion"]),
        ("", {"agreements": ()}, ["same state", "same motion"]),
    ],
)
def test_each_criterion_fails_alone(
    found: LatentDiscovery, part: str, change: dict[str, Any], failing: list[str]
) -> None:
    criteria = latent_acceptance(_changed(found, part, change))
    assert [criterion.name for criterion in criteria if not criterion.holds] == failing


def _noise() -> Array:
    return np.random.default_rng(0).normal(size=(120, 9, 10))


def _random_walk() -> Array:
    rng = np.random.default_rng(1)
    path = 0.3 * np.cumsum(rng.normal(size=(120, 2)), axis=0)
    return np.asarray(np.tanh(0.6 * path @ rng.normal(size=(2, 90))).reshape(-1, 9, 10))


def _panned() -> Array:
    wide = np.cumsum(np.random.default_rng(2).normal(size=(9, 140)), axis=1)
    return np.stack([wide[:, k : k + 10] for k in range(120)])


def _shuffled(oscillator: Array) -> Array:
    return np.random.default_rng(3).permutation(oscillator)


@pytest.mark.parametrize("kind", ["noise", "random walk", "panned", "shuffled"])
def test_pictures_without_a_law_are_not_accepted(kind: str, oscillator: Array, tiny: LatentSettings) -> None:
    pytest.importorskip("torch", reason="torch is absent")
    makers = {"noise": _noise, "random walk": _random_walk, "panned": _panned}
    video = _shuffled(oscillator) if kind == "shuffled" else makers[kind]()
    found = train_latent([video], 0.1, replace(tiny, degree=2, replicas=1))
    assert not accepted(latent_acceptance(found))
