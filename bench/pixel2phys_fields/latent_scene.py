"""Videos without an object: a texture that is bent and blended by two hidden variables.

Every pixel changes, nothing can be tracked, and no pixel is one of the variables. Each seed has its own textures,
ways of bending and start. The same pictures driven by chance instead of a law, and pictures that move on for ever,
are what must not be confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.ndimage import gaussian_filter, map_coordinates

__all__ = ["DT", "FRAMES", "HELD_OUT", "LAWLESS", "Scene", "oscillator"]

Floats = NDArray[np.float64]

SIZE = 32
FRAMES, HELD_OUT, DT = 400, 100, 0.1
#: Largest values of x and x' on the limit cycle of x'' = (1 - x^2) x' - x.
_REACH = (2.0, 2.7)
#: Pixels of shift, rms over the picture, at a hidden variable of 1.
_BEND = 4.5
#: Grey levels: mean, standard deviation of a texture, of the sensor's noise.
_GREY, _CONTRAST, _NOISE = 127.0, 45.0, 1.0


class Scene(NamedTuple):
    """``video (n, SIZE, SIZE)`` and the hidden states ``(n, 2)`` that made it."""

    video: NDArray[np.uint8]
    states: Floats


def oscillator(seed: int) -> Scene:
    """Driven by a Van der Pol oscillator (mu = 1) that starts within its limit cycle."""
    rng = np.random.default_rng([77, seed])
    radius, turn = rng.uniform(0.3, 1.0), rng.uniform(0, 2 * np.pi)
    t = DT * np.arange(FRAMES)
    solved = solve_ivp(
        lambda _, z: [z[1], (1 - z[0] ** 2) * z[1] - z[0]],
        (0.0, t[-1]),
        [radius * np.cos(turn), radius * np.sin(turn)],
        t_eval=t,
        method="DOP853",
        rtol=1e-10,
        atol=1e-10,
    )
    states = np.asarray(solved.y.T, dtype=np.float64)
    return Scene(video=_render(states / _REACH, rng), states=states)


def _chance(seed: int) -> NDArray[np.uint8]:
    """The same pictures, driven by two Ornstein-Uhlenbeck processes, smoothed so that they move as gently."""
    rng = np.random.default_rng([78, seed])
    kicks = gaussian_filter(rng.normal(size=(FRAMES + 200, 2)), (8.0, 0.0))
    path = np.zeros_like(kicks)
    for k in range(1, len(path)):
        path[k] = 0.98 * path[k - 1] + kicks[k]
    path = path[200:] - path[200:].mean(axis=0)
    return _render(path / np.abs(path).max(axis=0), rng)


def _panned(seed: int) -> NDArray[np.uint8]:
    """A still texture under a camera that pans on."""
    rng = np.random.default_rng([79, seed])
    wide = gaussian_filter(rng.normal(size=(SIZE, SIZE + FRAMES)), 3.0)
    wide = _GREY + _CONTRAST * (wide - wide.mean()) / wide.std()
    return _camera(np.stack([wide[:, k : k + SIZE] for k in range(FRAMES)]), rng)


def _noise(seed: int) -> NDArray[np.uint8]:
    """Every pixel of every frame by chance."""
    rng = np.random.default_rng([80, seed])
    return _camera(_GREY + _CONTRAST * rng.normal(size=(FRAMES, SIZE, SIZE)), rng)


#: Videos without a law of few variables, by name.
LAWLESS: Mapping[str, Callable[[int], NDArray[np.uint8]]] = {"chance": _chance, "panned": _panned, "noise": _noise}


def _texture(rng: np.random.Generator, scale: float) -> Floats:
    """A smooth random picture of mean 0 and standard deviation 1, which closes on itself."""
    wide = gaussian_filter(rng.normal(size=(4 * SIZE, 4 * SIZE)), scale, mode="wrap")
    return np.asarray((wide - wide.mean()) / wide.std(), dtype=np.float64)


def _render(hidden: Floats, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Two textures, bent along a random field for each hidden variable ``(n, 2)`` and axis, and blended by both."""
    one, other = _texture(rng, 6.0), _texture(rng, 6.0)
    bends = np.stack([_texture(rng, 8.0)[:SIZE, :SIZE] for _ in range(4)]).reshape(2, 2, SIZE, SIZE)
    turn = rng.uniform(0, 2 * np.pi)
    rows, columns = np.meshgrid(np.arange(SIZE), np.arange(SIZE), indexing="ij")
    pictures = []
    for state in hidden:
        shift = _BEND * np.tensordot(state, bends, axes=1)
        at = [rows + shift[0], columns + shift[1]]
        blend = 0.5 + 0.5 * np.tanh(state @ [np.cos(turn), np.sin(turn)])
        bent = [map_coordinates(texture, at, order=3, mode="grid-wrap") for texture in (one, other)]
        pictures.append(blend * bent[0] + (1 - blend) * bent[1])
    return _camera(_GREY + _CONTRAST * np.stack(pictures), rng)


def _camera(pictures: Floats, rng: np.random.Generator) -> NDArray[np.uint8]:
    seen = np.round(pictures + _NOISE * rng.normal(size=pictures.shape))
    return np.asarray(np.clip(seen, 0, 255), dtype=np.uint8)
