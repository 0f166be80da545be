"""Arrays and JSON in one piece of bytes: safetensors, whose tensor ``json`` holds the text. Nothing is pickled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lookagain.core.errors import ConfigError, InputError

__all__ = ["pack", "unpack"]

_JSON = "json"


def pack(arrays: Mapping[str, NDArray[Any]], about: Mapping[str, Any]) -> bytes:
    """The same bytes for the same content. Non-finite numbers in ``about`` are not JSON: write them as text."""
    text = json.dumps(about, sort_keys=True, allow_nan=False).encode()
    named = {**arrays, _JSON: np.frombuffer(text, dtype=np.uint8)}
    return bytes(_safetensors().save({name: np.array(named[name], order="C") for name in sorted(named)}))


def unpack(data: bytes) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """What ``pack`` was given; raises ``InputError`` for anything else."""
    reader = _safetensors()
    try:
        arrays = {str(name): np.asarray(array) for name, array in reader.load(data).items()}
        about = json.loads(arrays.pop(_JSON).tobytes())
    except Exception as error:
        raise InputError(f"not stored latent variables: {type(error).__name__}: {error}.") from error
    if not isinstance(about, dict):
        raise InputError(f"expected a JSON object beside the arrays; got {type(about).__name__}.")
    return arrays, about


def _safetensors() -> Any:
    try:
        import safetensors.numpy
    except ImportError as error:
        raise ConfigError("safetensors is not installed.", hint="Install lookagain[models].") from error
    return safetensors.numpy
