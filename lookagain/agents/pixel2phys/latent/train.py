"""Trains the auto-encoder and its law, block by block: each block is journaled, so that a resumed run repeats none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from lookagain.agents.pixel2phys.field.equation import store_array
from lookagain.agents.pixel2phys.field.state import SampledField, load_field, sampled_of
from lookagain.agents.pixel2phys.latent.state import LatentReport, Trained
from lookagain.agents.pixel2phys.look import task_of
from lookagain.core.blobs import BlobRef
from lookagain.core.errors import InputError, StateError
from lookagain.core.values import Json, as_json

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.state import Pixel2PhysState
    from lookagain.runtime.services import Services
    from lookagain.tools.physics.latent import Frames, LatentDiscovery, LatentSettings

__all__ = ["equation"]

#: Far more blocks than any settings ask for.
_MOST_BLOCKS = 10_000

Train = Callable[..., "LatentDiscovery"]


class _Saved(Exception):  # noqa: N818 - no error: it carries the state out of the training
    def __init__(self, state: bytes) -> None:
        super().__init__("saved")
        self.state = state


def equation(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """The latent variables and their law. Raises ``ConfigError`` where torch is not installed."""
    from lookagain.tools.physics.latent import LatentSettings, train_latent

    sampled = sampled_of(state)[0]
    degree = min(max(task_of(state).degree, 1), 5)
    settings = LatentSettings(seed=services.seed & 0xFFFFFFFF, degree=degree)
    train = partial(
        train_latent,
        [_pictures(sampled, services)],
        sampled.dt,
        settings,
        progress=services.progress,
        clock=services.clock.monotonic,
    )
    try:
        trained = _trained(train, _request(sampled, settings), services)
    except InputError as error:
        return {"report": as_json(LatentReport(failed=error.message))}
    return {"report": as_json(LatentReport(trained=trained))}


def _pictures(sampled: SampledField, services: Services) -> Frames:
    """The sampled pictures (n, height, width), or (n, height, width, channels)."""
    values = load_field(sampled, services).values
    if values.ndim != 4:
        raise InputError("latent variables are learned from pictures; this field lies on a line.")
    pictures: Frames = values[:, 0] if values.shape[1] == 1 else np.moveaxis(values, 1, -1)
    return pictures


def _request(sampled: SampledField, settings: LatentSettings) -> dict[str, Json]:
    """All that the training depends on."""
    kept: dict[str, Json] = {"values": sampled.values.sha256, "shape": list(sampled.shape), "dt": sampled.dt}
    return {**kept, "settings": asdict(settings)}


def _trained(train: Train, request: dict[str, Json], services: Services) -> Trained:
    before: BlobRef | None = None
    for block in range(_MOST_BLOCKS):
        found: Any = services.call("latent", {**request, "block": block}, partial(_block, train, before, services))
        if "state" not in found:
            return Trained.model_validate(found)
        before = BlobRef.model_validate(found["state"])
    raise StateError(f"the training did not end within {_MOST_BLOCKS} blocks.", hint="Begin the run anew.")


def _block(train: Train, before: BlobRef | None, services: Services) -> Json:
    """The training from where it stood to where it is saved next, or to its end."""

    def save(state: bytes) -> None:
        raise _Saved(state)

    try:
        found = train(state=None if before is None else services.blobs.read(before), save=save)
    except _Saved as saved:
        ref = services.blobs.put(saved.state, media_type="application/octet-stream", name="training.safetensors")
        return {"state": as_json(ref)}
    return as_json(_stored(found, services))


def _stored(found: LatentDiscovery, services: Services) -> Trained:
    from lookagain.tools.physics.latent import latent_acceptance

    criteria = [criterion.to_json() for criterion in latent_acceptance(found)]
    text = json.dumps({"discovery": found.to_json(), "criteria": criteria}, sort_keys=True)
    put = services.blobs.put
    return Trained(
        discovery=put(text.encode(), media_type="application/json", name="discovery.json"),
        model=put(found.model.to_bytes(), media_type="application/octet-stream", name="model.safetensors"),
        trajectory=put(found.trajectories[0].to_csv().encode(), media_type="text/csv", name="variables.csv"),
        rollout=store_array(found.rollouts[0], "rollout.npy", services),
    )
