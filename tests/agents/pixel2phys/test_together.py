"""Several recordings of one system, fitted together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lookagain as la
from lookagain.agents.pixel2phys.look import together
from lookagain.agents.pixel2phys.state import Seen
from lookagain.app.report.sections import input_name
from lookagain.core.result import Evidence
from lookagain.tools.experts.motion import MotionReport, find_motion
from lookagain.tools.media import MediaDoor
from lookagain.tools.physics.coordinates import suggest
from tests.agents.pixel2phys.made import Floats, disc_video, write_table
from tests.support.calls import CallLog
from tests.support.kill import kill_at, reference_run

_CENTRE = np.array([64.0, 64.0])


def _turning(start: tuple[float, float], n: int = 70) -> tuple[Floats, Floats]:
    """Times (n,) and positions (n, 2) of x' = -0.3 x + 2 y, y' = -2 x - 0.3 y from ``start``."""
    t = np.arange(n) / 25
    (x, y), decay = start, np.exp(-0.3 * t)
    path = np.column_stack([x * np.cos(2 * t) + y * np.sin(2 * t), y * np.cos(2 * t) - x * np.sin(2 * t)])
    return t, decay[:, None] * path


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two starts of that system, 100 pixels to the unit and y up, about the middle of the picture."""
    folder = tmp_path_factory.mktemp("together")
    first, second = (
        disc_video(folder / f"{name}.mp4", [_CENTRE + 100 * np.array([1.0, -1.0]) * _turning(start)[1]])
        for name, start in (("first", (0.42, 0.1)), ("second", (-0.1, 0.25)))
    )
    return first, second


@pytest.fixture(scope="module")
def joint(videos: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[la.Result[la.Law], Path]:
    run_dir = tmp_path_factory.mktemp("runs") / "joint"
    return la.run(_task(*videos), run_dir=run_dir), run_dir


def _task(*videos: Path) -> la.Pixel2Phys:
    return la.Pixel2Phys(videos=videos, scale=0.01, origin=(64, 64), order="first", degree=2, max_rounds=1)


def _law(result: la.Result[la.Law]) -> la.Law:
    assert result.answer is not None
    return result.answer


def test_two_starts_tell_more_than_one(
    videos: tuple[Path, Path], joint: tuple[la.Result[la.Law], Path], tmp_path: Path
) -> None:
    both = _law(joint[0])
    assert [{term.term for term in equation.terms} for equation in both.equations] == [{"x", "y"}, {"x", "y"}]
    for index, video in enumerate(videos):
        one = _law(la.run(_task(video), run_dir=tmp_path / str(index)))
        assert one.starts == ()
        pairs = [(a, b) for e, f in zip(both.equations, one.equations, strict=True) for a in e.terms for b in f.terms]
        same = [(a, b) for a, b in pairs if a.term == b.term]
        assert len(same) == 4
        assert all(a.sigma < b.sigma for a, b in same)


def test_each_recording_has_its_start_and_its_roll_out(
    videos: tuple[Path, Path], joint: tuple[la.Result[la.Law], Path]
) -> None:
    law = _law(joint[0])
    assert len(law.starts) == 2
    assert law.start() == law.starts[0]
    assert (law.starts[0].t0, law.starts[0].state) == (law.t0, law.initial_state)
    for index, start in enumerate(((0.42, 0.1), (-0.1, 0.25))):
        t, true = _turning(start)
        np.testing.assert_allclose(law.simulate(t, recording=index), true, atol=0.005)
    with pytest.raises(la.InputError, match="recording from 0 to 1, got 2"):
        law.simulate([0.0, 1.0], recording=2)
    assert la.Law.model_validate_json(law.model_dump_json()) == law


def test_the_evidence_speaks_of_each_video(joint: tuple[la.Result[la.Law], Path]) -> None:
    result, run_dir = joint
    by_claim = {entry.claim: entry for entry in result.evidence}
    for number in (1, 2):
        assert by_claim[f"video {number}: the camera stands still"].holds
        assert by_claim[f"video {number}: the video is one scene"].holds
        assert by_claim[f"video {number}: the object is tracked"].holds
        rolled = by_claim[f"video {number}: roll-out R2 over all frames"]
        assert rolled.measured is not None
        assert rolled.measured > 0.99
        assert rolled.artifact == result.artifacts[f"overlay-{number}.mp4"]
        overlay = MediaDoor().video(result.artifact_path(f"overlay-{number}.mp4"))
        assert len(list(overlay.frames())) == 70
    assert {"variables-1.csv", "variables-2.csv", "phase.png", "residuals.png", "equation.png"} < set(result.artifacts)
    assert result.usage.expert_calls == 3
    assert result.usage.frames == 140
    assert la.open_run(run_dir) == result


def test_a_run_that_was_cut_between_two_videos_goes_on(
    videos: tuple[Path, Path], joint: tuple[la.Result[la.Law], Path], tmp_path: Path
) -> None:
    limited = la.run(_task(*videos), limits=la.Limits(expert_calls=2), run_dir=tmp_path / "run")
    assert (limited.status, limited.usage.expert_calls) == ("limited", 2)
    done = la.resume(tmp_path / "run", limits=la.Limits(expert_calls=3))
    assert done.status == "complete"
    assert (done.answer, done.usage.expert_calls) == (joint[0].answer, 3)


def test_a_run_that_is_killed_between_two_videos_tracks_none_twice(
    videos: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = CallLog(path=tmp_path / "tracked.log")

    def logged(*args: Any, **kwargs: Any) -> MotionReport:
        log.add("tracked")
        return find_motion(*args, **kwargs)

    monkeypatch.setattr("lookagain.tools.experts.motion.find_motion", logged)

    def scenario(run_dir: Path) -> la.Result[la.Law]:
        return la.run(_task(*videos), run_dir=run_dir)

    reference = reference_run(scenario, tmp_path, log.made)
    assert log.made() == {"tracked": 2}
    writes = reference["writes"]
    stored = writes.index("lookagain.core.blobs.write_atomic", writes.index("Journal._write"))
    at = writes.index("Journal._write", stored)
    report = kill_at(scenario, tmp_path, reference, at=at, when="after", made=log.made)
    assert report.killed
    assert report.same_result
    assert log.made() == {"tracked": 4}


def test_a_video_in_which_nothing_moves_leaves_nothing_to_fit(videos: tuple[Path, Path], tmp_path: Path) -> None:
    still = disc_video(tmp_path / "still.mp4", [np.tile([64.0, 64.0], (40, 1))])
    result = la.run(_task(videos[0], still), run_dir=tmp_path / "run")
    assert result.answer is None
    assert result.verdict.value == "undecided"
    assert "Video 2: Nothing moves" in result.verdict.reason


def test_videos_that_cannot_share_a_camera_are_refused(videos: tuple[Path, Path], tmp_path: Path) -> None:
    small = disc_video(tmp_path / "small.mp4", [np.tile([30.0, 30.0], (20, 1))], size=64)
    with pytest.raises(la.InputError, match="64x64 pixels, the first 128x128"):
        la.run(_task(videos[0], small), run_dir=tmp_path / "sizes")
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(videos[0].read_bytes())
    with pytest.raises(la.InputError, match="same video was given twice"):
        la.run(_task(videos[0], copy), run_dir=tmp_path / "twice")


def test_the_object_is_named_in_each_video(videos: tuple[Path, Path], tmp_path: Path) -> None:
    task = la.Pixel2Phys(
        videos=videos, scale=0.01, origin=(64, 64), near=((106, 54), (54, 39)), order="first", max_rounds=1
    )
    result = la.run(task, run_dir=tmp_path / "run")
    named = [entry for entry in result.evidence if entry.claim.endswith("the tracked object is the one named")]
    assert [(entry.claim[:7], entry.holds) for entry in named] == [("video 1", True), ("video 2", True)]


def test_tables_of_one_system_are_fitted_together(tmp_path: Path) -> None:
    rng = np.random.default_rng(1239)
    tables = []
    for name, start in (("a", (2.0, 0.0)), ("b", (0.0, 1.0))):
        t, x = _turning(start, 90)
        (tmp_path / name).mkdir()
        tables.append(write_table(tmp_path / name / "points.csv", t, x + rng.normal(0, 0.01, x.shape)))
    result = la.run(la.Pixel2Phys(tracks=tuple(tables)), run_dir=tmp_path / "run")
    law = _law(result)
    assert [{term.term for term in equation.terms} for equation in law.equations] == [{"x", "y"}, {"x", "y"}]
    assert len(law.starts) == 2
    assert not [name for name in result.artifacts if name.startswith("overlay")]
    assert list(result.provenance.inputs) == ["tracks:points.csv", "tracks:points.csv (2)"]
    assert len(set(result.provenance.inputs.values())) == 2
    assert input_name(result) == "points.csv + 1 more"


def test_tables_of_other_variables_or_units_have_no_law_together(tmp_path: Path) -> None:
    t, x = _turning((2.0, 0.0), 90)
    first = write_table(tmp_path / "a.csv", t, x)
    for name, heads, said in (("b", ("x [m]", "z [m]"), "has variables"), ("c", ("x [cm]", "y [m]"), "units")):
        other = write_table(tmp_path / f"{name}.csv", t, x[::-1], names=heads)
        result = la.run(la.Pixel2Phys(tracks=(first, other), max_rounds=1), run_dir=tmp_path / name)
        assert result.answer is None
        assert any(said in entry.text for entry in result.evidence)


def test_what_several_videos_allow() -> None:
    entry = Evidence(claim="the camera stands still", method="corners", holds=True)
    good = Seen(usable=True, sound=True, evidence=(entry,), tracks=3, frames=(10,))
    bad = Seen(usable=True, sound=False, reasons=("The camera moves.",), tracks=2, frames=(20,))
    both = together([good, bad])
    assert (both.usable, both.sound, both.tracks, both.frames) == (True, False, 2, (10, 20))
    assert both.reasons == ("Video 2: The camera moves.",)
    assert [one.claim for one in both.evidence] == ["video 1: the camera stands still"]
    assert together([bad]) == bad


def test_the_angle_of_each_path_starts_within_half_a_turn() -> None:
    turns = [np.linspace(0.5, 9.0, 80), np.linspace(-2.0, 1.0, 60)]
    paths = [np.column_stack([60 + 40 * np.sin(a), 50 + 40 * np.cos(a)]) for a in turns]
    found = next(one for one in suggest(np.vstack(paths)) if one.kind == "angle")
    assert found.suggested
    for part, angles, path in zip(found.parts([80, 60]), turns, paths, strict=True):
        np.testing.assert_allclose(part.values[:, 0], angles, atol=1e-6)
        np.testing.assert_allclose(part.to_pixels(part.values), path, atol=1e-6)
    with pytest.raises(la.InputError, match="add up to 140"):
        found.parts([80, 61])
