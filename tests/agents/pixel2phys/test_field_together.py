"""Several videos of one field, each from its own start, fitted together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import lookagain as la
from lookagain.agents.pixel2phys.options import Channel, FieldOptions
from lookagain.core.errors import InputError
from tests.agents.pixel2phys import made_fields as made

STEP = 10 / 24
LOW, HIGH = -4.0, 4.0


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Two videos of u' = 0.1 lap u - 0.4 u, of different lengths."""
    folder = tmp_path_factory.mktemp("videos")
    found = []
    for index, (seed, frames) in enumerate(((1810, 40), (1811, 50))):
        shown = made.pictures(made.heat(frames, seed=seed), LOW, HIGH)
        found.append(made.film(folder / f"{index}.mp4", shown, enlarge=4))
    return tuple(found)


def task(videos: tuple[Path, ...], *, level: str = "field") -> la.Pixel2Phys:
    field = FieldOptions(
        channels=(Channel(name="u", low=LOW, high=HIGH),),
        spacing=(STEP / 4,),
        coarsen=4,
        dt=0.05,
        families=("polynomial", "diffusion"),
    )
    return la.Pixel2Phys.model_validate(
        {"videos": videos, "level": level, "field": field, "degree": 1, "max_rounds": 1}
    )


@pytest.fixture(scope="module")
def together(videos: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory) -> la.Result[la.Law]:
    return la.run(task(videos), run_dir=tmp_path_factory.mktemp("together") / "run")


def test_one_law_for_all_recordings(together: la.Result[la.Law]) -> None:
    assert together.answer is not None
    found = {term.term: term.value for term in together.answer.equations[0].terms}
    assert found == {"u": pytest.approx(-0.4, rel=0.1), "lap_u": pytest.approx(0.1, rel=0.1)}
    assert together.usage.frames == 90


def test_each_recording_has_its_own_pictures_and_figures(together: la.Result[la.Law]) -> None:
    for number in (1, 2):
        claims = {entry.claim: entry.measured for entry in together.evidence}
        assert claims[f"valid prediction steps (recording {number})"]
        assert claims[f"roll-out RMSE of u (recording {number})"]
        assert f"the field changes without a jump (recording {number})" in claims
        assert {f"frames-{number}.png", f"rollout-{number}.mp4", f"start-{number}.npy"} <= set(together.artifacts)
    assert "equation.png" in together.artifacts


def test_the_law_simulates_each_recording(together: la.Result[la.Law]) -> None:
    law = together.answer
    assert law is not None
    for index, seed in enumerate((1810, 1811)):
        u = made.heat(40, seed=seed)
        rolled = law.simulate(list(0.05 * np.arange(40)), recording=index)[:, 0]
        assert np.sqrt(np.mean((rolled - u) ** 2)) < 0.1
    with pytest.raises(InputError, match="recording"):
        law.simulate([0.0, 0.1], recording=2)


def test_videos_that_all_look_like_fields_are_taken_as_one(tmp_path: Path) -> None:
    waves = [made.film(tmp_path / f"{seed}.mp4", made.waves(seed=seed), enlarge=2) for seed in (1812, 1813)]
    seen = la.run(la.Pixel2Phys(videos=tuple(waves), degree=0, max_rounds=1), limits=la.Limits(rounds=1))
    assert any(entry.claim == "the law is of a field" for entry in seen.evidence)


def test_latent_variables_are_learned_from_one_video(videos: tuple[Path, ...]) -> None:
    with pytest.raises(ValueError, match="level latent"):
        task(videos, level="latent")
