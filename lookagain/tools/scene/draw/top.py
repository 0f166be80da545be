"""The plan of a scene from above, with labels; before and after an edit side by side."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

from lookagain.tools.scene.draw.changes import COLOURS, Changes, changes, colour_of, frame, in_rooms, plain
from lookagain.tools.scene.draw.figure import Apart, legend, new_figure, to_png
from lookagain.tools.scene.values import Scene, SceneObject

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["top_view"]

_INK: Final = "#39424a"
_SOFT: Final = "#6f7a83"
_MOST_LABELS: Final = 60
#: Width and height of a letter of a label in inches, to keep labels apart.
_LETTER: Final = (0.066, 0.12)
_PANEL: Final = 7.0


def top_view(after: Scene, *, before: Scene | None = None, rooms: Collection[str] | None = None) -> bytes:
    """A PNG of the scene from above, y up.

    With ``before`` there are two plans, and what the edit changed is marked in both. ``rooms`` limits it to some rooms.
    A small line on each object shows where its front looks. Labels that would lie on others are left out; those of
    changed objects come first.
    """
    found = changes(before, after)
    scenes = [(None, after)] if before is None else [("before", before), ("after", after)]
    left, bottom, right, top = frame([scene for _, scene in scenes], rooms)
    height = min(max((top - bottom) / (right - left) * _PANEL, 2.0), 2 * _PANEL)
    figure = new_figure(_PANEL * len(scenes), height + 0.9)
    inch = (right - left) / _PANEL
    for at, (title, scene) in enumerate(scenes):
        axes = figure.add_subplot(1, len(scenes), at + 1)
        _rooms(axes, scene, rooms)
        things = in_rooms(scene, rooms)
        for one in things:
            _object(axes, one, found)
        _labels(axes, things, found, inch)
        axes.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")
        axes.set_xlabel("x [m]")
        axes.tick_params(labelsize=7)
        axes.spines[["top", "right"]].set_visible(False)
        if title:
            axes.set_title(title, fontsize=10)
    legend(figure, found)
    return to_png(figure)


def _rooms(axes: Axes, scene: Scene, rooms: Collection[str] | None) -> None:
    from matplotlib.patches import Polygon

    for room in scene.rooms.values():
        if rooms is None or room.id in rooms:
            axes.add_patch(Polygon(room.polygon, facecolor="#faf8f3", edgecolor=_INK, linewidth=2, zorder=0))
            name = plain(room.kind.replace("_", " "))
            x, y = min(room.polygon, key=lambda corner: (-corner[1], corner[0]))
            style = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1.0}
            axes.text(x, y, name, fontsize=8, color=_SOFT, va="bottom", zorder=6, bbox=style, parse_math=False)
    for opening in scene.openings:
        if rooms is None or any(room in rooms for room in opening.rooms):
            kind = "#ffffff" if opening.kind == "door" else "#8ecae6"
            axes.add_patch(Polygon(opening.box.corners(), facecolor=kind, edgecolor=_INK, linewidth=0.8, zorder=2))


def _object(axes: Axes, one: SceneObject, found: Changes) -> None:
    from matplotlib.patches import Polygon

    mark = found[one.id]
    edge, width = (COLOURS[mark], 2.2) if mark else ("#6b747c", 0.6)
    level = 5 if mark else 3
    corners = one.box.corners()
    face = colour_of(one)
    axes.add_patch(Polygon(corners, facecolor=face, edgecolor=edge, linewidth=width, alpha=0.92, zorder=level))
    x, y = one.box.centre.x, one.box.centre.y
    u, v = one.box.forward
    reach = one.box.size.y / 2
    axes.plot([x, x + u * reach], [y, y + v * reach], color=edge, linewidth=width / 2, zorder=level)


def _labels(axes: Axes, things: Sequence[SceneObject], found: Changes, inch: float) -> None:
    """``inch`` is how many metres an inch of the plan is."""
    ranked = sorted(things, key=lambda one: (found[one.id] is None, -one.box.size.x * one.box.size.y, one.id))
    apart = Apart((_LETTER[0] * inch, _LETTER[1] * inch), _MOST_LABELS)
    for one in ranked:
        name = plain(one.category.replace("_", " "))
        x, y = one.box.centre.x, one.box.centre.y
        if not apart.free(name, x, y):
            continue
        mark = found[one.id]
        axes.text(
            x,
            y,
            name,
            fontsize=7,
            ha="center",
            va="center",
            color=COLOURS[mark] if mark else _INK,
            fontweight="bold" if mark else "normal",
            zorder=6,
            clip_on=True,
            parse_math=False,
        )
