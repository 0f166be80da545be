"""What a field run remembers: the sampled field, and a report of each round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from lookagain.agents.pixel2phys.options import FieldFamily
from lookagain.core.blobs import BlobRef
from lookagain.core.result import Evidence
from lookagain.core.values import Value

if TYPE_CHECKING:
    from lookagain.runtime.services import Services
    from lookagain.tools import physics

__all__ = ["FieldReport", "FieldRound", "Rolled", "SampledField", "load_field", "reports_of", "sampled_of"]


class SampledField(Value):
    """A field as it was sampled from the input: ``values`` is a blob of ``shape`` (frames, channels, [y,] x) in C
    order, memory-mapped when it is used; the rest is as in ``lookagain.tools.physics.fields.Field``.

    ``calibration`` says for each channel where it comes from, ``notes`` what was assumed. ``sound`` is False where a
    law may be fitted but cannot be confirmed.
    """

    values: BlobRef
    dtype: Literal["uint8", "float32", "float64"]
    shape: tuple[int, ...]
    start: float
    dt: float
    names: tuple[str, ...]
    spacing: tuple[float, ...]
    periodic: tuple[bool, ...]
    offset: tuple[float, ...]
    scale: tuple[float, ...]
    resolution: tuple[float, ...]
    unit: str = ""
    coarsen: int = 1
    calibration: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    sound: bool = True

    @property
    def axes(self) -> tuple[str, ...]:
        """Names of the space axes."""
        return ("y", "x") if len(self.spacing) == 2 else ("x",)


class FieldRound(Value):
    """What the Plan agent sets for a round."""

    degree: Annotated[int, Field(ge=0, le=5)] = 3
    families: tuple[FieldFamily, ...]
    form: Literal["auto", "strong", "weak"] = "auto"
    differentiation: Literal["auto", "spectral", "kernel"] = "auto"


class Rolled(Value):
    """The law rolled out over one recording.

    ``start`` is the fitted first state, ``difference`` the roll-out minus what was seen, for pictures, ``errors`` the
    roll-out's error over time.
    """

    start: BlobRef
    difference: BlobRef | None = None
    errors: BlobRef | None = None


class FieldReport(Value):
    """What one round found. ``rolled`` has one entry for each recording."""

    round: int
    settings: FieldRound
    discovery: BlobRef | None = None
    rolled: tuple[Rolled, ...] = ()
    equations: tuple[str, ...] = ()
    terms: int = 0
    description_length: float | None = None
    accepted: bool = False
    evidence: tuple[Evidence, ...] = ()
    failed: str = ""
    diagnosis: str = ""
    action: str = ""

    def measured(self, claim: str) -> float | None:
        """The number measured for a claim, or None."""
        return next((entry.measured for entry in self.evidence if entry.claim == claim), None)

    @property
    def missed(self) -> tuple[Evidence, ...]:
        """The required checks that do not hold."""
        return tuple(entry for entry in self.evidence if entry.holds is False)


def sampled_of(state: Any) -> tuple[SampledField, ...]:
    """The field of each recording; empty before they were read."""
    return tuple(SampledField.model_validate(entry) for entry in state.get("fields", []))


def reports_of(state: Any) -> tuple[FieldReport, ...]:
    """The finished rounds, oldest first."""
    return tuple(FieldReport.model_validate(entry) for entry in state.get("rounds", []))


def load_field(sampled: SampledField, services: Services) -> physics.fields.Field:
    """The field, its values mapped from the blob."""
    import numpy as np

    from lookagain.tools.physics import fields

    path = services.blobs.path(sampled.values)
    values: Any = np.memmap(path, dtype=sampled.dtype, mode="r", shape=sampled.shape)
    return fields.Field(
        values=values,
        t=sampled.start + sampled.dt * np.arange(sampled.shape[0], dtype=np.float64),
        spacing=sampled.spacing,
        names=sampled.names,
        periodic=sampled.periodic,
        offset=sampled.offset,
        scale=sampled.scale,
        resolution=sampled.resolution,
        unit=sampled.unit,
    )
