"""Agents by name, loaded when first used.

The names of the agents that ship are listed here as text, so that the runtime imports none of them; other
distributions add theirs through the entry-point group ``lookagain.agents``.
"""

from __future__ import annotations

import importlib
from importlib.metadata import entry_points
from typing import Any, TypeVar

from lookagain.core.errors import ConfigError
from lookagain.core.task import Answer, Task
from lookagain.runtime.agent import Agent

__all__ = ["agent_for", "agent_names", "find_agent", "register_agent"]

A = TypeVar("A", bound=Answer)
_GROUP = "lookagain.agents"
_SHIPPED = {
    "edit_as_act": "lookagain.agents.edit_as_act.graph:AGENT",
    "pixel2phys": "lookagain.agents.pixel2phys.graph:AGENT",
}
_ADDED: dict[str, Agent[Any]] = {}


def agent_names() -> tuple[str, ...]:
    """All names that ``find_agent`` knows, sorted."""
    return tuple(sorted({*_SHIPPED, *_ADDED, *(point.name for point in entry_points(group=_GROUP))}))


def register_agent(agent: Agent[Any]) -> None:
    """Add an agent of this process; a name that ships is refused with ``ConfigError``."""
    if agent.name in _SHIPPED:
        raise ConfigError(f"the agent name {agent.name!r} is taken.", hint="Choose another name.")
    _ADDED[agent.name] = agent


def find_agent(name: str) -> Agent[Any]:
    """The agent called ``name``. Raises ``ConfigError`` with the known names."""
    if name in _ADDED:
        return _ADDED[name]
    target = _SHIPPED.get(name)
    if target is None:
        target = next((point.value for point in entry_points(group=_GROUP, name=name)), None)
    if target is None:
        raise ConfigError(f"no agent {name!r}; known are {', '.join(agent_names())}.")
    module, _, attribute = target.partition(":")
    agent = getattr(importlib.import_module(module), attribute)
    if not isinstance(agent, Agent):
        raise ConfigError(f"agent {name!r}: expected an Agent at {target}, got {type(agent).__name__}.")
    return agent


def agent_for(task: type[Task[A]]) -> Agent[A]:
    """The agent that runs tasks of this type."""
    agent = find_agent(task.agent)
    if not issubclass(task, agent.task):
        raise ConfigError(
            f"agent {agent.name!r} runs {agent.task.__name__} tasks, got {task.__name__}.",
            hint="Set the task's class variable agent to the agent that runs it.",
        )
    return agent
