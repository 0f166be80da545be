"""The agent as a node of a larger LangGraph graph, which owns the persistence."""

from importlib.resources import files
from pathlib import Path
from typing import Any, TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph

import lookagain as la

DEMO = Path(str(files("lookagain") / "data" / "demo"))


class State(TypedDict, total=False):
    task: dict[str, Any]
    result: dict[str, Any]
    summary: str


def ask(state: State) -> State:
    return {"task": {"video": str(min(DEMO.glob("*.mp4"))), "max_rounds": 1}}


def tell(state: State) -> State:
    return {"summary": f"The law is {state['result']['verdict']['value']}."}


def main() -> str:
    larger = StateGraph(State)
    larger.add_node("ask", ask).add_node("pixel2phys", la.graph(la.Pixel2Phys)).add_node("tell", tell)
    larger.add_edge(START, "ask").add_edge("ask", "pixel2phys").add_edge("pixel2phys", "tell").add_edge("tell", END)
    app = larger.compile(checkpointer=InMemorySaver())
    done = app.invoke({}, {"configurable": {"thread_id": "1"}})
    print(done["summary"])
    return str(done["summary"])


if __name__ == "__main__":
    main()
