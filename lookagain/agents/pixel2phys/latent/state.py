"""What a latent run remembers: the report of its one training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lookagain.core.blobs import BlobRef
from lookagain.core.result import Evidence
from lookagain.core.values import Value

__all__ = ["LatentReport", "Trained", "report_of"]


class Trained(Value):
    """What the training left as blobs: ``discovery`` (JSON, criteria included), the auto-encoder, the encoded frames as
    a table, and the law's roll-out over the held-out ones (n, variables).
    """

    discovery: BlobRef
    model: BlobRef
    trajectory: BlobRef
    rollout: BlobRef


class LatentReport(Value):
    """The training, and the evidence that came of it. ``failed`` says why there is no law."""

    trained: Trained | None = None
    accepted: bool = False
    evidence: tuple[Evidence, ...] = ()
    failed: str = ""


def report_of(state: Mapping[str, Any]) -> LatentReport | None:
    """The finished report, if there is one."""
    rounds = state.get("rounds", [])
    return LatentReport.model_validate(rounds[-1]) if rounds else None
