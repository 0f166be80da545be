"""The agent as a node of a larger graph, and as a tool of a LangChain application."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command

from lookagain.core.errors import ConfigError, LimitError
from lookagain.core.limits import Limits
from lookagain.core.result import Result
from lookagain.runtime.embed import as_tool, graph
from lookagain.runtime.run import run
from tests.runtime.conftest import Calls
from tests.support.kill import comparable
from tests.support.toy import Toy, ToyAnswer


class Outer(TypedDict, total=False):
    """State of an application that has the agent as one of its nodes."""

    task: dict[str, Any]
    result: dict[str, Any]
    said: str


def _application(inner: Any, *, saver: Any = None) -> Any:
    builder: Any = StateGraph(Outer)
    builder.add_node("agent", inner)
    builder.add_node("say", lambda state: {"said": f"total {state['result']['answer']['total']}"})
    builder.add_edge(START, "agent")
    builder.add_edge("agent", "say")
    builder.add_edge("say", END)
    return builder.compile(checkpointer=saver)


def test_a_graph_alone_gives_the_result_that_run_gives(calls: Calls, tmp_path: Path) -> None:
    task = Toy(rounds=2)
    state = graph(Toy, **calls.options).invoke({"task": task.model_dump(mode="json")})
    result = Result[ToyAnswer].model_validate(state["result"])
    assert comparable(result) == comparable(run(task, run_dir=tmp_path / "run", **calls.options))


def test_inside_an_application_inner_nodes_stream_and_the_result_is_handed_on(calls: Calls) -> None:
    application = _application(graph(Toy, **calls.options))
    seen = []
    last: dict[str, Any] = {}
    for _, mode, data in application.stream(
        {"task": Toy().model_dump(mode="json")}, stream_mode=["updates", "values"], subgraphs=True
    ):
        if mode == "updates":
            seen += list(data)
        else:
            last = data
    assert {"plan", "score", "collect", "conclude", "agent", "say"} <= set(seen)
    assert last["said"] == f"total {last['result']['answer']['total']}"


def test_an_interrupt_passes_through_the_application_and_its_checkpointer(calls: Calls) -> None:
    application = _application(graph(Toy, **calls.options), saver=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "1"}}
    waiting = application.invoke({"task": Toy(ask=True).model_dump(mode="json")}, config)
    assert waiting["__interrupt__"][0].value["text"] == "Is it good?"
    made = calls.count
    done = application.invoke(Command(resume="no"), config)
    assert done["result"]["answer"]["reply"] == "no"
    assert calls.count == made


def test_one_thread_may_bring_one_task_after_another(calls: Calls) -> None:
    embedded = _application(graph(Toy, **calls.options), saver=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "1"}}
    first = embedded.invoke({"task": Toy(words=("look", "again"), rounds=2).model_dump(mode="json")}, config)
    second = embedded.invoke({"task": Toy(words=("look",)).model_dump(mode="json")}, config)
    assert first["result"]["answer"]["words"] == ["again", "look"] * 2
    assert second["result"]["answer"]["words"] == ["look"]
    assert second["result"]["usage"]["model_calls"] == 1


@pytest.mark.parametrize("given", [{}, {"task": None}, {"task": {"rounds": "many"}}])
def test_a_graph_without_a_task_says_what_it_expects(calls: Calls, given: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="toy"):
        graph(Toy, **calls.options).invoke({**given, "reply": ""})


def test_limits_hold_for_each_invocation_of_a_graph(calls: Calls) -> None:
    embedded = graph(Toy, limits=Limits(model_calls=2), **calls.options)
    for _ in range(3):
        state = embedded.invoke({"task": Toy().model_dump(mode="json")})
        assert state["result"]["usage"]["model_calls"] == 2
    with pytest.raises(LimitError, match="model_calls"):
        embedded.invoke({"task": Toy(rounds=2).model_dump(mode="json")})


def test_run_inside_a_node_is_no_subgraph_of_its_caller(calls: Calls, tmp_path: Path) -> None:
    def node(_: Outer) -> dict[str, Any]:
        return {"result": run(Toy(), run_dir=tmp_path / "inner", **calls.options).model_dump(mode="json")}

    saver = InMemorySaver()
    application = _application(node, saver=saver)
    state = application.invoke({"task": {}}, {"configurable": {"thread_id": "1"}})
    assert state["result"]["status"] == "complete"
    namespaces = {saved.config["configurable"]["checkpoint_ns"] for saved in saver.list(None)}
    assert namespaces == {""}


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    return folder


def test_a_tool_answers_with_content_and_artifact(calls: Calls, media: Path) -> None:
    tool = as_tool(Toy, media_root=media, **calls.options)
    assert tool.name == "toy"
    assert "words" in tool.args
    message = tool.invoke({"type": "tool_call", "id": "1", "name": "toy", "args": {"words": ["look"]}})
    content = json.loads(message.content)
    assert content["verdict"]["value"] == "confirmed"
    assert isinstance(message.artifact, Result)
    again = asyncio.run(tool.ainvoke({"type": "tool_call", "id": "2", "name": "toy", "args": {"words": ["look"]}}))
    assert json.loads(again.content)["answer"] == content["answer"]


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/passwd", "link.txt", "missing.txt"])
def test_a_tool_refuses_paths_that_leave_its_folder(calls: Calls, media: Path, path: str) -> None:
    (media.parent / "secret.txt").write_text("secret")
    (media / "link.txt").symlink_to(media.parent / "secret.txt")
    tool = as_tool(Toy, media_root=media, **calls.options)
    message = tool.invoke({"type": "tool_call", "id": "1", "name": "toy", "args": {"text": path}})
    assert message.status == "error"
    assert "secret" not in message.content.replace("secret.txt", "")
    assert calls.count == 0


def test_a_tool_keeps_its_runs_apart_and_tells_no_inside(calls: Calls, media: Path, tmp_path: Path) -> None:
    tool = as_tool(Toy, media_root=media, run_dir=tmp_path / "runs", **calls.options)
    for words in (["look"], ["again"], ["look"]):
        message = tool.invoke({"type": "tool_call", "id": "1", "name": "toy", "args": {"words": words}})
        assert message.status == "success"
    assert len(list((tmp_path / "runs").iterdir())) == 2
    broken = as_tool(Toy, media_root=media, model=calls.options["model"], experts={})
    message = broken.invoke({"type": "tool_call", "id": "1", "name": "toy", "args": {}})
    assert (message.status, message.content) == ("error", "unexpected KeyError")


def test_a_tool_needs_a_folder_and_says_what_is_wrong_with_a_call(calls: Calls, media: Path) -> None:
    with pytest.raises(ConfigError, match="media_root"):
        as_tool(Toy, **calls.options)
    tool = as_tool(Toy, media_root=media, **calls.options)
    message = tool.invoke({"type": "tool_call", "id": "1", "name": "toy", "args": {"rounds": "many"}})
    assert message.status == "error"
    assert "rounds" in message.content
