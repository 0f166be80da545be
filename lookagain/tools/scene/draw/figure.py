"""Figures that are written as PNG without a display."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Final

from lookagain.tools.scene.draw.changes import COLOURS, Changes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Apart", "legend", "new_figure", "to_png"]

_DPI: Final = 110


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of a size in inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure


class Apart:
    """Keeps labels from lying on each other; ``letter`` is the width and height of a letter in the units of places."""

    def __init__(self, letter: tuple[float, float], most: int) -> None:
        self._letter = letter
        self._most = most
        self._taken: list[tuple[float, float, float, float]] = []

    def free(self, name: str, x: float, y: float) -> bool:
        """Whether a label that is centred there lies on none before it; if so, it is remembered."""
        half, tall = len(name) * self._letter[0] / 2, self._letter[1] / 2
        a, b, c, d = x - half, y - tall, x + half, y + tall
        if len(self._taken) >= self._most or any(a < k and i < c and b < m and j < d for i, j, k, m in self._taken):
            return False
        self._taken.append((a, b, c, d))
        return True


def to_png(figure: Figure) -> bytes:
    """The figure as PNG; equal figures are equal bytes."""
    out = io.BytesIO()
    with warnings.catch_warnings():
        # A name in a script that the font lacks is drawn as boxes, which is no reason to fail.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def legend(figure: Figure, found: Changes) -> None:
    """Below all plans, one entry for each kind of change there is."""
    from matplotlib.patches import Patch

    kinds = [kind for kind in COLOURS if kind in found.marks.values()]
    if kinds:
        patches = [Patch(facecolor="none", edgecolor=COLOURS[kind], linewidth=2, label=kind) for kind in kinds]
        figure.legend(handles=patches, loc="outside lower center", ncols=len(kinds), fontsize=8, frameon=False)
