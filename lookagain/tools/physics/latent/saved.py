"""The state of a training as bytes, so that a run that was ended goes on where it stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from numpy.typing import NDArray

from lookagain.core.errors import InputError, StateError
from lookagain.tools.physics.discovery import plain_json
from lookagain.tools.physics.latent.discovery import Round
from lookagain.tools.physics.latent.model import LatentModel
from lookagain.tools.physics.latent.packed import pack, unpack
from lookagain.tools.physics.latent.settings import LatentSettings

__all__ = ["Finished", "Saved", "Unfinished"]

_SCHEMA = 1
_REMEDY = "Begin the training anew."

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Finished:
    """A training that is over."""

    model: LatentModel
    rounds: tuple[Round, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Unfinished:
    """A training at the end of a block of epochs."""

    arrays: Arrays
    epoch: int
    rounds: tuple[Round, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Saved:
    """What is done: dimensions tried (their lost variance, from 1 on), trainings finished, the one under way."""

    fingerprint: str
    settings: LatentSettings
    losses: tuple[float, ...] = ()
    finished: tuple[Finished, ...] = ()
    now: Unfinished | None = None

    def to_bytes(self) -> bytes:
        """Safetensors; ``resume`` reads it back."""
        arrays: dict[str, NDArray[Any]] = {}
        for i, done in enumerate(self.finished):
            arrays |= {f"{i}.{name}": array for name, array in done.model.arrays().items()}
        about = {
            "schema": _SCHEMA,
            "fingerprint": self.fingerprint,
            "settings": asdict(self.settings),
            "losses": list(self.losses),
            "finished": [{"model": d.model.about(), "rounds": _rounds(d.rounds)} for d in self.finished],
            "now": None,
        }
        if self.now is not None:
            arrays |= {f"now.{name}": array for name, array in self.now.arrays.items()}
            about["now"] = {"epoch": self.now.epoch, "rounds": _rounds(self.now.rounds)}
        return pack(arrays, about)

    def resume(self, data: bytes | None) -> Saved:
        """This beginning, or what ``data`` says was done since; ``StateError`` where it is of another one."""
        if data is None:
            return self
        try:
            arrays, about = unpack(data)
            if about["schema"] != _SCHEMA:
                raise StateError(f"expected a training of schema {_SCHEMA}; got {about['schema']!r}.", hint=_REMEDY)
            if about["fingerprint"] != self.fingerprint or about["settings"] != asdict(self.settings):
                raise StateError("the stored training is of other frames or settings.", hint=_REMEDY)
            finished = [
                Finished(model=LatentModel.of(_under(arrays, f"{i}."), one["model"]), rounds=_read(one["rounds"]))
                for i, one in enumerate(about["finished"])
            ]
            now = about["now"] and Unfinished(
                arrays=_under(arrays, "now."), epoch=int(about["now"]["epoch"]), rounds=_read(about["now"]["rounds"])
            )
            losses = tuple(float(loss) for loss in about["losses"])
        except (InputError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise StateError(f"not a stored training: {error}.", hint=_REMEDY) from error
        return replace(self, losses=losses, finished=tuple(finished), now=now)


def _under(arrays: Arrays, prefix: str) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def _rounds(rounds: tuple[Round, ...]) -> Any:
    return plain_json([asdict(entry) for entry in rounds])


def _read(stored: Any) -> tuple[Round, ...]:
    return tuple(
        Round(
            epochs=int(entry["epochs"]),
            reconstruction=float(entry["reconstruction"]),
            equation=float(entry["equation"]),
            terms=int(entry["terms"]),
        )
        for entry in stored
    )
