"""The index survives kills, and trusts nothing that is written in it."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookagain.app.index import Index, IndexLine


def line(name: str = "a.mp4", run: str = "a-1", status: str = "complete") -> IndexLine:
    return IndexLine(input=name, run=run, agent="fake", status=status)


def test_the_last_line_of_an_item_counts(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.add(line(status="failed"))
    index.add(line("b.mp4", "b-1"))
    index.add(line())
    assert index.lines() == [line(), line("b.mp4", "b-1")]
    index.compact()
    assert index.lines() == [line(), line("b.mp4", "b-1")]
    assert len(index.path.read_text().splitlines()) == 2


def test_an_item_that_gets_a_run_loses_its_earlier_failure(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.add(line(run="", status="failed"))
    index.add(line())
    assert index.lines() == [line()]


def test_a_torn_line_harms_no_other(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.add(line())
    with index.path.open("a") as file:
        file.write('{"input": "b.mp4", "ru')
    index.add(line("c.mp4", "c-1"))
    assert index.lines() == [line(), line("c.mp4", "c-1")]


@pytest.mark.parametrize("run", ["../outside", "/etc", "..", ".", "a/b"])
def test_a_run_outside_of_the_folder_is_not_read(tmp_path: Path, run: str) -> None:
    index = Index(tmp_path)
    index.path.write_text(json.dumps(asdict(line(run=run))) + "\n")
    assert index.lines() == []


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder))
        index.path.write_bytes(data)
        index.lines()
        index.add(line())
        assert index.lines()[-1] == line()


@given(st.text(), st.text())
def test_any_text_comes_back(name: str, headline: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder))
        written = IndexLine(input=name, run="r", agent="fake", status="complete", headline=headline)
        index.add(written)
        assert index.lines() == [written]
