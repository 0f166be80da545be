"""Declares an agent's nodes and edges on a LangGraph graph, and guards what they write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, get_type_hints

from langgraph.graph import END, START, StateGraph
from langgraph.types import Overwrite, Send, interrupt
from pydantic import ValidationError

from lookagain.core.errors import ConfigError
from lookagain.core.result import Provenance, Question, Result
from lookagain.core.values import check_json
from lookagain.runtime.agent import Agent, Conclusion
from lookagain.runtime.services import Services, current_task

__all__ = ["BEGIN", "CONCLUDE", "Machine", "Node", "Route", "Scope", "build_graph", "make_result"]

#: A state as a node sees it. ``Any``, because LangGraph wants its own TypedDict there; agents declare theirs.
State: TypeAlias = Any
Node: TypeAlias = Callable[[State, Services], dict[str, Any]]
Route: TypeAlias = Callable[[State], "str | Sequence[Send]"]
#: Which services a state's node gets: one run has one set, an embedded graph has one for each invocation.
Scope: TypeAlias = Callable[[State], Services]

#: The node of an embedded graph that names the invocation.
BEGIN = "begin"
#: The node that every agent ends in; it writes the result.
CONCLUDE = "conclude"


class Machine:
    """What an agent's ``build`` declares itself on. Nodes are plain functions ``(state, services) -> update``."""

    def __init__(self, agent: Agent[Any], scope: Scope, *, embedded: bool = False) -> None:
        self._scope = scope
        self._first = BEGIN if embedded else START
        self.graph: StateGraph[Any, Any, Any, Any] = StateGraph(agent.state)
        if embedded:
            begin: Any = _beginning(agent)
            self.graph.add_node(BEGIN, begin)
            self.graph.add_edge(START, BEGIN)

    def start(self, name: str) -> None:
        """The node that runs first."""
        self.graph.add_edge(self._first, name)

    def node(self, name: str, function: Node) -> None:
        """A node. Its update must be JSON values; ``StateError`` says which key is not."""
        guarded: Any = _guarded(name, function, self._scope)
        self.graph.add_node(name, guarded)

    def question(self, name: str) -> None:
        """A node that asks the person what ``state["question"]`` says and writes ``state["reply"]``.

        It does nothing else, because LangGraph runs an interrupted node again from its beginning.
        """

        def ask(state: State) -> dict[str, Any]:
            return {"reply": interrupt(state["question"]), "question": None}

        self.graph.add_node(name, ask)

    def edge(self, source: str | Sequence[str], target: str) -> None:
        """``target`` follows ``source`` (all of them, if several)."""
        self.graph.add_edge(source if isinstance(source, str) else list(source), target)

    def route(self, source: str, function: Route, targets: Sequence[str]) -> None:
        """``function`` chooses what follows ``source``: one of ``targets``, or ``Send`` values to fan out."""

        def choose(state: State) -> Any:
            choice = function(_present(state))
            if isinstance(choice, str):
                return choice
            for send in choice:
                check_json(send.arg, where=f"what {source} sends to {send.node}")
            run = {"run": state["run"]} if "run" in state else {}
            return [Send(send.node, {**send.arg, **run}) for send in choice]

        self.graph.add_conditional_edges(source, choose, list(targets))


def _guarded(name: str, function: Node, scope: Scope) -> Callable[[State], dict[str, Any]]:
    def run(state: State) -> dict[str, Any]:
        services = scope(state)
        with services.journal.working():
            services.journal.check_time()
            services.tell("start", node=name)
            began = services.clock.monotonic()
            update = function(_present(state), services)
            check_json(update, where=f"what node {name} writes")
            services.journal.step(task=current_task(), node=name, seconds=services.clock.monotonic() - began)
            return update

    return run


def _present(state: State) -> State:
    """The channels that hold something: one that was set to None is the same as one that never was set."""
    return {name: value for name, value in state.items() if value is not None}


def _beginning(agent: Agent[Any]) -> Callable[[State], dict[str, Any]]:
    """The first node of an embedded graph: a thread of the application may bring one task after another, and
    nothing of an earlier one may be left.
    """
    hints = get_type_hints(agent.state, include_extras=True)
    summed = {name for name, hint in hints.items() if any(callable(m) for m in getattr(hint, "__metadata__", ()))}

    def begin(state: State) -> dict[str, Any]:
        if not isinstance(state.get("task"), dict):
            raise ConfigError(f"{agent.name}: expected the input {{'task': ...}} with the task's fields.")
        try:
            agent.task.model_validate(state["task"])
        except ValidationError as error:
            raise ConfigError(f"{agent.name}: {error}") from error
        cleared = {name: Overwrite([]) if name in summed else None for name in hints}
        return {**cleared, "task": state["task"], "run": current_task()}

    return begin


def build_graph(
    agent: Agent[Any], scope: Scope, provenance: Callable[[State], Provenance], *, embedded: bool = False
) -> StateGraph[Any, Any, Any, Any]:
    """The agent's graph, uncompiled, with the node that concludes."""
    machine = Machine(agent, scope, embedded=embedded)

    def conclude(state: State, services: Services) -> dict[str, Any]:
        conclusion = agent.conclude(state, services)
        result = make_result(agent, state, services, provenance(state), conclusion, status="complete")
        return {"result": result.to_json()}

    machine.node(CONCLUDE, conclude)
    machine.edge(CONCLUDE, END)
    agent.build(machine)
    missing = {"task", "run", "result", "question", "reply"} - set(get_type_hints(agent.state))
    if missing:
        raise ConfigError(f"agent {agent.name!r}: its state lacks {sorted(missing)}.", hint="Extend BaseState.")
    return machine.graph


def make_result(
    agent: Agent[Any],
    state: State,
    services: Services,
    provenance: Provenance,
    conclusion: Conclusion[Any],
    *,
    status: Literal["complete", "limited", "needs_input"],
    note: str = "",
    question: Question | None = None,
) -> Result[Any]:
    """The result of a state: what the agent concludes, what it cost, and where it came from."""
    parametrized: type[Result[Any]] = Result[agent.answer]  # type: ignore[name-defined]
    return parametrized(
        task=dict(state["task"]),
        status=status,
        answer=conclusion.answer,
        verdict=conclusion.verdict,
        evidence=conclusion.evidence,
        artifacts=dict(conclusion.artifacts),
        usage=services.journal.usage(),
        provenance=provenance,
        question=question,
        note=" ".join(part for part in (conclusion.note, note) if part),
    )
