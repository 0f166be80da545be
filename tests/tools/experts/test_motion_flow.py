from __future__ import annotations

import numpy as np
import pytest

from lookagain.tools.experts.motion.flow import common_flow
from tests.support.render import texture

Bytes = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def scene(shift: tuple[int, int], *, share: float = 1.0) -> tuple[Bytes, Bytes]:
    """Two grey frames of a texture of which the right ``share`` of a square around (60, 60) moves by ``shift``."""
    rest = texture(np.random.default_rng(1110), 120, 120, contrast=30).mean(axis=2)
    body = texture(np.random.default_rng(1111), 120, 120, contrast=30).mean(axis=2)
    frames = []
    for dx, dy in ((0, 0), shift):
        frame = rest.copy()
        left = 80 - round(40 * share) + dx
        frame[40 + dy : 80 + dy, left : 80 + dx] = body[40:80, left - dx : 80]
        frames.append(np.clip(np.rint(frame), 0, 255).astype(np.uint8))
    return frames[0], frames[1]


@pytest.mark.parametrize("share", [1.0, 0.5], ids=["all moves", "half of it rests"])
def test_what_moves_decides(share: float) -> None:
    before, after = scene((5, 3), share=share)
    still = np.zeros((120, 120), np.float32)
    flow = common_flow(before, after, (60.0, 60.0), half=15, guess=(0.0, 0.0), front=still)
    assert flow is not None
    np.testing.assert_allclose(flow.shift, (5, 3), atol=0.2)
    assert flow.mask is not None
    assert flow.mask[:, 22:].mean() > 0.5
    if share == 0.5:
        assert flow.mask[:, :8].mean() < 0.1


def test_where_nothing_moves_the_foreground_decides() -> None:
    before, after = scene((0, 0))
    front = np.zeros((120, 120), np.float32)
    assert common_flow(before, after, (60.0, 60.0), half=15, guess=(0.0, 0.0), front=front) is None
    flow = common_flow(before, after, (60.0, 60.0), half=15, guess=(0.0, 0.0), front=front + 1)
    assert flow is not None
    assert flow.mask is None
    np.testing.assert_allclose(flow.shift, (0, 0), atol=0.05)


def test_a_patch_outside_has_no_flow() -> None:
    before, after = scene((5, 3))
    front = np.ones((120, 120), np.float32)
    assert common_flow(before, after, (-40.0, 60.0), half=15, guess=(0.0, 0.0), front=front) is None
