"""The state of a Pixel2Phys run: JSON values and blob references."""

from __future__ import annotations

import operator
from typing import Annotated, Any, Literal

from pydantic import Field

from lookagain.agents.pixel2phys.task import TermFamily
from lookagain.core.blobs import BlobRef
from lookagain.core.result import Evidence
from lookagain.core.values import Value
from lookagain.runtime.agent import BaseState

__all__ = ["CoordinateKind", "Pixel2PhysState", "RoundReport", "RoundSettings", "Seen"]

CoordinateKind = Literal["xy", "angle", "arc_length", "relative"]


class Seen(Value):
    """What the Variable agent found in the videos before any coordinates are chosen.

    ``motions`` and ``frames`` hold one entry a video; ``tracks`` is the least number of objects in one. All
    videos have the same ``width`` and ``height``.

    ``usable`` is False when there is nothing to fit; ``sound`` is False when a law may be fitted but cannot be
    confirmed (a moving camera, a cut). ``reasons`` says why, for people.
    """

    motions: tuple[BlobRef, ...] = ()
    usable: bool
    sound: bool
    reasons: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    tracks: int = 0
    frames: tuple[int, ...] = ()
    width: int = 0
    height: int = 0


class RoundSettings(Value):
    """What the Plan agent sets for a round."""

    coordinates: CoordinateKind = "xy"
    track: Annotated[int, Field(ge=0)] = 0
    order: Literal["auto", "first", "second"] = "auto"
    degree: Annotated[int, Field(ge=0, le=5)] = 3
    families: tuple[TermFamily, ...] = ()
    differentiation: Literal["spline", "savitzky_golay"] = "spline"
    penalty: Annotated[float, Field(ge=0.5, le=4.0)] = 1.0


class RoundReport(Value):
    """What one round found. ``trajectories`` holds one table a recording. ``accepted`` means that every criterion of
    acceptance holds; ``description_length``, in nats, tells rounds of the same variables apart.
    """

    round: int
    settings: RoundSettings
    variables: tuple[str, ...] = ()
    trajectories: tuple[BlobRef, ...] = ()
    coordinates: dict[str, Any] = Field(default_factory=dict)
    discovery: BlobRef | None = None
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


class Pixel2PhysState(BaseState, total=False):
    """Channels of the graph. ``level`` says what the law is about; ``seen`` and ``report`` are the JSON of the values
    above, ``fields`` those of the sampled field of each recording; ``rounds`` grows by one report a round; ``route``
    is where the Plan agent sends the run next.
    """

    level: dict[str, Any]
    seen: dict[str, Any]
    fields: list[dict[str, Any]]
    object: int
    report: dict[str, Any]
    rounds: Annotated[list[dict[str, Any]], operator.add]
    route: str
    pictures: dict[str, Any]
