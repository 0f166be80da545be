"""The Equation agent of the field level: the most economical law of a round's library."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from lookagain.agents.pixel2phys.clip import numbered
from lookagain.agents.pixel2phys.field.state import FieldReport, Rolled, load_field, sampled_of
from lookagain.core.errors import InputError
from lookagain.core.values import as_json

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.state import Pixel2PhysState
    from lookagain.core.blobs import BlobRef
    from lookagain.runtime.services import Services
    from lookagain.tools.physics import fields
    from lookagain.tools.physics.trajectory import Array

__all__ = ["equation", "load_array", "store_array"]


def equation(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """Search the round's library; what comes of it is stored as blobs."""
    from lookagain.tools.physics import fields

    report = FieldReport.model_validate(state["report"])
    seen = [load_field(sampled, services) for sampled in sampled_of(state)]

    def tell(stage: str, share: float) -> None:
        services.progress(f"round {report.round}: {stage}", share)

    rng = services.rng("equation", report.round)
    try:
        discovery = fields.discover_field(seen, _settings(report), rng, tell, services.clock.monotonic)
    except InputError as error:
        return {"report": as_json(report.model_copy(update={"failed": error.message}))}
    return {"report": as_json(_with_law(report, discovery, services))}


def _settings(report: FieldReport) -> fields.FieldSettings:
    """The search that a round asks for."""
    from lookagain.tools.physics import fields

    chosen = report.settings
    return fields.FieldSettings(
        degree=chosen.degree, families=chosen.families, form=chosen.form, differentiation=chosen.differentiation
    )


def _with_law(report: FieldReport, discovery: fields.FieldDiscovery, services: Services) -> FieldReport:
    from lookagain.tools.physics import fields

    criteria = [criterion.to_json() for criterion in fields.field_acceptance(discovery)]
    stored = json.dumps({"discovery": discovery.to_json(), "criteria": criteria}, sort_keys=True).encode()
    name = f"discovery-{report.round}.json"
    starts = discovery.best.starts
    return report.model_copy(
        update={
            "discovery": services.blobs.put(stored, media_type="application/json", name=name),
            "rolled": tuple(
                Rolled(start=store_array(start, numbered("start.npy", index, len(starts)), services))
                for index, start in enumerate(starts)
            ),
            "equations": discovery.best.system.equations(),
            "terms": discovery.best.count,
            "description_length": discovery.best.description_length,
            "accepted": all(criterion["holds"] for criterion in criteria),
        }
    )


def store_array(values: Array, name: str, services: Services) -> BlobRef:
    """An array as a ``.npy`` blob."""
    out = io.BytesIO()
    np.save(out, values, allow_pickle=False)
    return services.blobs.put(out.getvalue(), media_type="application/x-npy", name=name)


def load_array(ref: BlobRef, services: Services) -> Array:
    """The array of a ``.npy`` blob, mapped into memory."""
    values: Array = np.load(services.blobs.path(ref), mmap_mode="r", allow_pickle=False)
    return values
