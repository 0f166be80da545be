"""The report: complete, self-contained, and deaf to what is written in the things it shows."""

from __future__ import annotations

import base64
import hashlib
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from lookagain.agents.pixel2phys.answer import Start
from lookagain.app.report import headline, render, write_report
from lookagain.app.report.html import Html, clean, el, text
from lookagain.app.report.media import Embedder
from lookagain.app.report.path import draw_path, steps_of
from lookagain.core.blobs import BlobRef, BlobStore
from lookagain.core.result import Evidence, Provenance, Result, Verdict
from lookagain.core.task import Answer
from lookagain.runtime.journal import Step
from tests.app import made
from tests.app.page import Page, read

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;\x00\u202e"


class Caption(Answer):
    """The answer of an agent without a section of its own."""

    caption: str
    scores: tuple[float, ...] = ()
    more: dict[str, Any] = Field(default_factory=dict)


def page_of(*results: Result[Any], folder: Path) -> Page:
    page = read(render(results, folder=folder))
    assert page.faults == []
    return page


def test_several_recordings_are_shown_one_by_one(tmp_path: Path) -> None:
    starts = (Start(t0=0.0, state=(0.6, 0.0)), Start(t0=0.5, state=(-0.25, 1.5)))
    law = made.pendulum().model_copy(update={"starts": starts})
    ref = BlobStore(tmp_path).put(made.png(), media_type="image/png", name="overlay-2.png")
    result = made.result(tmp_path, answer=law, artifacts={"overlay-2.png": ref})
    shown = page_of(result, folder=tmp_path).text
    for words in ("start of recording 1", "theta = −0.25, theta' = 1.5 at t = 0.5 s", "on the video 2"):
        assert words in shown


def test_a_run_is_shown_with_its_answer_evidence_pictures_and_provenance(tmp_path: Path) -> None:
    result = made.result(tmp_path)
    page = page_of(result, folder=tmp_path)
    for words in (
        "All required checks hold.",
        "The law predicts frames it was not fitted on",
        "roll-out over the held-out last 25 % of the frames",
        "0.99987",
        "≥ 0.999",
        "median 0.02 px",
        "−39.240 ± 0.031 1/s²",
        "does not hold",
        "ab" * 32,
        r"\ddot{\theta}",
    ):
        assert words in page.text
    assert page.count("math") == 3
    assert page.count("img") == 2
    assert all(source.startswith("data:image/png;base64,") for source in page.attributes("src"))


def test_pictures_are_inlined_byte_by_byte(tmp_path: Path) -> None:
    data = made.png()
    ref = BlobStore(tmp_path).put(data, media_type="image/png", name="phase.png")
    page = page_of(made.result(tmp_path, pictures=False, artifacts={"phase": ref}), folder=tmp_path)
    (source,) = page.attributes("src")
    assert base64.b64decode(source.partition(",")[2]) == data


@pytest.mark.parametrize("limit", [{"max_file": 10}, {"max_page": 10}])
def test_above_the_cap_a_picture_is_linked(tmp_path: Path, limit: dict[str, int]) -> None:
    run = tmp_path / "a run"
    ref = BlobStore(run).put(made.png(), media_type="image/png", name="phase.png")
    embedder = Embedder(page_folder=tmp_path, **limit)
    page = read(embedder.show(ref, run, alt="x"))
    assert page.attributes("src") == [f"./a%20run/{ref.relative_path.as_posix()}"]


def test_a_page_stays_below_its_cap_over_many_runs(tmp_path: Path) -> None:
    ref = BlobStore(tmp_path).put(made.png(), media_type="image/png", name="phase.png")
    embedder = Embedder(page_folder=tmp_path, max_page=2 * ref.size)
    sources = [read(embedder.show(ref, tmp_path, alt="x")).attributes("src")[0] for _ in range(3)]
    assert [source.startswith("data:") for source in sources] == [True, True, False]


def test_the_named_copy_is_linked_only_where_it_is_a_plain_file_of_the_run(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    run = tmp_path / "run"
    ref = BlobStore(run).put(b"a,b\n", media_type="text/csv", name="variables.csv")
    (run / "variables.csv").write_bytes(b"a,b\n")
    (run / "link.csv").symlink_to(tmp_path / "secret")
    embedder = Embedder(page_folder=run)
    links = {
        name: read(embedder.link(ref, run, name=name)).attributes("href")[0]
        for name in ("variables.csv", "../secret", "link.csv", "", "..")
    }
    blob = f"./{ref.relative_path.as_posix()}"
    assert links == {"variables.csv": "./variables.csv", "../secret": blob, "link.csv": blob, "": blob, "..": blob}


@pytest.mark.parametrize("harm", ["missing", "other bytes of this size"])
def test_a_damaged_picture_is_said_and_not_shown(tmp_path: Path, harm: str) -> None:
    result = made.result(tmp_path)
    blob = tmp_path / result.artifacts["phase.png"].relative_path
    size = blob.stat().st_size
    blob.unlink()
    if harm != "missing":
        blob.write_bytes(b"x" * size)
    page = page_of(result, folder=tmp_path)
    assert page.count("img") == 1
    assert ("missing" if harm == "missing" else "damaged") in page.text


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "application/pdf"])
def test_what_could_carry_a_script_is_linked_and_never_shown(tmp_path: Path, kind: str) -> None:
    ref = BlobStore(tmp_path).put(b"<svg onload=alert(1)>", media_type=kind, name="x.svg")
    page = page_of(made.result(tmp_path, pictures=False, artifacts={"x": ref}), folder=tmp_path)
    assert page.attributes("src") == []


def hostile(folder: Path) -> list[Result[Any]]:
    """Every text of a result is an attack."""
    evidence = Evidence(claim=HOSTILE, method=HOSTILE, text=HOSTILE, unit=HOSTILE, measured=1.0)
    law = made.pendulum()
    equation = law.equations[0].model_copy(update={"text": HOSTILE, "latex": HOSTILE, "lhs": HOSTILE})
    changes: dict[str, Any] = {
        "verdict": Verdict(reason=HOSTILE),
        "evidence": (evidence,),
        "task": {HOSTILE: HOSTILE},
        "note": HOSTILE,
        "provenance": Provenance(
            agent=HOSTILE,
            version=HOSTILE,
            model=HOSTILE,
            inputs={f"video:{HOSTILE}": HOSTILE},
            prompts={HOSTILE: HOSTILE},
            experts={HOSTILE: HOSTILE},
            versions={HOSTILE: HOSTILE},
        ),
    }
    ref = BlobStore(folder).put(made.png(), media_type="image/png", name=HOSTILE)
    return [
        made.result(folder, answer=law.model_copy(update={"equations": (equation,)}), **changes),
        made.result(folder, pictures=False, artifacts={HOSTILE: ref}, **changes),
        made.result(folder, status="limited", answer=None, **changes),
        made.asking(HOSTILE),
        made.failed(HOSTILE),
        _generic(Caption(caption=HOSTILE, more={HOSTILE: [HOSTILE]})),
    ]


def _generic(answer: Caption) -> Result[Caption]:
    provenance = Provenance(agent="caption", version="1")
    return Result[Caption](task={}, status="complete", answer=answer, provenance=provenance)


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    for results in (hostile(tmp_path), *([one] for one in hostile(tmp_path))):
        source = render(results, folder=tmp_path)
        page = read(source)
        assert page.faults == []
        assert page.count("script") == 1
        assert {name for _, found in page.elements for name in found if name.startswith("on")} == set()
        assert all(value != "x" for value in page.attributes("src"))
        assert "\x00" not in source
        assert "\u202e" not in source
        assert "alert(1)" in page.text


def test_no_address_outside_and_only_our_script_may_run(tmp_path: Path) -> None:
    source = render([made.result(tmp_path), *hostile(tmp_path)], folder=tmp_path)
    page = read(source)
    for value in page.attributes("src", "href", "action", "data", "poster", "srcset"):
        assert value.startswith(("data:", "#", "./"))
    assert re.search(r"url\(|@import|https?:", source) is None
    (policy,) = [value for value in page.attributes("content") if "default-src" in value]
    assert "default-src 'none'" in policy
    (script,) = re.findall(r"<script>(.*?)</script>", source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy


def test_many_runs_can_be_filtered_by_verdict(tmp_path: Path) -> None:
    refuted = made.result(tmp_path, verdict=Verdict(value="refuted", reason="It leaves the track."))
    page = page_of(made.result(tmp_path), refuted, made.failed(), made.asking(), folder=tmp_path)
    assert page.attributes("data-filter") == ["", "confirmed", "refuted", "needs_input", "failed"]
    assert page.attributes("data-state") == ["confirmed", "refuted", "failed", "needs_input"]
    assert page.count("article") == 4


def test_reports_of_unfinished_runs_say_what_to_do(tmp_path: Path) -> None:
    assert "Record it again." in page_of(made.failed(), folder=tmp_path).text
    question = page_of(made.asking(), folder=tmp_path).text
    assert "Which object is meant?" in question
    assert "--answer" in question
    limited = made.result(tmp_path, status="limited", note="limit 'seconds' reached: 5 spent of 5.")
    assert "limit 'seconds' reached" in page_of(limited, folder=tmp_path).text


def test_an_answer_without_a_section_of_its_own_is_shown_whole(tmp_path: Path) -> None:
    result = _generic(Caption(caption="a cat reads", scores=(0.5, 0.25), more={"why": {"deep": ["down"]}}))
    page = page_of(result, folder=tmp_path)
    assert headline(result) == "a cat reads"
    for words in ("a cat reads", "0.25", "why", "deep", "down"):
        assert words in page.text


def test_the_report_of_a_reopened_result_is_the_same(tmp_path: Path) -> None:
    result = made.result(tmp_path)
    again = type(result).model_validate_json(result.model_dump_json()).opened_from(tmp_path)
    assert render([result], folder=tmp_path) == render([again], folder=tmp_path)


def test_the_page_can_be_used_without_a_mouse_and_by_a_screen_reader(tmp_path: Path) -> None:
    page = page_of(made.result(tmp_path), made.failed(), folder=tmp_path)
    assert ("html", {"lang": "en"}) in page.elements
    assert page.count("main") == page.count("h1") == 1
    for tag, found in page.elements:
        assert tag != "img" or found.get("alt")
        assert "onclick" not in found
        assert tag != "button" or found.get("type") == "button"
        assert tag != "th" or found.get("scope")


def test_an_older_report_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    assert write_report([made.result(tmp_path)], path) == path
    assert "pendulum.mp4" in path.read_text(encoding="utf-8")


def steps(*nodes: str) -> tuple[Step, ...]:
    return tuple(Step(task=str(i), node=node, seconds=0.1) for i, node in enumerate(nodes))


@pytest.mark.parametrize(
    ("nodes", "arcs"),
    [
        (("look", "check"), 1),
        (("look", "check", "plan", "look", "check", "plan"), 3),
        (("look", "plan", "check", "look", "check"), 4),
        (("look", "look", "check"), 2),
    ],
)
def test_the_walk_has_an_arc_for_each_transition(nodes: tuple[str, ...], arcs: int) -> None:
    drawn = draw_path(steps(*nodes))
    assert drawn is not None
    page = read(drawn)
    assert page.faults == []
    assert sum(found.get("class") == "arc" for _, found in page.elements) == arcs
    assert page.count("circle") == len(set(nodes))


@pytest.mark.parametrize("nodes", [(), ("look",), tuple(f"n{i}" for i in range(40))])
def test_a_walk_that_is_no_picture_is_not_drawn(nodes: tuple[str, ...]) -> None:
    assert draw_path(steps(*nodes)) is None


def test_steps_come_from_the_journal_which_is_left_as_it_is(tmp_path: Path) -> None:
    assert steps_of(tmp_path) == ()
    path = tmp_path / "journal.sqlite"
    with sqlite3.connect(path) as journal:
        journal.execute("CREATE TABLE steps (id INTEGER PRIMARY KEY, task TEXT, node TEXT, seconds REAL)")
        rows = [("a", "look", 0.5), ("b", "check", 0.25), ("a", "look", 0.5)]
        journal.executemany("INSERT INTO steps (task, node, seconds) VALUES (?, ?, ?)", rows)
    journal.close()
    before = path.read_bytes()
    assert steps_of(tmp_path) == (
        Step(task="a", node="look", seconds=1.0),
        Step(task="b", node="check", seconds=0.25),
    )
    assert path.read_bytes() == before
    path.write_bytes(b"not a database" * 100)
    assert steps_of(tmp_path) == ()


@given(st.text())
def test_any_text_survives_as_text(value: str) -> None:
    page = read(el("p", value, title=value))
    assert page.faults == []
    assert page.count("p") == len(page.elements) == 1
    assert page.text.replace("\r", "\n") == clean(value)
    assert page.elements[0][1]["title"] == clean(value)


def test_markup_is_escaped_once_and_names_are_never_from_outside() -> None:
    assert el("p", text("<"), "<", Html("<br>")) == "<p>&lt;&lt;<br></p>"
    assert el("a", hidden=True, id=None, data_n=3) == '<a hidden data-n="3"></a>'
    for wrong in ("a b", "a><script", ""):
        with pytest.raises(ValueError, match="not a name"):
            el(wrong)
        with pytest.raises(ValueError, match="not a name"):
            el("p", **{wrong or " ": 1})


def test_a_run_without_a_folder_has_a_report(tmp_path: Path) -> None:
    ref = BlobRef(sha256="0" * 64, size=1, media_type="image/png", name="phase.png")
    page = page_of(made.result(artifacts={"phase": ref}), folder=tmp_path)
    assert "this run kept no folder" in page.text
