"""Which files and folders a command line means as fields."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lookagain.app.items import ARRAYS, PICTURES, VIDEOS, find_inputs, is_array


def _stack(folder: Path) -> Path:
    return _files(folder, *(f"f{k}.png" for k in range(8)))


def _zarr(folder: Path) -> Path:
    return _files(folder, ".zgroup")


def _few(folder: Path) -> Path:
    return _files(folder, "equation.png", "phase.png")


def _files(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_bytes(b"")
    return folder


@pytest.mark.parametrize(("make", "whole"), [(_stack, True), (_zarr, True), (_few, False)])
def test_folders_that_are_one_array(make: Callable[[Path], Path], whole: bool, tmp_path: Path) -> None:
    assert is_array(make(tmp_path / "a")) is whole


@pytest.mark.parametrize(("name", "array"), [("a.NPY", True), ("a.h5", True), ("a.tif", True), ("a.mp4", False)])
def test_files_that_are_arrays(name: str, array: bool) -> None:
    assert is_array(Path(name)) is array


def test_arrays_are_found_among_videos(tmp_path: Path) -> None:
    _stack(tmp_path / "in" / "stack")
    _zarr(tmp_path / "in" / "b.zarr")
    _few(tmp_path / "in" / "other")
    for name in ("a.mp4", "c.npz", "single.tif"):
        (tmp_path / "in" / name).write_bytes(b"")
    found = find_inputs([tmp_path / "in"], suffixes=VIDEOS | ARRAYS - PICTURES, whole=is_array)
    assert {path.name for path in found} == {"stack", "b.zarr", "a.mp4", "c.npz"}
    assert find_inputs([tmp_path / "in" / "stack"], suffixes=VIDEOS, whole=is_array) == [tmp_path / "in" / "stack"]
