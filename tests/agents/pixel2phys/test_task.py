"""What a task accepts, and what its errors say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from lookagain.agents.pixel2phys.task import Pixel2Phys
from lookagain.core.task import media_paths


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "give one of video, videos, track, tracks.*got none"),
        ({"video": "a.mp4", "track": "a.csv"}, "got video and track"),
        ({"video": "a.mp4", "videos": ("b.mp4",)}, "got video and videos"),
        ({"videos": ("a.mp4",), "tracks": ("b.csv",)}, "got videos and tracks"),
        ({"videos": ("a.mp4", "a.mp4")}, "videos names a file twice"),
        ({"tracks": ("a.csv", "a.csv")}, "tracks names a file twice"),
        ({"videos": ("a.mp4", "")}, "empty path"),
        ({"videos": tuple(f"{i}.mp4" for i in range(33))}, "at most 32"),
        ({"videos": ("a.mp4", "b.mp4"), "near": (1, 2)}, "one pixel for each of several videos: expected 2"),
        ({"videos": ("a.mp4", "b.mp4"), "near": ((1, 2),)}, "one pixel for each of several videos: expected 2"),
        ({"video": "a.mp4", "near": ((1, 2),)}, "expected 1"),
        ({"videos": ("a.mp4", "b.mp4"), "ask": True}, "name the object in each by near"),
        ({"videos": ("a.mp4", "b.mp4"), "objects": 2}, "name the first by near"),
        ({"tracks": ("a.csv", "b.csv"), "scale": 2.0}, "scale cannot be used with tracks"),
        ({"video": "a.mp4", "scale": 0.1, "ruler": (0, 0, 1, 1, 1.0)}, "either scale or ruler"),
        ({"video": "a.mp4", "ruler": (3, 4, 3, 4, 1.0)}, "two different points"),
        ({"video": "a.mp4", "start_s": 2, "stop_s": 1}, "stop_s must be after start_s"),
        ({"video": "a.mp4", "scale": -1}, "greater than or equal to"),
        ({"video": "a.mp4", "scale": 1e300}, "less than or equal to"),
        ({"video": "a.mp4", "fps": 5e-324}, "greater than or equal to"),
        ({"video": "a.mp4", "fps": 1e7}, "less than or equal to"),
        ({"video": "a.mp4", "origin": (1e300, 0)}, "less than or equal to"),
        ({"video": "a.mp4", "near": (-1e300, 0)}, "greater than or equal to"),
        ({"video": "a.mp4", "ruler": (0, 0, 1e200, 0, 1.0)}, "less than or equal to"),
        ({"video": "a.mp4", "ruler": (0, 0, 1, 0, 1e-200)}, "greater than or equal to"),
        ({"video": "a.mp4", "ruler": (0, 0, 1e-200, 0, 1.0)}, "at least 0.001 px apart"),
        ({"video": "a.mp4", "start_s": 1e300}, "less than or equal to"),
        ({"video": "a.mp4", "stop_s": 1e7}, "less than or equal to"),
        ({"video": ""}, "empty path"),
        ({"track": "."}, "empty path"),
        ({"track": "a.csv", "scale": 2.0, "unit": "km"}, "scale, unit cannot be used with track"),
        ({"track": "a.csv", "ruler": (0, 0, 9, 0, 1.0)}, "ruler cannot be used with track"),
        ({"track": "a.csv", "origin": (0, 0), "y_up": False}, "origin, y_up cannot be used with track"),
        ({"track": "a.csv", "fps": 3, "start_s": 0, "stop_s": 2}, "fps, start_s, stop_s cannot be used with track"),
        ({"track": "a.csv", "near": (1, 1), "objects": 2, "ask": True}, "near, objects, ask cannot be used with track"),
        ({"track": "a.csv", "coordinates": "relative"}, "coordinates cannot be used with track"),
        ({"video": "a.mp4", "fps": float("inf")}, "finite"),
        ({"video": "a.mp4", "unit": "m; rm -rf"}, "pattern"),
        ({"video": "a.mp4", "speed": 3}, "Extra inputs"),
    ],
)
def test_what_cannot_work_is_refused_with_its_reason(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Pixel2Phys(**fields)


@pytest.mark.parametrize("coordinates", ["auto", "xy"])
def test_a_table_takes_what_concerns_the_law(coordinates: Any) -> None:
    task = Pixel2Phys(track=Path("a.csv"), coordinates=coordinates, order="second", degree=2, terms=("drag",))
    assert task.units_per_pixel == 1


def test_a_ruler_sets_the_scale() -> None:
    task = Pixel2Phys(video=Path("a.mp4"), ruler=(10, 20, 40, 60, 2.5), unit="m")
    assert task.units_per_pixel == pytest.approx(0.05)
    assert task.calibrated
    assert task.length_unit == "m"


@pytest.mark.parametrize(
    ("fields", "unit"), [({}, "px"), ({"scale": 0.1}, "unit"), ({"scale": 0.1, "unit": "cm"}, "cm")]
)
def test_the_unit_of_lengths(fields: dict[str, Any], unit: str) -> None:
    assert Pixel2Phys(video=Path("a.mp4"), **fields).length_unit == unit


def test_its_files_are_known_as_inputs() -> None:
    video = [(name, mark.kind) for name, mark, _ in media_paths(Pixel2Phys(video=Path("a.mp4")))]
    table = [(name, mark.kind) for name, mark, _ in media_paths(Pixel2Phys(track=Path("a.csv")))]
    assert (video, table) == ([("video", "video")], [("track", "table")])
    both = (Path("a.mp4"), Path("b.mp4"))
    assert [(name, path) for name, _, path in media_paths(Pixel2Phys(videos=both))] == [("videos", p) for p in both]
    assert [mark.kind for _, mark, _ in media_paths(Pixel2Phys(tracks=both))] == ["table", "table"]


def test_the_named_pixel_of_each_video() -> None:
    one = Pixel2Phys(video=Path("a.mp4"), near=(1, 2))
    both = Pixel2Phys(videos=(Path("a.mp4"), Path("b.mp4")), near=((1, 2), (3, 4)))
    none = Pixel2Phys(videos=(Path("a.mp4"), Path("b.mp4")))
    assert [one.near_of(0), both.near_of(0), both.near_of(1), none.near_of(1)] == [(1, 2), (1, 2), (3, 4), None]
    assert Pixel2Phys.model_validate_json(both.model_dump_json()) == both
