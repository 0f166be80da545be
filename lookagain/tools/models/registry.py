"""The project's own back-ends, found by the scheme of a model string and imported when first used."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from lookagain.core.errors import ConfigError
from lookagain.tools.models.backend import ChatBackend

__all__ = ["SCHEMES", "Scheme", "load_scheme"]


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """How a scheme is served: ``target`` is ``module:function`` that takes the text after the colon."""

    name: str
    target: str
    extra: str
    example: str
    instead: str


SCHEMES: dict[str, Scheme] = {
    "openai": Scheme(
        name="openai",
        target="lookagain.tools.models.openai:open_openai",
        extra="",
        example="openai:NAME@http://localhost:8000/v1",
        instead="",
    ),
    "vllm": Scheme(
        name="vllm",
        target="lookagain.tools.models.vllm:open_vllm",
        extra="vllm",
        example="vllm:Qwen/Qwen3-VL-8B-Instruct",
        instead="serve it with `vllm serve NAME` and pass 'openai:NAME@http://localhost:8000/v1'",
    ),
    "hf": Scheme(
        name="hf",
        target="lookagain.tools.models.hf:open_hf",
        extra="models",
        example="hf:Qwen/Qwen3-VL-2B-Instruct",
        instead="serve it with `vllm serve NAME` and pass 'openai:NAME@http://localhost:8000/v1', "
        "or pass a LangChain chat model",
    ),
}


def load_scheme(scheme: str, argument: str) -> ChatBackend:
    """The back-end that ``scheme:argument`` names.

    Raises ``ConfigError`` when it is not part of this version, or when the libraries it needs are missing;
    the message says what to type.
    """
    entry = SCHEMES[scheme]
    module_name, _, function = entry.target.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name == module_name:
            raise ConfigError(
                f"model {scheme}:{argument}: the {scheme!r} back-end is not part of this version.",
                hint=f"Instead, {entry.instead}.",
            ) from error
        raise ConfigError(
            f"model {scheme}:{argument}: {error.name!r} is not installed.",
            hint=f"Type: pip install 'lookagain[{entry.extra}]'; or {entry.instead}."
            if entry.extra
            else f"Type: pip install {str(error.name).partition('.')[0].replace('_', '-')}.",
        ) from error
    return cast("Callable[[str], ChatBackend]", getattr(module, function))(argument)
