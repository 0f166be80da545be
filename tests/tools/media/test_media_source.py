from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from lookagain.core.errors import ConfigError, InputError
from lookagain.tools.media import Budget, MediaDoor, write_png


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "picture.png"
    path.parent.mkdir()
    write_png(path, np.arange(300, dtype=np.uint16).astype(np.uint8).reshape(10, 10, 3))
    return path


def _nothing(path: Path) -> Path:
    return path


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def _fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _loop(path: Path) -> Path:
    path.symlink_to(path)
    return path


def _text(path: Path) -> Path:
    path.write_text("just words")
    return path


def _playlist(path: Path) -> Path:
    path.write_text("ffconcat version 1.0\nfile /etc/passwd\n")
    return path


def _hls(path: Path) -> Path:
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n")
    return path


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_nothing, "no such file"),
        (_folder, "folder"),
        (_empty, "empty"),
        (_fifo, "not a regular file"),
        (_loop, "not a usable path|cannot be opened"),
        (_text, "unknown content"),
        (_playlist, "playlist"),
        (_hls, "playlist"),
    ],
)
@pytest.mark.parametrize("method", ["image", "video", "probe"])
def test_refuses_what_is_not_a_media_file(make: Callable[[Path], Path], says: str, method: str, tmp_path: Path) -> None:
    path = make(tmp_path / "thing.mp4")
    with pytest.raises(InputError, match=says) as caught:
        getattr(MediaDoor(), method)(path)
    assert "thing.mp4" in str(caught.value)


def test_refuses_what_may_not_be_read(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: object, flags: int) -> int:
        raise PermissionError(errno.EACCES, "denied", str(path))

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(InputError, match="no permission"):
        MediaDoor().probe(picture)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/a.mp4", "file:///etc/passwd", "data:image/png;base64,AA", "rtsp://x/y"]
)
def test_refuses_addresses(address: str) -> None:
    with pytest.raises(InputError, match="address"):
        MediaDoor().video(address)


@pytest.mark.parametrize("protocol", ["concat:a.mp4|b.mp4", "subfile,,start,0,end,9,,:a", "pipe:0", "a\0b"])
def test_a_protocol_prefix_is_only_a_file_name(protocol: str) -> None:
    with pytest.raises(InputError):
        MediaDoor().video(protocol)


def test_jail_lets_its_own_files_pass(picture: Path, tmp_path: Path) -> None:
    door = MediaDoor(root=picture.parent)
    link = picture.parent / "link.png"
    link.symlink_to(picture)
    assert {door.image(path).sha256 for path in ("picture.png", picture, "link.png", "./picture.png")} == {
        door.image(picture).sha256
    }


def test_jail_refuses_ways_out(picture: Path, tmp_path: Path) -> None:
    jail = tmp_path / "jail"
    jail.mkdir()
    (jail / "file.png").symlink_to(picture)
    (jail / "folder").symlink_to(picture.parent)
    for path in (picture, "../in/picture.png", "file.png", "folder/picture.png", "folder/../../in/picture.png"):
        with pytest.raises(InputError, match="outside") as caught:
            MediaDoor(root=jail).image(path)
        assert caught.value.limit == "root"


def test_a_root_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        MediaDoor(root=tmp_path / "missing").image("a.png")


def test_bytes_over_budget(picture: Path) -> None:
    with pytest.raises(InputError, match="max_bytes=10") as caught:
        MediaDoor(budget=Budget(max_bytes=10)).image(picture)
    assert caught.value.limit == "max_bytes"


def test_content_counts_not_the_name(tmp_path: Path, picture: Path) -> None:
    disguised = tmp_path / "holiday.mp4"
    disguised.write_bytes(picture.read_bytes())
    assert MediaDoor().probe(disguised).format == "png"
    assert MediaDoor().image(disguised).width == 10
    with pytest.raises(InputError, match="expected video") as caught:
        MediaDoor().video(disguised)
    assert caught.value.limit == "format"


def test_a_file_that_changes_in_use_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "loop.gif"
    pictures = [Pillow.new("RGB", (8, 8), (40 * i, 0, 0)) for i in range(3)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=100)
    video = MediaDoor().video(path)
    assert len(list(video.frames())) == 3
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(InputError, match="changed"):
        list(video.frames())


@pytest.mark.parametrize("name", ["max_bytes", "max_pixels", "max_frames", "max_seconds", "decode_seconds"])
def test_a_budget_must_be_positive(name: str) -> None:
    with pytest.raises(ConfigError, match=name):
        Budget(**{name: 0})
