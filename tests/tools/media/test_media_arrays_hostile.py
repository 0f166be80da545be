from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import zarr
import zarr.codecs
from hypothesis import given, settings
from hypothesis import strategies as st

from lookagain.core.errors import InputError
from lookagain.tools.media import Budget, MediaDoor
from lookagain.tools.media.arrays.inflate import deflated_size, grows_beyond
from tests.tools.media import made_arrays as made
from tests.tools.media.made_arrays import Values


class _Pickled:
    """Leaves a trace when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return os.mkdir, ("unpickled",)


def _objects(path: Path) -> Path:
    (path / "a.npy").write_bytes(made.npy_bytes(np.array([_Pickled()] * 20, dtype=object)))
    return path / "a.npy"


def _objects_in_npz(path: Path) -> Path:
    return made.zipped(path / "a.npz", {"u.npy": made.npy_bytes(np.array([_Pickled()], dtype=object))})


def _records(path: Path) -> Path:
    np.save(path / "a.npy", np.zeros((9, 9, 9), dtype=[("a", "f8"), ("b", "f8")]))
    return path / "a.npy"


def _declares_more(path: Path) -> Path:
    (path / "a.npy").write_bytes(made.npy_header((10**6, 10**6, 10**6)) + b"\0" * 4096)
    return path / "a.npy"


def _negative(path: Path) -> Path:
    (path / "a.npy").write_bytes(made.npy_header((-1, -1)) + b"\0" * 64)
    return path / "a.npy"


def _code_in_header(path: Path) -> Path:
    text = b"{'descr': __import__('os').mkdir('unpickled'), 'fortran_order': False, 'shape': (9, 9, 9)}\n"
    (path / "a.npy").write_bytes(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + b"\0" * 6000)
    return path / "a.npy"


def _bomb_in_npz(path: Path) -> Path:
    return made.zipped(path / "a.npz", {"u.npy": made.npy_header((10, 1000, 1000), "|u1") + b"\0" * 10**7})


def _member_declares_more(path: Path) -> Path:
    return made.zipped(path / "a.npz", {"u.npy": made.npy_header((10**5, 10**5)) + b"\0" * 64})


def _external_link(path: Path) -> Path:
    made.hdf5(path, made.field())
    with h5py.File(path / "a.h5", "w") as file:
        file["u"] = h5py.ExternalLink(str(path / "u.h5"), "/run/u")
    return path / "a.h5"


def _soft_link(path: Path) -> Path:
    with h5py.File(path / "a.h5", "w") as file:
        file["u"] = h5py.SoftLink("/u")
    return path / "a.h5"


def _virtual(path: Path) -> Path:
    source = h5py.VirtualSource(str(made.hdf5(path, made.field())), "run/u", shape=(10, 9, 12))
    layout = h5py.VirtualLayout(shape=(10, 9, 12), dtype="f8")
    layout[:] = source
    with h5py.File(path / "a.h5", "w") as file:
        file.create_virtual_dataset("u", layout)
    return path / "a.h5"


def _external_storage(path: Path) -> Path:
    (path / "secret").write_bytes(bytes(8 * 10 * 9 * 12))
    with h5py.File(path / "a.h5", "w") as file:
        file.create_dataset("u", shape=(10, 9, 12), dtype="f8", external=[(str(path / "secret"), 0, 8 * 10 * 9 * 12)])
    return path / "a.h5"


def _unknown_filter(path: Path) -> Path:
    with h5py.File(path / "a.h5", "w") as file:
        file.create_dataset("u", data=made.field().astype("i4"), chunks=True, scaleoffset=2)
    return path / "a.h5"


def _hdf5_bomb(path: Path) -> Path:
    with h5py.File(path / "a.h5", "w") as file:
        made_set = file.create_dataset("u", shape=(10, 9, 12), dtype="f8", chunks=(10, 9, 12), compression="gzip")
        made_set.id.write_direct_chunk((0, 0, 0), zlib.compress(bytes(10**8)))
    return path / "a.h5"


def _huge_chunk(path: Path) -> Path:
    with h5py.File(path / "a.h5", "w") as file:
        file.create_dataset("u", shape=(1000, 9, 12), dtype="f8", chunks=(1000, 9, 12), compression="gzip")
    return path / "a.h5"


def _loop(path: Path) -> Path:
    with h5py.File(path / "a.h5", "w") as file:
        file.create_group("a")["b"] = file["/"]
    return path / "a.h5"


def _zarr_objects(path: Path) -> Path:
    return made.edited(made.zarr2(path, made.field()), "u/.zarray", dtype="|O", filters=[{"id": "pickle"}])


def _zarr_codec(path: Path) -> Path:
    return made.edited(made.zarr2(path, made.field()), "u/.zarray", compressor={"id": "pickle"})


def _zarr_codec_3(path: Path) -> Path:
    codecs = [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "numcodecs.pickle"}]
    return made.edited(made.zarr3(path, made.field()), "u/zarr.json", codecs=codecs)


def _zarr_shards(path: Path) -> Path:
    zarr.create_array(str(path / "s.zarr"), shape=(16, 8, 8), dtype="f4", chunks=(4, 8, 8), shards=(8, 8, 8))[:] = 1
    return path / "s.zarr"


def _zarr_bomb(path: Path) -> Path:
    folder = path / "z.zarr"
    made_array = zarr.create_array(
        str(folder), shape=(10, 9, 12), dtype="f8", chunks=(10, 9, 12), compressors=zarr.codecs.GzipCodec(),
        dimension_names=("t", "y", "x"),
    )  # fmt: skip
    made_array[:] = 1
    (folder / "c/0/0/0").write_bytes(gzip.compress(bytes(10**8)))
    return folder


def _zarr_link(path: Path) -> Path:
    folder = made.zarr3(path, made.field())
    (folder / "u/c/9").symlink_to("/etc/hostname")
    return folder


def _zarr_bad_json(path: Path) -> Path:
    folder = made.zarr3(path, made.field())
    (folder / "u/zarr.json").write_text("{" * 5000)
    return folder


def _damaged_chunk(path: Path) -> Path:
    folder = made.zarr3(path, made.field())
    (folder / "u/c/0/0/0").write_bytes(b"damaged")
    return folder


def _no_pictures(path: Path) -> Path:
    (path / "a").mkdir()
    (path / "a" / "words.txt").write_text("words")
    return path / "a"


def _empty_folder(path: Path) -> Path:
    (path / "a").mkdir()
    return path / "a"


def _plain_zip(path: Path) -> Path:
    return made.zipped(path / "a.zip", {"words.txt": b"words"})


def _disguised(path: Path) -> Path:
    (path / "a.npy").write_bytes(b"\x80\x04\x95 a pickle without a header")
    return path / "a.npy"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_objects, "Python objects"),
        (_objects_in_npz, "Python objects"),
        (_records, "its type is"),
        (_declares_more, "bytes of values declared"),
        (_negative, "header"),
        (_code_in_header, "header"),
        (_bomb_in_npz, "max_array_bytes"),
        (_member_declares_more, "declared size"),
        (_external_link, "a link"),
        (_soft_link, "a link"),
        (_virtual, "virtual"),
        (_external_storage, "other files"),
        (_unknown_filter, "filter"),
        (_hdf5_bomb, "more than it declares"),
        (_huge_chunk, "a chunk takes|would be decoded"),
        (_loop, "no array of numbers"),
        (_zarr_objects, "filters pickle"),
        (_zarr_codec, "codec pickle"),
        (_zarr_codec_3, "standard list"),
        (_zarr_shards, "sharding"),
        (_zarr_bomb, "more than it declares"),
        (_zarr_link, "plain files"),
        (_zarr_bad_json, "not usable|no array"),
        (_damaged_chunk, "damaged"),
        (_no_pictures, "expected a Zarr array or PNG"),
        (_empty_folder, "empty"),
        (_plain_zip, "no array of numbers"),
        (_disguised, "unknown content"),
    ],
)
def test_hostile_and_broken_files_are_refused(
    make: Callable[[Path], Path], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = make(tmp_path)
    with pytest.raises(InputError, match=says):
        MediaDoor(budget=Budget(max_array_bytes=500_000)).array(path, axes="tyx").read()
    assert not (tmp_path / "unpickled").exists()


@pytest.mark.parametrize("write", [made.npy, made.npz, made.mat, made.hdf5, made.zarr_zip, made.zarr3])
@pytest.mark.parametrize(
    ("budget", "limit"),
    [
        (Budget(max_bytes=100), "max_bytes"),
        (Budget(max_frames=9), "max_frames"),
        (Budget(max_pixels=100), "max_pixels"),
        (Budget(max_array_bytes=1000), "max_array_bytes"),
    ],
)
def test_budgets_hold(write: Callable[[Path, Values], Path], budget: Budget, limit: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        MediaDoor(budget=budget).array(write(tmp_path, made.field()), axes="tyx").read()
    assert caught.value.limit == limit


@pytest.mark.parametrize("write", [made.npy, made.npz, made.mat, made.hdf5, made.zarr_zip])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(
    write: Callable[[Path, Values], Path], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    path = write(folder, made.field(10, 8, 9).astype(np.float32))
    raw = bytearray(path.read_bytes())
    cut = data.draw(st.integers(1, len(raw)))
    for at, value in data.draw(st.lists(st.tuples(st.integers(0, cut - 1), st.integers(0, 255)), max_size=6)):
        raw[at] = value
    path.write_bytes(raw[:cut])
    try:
        values = MediaDoor(budget=Budget(max_array_bytes=10**6)).array(path, axes="tyx").read()
    except InputError:
        return
    assert values.ndim == 4


@given(st.binary(max_size=200), st.integers(0, 5))
def test_sizes_are_measured_without_decoding(data: bytes, repeats: int) -> None:
    raw = data * (1 + repeats)
    assert deflated_size(zlib.compress(raw), 10**6) == len(raw)
    assert deflated_size(gzip.compress(raw) * 2, 10**6) == 2 * len(raw)


@given(st.sampled_from(["gzip", "zlib", "blosc", "zstd"]), st.binary(max_size=64))
def test_any_bytes_are_measured_or_refused(codec: str, data: bytes) -> None:
    try:
        found = grows_beyond(codec, data, 1000)
    except ValueError:
        return
    assert found in (True, False)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 300, 70_000, 300_000])
def test_declared_sizes_of_codecs(size: int) -> None:
    from numcodecs import Blosc, Zstd

    data = bytes(size)
    for name, encoded in (
        ("zstd", Zstd().encode(data)),
        ("blosc", Blosc().encode(data)),
        ("zlib", zlib.compress(data)),
    ):
        assert not grows_beyond(name, bytes(encoded), size)
        assert size == 0 or grows_beyond(name, bytes(encoded), size - 1)
