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
    """The sampled field of each recording, and the settings of the first round."""
    task = task_of(state)
    found = [_sampled(task, index, services) for index in range(max(len(task.films), 1))]
    # Borders that close by chance in one recording do not close in another.
    closed = tuple(map(all, zip(*(one.periodic for one in found), strict=True)))
    found = [one.model_copy(update={"periodic": closed}) for one in found]
    for sampled in found:
        # What is too small or uneven for a field is said here, before anything is searched.
        load_field(sampled, services)
    report = FieldReport(round=1, settings=first_round(task))
    return {"fields": [as_json(one) for one in found], "report": as_json(report), "rounds": []}


def _sampled(task: Pixel2Phys, index: int, services: Services) -> SampledField:
    asked = _request(task, index, services)
    return SampledField.model_validate(services.call("field", asked, lambda: as_json(sample(task, services, index))))


def _request(task: Pixel2Phys, index: int, services: Services) -> Json:
    """All that the samples of a recording depend on; the file by its hash."""
    if task.array is not None:
        sha256 = services.media.sha256(task.array, kind="array")
    else:
        sha256 = services.media.sha256(task.films[index])
    said = as_json(task)
    asked = ("scale", "ruler", "unit", "fps", "start_s", "stop_s", "field")
    return {"input": sha256, "recording": index, **{name: said[name] for name in asked}}
