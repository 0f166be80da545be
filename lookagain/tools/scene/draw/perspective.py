"""A scene in perspective, its near walls left out; before and after an edit side by side."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from lookagain.tools.scene.draw.changes import COLOURS, Changes, changes, colour_of, in_rooms, plain
from lookagain.tools.scene.draw.figure import Apart, legend, new_figure, to_png
from lookagain.tools.scene.draw.raster import Camera, Canvas
from lookagain.tools.scene.values import Box, Room, Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["perspective_view"]

Array = NDArray[np.float64]

#: From the front left, from above.
_DIRECTION: Final = np.array([0.45, 0.8, -0.85])
_LIGHT: Final = np.array([-0.35, -0.5, 0.8]) / np.linalg.norm([-0.35, -0.5, 0.8])
_SIZE: Final = (1000, 750)
#: Walls of a flat of several rooms hide its other rooms; they are cut off at this height in metres.
_CUT: Final = 0.35
_MOST_LABELS: Final = 20
#: Width and height of a letter of a label in pixels of the picture.
_LETTER: Final = (9.0, 18.0)
_FACES: Final = ((0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7))


def perspective_view(after: Scene, *, before: Scene | None = None, rooms: Collection[str] | None = None) -> bytes:
    """A PNG of the scene seen from above its front left.

    With ``before`` there are two pictures from one place, and what the edit changed is coloured and named in both.
    ``rooms`` limits it to some rooms; of a single room the walls behind it stand in full.
    """
    found = changes(before, after)
    scenes = [(None, after)] if before is None else [("before", before), ("after", after)]
    camera = _camera([scene for _, scene in scenes], rooms)
    figure = new_figure(_SIZE[0] / 130 * len(scenes), _SIZE[1] / 130 + 0.3)
    for at, (title, scene) in enumerate(scenes):
        axes = figure.add_subplot(1, len(scenes), at + 1)
        axes.imshow(_rendered(scene, camera, found, rooms), interpolation="antialiased")
        _labels(axes, scene, camera, found, rooms)
        axes.set_axis_off()
        if title:
            axes.set_title(title, fontsize=10)
    legend(figure, found)
    return to_png(figure)


def _labels(axes: Axes, scene: Scene, camera: Camera, found: Changes, rooms: Collection[str] | None) -> None:
    """The names of what changed, the largest first."""
    things = [(one, mark) for one in in_rooms(scene, rooms) if (mark := found[one.id]) is not None]
    things.sort(key=lambda pair: -math.prod(pair[0].box.size))
    apart = Apart(_LETTER, _MOST_LABELS)
    for one, mark in things:
        pixels, _ = camera.project(np.array([[one.box.centre.x, one.box.centre.y, one.box.top]]))
        x, y = map(float, pixels[0])
        name = plain(one.category.replace("_", " "))
        if apart.free(name, x, y):
            style: dict[str, Any] = {"fontsize": 8, "ha": "center", "va": "bottom", "fontweight": "bold"}
            style["bbox"] = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1.0}
            axes.text(x, y, name, color=COLOURS[mark], clip_on=True, parse_math=False, **style)


def _rendered(scene: Scene, camera: Camera, found: Changes, rooms: Collection[str] | None) -> NDArray[np.uint8]:
    canvas = Canvas(camera, width=_SIZE[0], height=_SIZE[1])
    shown = [room for room in scene.rooms.values() if rooms is None or room.id in rooms]
    for room in shown:
        floor = np.array([[x, y, room.floor] for x, y in room.polygon])
        canvas.polygon(floor, (0.94, 0.92, 0.87))
        _walls(canvas, room, room.height if len(shown) == 1 else min(_CUT, room.height))
    for one in in_rooms(scene, rooms):
        mark = found[one.id]
        _box(canvas, one.box, _rgb(COLOURS[mark] if mark else colour_of(one)))
    return canvas.pixels()


def _walls(canvas: Canvas, room: Room, height: float) -> None:
    """Each wall as a face that looks into the room; those nearer to us look away, and are not seen."""
    corners = [*room.polygon, room.polygon[0]]
    for (x0, y0), (x1, y1) in itertools.pairwise(corners):
        low, high = room.floor, room.floor + height
        wall = np.array([[x1, y1, low], [x0, y0, low], [x0, y0, high], [x1, y1, high]])
        along = np.array([y0 - y1, x1 - x0, 0.0])
        canvas.polygon(wall, _lit((0.9, 0.91, 0.92), along / max(float(np.linalg.norm(along)), 1e-9)))


def _box(canvas: Canvas, box: Box, colour: tuple[float, float, float]) -> None:
    low, high = ([[x, y, z] for x, y in box.corners()] for z in (box.bottom, box.top))
    corners = np.array([*low, *high])
    for face in _FACES:
        points = corners[list(face)]
        normal = np.cross(points[1] - points[0], points[2] - points[0])
        canvas.polygon(points, _lit(colour, normal / max(float(np.linalg.norm(normal)), 1e-12)))


def _lit(colour: tuple[float, float, float], normal: Array) -> tuple[float, float, float]:
    light = 0.72 + 0.28 * float(normal @ _LIGHT)
    return colour[0] * light, colour[1] * light, colour[2] * light


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _camera(scenes: Sequence[Scene], rooms: Collection[str] | None) -> Camera:
    points: list[tuple[float, float, float]] = []
    for scene in scenes:
        shown = [room for room in scene.rooms.values() if rooms is None or room.id in rooms]
        for room in shown:
            height = room.height if len(shown) == 1 else _CUT
            points += [(x, y, room.floor + up) for x, y in room.polygon for up in (0.0, height)]
        for one in in_rooms(scene, rooms):
            points += [(x, y, z) for x, y in one.box.corners() for z in (one.box.bottom, one.box.top)]
    seen = np.array(points or [(0.0, 0.0, 0.0), (1.0, 1.0, 1.0)])
    return Camera.looking(seen, _DIRECTION, width=_SIZE[0], height=_SIZE[1])
