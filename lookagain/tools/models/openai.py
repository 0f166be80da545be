"""``openai:NAME`` and ``openai:NAME@BASE_URL``: any server that speaks OpenAI's chat completions."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from pydantic import SecretStr

from lookagain.core.errors import ConfigError
from lookagain.tools.models.backend import ChatBackend

__all__ = ["open_openai"]

_TIMEOUT_S = 300.0
_RETRIES = 2
_NO_KEY = "none"


def open_openai(argument: str) -> ChatBackend:
    """The back-end for ``NAME`` or ``NAME@http://host:port/v1``.

    Without a URL it is ``OPENAI_BASE_URL``, or else OpenAI itself, which needs ``OPENAI_API_KEY``. A server of
    one's own is sent that key if there is one, and a dummy otherwise. Time-out 300 s; the client repeats
    failed requests twice. For other settings pass a ``ChatOpenAI`` object.
    """
    name, url = _parse(argument)
    url = url or os.environ.get("OPENAI_BASE_URL") or os.environ.get("OPENAI_API_BASE") or None
    if url is not None:
        _check_url(url)
    key = os.environ.get("OPENAI_API_KEY")
    if not key and url is None:
        raise ConfigError(
            f"model openai:{name}: neither an API key nor a base URL is set.",
            hint="Set OPENAI_API_KEY; for a server of your own, "
            f"set OPENAI_BASE_URL or pass 'openai:{name}@http://localhost:8000/v1'.",
        )
    from langchain_openai import ChatOpenAI

    from lookagain.tools.models.langchain import LangChainBackend

    model = ChatOpenAI(
        model=name,
        base_url=url,
        api_key=SecretStr(key or _NO_KEY),
        timeout=_TIMEOUT_S,
        max_retries=_RETRIES,
    )
    return LangChainBackend(model, name=name)


def _parse(argument: str) -> tuple[str, str | None]:
    for mark in ("@http://", "@https://"):
        name, found, rest = argument.partition(mark)
        if found:
            url: str | None = mark[1:] + rest
            break
    else:
        name, url = argument, None
    if not name or "://" in name or any(character.isspace() for character in argument):
        raise ConfigError(
            f"model 'openai:{argument}': expected a model name without spaces or '://' after 'openai:'.",
            hint="For example 'openai:NAME@http://localhost:8000/v1'.",
        )
    return name, url


def _check_url(url: str) -> None:
    """Refuse what is no address of a server, and keys written into it: model strings are kept in results."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError(f"base URL {url!r} is not the address of a server.", hint="Expected http://host:port/v1.")
    if parts.username or parts.password or parts.query:
        raise ConfigError(
            f"the base URL of {parts.hostname} holds credentials or a query.",
            hint="Give http://host:port/v1 and put the key into OPENAI_API_KEY.",
        )
