"""All real files: byte for byte without an edit; with one, the edit and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lookagain.tools.scene.formats import as_own, from_own, read_scene, write_scene
from lookagain.tools.scene.values import Scene
from tests.support.scene_files import assert_same, edited, files, opened

EVERY = [*files("procthor"), *files("virtualhome"), *files("sceneeval")]


def procthor_records(tree: Any) -> dict[str, Any]:
    """The records by id, each without its children but with their ids."""
    found, todo = {}, [*tree["objects"]]
    while todo:
        raw = todo.pop()
        kids = raw.get("children", [])
        todo.extend(kids)
        found[raw["id"]] = {**raw, "children": [kid["id"] for kid in kids]} if "children" in raw else raw
    return found


@pytest.mark.parametrize("path", EVERY)
def test_an_unedited_scene_is_written_byte_for_byte(path: Path) -> None:
    scene = opened(path)
    assert write_scene(scene) == path.read_bytes()
    assert write_scene(scene.with_objects(*scene.objects.values())) == path.read_bytes()


@pytest.mark.parametrize("path", EVERY)
def test_an_edited_scene_reads_as_it_was_edited(path: Path) -> None:
    scene = opened(path)
    wanted, _ = edited(scene)
    written = write_scene(wanted)
    again = read_scene(written, assets=scene.source.assets)
    assert again.format == scene.format
    assert again.rooms == scene.rooms
    assert again.openings == scene.openings
    assert_same(again, wanted)
    twice, _ = edited(again.without("table_lamp_new"))
    assert_same(read_scene(write_scene(twice), assets=scene.source.assets), twice)


@pytest.mark.parametrize("path", EVERY)
def test_any_scene_is_written_in_lookagains_own_format(path: Path) -> None:
    wanted, _ = edited(opened(path))
    again = from_own(write_scene(as_own(wanted)))
    assert_same(again, wanted)
    assert again.rooms == wanted.rooms
    assert again.openings == wanted.openings
    changed, touched = edited(again.without("table_lamp_new"))
    before, after = (json.loads(write_scene(one))["objects"] for one in (again, changed))
    assert [raw for raw in before if raw["id"] not in touched] == [raw for raw in after if raw["id"] not in touched]


@pytest.mark.parametrize("path", files("procthor"))
def test_procthor_keeps_what_an_edit_does_not_touch(path: Path) -> None:
    scene = opened(path)
    wanted, touched = edited(scene)
    before, after = (json.loads(data) for data in (path.read_bytes(), write_scene(wanted)))
    assert {**before, "objects": None} == {**after, "objects": None}
    assert list(before) == list(after)
    old, new = procthor_records(before), procthor_records(after)
    parents = {scene[id_].parent for id_ in touched if id_ in scene.objects}
    assert {id_ for id_ in old.keys() | new.keys() if old.get(id_) != new.get(id_)} <= touched | parents
    for id_ in parents - touched - {None}:
        assert {**old[str(id_)], "children": 0} == {**new[str(id_)], "children": 0}


@pytest.mark.parametrize("path", files("sceneeval"))
def test_sceneeval_keeps_what_an_edit_does_not_touch(path: Path) -> None:
    wanted, touched = edited(opened(path))
    before, after = (json.loads(data) for data in (path.read_bytes(), write_scene(wanted)))
    old, new = ({raw["id"]: raw for raw in tree["scene"].pop("object")} for tree in (before, after))
    assert before == after
    assert {id_ for id_ in old.keys() | new.keys() if old.get(id_) != new.get(id_)} <= touched


@pytest.mark.parametrize("path", files("virtualhome"))
def test_virtualhome_keeps_what_an_edit_does_not_touch(path: Path) -> None:
    scene = opened(path)
    wanted, touched = edited(scene)
    before, after = (json.loads(data) for data in (path.read_bytes(), write_scene(wanted)))
    named = {raw["id"]: raw.get("lookagain", {}).get("id", str(raw["id"])) for raw in after["nodes"]}
    named |= {raw["id"]: str(raw["id"]) for raw in before["nodes"]}
    assert changed_nodes(before, after) <= {id_ for id_, name in named.items() if name in touched}

    def aside(graph: Any) -> list[Any]:
        return [one for one in graph["edges"] if not {named[one["from_id"]], named[one["to_id"]]} & touched]

    assert aside(before) == aside(after)


def changed_nodes(before: Any, after: Any) -> set[int]:
    old, new = ({raw["id"]: raw for raw in graph["nodes"]} for graph in (before, after))
    return {id_ for id_ in old.keys() | new.keys() if old.get(id_) != new.get(id_)}


@pytest.mark.parametrize("path", files("virtualhome"))
def test_virtualhome_stays_close_where_its_own_rule_says_so(path: Path) -> None:
    """The rule for CLOSE gives the file's own edges when all of them are made anew."""
    scene = opened(path)
    movable = [one for one in scene.objects.values() if not one.fixed]
    wanted, _ = edited(scene)
    back = read_scene(write_scene(wanted))
    restored = back.with_objects(*(one for one in movable if one.id in back.objects))
    before, after = (json.loads(data) for data in (path.read_bytes(), write_scene(restored)))
    gone = scene.objects.keys() - wanted.objects.keys()
    assert close_edges(before, gone) == close_edges(
        after, {str(raw["id"]) for raw in after["nodes"] if "lookagain" in raw}
    )


def close_edges(graph: Any, without: set[str]) -> set[tuple[int, int]]:
    ends = ((one["from_id"], one["to_id"]) for one in graph["edges"] if one["relation_type"] == "CLOSE")
    return {(a, b) for a, b in ends if not {str(a), str(b)} & without}


def test_rooms_are_not_edited_in_a_format_that_is_not_ours(data: Path) -> None:
    scene = opened(next((data / "scenes" / "procthor" / "houses").glob("*.json")))
    bare = Scene(objects=scene.objects, rooms={}, format=scene.format, source=scene.source)
    with pytest.raises(Exception, match="rooms and openings of procthor are not edited"):
        write_scene(bare)
    assert from_own(write_scene(as_own(bare))).rooms == {}
