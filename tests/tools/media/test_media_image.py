from __future__ import annotations

import base64
import hashlib
import io
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from lookagain.core.errors import InputError
from lookagain.tools.media import Budget, MediaDoor, to_data_url, write_png

RGB = np.random.default_rng(1000).integers(0, 256, size=(12, 17, 3), dtype=np.uint8)
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF")


def encoded(name: str) -> bytes:
    buffer = io.BytesIO()
    Pillow.fromarray(RGB).save(buffer, format=name)
    return buffer.getvalue()


@pytest.mark.parametrize("name", FORMATS)
def test_reads_each_format(name: str, tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(encoded(name))
    image = MediaDoor().image(path)
    assert (image.width, image.height, image.format) == (17, 12, name.lower())
    assert image.pixels.dtype == np.uint8
    assert image.pixels.shape == (12, 17, 3)
    assert not image.pixels.flags.writeable
    assert image.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    if name in {"PNG", "BMP", "TIFF"}:
        np.testing.assert_array_equal(image.pixels, RGB)


def test_transparent_becomes_white(tmp_path: Path) -> None:
    Pillow.new("RGBA", (4, 4), (255, 0, 0, 0)).save(tmp_path / "a.png")
    assert (MediaDoor().image(tmp_path / "a.png").pixels == 255).all()


def test_sixteen_bit_grey_is_scaled(tmp_path: Path) -> None:
    Pillow.fromarray(np.full((3, 3), 0x8040, dtype=np.uint16)).save(tmp_path / "a.png")
    assert (MediaDoor().image(tmp_path / "a.png").pixels == 0x80).all()


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    Pillow.new("RGB", (20, 10)).save(tmp_path / "a.jpg", exif=exif)
    image = MediaDoor().image(tmp_path / "a.jpg")
    assert (image.width, image.height) == (10, 20)


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(100_000, 100_000), (9_000, 8_000), (2**31 - 1, 2**31 - 1)])
def test_declared_size_is_refused_before_decoding(size: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(_png(*size))
    with pytest.raises(InputError) as caught:
        MediaDoor().image(path)
    assert "huge.png" in str(caught.value)


def test_pixel_budget_names_the_limit(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", RGB)
    with pytest.raises(InputError, match=r"17x12 pixels, more than max_pixels=100") as caught:
        MediaDoor(budget=Budget(max_pixels=100)).image(tmp_path / "a.png")
    assert caught.value.limit == "max_pixels"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_truncated_image(name: str, keep: float, tmp_path: Path) -> None:
    whole = encoded(name)
    path = tmp_path / "cut"
    path.write_bytes(whole[: int(len(whole) * keep)])
    try:
        image = MediaDoor().image(path)
    except InputError as error:
        message = str(error)
    else:  # some formats allow a picture without its end
        message = "cut"
        assert image.pixels.shape == RGB.shape
    assert "cut" in message


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(FORMATS), seed=st.integers(0, 2**32), hits=st.integers(1, 20))
def test_mutated_images_raise_only_input_errors(name: str, seed: int, hits: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    data = bytearray(encoded(name))
    for _ in range(hits):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path = tmp_path / "mutated"
    path.write_bytes(data)
    try:
        image = MediaDoor(budget=Budget(max_pixels=1_000_000)).image(path)
    except InputError:
        return
    assert image.pixels.dtype == np.uint8


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"II*\0", b"RIFF\0\0\0\0WEBP"]),
    tail=st.binary(max_size=300),
)
def test_random_bytes_raise_only_input_errors(head: bytes, tail: bytes, tmp_path: Path) -> None:
    path = tmp_path / "noise"
    path.write_bytes(head + tail)
    try:
        image = MediaDoor(budget=Budget(max_pixels=1_000_000)).image(path)
    except InputError:
        return
    assert image.pixels.ndim == 3


def _decode(url: str) -> tuple[str, Pillow.Image]:
    head, body = url.split(",", 1)
    return head, Pillow.open(io.BytesIO(base64.b64decode(body)))


def test_data_url_keeps_small_lossless_pixels(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", RGB)
    head, picture = _decode(to_data_url(MediaDoor().image(tmp_path / "a.png")))
    assert head == "data:image/png;base64"
    np.testing.assert_array_equal(np.asarray(picture), RGB)


def test_data_url_of_other_pixels_is_jpeg_and_scaled() -> None:
    head, picture = _decode(to_data_url(np.zeros((300, 900), dtype=np.uint8), max_side=300))
    assert head == "data:image/jpeg;base64"
    assert picture.size == (300, 100)


def test_data_url_refuses_floats() -> None:
    with pytest.raises(InputError, match="uint8"):
        to_data_url(np.zeros((3, 3)))  # type: ignore[arg-type]


def test_png_round_trip_of_grey(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", RGB[:, :, 0])
    np.testing.assert_array_equal(MediaDoor().image(tmp_path / "a.png").pixels[:, :, 1], RGB[:, :, 0])
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
