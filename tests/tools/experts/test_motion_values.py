from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookagain.core.errors import InputError
from lookagain.tools.experts.motion import Camera, MotionReport, Reason, Track
from lookagain.tools.experts.motion.predict import predictions
from lookagain.tools.experts.motion.tracks import jitter

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)


def report() -> MotionReport:
    track = Track(
        id=0,
        frames=np.arange(3),
        times=np.array([0.0, 0.1, 0.2]),
        xy=np.array([[1.0, 2.0], [np.nan, np.nan], [3.0, 4.5]]),
        sigma=np.array([[0.1, 0.2], [np.nan, np.nan], [0.1, 0.2]]),
        seen=np.array([True, False, True]),
        area=np.array([38.0, np.nan, 38.5]),
        colour=(1.0, 2.0, 3.0),
        method="template",
        score=0.5,
    )
    camera = Camera(still=True, max_shift=0.1, shift=np.zeros((3, 2)), points=40, evidence="corners")
    return MotionReport(
        tracks=(track,),
        camera=camera,
        cuts=(7,),
        span=(0, 3),
        frame_count=3,
        width=64,
        height=48,
        quality="doubtful",
        reasons=(Reason(code="cut", text="a cut"),),
    )


def test_round_trip_through_json() -> None:
    first = report()
    text = json.dumps(first.to_json(), allow_nan=False)
    second = MotionReport.from_json(json.loads(text))
    assert json.dumps(second.to_json(), allow_nan=False) == text
    np.testing.assert_array_equal(second.tracks[0].xy, first.tracks[0].xy)
    assert second.reasons == first.reasons
    assert second.tracks[0].extent == pytest.approx(np.hypot(2.0, 2.5))
    assert second.tracks[0].seen_count == 2


@settings(max_examples=150, deadline=None)
@given(key=st.sampled_from(sorted(report().to_json())), value=JSON)
def test_damaged_json_raises_only_input_errors(key: str, value: Any) -> None:
    data = report().to_json()
    data[key] = value
    try:
        again = MotionReport.from_json(data)
    except InputError:
        return
    assert again.width == (value if key == "width" else 64) or key == "width"


@settings(max_examples=150, deadline=None)
@given(key=st.sampled_from(sorted(report().tracks[0].to_json())), value=JSON)
def test_damaged_tracks_raise_only_input_errors(key: str, value: Any) -> None:
    data = report().tracks[0].to_json()
    data[key] = value
    try:
        track = Track.from_json(data)
    except InputError:
        return
    assert len(track.xy) == len(track.frames)


def test_jitter_is_that_of_white_noise_on_a_smooth_path() -> None:
    rng = np.random.default_rng(1009)
    t = np.arange(2000) / 50
    xy = np.stack([40 * np.sin(t), 30 * np.cos(0.7 * t)], axis=1) + rng.normal(scale=[0.1, 0.3], size=(2000, 2))
    np.testing.assert_allclose(jitter(xy, np.ones(2000, dtype=bool)), [0.1, 0.3], rtol=0.1)


def test_jitter_needs_runs() -> None:
    assert np.isnan(jitter(np.zeros((8, 2)), np.array([True, True, False] * 2 + [True, True]))).all()


@pytest.mark.parametrize(
    "path",
    [
        lambda t: np.stack([3 * t, 5 - 2 * t], axis=1),
        lambda t: np.stack([3 * t, 0.5 * t**2], axis=1),
        lambda t: np.stack([80 * np.cos(0.4 * t), 80 * np.sin(0.4 * t)], axis=1),
    ],
    ids=["line", "parabola", "circle"],
)
def test_one_of_the_predictions_is_right(path: Any) -> None:
    times = np.array([0.0, 1.0, 2.0, 3.0])
    truth = path(np.array([4.0]))[0]
    guesses = predictions(times, path(times), 4.0)
    assert np.hypot(*(guesses - truth).T).min() < 1e-6
