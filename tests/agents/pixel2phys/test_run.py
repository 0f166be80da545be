"""From a table or a video to a law with its evidence, through the public functions."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

import lookagain as la
from lookagain.agents.pixel2phys.clip import Clip
from lookagain.tools.media import MediaDoor, write_video
from tests.agents.pixel2phys.made import disc_video, spiral, write_table


def terms(result: la.Result[la.Law]) -> list[set[str]]:
    assert result.answer is not None
    return [{term.term for term in equation.terms} for equation in result.answer.equations]


def test_a_measured_table_gives_its_law_with_evidence(tmp_path: Path) -> None:
    t, x = spiral(200)
    task = la.Pixel2Phys(track=write_table(tmp_path / "spiral.csv", t, x))
    result = la.run(task, run_dir=tmp_path / "run")
    assert terms(result) == [{"x", "y"}, {"x", "y"}]
    assert result.answer is not None
    found = [term.value for equation in result.answer.equations for term in equation.terms]
    sigmas = [term.sigma for equation in result.answer.equations for term in equation.terms]
    for value, sigma, true in zip(found, sigmas, (-0.3, 2, -2, -0.3), strict=True):
        assert abs(value - true) < 5 * sigma
    assert {term.unit for equation in result.answer.equations for term in equation.terms} == {"1/s"}
    assert result.answer.units == ("m", "m")
    assert {"equation.png", "phase.png", "residuals.png", "variables.csv"} == set(result.artifacts)
    with result.artifact_path("variables.csv").open() as file:
        assert len(list(csv.reader(file))) == len(t) + 1
    assert la.open_run(tmp_path / "run") == result
    frame = result.answer.frame
    assert (frame.coordinates, frame.units_per_pixel, frame.text) == ("xy", 1.0, "the columns of the table")


@pytest.mark.parametrize("unit", [r"$\frac$", "$", "$x$"])
def test_a_unit_is_not_read_as_mathematics(tmp_path: Path, unit: str) -> None:
    table = write_table(tmp_path / "table.csv", *spiral(70), names=(f"x [{unit}]", f"y [{unit}]"))
    result = la.run(la.Pixel2Phys(track=table, max_rounds=1), run_dir=tmp_path / "run")
    assert result.status == "complete"
    assert {"phase.png", "residuals.png"} <= set(result.artifacts)


@pytest.fixture(scope="module")
def pendulum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A disc on a circle of 40 px about (64, 40), theta = 0.9 cos(4 t) (not a solution of any simple law)."""
    t = np.arange(90) / 25
    theta = 0.9 * np.cos(4 * t)
    path = np.column_stack([64 + 40 * np.sin(theta), 40 + 40 * np.cos(theta)])
    return disc_video(tmp_path_factory.mktemp("video") / "swing.mp4", [path])


def test_a_video_is_tracked_and_its_angle_is_found(pendulum: Path, tmp_path: Path) -> None:
    result = la.run(la.Pixel2Phys(video=pendulum, scale=0.01, unit="m"), run_dir=tmp_path / "run")
    assert result.answer is not None
    assert result.answer.variables == ("theta",)
    assert result.answer.units == ("rad",)
    assert "radius 0.4" in result.answer.frame.text
    assert terms(result) == [{"theta"}]
    assert result.answer.equations[0].terms[0].value == pytest.approx(-16, rel=0.01)
    assert result.usage.frames == 90
    # One call decides on the level, one tracks.
    assert result.usage.expert_calls == 2
    overlay = MediaDoor().video(result.artifact_path("overlay.mp4"))
    assert len(list(overlay.frames())) == 90


def test_coordinates_can_be_set(pendulum: Path, tmp_path: Path) -> None:
    task = la.Pixel2Phys(video=pendulum, coordinates="xy", max_rounds=1)
    result = la.run(task, run_dir=tmp_path / "run")
    assert result.answer is not None
    assert result.answer.variables == ("x", "y")


def test_coordinates_that_the_path_does_not_have_are_said(tmp_path: Path) -> None:
    t = np.arange(60)
    video = disc_video(tmp_path / "line.mp4", [np.column_stack([20 + 1.3 * t, 64 + 0 * t])])
    task = la.Pixel2Phys(video=video, coordinates="relative")
    result = la.run(task, run_dir=tmp_path / "run")
    assert result.answer is None
    assert result.verdict.value == "undecided"
    assert any("relative" in entry.text for entry in result.evidence)


def _still(folder: Path) -> Path:
    return disc_video(folder / "still.mp4", [np.tile([64.0, 64.0], (40, 1))])


def _cut(folder: Path) -> Path:
    t = np.arange(40)
    halves = [
        disc_video(folder / f"{seed}.mp4", [np.column_stack([20 + 2 * t, 40 + t])], seed=seed) for seed in (1236, 1237)
    ]
    door = MediaDoor()
    joined = (frame.pixels for half in halves for frame in door.video(half).frames())
    write_video(folder / "cut.mp4", joined, 25)
    return folder / "cut.mp4"


def _walk(folder: Path) -> Path:
    steps = np.random.default_rng(1238).normal(0, 1.5, (90, 2))
    return disc_video(folder / "walk.mp4", [np.clip(64 + np.cumsum(steps, axis=0), 10, 118)])


@pytest.mark.parametrize("make", [_still, _cut, _walk])
def test_what_has_no_law_is_undecided(make: object, tmp_path: Path) -> None:
    assert callable(make)
    result = la.run(la.Pixel2Phys(video=make(tmp_path), max_rounds=1), run_dir=tmp_path / "run")
    assert result.status == "complete"
    assert result.verdict.value == "undecided"
    assert result.verdict.reason


def test_two_moving_things_are_asked_about(tmp_path: Path) -> None:
    t = np.arange(60)
    paths: Sequence[np.ndarray[tuple[int, ...], np.dtype[np.float64]]] = [
        np.column_stack([15 + 1.5 * t, 30 + 0.2 * t]),
        np.column_stack([110 - 1.4 * t, 100 - 0.3 * t]),
    ]
    video = disc_video(tmp_path / "two.mp4", list(paths))
    asked = la.run(la.Pixel2Phys(video=video, ask=True, coordinates="xy", max_rounds=1), run_dir=tmp_path / "run")
    assert asked.status == "needs_input"
    assert asked.question is not None
    assert asked.question.choices == ("0", "1")
    speeds = set()
    for choice in asked.question.choices:
        copy = tmp_path / f"copy{choice}"
        shutil.copytree(tmp_path / "run", copy)
        answer = la.resume(copy, answer=choice).answer
        assert isinstance(answer, la.Law)
        moved = answer.simulate(np.linspace(answer.t0, answer.t0 + 1, 5))
        speeds.add(float(np.sign(moved[-1, 0] - moved[0, 0])))
    assert speeds == {1.0, -1.0}
    for wrong in ("the left one", "9", "\u0661", "0" * 5000, "-1", "", True, 1.0):
        again = la.resume(tmp_path / "run", answer=wrong)
        assert again.status == "needs_input"
        assert again.question is not None
        assert "number of an object, 0 to 1, got" in again.question.text
        assert again.question.choices == ("0", "1")
    assert la.resume(tmp_path / "run", answer=1).answer is not None


def test_relative_coordinates_of_two_bodies(tmp_path: Path) -> None:
    t = np.arange(70) / 25
    centre = np.column_stack([30 + 25 * t, 64 + 0 * t])
    around = np.column_stack([18 * np.cos(5 * t), 18 * np.sin(5 * t)])
    video = disc_video(tmp_path / "pair.mp4", [centre + around, centre - around])
    result = la.run(
        la.Pixel2Phys(video=video, objects=2, coordinates="relative", max_rounds=1), run_dir=tmp_path / "run"
    )
    assert result.answer is not None
    assert result.answer.variables == ("dx", "dy")


@pytest.mark.parametrize("limits", [la.Limits(frames=10), la.Limits(expert_calls=0)])
def test_a_limit_tells_what_is_known_so_far(pendulum: Path, tmp_path: Path, limits: la.Limits) -> None:
    result = la.run(la.Pixel2Phys(video=pendulum), limits=limits, run_dir=tmp_path / "run")
    assert result.status == "limited"
    assert result.verdict.value == "undecided"


def _undeclared(path: Path, source: Path) -> Path:
    """The video in a container whose header tells neither duration nor number of frames."""
    with av.open(str(path), "w", format="matroska", options={"live": "1"}) as out:
        video = MediaDoor().video(source)
        stream = out.add_stream("libx264", rate=25, width=video.info.width, height=video.info.height)
        for frame in video.frames():
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame.pixels, format="rgb24")))
        out.mux(stream.encode())
    return path


def test_frames_are_limited_whatever_the_header_declares(pendulum: Path, tmp_path: Path) -> None:
    path = _undeclared(tmp_path / "live.mkv", pendulum)
    assert MediaDoor().video(path).info.frame_count == 0
    task = la.Pixel2Phys(video=path, max_rounds=1)
    limited = la.run(task, limits=la.Limits(frames=40), run_dir=tmp_path / "run")
    assert limited.status == "limited"
    assert "'frames'" in limited.note
    done = la.resume(tmp_path / "run", limits=la.Limits(frames=90))
    assert done.status == "complete"
    assert done.usage.frames == 90


def test_a_part_of_a_video_costs_its_own_frames(pendulum: Path, tmp_path: Path) -> None:
    task = la.Pixel2Phys(video=pendulum, start_s=0.4, stop_s=1.6, max_rounds=1)
    result = la.run(task, limits=la.Limits(frames=30), run_dir=tmp_path / "run")
    assert result.status == "complete"
    assert result.usage.frames == 30


@pytest.mark.parametrize(("start", "stop", "count"), [(None, None, 90), (0.4, 1.6, 30), (3.5, 9.0, 2), (5.0, None, 0)])
def test_the_declared_frames_of_a_part(pendulum: Path, start: float | None, stop: float | None, count: int) -> None:
    clip = Clip(MediaDoor().video(pendulum), start_s=start, stop_s=stop)
    assert clip.declared == count == len(list(clip.frames()))


def test_a_pass_reads_no_more_than_its_limit(pendulum: Path) -> None:
    clip = Clip(MediaDoor().video(pendulum), start_s=None, stop_s=None, most=7)
    frames = clip.frames()
    assert [next(frames).index for _ in range(7)] == list(range(7))
    with pytest.raises(la.LimitError, match="frames"):
        next(frames)


def test_a_point_outside_the_picture_is_refused(pendulum: Path, tmp_path: Path) -> None:
    with pytest.raises(la.InputError, match="128x128 picture"):
        la.run(la.Pixel2Phys(video=pendulum, near=(128.0, 5.0)), run_dir=tmp_path / "run")


@pytest.mark.parametrize(("near", "holds"), [((95.0, 65.0), True), ((5.0, 120.0), False)])
def test_what_is_tracked_must_be_what_is_named(
    pendulum: Path, tmp_path: Path, near: tuple[float, float], *, holds: bool
) -> None:
    result = la.run(la.Pixel2Phys(video=pendulum, near=near, max_rounds=1), run_dir=tmp_path / "run")
    named = next(entry for entry in result.evidence if entry.claim == "the tracked object is the one named")
    assert named.holds is holds
    assert named.measured is not None
    assert named.expected is not None
    assert named.expected.holds(named.measured) is holds
    assert holds or result.verdict.value == "undecided"
    assert holds or "named pixel" in result.note


@pytest.mark.parametrize(
    ("coordinates", "claim", "holds"),
    [("arc_length", "the path is a line", False), ("angle", "the path is a circle", True)],
)
def test_coordinates_that_do_not_fit_the_path_are_not_confirmed(
    pendulum: Path, tmp_path: Path, coordinates: Any, claim: str, *, holds: bool
) -> None:
    task = la.Pixel2Phys(video=pendulum, coordinates=coordinates, max_rounds=1)
    result = la.run(task, run_dir=tmp_path / "run")
    shape = next(entry for entry in result.evidence if entry.claim == claim)
    assert shape.holds is holds
    assert shape.measured is not None
    assert holds or (result.verdict.value == "undecided" and claim in result.verdict.reason)
    order = [(False, True, None).index(entry.holds) for entry in result.evidence]
    assert order == sorted(order)


def test_a_law_along_a_line_that_is_none_is_not_confirmed(tmp_path: Path) -> None:
    t = np.arange(100) / 25
    video = disc_video(tmp_path / "ellipse.mp4", [np.column_stack([64 + 40 * np.cos(2 * t), 64 + 20 * np.sin(2 * t)])])
    task = la.Pixel2Phys(video=video, coordinates="arc_length", max_rounds=1)
    state = la.graph(la.Pixel2Phys, run_dir=tmp_path / "run").invoke({"task": task.model_dump(mode="json")})
    assert [report["accepted"] for report in state["rounds"]] == [False]
    assert state["result"]["verdict"]["value"] == "undecided"
    # Everything else holds: a projection of an ellipse swings like a spring.
    assert state["result"]["verdict"]["reason"] == "not shown that the path is a line."


def test_a_camera_that_cannot_be_judged_has_no_measured_shift(tmp_path: Path) -> None:
    rows, columns = np.mgrid[:96, :96]

    def frame(index: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        cover = np.clip(6.5 - np.hypot(columns - 20 - index, rows - 48), 0, 1)
        return np.repeat((70 + 170 * cover).astype(np.uint8)[..., None], 3, axis=2)

    write_video(tmp_path / "flat.mp4", (frame(index) for index in range(50)), 25)
    result = la.run(la.Pixel2Phys(video=tmp_path / "flat.mp4", max_rounds=1), run_dir=tmp_path / "run")
    camera = next(entry for entry in result.evidence if entry.claim == "the camera stands still")
    assert "too few to tell" in camera.text
    assert camera.measured is None
    for path in (tmp_path / "run").rglob("*"):
        if path.is_file() and path.read_bytes()[:1] == b"{":
            json.loads(path.read_bytes(), parse_constant=pytest.fail)


@pytest.mark.parametrize("kind", ["missing", "text", "truncated", "folder"])
def test_unusable_files_are_refused_and_left_alone(pendulum: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "input.mp4"
    if kind == "text":
        path.write_text("this is no video")
    elif kind == "truncated":
        path.write_bytes(pendulum.read_bytes()[:100])
    elif kind == "folder":
        path.mkdir()
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(la.InputError, match=r"input\.mp4"):
        la.run(la.Pixel2Phys(video=path), run_dir=tmp_path / "run")
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_broken_table_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("t [s],x [m]\n0.0,1.0\n0.1,__import__('os')\n")
    with pytest.raises(la.InputError, match="line 3"):
        la.run(la.Pixel2Phys(track=path), run_dir=tmp_path / "run")


def test_paths_of_a_tool_stay_inside_its_folder(pendulum: Path, tmp_path: Path) -> None:
    root = tmp_path / "media"
    root.mkdir()
    (root / "outside.mp4").symlink_to(pendulum)
    tool = la.as_tool(la.Pixel2Phys, media_root=root)
    message = tool.invoke({"type": "tool_call", "id": "1", "name": "pixel2phys", "args": {"video": "outside.mp4"}})
    assert message.status == "error"
    assert "outside the allowed folder" in message.content


def test_the_agent_is_a_node_of_a_larger_graph(tmp_path: Path) -> None:
    t, x = spiral(100)
    task = la.Pixel2Phys(track=write_table(tmp_path / "spiral.csv", t, x), max_rounds=1)
    state = la.graph(la.Pixel2Phys, run_dir=tmp_path / "artifacts").invoke({"task": task.model_dump(mode="json")})
    result = la.Result[la.Law].model_validate(state["result"])
    assert terms(result) == [{"x", "y"}, {"x", "y"}]
