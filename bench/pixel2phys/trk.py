"""Reader of Tracker archives (``.trz``: a ZIP with a video and a ``.trk`` XML): the hand-tracked points.

Tracker measures image positions from the top-left corner of the image, so the middle of the first pixel is
(0.5, 0.5); here pixel centres have integer coordinates, so half a pixel is subtracted. A point of frame
``[k]`` belongs to frame k of the video file (``startframe`` and ``stepsize`` only say which are shown).
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

__all__ = ["HandTrack", "extract_video", "picture_width", "read_trk", "read_trz"]

_INDEX = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, kw_only=True)
class HandTrack:
    """One hand-tracked point mass.

    ``frames`` (n) are frame numbers of the video; ``points`` (n x 2) pixels (column, row), pixel centres at
    integers; ``origin`` in the same pixels; ``pixels_per_unit`` pixels a world unit; ``angle`` of the world
    x axis in degrees, counter-clockwise as seen; ``delta_t`` seconds a frame.
    """

    name: str
    frames: NDArray[np.int64]
    points: NDArray[np.float64]
    origin: tuple[float, float]
    pixels_per_unit: float
    angle: float
    delta_t: float

    def to_world(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels (n x 2) to world units, y up, axes turned by ``angle``."""
        x = (points[:, 0] - self.origin[0]) / self.pixels_per_unit
        y = (self.origin[1] - points[:, 1]) / self.pixels_per_unit
        turn = np.deg2rad(self.angle)
        return np.stack([np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x], axis=1)


def read_trz(path: Path) -> HandTrack:
    """The first point mass of an archive; raises ValueError where there is none."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".trk")]
        if len(names) != 1:
            raise ValueError(f"{path}: expected one .trk file in the archive, got {len(names)}")
        return read_trk(archive.read(names[0]).decode("utf-8"))


def extract_video(path: Path, folder: Path) -> Path:
    """Write the archive's video into ``folder``; returns its path."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith((".mp4", ".mov", ".avi"))]
        if len(names) != 1:
            raise ValueError(f"{path}: expected one video in the archive, got {len(names)}")
        target = folder / f"{path.stem}{Path(names[0]).suffix}"
        folder.mkdir(parents=True, exist_ok=True)
        target.write_bytes(archive.read(names[0]))
    return target


def picture_width(video: Path) -> int:
    """Width of a video's picture in pixels."""
    with av.open(str(video)) as container:
        return int(container.streams.video[0].width)


def read_trk(text: str) -> HandTrack:
    """Parse ``.trk`` XML; raises ValueError where no point mass has points or a number is missing."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("expected a .trk file without document type or entities")
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise ValueError(f"expected .trk XML: {error}") from error
    masses = [node for node in root.iter("object") if _class(node) == "PointMass"]
    tracked = [(node, _frame_data(node)) for node in masses]
    tracked = [(node, data) for node, data in tracked if data]
    if not tracked:
        raise ValueError("expected a point mass with points, got none")
    mass, data = tracked[0]
    axes = _first(root, "ImageCoordSystem$FrameData")
    points = [(k, _number(node, "x") - 0.5, _number(node, "y") - 0.5) for k, node in sorted(data.items())]
    return HandTrack(
        name=_text(mass, "name"),
        frames=np.array([k for k, _, _ in points], dtype=np.int64),
        points=np.array([[x, y] for _, x, y in points], dtype=np.float64),
        origin=(_number(axes, "xorigin") - 0.5, _number(axes, "yorigin") - 0.5),
        pixels_per_unit=_number(axes, "xscale"),
        angle=_number(axes, "angle"),
        delta_t=_number(_first(root, "StepperClipControl"), "delta_t") / 1000.0,
    )


def _class(node: ET.Element) -> str:
    return node.get("class", "").rsplit(".", 1)[-1]


def _first(root: ET.Element, name: str) -> ET.Element:
    found = next((node for node in root.iter("object") if _class(node) == name), None)
    if found is None:
        raise ValueError(f"expected an object of class {name}")
    return found


def _frame_data(mass: ET.Element) -> dict[int, ET.Element]:
    """Frame number to the object that holds its coordinates."""
    found: dict[int, ET.Element] = {}
    for array in mass.findall("property[@name='framedata']"):
        for item in array.findall("property"):
            match = _INDEX.fullmatch(item.get("name", ""))
            node = item.find("object")
            if match and node is not None:
                found[int(match.group(1))] = node
    return found


def _text(node: ET.Element, name: str) -> str:
    item = node.find(f"property[@name='{name}']")
    return "" if item is None or item.text is None else item.text


def _number(node: ET.Element, name: str) -> float:
    try:
        value = float(_text(node, name))
    except ValueError as error:
        raise ValueError(f"expected a number in property {name!r}") from error
    if not np.isfinite(value):
        raise ValueError(f"expected a finite number in property {name!r}, got {value}")
    return value
