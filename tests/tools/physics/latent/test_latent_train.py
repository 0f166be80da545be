"""Training: what it finds, that it is reproducible, and that it goes on where it stood."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from lookagain.core.errors import ConfigError, InputError, StateError
from lookagain.tools.physics.latent import LatentDiscovery, LatentSettings, train_latent

Array = NDArray[np.float64]
OMEGA, DT = 1.5, 0.1


@pytest.fixture
def torch() -> object:
    return pytest.importorskip("torch", reason="torch is absent")


def _matrix(found: LatentDiscovery) -> Array:
    """The linear part of a law."""
    system, d = found.system, found.model.dimension
    out = np.zeros((d, d))
    for e, (row, values) in enumerate(zip(system.terms, system.coefficients, strict=True)):
        for term, value in zip(row, values, strict=True):
            if term.factors:
                out[e, term.factors[0].var] = value
    return out


def test_an_oscillator_keeps_its_frequency_whatever_the_coordinates(found: LatentDiscovery) -> None:
    values = np.linalg.eigvals(_matrix(found))
    assert np.abs(values.imag) == pytest.approx([OMEGA, OMEGA], rel=0.02)
    assert np.abs(values.real).max() < 0.02
    assert found.held_out.r2 > 0.98
    assert found.held_out.picture_r2 > 0.98
    assert found.agreements[0].rollout_r2 > 0.98


def test_fitted_states_are_white(found: LatentDiscovery, oscillator: Array) -> None:
    states = found.model.encode(oscillator[: found.fitted[0]])
    assert states.mean(axis=0) == pytest.approx(np.zeros(2), abs=1e-3)
    assert np.cov(states.T, bias=True) == pytest.approx(np.eye(2), abs=1e-3)
    assert states == pytest.approx(found.trajectories[0].x[: found.fitted[0]], abs=1e-9)


def test_the_equation_term_bends_the_coordinates_to_the_law(
    torch: object, oscillator: Array, tiny: LatentSettings
) -> None:
    alone = train_latent([oscillator], DT, replace(tiny, lambda_eq=0.0))
    joint = train_latent([oscillator], DT, replace(tiny, lambda_eq=1.0))
    assert joint.rounds[0].reconstruction == alone.rounds[0].reconstruction
    assert joint.rounds[-1].equation < 0.5 * alone.rounds[-1].equation


def test_the_same_seed_gives_the_same_result_and_another_does_not(
    torch: object, oscillator: Array, tiny: LatentSettings
) -> None:
    first, again, other = (train_latent([oscillator], DT, replace(tiny, seed=seed)) for seed in (5, 5, 6))
    assert first.model.to_bytes() == again.model.to_bytes()
    assert first.to_json() == again.to_json()
    assert first.model.to_bytes() != other.model.to_bytes()


def test_a_training_goes_on_from_every_saved_state_to_the_same_result(
    torch: object, oscillator: Array, tiny: LatentSettings
) -> None:
    settings = replace(tiny, replicas=1, dimension=None, warmup=20, epochs=30)
    saved: list[bytes] = []
    whole = train_latent([oscillator], DT, settings, save=saved.append)
    assert len(saved) > 8
    for state in saved:
        later: list[bytes] = []
        again = train_latent([oscillator], DT, settings, state=state, save=later.append)
        assert again.model.to_bytes() == whole.model.to_bytes()
        assert again.to_json() == whole.to_json()
        assert len(later) < len(saved)


def test_a_state_of_other_frames_or_settings_is_refused(torch: object, oscillator: Array, tiny: LatentSettings) -> None:
    saved: list[bytes] = []
    train_latent([oscillator], DT, tiny, save=saved.append)
    with pytest.raises(StateError, match="other frames or settings"):
        train_latent([oscillator + 1], DT, tiny, state=saved[0])
    with pytest.raises(StateError, match="other frames or settings"):
        train_latent([oscillator], DT, replace(tiny, width=13), state=saved[0])
    with pytest.raises(StateError, match="not a stored training"):
        train_latent([oscillator], DT, tiny, state=saved[0][:-4])


def test_progress_rises_to_one_and_what_it_raises_ends_the_training(
    torch: object, oscillator: Array, tiny: LatentSettings
) -> None:
    told: list[tuple[str, float]] = []
    train_latent([oscillator], DT, tiny, progress=lambda stage, share: told.append((stage, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert told[-1] == ("done", 1.0)

    def stop(stage: str, share: float) -> None:
        raise InterruptedError(stage)

    with pytest.raises(InterruptedError):
        train_latent([oscillator], DT, tiny, progress=stop)


def test_two_videos_of_one_system_share_model_and_law(
    torch: object, render: Callable[[Array], Array], tiny: LatentSettings
) -> None:
    angle = OMEGA * DT * np.arange(80)
    videos = [
        render(radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)).astype(np.float32) for radius in (1.0, 0.6)
    ]
    found = train_latent(videos, DT, replace(tiny, warmup=150, epochs=300))
    assert found.fitted == (60, 60)
    assert [one.n for one in found.trajectories] == [80, 80]
    assert found.held_out.frames == 40
    assert found.held_out.r2 > 0.9
    sizes = [float(np.linalg.norm(one.x, axis=1).mean()) for one in found.trajectories]
    assert sizes[0] > 1.2 * sizes[1]


def test_the_dimension_is_the_fewest_that_tells_the_pictures(
    torch: object, oscillator: Array, tiny: LatentSettings
) -> None:
    settings = replace(tiny, dimension=None, warmup=300, epochs=4, width=16)
    assert train_latent([oscillator], DT, settings).model.dimension == 2


def test_torch_is_left_as_it_was(oscillator: Array, tiny: LatentSettings) -> None:
    torch = pytest.importorskip("torch", reason="torch is absent")
    before = torch.random.get_rng_state()
    train_latent([oscillator], DT, replace(tiny, warmup=2, epochs=2))
    assert not torch.are_deterministic_algorithms_enabled()
    assert torch.equal(torch.random.get_rng_state(), before)


def test_without_torch_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, oscillator: Array, tiny: LatentSettings
) -> None:
    monkeypatch.delitem(sys.modules, "lookagain.tools.physics.latent.network", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ConfigError, match=r"lookagain\[models\]"):
        train_latent([oscillator], DT, tiny)


def test_unusable_frames_are_refused_before_torch_is_loaded(
    monkeypatch: pytest.MonkeyPatch, oscillator: Array, tiny: LatentSettings
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(InputError, match="at least 40"):
        train_latent([oscillator[:20]], DT, tiny)


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, lookagain.tools.physics.latent; print({'torch', 'safetensors'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
