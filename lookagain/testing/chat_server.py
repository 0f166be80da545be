"""A chat-completions server on the loopback interface, scripted: for tests of what goes over the wire."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, TypeAlias

__all__ = ["ChatServer", "ServedReply", "ServedRequest"]


@dataclass(frozen=True, kw_only=True)
class ServedRequest:
    """What a client sent: path, headers (lower-case names) and the decoded JSON body."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ServedReply:
    """What the server sends back.

    ``text`` becomes a chat completion; ``raw`` replaces the whole body. ``stall``: never reply until the server
    closes. ``cut``: close the connection in the middle of the body.
    """

    text: str = ""
    status: int = 200
    raw: bytes | None = None
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    finish_reason: str = "stop"
    stall: bool = False
    cut: bool = False


Replies: TypeAlias = "Sequence[ServedReply | str] | Callable[[ServedRequest], ServedReply | str]"


class ChatServer:
    """A context manager that serves scripted replies at ``url`` (``http://127.0.0.1:PORT/v1``).

    ``replies`` come in order (the last one is repeated) or from a function of the request. ``requests`` holds what
    came in.
    """

    def __init__(self, replies: Replies) -> None:
        self._replies = replies
        self._lock = threading.Lock()
        self._requests: list[ServedRequest] = []
        self._closing = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def requests(self) -> tuple[ServedRequest, ...]:
        """The requests so far, in the order they came."""
        with self._lock:
            return tuple(self._requests)

    @property
    def url(self) -> str:
        """The base URL to give to a client."""
        if self._server is None:
            raise RuntimeError("the server runs only inside its with block.")
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> ChatServer:
        self._closing.clear()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self._server = None

    def _answer(self, request: ServedRequest) -> ServedReply:
        with self._lock:
            index = len(self._requests)
            self._requests.append(request)
        found = self._replies(request) if callable(self._replies) else self._replies[min(index, len(self._replies) - 1)]
        return ServedReply(text=found) if isinstance(found, str) else found

    def _wait_for_close(self) -> None:
        self._closing.wait()


def _handler(server: ChatServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            request = ServedRequest(
                path=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=json.loads(self.rfile.read(length) or b"{}"),
            )
            reply = server._answer(request)
            if reply.stall:
                server._wait_for_close()
                return
            body = reply.raw if reply.raw is not None else _completion(reply, request)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if reply.cut else body)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: a test's output belongs to the test."""

    return Handler


def _completion(reply: ServedReply, request: ServedRequest) -> bytes:
    asked = len(json.dumps(request.body.get("messages", [])).split())
    replied = len(reply.text.split())
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": reply.text},
        "finish_reason": reply.finish_reason,
    }
    completion = {
        "id": "chatcmpl-0",
        "object": "chat.completion",
        "created": 0,
        "model": request.body.get("model", ""),
        "choices": [choice],
        "usage": {
            "prompt_tokens": asked,
            "completion_tokens": replied,
            "total_tokens": asked + replied,
        },
    }
    if reply.status >= 400:
        return json.dumps({"error": {"message": reply.text or "scripted failure", "type": "error"}}).encode()
    return json.dumps(completion).encode()
