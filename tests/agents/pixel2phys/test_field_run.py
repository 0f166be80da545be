"""From frames of a field to its partial differential equation, through the public functions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lookagain as la
from lookagain.agents.pixel2phys.options import Channel, FieldFamily, FieldOptions
from lookagain.core.errors import InputError
from lookagain.tools.media import MediaDoor
from tests.agents.pixel2phys import made_fields as made
from tests.support.calls import CallLog
from tests.support.kill import kill_at, reference_run

STEP = 10 / 24
#: One round with a short library: what is tested here is the path, not the search.
SHORT: dict[str, Any] = {"degree": 2, "max_rounds": 1}
FAMILIES: tuple[FieldFamily, ...] = ("polynomial", "diffusion")


def array(path: Path, u: made.Floats, **more: Any) -> Path:
    np.savez(path, u=u, **{"dt": 0.05, "dx": STEP, "dy": STEP, **more})
    return path


def task(path: Path, **options: Any) -> la.Pixel2Phys:
    field = FieldOptions.model_validate({"axes": "tyx", "families": FAMILIES, **options})
    return la.Pixel2Phys(array=path, field=field, **SHORT)


@pytest.fixture(scope="module")
def heated(tmp_path_factory: pytest.TempPathFactory) -> la.Result[la.Law]:
    """The result of a run on an exact solution of u' = 0.1 lap u - 0.4 u."""
    folder = tmp_path_factory.mktemp("heat")
    return la.run(task(array(folder / "heat.npz", made.heat())), run_dir=folder / "run")


def test_an_array_gives_its_law_with_evidence(heated: la.Result[la.Law]) -> None:
    assert heated.status == "complete"
    assert heated.answer is not None
    found = {term.term: term.value for term in heated.answer.equations[0].terms}
    assert found == {"u": pytest.approx(-0.4, rel=0.01), "lap_u": pytest.approx(0.1, rel=0.01)}
    assert r"\nabla^{2} u" in heated.answer.latex
    assert {"equation.png", "frames.png", "error.png", "rollout.mp4", "start.npy"} == set(heated.artifacts)
    assert any(entry.claim == "the law is of a field" for entry in heated.evidence)
    assert heated.usage.frames == 40
    assert heated.run_dir is not None
    assert la.open_run(heated.run_dir) == heated
    video = MediaDoor().video(heated.artifact_path("rollout.mp4"))
    assert len(list(video.frames())) == 40


def test_a_field_s_law_simulates_from_its_own_or_another_start(heated: la.Result[la.Law]) -> None:
    law, u = heated.answer, made.heat()
    assert law is not None
    assert law.grid is not None
    assert (law.grid.shape, law.grid.periodic) == ((24, 24), (True, True))
    assert law.grid.spacing == pytest.approx((STEP, STEP))
    t = np.asarray(0.05 * np.arange(40), dtype=np.float64)
    np.testing.assert_allclose(law.simulate(t)[:, 0], u, atol=0.02)
    np.testing.assert_allclose(law.simulate(t[20:])[:, 0], u[20:], atol=0.02)
    np.testing.assert_allclose(law.simulate(t[:20], x0=u[20][None])[:, 0], u[20:], atol=0.02)
    assert law.simulate([]).shape == (0, 1, 24, 24)
    assert la.Law.model_validate_json(law.model_dump_json()) == law


def test_a_large_first_state_lies_beside_the_law(tmp_path: Path) -> None:
    u = made.heat(30, 48)
    result = la.run(task(array(tmp_path / "large.npz", u)), run_dir=tmp_path / "run")
    law = result.answer
    assert law is not None
    assert law.grid is not None
    assert law.initial_state == ()
    with pytest.raises(InputError, match=r"start\.npy"):
        law.simulate([0.0, 1.0])
    start = np.load(result.artifact_path("start.npy"))
    assert start.shape == (1, 48, 48)
    assert np.isfinite(law.simulate([0.0, 1.0], x0=start)).all()


def test_a_stack_of_pictures_with_calibrated_colours(tmp_path: Path) -> None:
    u = made.heat()
    low, high = float(u.min()), float(u.max())
    folder = tmp_path / "stack"
    folder.mkdir()
    rgb = np.stack([made.pictures(u), made.pictures(-u), np.zeros(u.shape, dtype=np.uint8)], axis=-1)
    for k, frame in enumerate(rgb):
        made.save(folder / f"f{k}.png", frame)
    asked = FieldOptions(
        families=FAMILIES,
        channels=(
            Channel(name="a", colour="red", low=low, high=high),
            Channel(name="b", colour="green", low=-high, high=-low),
        ),
    )
    result = la.run(
        la.Pixel2Phys(array=folder, fps=20, scale=STEP, unit="m", field=asked, **SHORT), run_dir=tmp_path / "run"
    )
    law = result.answer
    assert law is not None
    assert law.variables == ("a", "b")
    assert law.grid is not None
    assert law.grid.unit == "m"
    assert f"a = {low:g} + {high - low:g} * red / 255" in law.frame.text
    roll = [entry.measured for entry in result.evidence if entry.claim.startswith("roll-out RMSE")]
    assert all(value is not None and value < 0.1 for value in roll)


def test_a_video_of_a_field_is_seen_to_be_one(tmp_path: Path) -> None:
    video = made.film(tmp_path / "waves.mp4", made.waves(), enlarge=2)
    asked = la.Pixel2Phys(video=video, field=FieldOptions(coarsen=2, families=FAMILIES), **SHORT)
    result = la.run(asked, run_dir=tmp_path / "run")
    why = next(entry for entry in result.evidence if entry.claim == "the law is of a field")
    assert why.method == "built-in rules"
    assert "changes" in why.text
    assert result.verdict.value == "undecided"
    assert result.usage.frames == 60


def test_one_space_axis_is_drawn_over_time(tmp_path: Path) -> None:
    t, x = 0.1 * np.arange(50), np.arange(64) * (2 * np.pi / 64)
    u = sum(np.exp(-0.2 * k**2 * t)[:, None] * np.sin(k * x + k**2) / k for k in (1, 2, 3, 4))
    np.savez(tmp_path / "line.npz", u=u, t=t, x=x)
    options = FieldOptions(families=FAMILIES)
    result = la.run(la.Pixel2Phys(array=tmp_path / "line.npz", field=options, **SHORT), run_dir=tmp_path / "run")
    assert result.answer is not None
    found = {term.term: term.value for term in result.answer.equations[0].terms}
    assert found == {"u_xx": pytest.approx(0.2, rel=0.01)}
    assert {"equation.png", "frames.png", "error.png", "start.npy"} == set(result.artifacts)


@pytest.mark.parametrize(
    ("change", "options", "says"),
    [
        ({"u": np.full((40, 24, 24), np.nan)}, {}, "frame 0 of the field holds 576 values"),
        ({"u": made.heat(6)}, {}, "at least 8 frames"),
        ({"t": np.r_[0:20, 60:80]}, {}, "evenly in time"),
        ({}, {"channels": ({"name": "u"}, {"name": "v"})}, "2 named, and the array has 1"),
        ({}, {"channels": ({"name": "u", "low": 0, "high": 1},)}, "leave out colour, low and high|Leave out"),
        ({}, {"axes": "xt"}, "names 2 axes"),
        ({}, {"dataset": "w"}, "no array is called 'w'"),
    ],
)
def test_what_is_no_field_is_refused(
    change: dict[str, Any], options: dict[str, Any], says: str, tmp_path: Path
) -> None:
    values = {"u": made.heat(), **change}
    path = array(tmp_path / "a.npz", values.pop("u"), **values)
    with pytest.raises(InputError, match=says):
        la.run(task(path, **options), run_dir=tmp_path / "run")


def test_a_limit_of_frames_holds_for_arrays(tmp_path: Path) -> None:
    path = array(tmp_path / "a.npz", made.heat())
    result = la.run(task(path), run_dir=tmp_path / "run", limits=la.Limits(frames=39))
    assert result.status == "limited"
    assert result.answer is None
    assert la.resume(tmp_path / "run", limits=la.Limits(frames=40)).answer is not None


def test_a_run_that_was_killed_ends_the_same(tmp_path: Path) -> None:
    path = array(tmp_path / "a.npz", made.heat(24, 12))
    log = CallLog(path=tmp_path / "calls.log")

    def scenario(run_dir: Path) -> la.Result[la.Law]:
        return la.run(task(path), run_dir=run_dir)

    reference = reference_run(scenario, tmp_path, log.made)
    writes = reference["writes"]
    middle = [at for at, name in enumerate(writes) if name.startswith("SqliteSaver")][3::9]
    reports = [kill_at(scenario, tmp_path, reference, at=at, when="after", made=log.made) for at in middle]
    assert len(reports) > 1
    assert [report for report in reports if not report.holds] == []


def test_what_a_run_keeps_is_json(heated: la.Result[la.Law]) -> None:
    stored = json.loads(json.dumps(heated.to_json()))
    assert stored["answer"]["grid"]["axes"] == ["y", "x"]
    assert "field.raw" not in heated.artifacts
