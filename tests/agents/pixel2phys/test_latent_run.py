"""A latent run from a video to its law; the trainings are short, so that nothing is said about how good they are."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest

import lookagain as la
from lookagain.agents.pixel2phys.options import FieldOptions
from lookagain.tools.physics import latent

SIDE = 24


def texture(path: Path) -> Path:
    """Two blended patterns that turn with a phase: everything changes, nothing is an object."""
    x, y = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    first, second = np.sin(0.5 * x + 0.2 * y), np.cos(0.3 * x - 0.4 * y)
    phases = 0.15 * np.arange(120)
    frames = [127.5 + 60 * (np.cos(p) * first + np.sin(p) * second) for p in phases]
    np.savez(path, frames=np.array(frames, dtype=np.float32), t=0.1 * np.arange(120))
    return path


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings of a second."""
    pytest.importorskip("torch", reason="torch is absent")
    quick = partial(latent.LatentSettings, dimension=2, warmup=60, epochs=60, rounds=2, starts=1)
    monkeypatch.setattr(latent, "LatentSettings", quick)


@pytest.mark.usefixtures("short")
def test_a_latent_law_can_be_read_run_and_resumed(tmp_path: Path) -> None:
    task = la.Pixel2Phys(
        array=texture(tmp_path / "texture.npz"), level="latent", field=FieldOptions(axes="tyx", dataset="frames")
    )
    result = la.run(task, run_dir=tmp_path / "run")
    law = result.answer
    assert law is not None
    assert law.variables == ("z1", "z2")
    assert law.frame.coordinates == "latent"
    assert law.simulate([0.0, 0.1, 0.2, 0.3, 0.4]).shape == (5, 2)
    assert {"equation.png", "states.png", "rollout.mp4", "variables.csv", "model.safetensors"} == set(result.artifacts)
    model = latent.LatentModel.from_bytes(result.artifact_path("model.safetensors").read_bytes())
    assert model.dimension == 2
    required = [entry for entry in result.evidence if entry.holds is not None]
    assert (result.verdict.value == "confirmed") == all(entry.holds for entry in required)
    # Warm-up, rounds and the second training were journaled one by one.
    assert result.usage.expert_calls > 4
    again = la.open_run(tmp_path / "run")
    assert again.answer is not None
    assert again.answer.model_dump_json() == law.model_dump_json()


@pytest.mark.usefixtures("short")
def test_a_killed_training_goes_on_from_its_last_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    task = la.Pixel2Phys(
        array=texture(tmp_path / "texture.npz"), level="latent", field=FieldOptions(axes="tyx", dataset="frames")
    )
    whole = la.run(task, run_dir=tmp_path / "whole")
    true, begun = latent.train_latent, []

    def dying(*args: object, **options: object) -> latent.LatentDiscovery:
        begun.append(options["state"])
        if len(begun) == 3:
            raise KeyboardInterrupt
        return true(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(latent, "train_latent", dying)
    with pytest.raises(KeyboardInterrupt):
        la.run(task, run_dir=tmp_path / "cut")
    begun.clear()
    begun.extend([None] * 10)
    resumed = la.resume(tmp_path / "cut")
    assert begun[10] is not None
    assert resumed.answer is not None
    assert whole.answer is not None
    assert resumed.answer.model_dump_json() == whole.answer.model_dump_json()
    assert [entry.measured for entry in resumed.evidence] == [entry.measured for entry in whole.evidence]


def test_a_line_has_no_pictures(tmp_path: Path) -> None:
    np.savez(tmp_path / "line.npz", u=np.random.default_rng(1).normal(size=(40, 32)), t=0.1 * np.arange(40))
    task = la.Pixel2Phys(array=tmp_path / "line.npz", level="latent", field=FieldOptions(axes="tx", dataset="u"))
    with pytest.raises(la.InputError, match="lies on a line"):
        la.run(task, run_dir=tmp_path / "run")
