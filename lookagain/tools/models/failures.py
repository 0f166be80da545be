"""Telling the failures of model providers apart, without importing any provider's library.

LangChain integrations raise their provider's own exceptions. What they share is read here: LangChain's
``is_retryable``, an HTTP status, and the names of the usual network exceptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lookagain.core.errors import BackendError, LookagainError

__all__ = ["backend_error", "is_backend_failure"]

_RETRYABLE_STATUS = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524, 529})
_TIMEOUT_NAMES = frozenset({"TimeoutError", "APITimeoutError", "ModelTimeoutError", "TimeoutException", "Timeout"})
_NETWORK_NAMES = frozenset(
    {"APIConnectionError", "ModelConnectionError", "TransportError", "ConnectionError", "IncompleteRead"}
)
_GARBLED_NAMES = frozenset({"JSONDecodeError", "APIResponseValidationError"})
_UNREADABLE = (TypeError, ValueError, AttributeError, LookupError)
_SECRET = re.compile(r"(?i)\b(sk|key|token|bearer)([-_ =:\"']+)[A-Za-z0-9._-]{8,}")
_MAX_TEXT = 400

_HINTS = {
    400: "The request does not suit this model or server: check image support, context length and settings.",
    401: "Set the API key the provider expects (OPENAI_API_KEY for openai: models).",
    402: "Check the account's balance with the provider.",
    403: "The key may not use this model: check its permissions.",
    404: "Check the model's name and the base URL (it usually ends with /v1).",
    408: "Resume the run; raise the model's timeout if it happens again.",
    413: "Send fewer or smaller images.",
    422: "The request does not suit this model or server: check image support and settings.",
    429: "Wait a moment and resume the run; lower the concurrency if it happens again.",
}


def is_backend_failure(error: BaseException) -> bool:
    """Whether ``error`` is the back-end's failure, and not one of ours, of a test or of LangGraph's control flow."""
    if isinstance(error, LookagainError | AssertionError | NameError | Warning):
        return False
    return isinstance(error, Exception) and "GraphBubbleUp" not in _names(error)


def backend_error(error: Exception, *, model: str) -> BackendError:
    """The typed error for a provider's exception: what happened, whether to retry, what to do."""
    what = f"{model}: {type(error).__name__}"
    status = _status(error)
    if status is not None and status >= 400:
        hint = _HINTS.get(status) or (
            "The server failed: look at its log, then resume the run." if status >= 500 else ""
        )
        return BackendError(
            f"{what}, HTTP {status}: {_text(error)}.",
            retryable=status in _RETRYABLE_STATUS,
            hint=f"{hint}{_retry_after(error)}".strip(),
        )
    words, retryable, hint = _without_status(error)
    return BackendError(f"{what}: {words}.", retryable=retryable, hint=hint)


def _without_status(error: Exception) -> tuple[str, bool, str]:
    """What happened, whether to retry and what to do, where no HTTP status tells."""
    names = _names(error)
    if names & _TIMEOUT_NAMES:
        return "no reply in time", True, "Resume the run; raise the model's timeout if it happens again."
    if names & _NETWORK_NAMES:
        return _text(error), True, "Check that the server runs at the base URL, then resume the run."
    if _is_html(error):
        hint = "Check the base URL (it usually ends with /v1) and proxies on the way."
        return "expected a chat completion, got an HTML page", False, hint
    if names & _GARBLED_NAMES:
        hint = "Resume the run; if it happens again, check that the base URL is a chat-completions server."
        return f"the reply is not complete JSON: {_text(error)}", True, hint
    if isinstance(error, _UNREADABLE):
        hint = "Check that the base URL is a chat-completions server and the model takes such requests."
        return f"the reply could not be read: {_text(error)}", False, hint
    retryable = getattr(error, "is_retryable", False) is True
    return _text(error), retryable, "See the model provider's documentation."


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from, at most eight deep."""
    current: BaseException | None = error
    for _ in range(8):
        if current is None:
            return
        yield current
        current = current.__cause__


def _names(error: BaseException) -> set[str]:
    return {kind.__name__ for link in _chain(error) for kind in type(link).__mro__}


def _status(error: BaseException) -> int | None:
    for link in _chain(error):
        for holder in (link, getattr(link, "response", None)):
            for name in ("status_code", "code", "status"):
                value = getattr(holder, name, None)
                if isinstance(value, int) and 100 <= value < 600:
                    return value
    return None


def _headers(error: BaseException) -> dict[str, str]:
    for link in _chain(error):
        headers = getattr(getattr(link, "response", None), "headers", None)
        if headers is not None:
            return {str(key).lower(): str(value) for key, value in dict(headers).items()}
    return {}


def _is_html(error: BaseException) -> bool:
    if "text/html" in _headers(error).get("content-type", ""):
        return True
    words = str(error)[:10_000].lower()
    return "<html" in words or "<!doctype html" in words


def _retry_after(error: BaseException) -> str:
    value = _headers(error).get("retry-after", "")
    return f" The server asks to wait {value} s." if re.fullmatch(r"\d{1,6}(\.\d+)?", value) else ""


def _text(error: BaseException) -> str:
    """The error's own words in one short line, without anything that looks like a key."""
    words = _SECRET.sub(r"\1\2***", " ".join(str(error).split()))
    return (words[:_MAX_TEXT] + "...") if len(words) > _MAX_TEXT else (words.rstrip(".") or "no details")
