"""The physics-informed auto-encoder in torch. Import it only where torch is about to be used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from math import cos, pi
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from lookagain.tools.physics.latent.discovery import Round
from lookagain.tools.physics.latent.equation import SIMPSON, choose_terms, refit, regression_rows
from lookagain.tools.physics.latent.model import Layers
from lookagain.tools.physics.latent.settings import LatentSettings
from lookagain.tools.physics.latent.unfold import Guide
from lookagain.tools.physics.library import Library
from lookagain.tools.physics.trajectory import Array

__all__ = ["Training", "deterministic"]

_REFIT_EVERY = 10
"""Epochs between two fits of the coefficients, which the encoder takes as given."""
_JITTER = 1e-6
_GUIDED = 0.5
"""Share of the warm-up over which the pull towards the unfolded states fades away."""
_FINAL_RATE = 0.02
"""Share of the learning rate that is left at the end."""


@contextmanager
def deterministic() -> Iterator[None]:
    """Torch's reproducible algorithms, as they were before afterwards."""
    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)


class Training:
    """One training: principal coordinates of the fitted frames in, an encoder, a decoder and an equation out.

    Every epoch is one step of Adam on all frames, so that mean and covariance of the latent states are exact: states
    are whitened by them (mean 0, unit covariance), and no equation can be met by shrinking the state. Chance enters
    only through the first weights, drawn by numpy from ``seed``.
    """

    def __init__(
        self,
        coordinates: Sequence[Array],
        *,
        total: float,
        dt: float,
        library: Library,
        guide: Guide | None,
        settings: LatentSettings,
        seed: Sequence[int],
    ) -> None:
        self._settings, self._library, self._dt, self._total = settings, library, dt, total
        wanted = settings.device
        self._device = "cuda" if wanted != "cpu" and torch.cuda.is_available() else "cpu"
        self._lengths = [len(one) for one in coordinates]
        starts = np.cumsum([0, *self._lengths[:-1]])
        inner = [np.arange(a + 1, a + n - 1) for a, n in zip(starts, self._lengths, strict=True)]
        self._at = torch.as_tensor(np.concatenate(inner), device=self._device)
        self._y = self._tensor(np.concatenate(coordinates))
        self._guide = guide and (torch.as_tensor(guide.frames, device=self._device), self._tensor(guide.states))
        k, d, w = coordinates[0].shape[1], len(library.names), settings.width
        rng = np.random.default_rng(list(seed))
        self._encoder = self._weights(rng, (k, w, w, d))
        self._decoder = self._weights(rng, (d, w, w, k))
        self._adam = torch.optim.Adam([*self._encoder, *self._decoder], lr=settings.learning_rate)
        self._selectors = [self._tensor(s) for s in _selectors(library)]
        self._xi = np.zeros((len(library), d))
        self.epoch = 0
        self.rounds: list[Round] = []

    def _tensor(self, values: NDArray[Any]) -> torch.Tensor:
        return torch.tensor(np.asarray(values), dtype=torch.float32, device=self._device)

    def _weights(self, rng: np.random.Generator, widths: Sequence[int]) -> list[torch.Tensor]:
        """Weight, bias, weight, bias, ..., uniform within one over the root of the inputs."""
        out = []
        for inputs, outputs in pairwise(widths):
            reach = inputs**-0.5
            for shape in ((inputs, outputs), (outputs,)):
                out.append(self._tensor(rng.uniform(-reach, reach, shape)).requires_grad_())
        return out

    def advance(self, epochs: int, tick: Callable[[], None]) -> None:
        """A block of epochs, which adds a ``Round``. Past the warm-up, terms are chosen anew at its start.

        ``tick`` is called at each epoch; what it raises ends the training.
        """
        weight = self._settings.lambda_eq
        for i in range(epochs):
            tick()
            joint = self.epoch >= self._settings.warmup
            states = self._whitened()[0]
            if joint and i % _REFIT_EVERY == 0:
                self._fit_equation(states, anew=i == 0)
            lost = self._lost(states)
            self._step(lost + weight * self._missed(states) if joint and weight else lost + self._pull(states))
        with torch.no_grad():
            states = self._whitened()[0]
            self._fit_equation(states, anew=not self._xi.any())
            now = Round(
                epochs=self.epoch,
                reconstruction=float(self._lost(states)),
                equation=float(self._missed(states)),
                terms=int(np.count_nonzero(self._xi)),
            )
        self.rounds.append(now)

    def _lost(self, states: torch.Tensor) -> torch.Tensor:
        """Share of the pictures' variance that the decoder does not give back."""
        return ((_dense(self._decoder, states) - self._y) ** 2).sum(dim=1).mean() / self._total

    def _pull(self, states: torch.Tensor) -> torch.Tensor | float:
        """Towards the unfolded states, at first; reconstruction alone then decides."""
        weight = 1 - self.epoch / (_GUIDED * self._settings.warmup)
        if self._guide is None or weight <= 0:
            return 0.0
        frames, wanted = self._guide
        return weight * ((states[frames] - wanted) ** 2).mean()

    def _step(self, loss: torch.Tensor) -> None:
        share = self.epoch / (self._settings.warmup + self._settings.epochs)
        rate = _FINAL_RATE + (1 - _FINAL_RATE) * 0.5 * (1 + cos(pi * share))
        self._adam.param_groups[0]["lr"] = self._settings.learning_rate * rate
        self._adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call,unused-ignore]
        self._adam.step()
        self.epoch += 1

    def _whitened(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """States ``(n, d)``, and mean and lower triangle that whiten what the encoder's last layer gives."""
        raw = _dense(self._encoder, self._y)
        mean = raw.mean(dim=0)
        spread = (raw - mean).T @ (raw - mean) / len(raw)
        spread = spread + _JITTER * spread.diagonal().mean() * torch.eye(len(spread), device=self._device)
        root = torch.linalg.cholesky(spread)
        return torch.linalg.solve_triangular(root, (raw - mean).T, upper=False).T, mean, root

    def _missed(self, states: torch.Tensor) -> torch.Tensor:
        """Share of the latent velocity (central differences) that the equation misses."""
        padded = torch.cat([torch.ones_like(states[:, :1]), states], dim=1)
        theta = padded @ self._selectors[0]
        for selector in self._selectors[1:]:
            theta = theta * (padded @ selector)
        law = theta @ self._tensor(self._xi)
        at = self._at
        velocity = (states[at + 1] - states[at - 1]) / (2 * self._dt)
        mean = SIMPSON[0] * law[at - 1] + SIMPSON[1] * law[at] + SIMPSON[2] * law[at + 1]
        return ((velocity - mean) ** 2).mean() / (velocity**2).mean().detach()

    def _fit_equation(self, states: torch.Tensor, *, anew: bool) -> None:
        rows = regression_rows(self._split(states), self._dt, self._library)
        self._xi = choose_terms(rows) if anew else refit(rows, self._xi != 0)

    def _split(self, states: torch.Tensor) -> list[Array]:
        flat = _numpy(states)
        return np.split(flat, np.cumsum(self._lengths)[:-1])

    def layers(self) -> tuple[Layers, Layers]:
        """Encoder and decoder; the whitening is part of the encoder's last layer."""
        _, mean, root = self._whitened()
        encoder, inverse = _layers(self._encoder), np.linalg.inv(_numpy(root)).T
        weight, bias = encoder[-1]
        last = (weight @ inverse, (bias - _numpy(mean)) @ inverse)
        return (*encoder[:-1], last), _layers(self._decoder)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Weights, the optimizer's moments, coefficients: with ``epoch`` and ``rounds`` all that the future needs."""
        out: dict[str, NDArray[Any]] = {"xi": self._xi}
        for i, weight in enumerate((*self._encoder, *self._decoder)):
            out[f"weight.{i}"] = weight.detach().cpu().numpy()
            for key, value in self._adam.state[weight].items():
                out[f"{key}.{i}"] = value.detach().cpu().numpy()
        return out

    def restore(self, arrays: dict[str, NDArray[Any]], epoch: int, rounds: Sequence[Round]) -> None:
        """Goes on from ``arrays()``; raises ``KeyError`` or ``ValueError`` where they are of another training."""
        if arrays["xi"].shape != self._xi.shape:
            raise ValueError(f"coefficients {arrays['xi'].shape} instead of {self._xi.shape}")
        self._xi = np.array(arrays["xi"], dtype=np.float64)
        with torch.no_grad():
            for i, weight in enumerate((*self._encoder, *self._decoder)):
                for name in (f"weight.{i}", f"exp_avg.{i}", f"exp_avg_sq.{i}"):
                    if arrays[name].shape != tuple(weight.shape):
                        raise ValueError(f"{name} {arrays[name].shape} instead of {tuple(weight.shape)}")
                weight.copy_(self._tensor(arrays[f"weight.{i}"]))
                self._adam.state[weight] = {
                    "step": torch.tensor(float(arrays[f"step.{i}"])),
                    "exp_avg": self._tensor(arrays[f"exp_avg.{i}"]),
                    "exp_avg_sq": self._tensor(arrays[f"exp_avg_sq.{i}"]),
                }
        self.epoch, self.rounds = epoch, list(rounds)


def _selectors(library: Library) -> list[Array]:
    """Matrices ``(1 + d, K)`` that pick one factor of each monomial from (1, z); their product is the library."""
    degree = max(sum(f.power for f in term.factors) for term in library.terms)
    out = np.zeros((max(degree, 1), 1 + len(library.names), len(library)))
    for k, term in enumerate(library.terms):
        factors = [1 + f.var for f in term.factors for _ in range(f.power)]
        for slot, row in enumerate(factors + [0] * (len(out) - len(factors))):
            out[slot, row, k] = 1.0
    return list(out)


def _dense(weights: Sequence[torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    for i in range(0, len(weights), 2):
        if i:
            x = torch.nn.functional.silu(x)
        x = torch.addmm(weights[i + 1], x, weights[i])
    return x


def _layers(weights: Sequence[torch.Tensor]) -> Layers:
    arrays = [_numpy(weight) for weight in weights]
    return tuple(zip(arrays[::2], arrays[1::2], strict=True))


def _numpy(tensor: torch.Tensor) -> Array:
    return np.asarray(tensor.detach().cpu().numpy(), dtype=np.float64)
