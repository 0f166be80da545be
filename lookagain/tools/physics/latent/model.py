"""A trained auto-encoder as a value: pictures to latent states and back, in numpy alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lookagain.core.errors import InputError
from lookagain.tools.physics.latent.packed import pack, unpack
from lookagain.tools.physics.trajectory import Array

__all__ = ["Frames", "LatentModel", "Layers", "block_means", "forward"]

#: Pictures ``(n, height, width)`` or ``(n, height, width, channels)``, bytes or floats.
Frames: TypeAlias = NDArray[np.uint8] | NDArray[np.float32] | NDArray[np.float64]

#: Weights ``(inputs, outputs)`` and biases ``(outputs,)`` of each layer.
Layers: TypeAlias = tuple[tuple[Array, Array], ...]


def block_means(frames: Frames, block: int) -> Array:
    """Means over ``block`` x ``block`` cells; what is left over at the far borders is cut off."""
    values = np.asarray(frames, dtype=np.float64)
    if block == 1:
        return values
    n, h, w = values.shape[0], values.shape[1] // block, values.shape[2] // block
    cells = values[:, : h * block, : w * block].reshape(n, h, block, w, block, *values.shape[3:])
    return np.asarray(cells.mean(axis=(2, 4)))


def forward(layers: Layers, x: Array) -> Array:
    """Dense layers ``(n, inputs) -> (n, outputs)`` with x / (1 + exp(-x)) between them."""
    for i, (weight, bias) in enumerate(layers):
        if i:
            x = x / (1 + np.exp(-np.clip(x, -60, None)))
        x = x @ weight + bias
    return x


@dataclass(frozen=True, kw_only=True, eq=False)
class LatentModel:
    """Principal components, then a network to ``dimension`` latent variables of mean 0 and unit covariance, and back.

    The first and the last layer are fixed: ``components (K, pixels)`` of the fitted frames about their ``mean``, in
    units of ``scale``. ``shape`` is that of one picture as given, which is averaged over ``block`` x ``block`` cells.
    """

    shape: tuple[int, ...]
    block: int
    mean: Array
    components: Array
    scale: float
    encoder: Layers
    decoder: Layers

    @property
    def dimension(self) -> int:
        """Number of latent variables."""
        return int(self.encoder[-1][1].shape[0])

    @property
    def picture(self) -> tuple[int, ...]:
        """Shape of one decoded picture."""
        return (self.shape[0] // self.block, self.shape[1] // self.block, *self.shape[2:])

    def encode(self, frames: Frames) -> Array:
        """Latent states ``(n, d)`` of pictures ``(n, *shape)``."""
        if frames.shape[1:] != self.shape:
            raise InputError(f"expected pictures (n, {', '.join(map(str, self.shape))}); got {frames.shape}.")
        return forward(self.encoder, self.project(self.reduce(frames)))

    def decode(self, states: Array) -> Array:
        """Pictures ``(n, *picture)``, in the levels of the given ones, of latent states ``(n, d)``."""
        if states.ndim != 2 or states.shape[1] != self.dimension:
            raise InputError(f"expected latent states (n, {self.dimension}); got {states.shape}.")
        with np.errstate(invalid="ignore", over="ignore"):
            flat = self.mean + self.scale * forward(self.decoder, states) @ self.components
        return np.asarray(flat.reshape(len(states), *self.picture))

    def reduce(self, frames: Frames) -> Array:
        """Given pictures in the resolution of decoded ones."""
        return block_means(frames, self.block)

    def project(self, reduced: Array) -> Array:
        """Coordinates ``(n, K)`` of pictures in the space of the components."""
        return np.asarray((reduced.reshape(len(reduced), -1) - self.mean) @ self.components.T / self.scale)

    def to_bytes(self) -> bytes:
        """Safetensors; ``from_bytes`` reads it back."""
        return pack(self.arrays(), self.about())

    @classmethod
    def from_bytes(cls, data: bytes) -> LatentModel:
        """Reads ``to_bytes``; raises ``InputError`` for anything else."""
        return cls.of(*unpack(data))

    def arrays(self) -> dict[str, Array]:
        """All arrays by name."""
        out = {"mean": self.mean, "components": self.components}
        for name, layers in (("encoder", self.encoder), ("decoder", self.decoder)):
            for i, (weight, bias) in enumerate(layers):
                out |= {f"{name}.{i}.weight": weight, f"{name}.{i}.bias": bias}
        return out

    def about(self) -> dict[str, Any]:
        """All that is not an array, as JSON values."""
        return {
            "shape": list(self.shape),
            "block": self.block,
            "scale": self.scale,
            "layers": [len(self.encoder), len(self.decoder)],
        }

    @classmethod
    def of(cls, arrays: dict[str, NDArray[Any]], about: dict[str, Any]) -> LatentModel:
        """The model of ``arrays()`` and ``about()``; raises ``InputError`` where they do not fit."""
        try:
            shape = tuple(int(n) for n in about["shape"])
            block, scale = int(about["block"]), float(about["scale"])
            counts = [int(n) for n in about["layers"]]
            floats = {name: np.asarray(array, dtype=np.float64) for name, array in arrays.items()}
            encoder, decoder = (
                tuple((floats[f"{name}.{i}.weight"], floats[f"{name}.{i}.bias"]) for i in range(count))
                for name, count in zip(("encoder", "decoder"), counts, strict=True)
            )
            model = cls(
                shape=shape,
                block=block,
                mean=floats["mean"],
                components=floats["components"],
                scale=scale,
                encoder=encoder,
                decoder=decoder,
            )
            model._check()
        except (KeyError, TypeError, ValueError, IndexError, ZeroDivisionError) as error:
            raise InputError(f"not a stored latent model: {error!r}.") from error
        return model

    def _check(self) -> None:
        """Raises ``ValueError`` unless the layers fit onto each other and onto the pictures."""
        if len(self.shape) not in (2, 3) or self.block < 1 or not (np.isfinite(self.scale) and self.scale > 0):
            raise ValueError(f"shape {self.shape}, block {self.block}, scale {self.scale}")
        if not self.encoder or not self.decoder:
            raise ValueError("no layers")
        pixels = int(np.prod(self.picture))
        k = len(self.components)
        widths = [k]
        for weight, bias in (*self.encoder, *self.decoder):
            if weight.shape != (widths[-1], *bias.shape) or bias.ndim != 1:
                raise ValueError(f"a layer of {weight.shape} and {bias.shape} after one of {widths[-1]}")
            widths.append(len(bias))
        if widths[-1] != k or self.components.shape != (k, pixels) or self.mean.shape != (pixels,):
            raise ValueError(f"components {self.components.shape}, mean {self.mean.shape} for {pixels} pixels")
        if not all(np.isfinite(array).all() for array in self.arrays().values()):
            raise ValueError("a weight that is not finite")
