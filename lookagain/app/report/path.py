"""The states a run went through, drawn: one circle a state, one arc a transition with how often it was taken."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

from lookagain.app.report.html import Html, el
from lookagain.runtime.journal import Step, read_steps

__all__ = ["draw_path", "steps_of"]

_MAX_STEPS = 2000
_MAX_NODES = 12
_SPACING, _RADIUS = 132, 7


def steps_of(run_dir: Path | None) -> tuple[Step, ...]:
    """The nodes that a run executed, oldest first; a report does not fail for want of its picture."""
    return () if run_dir is None else read_steps(run_dir / "journal.sqlite")[:_MAX_STEPS]


def draw_path(steps: tuple[Step, ...]) -> Html | None:
    """An inline SVG of the walk, or None where there is nothing to draw. Scales with the page."""
    order = list(dict.fromkeys(step.node for step in steps))
    if len(order) < 2 or len(order) > _MAX_NODES:
        return None
    x_of = {node: _SPACING // 2 + index * _SPACING for index, node in enumerate(order)}
    taken = Counter(pairwise(step.node for step in steps))
    visits = Counter(step.node for step in steps)
    hops = [order.index(b) - order.index(a) for a, b in taken]
    forward, back = max(hops), max((-hop for hop in hops if hop < 0), default=0)
    top = 40 + (18 * forward if forward > 1 else 0)
    height = top + (34 + 22 * back if back else 62 if 0 in hops else 20)
    width = _SPACING * len(order)
    arcs = [_arc(x_of[a], x_of[b], top, count) for (a, b), count in taken.items()]
    nodes = [_node(node, x_of[node], top, visits[node]) for node in order]
    words = ", then ".join(order)
    marker = el(
        "marker", el("path", d="M0,0 L8,4 L0,8 z"), id="tip", viewBox="0 0 8 8", refX=7, refY=4,
        markerWidth=7, markerHeight=7, orient="auto-start-reverse",
    )  # fmt: skip
    return el(
        "svg", el("title", f"States visited: {words}"), el("defs", marker), *arcs, *nodes,
        viewBox=f"0 0 {width} {height}", width=width, role="img", class_="walk",
    )  # fmt: skip


def _arc(start: int, end: int, y: int, count: int) -> Html:
    """A straight arrow to the next state, a bow above for a jump ahead, one below for a way back."""
    middle, gap = (start + end) // 2, _RADIUS + 4
    hops = (end - start) // _SPACING
    if hops == 0:
        path, label = f"M{start - 5},{y + gap} c-22,44 32,44 10,0", y + 58
    elif hops == 1:
        path, label = f"M{start + gap},{y} L{end - gap},{y}", y + 17
    elif hops > 1:
        peak = y - 28 - 18 * hops
        path, label = f"M{start},{y - 30} C{start},{peak} {end},{peak} {end},{y - 30}", (y + 3 * peak) // 4 - 12
    else:
        depth = y + 18 - 28 * hops
        path, label = f"M{start - 4},{y + gap} C{start - 20},{depth} {end + 20},{depth} {end + 4},{y + gap}", depth - 8
    shown = el("text", f"{count}×", x=middle, y=label, class_="count") if count > 1 else None
    return el("g", el("path", d=path, class_="arc", marker_end="url(#tip)"), shown)


def _node(name: str, x: int, top: int, visits: int) -> Html:
    shown = name if len(name) <= 18 else name[:17] + "…"
    return el(
        "g", el("title", f"{name}: visited {visits} time{'s' if visits != 1 else ''}"),
        el("circle", cx=x, cy=top, r=_RADIUS), el("text", shown, x=x, y=top - 18),
    )  # fmt: skip
