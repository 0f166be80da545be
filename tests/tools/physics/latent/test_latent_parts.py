"""Settings, videos, the Equation agent and the stored model: what needs no torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from lookagain.core.errors import ConfigError, InputError, StateError
from lookagain.tools.physics import Library, Trajectory
from lookagain.tools.physics.latent import LatentModel, LatentSettings
from lookagain.tools.physics.latent.clips import basis_of, prepare_clips
from lookagain.tools.physics.latent.equation import find_law, regression_rows
from lookagain.tools.physics.latent.saved import Saved
from lookagain.tools.physics.latent.unfold import unfold

Array = NDArray[np.float64]


@pytest.mark.parametrize(
    "wrong",
    [
        {"dimension": 0},
        {"dimension": 9},
        {"degree": 0},
        {"modes": 0},
        {"width": 0},
        {"warmup": 0},
        {"starts": 0},
        {"epochs": -1},
        {"rounds": 0},
        {"replicas": -1},
        {"lambda_eq": -1.0},
        {"lambda_eq": float("nan")},
        {"learning_rate": 0.0},
        {"held_out": 0.0},
        {"device": "tpu"},
        {"seed": -1},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        LatentSettings(**wrong)


@pytest.mark.parametrize(
    ("videos", "words"),
    [
        ([], "no video"),
        ([np.zeros((60, 9, 10), dtype=np.int32)], "uint8"),
        ([np.zeros((60, 9))], "height"),
        ([np.zeros((60, 9, 10)), np.zeros((60, 10, 9))], "same in every video"),
        ([np.zeros((60, 4, 10))], "at least 8 x 8"),
        ([np.zeros((39, 9, 10))], "at least 40"),
        ([np.full((60, 9, 10), np.nan)], "not finite"),
        ([np.zeros((4001, 8, 8), dtype=np.uint8)], "at most 4000"),
    ],
)
def test_unusable_videos_are_refused(videos: list[Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        prepare_clips(videos, 0.1, 0.25)


@pytest.mark.parametrize("dt", [0.0, -1.0, float("nan"), float("inf")])
def test_a_time_step_must_be_positive(dt: float, oscillator: Array) -> None:
    with pytest.raises(InputError, match="dt"):
        prepare_clips([oscillator], dt, 0.25)


def test_pictures_that_never_change_are_refused() -> None:
    with pytest.raises(InputError, match="never change"):
        basis_of(prepare_clips([np.full((60, 9, 10), 7, dtype=np.uint8)], 0.1, 0.25), 8)


def test_large_pictures_are_averaged_and_their_tail_is_held_out() -> None:
    video = np.random.default_rng(0).integers(0, 256, (48, 130, 70), dtype=np.uint8)
    clips = prepare_clips([video], 0.1, 0.25)
    assert (clips.block, clips.fitted) == (3, (36,))
    first = clips.pictures[0].reshape(48, 43, 23)
    assert first[5, 2, 1] == pytest.approx(video[5, 6:9, 3:6].mean())
    assert len(clips.heads[0]) == 36
    assert np.array_equal(clips.tails[0], clips.pictures[0][36:])


def test_the_fingerprint_tells_frames_and_time_step(oscillator: Array) -> None:
    changed = oscillator.copy()
    changed[3, 2, 1] += 1e-9
    marks = {
        prepare_clips([v], dt, 0.25).fingerprint for v, dt in ((oscillator, 0.1), (changed, 0.1), (oscillator, 0.2))
    }
    assert len(marks) == 3


def test_components_are_orthonormal_and_hold_the_variance(oscillator: Array) -> None:
    clips = prepare_clips([oscillator], 0.1, 0.25)
    basis = basis_of(clips, 40)
    k = len(basis.components)
    assert k < 40
    assert basis.components @ basis.components.T == pytest.approx(np.eye(k), abs=1e-5)
    coordinates = basis.project(clips.heads[0])
    assert float((coordinates**2).sum(axis=1).mean()) == pytest.approx(basis.total, rel=1e-6)
    assert coordinates[:, 0].std() == pytest.approx(1.0)


def test_the_averaged_law_meets_central_differences_to_fourth_order() -> None:
    library = Library.polynomial(("z1", "z2"), 1)
    true = np.array([[0.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    errors = []
    for dt in (0.2, 0.1):
        t = dt * np.arange(50)
        rows = regression_rows([np.stack([np.cos(t), np.sin(t)], axis=1)], dt, library)
        errors.append(float(np.abs(rows.slope - rows.theta @ true).max()))
    assert errors[0] / errors[1] == pytest.approx(16, rel=0.1)


def test_a_rolled_sheet_is_unfolded() -> None:
    t = np.linspace(0, 2 * np.pi, 600)
    flat = np.stack([4.5 + 4.5 * np.sin(7.3 * t), 2 + 2 * np.sin(11.9 * t + 1)], axis=1)
    turn = 1 + flat[:, 0] / 3
    rolled = np.stack([turn * np.cos(2 * turn), turn * np.sin(2 * turn), flat[:, 1]], axis=1)
    guide = unfold([rolled[:300], rolled[300:]], 2)
    assert np.array_equal(guide.frames, np.arange(600))
    assert guide.states.mean(axis=0) == pytest.approx(np.zeros(2), abs=1e-9)
    assert np.cov(guide.states.T, bias=True) == pytest.approx(np.eye(2), abs=1e-9)
    # Along the roll, the first unfolded state rises with the arc; no linear view of the rolled sheet does.
    arc = np.argsort(np.argsort(flat[:, 0]))
    assert abs(np.corrcoef(arc, guide.states[:, 0])[0, 1]) > 0.95
    views = np.linalg.svd(rolled - rolled.mean(axis=0), full_matrices=False)[0]
    assert max(abs(np.corrcoef(arc, view)[0, 1]) for view in views.T) < 0.9


def test_frames_far_apart_are_still_connected_and_many_are_thinned() -> None:
    rng = np.random.default_rng(0)
    clouds = [rng.normal(size=(700, 3)), 100 + rng.normal(size=(900, 3))]
    guide = unfold(clouds, 1)
    assert len(guide.frames) == 800
    assert np.isfinite(guide.states).all()
    assert guide.states[guide.frames < 700].mean() * guide.states[guide.frames >= 700].mean() < 0


def test_rows_never_span_two_videos() -> None:
    library = Library.polynomial(("z1",), 1)
    jump = [np.zeros((5, 1)), np.full((5, 1), 100.0)]
    rows = regression_rows(jump, 0.1, library)
    assert len(rows.slope) == 6
    assert not rows.slope.any()


def _van_der_pol(start: tuple[float, float], dt: float = 0.1, n: int = 200) -> Trajectory:
    t = dt * np.arange(n, dtype=np.float64)
    path = solve_ivp(
        lambda _, z: [z[1], (1 - z[0] ** 2) * z[1] - z[0]], (0, t[-1]), start, t_eval=t, rtol=1e-10, atol=1e-10
    )
    return Trajectory(t=t, x=path.y.T, names=("z1", "z2"))


def test_a_polynomial_law_is_found_exactly() -> None:
    library = Library.polynomial(("z1", "z2"), 3)
    system = find_law([_van_der_pol((0.3, 0.2)), _van_der_pol((2.5, -1.0))], library)
    assert system.support == (
        frozenset(Library.of(system.names, ["z2"]).terms),
        frozenset(Library.of(system.names, ["z1", "z2", "z1^2*z2"]).terms),
    )
    values = {t.text(system.names): v for t, v in zip(system.terms[1], system.coefficients[1], strict=True)}
    assert values == pytest.approx({"z1": -1.0, "z2": 1.0, "z1^2*z2": -1.0}, rel=1e-3)


def test_a_law_comes_back_even_where_none_holds() -> None:
    noise = Trajectory(t=0.1 * np.arange(60.0), x=np.random.default_rng(0).normal(size=(60, 2)), names=("z1", "z2"))
    assert find_law([noise], Library.polynomial(("z1", "z2"), 2)).names == ("z1", "z2")


def _model(rng: np.random.Generator) -> LatentModel:
    def layer(a: int, b: int) -> tuple[Array, Array]:
        return rng.normal(size=(a, b)), rng.normal(size=b)

    return LatentModel(
        shape=(16, 20),
        block=2,
        mean=rng.normal(size=80),
        components=rng.normal(size=(5, 80)),
        scale=2.0,
        encoder=(layer(5, 4), layer(4, 2)),
        decoder=(layer(2, 4), layer(4, 5)),
    )


def test_a_model_tells_shapes_and_refuses_others() -> None:
    model = _model(np.random.default_rng(0))
    assert (model.dimension, model.picture) == (2, (8, 10))
    frames = np.random.default_rng(1).integers(0, 256, (7, 16, 20), dtype=np.uint8)
    assert model.encode(frames).shape == (7, 2)
    assert model.decode(model.encode(frames)).shape == (7, 8, 10)
    with pytest.raises(InputError, match="16, 20"):
        model.encode(frames[:, :8])
    with pytest.raises(InputError, match="latent states"):
        model.decode(np.zeros((3, 5)))


def test_a_stored_model_is_the_same_model() -> None:
    pytest.importorskip("safetensors", reason="torch is absent")
    model = _model(np.random.default_rng(0))
    again = LatentModel.from_bytes(model.to_bytes())
    states = np.random.default_rng(1).normal(size=(4, 2))
    assert np.array_equal(model.decode(states), again.decode(states))
    assert again.to_bytes() == model.to_bytes()


def _shorter_bias(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    arrays["encoder.0.bias"] = arrays["encoder.0.bias"][:-1]


def _not_finite(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    arrays["mean"] = arrays["mean"] * np.nan


def _no_decoder(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    about["layers"] = [2, 0]


def _other_shape(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    about["shape"] = [16, 22]


def _no_scale(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    del about["scale"]


@pytest.mark.parametrize("damage", [_shorter_bias, _not_finite, _no_decoder, _other_shape, _no_scale])
def test_a_damaged_model_is_refused(damage: Callable[[dict[str, Any], dict[str, Any]], None]) -> None:
    model = _model(np.random.default_rng(0))
    arrays, about = dict(model.arrays()), model.about()
    damage(arrays, about)
    with pytest.raises(InputError, match="not a stored latent model"):
        LatentModel.of(arrays, about)


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300), cut=st.integers(0, 4000), flip=st.integers(0, 255))
def test_any_bytes_are_a_model_or_an_input_error(data: bytes, cut: int, flip: int) -> None:
    pytest.importorskip("safetensors", reason="torch is absent")
    good = bytearray(_model(np.random.default_rng(0)).to_bytes())
    at = cut % len(good)
    good[at] ^= flip
    for candidate in (data, bytes(good), bytes(good[:at])):
        try:
            LatentModel.from_bytes(candidate)
        except InputError as error:
            assert str(error)  # noqa: PT017 - either outcome is right, another error is not


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300), cut=st.integers(0, 4000), flip=st.integers(1, 255))
def test_any_bytes_are_a_training_or_a_state_error(data: bytes, cut: int, flip: int) -> None:
    pytest.importorskip("safetensors", reason="torch is absent")
    begun = Saved(fingerprint="f", settings=LatentSettings(), losses=(0.5, 0.25))
    good = bytearray(begun.to_bytes())
    assert begun.resume(bytes(good)).losses == (0.5, 0.25)
    at = cut % len(good)
    good[at] ^= flip
    for candidate in (data, bytes(good), bytes(good[:at])):
        try:
            begun.resume(candidate)
        except StateError as error:
            assert "anew" in str(error)  # noqa: PT017 - either outcome is right, another error is not
