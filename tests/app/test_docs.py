"""What the documents say is so: code runs, commands and files exist."""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path

import pytest
from typer.main import get_command

from lookagain.app.cli import app
from lookagain.app.commands.demo import demo_folder

_ROOT = Path(__file__).parents[2]
_GUIDES = ("docs/architecture.md", "docs/edit_as_act.md")
_DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", *_GUIDES)


def blocks(name: str, language: str) -> list[str]:
    """The code blocks of a document in a language."""
    source = (_ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", source, re.DOTALL | re.MULTILINE)


def test_the_python_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(demo_folder() / "pendulum.mp4", tmp_path)
    (tmp_path / "videos").mkdir()
    monkeypatch.chdir(tmp_path)
    code = blocks("README.md", "python")
    assert code
    (tmp_path / "readme.py").write_text("\n".join(code), encoding="utf-8")
    runpy.run_path(str(tmp_path / "readme.py"))
    assert "theta" in capsys.readouterr().out


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    source = (_ROOT / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", source):
        if not target.startswith("https://"):
            assert ((_ROOT / document).parent / target).exists(), target


def test_commands_and_targets_exist() -> None:
    known = set(getattr(get_command(app), "commands", {}))
    makefile = (_ROOT / "Makefile").read_text(encoding="utf-8")
    for document in _DOCUMENTS:
        source = (_ROOT / document).read_text(encoding="utf-8")
        for command in re.findall(r"(?:`|\$ )lookagain ([a-z0-9][a-z0-9-]*)", source):
            assert command in known
        for targets in re.findall(r"(?:`|\$ )make ((?:[a-z0-9_-]+ ?)+)", source):
            for target in targets.split():
                assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_picture_is_a_picture() -> None:
    import xml.etree.ElementTree as ET

    root = ET.parse(_ROOT / "docs" / "picture.svg").getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
