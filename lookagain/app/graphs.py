"""The agents as graphs for a LangGraph server; ``langgraph.json`` points here.

The server owns persistence, so the graphs have no checkpointer of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

__all__ = ["edit_as_act", "pixel2phys"]


def edit_as_act() -> CompiledStateGraph[Any, Any, Any, Any]:
    """Edit-As-Act with the built-in grammar."""
    import lookagain as la

    return la.graph(la.EditAsAct)


def pixel2phys() -> CompiledStateGraph[Any, Any, Any, Any]:
    """Pixel2Phys with the built-in planner."""
    import lookagain as la

    return la.graph(la.Pixel2Phys)
