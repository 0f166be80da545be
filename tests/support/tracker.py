"""Reading the hand-tracked points of an Open Source Physics Tracker file (.trz)."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

DATA = Path(os.environ.get("LOOKAGAIN_DATA", Path(__file__).parents[3] / "shared" / "data"))


def hand_tracked(name: str, folder: Path) -> tuple[Path, dict[int, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]]:
    """The video inside NAME.trz, copied to ``folder``, and its first point mass: frame -> (x, y).

    Tracker counts pixels from the corner of the first pixel; half a pixel is taken off, so that whole numbers
    are pixel centres. Skips the test where the data is absent.
    """
    source = DATA / "physics" / "osp_tracker" / f"{name}.trz"
    if not source.is_file():
        pytest.skip("shared data is absent")
    with zipfile.ZipFile(source) as archive:
        video = next(entry for entry in archive.namelist() if entry.endswith(".mp4"))
        path = folder / "video.mp4"
        path.write_bytes(archive.read(video))
        tree = ElementTree.fromstring(archive.read(next(e for e in archive.namelist() if e.endswith(".trk"))))
    mass = next(item for item in tree.iter("object") if item.get("class", "").endswith("PointMass"))
    points = {}
    for step in mass.findall("property[@name='framedata']/property"):
        values = {item.get("name"): item.text for item in step.iter("property")}
        index = int(str(step.get("name")).strip("[]"))
        points[index] = np.array([float(str(values["x"])), float(str(values["y"]))]) - 0.5
    return path, points
