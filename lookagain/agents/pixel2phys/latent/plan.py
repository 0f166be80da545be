"""The Plan agent of the latent level: the agents alternate inside the training, so that after it there is no choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lookagain.agents.pixel2phys.state import Pixel2PhysState
    from lookagain.runtime.services import Services

__all__ = ["plan"]


def plan(state: Pixel2PhysState, services: Services) -> dict[str, Any]:
    """Close the report."""
    return {"rounds": [state["report"]], "route": "draw"}
