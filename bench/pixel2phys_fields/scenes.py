"""Moving pictures without a law of a field to confirm: noise, clouds that drift, photographs.

Frames are 128 x 128. ``u_t = -c . grad u`` holds for whatever only drifts, with any picture in place of u: it is how
the camera or the wind moves, and no law of the field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import gaussian_filter

from bench.common.shared import shared_folder

__all__ = ["FRAMES", "SCENES", "SIZE", "Scene", "natural_texture", "photograph", "shifted", "to_bytes"]

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Scene: TypeAlias = Literal[
    "noise",
    "noise_smooth",
    "noise_coloured",
    "clouds",
    "clouds_layers",
    "clouds_evolving",
    "photo_panned",
    "photo_shaken",
    "photo_still",
    "photo_flicker",
]

SIZE, FRAMES = 128, 150
#: Pixels a frame, by seed.
_SPEEDS = (0.3, 1.0, 2.5, 0.6, 1.7)
_PHOTOGRAPHS = (
    "coco_39769/000000039769.png",
    "panopticapi/000000142238.jpg",
    "panopticapi/000000439180.jpg",
)


def natural_texture(rng: np.random.Generator, size: int, *, slope: float = 1.5) -> Floats:
    """A periodic random picture (size x size), mean 0, variance 1, whose amplitudes fall as ``k^-slope``."""
    k = np.hypot(fft.fftfreq(size)[:, None], fft.rfftfreq(size)[None, :]) * size
    weights = np.where(k > 0, np.maximum(k, 2.0) ** -slope, 0.0)
    picture = fft.irfft2(fft.rfft2(rng.standard_normal((size, size))) * weights, s=(size, size))
    return np.asarray(picture / picture.std(), dtype=np.float64)


def shifted(spectrum: NDArray[np.complex128], size: int, move: Floats) -> Floats:
    """The periodic picture of a real transform, moved by ``move`` (x, y) pixels, fractions exact."""
    phase = fft.fftfreq(size)[:, None] * move[1] + fft.rfftfreq(size)[None, :] * move[0]
    return np.asarray(fft.irfft2(spectrum * np.exp(-2j * np.pi * phase), s=(size, size)), dtype=np.float64)


def photograph(seed: int) -> Bytes:
    """A colour photograph (at least 400 x 400) of the shared data, or a made one of natural spectrum without them."""
    folder = shared_folder("refer")
    path = folder / _PHOTOGRAPHS[seed % len(_PHOTOGRAPHS)] if folder else None
    if path is None or not path.exists():
        rng = np.random.default_rng([72, seed])
        grey = to_bytes(natural_texture(rng, 512, slope=1.2))
        return np.stack([grey] * 3, axis=-1)
    read = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if read is None:
        raise ValueError(f"{path} is not a picture")
    return np.asarray(read[..., ::-1], dtype=np.uint8)


def to_bytes(values: Floats) -> Bytes:
    """Mean 0 and variance 1 to grey levels around 128, 45 levels a standard deviation."""
    return np.clip(np.rint(128 + 45 * values), 0, 255).astype(np.uint8)


def _grey(values: Floats) -> Bytes:
    return np.stack([to_bytes(values)] * 3, axis=-1)


def _velocity(seed: int, turn: float = 0.0) -> Floats:
    """Pixels a frame along x and y: the seed's speed, in a direction of its own."""
    angle = float(np.random.default_rng([73, seed]).uniform(0, 2 * np.pi)) + turn
    return _SPEEDS[seed % len(_SPEEDS)] * np.array([np.cos(angle), np.sin(angle)])


def _noise(rng: np.random.Generator, seed: int) -> Iterator[Bytes]:
    del seed
    while True:
        yield _grey(rng.standard_normal((SIZE, SIZE)))


def _noise_smooth(rng: np.random.Generator, seed: int) -> Iterator[Bytes]:
    """Blobs that are new in every frame."""
    width = 1.5 + seed % 3
    while True:
        blobs = gaussian_filter(rng.standard_normal((SIZE, SIZE)), width, mode="wrap")
        yield _grey(blobs / blobs.std())


def _noise_coloured(rng: np.random.Generator, seed: int) -> Iterator[Bytes]:
    """Every cell forgets for itself, in about ten frames."""
    keep = float(np.exp(-1.0 / (6 + 2 * (seed % 5))))
    now = rng.standard_normal((SIZE, SIZE))
    while True:
        yield _grey(now)
        now = keep * now + np.sqrt(1 - keep**2) * rng.standard_normal((SIZE, SIZE))


def _clouds(rng: np.random.Generator, seed: int) -> Iterator[Bytes]:
    """A frozen texture on a larger canvas, drifting behind the window."""
    spectrum, velocity = fft.rfft2(natural_texture(rng, 2 * SIZE)), _velocity(seed)
    for k in range(FRAMES):
        yield _grey(shifted(spectrum, 2 * SIZE, k * velocity)[:SIZE, :SIZE])


def _clouds_layers(rng: np.random.Generator, seed: int) -> Iterator[Bytes]:
    """Two layers that drift in different directions, added."""
    layers = [fft.rfft2(natural_texture(rng, 2 * SIZE)) for _ in range(2)]
    velocities = [_velocity(seed), 0.6 * _velocity(seed, turn=1.9)]
    for k in range(FRAMES):
        both = [shifted(layer, 2 * SIZE, k * v) for layer, v in zip(layers, velocities, strict=True)]
        yield _grey(((both[0] + both[1]) / np.sqrt(2))[:SIZE, :SIZE])


def _clouds_evolving(rng: np.random.Generator, seed: int) -> Iterator[Bytes]:
    """A drifting texture that turns into another one at random within about 60 frames."""
    keep = float(np.exp(-1.0 / 60))
    now, velocity = fft.rfft2(natural_texture(rng, 2 * SIZE)), _velocity(seed)
    for k in range(FRAMES):
        yield _grey(shifted(now, 2 * SIZE, k * velocity)[:SIZE, :SIZE])
        now = keep * now + np.sqrt(1 - keep**2) * fft.rfft2(natural_texture(rng, 2 * SIZE))


def _window(picture: Bytes, corner: Floats) -> Bytes:
    """SIZE x SIZE pixels from ``corner`` (x, y), fractions by cubic interpolation."""
    matrix = np.array([[1.0, 0.0, -corner[0]], [0.0, 1.0, -corner[1]]])
    return np.asarray(cv2.warpAffine(picture, matrix, (SIZE, SIZE), flags=cv2.INTER_CUBIC), dtype=np.uint8)


def _seen(picture: Bytes, rng: np.random.Generator) -> Bytes:
    """With the noise of a camera, one grey level."""
    return np.clip(np.rint(picture + rng.standard_normal(picture.shape)), 0, 255).astype(np.uint8)


def _middle(picture: Bytes) -> Floats:
    return np.array([picture.shape[1] - SIZE, picture.shape[0] - SIZE]) / 2.0


def _photo_panned(rng: np.random.Generator, seed: int) -> Iterator[Bytes]:
    """The window moves evenly through the middle of the photograph, never over its border."""
    picture = photograph(seed)
    velocity = _velocity(seed)
    room = np.min(_middle(picture) / (np.abs(velocity) * FRAMES / 2))
    velocity *= min(1.0, float(room) * 0.95)
    for k in range(FRAMES):
        yield _seen(_window(picture, _middle(picture) + (k - FRAMES / 2) * velocity), rng)


def _photo_shaken(rng: np.random.Generator, seed: int) -> Iterator[Bytes]:
    """The window trembles around the middle, two pixels to a side."""
    picture, place = photograph(seed), np.zeros(2)
    while True:
        place = 0.8 * place + rng.standard_normal(2)
        yield _seen(_window(picture, _middle(picture) + place), rng)


def _photo_still(rng: np.random.Generator, seed: int) -> Iterator[Bytes]:
    picture = photograph(seed)
    still = _window(picture, _middle(picture))
    while True:
        yield _seen(still, rng)


def _photo_flicker(rng: np.random.Generator, seed: int) -> Iterator[Bytes]:
    """A still photograph under a light that changes at random, a tenth up and down."""
    picture = photograph(seed)
    still, light = _window(picture, _middle(picture)), 0.0
    keep = (0.0, 0.7, 0.9, 0.5, 0.95)[seed % 5]
    while True:
        light = keep * light + np.sqrt(1 - keep**2) * float(rng.standard_normal())
        bright = np.clip(still * (0.9 + 0.1 * np.tanh(light)), 0, 255).astype(np.uint8)
        yield _seen(bright, rng)


#: Endless or ``FRAMES`` long; the generator is the seed's own.
SCENES: Mapping[Scene, Callable[[np.random.Generator, int], Iterator[Bytes]]] = {
    "noise": _noise,
    "noise_smooth": _noise_smooth,
    "noise_coloured": _noise_coloured,
    "clouds": _clouds,
    "clouds_layers": _clouds_layers,
    "clouds_evolving": _clouds_evolving,
    "photo_panned": _photo_panned,
    "photo_shaken": _photo_shaken,
    "photo_still": _photo_still,
    "photo_flicker": _photo_flicker,
}
