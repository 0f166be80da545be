"""Split a task into parts that have nothing to do with each other, so that many goals cost no more than their sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lookagain.planners.editlang.task import Task

__all__ = ["split"]


def split(task: Task) -> Iterator[Task]:
    """Tasks over the same atoms, whose goals and steps touch no atom of one another's, in the order of the goals.

    Plans of the parts, one after another, are a plan of the whole, and the shortest if each is the shortest.
    """
    groups = _joined([step.pre | step.add | step.delete for step in task.steps])
    for at in range(len(task.atoms)):
        bit = 1 << at
        if task.goal & bit and not any(mask & bit for mask in groups):
            groups.append(bit)
    for mask in sorted(groups, key=lambda mask: _first(mask & task.goal)):
        if mask & task.goal:
            steps = tuple(step for step in task.steps if (step.pre | step.add | step.delete) & mask)
            yield replace(task, goal=task.goal & mask, steps=steps)


def _joined(masks: list[int]) -> list[int]:
    """The masks, those that overlap united."""
    groups: list[int] = []
    for mask in masks:
        apart = []
        for group in groups:
            if group & mask:
                mask |= group  # noqa: PLW2901 - it grows by what it meets
            else:
                apart.append(group)
        groups = [*apart, mask] if mask else apart
    return groups


def _first(mask: int) -> int:
    return mask & -mask
