"""What the package promises to those who import it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import lookagain

ROOT = Path(__file__).resolve().parent.parent

NAMES = {
    "BackendError",
    "ConfigError",
    "EditAsAct",
    "Event",
    "Evidence",
    "ExpertError",
    "InputError",
    "Law",
    "LimitError",
    "Limits",
    "LookagainError",
    "ModelError",
    "OutputError",
    "Pixel2Phys",
    "Result",
    "RunError",
    "SceneEdit",
    "StateError",
    "Usage",
    "Verdict",
    "aresume",
    "arun",
    "as_tool",
    "astream",
    "graph",
    "open_run",
    "resume",
    "run",
    "stream",
}


def test_the_exported_names_are_these_and_all_load() -> None:
    assert set(lookagain.__all__) == NAMES
    for name in lookagain.__all__:
        assert getattr(lookagain, name).__name__ == name
    assert set(lookagain.__all__) <= set(dir(lookagain))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such"):
        _ = lookagain.no_such


@pytest.mark.parametrize(
    "code", ["import lookagain", "import lookagain as la; la.Pixel2Phys", "import lookagain.app.cli"]
)
def test_importing_loads_nothing_heavy(code: str) -> None:
    check = f"{code}; import sys; print([m for m in sys.modules if m.split('.')[0] in {{'torch', 'langgraph', 'cv2'}}])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_root_shows_the_parts_of_the_package() -> None:
    for name in ("agents", "tools", "planners", "prompts"):
        link = ROOT / name
        assert link.is_symlink()
        assert link.resolve() == ROOT / "lookagain" / name


def test_the_graphs_for_a_server_compile() -> None:
    listed = json.loads((ROOT / "langgraph.json").read_text())["graphs"]
    nodes = {
        "edit_as_act": {"read", "understand", "question", "plan", "execute", "verify", "draw", "conclude"},
        "pixel2phys": {"look", "variable", "equation", "experiment", "plan", "conclude"},
    }
    assert set(listed) == set(nodes)
    for name, target in listed.items():
        path, _, attribute = target.partition(":")
        module = path.removeprefix("./").removesuffix(".py").replace("/", ".")
        made = getattr(__import__(module, fromlist=[attribute]), attribute)()
        assert made.name == name
        assert nodes[name] <= set(made.nodes)
