"""lookagain: agents that look, propose, check the proposal, and look again until it holds.

::

    import lookagain as la

    result = la.run(la.Pixel2Phys(video="pendulum.mp4"))
    print(result.answer, result.verdict)

Importing the package loads nothing heavy: every name is loaded when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lookagain.agents.edit_as_act.task import EditAsAct, SceneEdit
    from lookagain.agents.pixel2phys.answer import Law
    from lookagain.agents.pixel2phys.task import Pixel2Phys
    from lookagain.core.errors import (
        BackendError,
        ConfigError,
        ExpertError,
        InputError,
        LimitError,
        LookagainError,
        ModelError,
        OutputError,
        RunError,
        StateError,
    )
    from lookagain.core.limits import Limits, Usage
    from lookagain.core.result import Evidence, Result, Verdict
    from lookagain.runtime.embed import as_tool, graph
    from lookagain.runtime.events import Event
    from lookagain.runtime.run import aresume, arun, astream, open_run, resume, run, stream

__all__ = [
    "BackendError",
    "ConfigError",
    "EditAsAct",
    "Event",
    "Evidence",
    "ExpertError",
    "InputError",
    "Law",
    "LimitError",
    "Limits",
    "LookagainError",
    "ModelError",
    "OutputError",
    "Pixel2Phys",
    "Result",
    "RunError",
    "SceneEdit",
    "StateError",
    "Usage",
    "Verdict",
    "aresume",
    "arun",
    "as_tool",
    "astream",
    "graph",
    "open_run",
    "resume",
    "run",
    "stream",
]

_HOMES = {
    "lookagain.agents.edit_as_act.task": ("EditAsAct", "SceneEdit"),
    "lookagain.agents.pixel2phys.answer": ("Law",),
    "lookagain.agents.pixel2phys.task": ("Pixel2Phys",),
    "lookagain.core.errors": tuple(name for name in __all__ if name.endswith("Error")),
    "lookagain.core.limits": ("Limits", "Usage"),
    "lookagain.core.result": ("Evidence", "Result", "Verdict"),
    "lookagain.runtime.embed": ("as_tool", "graph"),
    "lookagain.runtime.events": ("Event",),
    "lookagain.runtime.run": ("aresume", "arun", "astream", "open_run", "resume", "run", "stream"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
