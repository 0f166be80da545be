"""From ``model=`` to a back-end: what is taken, what is refused, and that nothing heavy loads early."""

from __future__ import annotations

import json
import subprocess
import sys
import types

import pytest

from lookagain.core.errors import ConfigError
from lookagain.testing import ChatServer, ScriptedChatModel, scripted_backend
from lookagain.tools.models import Message, ModelRequest, open_model
from lookagain.tools.models.langchain import LangChainBackend
from lookagain.tools.models.registry import SCHEMES, Scheme

REQUEST = ModelRequest(messages=(Message.user("hi"),))


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)


def test_none_is_no_model() -> None:
    assert open_model(None) is None


def test_a_back_end_is_taken_as_it_is() -> None:
    backend = scripted_backend(["x"])
    assert open_model(backend) is backend


def test_a_langchain_model_is_wrapped() -> None:
    backend = open_model(ScriptedChatModel(script=["hello"]))
    assert backend is not None
    assert backend.name == "scripted"
    assert backend.complete(REQUEST).text == "hello"


@pytest.mark.parametrize("way", ["at", "environment"])
def test_openai_reaches_the_given_server_with_the_key_or_a_dummy(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ChatServer(["hello"]) as server:
        if way == "environment":
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
            monkeypatch.setenv("OPENAI_API_KEY", "sk-mine")
        backend = open_model(f"openai:org/tiny@v2@{server.url}" if way == "at" else "openai:org/tiny@v2")
        assert backend is not None
        assert backend.name == "org/tiny@v2"
        assert backend.complete(REQUEST).text == "hello"
        (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.body["model"] == "org/tiny@v2"
    assert request.headers["authorization"] == f"Bearer {'none' if way == 'at' else 'sk-mine'}"
    assert "sk-mine" not in backend.fingerprint
    assert "127.0.0.1" not in backend.fingerprint


def test_a_client_setting_tells_back_ends_apart_and_wins() -> None:
    cold, warm = (ScriptedChatModel(script=lambda _: "x", temperature=t) for t in (None, 0.7))
    assert LangChainBackend(cold).fingerprint != LangChainBackend(warm).fingerprint
    for model, expected in ((cold, 0.0), (warm, 0.7)):
        LangChainBackend(model).complete(REQUEST.model_copy(update={"seed": 5, "max_tokens": 9}))
        assert model.calls[0].settings == {"temperature": expected, "seed": 5, "max_tokens": 9}


REFUSED = {
    "": "empty string",
    "openai:": "expected a name",
    "vllm:": "expected a name",
    "openai:tiny": "OPENAI_API_KEY",
    "openai:two words@http://localhost/v1": "without spaces",
    "openai:@http://localhost:8000/v1": "expected a model name",
    "openai:tiny@ftp://host/v1": "expected a model name",
    "openai:http://host/v1": "expected a model name",
    "openai:tiny@http://": "not the address",
    "openai:tiny@http://:8000/v1": "not the address",
    "openai:tiny@http://host:99999/v1": "not the address",
    "openai:tiny@http://[::1/v1": "not the address",
    "openai:tiny@https://me:secret@host/v1": "credentials",
    "openai:tiny@https://host/v1?key=secret": "credentials",
    "vllm:org/model": "vllm serve",
    "hf:org/model": "LangChain chat model",
    "nobody:model": "openai:NAME@http",
    "just-a-name": "openai:NAME@http",
}


@pytest.mark.parametrize("text", sorted(REFUSED))
def test_another_string_is_refused_with_what_to_type(text: str) -> None:
    with pytest.raises(ConfigError, match=REFUSED[text]) as caught:
        open_model(text)
    assert caught.value.hint
    assert "secret" not in str(caught.value)


def test_another_object_is_refused() -> None:
    with pytest.raises(ConfigError, match="got int"):
        open_model(3)  # type: ignore[arg-type]


def _entry(target: str) -> Scheme:
    return Scheme(name="vllm", target=target, extra="vllm", example="vllm:NAME", instead="do otherwise")


def test_a_back_end_to_come_is_found_by_its_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("future_backend")
    backend = scripted_backend(["x"], model_name="future")
    monkeypatch.setattr(module, "open_it", lambda argument: (backend, argument)[0], raising=False)
    monkeypatch.setitem(sys.modules, "future_backend", module)
    monkeypatch.setitem(SCHEMES, "vllm", _entry("future_backend:open_it"))
    assert open_model("vllm:org/model") is backend


def test_a_missing_library_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("modules")
    (folder / "needs_a_library.py").write_text("import a_library_nobody_has\n")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setitem(SCHEMES, "vllm", _entry("needs_a_library:open_it"))
    with pytest.raises(ConfigError, match=r"a_library_nobody_has.*pip install 'lookagain\[vllm\]'"):
        open_model("vllm:org/model")


@pytest.mark.parametrize("failure", [ImportError("pip install langchain-x"), ValueError("unknown provider")])
def test_what_langchain_cannot_open_is_a_config_error(failure: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def init_chat_model(text: str) -> object:
        if text == "fine:x":
            return ScriptedChatModel(script=["through langchain"])
        raise failure

    chat_models = types.ModuleType("langchain.chat_models")
    monkeypatch.setattr(chat_models, "init_chat_model", init_chat_model, raising=False)
    monkeypatch.setitem(sys.modules, "langchain", types.ModuleType("langchain"))
    monkeypatch.setitem(sys.modules, "langchain.chat_models", chat_models)
    backend = open_model("fine:x")
    assert backend is not None
    assert backend.complete(REQUEST).text == "through langchain"
    with pytest.raises(ConfigError, match=str(failure)):
        open_model("x:y")


@pytest.mark.parametrize("module", ["lookagain.tools.models", "lookagain.testing"])
def test_the_import_is_light(module: str) -> None:
    code = (
        f"import {module}, sys, json; "
        "print(json.dumps([m for m in ('langchain_core', 'langchain_openai', 'openai', 'langgraph', 'httpx', 'numpy')"
        " if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_every_name_that_is_promised_is_there() -> None:
    from lookagain import testing
    from lookagain.tools import models

    for package in (models, testing):
        for name in package.__all__:
            assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = testing.nothing_of_the_kind
