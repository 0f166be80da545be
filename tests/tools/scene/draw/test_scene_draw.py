"""Pictures of scenes: what they show, what they mark, and that no name of a file becomes markup."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lookagain.tools.scene.draw import interactive_page, interactive_view, perspective_view, top_view, view_script
from lookagain.tools.scene.draw.changes import changes, plain
from lookagain.tools.scene.draw.raster import Camera, Canvas
from lookagain.tools.scene.formats import from_own
from lookagain.tools.scene.values import Point, Scene, SceneObject
from tests.support import scene_made

HOSTILE = '"><script>alert(1)</script>$\\frac{&\u202e漢\x07'


def made() -> Scene:
    return from_own(json.dumps(scene_made.own()).encode())


def edited() -> Scene:
    scene = made()
    lamp = replace(scene["lamp_1"], box=scene["lamp_1"].box.moved(0.3, 0))
    return scene.without("desk_1").with_objects(lamp, replace(scene["desk_1"], id="desk_2", category=HOSTILE))


def pixels(png: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def near(picture: Any, colour: tuple[int, int, int]) -> int:
    return int((np.abs(picture - np.array(colour)).sum(axis=2) < 60).sum())


@pytest.mark.parametrize("draw", [top_view, perspective_view])
def test_changes_are_in_their_colours(draw: Any) -> None:
    same = pixels(draw(made()))
    shown = pixels(draw(edited(), before=made()))
    for colour in ((42, 157, 75), (193, 41, 46), (224, 123, 0)):
        assert near(same, colour) == 0
        assert near(shown, colour) > 20


@pytest.mark.parametrize("draw", [top_view, perspective_view])
def test_equal_scenes_are_equal_pictures_and_an_empty_one_is_drawn(draw: Any) -> None:
    assert draw(made()) == draw(made())
    assert pixels(draw(Scene(objects={}, rooms={}))).size
    assert draw(made(), rooms=[]) == draw(Scene(objects={}, rooms={}))


def test_what_changed_is_told_apart() -> None:
    scene = made()
    found = changes(scene, edited().with_objects(replace(scene["lamp_1"], style="brass")))
    assert found.marks == {"desk_2": "added", "desk_1": "removed", "lamp_1": "changed"}
    assert changes(None, scene).marks == {}


def test_what_is_nearer_hides_what_is_farther() -> None:
    def square(z: float, side: float) -> Any:
        return np.array([[-side, -side, z], [side, -side, z], [side, side, z], [-side, side, z]])

    floor = square(0, 2)
    camera = Camera.looking(floor, np.array([0.1, 0.0, -1.0]), width=100, height=100)
    for order in (1, -1):
        canvas = Canvas(camera, width=100, height=100)
        for points, colour in [(floor, (1.0, 0.0, 0.0)), (square(0.5, 0.5), (0.0, 1.0, 0.0))][::order]:
            canvas.polygon(points, colour)
        assert canvas.colour[50, 50].tolist() == [0, 1, 0]
        assert canvas.colour[50, 10].tolist() == [1, 0, 0]
    unseen = Canvas(camera, width=100, height=100)
    unseen.polygon(floor[::-1], (1.0, 0.0, 0.0))
    assert (unseen.colour == 1).all()


def test_the_camera_has_all_points_in_its_picture() -> None:
    points = np.random.default_rng(3).uniform(-5, 5, (200, 3))
    camera = Camera.looking(points, np.array([0.4, 0.8, -0.9]), width=300, height=200)
    seen, _ = camera.project(points)
    assert ((seen >= 0) & (seen <= (300, 200))).all()


class Tags(HTMLParser):
    """All tags and attributes of a text; those left open at its end."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("input", "meta"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_view_has_both_layers_and_a_switch() -> None:
    tags = Tags(interactive_view(edited(), before=made(), name="run-1"))
    ids = [attributes["data-id"] for tag, attributes in tags.found if "data-id" in attributes]
    assert sorted(map(str, ids)) == ["desk_1", "desk_2", "lamp_1", "lamp_1"]
    assert {attributes["class"] for tag, attributes in tags.found if tag == "input"} == {"show-before", "show-after"}
    assert not tags.open
    assert "layer-before" not in interactive_view(made()).partition("</style>")[2]
    with pytest.raises(ValueError, match="plain name"):
        interactive_view(made(), name='a"b')


def test_a_page_runs_our_script_alone_and_asks_for_nothing() -> None:
    page = interactive_page(edited(), before=made(), title=HOSTILE)
    assert page.count("<script") == 1
    assert f"<script>{view_script()}</script>" in page
    assert "default-src 'none'" in page
    assert "http" not in page.replace('http-equiv="Content', "")


@settings(deadline=None, max_examples=60)
@given(words=st.lists(st.text(max_size=60), min_size=5, max_size=5))
def test_no_text_of_a_file_becomes_markup(words: list[str]) -> None:
    scene = made()
    box = scene["lamp_1"].box
    one = SceneObject(id=words[0], category=words[1], box=box, style=words[2], states=(words[3],), parent=words[4])
    plainly = replace(one, id="x", category="x", style="x" if one.style else "", states=("x",) if words[3] else ())
    plainly = replace(plainly, parent="x" if words[4] else None)
    tags, plain_tags = (
        Tags(interactive_view(Scene(objects={thing.id: thing}, rooms=scene.rooms))) for thing in (one, plainly)
    )
    assert [(tag, set(attributes)) for tag, attributes in tags.found] == [
        (tag, set(attributes)) for tag, attributes in plain_tags.found
    ]
    assert not tags.open


def test_a_hostile_name_is_drawn_as_text() -> None:
    one = replace(made()["lamp_1"], category=HOSTILE)
    scene = made().with_objects(one)
    assert top_view(scene, before=made())
    assert perspective_view(scene, before=made())
    assert "<script" not in interactive_view(scene)


def test_labels_are_short_and_printable() -> None:
    assert plain("a\u202eb\x00c") == "a\ufffdb\ufffdc"
    assert len(plain("x" * 500)) == 40


def test_a_thing_that_is_huge_or_flat_is_drawn() -> None:
    scene = made()
    sizes = [Point(1e4, 1e4, 1e-4), Point(1e-4, 1e-4, 1e4)]
    for size in sizes:
        one = replace(scene["lamp_1"], box=replace(scene["lamp_1"].box, size=size))
        assert perspective_view(scene.with_objects(one))
        assert top_view(scene.with_objects(one))
