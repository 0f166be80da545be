"""Whatever the bytes are: a scene, or an ``InputError`` that says what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookagain.core.errors import InputError
from lookagain.tools.scene.assets import ProcthorAssets
from lookagain.tools.scene.formats import (
    from_gltf,
    from_own,
    from_procthor,
    from_sceneeval,
    from_virtualhome,
    read_scene,
    write_scene,
)
from lookagain.tools.scene.values import Scene
from tests.support import scene_made
from tests.support.scene_files import assert_same, edited

READERS: dict[str, tuple[Callable[[bytes], Scene], Callable[[], Any]]] = {
    "gltf": (from_gltf, scene_made.gltf),
    "own": (from_own, scene_made.own),
    "procthor": (from_procthor, scene_made.procthor),
    "sceneeval": (from_sceneeval, scene_made.sceneeval),
    "virtualhome": (from_virtualhome, scene_made.virtualhome),
}
NAMES = sorted(READERS)

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["room|1", "1", "7", "r", "desk_1", "lamp_1", 10**400, 1e308, -1]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*path, key))


def put(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    held = tree
    for key in path[:-1]:
        held = held[key]
    held[path[-1]] = value
    return tree


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(choice=st.data())
def test_a_file_with_a_wrong_value_anywhere_is_read_or_refused(name: str, choice: st.DataObject) -> None:
    read, made = READERS[name]
    tree = made()
    for _ in range(choice.draw(st.integers(1, 2))):
        path = choice.draw(st.sampled_from(sorted(places(tree), key=str)))
        tree = put(tree, path, choice.draw(anything))
    data = json.dumps(tree).encode()
    with suppress(InputError):
        scene = read(data)
        assert write_scene(scene) == data
        wanted, _ = edited(scene)
        assert_same(read(write_scene(wanted)), wanted)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.binary(max_size=200) | st.text(alphabet='[]{}",:0123e-. ', max_size=60).map(str.encode))
def test_any_bytes_are_refused(name: str, data: bytes) -> None:
    read, _ = READERS[name]
    with pytest.raises(InputError):
        read(b"[" + data)
    with pytest.raises(InputError):
        read_scene(data)


@given(data=st.binary(max_size=100) | anything.map(lambda tree: json.dumps(tree).encode()))
def test_any_asset_database_is_read_or_refused(data: bytes) -> None:
    with suppress(InputError):
        assert ProcthorAssets(data).get("") is None


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "expected JSON"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"null", "expected a scene of"),
        (b"[" * 200_000, "nested more than"),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "nested more than"),
        (b'{"nodes": [], "edges": ' + b"[" * 90 + b"]" * 90 + b"}", "nested more than"),
        (b'{"nodes": [{"id": NaN}], "edges": []}', "expected finite numbers, got NaN"),
        (b'{"nodes": [{"id": 1e999}], "edges": []}', "expected finite numbers, got 1e999"),
        (b'{"nodes": [' + b"1," * 5_000_001 + b"1]}", "values, more than 5000000"),
        (b'{"nodes": [' + b"1" * 5_000 + b'], "edges": []}', "expected JSON"),
        (b" " * (64 * 1024 * 1024 + 1), "bytes, more than"),
    ],
)
def test_a_hostile_file_is_refused_with_the_reason(data: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_scene(data)


def test_more_objects_than_any_scene_has_are_refused() -> None:
    one = {"id": "", "category": "cup", "centre": [0, 0, 0], "size": [1, 1, 1]}
    tree = {**scene_made.own(), "objects": [{**one, "id": f"c{at}"} for at in range(100_001)]}
    with pytest.raises(InputError, match="100001 objects, more than 100000"):
        from_own(json.dumps(tree).encode())


@pytest.mark.parametrize(
    ("name", "path"),
    [("own", ("objects", 1, "id")), ("procthor", ("objects", 1, "id")), ("virtualhome", ("nodes", 4, "id"))],
)
def test_an_id_that_occurs_twice_is_refused(name: str, path: tuple[Any, ...]) -> None:
    read, made = READERS[name]
    taken = {"own": "desk_1", "procthor": "DiningTable|1|0", "virtualhome": 7}[name]
    with pytest.raises(InputError, match="occurs twice"):
        read(json.dumps(put(made(), path, taken)).encode())


def test_a_circle_of_parents_is_refused() -> None:
    tree = put(scene_made.own(), ("objects", 0, "parent"), "lamp_1")
    with pytest.raises(InputError, match=r"carry each other in a circle: .*lamp_1"):
        from_own(json.dumps(tree).encode())


def test_a_parent_and_a_room_that_do_not_exist_are_dropped_and_said() -> None:
    tree = put(put(scene_made.own(), ("objects", 1, "parent"), "ghost"), ("objects", 0, "room"), "nowhere")
    scene = from_own(json.dumps(tree).encode())
    assert scene["lamp_1"].parent is None
    assert scene["desk_1"].room is None
    assert len(scene.warnings) == 2


def test_a_thousand_warnings_are_a_few() -> None:
    one = {"category": "cup", "centre": [0, 0, 0], "size": [1, 1, 1], "parent": "ghost"}
    tree = {**scene_made.own(), "objects": [{**one, "id": f"c{at}"} for at in range(1000)]}
    assert from_own(json.dumps(tree).encode()).warnings[-1] == "and 980 more warnings."


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_version_of_our_format_is_refused(version: Any) -> None:
    with pytest.raises(InputError, match="expected version 1"):
        from_own(json.dumps({**scene_made.own(), "version": version}).encode())
