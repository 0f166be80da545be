from __future__ import annotations

import numpy as np
import pytest

from lookagain.tools.experts.motion import ArrayFrames, find_motion
from lookagain.tools.experts.motion.match import resemblance, take
from lookagain.tools.experts.motion.picture import find_picture, learn_picture
from tests.support.render import Floats, draw_disc, texture, to_bytes


def shiny(path: Floats, *, seed: int = 1120) -> ArrayFrames:
    """A ball brighter than a grey scene above its middle and darker below, on a bright rail, on a changing scene."""
    rng = np.random.default_rng(seed)
    background = texture(rng, 160, 320, contrast=8) - 20
    background[84:92] = 205.0
    rows = np.arange(160)[:, None, None]
    pictures = []
    for x, y in path:
        cap = draw_disc(background, (x, y), 6.0, (165, 165, 165))
        belly = draw_disc(background, (x, y), 6.0, (70, 65, 60))
        upper = np.clip(y - 0.5 - rows + 0.5, 0, 1)
        picture = cap * upper + belly * (1 - upper)
        pictures.append(to_bytes(picture + rng.normal(scale=1.5, size=picture.shape)))
    return ArrayFrames(np.stack(pictures), 30.0)


def test_a_ball_of_two_colours_is_found_at_its_middle() -> None:
    path = np.stack([np.linspace(30, 290, 40), np.linspace(84, 80, 40)], axis=1)
    track = find_motion(shiny(path)).tracks[0]
    error = (track.xy - path[track.frames])[track.seen]
    assert track.seen_count >= 36
    assert track.method == "template"
    assert np.abs(np.median(error, axis=0)).max() < 0.6
    # Along the rail it is exact; across it, the rail shines through a changing part of the pattern.
    assert error[:, 0].std() < 0.1
    assert error[:, 1].std() < 0.4


def test_a_learned_picture_is_found_between_pixels() -> None:
    rng = np.random.default_rng(1121)
    rows, cols = np.mgrid[:31, :31].astype(float)

    def square(x: float, y: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        bump = np.exp(-((cols - x) ** 2 + (rows - y) ** 2) / 18)
        signed = 80 * (bump * np.tanh((rows - y) / 2))[..., None] + rng.normal(scale=1, size=(31, 31, 3))
        return np.asarray(signed, dtype=np.float32)

    places = 15 + rng.uniform(-1, 1, (12, 2))
    squares = np.stack([square(x, y) for x, y in places])
    learned = learn_picture(squares, np.full((12, 2), 15.0))
    assert learned is not None
    template, area = learned
    assert 20 < area < 300
    found = [find_picture(s, template, np.full(2, 15.0) - template.off) for s in squares]
    xy = np.array([match.xy for match in found if match is not None])
    error = xy - places
    assert (error - error.mean(axis=0)).std() < 0.15
    assert np.abs(error.mean(axis=0)).max() < 0.3


@pytest.mark.parametrize(("size", "level"), [(31, 0.0), (9, 50.0)], ids=["nothing there", "too small"])
def test_what_cannot_be_learned(size: int, level: float) -> None:
    squares = np.full((6, size, size, 3), level, np.float32)
    assert learn_picture(squares, np.full((6, 2), size / 2)) is None


def test_resemblance_needs_no_equal_brightness() -> None:
    signed = np.zeros((60, 60, 3), np.float32)
    signed[20:30, 12:18] = (10.0, 60.0, -20.0)
    template = take(signed, (15.0, 25.0), 8)
    moved = np.roll(0.4 * signed, (3, -2), axis=(0, 1))
    match = resemblance(moved, template, (15.0, 25.0), 5)
    assert match is not None
    assert match.score == pytest.approx(1.0, abs=1e-3)
    np.testing.assert_allclose(match.xy, (13, 28), atol=0.1)
    assert resemblance(moved, template, (100.0, 25.0), 5) is None
