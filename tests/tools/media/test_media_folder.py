"""Folders that are one input: jailed, and hashed by names and contents."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookagain.core.errors import InputError
from lookagain.tools.media import MediaDoor


def test_a_catalogue_is_hashed_by_names_and_contents(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "a.glb").write_bytes(b"one")
    first = MediaDoor().sha256(folder, kind="scene")
    (folder / "a.glb").write_bytes(b"two")
    second = MediaDoor().sha256(folder, kind="scene")
    (folder / "a.glb").rename(folder / "b.glb")
    assert len({first, second, MediaDoor().sha256(folder, kind="scene")}) == 3


def test_a_folder_lies_inside_of_the_jail(tmp_path: Path) -> None:
    (tmp_path / "in" / "models").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    door = MediaDoor(tmp_path / "in")
    assert door.folder("models") == (tmp_path / "in" / "models").resolve()
    assert door.is_folder("models")
    with pytest.raises(InputError):
        door.folder(tmp_path / "out")
    (tmp_path / "in" / "file").touch()
    with pytest.raises(InputError, match="expected a folder"):
        door.folder("file")
