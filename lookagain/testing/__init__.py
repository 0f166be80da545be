"""Fakes for the project's tests and for your own: no network, no weights, no waiting.

::

    from lookagain.testing import ScriptedChatModel

    model = ScriptedChatModel(script=['{"answer": "a cup"}'])
    result = lookagain.run(task, model=model)
    assert model.call_count == 1

Names are imported when first used, so that a test without a model does not load LangChain.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lookagain.testing.chat_server import ChatServer, ServedReply, ServedRequest
    from lookagain.testing.clock import FakeClock
    from lookagain.testing.images import tiny_png
    from lookagain.testing.model import ScriptedCall, ScriptedChatModel, ScriptExhaustedError, scripted_backend

__all__ = [
    "ChatServer",
    "FakeClock",
    "ScriptExhaustedError",
    "ScriptedCall",
    "ScriptedChatModel",
    "ServedReply",
    "ServedRequest",
    "scripted_backend",
    "tiny_png",
]

_HOMES = {
    "ChatServer": "chat_server",
    "FakeClock": "clock",
    "ScriptExhaustedError": "model",
    "ScriptedCall": "model",
    "ScriptedChatModel": "model",
    "ServedReply": "chat_server",
    "ServedRequest": "chat_server",
    "scripted_backend": "model",
    "tiny_png": "images",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
