"""From what a person passes as ``model=`` to a back-end."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, TypeAlias

from lookagain.core.errors import ConfigError
from lookagain.tools.models.backend import ChatBackend
from lookagain.tools.models.registry import SCHEMES, load_scheme

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["ModelSpec", "open_model"]

#: What ``model=`` takes. None means: no model, the built-in proposer.
ModelSpec: TypeAlias = "BaseChatModel | ChatBackend | str | None"


def open_model(spec: ModelSpec) -> ChatBackend | None:
    """The back-end for ``spec``; None for None.

    A string is ``openai:NAME[@BASE_URL]``, another scheme of ``registry.SCHEMES``, or anything that
    ``langchain.chat_models.init_chat_model`` knows (``anthropic:NAME``; needs the package ``langchain`` and the
    provider's own). Raises ``ConfigError`` that says what to type.
    """
    if spec is None:
        return None
    if isinstance(spec, str):
        return _from_string(spec.strip())
    if isinstance(spec, ChatBackend):
        return spec
    from langchain_core.language_models import BaseChatModel

    if isinstance(spec, BaseChatModel):
        from lookagain.tools.models.langchain import LangChainBackend

        return LangChainBackend(spec)
    raise ConfigError(
        f"model: expected a LangChain chat model, a string or None, got {type(spec).__qualname__}.",
        hint=_ways(),
    )


def _from_string(text: str) -> ChatBackend:
    scheme, colon, argument = text.partition(":")
    if colon and scheme in SCHEMES:
        if not argument:
            raise ConfigError(
                f"model {text!r}: expected a name after {scheme!r}.",
                hint=f"For example {SCHEMES[scheme].example!r}.",
            )
        return load_scheme(scheme, argument)
    if not text:
        raise ConfigError("model: expected a name, got an empty string.", hint=_ways())
    return _from_langchain(text)


def _from_langchain(text: str) -> ChatBackend:
    try:
        chat_models = importlib.import_module("langchain.chat_models")
    except ModuleNotFoundError as error:
        if error.name not in {"langchain", "langchain.chat_models"}:
            raise
        raise ConfigError(
            f"model {text!r}: unknown scheme, and the package 'langchain', which knows more, is not installed.",
            hint=f"{_ways()} For other providers: pip install langchain and the provider's package.",
        ) from error
    from lookagain.tools.models.langchain import LangChainBackend

    try:
        model = chat_models.init_chat_model(text)
    except (ImportError, ValueError) as error:
        raise ConfigError(f"model {text!r}: {error}", hint=_ways()) from error
    return LangChainBackend(model)


def _ways() -> str:
    examples = ", ".join(repr(scheme.example) for scheme in SCHEMES.values())
    return f"Pass a LangChain chat model, or a string such as {examples}."
