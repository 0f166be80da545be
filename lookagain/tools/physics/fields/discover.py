"""From sampled fields to the partial differential equation that governs them, with rivals and evidence."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from lookagain.tools.physics.fields.discovery import FieldDiscovery, FieldSettings
from lookagain.tools.physics.fields.field import Field
from lookagain.tools.physics.progress import Progress

__all__ = ["discover_field"]


def discover_field(
    fields: Sequence[Field],
    settings: FieldSettings,
    rng: np.random.Generator,
    progress: Progress | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> FieldDiscovery:
    """The most economical law of ``fields`` (all of the same channels, spacing and law).

    Raises ``InputError`` for fields that do not belong together or cannot be searched; a law that is merely doubtful
    comes back with the evidence against it, for ``field_acceptance`` to judge. What ``progress`` raises ends the search.
    """
    raise NotImplementedError
