"""The Variable agent of the field level: the picture itself is the state; it is sampled once, for all rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lookagain.agents.pixel2phys.field.plan import first_round
from lookagain.agents.pixel2phys.field.sample import sample
from lookagain.agents.pixel2phys.field.state import FieldReport, SampledField, load_field
from lookagain.agents.pixel2phys.look import task_of
from lookagain.core.values import Json, as_json

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.state import Pixel2PhysState
    from lookagain.agents.pixel2phys.task import Pixel2Phys
    from lookagain.runtime.services import Services

__all__ = ["variable"]


def variable(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """The sampled field, and the settings of the first round."""
    task = task_of(state)
    found = services.call("field", _request(task, services), lambda: as_json(sample(task, services)))
    sampled = SampledField.model_validate(found)
    # What is too small or uneven for a field is said here, before anything is searched.
    load_field(sampled, services)
    report = FieldReport(round=1, settings=first_round(task))
    return {"field": as_json(sampled), "report": as_json(report), "rounds": []}


def _request(task: Pixel2Phys, services: Services) -> Json:
    """All that the samples depend on; the file by its hash."""
    if task.video is not None:
        sha256 = services.media.sha256(task.video)
    else:
        sha256 = "" if task.array is None else services.media.sha256(task.array, kind="array")
    said = as_json(task)
    asked = ("scale", "ruler", "unit", "fps", "start_s", "stop_s", "field")
    return {"input": sha256, **{name: said[name] for name in asked}}
