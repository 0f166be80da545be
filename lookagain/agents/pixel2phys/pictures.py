"""The pictures of a round: equation, phase portrait, residuals, and the predicted path over the video.

Figures are drawn without pyplot, whose global state would be shared between threads.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lookagain.agents.pixel2phys.experiment import Outcome, load_outcome
from lookagain.agents.pixel2phys.state import RoundReport
from lookagain.tools.models import ImagePart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lookagain.runtime.services import Services
    from lookagain.tools.physics.trajectory import Array

__all__ = [
    "dress",
    "equation_lines",
    "equation_png",
    "new_figure",
    "phase_png",
    "plan_pictures",
    "residuals_png",
    "to_png",
    "typeset_png",
]

_SEEN, _LAW, _FAINT = "#7a8699", "#d1495b", "#e4e7ec"
_DPI = 150
#: The law is drawn on a finer grid than the frames.
_FINE = 8
_MOST_COLUMNS = 4


def equation_lines(aligned: str) -> tuple[str, ...]:
    """Each equation of a block of LaTeX, without the environment that aligns them."""
    return tuple(line.removesuffix("\\\\").strip().replace("&=", "=") for line in aligned.splitlines()[1:-1])


def equation_png(aligned: str) -> bytes:
    """The equations of a block of LaTeX, typeset."""
    return typeset_png(equation_lines(aligned))


def typeset_png(lines: Sequence[str]) -> bytes:
    """Lines of LaTeX, typeset."""
    figure = new_figure(8.0, 0.4 + 0.55 * len(lines))
    for row, line in enumerate(lines):
        figure.text(0.03, 1 - (row + 0.6) / len(lines) * 0.95, f"${line}$", fontsize=17, va="center")
    return to_png(figure, tight=True)


def phase_png(outcome: Outcome) -> bytes:
    """The phase portrait: seen samples, and the law rolled out from the first state of each recording."""
    figure = new_figure(5.2, 4.6)
    axes = figure.add_subplot()
    if len(outcome.names) >= 2:
        axes.set_aspect("equal", adjustable="datalim")
    labels = ("", "")
    for index in range(len(outcome.trajectories)):
        seen, path, labels = _plane(outcome, index)
        axes.plot(*seen.T, ".", color=_SEEN, markersize=4, label=_once("seen", index))
        axes.plot(*path.T, "-", color=_LAW, linewidth=1.3, label=_once("law", index))
        axes.plot(*path[0], "o", color=_LAW, markersize=5)
    dress(axes, *labels)
    return to_png(figure)


def _once(label: str, index: int) -> str:
    """The label of the first of several alike, so that the legend names each kind once."""
    return "_" * (index > 0) + label


def _plane(outcome: Outcome, index: int) -> tuple[Array, Array, tuple[str, str]]:
    """What the phase portrait shows: two variables, or one and its rate, or one over time (order 1)."""
    from lookagain.tools.physics import Spline

    trajectory = outcome.trajectories[index]
    t = np.linspace(trajectory.t[0], trajectory.t[-1], _FINE * trajectory.n)
    law = outcome.predicted(index, t)
    names, units = trajectory.names, trajectory.units
    if trajectory.d >= 2:
        return trajectory.x[:, :2], law[:, :2], (_label(names[0], units[0]), _label(names[1], units[1]))
    if outcome.system.order == 1:
        seen = np.column_stack([trajectory.t, trajectory.x[:, 0]])
        return seen, np.column_stack([t, law[:, 0]]), ("t [s]", _label(names[0], units[0]))
    rate = Spline()(trajectory.t, trajectory.x).dx[:, 0]
    seen = np.column_stack([trajectory.x[:, 0], rate])
    path = np.column_stack([law[:, 0], np.gradient(law[:, 0], t)])
    return seen, path, (_label(names[0], units[0]), _label(f"d{names[0]}/dt", f"{units[0]}/s"))


def residuals_png(outcome: Outcome) -> bytes:
    """Each variable over time, seen and rolled out, and below it what is left; the held-out part is shaded.

    One column of panels a recording, for the first few of many.
    """
    count, d = min(len(outcome.trajectories), _MOST_COLUMNS), len(outcome.names)
    figure = new_figure(3.5 + 4.0 * count, 1.2 + 2.6 * d)
    panels = figure.subplots(2 * d, count, sharex="col", height_ratios=[2, 1] * d, squeeze=False)
    for index in range(count):
        _residuals(list(panels[:, index]), outcome, index)
        if count > 1:
            panels[0, index].set_title(f"recording {index + 1}", fontsize=9)
    return to_png(figure)


def _residuals(panels: Sequence[Axes], outcome: Outcome, index: int) -> None:
    trajectory, predicted = outcome.trajectories[index], outcome.predicted(index)
    held = outcome.found["held_out"]["starts"][index]
    for column in range(trajectory.d):
        upper, lower = panels[2 * column], panels[2 * column + 1]
        label = _label(trajectory.names[column], trajectory.units[column])
        upper.plot(trajectory.t, trajectory.x[:, column], ".", color=_SEEN, markersize=3, label="seen")
        upper.plot(trajectory.t, predicted[:, column], "-", color=_LAW, linewidth=1.2, label="law")
        lower.axhline(0, color=_FAINT, linewidth=1)
        lower.plot(trajectory.t, trajectory.x[:, column] - predicted[:, column], ".", color=_LAW, markersize=2.5)
        for axes in (upper, lower):
            axes.axvspan(held, trajectory.t[-1], color=_FAINT, alpha=0.5, linewidth=0, label="held out")
        dress(upper, "", label, legend=index == 0)
        dress(lower, "", "seen - law", legend=False)
    panels[-1].set_xlabel("t [s]")


def plan_pictures(report: RoundReport, services: Services) -> tuple[ImagePart, ...]:
    """What the Plan agent's model looks at: phase portrait, then predicted against seen with residuals."""
    if report.discovery is None:
        return ()
    outcome = load_outcome(report, services)
    drawn = (phase_png(outcome), residuals_png(outcome))
    return tuple(ImagePart.from_bytes(data, media_type="image/png") for data in drawn)


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of a size in inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def to_png(figure: Figure, *, tight: bool = False) -> bytes:
    """The figure as PNG."""
    out = io.BytesIO()
    # Without metadata equal figures are equal bytes, and so one blob.
    figure.savefig(out, format="png", metadata={"Software": None}, bbox_inches="tight" if tight else None)
    return out.getvalue()


def dress(axes: Axes, x: str, y: str, *, legend: bool = True) -> None:
    """Labels, grid, legend."""
    # Names and units come from files: a "$" in them is no mathematics.
    axes.set_xlabel(x, parse_math=False)
    axes.set_ylabel(y, parse_math=False)
    axes.grid(color=_FAINT, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    if legend:
        axes.legend(frameon=False, fontsize=8, loc="best")


def _label(name: str, unit: str) -> str:
    return f"{name} [{unit}]" if unit else name
