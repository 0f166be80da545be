"""Sub-pixel places of an object of several colours: its difference to the background, learned as one picture.

A shiny ball is brighter than the scene at its top and darker at its foot. No one colour explains it, but the
pattern of its differences hardly changes on its way.
"""

from __future__ import annotations

import cv2
import numpy as np

from lookagain.tools.experts.motion.match import Map, Match, Template, resemblance
from lookagain.tools.experts.motion.values import Floats

__all__ = ["find_picture", "learn_picture"]

_MARGIN = 3
_ROUNDS = 3
#: Grey levels below which a mean difference is taken for noise.
_FAINT = 8.0


def learn_picture(signed: Map, centres: Floats) -> tuple[Template, float] | None:
    """The median of ``signed`` squares (n, s, s, 3) aligned at ``centres`` (n, 2), refined by matching, and its area.

    The template's offset is the middle of what differs, each pixel counting by its difference up to the median
    difference. None where the mean picture is too faint or the squares are too small.
    """
    side = signed.shape[1]
    half = side // 2
    if half < 2 * _MARGIN:
        return None
    rows, cols = np.mgrid[: side - 2 * _MARGIN, : side - 2 * _MARGIN] - (half - _MARGIN)
    mask = (np.hypot(rows, cols) <= half - _MARGIN + 0.5).astype(np.float32)
    template = Template(np.zeros((*mask.shape, 3), np.float32), mask)
    places = centres
    for _ in range(_ROUNDS):
        aligned = [_moved(square, half - place) for square, place in zip(signed, places, strict=True)]
        middle = np.median(aligned, axis=0)[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
        template = Template(np.ascontiguousarray(middle, np.float32), mask)
        found = [find_picture(square, template, place) for square, place in zip(signed, places, strict=True)]
        places = np.array([place if match is None else match.xy for match, place in zip(found, places, strict=True)])
    amount = np.abs(template.picture).max(axis=2) * mask
    strong = amount > _FAINT
    if strong.sum() < 3:
        return None
    weight = np.where(strong, np.minimum(amount, np.median(amount[strong])), 0.0)
    off = (float((weight * cols).sum() / weight.sum()), float((weight * rows).sum() / weight.sum()))
    return Template(template.picture, mask, off), float(strong.sum())


def find_picture(signed: Map, template: Template, centre: Floats) -> Match | None:
    """The object's middle (x, y) near ``centre`` in one square of differences (s, s, 3)."""
    return resemblance(signed, template, (float(centre[0]), float(centre[1])), _MARGIN)


def _moved(square: Map, by: Floats) -> Map:
    """A square shifted by a part of a pixel."""
    matrix = np.array([[1.0, 0.0, by[0]], [0.0, 1.0, by[1]]])
    side = square.shape[0]
    return np.asarray(cv2.warpAffine(square, matrix, (side, side), flags=cv2.INTER_LINEAR), dtype=np.float32)
